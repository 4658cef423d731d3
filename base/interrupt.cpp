#include "base/interrupt.h"

#include <csignal>
#include <string>

namespace footprint {
namespace {

// A signal handler can reach nothing but a static object.
volatile std::sig_atomic_t noted_signal = 0;

extern "C" void note_signal(int signal_number) {
    noted_signal = signal_number;
    std::signal(signal_number, SIG_DFL);
}

}  // namespace

Interrupted::Interrupted(int signal_number)
    : std::runtime_error(signal_number == SIGINT ? "interrupted" : "terminated"),
      signal_(signal_number) {}

void install_signal_handlers() {
    std::signal(SIGINT, note_signal);
    std::signal(SIGTERM, note_signal);
    std::signal(SIGHUP, note_signal);
    std::signal(SIGPIPE, SIG_IGN);
}

void throw_if_interrupted() {
    if (noted_signal != 0) {
        throw Interrupted(static_cast<int>(noted_signal));
    }
}

}  // namespace footprint
