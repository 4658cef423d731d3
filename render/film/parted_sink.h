// A film in parts of equal length, joined without encoding again.
#pragma once

#include <memory>

#include "render/film/encoder.h"

namespace footprint::render {

// For MP4 and WebM. Each part is encoded by itself, so that a run that goes on with
// settings.resume makes the bytes that one from beginning to end makes.
std::unique_ptr<FrameSink> make_parted_sink(const FilmSettings& settings, std::int64_t part_frames);

}  // namespace footprint::render
