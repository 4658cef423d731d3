// Pictures as files, and whether two show the same.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "render/scene/display_list.h"

namespace footprint::test {

// Nothing where the file cannot be read.
std::optional<render::Image> read_png(const std::filesystem::path& file);
// Small rather than quick. Throws where it cannot be written.
void write_png(const std::filesystem::path& file, const render::Image& image);

struct PictureDifference {
    std::size_t pixels = 0;  // that differ
    render::Image marked;    // what was expected, faint, and the pixels that differ in red
};

// Two pictures show the same although their edges are smoothed a little differently: a pixel
// differs only if no pixel within one of it in the other picture is within `kTolerance` of it in
// every channel, looked at from both sides. Pictures of different sizes differ everywhere.
inline constexpr int kTolerance = 40;
PictureDifference difference_of(const render::Image& expected, const render::Image& actual);

}  // namespace footprint::test
