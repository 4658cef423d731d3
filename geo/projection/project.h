// Shapes on the globe to shapes on a map, ready to fill and stroke, for any projection.
#pragma once

#include <vector>

#include "geo/projection/cut.h"
#include "geo/projection/plane.h"
#include "geo/projection/projection.h"

namespace footprint::geo {

// All of these cut the shape where the map ends (lon0 ± 180°, a limiting parallel, the horizon of a
// globe), close it along the map's edge and over the poles, and add points until the drawn chord
// stays within a quarter of `metres_per_pixel` of the true curve. Results are in projected metres;
// what the map doesn't show is left out. metres_per_pixel must be positive (Error otherwise);
// smaller values give more points, to a bound of 4,096 a given edge.
//
// Not thread-safe for one Projection (copy it); about 0.15 µs a point.

std::vector<XYPolygon> project_polygon(const Projection& projection, const SpherePolygon& polygon,
                                       double metres_per_pixel);

// For a polygon that lies flat already, in longitudes of any range (see cut_planar_polygon).
std::vector<XYPolygon> project_planar_polygon(const Projection& projection,
                                              const PlanarPolygon& polygon,
                                              double metres_per_pixel);

std::vector<XYLine> project_line(const Projection& projection, const SphereLine& line,
                                 double metres_per_pixel);

}  // namespace footprint::geo
