#include "sim/coverage/leaders.h"

#include <algorithm>

namespace footprint::sim {

namespace {

// Those within a level of the least that is above `beyond_ms`.
std::vector<std::size_t> level(std::span<const float> rtt_ms, float beyond_ms, float& least_ms) {
    for (const float ms : rtt_ms) {
        least_ms = ms > beyond_ms ? std::min(least_ms, ms) : least_ms;
    }
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < rtt_ms.size() && std::isfinite(least_ms); ++i) {
        if (rtt_ms[i] >= least_ms && rtt_ms[i] <= least_ms + kLevel_ms) {
            result.push_back(i);
        }
    }
    return result;
}

}  // namespace

Leaders leaders(std::span<const float> rtt_ms) {
    Leaders result;
    result.first = level(rtt_ms, -1, result.first_ms);
    if (!result.first.empty()) {
        result.next = level(rtt_ms, result.first_ms + kLevel_ms, result.next_ms);
    }
    return result;
}

}  // namespace footprint::sim
