// Where people live that the base map has no land for.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "geo/atlas/people.h"

namespace footprint::geo {

// Demand points by cells of one degree: whose country's people live at a position, or next to it.
class InhabitedPlaces {
  public:
    explicit InhabitedPlaces(const DemandPoints& points);

    // The country of the nearest demand point within a distance (at most 50 km); the first of
    // equals. O(points in the cells about the position).
    std::optional<CountryIndex> country_near(LonLat position, double within_m) const;

  private:
    struct Point {
        LonLat position;
        CountryIndex country;
    };
    std::vector<Point> points_;         // by cell
    std::vector<std::uint32_t> begin_;  // 360 × 180 + 1
};

}  // namespace footprint::geo
