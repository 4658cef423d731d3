// Which country a point is in: edges of all shapes, by bands of latitude. Inside atlas only.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "geo/atlas/atlas.h"

namespace footprint::geo {

// Shapes must not overlap. Looking east along the point's parallel, the first edge met tells: if it
// has its country on the near side, the point is in it. O(edges in the point's sixteenth of a
// degree of latitude).
class CountryLocator {
  public:
    // shapes[i] belong to country i.
    explicit CountryLocator(std::span<const std::vector<SpherePolygon>> shapes);

    // O(log of the band's edges + edges about the position).
    CountryIndex at(LonLat position) const;
    // The same at out.size() longitudes from first_lon (>= -180) on, all below 180. O(edges in the
    // band + positions).
    void row(double lat, double first_lon, double step_deg, std::span<CountryIndex> out) const;

  private:
    struct Edge {
        double low_lon, low_lat, high_lon, high_lat;
        CountryIndex country;
        bool inside_is_west;
        double west() const { return low_lon < high_lon ? low_lon : high_lon; }
        double east() const { return low_lon < high_lon ? high_lon : low_lon; }
    };
    void add(const std::vector<Edge>& edges);

    std::vector<Edge> edges_;                // by band, then by their west end
    std::vector<double> widest_deg_;         // edge of each band
    std::vector<std::uint32_t> band_begin_;  // kBands + 1
};

}  // namespace footprint::geo
