#include "cli/version.h"

#include <fmt/format.h>
#include <oneapi/tbb/version.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/text.h"
#include "geo/io/versions.h"
#include "render/film/versions.h"

namespace footprint::cli {
namespace {

std::vector<std::pair<std::string, std::string>> libraries() {
    auto all = geo::library_versions();
    const auto drawing = render::library_versions();
    all.insert(all.end(), drawing.begin(), drawing.end());
    all.emplace_back("oneTBB", TBB_VERSION_STRING);
    all.emplace_back("fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
                                        FMT_VERSION % 100));
    return all;
}

}  // namespace

std::string version_text() {
    std::string text = fmt::format("footprint {}\n", FOOTPRINT_VERSION);
    for (const auto& [name, version] : libraries()) {
        text += fmt::format("  {:<14}{}\n", name, version);
    }
    text += fmt::format("  {:<14}{}\n", "drivers", join(geo::drivers(), ", "));
    text += fmt::format("  {:<14}{}\n", "encoders", join(render::encoders(), ", "));
    return text;
}

std::string version_json() {
    nlohmann::ordered_json json{{"version", FOOTPRINT_VERSION}};
    for (const auto& [name, version] : libraries()) {
        json["libraries"][name] = version;
    }
    json["drivers"] = geo::drivers();
    json["encoders"] = render::encoders();
    return json.dump(2) + "\n";
}

}  // namespace footprint::cli
