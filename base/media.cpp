#include "base/media.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "base/text.h"

namespace footprint {
namespace {

constexpr std::uint64_t kMostHeld = std::uint64_t{64} << 10;

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes) {
        value = value << 8 | static_cast<unsigned char>(c);
    }
    return value;
}

int little_endian_16(std::string_view bytes) {
    return static_cast<unsigned char>(bytes[0]) | static_cast<unsigned char>(bytes[1]) << 8;
}

// A file read by offset, with every read checked.
class Bytes {
  public:
    explicit Bytes(const std::filesystem::path& path)
        : name_(path.string()), file_(std::fopen(path.c_str(), "rb"), &std::fclose) {
        if (!file_) {
            throw Error(ExitCode::failed,
                        fmt::format("cannot open {}: {}", name_, std::strerror(errno)));
        }
        std::error_code ignored;
        if (!std::filesystem::is_regular_file(path, ignored)) {
            throw Error(ExitCode::failed,
                        fmt::format("cannot read {}: it is not a regular file", name_));
        }
        size_ = std::filesystem::file_size(path);
    }

    std::uint64_t size() const { return size_; }

    // Up to `count` bytes from `offset`.
    std::string some(std::uint64_t offset, std::uint64_t count) const {
        const std::uint64_t left = offset < size_ ? size_ - offset : 0;
        std::string bytes(std::min({count, left, kMostHeld}), '\0');
        const bool placed = std::fseek(file_.get(), static_cast<long>(offset), SEEK_SET) == 0;
        if (!placed || std::fread(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
            throw Error(ExitCode::failed, fmt::format("cannot read {}", name_));
        }
        return bytes;
    }

    std::string exactly(std::uint64_t offset, std::uint64_t count) const {
        auto bytes = some(offset, count);
        if (bytes.size() != count) {
            broken("it ends too soon");
        }
        return bytes;
    }

    [[noreturn]] void broken(std::string_view why) const {
        throw Error(ExitCode::invalid, fmt::format("{} is broken: {}", name_, why));
    }

  private:
    std::string name_;
    std::unique_ptr<std::FILE, decltype(&std::fclose)> file_;
    std::uint64_t size_ = 0;
};

// ---- PNG --------------------------------------------------------------------------------------

// Keyword, and the text of a tEXt or an uncompressed iTXt chunk.
void add_text(std::string_view type, std::string_view data, MediaInfo& info) {
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
    if (is_utf8(key) && is_utf8(data)) {
        info.texts.emplace_back(key, data);
    }
}

MediaInfo png_info(const Bytes& file) {
    MediaInfo info;
    info.format = "PNG";
    std::uint64_t at = 8;
    while (at < file.size()) {
        const auto head = file.exactly(at, 8);
        const std::uint64_t length = big_endian(std::string_view(head).substr(0, 4));
        const auto type = std::string_view(head).substr(4);
        if (type == "IHDR") {
            const auto data = file.exactly(at + 8, 8);
            info.width =
                static_cast<int>(big_endian(std::string_view(data).substr(0, 4)) & 0x7FFFFFFF);
            info.height =
                static_cast<int>(big_endian(std::string_view(data).substr(4)) & 0x7FFFFFFF);
        } else if (type == "acTL") {
            info.format = "APNG";
            info.frames = static_cast<int>(big_endian(file.exactly(at + 8, 4)) & 0x7FFFFFFF);
        } else if ((type == "tEXt" || type == "iTXt") && length <= kMostHeld) {
            add_text(type, file.exactly(at + 8, length), info);
        } else if (type == "IEND") {
            return info;
        }
        at += 12 + length;
    }
    file.broken("there is no end chunk");
}

// ---- MP4 --------------------------------------------------------------------------------------

// Length and time scale lie in moov/mvhd, the picture's size in moov/trak/tkhd.
class Mp4Reader {
  public:
    explicit Mp4Reader(const Bytes& file) : file_(file) { info_.format = "MP4"; }

    MediaInfo read() {
        boxes(0, file_.size(), 0);
        return std::move(info_);
    }

  private:
    void boxes(std::uint64_t at, std::uint64_t end, int depth) {
        constexpr int kMostBoxes = 10'000;
        while (at + 8 <= end && ++count_ < kMostBoxes) {
            const auto head = file_.some(at, 16);
            std::uint64_t size = big_endian(std::string_view(head).substr(0, 4));
            std::uint64_t header = 8;
            if (size == 1 && head.size() == 16) {
                size = big_endian(std::string_view(head).substr(8));
                header = 16;
            } else if (size == 0) {
                size = end - at;
            }
            if (size < header || size > end - at) {
                file_.broken("a box is larger than what holds it");
            }
            box(head.substr(4, 4), at + header, size - header, depth);
            at += size;
        }
    }

    void box(const std::string& type, std::uint64_t at, std::uint64_t size, int depth) {
        const bool is_folder = (depth == 0 && type == "moov") || (depth == 1 && type == "trak");
        if (is_folder) {
            boxes(at, at + size, depth + 1);
        } else if (type == "mvhd" && size >= 32) {
            movie_header(file_.exactly(at, 32));
        } else if (type == "tkhd" && (size == 84 || size == 96)) {
            track_header(file_.some(at, size));
        }
    }

    void movie_header(std::string_view data) {
        const bool wide = data[0] == 1;
        const auto scale = big_endian(data.substr(wide ? 20 : 12, 4));
        const auto length = big_endian(wide ? data.substr(24, 8) : data.substr(16, 4));
        if (scale > 0) {
            info_.seconds = static_cast<double>(length) / static_cast<double>(scale);
        }
    }

    // Width and height are the last eight bytes, as 16.16 fixed point.
    void track_header(std::string_view data) {
        const auto size = data.substr(data.size() - 8);
        const auto width = static_cast<int>(big_endian(size.substr(0, 4)) >> 16);
        const auto height = static_cast<int>(big_endian(size.substr(4)) >> 16);
        if (width > 0 && height > 0) {
            info_.width = width;
            info_.height = height;
        }
    }

    const Bytes& file_;
    MediaInfo info_;
    int count_ = 0;
};

MediaInfo named(const char* format) {
    MediaInfo info;
    info.format = format;
    return info;
}

}  // namespace

std::optional<MediaInfo> read_media_info(const std::filesystem::path& path) {
    const Bytes file(path);
    const std::string head = file.some(0, 256);
    const auto begins = [&](std::string_view with) { return head.starts_with(with); };
    if (begins("\x89PNG\r\n\x1A\n")) {
        return png_info(file);
    }
    if (head.size() >= 12 && head.substr(4, 4) == "ftyp") {
        return Mp4Reader(file).read();
    }
    if ((begins("GIF87a") || begins("GIF89a")) && head.size() >= 10) {
        auto info = named("GIF");
        info.width = little_endian_16(std::string_view(head).substr(6));
        info.height = little_endian_16(std::string_view(head).substr(8));
        return info;
    }
    if (begins("\x1A\x45\xDF\xA3")) {
        return named("WebM");
    }
    if (begins("%PDF-")) {
        return named("PDF");
    }
    if (head.find("<svg") != std::string::npos) {
        return named("SVG");
    }
    return std::nullopt;
}

}  // namespace footprint
