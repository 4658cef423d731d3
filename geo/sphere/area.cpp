#include "geo/sphere/area.h"

#include <GeographicLib/Geodesic.hpp>
#include <GeographicLib/PolygonArea.hpp>
#include <cmath>
#include <numbers>

#include "geo/sphere/geodesic.h"

namespace footprint::geo {

double signed_area_m2(std::span<const LonLat> ring) {
    GeographicLib::PolygonArea area(GeographicLib::Geodesic::WGS84());
    for (const LonLat p : ring) {
        area.AddPoint(p.lat, p.lon);
    }
    double perimeter = 0;
    double result = 0;
    area.Compute(false, true, perimeter, result);
    return result;
}

double area_m2(const SpherePolygon& polygon) {
    if (polygon.empty()) {
        return 0;
    }
    const auto& outer = polygon.front();
    double area = outer.empty() ? kEarthArea_m2 : std::abs(signed_area_m2(outer));
    for (std::size_t i = 1; i < polygon.size(); ++i) {
        area -= std::abs(signed_area_m2(polygon[i]));
    }
    return area;
}

double zone_area_per_radian_m2(double lat_deg) {
    // b²/2 · (sin φ / (1 − e² sin² φ) + artanh(e sin φ) / e): Snyder 1987, "Map Projections — A
    // Working Manual", equation 3-12, as an area.
    const double e2 = kFlattening * (2 - kFlattening);
    const double e = std::sqrt(e2);
    const double s = std::sin(lat_deg * std::numbers::pi / 180);
    return kPolarRadius_m * kPolarRadius_m / 2 * (s / (1 - e2 * s * s) + std::atanh(e * s) / e);
}

}  // namespace footprint::geo
