// What ffmpeg is told.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "render/film/encoder.h"

namespace footprint::render {

// Seconds of film in a part of those that are encoded in parts: whole groups of pictures, so that
// joined parts are as good as one piece.
inline constexpr int kPart_s = 12;

// When films say they were made: SOURCE_DATE_EPOCH, or nothing, so that the same film has the same
// bytes. Throws Error (usage).
std::string creation_time();

// Frames of four bytes a pixel ("bgra") or of planes ("yuv420p") on standard input.
std::vector<std::string> raw_input(const FilmSettings& settings, const std::string& pixel_format);

// A whole film to `target`; a GIF by its palette.
std::vector<std::string> film_arguments(const FilmSettings& settings,
                                        const std::filesystem::path& target);
std::vector<std::string> gif_arguments(const FilmSettings& settings,
                                       const std::filesystem::path& target,
                                       const std::filesystem::path& palette);
// A GIF's palette to `target`, of the frames given.
std::vector<std::string> palette_arguments(const FilmSettings& settings,
                                           const std::filesystem::path& target);
// A part of an MP4 or WebM, and the film of the parts that `list` names in ffmpeg's way.
std::vector<std::string> part_arguments(const FilmSettings& settings,
                                        const std::filesystem::path& target);
std::vector<std::string> join_arguments(const FilmSettings& settings,
                                        const std::filesystem::path& list,
                                        const std::filesystem::path& target);

}  // namespace footprint::render
