// Demand points gathered into few demand places, and the metros where a region could be built.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "geo/atlas/cities.h"
#include "geo/atlas/people.h"
#include "sim/expansion/facts.h"

namespace footprint::sim {

// At most `most` places, none across a border, that lose as little as possible: the place whose
// people are farthest spread (people^0.8 × root mean square distance) is cut in two across its
// longest axis, again and again (Wu 1991, "Efficient statistical computations for optimal color
// quantization", in the manner of a priority queue). A place stands at the mean of its people.
// People and rural people of each country are kept. O(points × log places). Throws Error (usage)
// when there are more countries than places.
geo::DemandPoints gather_places(const geo::DemandPoints& points, std::size_t most);

// On a sphere: within 0.6 % of the geodesic, which is enough to keep sites apart.
double rough_distance_m(geo::LonLat a, geo::LonLat b);

struct Site {
    std::string name;
    std::string country;  // ISO alpha-2
    geo::CountryIndex country_index = geo::kNoCountry;
    geo::LonLat position;
    double people = 0;
    bool supplies = false;  // a western supply hub of the national computing network
    bool is_hub = false;
};

// hubs.csv and metros.csv first, then cities by population, at least 40 km apart within a country.
// O(n × most).
std::vector<Site> candidate_sites(const Facts& facts, const geo::Cities& cities,
                                  const geo::Atlas& atlas, std::size_t most);

}  // namespace footprint::sim
