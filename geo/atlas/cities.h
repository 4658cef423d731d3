// Cities by name and place (GeoNames).
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "geo/sphere/lonlat.h"

namespace footprint::geo {

struct City {
    std::string name;
    std::string country;  // ISO alpha-2
    LonLat position;
    double population = 0;
    int rank = 0;  // 1 is labelled first
};

class Cities {
  public:
    // Reads cities.csv. Throws Error when missing or malformed.
    static Cities load(const std::filesystem::path& datasets);

    std::span<const City> all() const { return cities_; }

    // By name, ASCII name or alternate name, case- and accent-insensitive ("Johor Bahru",
    // "queretaro"); "name, CC" picks the country. The most populous match first. O(log n +
    // matches).
    std::vector<const City*> find(std::string_view name) const;
    // The nearest city, by geodesic (the more populous of two at one distance); null if there are
    // none. About 50 µs.
    const City* nearest(LonLat position) const;

  private:
    std::vector<City> cities_;
    std::vector<Vec3> vectors_;  // on the reduced-latitude sphere
    std::vector<std::pair<std::string, std::uint32_t>> by_folded_name_;
};

}  // namespace footprint::geo
