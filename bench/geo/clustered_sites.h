// Sites as people have them: many in few places. For benchmarks.
#pragma once

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "geo/sphere/grid_field.h"

namespace footprint::geo {

// Weighted ones have offsets of 5 to 25 ms, prices of 1.2 to 2.2 ms for 100 km, and three to a
// group.
inline std::vector<GridSite> clustered_sites(std::size_t count, bool weighted) {
    std::mt19937_64 random(7);
    const auto uniform = [&](double low, double high) {
        return low + (high - low) * static_cast<double>(random() >> 11) * 0x1p-53;
    };
    const auto anywhere = [&] {
        const double sine = uniform(-1, 1);
        return LonLat{uniform(-180, 180), std::asin(sine) * 180 / M_PI};
    };
    std::vector<LonLat> hubs(40);
    std::ranges::generate(hubs, anywhere);
    std::vector<GridSite> sites;
    for (std::size_t i = 0; i < count; ++i) {
        const LonLat hub = hubs[i % hubs.size()];
        GridSite site{.position = {normalized_lon(hub.lon + uniform(-12, 12)),
                                   std::clamp(hub.lat + uniform(-8, 8), -90.0, 90.0)},
                      .group = static_cast<std::uint32_t>(i)};
        if (weighted) {
            site.offset = uniform(5, 25);
            site.per_m = uniform(1.2, 2.2) / 100'000;
            site.group = static_cast<std::uint32_t>(i / 3);
        }
        sites.push_back(site);
    }
    return sites;
}

}  // namespace footprint::geo
