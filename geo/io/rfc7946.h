// What RFC 7946 asks of geometries: nothing crosses ±180°, rings are closed and turn the right way.
#pragma once

#include <string>

#include "geo/io/feature.h"

namespace footprint::geo {

// Longitudes are taken up to this, so that files with 0…360 longitudes come in; then brought home.
inline constexpr double kLargestLon = 360;

// Throws Error (invalid) that starts with `where` when a coordinate is not finite or out of range
// (|lat| <= 90, |lon| <= 360), a line has one point or a ring fewer than three different ones.
// Answers whether anything lies outside [-180, 180] or steps across ±180°, that is, whether it must
// be cut. O(vertices).
bool check_geometry(const Geometry& geometry, const std::string& where);

// The geometry with every part within [-180, 180]: points brought home, lines and polygons split
// where they cross ±180°. Edges are straight in lon/lat; a step of more than 180° of longitude goes
// the short way round, except an edge from -180 to 180 itself, which runs along the map's edge and
// gets points between. A ring that goes round a pole is closed over it. Cutting itself is
// geo/projection's. O(n log n).
Geometry cut_at_antimeridian(const Geometry& geometry);

// Twice the signed area in degrees², positive when counter-clockwise; open rings are closed first.
double signed_area2(const PlanarRing& ring);

// Closes rings and turns outer ones counter-clockwise, holes clockwise.
void orient(Polygons& polygons);

}  // namespace footprint::geo
