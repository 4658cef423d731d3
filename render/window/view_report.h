// What the window shows, in words: for screen readers' tools, scripts and tests, which cannot look.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "render/scene/scene.h"
#include "render/window/desk.h"
#include "render/window/view_state.h"

namespace footprint::render {

// A control as it stands on the screen.
struct ControlReport {
    std::string name;
    std::string value;
    Rect rect;  // pixels of the window
};

// What only the window itself knows.
struct WindowFacts {
    int width = 0;  // of the picture, pixels
    int height = 0;
    int window_width = 0;
    int window_height = 0;
    double scale = 1;
    bool painted = false;                // what is on the screen is what was asked for, and rests
    std::uint64_t frames = 0;            // shown so far
    std::uint64_t pictures = 0;          // painted so far
    std::vector<std::string> providers;  // ids, in the legend's order
    std::string saved;                   // the last picture written; empty when none was
    std::optional<PeopleCount> people;   // within the threshold
    std::vector<ControlReport> controls;
    std::vector<std::string> outages;  // "aws:us-east-1"
    const Desk* desk = nullptr;
};

// One JSON object with a newline at its end. `state` has as many providers as `facts`.
std::string view_report(const ViewState& state, const WindowFacts& facts);

}  // namespace footprint::render
