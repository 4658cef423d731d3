#include "tests/support/program.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/support/scratch.h"

namespace footprint::test {
namespace {

std::string slurp(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void redirect(const std::filesystem::path& path, int descriptor) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || ::dup2(file, descriptor) < 0) {
        ::_exit(126);
    }
    ::close(file);
}

}  // namespace

void become(const std::vector<std::string>& argv, const RunOptions& options,
            const std::filesystem::path& out, const std::filesystem::path& err) {
    redirect(out, STDOUT_FILENO);
    if (err == out) {
        ::dup2(STDOUT_FILENO, STDERR_FILENO);
    } else {
        redirect(err, STDERR_FILENO);
    }
    if (!options.folder.empty() && ::chdir(options.folder.c_str()) != 0) {
        ::_exit(126);
    }
    for (const auto& [name, value] : options.environment) {
        ::setenv(name.c_str(), value.c_str(), 1);
    }
    std::vector<char*> words;
    words.reserve(argv.size() + 1);
    for (const auto& word : argv) {
        words.push_back(const_cast<char*>(word.c_str()));
    }
    words.push_back(nullptr);
    ::execvp(words[0], words.data());
    ::_exit(127);
}

Outcome run(const std::vector<std::string>& argv, const RunOptions& options) {
    const Scratch scratch;
    const auto err = scratch.path() / "err";
    const auto out = options.stdout_to.empty() ? scratch.path() / "out" : options.stdout_to;
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
        become(argv, options, out, err);
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child) {
        throw std::runtime_error("cannot start " + argv.at(0));
    }
    Outcome outcome;
    outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    outcome.out = options.stdout_to.empty() ? slurp(out) : std::string();
    outcome.err = slurp(err);
    return outcome;
}

}  // namespace footprint::test
