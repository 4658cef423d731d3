#include "geo/io/byte_sink.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/error.h"

namespace footprint::geo {
namespace {
constexpr std::size_t kBuffer = std::size_t{1} << 20;
}

ByteSink::ByteSink(const std::filesystem::path& target, Overwrite overwrite) : buffer_(kBuffer) {
    if (target != "-") {
        file_ = std::make_unique<AtomicFile>(target, overwrite);
    }
}

ByteSink::~ByteSink() = default;

void ByteSink::append(std::string_view text) {
    char* at = reserve(text.size());
    std::memcpy(at, text.data(), text.size());
    advance(at + text.size());
}

void ByteSink::make_room(std::size_t bytes) {
    flush();
    if (buffer_.size() < bytes) {
        buffer_.resize(bytes);
    }
}

void ByteSink::flush() {
    const std::string_view bytes(buffer_.data(), used_);
    used_ = 0;
    if (file_) {
        file_->write(bytes);
    } else if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size()) {
        throw Error(ExitCode::failed,
                    std::string("cannot write to standard output: ") + std::strerror(errno));
    }
}

void ByteSink::commit() {
    flush();
    if (file_) {
        file_->commit();
    } else {
        flush_stdout();
    }
}

}  // namespace footprint::geo
