// Ctrl-C as an exception: long loops ask, unwinding cleans up, the program answers 130 or 143.
#pragma once

#include <stdexcept>

namespace footprint {

// Thrown by throw_if_interrupted after SIGINT or SIGTERM.
class Interrupted : public std::runtime_error {
  public:
    explicit Interrupted(int signal_number);
    int exit_code() const { return 128 + signal_; }

  private:
    int signal_;
};

// From here on SIGINT, SIGTERM and SIGHUP are noted instead of killing; a second one kills as
// usual. SIGPIPE is ignored, so that a closed pipe is a write error with a message. Called once, by
// main.
void install_signal_handlers();

// Cheap enough for any loop over blocks.
void throw_if_interrupted();

}  // namespace footprint
