// An interruption after which something stays on purpose.
#pragma once

#include <string>

#include "base/interrupt.h"

namespace footprint::cli {

// What stays, and how to go on with it, is told instead of "nothing half-written was left".
class InterruptedButKept : public Interrupted {
  public:
    InterruptedButKept(const Interrupted& interruption, std::string what_stays)
        : Interrupted(interruption), what_stays_(std::move(what_stays)) {}
    const std::string& what_stays() const { return what_stays_; }

  private:
    std::string what_stays_;
};

}  // namespace footprint::cli
