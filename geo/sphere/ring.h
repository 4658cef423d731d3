// Rings, lines and polygons on the globe, as every room of geo hands them on.
#pragma once

#include <vector>

#include "geo/sphere/lonlat.h"

namespace footprint::geo {

// A closed ring on the globe, first point not repeated, either winding. Consecutive points are
// joined the short way round, straight in longitude and latitude (as RFC 7946 and Natural Earth
// mean it). May cross ±180° and may go round a pole. Its inside is its smaller side.
using SphereRing = std::vector<LonLat>;
using SphereLine = std::vector<LonLat>;

// Outer ring first, then holes. An empty outer ring stands for the whole globe, so that a shape
// larger than a hemisphere is the globe with holes.
using SpherePolygon = std::vector<SphereRing>;

}  // namespace footprint::geo
