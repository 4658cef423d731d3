// From shapes on the globe to oriented rings in a window of longitude relative to lon0. Inside
// projection only.
#pragma once

#include <vector>

#include "geo/projection/cut.h"
#include "geo/projection/rings.h"

namespace footprint::geo {

// The way from one longitude to another in degrees, the short way round; exactly half a turn goes
// as given.
constexpr double short_way(double from, double to) {
    const double d = to - from;
    return d > 180 ? d - 360 : d < -180 ? d + 360 : d;
}

// Rings of a polygon in longitudes relative to lon0, in [-180, 180), each turned so that the
// polygon's area is on its left; edges go the short way. whole_globe: the outer ring was empty.
struct OrientedRings {
    std::vector<rings::Ring> rings;
    bool whole_globe = false;
};
OrientedRings oriented_rings(const SpherePolygon& polygon, double lon0_deg);

// Those rings cut at ±180 and closed over the poles: planar, oriented, open.
std::vector<rings::Ring> cut_to_window(const OrientedRings& input);

// Planar rings moved into [-180, 180] relative to lon0.
std::vector<rings::Ring> planar_to_window(const PlanarPolygon& polygon, double lon0_deg);

// A line in pieces within the window, longitudes relative to lon0.
std::vector<std::vector<XY>> line_to_window(const SphereLine& line, double lon0_deg);

}  // namespace footprint::geo
