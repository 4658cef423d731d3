// What a picture or film file says of itself, from its own headers and without decoding it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace footprint {

struct MediaInfo {
    std::string format;  // "PNG", "APNG", "GIF", "MP4", "WebM", "PDF", "SVG"
    std::optional<int> width;
    std::optional<int> height;
    std::optional<int> frames;                               // APNG
    std::optional<double> seconds;                           // MP4
    std::vector<std::pair<std::string, std::string>> texts;  // key and value: PNG text chunks
};

// Nothing if the first bytes are of none of these formats. Reads headers and skips over the rest;
// sizes that a file states are never trusted for memory: at most 64 KiB are held. Throws Error when
// the file cannot be read, or is of one of the formats but broken.
std::optional<MediaInfo> read_media_info(const std::filesystem::path& path);

}  // namespace footprint
