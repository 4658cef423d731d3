// The formats that media.cpp tells about, and the file as they read it. Internal to base.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/media.h"

namespace footprint::media {

// What is held of a file at once.
inline constexpr std::uint64_t kMostHeld = std::uint64_t{64} << 10;

// A file read by offset, with every read checked.
class Bytes {
  public:
    // Throws Error when it cannot be opened or is no regular file.
    explicit Bytes(const std::filesystem::path& path);

    std::uint64_t size() const { return size_; }
    // Up to `count` bytes from `offset`, at most kMostHeld.
    std::string some(std::uint64_t offset, std::uint64_t count) const;
    std::string exactly(std::uint64_t offset, std::uint64_t count) const;
    [[noreturn]] void broken(std::string_view why) const;

  private:
    std::string name_;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
    std::uint64_t size_ = 0;
};

std::uint64_t big_endian(std::string_view bytes);
std::uint64_t little_endian(std::string_view bytes);
// Keeps a text that is UTF-8.
void add_text(MediaInfo& info, std::string_view key, std::string_view value);

// Each throws Error (invalid) when the file is broken; none holds more than kMostHeld.
MediaInfo mp4_info(const Bytes& file);
MediaInfo webm_info(const Bytes& file);
MediaInfo gif_info(const Bytes& file);
MediaInfo pdf_info(const Bytes& file);

}  // namespace footprint::media
