#include "render/film/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"

namespace footprint::render {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kErrorsKept = std::size_t{64} << 10;

struct Pipe {
    int read_end = -1;
    int write_end = -1;
    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            throw Error(ExitCode::failed,
                        fmt::format("cannot make a pipe: {}", std::strerror(errno)));
        }
        read_end = ends[0];
        write_end = ends[1];
    }
    ~Pipe() {
        close_end(read_end);
        close_end(write_end);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    static void close_end(int& end) {
        if (end >= 0) {
            ::close(end);
        }
        end = -1;
    }
    static int take(int& end) { return std::exchange(end, -1); }
};

struct SpawnSettings {
    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};
    SpawnSettings() {
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
    }
    ~SpawnSettings() {
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;
};

// Descriptors of the child; -1 is /dev/null.
struct Streams {
    int input = -1;
    int output = -1;
    int errors = -1;
};

void redirect(posix_spawn_file_actions_t& actions, int from, int to) {
    if (from >= 0) {
        posix_spawn_file_actions_adddup2(&actions, from, to);
    } else {
        posix_spawn_file_actions_addopen(&actions, to, "/dev/null", O_RDWR, 0);
    }
}

pid_t spawn(const std::string& program, const std::vector<std::string>& arguments,
            const Streams& streams) {
    SpawnSettings settings;
    redirect(settings.actions, streams.input, STDIN_FILENO);
    redirect(settings.actions, streams.output, STDOUT_FILENO);
    redirect(settings.actions, streams.errors, STDERR_FILENO);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigdefault(&settings.attributes, &defaults);
    posix_spawnattr_setpgroup(&settings.attributes, 0);
    posix_spawnattr_setflags(&settings.attributes,
                             static_cast<short>(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP));
    std::vector<std::string> words = arguments;
    std::vector<char*> pointers;
    for (std::string& word : words) {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);
    pid_t pid = -1;
    const int error = ::posix_spawn(&pid, program.c_str(), &settings.actions, &settings.attributes,
                                    pointers.data(), environ);
    if (error != 0) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot start {}: {}", program, std::strerror(error)));
    }
    return pid;
}

void keep_tail(int descriptor, std::string& text, std::size_t kept) {
    std::array<char, 4096> chunk{};
    while (true) {
        const ssize_t got = ::read(descriptor, chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        text.append(chunk.data(), static_cast<std::size_t>(got));
        if (text.size() > 2 * kept) {
            text.erase(0, text.size() - kept);
        }
    }
    ::close(descriptor);
}

}  // namespace

std::string find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) {
        return name;
    }
    const char* path = std::getenv("PATH");
    for (const std::string& folder : split(path == nullptr ? "" : path, ':')) {
        const fs::path candidate = fs::path(folder) / name;
        std::error_code ignored;
        if (fs::is_regular_file(candidate, ignored) && ::access(candidate.c_str(), X_OK) == 0) {
            return candidate.string();
        }
    }
    return {};
}

std::string run_and_read(const std::vector<std::string>& arguments) {
    Pipe output;
    const pid_t pid = spawn(arguments.front(), arguments, {-1, output.write_end, -1});
    Pipe::close_end(output.write_end);
    std::string text;
    keep_tail(Pipe::take(output.read_end), text, std::size_t{1} << 20);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        throw Error(ExitCode::failed, fmt::format("{} could not be asked", arguments.front()));
    }
    return text;
}

FedProcess::FedProcess(const std::vector<std::string>& arguments) : name_(arguments.front()) {
    const std::string program = find_program(name_);
    if (program.empty()) {
        throw Error(ExitCode::failed, fmt::format("there is no program '{}' on PATH", name_));
    }
    // A child that ends early must be an error that we see, not a signal that ends us.
    std::signal(SIGPIPE, SIG_IGN);
    Pipe input;
    // Frames are megabytes: the larger, the fewer changes from one program to the other. Where it
    // is not allowed, the usual size does.
    constexpr int kPipeBytes = 1 << 20;
    ::fcntl(input.write_end, F_SETPIPE_SZ, kPipeBytes);
    Pipe errors;
    pid_ = spawn(program, arguments, {input.read_end, -1, errors.write_end});
    input_ = Pipe::take(input.write_end);
    listener_ = std::thread([this, descriptor = Pipe::take(errors.read_end)] {
        keep_tail(descriptor, errors_, kErrorsKept);
    });
}

FedProcess::~FedProcess() {
    kill_and_wait();
}

void FedProcess::kill_and_wait() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
    }
    wait();
}

int FedProcess::wait() {
    Pipe::close_end(input_);
    if (pid_ > 0) {
        while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
    }
    if (listener_.joinable()) {
        listener_.join();
    }
    return status_;
}

void FedProcess::fail(const std::string& what) {
    std::string words(trimmed(errors_));
    constexpr std::size_t kShown = 1500;
    if (words.size() > kShown) {
        words = "…" + words.substr(words.size() - kShown);
    }
    throw Error(ExitCode::failed,
                fmt::format("{} {}{}{}", name_, what, words.empty() ? "" : "; it said:\n", words));
}

void FedProcess::write(std::span<const std::uint8_t> bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        throw_if_interrupted();
        const ssize_t wrote = ::write(input_, bytes.data() + done, bytes.size() - done);
        if (wrote >= 0) {
            done += static_cast<std::size_t>(wrote);
        } else if (errno != EINTR) {
            finish();
            fail("stopped reading before the film was complete");
        }
    }
}

void FedProcess::finish() {
    const int status = wait();
    if (WIFSIGNALED(status)) {
        fail(fmt::format("was ended by signal {}", WTERMSIG(status)));
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail(fmt::format("failed with exit code {}", WEXITSTATUS(status)));
    }
}

}  // namespace footprint::render
