// How evenly people are served: who waits longest, and how unequal the waiting is.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace footprint::sim {

// RTTs are those of places' median clients; every person of a place counts with it.
struct Equity {
    double people = 0;
    double unserved = 0;  // without any path; not in mean, Gini and worst decile
    double mean_ms = 0;
    // Half the mean absolute difference between two people, over the mean: 0 if all wait equally,
    // towards 1 if few wait for all (Gini 1912).
    double gini = 0;
    double worst_decile_ms = 0;  // mean of the tenth of the people who wait longest
    double best_decile_ms = 0;   // and of the tenth who wait least
    // The least RTT within which that share of all people is; nothing where too many have no path.
    std::optional<double> median_ms, p90_ms, p99_ms;
};

// O(points log points). Sums in a fixed order.
Equity equity(std::span<const std::uint32_t> points, std::span<const double> weights,
              std::span<const float> rtt_ms);

}  // namespace footprint::sim
