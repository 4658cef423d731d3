// Where frames go: a film by ffmpeg, or a folder of PNG files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/files.h"
#include "render/scene/display_list.h"

namespace footprint::render {

enum class FilmFormat : std::uint8_t { mp4, webm, gif, apng, png_sequence };

// By name ("mp4", "webm", "gif", "apng", "png") or else by the suffix of the output; a path without
// suffix is a folder of PNG files. Throws Error (usage) when they disagree or neither says.
FilmFormat film_format(const std::filesystem::path& output,
                       const std::optional<std::string>& format);
std::string_view to_string(FilmFormat format);

struct FilmSettings {
    std::filesystem::path output;
    FilmFormat format = FilmFormat::mp4;
    int width = 0;
    int height = 0;
    int fps = 30;
    Overwrite overwrite = Overwrite::refuse;
    std::string title;
    std::string credits;             // sources and their licences
    std::string inputs;              // what it was made of: a digest; empty: not told
    std::string program = "ffmpeg";  // for tests
};

// Throws Error before any work is done: sizes that the format cannot hold (usage), an output that
// exists, ffmpeg missing or without the encoder (failed; the message names what else works).
void check_film_settings(const FilmSettings& settings);

// Takes frames in order; nothing is at the output's place until finish() returns.
class FrameSink {
  public:
    virtual ~FrameSink() = default;

    // From a painted frame to the bytes that write() takes. Called from any thread, several at
    // once.
    virtual std::vector<std::uint8_t> prepare(const Image& frame) const = 0;
    // In order, from one thread at a time. Throws Error (failed), Interrupted.
    virtual void write(std::span<const std::uint8_t> prepared) = 0;
    // Closes, checks, puts the output in its place; its size in bytes.
    virtual std::uint64_t finish() = 0;
};

// GIF needs its palette before its first frame: `samples` are a few frames spread over the film
// (only used for GIF).
std::unique_ptr<FrameSink> make_sink(const FilmSettings& settings,
                                     const std::vector<Image>& samples);

}  // namespace footprint::render
