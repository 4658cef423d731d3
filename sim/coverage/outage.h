// What people feel when regions go, or come: who moves where, by how much, who falls out of a
// threshold.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "sim/coverage/coverage.h"

namespace footprint::sim {

inline constexpr RegionIndex kNoRegion = std::numeric_limits<RegionIndex>::max();

// One footprint after another, felt by people. RTTs of a place are those of its median client.
struct Shift {
    double affected = 0;      // people whose best region or RTT is another afterwards
    double moved = 0;         // of them, those whose region is another, or none
    double unserved = 0;      // of them, without any path left
    double newly_served = 0;  // of them, without a path before
    double person_ms = 0;     // Σ people × (RTT after − before) of those with a path both times
    double most_ms = 0;       // the largest change of RTT at one place, signed
    std::vector<double> within{};  // people within each threshold, after − before

    // RTT after − before, mean over the affected who have a path both times.
    double mean_ms() const {
        const double both = affected - unserved - newly_served;
        return both > 0 ? person_ms / both : 0;
    }
};

struct RegionMove {
    RegionIndex from = kNoRegion;  // kNoRegion: nobody reached them, or nobody does any more
    RegionIndex to = kNoRegion;
    double people = 0;
    double person_ms = 0;
    // RTT after − before, mean over people; 0 where one of the two is nobody.
    double mean_ms() const { return people > 0 ? person_ms / people : 0; }
};

struct CountryShift {
    geo::CountryIndex country = geo::kNoCountry;
    double people = 0;
    Shift shift;
};

struct Outage {
    double people = 0;                  // of the places asked about
    std::vector<double> within_before;  // by threshold
    Shift shift;
    std::vector<RegionMove> moves;        // most people first, then by region
    std::vector<CountryShift> countries;  // affected ones, by people affected, most first
};

// The region that serves each place best, kNoRegion where none does.
std::vector<RegionIndex> best_regions(const LatencyField& field);

// From one field over the same places to another. `people.countries` is needed. Sums in a fixed
// order. O(points × thresholds).
Outage outage(std::span<const std::uint32_t> points, const People& people,
              const LatencyField& before, const LatencyField& after,
              std::span<const double> thresholds_ms);

// What the loss of one region alone would do.
struct RegionLoss {
    RegionIndex region = kNoRegion;
    double served = 0;  // people whom it serves best
    Shift shift;
    RegionIndex heir = kNoRegion;  // takes over most of them; kNoRegion: nobody takes any
    double heir_people = 0;
};

// The loss of each region that serves somebody best, one at a time, from one field that keeps the
// best two regions: whoever loses the best is served by the second best. By region. One pass,
// O(points × thresholds), whatever the number of regions. Throws Error when the field keeps the
// best only.
std::vector<RegionLoss> loss_of_each_region(std::span<const std::uint32_t> points,
                                            const People& people, const LatencyField& best_two,
                                            std::span<const double> thresholds_ms);

}  // namespace footprint::sim
