#include "geo/sphere/geodesic.h"

#include <fmt/format.h>

#include <GeographicLib/Geodesic.hpp>
#include <GeographicLib/GeodesicLine.hpp>
#include <algorithm>
#include <cstddef>

#include "base/error.h"
#include "geo/sphere/far_haversine.h"

namespace footprint::geo {

namespace {

const GeographicLib::Geodesic& wgs84() {
    return GeographicLib::Geodesic::WGS84();
}

double exact_from_reduced(Vec3 from, Vec3 to) {
    const auto geographic = [](Vec3 u) { return lonlat(Vec3{u.x, u.y, u.z / (1 - kFlattening)}); };
    return distance_m(geographic(from), geographic(to));
}

// Forsyth–Thomas–Lambert, second order in the flattening (P. D. Thomas 1970, "Spheroidal
// geodesics, reference systems, and local geometry", US Naval Oceanographic Office SP-138), on
// reduced latitudes, written with h = sin²(d/2) of the spherical arc d.
double thomas_m(double h, double complement, double sum_z, double difference_z) {
    constexpr double f = kFlattening;
    const double u = sum_z * sum_z / (2 * complement);
    const double v = difference_z * difference_z / (2 * h);
    const double x = u + v;
    const double y = u - v;
    const double d = 2 * std::asin(std::sqrt(h));
    const double sin_d = 2 * std::sqrt(h * complement);
    const double t = d / sin_d;
    const double d4 = 4 * t * t;
    const double e = 2 * (complement - h);  // 2 cos d
    const double a = d4 * e;
    const double b = 2 * d4;
    const double c = t - (a - e) / 2;
    const double second = x * (a + c * x) - y * (b + e * y) + d4 * x * y;
    return kEquatorialRadius_m * sin_d * (t - f / 4 * (t * x - y) + f * f / 64 * second);
}

double fast_m(double h, double complement, double sum_z, double difference_z) {
    return h > 0 ? thomas_m(h, complement, sum_z, difference_z) : 0.0;
}

struct Chords {
    double h;           // sin²(d/2)
    double complement;  // cos²(d/2)
};

Chords chords(Vec3 a, Vec3 b) {
    const Vec3 difference = a - b;
    const Vec3 sum = a + b;
    return {dot(difference, difference) / 4, dot(sum, sum) / 4};
}

}  // namespace

double distance_m(LonLat from, LonLat to) {
    double distance = 0;
    wgs84().Inverse(from.lat, from.lon, to.lat, to.lon, distance);
    return distance;
}

double fast_distance_m(LonLat from, LonLat to) {
    const Vec3 a = reduced_unit_vector(from);
    const Vec3 b = reduced_unit_vector(to);
    const Chords chord = chords(a, b);
    if (chord.h > kFarHaversine) {
        return distance_m(from, to);
    }
    return fast_m(chord.h, chord.complement, a.z + b.z, a.z - b.z);
}

double fast_distance_reduced_m(Vec3 from_reduced, Vec3 to_reduced) {
    const Chords chord = chords(from_reduced, to_reduced);
    if (chord.h > kFarHaversine) {
        return exact_from_reduced(from_reduced, to_reduced);
    }
    return fast_m(chord.h, chord.complement, from_reduced.z + to_reduced.z,
                  from_reduced.z - to_reduced.z);
}

Inverse inverse(LonLat from, LonLat to) {
    Inverse result;
    wgs84().Inverse(from.lat, from.lon, to.lat, to.lon, result.distance_m, result.azimuth_from_deg,
                    result.azimuth_to_deg);
    return result;
}

LonLat direct(LonLat from, double azimuth_deg, double distance_m) {
    LonLat to;
    wgs84().Direct(from.lat, from.lon, azimuth_deg, distance_m, to.lat, to.lon);
    to.lon = std::abs(to.lat) == 90 ? 0.0 : normalized_lon(to.lon);
    return to;
}

std::vector<LonLat> geodesic_line(LonLat from, LonLat to, double max_step_m) {
    constexpr double kAntipodal_m = 19'950'000;
    constexpr double kMostPoints = 100'000;
    const auto line = wgs84().InverseLine(from.lat, from.lon, to.lat, to.lon);
    const double length = line.Distance();
    if (length > kAntipodal_m) {
        throw Error(ExitCode::usage,
                    fmt::format("no single shortest line from ({}, {}) to ({}, {}): the points are "
                                "{:.0f} km apart, nearly antipodal; go by way of a third point",
                                from.lon, from.lat, to.lon, to.lat, length / 1000));
    }
    const double steps =
        std::clamp(std::ceil(length / std::max(max_step_m, 1.0)), 1.0, kMostPoints - 1);
    const auto count = static_cast<std::size_t>(steps);
    std::vector<LonLat> points{from};
    points.reserve(count + 1);
    for (std::size_t i = 1; i < count; ++i) {
        LonLat p;
        line.Position(length * static_cast<double>(i) / steps, p.lat, p.lon);
        points.push_back({normalized_lon(p.lon), p.lat});
    }
    points.push_back(to);
    return points;
}

}  // namespace footprint::geo
