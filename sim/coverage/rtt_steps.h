// RTTs in steps, a hundredth wide or less, none of which holds a threshold inside it.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace footprint::sim {

class RttSteps {
  public:
    // Thresholds ascending, inclusive: an RTT equal to one is in the step that ends with it.
    explicit RttSteps(std::span<const double> thresholds_ms);

    std::size_t count() const { return begin_.size(); }
    // RTTs are not negative.
    std::size_t of(float rtt_ms) const {
        std::size_t step = first_[class_of(rtt_ms)];
        while (step + 1 < begin_.size() && begin_[step + 1] <= rtt_ms) {
            ++step;
        }
        return step;
    }
    std::span<const double> thresholds_ms() const { return thresholds_ms_; }
    // The steps before this one hold what is within the threshold.
    std::size_t end_of_threshold(std::size_t index) const { return threshold_end_[index]; }

  private:
    // Floats that are not negative are in the order of their bits: classes of the highest ones,
    // 128 to an octave, from 1 ms to 4 s; what is beyond is in the first or last.
    static constexpr unsigned kShift = 16;
    static constexpr std::uint32_t kLowest = 0x3F800000U >> kShift;
    static constexpr std::uint32_t kHighest = 0x457A0000U >> kShift;
    static std::size_t class_of(float rtt_ms) {
        const std::uint32_t bits = std::bit_cast<std::uint32_t>(rtt_ms) >> kShift;
        return bits < kLowest ? 0 : bits > kHighest ? kHighest - kLowest : bits - kLowest;
    }

    std::vector<double> thresholds_ms_;
    std::vector<float> begin_;                // of each step; the first has what is below, too
    std::vector<std::uint32_t> first_;        // step, by class
    std::vector<std::size_t> threshold_end_;  // by threshold
};

}  // namespace footprint::sim
