// True areas on the WGS 84 ellipsoid.
#pragma once

#include <span>

#include "geo/sphere/ring.h"

namespace footprint::geo {

inline constexpr double kEarthArea_m2 = 510'065'621'724'088.4;

// Area that a ring with geodesic edges encloses, counter-clockwise positive (GeographicLib, Karney
// 2013). A ring round a pole encloses the pole's side or the other by its direction; the result is
// in (-half the Earth, half the Earth]. Linear.
double signed_area_m2(std::span<const LonLat> ring);

// Area of the smaller side of the outer ring less that of the holes.
double area_m2(const SpherePolygon& polygon);

// Area of the ellipsoid between the equator and a latitude, for one radian of longitude; negative
// in the south.
double zone_area_per_radian_m2(double lat_deg);

}  // namespace footprint::geo
