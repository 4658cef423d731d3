// Shapes on the globe, cut so that they lie flat on a map centred at lon0: what the exporters write
// (lon0 = 0) and what projecting starts from.
#pragma once

#include <vector>

#include "geo/sphere/ring.h"

namespace footprint::geo {

// Closed ring (first point repeated) and polygon (outer ring counter-clockwise first, holes
// clockwise) in a plane of longitude and latitude; the same types as in geo/io/feature.h.
using PlanarRing = std::vector<LonLat>;
using PlanarPolygon = std::vector<PlanarRing>;

// The polygon as planar polygons with longitudes in [lon0 - 180, lon0 + 180], continuous: a shape
// over lon0 ± 180° is cut there, one round a pole is closed along the cut and ±90°. Rings may have
// either winding, cross the cut any number of times, run along it or along ±90° (as shapes do that
// were cut before), or be degenerate (dropped). Positions above 89.9985° count as the pole. The
// inside of a ring is its smaller side; an empty outer ring is the whole globe. Invalid positions
// (not finite, latitude beyond ±90°) are left out. O(n log n) plus holes × pieces.
std::vector<PlanarPolygon> cut_polygon(const SpherePolygon& polygon, double lon0_deg);

// The same for a polygon that already lies flat in longitudes of any range (a contour of a raster):
// its rings are taken as planar, and moved and cut into the window of lon0.
std::vector<PlanarPolygon> cut_planar_polygon(const PlanarPolygon& polygon, double lon0_deg);

// The line in pieces, longitudes in [lon0 - 180, lon0 + 180]. A line through a pole breaks there.
std::vector<SphereLine> cut_line(const SphereLine& line, double lon0_deg);

}  // namespace footprint::geo
