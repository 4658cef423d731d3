// Points, rings and polygons in a plane: projected metres, or longitude and latitude taken as such.
#pragma once

#include <cmath>
#include <vector>

namespace footprint::geo {

struct XY {
    double x = 0;
    double y = 0;
    bool operator==(const XY&) const = default;
};

inline bool is_finite(XY p) {
    return std::isfinite(p.x) && std::isfinite(p.y);
}

using XYLine = std::vector<XY>;
using XYRing = std::vector<XY>;         // closed: first point repeated at the end
using XYPolygon = std::vector<XYRing>;  // outer ring counter-clockwise first, holes clockwise

}  // namespace footprint::geo
