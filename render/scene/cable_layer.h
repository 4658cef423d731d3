// Submarine cables as lines at sea: quiet where they lie, glowing where people's ways lead.
#pragma once

#include <vector>

#include "render/scene/display_list.h"
#include "render/scene/map_view.h"
#include "render/scene/theme.h"
#include "sim/coverage/cable_traffic.h"

namespace footprint::render {

// Lines of one map, laid out once. What is shown moves towards what is so, step by step, so that
// cables light up and fade in a film.
class CableLayer {
  public:
    // `unit`: pixels of a design pixel. O(cables). The theme must outlive it.
    CableLayer(const MapView& view, const sim::Backbone& backbone, const Theme& theme, double unit);

    // What lies there and what is in use from here on. A cable that comes flashes up, unless
    // `at_once`.
    void set(const sim::CableDay& day, bool at_once);
    // One frame on; true if anything looks different.
    bool advance(bool at_once);
    // Quiet lines first, then the glow.
    DisplayList list() const;

  private:
    struct Line {
        std::size_t edge = 0;
        PathPtr path;
        int wanted = 0;  // 0 not there; 1 quiet; 2 to kLevels + 1 in use, brighter with more people
        int shown = 0;   // the same in quarters
    };
    std::vector<Line> lines_;
    const Theme* theme_;
    double unit_;
};

// How a cable looks, for a key.
void add_cable_sample(DisplayList& list, Point from, Point to, bool in_use, const Theme& theme,
                      double unit);

}  // namespace footprint::render
