// Geodesics on the WGS 84 ellipsoid.
#pragma once

#include <vector>

#include "geo/sphere/lonlat.h"

namespace footprint::geo {

inline constexpr double kEquatorialRadius_m = 6378137.0;
inline constexpr double kFlattening = 1 / 298.257223563;
inline constexpr double kPolarRadius_m = kEquatorialRadius_m * (1 - kFlattening);

// Shortest distance in metres: GeographicLib (Karney 2013, "Algorithms for geodesics", J. Geodesy
// 87), 15 nm. About 1 µs.
double distance_m(LonLat from, LonLat to);

// The same within 1 m where it is used by searches: second-order Forsyth–Thomas–Lambert on reduced
// latitudes, exact geodesic beyond 15,000 km. About 0.1 µs up to there.
double fast_distance_m(LonLat from, LonLat to);

// fast_distance_m between two reduced_unit_vector()s, for loops that keep the vectors: no
// trigonometry but one arcsine. Half the squared chord is used, so nothing cancels for near points.
double fast_distance_reduced_m(Vec3 from_reduced, Vec3 to_reduced);

struct Inverse {
    double distance_m = 0;
    double azimuth_from_deg = 0;  // at the start, clockwise from north
    double azimuth_to_deg = 0;    // forward azimuth at the end
};
Inverse inverse(LonLat from, LonLat to);

// The point `distance_m` away in direction `azimuth_deg` from the start; lon in [-180, 180).
LonLat direct(LonLat from, double azimuth_deg, double distance_m);

// Points along the shortest geodesic, both ends included, at most `max_step_m` apart (at most
// 100,000 of them). Throws Error (usage) for near-antipodal ends (over 19,950 km), whose shortest
// line is not one line.
std::vector<LonLat> geodesic_line(LonLat from, LonLat to, double max_step_m);

}  // namespace footprint::geo
