// Positions on the globe. Longitude before latitude, degrees, WGS 84, always.
#pragma once

#include <cmath>
#include <numbers>

namespace footprint::geo {

// Of a degree, and of a radian.
inline constexpr double kRadians = std::numbers::pi / 180;
inline constexpr double kDegrees = 180 / std::numbers::pi;

// A position in degrees: lon in [-180, 180), lat in [-90, 90]. A pole has longitude 0 where one is
// chosen for it. Rings that were cut at the map's edge may carry lon = +180.
struct LonLat {
    double lon = 0;
    double lat = 0;
    bool operator==(const LonLat&) const = default;
};

// A direction in Earth-centred Cartesian coordinates; unit length where a function says "unit".
struct Vec3 {
    double x = 0;
    double y = 0;
    double z = 0;
};

constexpr Vec3 operator+(Vec3 a, Vec3 b) {
    return {a.x + b.x, a.y + b.y, a.z + b.z};
}
constexpr Vec3 operator-(Vec3 a, Vec3 b) {
    return {a.x - b.x, a.y - b.y, a.z - b.z};
}
constexpr Vec3 operator*(double s, Vec3 a) {
    return {s * a.x, s * a.y, s * a.z};
}
constexpr double dot(Vec3 a, Vec3 b) {
    return a.x * b.x + a.y * b.y + a.z * b.z;
}
constexpr Vec3 cross(Vec3 a, Vec3 b) {
    return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline double norm(Vec3 a) {
    return std::sqrt(dot(a, a));
}

// Any finite longitude brought to [-180, 180).
double normalized_lon(double lon_deg);

// Both finite, |lat| <= 90 and |lon| <= 180.
bool is_valid(LonLat position);

// Unit vector of the position taken as spherical coordinates, and back.
Vec3 unit_vector(LonLat position);
LonLat lonlat(Vec3 direction);

// Unit vector on the reduced-latitude (auxiliary) sphere, tan β = (1 − f) tan φ, on which the
// central angle σ bounds the WGS 84 geodesic: b·σ <= s <= a·σ.
Vec3 reduced_unit_vector(LonLat position);

}  // namespace footprint::geo
