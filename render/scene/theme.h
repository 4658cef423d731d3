// Colours of a picture.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "render/scene/geometry.h"
#include "render/scene/symbols.h"

namespace footprint::render {

// Classes of round-trip time, fixed over a film: at most 20, 50, 100, 150 ms, and slower.
inline constexpr std::array<double, 4> kClassBreaks_ms{20, 50, 100, 150};
inline constexpr std::size_t kClassCount = kClassBreaks_ms.size() + 1;

struct Theme {
    std::string name;
    Color background;
    Color sea;
    Color graticule;
    Color land;  // where no shading is asked for
    Color coast;
    Color border;
    Color text;
    Color quiet_text;  // second line, credits; at least 4.5:1 on the background
    Color accent;      // progress bar, running total
    Color warning;     // "not fact"
    Color symbol_edge;
    Color cable;                             // that lies at sea
    Color cable_glow;                        // of one in use
    std::array<Color, kClassCount> classes;  // by round-trip time, fastest first
    std::array<Color, kHueCount> hues;
};

// "dark", "light" or "contrast"; throws Error (usage) on another name.
const Theme& find_theme(std::string_view name);

}  // namespace footprint::render
