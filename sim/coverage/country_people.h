// People within RTTs over many dates: places are counted into their countries' bins once, and moved
// when their RTT changes; a date then costs its countries, not its places.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/coverage/coverage.h"

namespace footprint::sim {

// What is the same for every footprint: who lives where, and how countries grow.
class CountryPeople {
  public:
    // All must outlive it.
    CountryPeople(const geo::DemandPoints& points, const geo::Atlas& atlas,
                  geo::PeopleWeight weight, const ClientAccess& clients);

    // What a place's urban and rural people of 2025 are multiplied with, by country, to give its
    // weight at a date: as geo::DemandPoints::weights() does.
    struct Factor {
        double urban = 0;
        double rural = 0;
    };
    std::vector<Factor> factors(Date date) const;

  private:
    friend class PeopleByRtt;
    struct Count {  // in units of 2^-20 people: sums are exact in any order
        std::int64_t urban = 0;
        std::int64_t rural = 0;
    };

    const geo::DemandPoints* points_;
    const geo::Atlas* atlas_;
    geo::PeopleWeight weight_;
    const ClientAccess* clients_;
    std::size_t slots_;              // countries, then one for places without
    std::vector<Count> of_country_;  // by slot
    std::vector<Count> of_point_;
    std::vector<std::uint32_t> access_;  // by slot: countries with the same access line share one
    std::vector<geo::CountryIndex> represent_;  // a country of each
};

// The people of one footprint by country and RTT, as ClientShares has them.
class PeopleByRtt {
  public:
    explicit PeopleByRtt(const CountryPeople& people);

    // RTTs by demand point, +infinity for no path. Only places whose RTT is another than at the
    // last call are counted anew. The result does not depend on the calls before.
    void update(std::span<const float> rtt_ms);

    // As summarize() says for the area's places; median and 90th percentile to 0.01 ms. Areas are
    // whole countries. O(countries × steps).
    AreaCoverage coverage(const geo::Atlas::Area& area,
                          std::span<const CountryPeople::Factor> factors,
                          std::span<const double> thresholds_ms) const;

  private:
    using Count = CountryPeople::Count;
    struct Bins {
        std::vector<Count> count;  // by step
        std::size_t first = 0, end = 0;
        bool has_changed = false;         // since `used` was made
        std::vector<std::uint32_t> used;  // steps with people
    };
    void move(std::uint32_t point, float rtt_ms, std::int64_t sign);
    void add(Bins& bins, std::size_t step, Count count, std::int64_t sign);
    static void list_used(Bins& bins);

    const CountryPeople* people_;
    std::vector<float> rtt_ms_;  // as counted; +infinity: not in the bins
    std::vector<Bins> bins_;     // by slot
};

}  // namespace footprint::sim
