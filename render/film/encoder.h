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
    std::string credits;      // sources and their licences
    std::string inputs;       // what it was made of: a digest; empty: not told
    std::int64_t frames = 0;  // of the film; write_film knows
    // Goes on with what a run before left, and leaves what is done when this one does not end well.
    bool resume = false;
    std::string recipe;  // with inputs, all that decides on the pixels: "name: value", a line each
    std::string program = "ffmpeg";  // for tests
};

// Frames of a film that are kept together: a run that goes on begins after a whole number of them.
std::int64_t part_frames(const FilmSettings& settings);
// Where what is done of a film lies until it is complete.
std::filesystem::path parts_folder(const std::filesystem::path& output);

// Throws Error before any work is done: sizes that the format cannot hold (usage), an output that
// exists, ffmpeg missing or without the encoder (failed; the message names what else works).
void check_film_settings(const FilmSettings& settings);

// Takes frames in order; nothing is at the output's place until finish() returns.
class FrameSink {
  public:
    virtual ~FrameSink() = default;

    // Frames before this one are there, from a run before; write() begins with it.
    virtual std::int64_t first_missing() const { return 0; }
    // Whether the last of those was the same. Asked only where there are any.
    virtual bool is_as_before(std::span<const std::uint8_t>) const { return true; }

    // From a painted frame to the bytes that write() takes, in place of what is in `prepared`:
    // nothing yet, or what this made of the same frame before `changed` (rects with even edges) was
    // painted. Called from any thread, several at once.
    virtual void prepare(const Image& frame, std::span<const PixelRect> changed,
                         std::vector<std::uint8_t>& prepared) const = 0;
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
