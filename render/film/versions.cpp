#include "render/film/versions.h"

#include <cairo.h>
#include <fontconfig/fontconfig.h>
#include <pango/pango.h>
#include <png.h>

#include <fmt/format.h>
#include <array>
#include <sstream>

#include "render/film/process.h"

namespace footprint::render {
namespace {

std::string ffmpeg_version() {
    const std::string program = find_program("ffmpeg");
    if (program.empty()) {
        return "not found";
    }
    // "ffmpeg version 5.1.9-0+deb12u1 Copyright (c) …"
    std::istringstream words(run_and_read({program, "-hide_banner", "-version"}));
    std::string word;
    words >> word >> word >> word;
    return word;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> library_versions() {
    const int fontconfig = FcGetVersion();
    return {{"cairo", cairo_version_string()},
            {"Pango", pango_version_string()},
            {"fontconfig",
             fmt::format("{}.{}.{}", fontconfig / 10000, fontconfig / 100 % 100, fontconfig % 100)},
            {"libpng", png_get_libpng_ver(nullptr)},
            {"ffmpeg", ffmpeg_version()}};
}

std::vector<std::string> encoders() {
    const std::string program = find_program("ffmpeg");
    std::vector<std::string> found;
    if (program.empty()) {
        return found;
    }
    const std::string listing = run_and_read({program, "-hide_banner", "-encoders"});
    constexpr std::array<const char*, 4> kWanted{"libx264", "libvpx-vp9", "gif", "apng"};
    for (const char* name : kWanted) {
        if (listing.find(fmt::format(" {} ", name)) != std::string::npos) {
            found.emplace_back(name);
        }
    }
    return found;
}

}  // namespace footprint::render
