// Files as a good citizen: whole reads with a limit, writes that appear complete or not at all.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace footprint {

// The whole regular file. Throws Error that names the file and the reason, or the limit exceeded.
std::string read_file(const std::filesystem::path& path, std::size_t limit_bytes);

// Standard input as a file, for readers that go back and forth: copied into a temporary one, which
// goes when this does. What is held in memory does not grow with it.
class SpooledInput {
  public:
    // `suffix` is the temporary's, such as ".csv". Throws Error when standard input or the disk
    // fails, and when there are more bytes than the limit.
    SpooledInput(std::string_view suffix, std::uint64_t limit_bytes);
    ~SpooledInput();
    SpooledInput(const SpooledInput&) = delete;
    SpooledInput& operator=(const SpooledInput&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    void copy(int to, std::uint64_t limit_bytes);

    std::filesystem::path path_;
};

enum class Overwrite { refuse, replace };

// Throws Error (failed) when `target` exists and may not be replaced; the message names -O. Verbs
// call this before long work.
void refuse_existing(const std::filesystem::path& target, Overwrite overwrite);

// Throws Error (failed) when `target` is a folder, or its own folder is not there or cannot be
// written in.
void refuse_unwritable(const std::filesystem::path& target);

// A file written beside its target and renamed into place by commit(). Without commit() the target
// is untouched and the temporary is removed. Every write is checked; a full disk is an Error.
class AtomicFile {
  public:
    // Throws Error when the folder does not exist or cannot be written, or the target exists.
    AtomicFile(std::filesystem::path target, Overwrite overwrite);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(std::string_view bytes);
    // Closes, flushes to disk, renames. Throws Error on any failure, leaving the target as it was.
    void commit();

    // For writers that open the file themselves (GDAL, Cairo, ffmpeg): close ours, give the
    // temporary's path (same suffix as the target); commit() then checks and renames it.
    std::filesystem::path release_path();

    const std::filesystem::path& target() const { return target_; }

  private:
    struct Closer {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    [[noreturn]] void fail(std::string_view what, int error_number) const;

    std::filesystem::path target_;
    std::filesystem::path temporary_;  // empty: the target is a device or pipe, written directly
    Overwrite overwrite_;
    std::unique_ptr<std::FILE, Closer> file_;
    bool committed_ = false;
};

// Writes text in one go: to standard output when `target` is "-", else atomically.
void write_text(const std::filesystem::path& target, std::string_view text, Overwrite overwrite);

// The program that read our standard output went away ("| head"). It knows why: main says nothing.
class ReaderGone : public Error {
  public:
    using Error::Error;
};

// Flushes standard output. Throws ReaderGone when its reader closed the pipe, and Error when
// anything written was lost otherwise (full disk).
void flush_stdout();

}  // namespace footprint
