#include "render/film/encoder_arguments.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <ctime>

#include "base/error.h"
#include "base/text.h"

namespace footprint::render {
namespace fs = std::filesystem;
namespace {

void append(std::vector<std::string>& words, std::initializer_list<std::string> more) {
    words.insert(words.end(), more);
}

void append_tags(std::vector<std::string>& words) {
    append(words, {"-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709",
                   "-color_trc", "bt709"});
}

void append_metadata(std::vector<std::string>& words, const FilmSettings& s) {
    append(words, {"-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact",
                   "-metadata", "title=" + s.title, "-metadata", "comment=" + s.credits});
    if (!s.inputs.empty()) {
        append(words, {"-metadata", "description=" + s.inputs});
    }
    if (const std::string made = creation_time(); !made.empty()) {
        append(words, {"-metadata", "creation_time=" + made});
    }
}

// Of the encoders. What they write depends on it, so it is neither a choice nor the machine's.
constexpr std::string_view kEncoderThreads = "4";

// Settings by measurement: docs/performance.md.
std::vector<std::string> h264_arguments(const FilmSettings& s) {
    auto words = raw_input(s, "yuv420p");
    append_tags(words);
    append(words, {"-i", "pipe:0", "-an", "-c:v", "libx264", "-preset", "veryfast", "-crf", "18",
                   "-pix_fmt", "yuv420p", "-g", fmt::format("{}", 4 * s.fps), "-threads",
                   std::string(kEncoderThreads)});
    append_tags(words);
    return words;
}

std::vector<std::string> vp9_arguments(const FilmSettings& s) {
    auto words = raw_input(s, "yuv420p");
    append_tags(words);
    append(words, {"-i",       "pipe:0",     "-an",
                   "-c:v",     "libvpx-vp9", "-deadline",
                   "realtime", "-cpu-used",  "6",
                   "-row-mt",  "1",          "-tile-columns",
                   "2",        "-crf",       "24",
                   "-b:v",     "0",          "-pix_fmt",
                   "yuv420p",  "-threads",   std::string(kEncoderThreads)});
    append_tags(words);
    return words;
}

std::vector<std::string> codec_arguments(const FilmSettings& s) {
    return s.format == FilmFormat::webm ? vp9_arguments(s) : h264_arguments(s);
}

// Ticks a second of an MP4: a whole number of them a frame, and at least ten thousand.
int time_scale(int fps) {
    constexpr int kLeast = 10000;
    int scale = fps;
    while (scale < kLeast) {
        scale *= 2;
    }
    return scale;
}

// Whole, or of parts: the same.
void append_container(std::vector<std::string>& words, const FilmSettings& s,
                      const fs::path& target) {
    append_metadata(words, s);
    if (s.format == FilmFormat::webm) {
        append(words, {"-f", "webm"});
    } else {
        append(words, {"-movflags", "+faststart", "-video_track_timescale",
                       fmt::format("{}", time_scale(s.fps)), "-f", "mp4"});
    }
    words.push_back("file:" + target.string());
}

std::vector<std::string> apng_arguments(const FilmSettings& s, const fs::path& target) {
    auto words = raw_input(s, "bgra");
    append(words, {"-i", "pipe:0", "-an", "-c:v", "apng", "-pix_fmt", "rgb24", "-pred", "mixed",
                   "-plays", "0", "-threads", std::string(kEncoderThreads)});
    append_metadata(words, s);
    append(words, {"-f", "apng", "file:" + target.string()});
    return words;
}

}  // namespace

// When films say they were made: SOURCE_DATE_EPOCH, or nothing, so that the same film has the same
// bytes.
std::string creation_time() {
    const char* const given = std::getenv("SOURCE_DATE_EPOCH");
    if (given == nullptr) {
        return {};
    }
    const auto seconds = parse_integer(given);
    constexpr long long kLast = 253402300799;  // of the year 9999
    if (!seconds || *seconds < 0 || *seconds > kLast) {
        throw Error(ExitCode::usage,
                    fmt::format("SOURCE_DATE_EPOCH is '{}'; expected seconds since 1970", given));
    }
    const auto moment = static_cast<std::time_t>(*seconds);
    std::tm parts{};
    gmtime_r(&moment, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

std::vector<std::string> raw_input(const FilmSettings& s, const std::string& pixel_format) {
    return {s.program,
            "-hide_banner",
            "-loglevel",
            "error",
            "-nostdin",
            "-y",
            "-f",
            "rawvideo",
            "-pixel_format",
            pixel_format,
            "-video_size",
            fmt::format("{}x{}", s.width, s.height),
            "-framerate",
            fmt::format("{}", s.fps)};
}

std::vector<std::string> gif_arguments(const FilmSettings& s, const fs::path& target,
                                       const fs::path& palette) {
    auto words = raw_input(s, "bgra");
    append(words, {"-i", "pipe:0", "-i", "file:" + palette.string(), "-lavfi",
                   "[0:v][1:v]paletteuse=dither=none:diff_mode=rectangle", "-an", "-loop", "0"});
    append_metadata(words, s);
    append(words, {"-f", "gif", "file:" + target.string()});
    return words;
}

std::vector<std::string> palette_arguments(const FilmSettings& s, const fs::path& target) {
    auto words = raw_input(s, "bgra");
    append(words, {"-i", "pipe:0", "-lavfi", "palettegen=stats_mode=full:reserve_transparent=0",
                   "-frames:v", "1", "-update", "1", "-f", "image2", "-c:v", "png",
                   "file:" + target.string()});
    return words;
}

std::vector<std::string> film_arguments(const FilmSettings& settings, const fs::path& target) {
    if (settings.format == FilmFormat::apng) {
        return apng_arguments(settings, target);
    }
    auto words = codec_arguments(settings);
    append_container(words, settings, target);
    return words;
}

std::vector<std::string> part_arguments(const FilmSettings& settings, const fs::path& target) {
    auto words = codec_arguments(settings);
    append(words, {"-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-f",
                   "nut", "file:" + target.string()});
    return words;
}

std::vector<std::string> join_arguments(const FilmSettings& settings, const fs::path& list,
                                        const fs::path& target) {
    std::vector<std::string> words{settings.program,
                                   "-hide_banner",
                                   "-loglevel",
                                   "error",
                                   "-nostdin",
                                   "-y",
                                   "-f",
                                   "concat",
                                   "-i",
                                   "file:" + list.string(),
                                   "-c",
                                   "copy"};
    append_tags(words);
    append_container(words, settings, target);
    return words;
}

}  // namespace footprint::render
