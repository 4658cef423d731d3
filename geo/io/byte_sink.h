// Where text formats put their bytes: a buffer of 1 MiB before an atomic file or standard output.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "base/files.h"

namespace footprint::geo {

class ByteSink {
  public:
    // "-" is standard output.
    ByteSink(const std::filesystem::path& target, Overwrite overwrite);
    ~ByteSink();
    ByteSink(const ByteSink&) = delete;
    ByteSink& operator=(const ByteSink&) = delete;

    // Room for `bytes` more, to be written in place; advance() tells how far it was used.
    char* reserve(std::size_t bytes) {
        if (buffer_.size() - used_ < bytes) {
            make_room(bytes);
        }
        return buffer_.data() + used_;
    }
    void advance(const char* end) { used_ = static_cast<std::size_t>(end - buffer_.data()); }
    void append(std::string_view text);

    // Writes what is buffered, then closes and renames (or flushes standard output).
    void commit();

  private:
    void flush();
    void make_room(std::size_t bytes);

    std::vector<char> buffer_;
    std::size_t used_ = 0;
    std::unique_ptr<AtomicFile> file_;  // none: standard output
};

}  // namespace footprint::geo
