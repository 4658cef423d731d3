#include "geo/sphere/lonlat.h"

#include <algorithm>

#include "geo/sphere/geodesic.h"

namespace footprint::geo {

double normalized_lon(double lon_deg) {
    const double lon = std::remainder(lon_deg, 360.0);  // exact, in [-180, 180]
    return lon == 180 ? -180 : lon;
}

bool is_valid(LonLat position) {
    // NaN fails both comparisons.
    return std::abs(position.lon) <= 180 && std::abs(position.lat) <= 90;
}

Vec3 unit_vector(LonLat position) {
    const double lon = position.lon * kRadians;
    const double lat = position.lat * kRadians;
    const double ring = std::cos(lat);
    return {ring * std::cos(lon), ring * std::sin(lon), std::sin(lat)};
}

LonLat lonlat(Vec3 direction) {
    const double ring = std::hypot(direction.x, direction.y);
    const double lat = std::atan2(direction.z, ring) * kDegrees;
    if (ring == 0) {
        return {0, lat};
    }
    return {normalized_lon(std::atan2(direction.y, direction.x) * kDegrees), lat};
}

Vec3 reduced_unit_vector(LonLat position) {
    const double lon = position.lon * kRadians;
    const double lat = position.lat * kRadians;
    const double c = std::cos(lat);
    const double s = (1 - kFlattening) * std::sin(lat);
    const double scale = 1 / std::sqrt(c * c + s * s);
    const double ring = c * scale;
    return {ring * std::cos(lon), ring * std::sin(lon), s * scale};
}

}  // namespace footprint::geo
