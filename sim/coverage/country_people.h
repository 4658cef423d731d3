// Who lives in which country and how countries grow: what is the same for every footprint of many
// dates.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/coverage/coverage.h"

namespace footprint::sim {

// People in units of 2^-20 of a person: sums are exact in any order.
struct PeopleCount {
    static constexpr double kUnit = 1 << 20;
    std::int64_t urban = 0;
    std::int64_t rural = 0;
};

class CountryPeople {
  public:
    // All must outlive it. Without `clients` all clients of a place have its RTT.
    CountryPeople(const geo::DemandPoints& points, const geo::Atlas& atlas,
                  geo::PeopleWeight weight, const ClientAccess* clients);

    // What a place's urban and rural people of 2025 are multiplied with, by country, to give its
    // weight at a date: as geo::DemandPoints::weights() does.
    struct Factor {
        double urban = 0;
        double rural = 0;

        double people(const PeopleCount& count) const {
            return people(static_cast<double>(count.urban), static_cast<double>(count.rural));
        }
        double people(double urban_units, double rural_units) const {
            return (urban_units * urban + rural_units * rural) / PeopleCount::kUnit;
        }
    };
    std::vector<Factor> factors(Date date) const;

    // Slots are countries, then one for places without.
    std::size_t slots() const { return slots_; }
    std::size_t slot_of(std::uint32_t point) const { return of_point_[point].slot; }
    const PeopleCount& of_slot(std::size_t slot) const { return of_slot_[slot]; }
    const PeopleCount& of_point(std::uint32_t point) const { return of_point_[point].count; }
    const geo::DemandPoints& points() const { return *points_; }
    const ClientAccess* clients() const { return clients_; }
    // Countries with the same access line share one: which a slot has, and a country of each.
    std::uint32_t access(std::size_t slot) const { return access_[slot]; }
    std::span<const geo::CountryIndex> represent() const { return represent_; }

  private:
    void share_access();

    const geo::DemandPoints* points_;
    const geo::Atlas* atlas_;
    geo::PeopleWeight weight_;
    const ClientAccess* clients_;
    std::size_t slots_;
    std::vector<PeopleCount> of_slot_;
    // What counting asks of a place, in one place of memory.
    struct OfPoint {
        PeopleCount count;
        std::size_t slot;
    };
    std::vector<OfPoint> of_point_;
    std::vector<std::uint32_t> access_;  // by slot
    std::vector<geo::CountryIndex> represent_;
};

// To the nearest unit; people are not negative.
inline std::int64_t people_units(double people) {
    return static_cast<std::int64_t>(people * PeopleCount::kUnit + 0.5);
}

}  // namespace footprint::sim
