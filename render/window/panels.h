// The window's widgets: the controls below the picture, and what comes and goes over it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "render/window/desk.h"
#include "render/window/gui.h"
#include "render/window/view_state.h"
#include "render/window/viewer.h"

namespace footprint::render {

struct PanelInput {
    const ViewerOptions& options;
    const Theme& theme;
    ViewState& state;
    Desk& desk;
    Gui& gui;
    int width = 0;   // of the window
    int height = 0;  // of the window
    int picture_height = 0;
    std::vector<Rect> furniture;  // to keep off
    // Where a card's subject is on the screen; nothing where it is not.
    std::function<std::optional<Point>(const Target&)> place_of;
};

// How high the controls stand in a window so wide, pixels.
int bar_height(int width, double scale);

// Draws everything and does what is asked of the state; what is asked of the window is left on the
// desk.
void draw_panels(PanelInput& in);

// Keys and what they do, for the help.
std::vector<std::pair<std::string_view, std::string_view>> key_help();

}  // namespace footprint::render
