// Geodesic discs: everything within a distance of a point.
#pragma once

#include "geo/sphere/ring.h"

namespace footprint::geo {

// The points at `radius_m` from the centre, counter-clockwise, `points` of them (at least 8).
// radius_m in (0, 20,003,931 m).
SphereRing geodesic_circle(LonLat centre, double radius_m, int points = 360);

// The disc as a polygon. It may contain a pole. A disc over a quarter of the globe (10,001 km; its
// ring no longer tells which side is meant) is the globe less the disc round the antipode; with
// radius_m at or over 20,003,931 m it is the whole globe. Throws Error (usage) when the radius is
// not positive.
SpherePolygon geodesic_disc(LonLat centre, double radius_m, int points = 360);

}  // namespace footprint::geo
