#include "base/media.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <string_view>

#include "base/error.h"
#include "base/media_parts.h"
#include "base/text.h"

namespace footprint {
namespace media {

Bytes::Bytes(const std::filesystem::path& path)
    : name_(path.string()), file_(nullptr, &std::fclose) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot read {}: it is not a regular file", name_));
    }
    file_.reset(std::fopen(path.c_str(), "rb"));
    if (!file_) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot open {}: {}", name_, std::strerror(errno)));
    }
    size_ = std::filesystem::file_size(path);
}

std::string Bytes::some(std::uint64_t offset, std::uint64_t count) const {
    const std::uint64_t left = offset < size_ ? size_ - offset : 0;
    std::string bytes(std::min({count, left, kMostHeld}), '\0');
    const bool placed = std::fseek(file_.get(), static_cast<long>(offset), SEEK_SET) == 0;
    if (!placed || std::fread(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
        throw Error(ExitCode::failed, fmt::format("cannot read {}", name_));
    }
    return bytes;
}

std::string Bytes::exactly(std::uint64_t offset, std::uint64_t count) const {
    auto bytes = some(offset, count);
    if (bytes.size() != count) {
        broken("it ends too soon");
    }
    return bytes;
}

void Bytes::broken(std::string_view why) const {
    throw Error(ExitCode::invalid, fmt::format("{} is broken: {}", name_, why));
}

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes) {
        value = value << 8 | static_cast<unsigned char>(c);
    }
    return value;
}

std::uint64_t little_endian(std::string_view bytes) {
    return big_endian(std::string(bytes.rbegin(), bytes.rend()));
}

void add_text(MediaInfo& info, std::string_view key, std::string_view value) {
    if (is_utf8(key) && is_utf8(value)) {
        info.texts.emplace_back(key, value);
    }
}

}  // namespace media

namespace {

// ---- PNG --------------------------------------------------------------------------------------

// Keyword, and the text of a tEXt or an uncompressed iTXt chunk.
void add_png_text(std::string_view type, std::string_view data, MediaInfo& info) {
    const auto end = data.find('\0');
    if (end == std::string_view::npos) {
        return;
    }
    const std::string key(data.substr(0, end));
    data.remove_prefix(end + 1);
    if (type == "iTXt") {
        const bool compressed = data.size() < 2 || data[0] != '\0';
        const auto language_end = data.find('\0', 2);
        const auto keyword_end = language_end == std::string_view::npos
                                     ? std::string_view::npos
                                     : data.find('\0', language_end + 1);
        if (compressed || keyword_end == std::string_view::npos) {
            return;
        }
        data.remove_prefix(keyword_end + 1);
    }
    media::add_text(info, key, data);
}

MediaInfo png_info(const media::Bytes& file) {
    MediaInfo info;
    info.format = "PNG";
    std::uint64_t at = 8;
    while (at < file.size()) {
        const auto head = file.exactly(at, 8);
        const std::uint64_t length = media::big_endian(std::string_view(head).substr(0, 4));
        const auto type = std::string_view(head).substr(4);
        if (type == "IHDR") {
            const auto data = file.exactly(at + 8, 8);
            info.width = static_cast<int>(media::big_endian(std::string_view(data).substr(0, 4)) &
                                          0x7FFFFFFF);
            info.height =
                static_cast<int>(media::big_endian(std::string_view(data).substr(4)) & 0x7FFFFFFF);
        } else if (type == "acTL") {
            info.format = "APNG";
            info.frames = static_cast<int>(media::big_endian(file.exactly(at + 8, 4)) & 0x7FFFFFFF);
        } else if ((type == "tEXt" || type == "iTXt") && length <= media::kMostHeld) {
            add_png_text(type, file.exactly(at + 8, length), info);
        } else if (type == "IEND") {
            return info;
        }
        at += 12 + length;
    }
    file.broken("there is no end chunk");
}

// ---- SVG --------------------------------------------------------------------------------------

// The number of an attribute of the first tag, whatever its unit.
std::optional<int> svg_size(std::string_view tag, std::string_view attribute) {
    const auto at = tag.find(fmt::format(" {}=\"", attribute));
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const auto text = tag.substr(at + attribute.size() + 3);
    const auto number = parse_number(text.substr(0, text.find_first_not_of("0123456789.")));
    constexpr double kLargest = 1e6;
    return number && *number > 0 && *number < kLargest
               ? std::optional(static_cast<int>(std::lround(*number)))
               : std::nullopt;
}

MediaInfo svg_info(const media::Bytes& file, std::size_t tag_at) {
    MediaInfo info;
    info.format = "SVG";
    const std::string head = file.some(0, media::kMostHeld);
    const std::string_view tag =
        std::string_view(head).substr(tag_at, head.find('>', tag_at) - tag_at);
    info.width = svg_size(tag, "width");
    info.height = svg_size(tag, "height");
    for (const auto& [name, key] :
         {std::pair("title", "Title"), std::pair("desc", "Description")}) {
        const std::string open = fmt::format("<{}>", name);
        const auto begin = head.find(open);
        const auto end = head.find(fmt::format("</{}>", name), begin);
        if (begin != std::string::npos && end != std::string::npos) {
            const auto from = begin + open.size();
            media::add_text(info, key, std::string_view(head).substr(from, end - from));
        }
    }
    return info;
}

}  // namespace

std::optional<MediaInfo> read_media_info(const std::filesystem::path& path) {
    const media::Bytes file(path);
    const std::string head = file.some(0, 1024);
    const auto begins = [&](std::string_view with) { return head.starts_with(with); };
    if (begins("\x89PNG\r\n\x1A\n")) {
        return png_info(file);
    }
    if (head.size() >= 12 && head.substr(4, 4) == "ftyp") {
        return media::mp4_info(file);
    }
    if (begins("GIF87a") || begins("GIF89a")) {
        return media::gif_info(file);
    }
    if (begins("\x1A\x45\xDF\xA3")) {
        return media::webm_info(file);
    }
    if (begins("%PDF-")) {
        return media::pdf_info(file);
    }
    const auto svg = head.find("<svg");
    const bool is_markup = head.find_first_not_of(" \t\r\n\xEF\xBB\xBF") == head.find('<');
    if (svg != std::string::npos && is_markup) {
        return svg_info(file, svg);
    }
    return std::nullopt;
}

}  // namespace footprint
