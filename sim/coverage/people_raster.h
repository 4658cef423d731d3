// A raster of people as demand points.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "geo/atlas/people.h"

namespace footprint::sim {

struct PeopleRaster {
    geo::DemandPoints points;  // as_given
    double people = 0;         // of the raster
    double on_no_land = 0;     // of those, left out
    std::vector<std::string> notes;
};

// Streams the raster (GPW, WorldPop, GHSL, …: people in each cell, any reference system) and
// gathers its people by country and tenth of a degree, each at the mean place of its people: at
// most 8 km from any of them, 0.2 ms of round-trip time. A cell counts for the country that holds
// its centre, or else the nearest within 30 km; countries' totals are the raster's. Memory: 120
// bytes a point, some 2 million points for the world at any resolution, and RasterReader's.
//
// `atlas` needs shapes. Throws Error as RasterReader does, and (invalid) when nobody is in the
// raster or more than 2 % of its people are on no country's land, which a wrong reference system
// looks like.
PeopleRaster read_people_raster(const std::filesystem::path& file, const geo::Atlas& atlas);

}  // namespace footprint::sim
