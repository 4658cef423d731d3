// Which of several providers serves a place best, where differences that the model cannot know make
// no winner.
#pragma once

#include <cmath>
#include <limits>
#include <span>
#include <vector>

namespace footprint::sim {

// Round-trip times closer than this are level. Regions stand at their city's centre, some 10 km or
// 0.2 ms off, so that of two in one city none is nearer.
inline constexpr float kLevel_ms = 0.5F;

struct Leaders {
    std::vector<std::size_t> first;  // ascending; level with the least RTT of all; none: unserved
    std::vector<std::size_t> next;   // of the others, those level with the least of theirs
    float first_ms = std::numeric_limits<float>::infinity();  // the least of each
    float next_ms = std::numeric_limits<float>::infinity();

    bool is_alone() const { return first.size() == 1; }
    bool has_next() const { return std::isfinite(next_ms); }
    double lead_ms() const { return double{next_ms} - double{first_ms}; }
};

// By provider the RTT of a place, +infinity without a path. In whichever order providers come, the
// same of them lead. O(providers).
Leaders leaders(std::span<const float> rtt_ms);

}  // namespace footprint::sim
