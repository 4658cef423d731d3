// People within RTTs when access is a distribution: each place's people are spread over the RTTs
// that its country's clients have.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "geo/atlas/atlas.h"
#include "sim/coverage/coverage.h"
#include "sim/latency/client_access.h"

namespace footprint::sim {

// What shares of people (people(), within(limit), quantile(share)) say of an area.
template <typename Shares>
AreaCoverage summary_of(std::string area, const Shares& shares,
                        std::span<const double> thresholds_ms) {
    AreaCoverage result;
    result.area = std::move(area);
    result.people = shares.people();
    for (const double threshold : thresholds_ms) {
        result.people_within.push_back(shares.within(threshold));
    }
    result.median_rtt_ms = shares.quantile(0.5);
    result.p90_rtt_ms = shares.quantile(0.9);
    return result;
}

// RTTs above count as this.
inline constexpr double kLongest_ms = 4000;

// The least RTT, to 0.01 ms, within which a share of the people is; nothing if none is. within(ms)
// is how many are, and never falls. Doubles first: most answers are short, and short limits are
// cheap.
template <typename Within>
std::optional<double> least_rtt_ms(double wanted, double people, const Within& within) {
    constexpr double kPrecision_ms = 0.01;
    double high = 2 * kLongest_ms;
    if (people <= 0 || within(high) < wanted) {
        return std::nullopt;
    }
    double low = 0;
    for (double guess = 16; guess < high; guess *= 2) {
        (within(guess) < wanted ? low : high) = guess;
    }
    while (high - low > kPrecision_ms) {
        const double middle = (low + high) / 2;
        (within(middle) < wanted ? low : high) = middle;
    }
    return high;
}

// Σ people × P(RTT <= limit) for one set of places. Places are first gathered by country in steps
// of ClientAccess::kStep_ms of their median client's RTT (shared between the two steps about it,
// which is exact for the tables' linear shares at limits on steps); after that a limit costs
// O(countries × steps in use), whatever the number of places. Sums are in a fixed order.
class ClientShares {
  public:
    // Weights, countries and RTTs are by demand point; +infinity is no path. RTTs above
    // kLongest_ms count as it.
    ClientShares(const ClientAccess& clients, std::span<const std::uint32_t> points,
                 std::span<const geo::CountryIndex> countries, std::span<const double> weights,
                 std::span<const float> rtt_ms);

    double people() const { return people_; }
    double within(double limit_ms) const;
    // The least RTT, to 0.01 ms, within which a share of all people is; nothing if none is.
    std::optional<double> quantile(double share) const;

  private:
    struct Bins {
        geo::CountryIndex country = geo::kNoCountry;
        std::size_t first = 0;       // step of weight[0]
        std::vector<double> weight;  // people by step
    };
    const ClientAccess* clients_;
    double people_ = 0;
    std::vector<Bins> bins_;  // by country
};

}  // namespace footprint::sim
