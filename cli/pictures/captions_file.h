// A film's own captions, from a CSV file.
#pragma once

#include <filesystem>
#include <vector>

#include "render/scene/story.h"

namespace footprint::cli {

// Columns date and text, and lon and lat for captions that point at a place; any order, others are
// ignored. Sorted by date. Throws Error (invalid) that names the line: a missing column, a date
// that is none, a text that is empty or longer than 100 characters, a place that is half given or
// off the globe, no row at all.
std::vector<render::Caption> read_captions(const std::filesystem::path& file);

// The captions as WebVTT, cues in order of time.
std::string captions_vtt(const std::vector<render::Caption>& captions);

}  // namespace footprint::cli
