#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/interrupt.h"

namespace footprint {
namespace fs = std::filesystem;

std::string read_file(const fs::path& path, std::size_t limit_bytes) {
    // Asked before opening: opening a pipe without a writer would wait for ever.
    std::error_code ignored;
    const auto type = fs::status(path, ignored).type();
    if (type == fs::file_type::fifo || type == fs::file_type::socket) {
        throw Error(
            ExitCode::failed,
            fmt::format("cannot read {}: it is a pipe, not a regular file; write what comes "
                        "from it to a file first",
                        path.string()));
    }
    if (type == fs::file_type::directory) {
        throw Error(
            ExitCode::failed,
            fmt::format("cannot read {}: it is a folder, not a regular file", path.string()));
    }
    const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(std::fopen(path.c_str(), "rb"),
                                                                  &std::fclose);
    if (!file) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot open {}: {}", path.string(), std::strerror(errno)));
    }
    struct stat status {};
    if (fstat(fileno(file.get()), &status) != 0 || S_ISDIR(status.st_mode)) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot read {}: it is not a regular file", path.string()));
    }
    std::string text;
    if (S_ISREG(status.st_mode)) {
        text.reserve(std::min(static_cast<std::size_t>(status.st_size), limit_bytes));
    }
    constexpr std::size_t kChunk = std::size_t{1} << 18;
    while (true) {
        const std::size_t before = text.size();
        text.resize(before + kChunk);
        const std::size_t got = std::fread(text.data() + before, 1, kChunk, file.get());
        text.resize(before + got);
        if (text.size() > limit_bytes) {
            throw Error(ExitCode::invalid, fmt::format("{} is larger than the limit of {} MiB",
                                                       path.string(), limit_bytes >> 20));
        }
        if (got < kChunk) {
            break;
        }
    }
    if (std::ferror(file.get()) != 0) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
    }
    return text;
}

SpooledInput::SpooledInput(std::string_view suffix, std::uint64_t limit_bytes) {
    std::error_code error;
    const fs::path folder = fs::temp_directory_path(error);
    std::string name = ((error ? fs::path("/tmp") : folder) / "footprint-XXXXXX").string();
    name += suffix;
    const int file = ::mkostemps(name.data(), static_cast<int>(suffix.size()), O_CLOEXEC);
    if (file < 0) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot write {}: {}; set TMPDIR to a folder for temporary files",
                                name, std::strerror(errno)));
    }
    path_ = name;
    try {
        copy(file, limit_bytes);
    } catch (...) {
        ::close(file);
        fs::remove(path_, error);
        throw;
    }
    ::close(file);
}

SpooledInput::~SpooledInput() {
    std::error_code ignored;
    fs::remove(path_, ignored);
}

void SpooledInput::copy(int to, std::uint64_t limit_bytes) {
    std::string block(std::size_t{1} << 18, '\0');
    std::uint64_t total = 0;
    while (true) {
        const ssize_t got = ::read(STDIN_FILENO, block.data(), block.size());
        throw_if_interrupted();
        if (got == 0) {
            return;
        }
        if (got < 0 && errno != EINTR) {
            throw Error(ExitCode::failed,
                        fmt::format("cannot read standard input: {}", std::strerror(errno)));
        }
        const auto count = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
        total += count;
        if (total > limit_bytes) {
            throw Error(ExitCode::invalid,
                        fmt::format("standard input holds more than the limit of {} MiB",
                                    limit_bytes >> 20));
        }
        for (std::size_t done = 0; done < count;) {
            const ssize_t put = ::write(to, block.data() + done, count - done);
            if (put < 0 && errno != EINTR) {
                throw Error(ExitCode::failed, fmt::format("cannot write {}: {}", path_.string(),
                                                          std::strerror(errno)));
            }
            done += static_cast<std::size_t>(std::max<ssize_t>(put, 0));
        }
    }
}

namespace {

// A device or pipe (/dev/null, /dev/full, /dev/fd/1): written directly, never replaced.
bool is_stream(const fs::path& target) {
    std::error_code ignored;
    const fs::file_type type = fs::status(target, ignored).type();
    return type == fs::file_type::character || type == fs::file_type::fifo;
}

}  // namespace

