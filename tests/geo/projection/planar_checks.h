// Independent checks of planar polygons (Boost.Geometry, which takes long to compile).
#pragma once

#include <string>
#include <vector>

#include "geo/projection/plane.h"

namespace footprint::geo {

// Empty if all are valid by OGC rules and overlap nowhere, else the reason.
std::string why_invalid(const std::vector<XYPolygon>& polygons);
double planar_area(const std::vector<XYPolygon>& polygons);

}  // namespace footprint::geo
