// Where things stand in a frame, at any size and shape.
#pragma once

#include <cstddef>

#include "render/scene/geometry.h"

namespace footprint::render {

// All in pixels. The parts never overlap each other, except that the map's empty seas lie under
// the legend and the chart of a wide frame.
struct FrameLayout {
    int width = 0;
    int height = 0;
    double unit = 1;       // one pixel of a 1920 × 1080 frame
    bool stacked = false;  // square and tall frames: legend and chart stand under the map

    Rect title;       // title and the line below it
    Rect date;        // right-aligned in wide frames
    Rect map;         // the inhabited world is fitted in here
    Rect people;      // running total of people within the threshold
    Rect classes;     // classes of round-trip time
    Rect providers;   // the legend proper
    int columns = 2;  // of the legend
    double row = 28;  // its row height
    Rect key;         // what states look like
    Rect chart;
    Rect credits;
    Rect progress;
};

// `shaded`: leaves room for the people and the classes. Any size from 320 × 320 up.
FrameLayout lay_out(int width, int height, std::size_t providers, bool shaded);

// A provider's line of the legend, by its place in the order.
Rect legend_cell(const FrameLayout& layout, std::size_t index);

}  // namespace footprint::render
