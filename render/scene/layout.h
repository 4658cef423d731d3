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
    double unit = 1;       // one pixel of a 1920 × 1080 frame, of a 720p frame in smaller ones
    double crowding = 1;   // how much larger that is than the frame's own
    bool stacked = false;  // square and tall frames: legend and chart stand under the map
    // Of too little room for type that can be read: no key, no zones, a legend in one band, the
    // chart and what a single provider's legend would say only where there is room.
    bool compact = false;

    Rect title;             // title and the line below it
    Rect date;              // right-aligned in wide frames
    double date_size = 76;  // its type, units
    Rect map;               // the inhabited world is fitted in here
    Rect people;            // running total of people within the threshold
    Rect classes;           // classes of round-trip time
    Rect providers;         // the legend proper
    int columns = 2;        // of the legend
    double row = 28;        // its row height
    double head = 22;       // of its columns
    Rect key;               // what states look like
    Rect chart;
    Rect credits;
    Rect progress;
};

// `shaded`: leaves room for the people and the classes. Any size from 320 × 320 up. A frame smaller
// than 720p keeps the type of 720p and shows fewer things: parts without room are empty.
FrameLayout lay_out(int width, int height, std::size_t providers, bool shaded);

// A provider's line of the legend, by its place in the order.
Rect legend_cell(const FrameLayout& layout, std::size_t index);

}  // namespace footprint::render