void refuse_existing(const fs::path& target, Overwrite overwrite) {
    std::error_code ignored;
    if (is_stream(target)) {
        return;
    }
    if (target != "-" && overwrite == Overwrite::refuse && fs::exists(target, ignored)) {
        throw Error(ExitCode::failed,
                    fmt::format("{} exists; use -O or --overwrite to replace it", target.string()));
    }
}

namespace {

fs::path folder_of(const fs::path& target) {
    return target.has_parent_path() ? target.parent_path() : fs::path(".");
}

}  // namespace

void refuse_unwritable(const fs::path& target) {
    if (target == "-" || is_stream(target)) {
        return;
    }
    const fs::path folder = folder_of(target);
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored)) {
        throw Error(ExitCode::failed, fmt::format("cannot write {}: there is no folder {}",
                                                  target.string(), folder.string()));
    }
    if (fs::is_directory(target, ignored)) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot write {}: it is a folder", target.string()));
    }
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot write {}: the folder {} cannot be "
                                "written in: {}",
                                target.string(), folder.string(), std::strerror(errno)));
    }
}

AtomicFile::AtomicFile(fs::path target, Overwrite overwrite)
    : target_(std::move(target)), overwrite_(overwrite) {
    refuse_existing(target_, overwrite_);
    refuse_unwritable(target_);
    const fs::path folder = folder_of(target_);
    if (is_stream(target_)) {
        file_.reset(std::fopen(target_.c_str(), "wb"));
        if (!file_) {
            fail("open", errno);
        }
        return;
    }
    // The suffix is kept, because GDAL and ffmpeg choose formats by it.
    temporary_ = folder / fmt::format(".{}.{}.part{}", target_.stem().string(), getpid(),
                                      target_.extension().string());
    const int descriptor =
        ::open(temporary_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        fail("create", errno);
    }
    file_.reset(::fdopen(descriptor, "wb"));
    if (!file_) {
        fail("create", errno);
    }
}

AtomicFile::~AtomicFile() {
    file_.reset();
    if (!committed_ && !temporary_.empty()) {
        std::error_code ignored;
        fs::remove(temporary_, ignored);
    }
}

void AtomicFile::fail(std::string_view what, int error_number) const {
    throw Error(ExitCode::failed, fmt::format("cannot {} {}: {}", what, target_.string(),
                                              std::strerror(error_number)));
}

void AtomicFile::write(std::string_view bytes) {
    throw_if_interrupted();
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
        fail("write", errno);
    }
}

fs::path AtomicFile::release_path() {
    if (temporary_.empty()) {
        throw Error(ExitCode::usage,
                    fmt::format("cannot write {}: this format needs a file that it can go back in, "
                                "not a device or pipe",
                                target_.string()));
    }
    file_.reset();
    return temporary_;
}

void AtomicFile::commit() {
    throw_if_interrupted();
    if (file_) {
        const bool flushed = std::fflush(file_.get()) == 0;
        if (!flushed || (!temporary_.empty() && ::fsync(fileno(file_.get())) != 0)) {
            fail("write", errno);
        }
        if (std::fclose(file_.release()) != 0) {
            fail("close", errno);
        }
    }
    if (temporary_.empty()) {
        committed_ = true;
        return;
    }
    refuse_existing(target_, overwrite_);
    if (std::rename(temporary_.c_str(), target_.c_str()) != 0) {
        fail("rename into place", errno);
    }
    committed_ = true;
}

namespace {

// An error number of 0: the stream failed before, and no longer knows why.
[[noreturn]] void fail_stdout(int error_number) {
    const std::string message =
        fmt::format("cannot write to standard output: {}",
                    error_number == 0 ? "an earlier write failed" : std::strerror(error_number));
    if (error_number == EPIPE) {
        throw ReaderGone(ExitCode::failed, message);
    }
    throw Error(ExitCode::failed, message);
}

}  // namespace

void write_text(const fs::path& target, std::string_view text, Overwrite overwrite) {
    if (target == "-") {
        errno = 0;
        if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) {
            fail_stdout(errno);
        }
        flush_stdout();
        return;
    }
    AtomicFile file(target, overwrite);
    file.write(text);
    file.commit();
}

void flush_stdout() {
    errno = 0;
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        fail_stdout(errno);
    }
}

}  // namespace footprint
