#include "render/window/film_job.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"

namespace footprint::render {
namespace {

constexpr off_t kTail = 8192;

std::string tail_of(std::FILE* file) {
    const int descriptor = ::fileno(file);
    struct stat facts {};
    ::fstat(descriptor, &facts);  // never moves the end at which the program writes
    const off_t size = facts.st_size;
    const off_t from = size > kTail ? size - kTail : 0;
    std::string text(static_cast<std::size_t>(size - from), '\0');
    const ssize_t got = ::pread(descriptor, text.data(), text.size(), from);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
}

struct Actions {
    posix_spawn_file_actions_t list{};
    Actions() { posix_spawn_file_actions_init(&list); }
    ~Actions() { posix_spawn_file_actions_destroy(&list); }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;
};

struct Attributes {
    posix_spawnattr_t list{};
    Attributes() {
        posix_spawnattr_init(&list);
        sigset_t none;
        sigemptyset(&none);
        sigset_t all;
        sigfillset(&all);
        posix_spawnattr_setsigmask(&list, &none);
        posix_spawnattr_setsigdefault(&list, &all);
        posix_spawnattr_setflags(&list, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~Attributes() { posix_spawnattr_destroy(&list); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
};

int exit_code_of(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

FilmJob::FilmJob(const std::vector<std::string>& arguments) : told_(std::tmpfile()) {
    if (!told_) {
        throw Error(ExitCode::failed, fmt::format("cannot record: no temporary file can be made "
                                                  "({})",
                                                  std::strerror(errno)));
    }
    std::vector<std::string> words = arguments;
    std::vector<char*> argv;
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    Actions actions;
    posix_spawn_file_actions_addopen(&actions.list, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions.list, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions.list, ::fileno(told_.get()), STDERR_FILENO);
    const Attributes attributes;
    const int error =
        ::posix_spawn(&pid_, argv.front(), &actions.list, &attributes.list, argv.data(), environ);
    if (error != 0) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot start {}: {}", words.front(), std::strerror(error)));
    }
}

FilmJob::~FilmJob() {
    if (pid_ > 0 && !exit_code_) {
        ::kill(pid_, SIGTERM);
        int status = 0;
        ::waitpid(pid_, &status, 0);
    }
}

FilmJob::Status FilmJob::status() {
    int status = 0;
    if (!exit_code_ && ::waitpid(pid_, &status, WNOHANG) == pid_) {
        exit_code_ = exit_code_of(status);
    }
    Status result;
    result.exit_code = exit_code_;
    for (const std::string& line : split(tail_of(told_.get()), '\n')) {
        const auto json = nlohmann::json::parse(line, nullptr, false);
        if (!json.is_object()) {
            result.words = trimmed(line).empty() ? result.words : std::string(trimmed(line));
        } else if (json.value("total", 0.0) > 0) {
            result.share = json.value("done", 0.0) / json.value("total", 0.0);
        }
    }
    return result;
}

std::string shell_line(const std::vector<std::string>& arguments) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:=+%@";
    std::string line;
    for (const std::string& word : arguments) {
        line += line.empty() ? "" : " ";
        if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) {
            line += word;
            continue;
        }
        line += '\'';
        for (const char c : word) {
            line += c == '\'' ? std::string("'\\''") : std::string(1, c);
        }
        line += '\'';
    }
    return line;
}

}  // namespace footprint::render
