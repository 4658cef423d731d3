// countries.csv in memory, and names of countries and areas. Inside atlas only.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "geo/atlas/atlas.h"

namespace footprint::geo {

struct CountryTable {
    std::vector<Country> countries;
    CountrySeries series;
    // Folded names, codes and aliases.
    std::unordered_map<std::string, CountryIndex> by_name;

    // Adds a country that only the base map knows; returns its index.
    CountryIndex add(Country country);
    std::optional<CountryIndex> find(std::string_view name) const;
};

// Throws Error (invalid) with file and line when malformed.
CountryTable read_countries(const std::filesystem::path& file);

std::optional<Atlas::Area> find_area_in(const CountryTable& table, std::string_view name);
std::vector<std::string> area_names_in(const CountryTable& table);

}  // namespace footprint::geo
