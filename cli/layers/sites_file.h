// --sites: places of the user's own.
#pragma once

#include <filesystem>
#include <vector>

#include "geo/sphere/lonlat.h"

namespace footprint::cli {

// Positions from a CSV with the columns lon and lat, in any order; other columns are ignored.
// Throws Error (invalid) that names file, line and value for anything that is no place on Earth,
// and for a file without sites. The places' order is the rows'.
std::vector<geo::LonLat> read_sites(const std::filesystem::path& file);

}  // namespace footprint::cli
