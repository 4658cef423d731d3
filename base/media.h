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
    std::string format;        // "PNG", "APNG", "GIF", "MP4", "WebM", "Matroska", "PDF", "SVG"
    std::optional<int> width;  // pixels; of a PDF points
    std::optional<int> height;
    std::optional<int> frames;      // of films
    std::optional<double> seconds;  // of films
    std::optional<int> pages;       // PDF
    // Title, comment and the like, as the file has them.
    std::vector<std::pair<std::string, std::string>> texts;
};

// Nothing if the first bytes are of none of these formats. Reads headers and skips over the rest;
// sizes that a file states are never trusted for memory: at most 64 KiB are held. Throws Error when
// the file cannot be read, or is of one of the formats but broken.
std::optional<MediaInfo> read_media_info(const std::filesystem::path& path);

}  // namespace footprint
