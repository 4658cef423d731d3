// Runs a program as a user would and keeps what it said.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace footprint::test {

struct Outcome {
    int exit_code = -1;  // 128 + signal when killed
    std::string out;
    std::string err;
};

struct RunOptions {
    std::filesystem::path folder;                    // working directory; this one when empty
    std::map<std::string, std::string> environment;  // added to ours
    std::filesystem::path stdout_to;                 // e.g. /dev/full; captured when empty
};

// For a child after fork(): output and error to the files (one may be both), the options applied,
// argv run in its place. Ends with 126 or 127 when that fails.
[[noreturn]] void become(const std::vector<std::string>& argv, const RunOptions& options,
                         const std::filesystem::path& out, const std::filesystem::path& err);

// argv[0] is looked up in PATH. Throws std::runtime_error when it cannot be started.
Outcome run(const std::vector<std::string>& argv, const RunOptions& options = {});

}  // namespace footprint::test
