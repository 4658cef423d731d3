// Blocs of countries, with their members by date: who may be served from whose soil.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "geo/atlas/atlas.h"

namespace footprint::sim {

struct BlocMember {
    geo::CountryIndex country = geo::kNoCountry;
    Date since;  // begin of membership
    Date until;  // its end, excluded
};

struct Bloc {
    std::string id;  // "eu"
    std::string name;
    std::vector<BlocMember> members;

    bool has(geo::CountryIndex country, Date date) const;
    std::vector<geo::CountryIndex> at(Date date) const;  // sorted
};

// Reads blocs.csv, or a user's file: columns bloc and country (ISO code or English name), and if
// known name, since, until (dates; empty: always, still). Throws Error (invalid) that lists the
// faults with file and line; (usage) for a file without blocs.
std::vector<Bloc> read_blocs(const std::filesystem::path& file, const geo::Atlas& atlas);

}  // namespace footprint::sim
