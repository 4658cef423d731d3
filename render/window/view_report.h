// What the window shows, in words: for screen readers' tools, scripts and tests, which cannot look.
#pragma once

#include <string>
#include <vector>

#include "render/window/view_state.h"

namespace footprint::render {

// What only the window itself knows.
struct WindowFacts {
    int width = 0;  // pixels
    int height = 0;
    bool painted = false;                // what is on the screen is what was asked for
    std::vector<std::string> providers;  // ids, in the legend's order
    std::string saved;                   // the last picture written; empty when none was
};

// One JSON object with a newline at its end. `state` has as many providers as `facts`.
std::string view_report(const ViewState& state, const WindowFacts& facts);

}  // namespace footprint::render
