#include "sim/coverage/rtt_steps.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace footprint::sim {

namespace {

// The least float above a threshold.
float after(double threshold_ms) {
    constexpr float kMost = std::numeric_limits<float>::infinity();
    const double most = std::numeric_limits<float>::max();
    const auto nearest = static_cast<float>(std::clamp(threshold_ms, 0.0, most));
    return static_cast<double>(nearest) <= threshold_ms ? std::nextafter(nearest, kMost) : nearest;
}

}  // namespace

RttSteps::RttSteps(std::span<const double> thresholds_ms)
    : thresholds_ms_(thresholds_ms.begin(), thresholds_ms.end()) {
    begin_.push_back(0);
    for (std::uint32_t bits = kLowest + 1; bits <= kHighest; ++bits) {
        begin_.push_back(std::bit_cast<float>(bits << kShift));
    }
    for (const double threshold : thresholds_ms_) {
        begin_.push_back(after(threshold));
    }
    std::ranges::sort(begin_);
    begin_.erase(std::ranges::unique(begin_).begin(), begin_.end());
    const auto step_at = [&](float rtt_ms) {
        return std::ranges::upper_bound(begin_, rtt_ms) - begin_.begin() - 1;
    };
    for (std::uint32_t bits = kLowest; bits <= kHighest; ++bits) {
        const float begin = bits == kLowest ? 0.0F : std::bit_cast<float>(bits << kShift);
        first_.push_back(static_cast<std::uint32_t>(step_at(begin)));
    }
    for (const double threshold : thresholds_ms_) {
        threshold_end_.push_back(static_cast<std::size_t>(step_at(after(threshold))));
    }
}

}  // namespace footprint::sim
