// Many distances at once.
#pragma once

#include <span>

#include "geo/sphere/lonlat.h"

namespace footprint::geo {

// fast_distance_reduced_m, bit for bit, from many vectors, given by component.
void fast_distances_reduced_m(std::span<const double> x, std::span<const double> y,
                              std::span<const double> z, Vec3 to_reduced, std::span<double> metres);

}  // namespace footprint::geo
