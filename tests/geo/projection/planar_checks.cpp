#include "planar_checks.h"

#include <boost/geometry.hpp>
#include <boost/geometry/geometries/multi_polygon.hpp>
#include <boost/geometry/geometries/point_xy.hpp>
#include <boost/geometry/geometries/polygon.hpp>

namespace footprint::geo {

namespace {

namespace bg = boost::geometry;
using Point = bg::model::d2::point_xy<double>;
using Polygon = bg::model::polygon<Point, false, true>;  // counter-clockwise, closed

Polygon converted(const XYPolygon& polygon) {
    Polygon result;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        auto& ring = i == 0 ? result.outer() : result.inners().emplace_back();
        for (const XY p : polygon[i]) {
            ring.emplace_back(p.x, p.y);
        }
    }
    return result;
}

}  // namespace

std::string why_invalid(const std::vector<XYPolygon>& polygons) {
    for (const auto& polygon : polygons) {
        std::string reason;
        if (!bg::is_valid(converted(polygon), reason)) {
            return reason;
        }
    }
    return {};
}

double planar_area(const std::vector<XYPolygon>& polygons) {
    double area = 0;
    for (const auto& polygon : polygons) {
        area += bg::area(converted(polygon));
    }
    return area;
}

}  // namespace footprint::geo
