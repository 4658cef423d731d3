#include "render/film/film_parts.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/error.h"
#include "base/text.h"
#include "render/film/process.h"

namespace footprint::render {
namespace fs = std::filesystem;
namespace {

constexpr const char* kRecipe = "film.txt";
constexpr const char* kLock = "lock";
constexpr std::size_t kLongestRecipe = std::size_t{1} << 20;

// Another ffmpeg may write parts that do not fit together.
std::string version_of(const FilmSettings& settings) {
    if (settings.format == FilmFormat::png_sequence) {
        return "none";
    }
    const std::string words =
        run_and_read({find_program(settings.program), "-hide_banner", "-version"});
    return words.substr(0, words.find('\n'));
}

// All that decides on the film's bytes, a line each.
std::string recipe_of(const FilmSettings& s) {
    const char* const made = std::getenv("SOURCE_DATE_EPOCH");
    return fmt::format(
               "format: {}\nsize: {}x{}\nframes: {}\nframes a second: {}\ntitle: {}\ninputs: {}\n"
               "SOURCE_DATE_EPOCH: {}\nencoder: {}\n",
               to_string(s.format), s.width, s.height, s.frames, s.fps, s.title, s.inputs,
               made == nullptr ? "" : made, version_of(s)) +
           s.recipe;
}

std::string differences(const std::string& was, const std::string& now) {
    const auto old_lines = split(was, '\n');
    const auto new_lines = split(now, '\n');
    std::string words;
    for (std::size_t i = 0; i < std::max(old_lines.size(), new_lines.size()); ++i) {
        const std::string old_line = i < old_lines.size() ? old_lines[i] : "";
        const std::string new_line = i < new_lines.size() ? new_lines[i] : "";
        if (old_line != new_line) {
            words += fmt::format("{}'{}', now '{}'", words.empty() ? "" : "; ", old_line, new_line);
        }
    }
    return words;
}

}  // namespace

void flush_to_disk(const fs::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    const bool is_flushed = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int reason = errno;
    if (descriptor >= 0) {
        ::close(descriptor);
    }
    if (!is_flushed) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot write {}: {}", file.string(), std::strerror(reason)));
    }
}

fs::path parts_folder(const fs::path& output) {
    const fs::path target = output.has_filename() ? output : output.parent_path();
    return target.parent_path() / fmt::format(".{}.parts", target.filename().string());
}

FilmParts::FilmParts(const FilmSettings& settings)
    : folder_(parts_folder(settings.output)), stays_(settings.resume) {
    const std::string recipe = recipe_of(settings);
    lock();
    try {
        const bool has_begun = fs::exists(folder_ / kRecipe);
        if (settings.resume && has_begun) {
            check(recipe);
            find_done();
        } else {
            begin(recipe);
        }
    } catch (...) {
        ::close(lock_);
        throw;
    }
}

FilmParts::~FilmParts() {
    std::error_code ignored;
    if (!stays_ || done_.empty()) {
        fs::remove_all(folder_, ignored);
    } else {
        remove_unfinished();
    }
    ::close(lock_);
}

// The disk may be full of it.
void FilmParts::remove_unfinished() const {
    std::error_code error;
    std::vector<fs::path> found;
    for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (name != kLock && name != kRecipe && !name.starts_with("part-")) {
            found.push_back(at->path());
        }
    }
    for (const fs::path& path : found) {
        fs::remove_all(path, error);
    }
}

void FilmParts::lock() {
    std::error_code error;
    fs::create_directory(folder_, error);
    lock_ = error ? -1 : ::open((folder_ / kLock).c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666);
    if (lock_ < 0) {
        throw Error(ExitCode::failed, fmt::format("cannot make the folder {}: {}", folder_.string(),
                                                  error ? error.message() : std::strerror(errno)));
    }
    if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
        ::close(lock_);
        throw Error(ExitCode::failed,
                    fmt::format("another run writes this film now (it holds {}); wait for it, or "
                                "choose another --output",
                                folder_.string()));
    }
}

void FilmParts::begin(const std::string& recipe) {
    for (const auto& entry : fs::directory_iterator(folder_)) {
        if (entry.path().filename() != kLock) {
            fs::remove_all(entry.path());
        }
    }
    write_text(folder_ / kRecipe, recipe, Overwrite::replace);
}

void FilmParts::check(const std::string& recipe) const {
    const std::string begun = read_file(folder_ / kRecipe, kLongestRecipe);
    if (begun != recipe) {
        throw Error(ExitCode::failed,
                    fmt::format("--resume: {} was begun with something else: {}. Give what it was "
                                "begun with, or leave out --resume to begin anew",
                                folder_.string(), differences(begun, recipe)));
    }
}

void FilmParts::find_done() {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder_)) {
        const std::string name = entry.path().filename().string();
        if (name != kLock && name != kRecipe) {
            found.push_back(entry.path());
        }
    }
    std::sort(found.begin(), found.end());
    for (const fs::path& file : found) {
        if (file.filename().string().starts_with(fmt::format("part-{:06}-", done_.size()))) {
            done_.push_back(file);
        } else {
            fs::remove_all(file);
        }
    }
}

fs::path FilmParts::temporary() const {
    // Names of their own: the encoder of a killed run may still be writing.
    return folder_ / fmt::format("new-{:06}-{}", done_.size(), ::getpid());
}

void FilmParts::add(const fs::path& finished, std::string_view mark) {
    flush_to_disk(finished);
    const fs::path name = folder_ / fmt::format("part-{:06}-{}", done_.size(), mark);
    std::error_code error;
    fs::rename(finished, name, error);
    if (error) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot write {}: {}", name.string(), error.message()));
    }
    done_.push_back(name);
}

}  // namespace footprint::render
