// People within thresholds: a footprint's coverage, and two side by side.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "geo/atlas/atlas.h"
#include "geo/atlas/people.h"
#include "sim/coverage/blocs.h"
#include "sim/coverage/latency_field.h"
#include "sim/timeline/timeline.h"

namespace footprint::sim {

inline const std::vector<double> kDefaultThresholds_ms{10, 20, 30, 50, 100, 150, 200};

// The threshold that a headline is about: of those asked for the one nearest to 50 ms, the smaller
// of two as near. One rule for comparisons, postcards, maps and films, so that their headlines
// compare.
inline constexpr double kHeadlineThreshold_ms = 50;
std::size_t headline_threshold(std::span<const double> thresholds_ms);  // ascending, not empty

// Who may serve whom (--serve). same_bloc: a region serves its own country, and the members of the
// blocs that its country is in at the date.
enum class ServeRule { anywhere, same_continent, same_country, same_bloc };

struct CoverageOptions {
    std::vector<double> thresholds_ms = kDefaultThresholds_ms;  // inclusive: rtt <= threshold
    ServeRule serve = ServeRule::anywhere;
    std::vector<Bloc> blocs;  // of same_bloc
    geo::PeopleWeight weight = geo::PeopleWeight::people;
    RegionScope scope;
};

// The nodes with which a set of providers serves at a date: open, not impaired, of a serving class.
// Regions of class china serve mainland China alone, as long as the scope counts them. Several
// providers together are "best of". In the order of regions.
std::vector<FieldNode> serving_nodes(const Timeline& timeline, Date date,
                                     std::span<const ProviderIndex> providers,
                                     const CoverageOptions& options, const LatencyModel& model,
                                     const geo::Atlas& atlas, Audiences& audiences, int best = 1,
                                     std::span<const RegionIndex> lost = {});

struct AreaCoverage {
    std::string area;
    double people = 0;                    // of the area in that year
    std::vector<double> people_within;    // by threshold
    std::optional<double> median_rtt_ms;  // weighted by people; nothing when half have no path
    std::optional<double> p90_rtt_ms;     // nothing when a tenth have no path
};

// The demand points of each country, so that an area is found without looking at the world.
class PointsByCountry {
  public:
    PointsByCountry(const geo::DemandPoints& points, std::size_t countries);
    // Points of the area, ascending.
    std::vector<std::uint32_t> of(const geo::Atlas::Area& area) const;

  private:
    std::vector<std::uint32_t> points_;  // grouped by country, ascending; kNoCountry last
    std::vector<std::uint32_t> begin_;
};

// Who lives at the demand points and how they are connected.
struct People {
    std::span<const double> weights;                 // by demand point
    std::span<const geo::CountryIndex> countries{};  // by demand point; needed with clients
    const ClientAccess* clients = nullptr;           // null: all clients of a point have its RTT
};

// Sums over the given points in a fixed order (Neumaier compensated), so equal on any number of
// threads. `rtt_ms` is per demand point: that of its median client, if clients are a distribution.
// People within a threshold are then Σ people × P(RTT <= threshold), and the median is that of all
// clients. It is the least RTT within which half of the people are (with clients: to 0.01 ms).
// O(points log points).
AreaCoverage summarize(std::string area, std::span<const std::uint32_t> points_of_area,
                       const People& people, std::span<const float> rtt_ms,
                       std::span<const double> thresholds_ms);
inline AreaCoverage summarize(std::string area, std::span<const std::uint32_t> points_of_area,
                              std::span<const double> weights, std::span<const float> rtt_ms,
                              std::span<const double> thresholds_ms) {
    return summarize(std::move(area), points_of_area, People{weights}, rtt_ms, thresholds_ms);
}

// The same for an area of the demand points.
AreaCoverage summarize(const geo::Atlas::Area& area, const geo::DemandPoints& points,
                       std::span<const double> weights, std::span<const float> rtt_ms,
                       std::span<const double> thresholds_ms);

// Gap of a pair at one threshold. A client has one access line, whichever region it asks: of the
// two it reaches first the one with the shorter path.
struct Gap {
    double only_a = 0;
    double only_b = 0;
    double both = 0;
    double neither = 0;
};
Gap gap(std::span<const std::uint32_t> points_of_area, const People& people,
        std::span<const float> rtt_a_ms, std::span<const float> rtt_b_ms, double threshold_ms);
inline Gap gap(std::span<const std::uint32_t> points_of_area, std::span<const double> weights,
               std::span<const float> rtt_a_ms, std::span<const float> rtt_b_ms,
               double threshold_ms) {
    return gap(points_of_area, People{weights}, rtt_a_ms, rtt_b_ms, threshold_ms);
}
Gap gap(const geo::Atlas::Area& area, const geo::DemandPoints& points,
        std::span<const double> weights, std::span<const float> rtt_a_ms,
        std::span<const float> rtt_b_ms, double threshold_ms);

// A sum that does not lose small terms among large ones (Neumaier 1974).
class CompensatedSum {
  public:
    void add(double value) {
        const double sum = sum_ + value;
        lost_ += std::abs(sum_) >= std::abs(value) ? (sum_ - sum) + value : (value - sum) + sum_;
        sum_ = sum;
    }
    double value() const { return sum_ + lost_; }

  private:
    double sum_ = 0;
    double lost_ = 0;
};

}  // namespace footprint::sim
