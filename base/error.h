// The one exception type of the house, and its exit codes.
#pragma once

#include <stdexcept>
#include <string>

namespace footprint {

// What the program answers to the shell.
enum class ExitCode : int {
    ok = 0,
    failed = 1,      // run-time failure: read, write, encoder, memory, output exists
    usage = 2,       // rejected before work began: unknown flag, conflicting or malformed options
    invalid = 3,     // data did not validate
    infeasible = 4,  // well-formed question without a feasible answer
};

// Says what went wrong, where, what was expected and what to do next, in one or a few lines.
class Error : public std::runtime_error {
  public:
    Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
    ExitCode code() const { return code_; }

  private:
    ExitCode code_;
};

}  // namespace footprint
