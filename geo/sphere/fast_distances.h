// Many distances at once.
#pragma once

#include <span>

#include "geo/sphere/lonlat.h"

namespace footprint::geo {

// fast_distance_reduced_m, bit for bit, from many vectors, given by component.
void fast_distances_reduced_m(std::span<const double> x, std::span<const double> y,
                              std::span<const double> z, Vec3 to_reduced, std::span<double> metres);

// Whether any of many unit vectors, given by component, is within its own reach of one: a chord,
// nothing below 0. Far less than their distances cost.
bool any_within_reach(std::span<const double> x, std::span<const double> y,
                      std::span<const double> z, Vec3 to, std::span<const double> reach);

}  // namespace footprint::geo
