// Where the world's people are: demand points whose country totals match countries.csv at any year.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "geo/atlas/atlas.h"
#include "geo/sphere/lonlat.h"

namespace footprint::geo {

enum class PeopleWeight { people, internet_users };

// Structure of arrays, all of one length, ordered so that neighbours on the globe are near in
// memory.
struct DemandPoints {
    std::vector<LonLat> position;
    std::vector<CountryIndex> country;
    std::vector<float> people_2025;  // city and rural people of the point
    std::vector<float> rural_2025;   // the rural part of people_2025

    // The people are somebody's own count: weights() leaves them as they are in every year.
    bool as_given = false;

    std::size_t size() const { return position.size(); }

    // Reads people/demand_points.csv. Throws Error when missing or malformed.
    static DemandPoints load(const std::filesystem::path& datasets, const Atlas& atlas);

    // Weight of each point in a year: people_2025 scaled so that each country's sum is its
    // population of that year (or its internet users); with as_given unscaled (or times its share
    // of internet users). O(size).
    std::vector<double> weights(const CountrySeries& series, double year, PeopleWeight kind) const;
};

}  // namespace footprint::geo
