#include "geo/sphere/geodesic.h"

#include <fmt/format.h>

#include <GeographicLib/Geodesic.hpp>
#include <GeographicLib/GeodesicLine.hpp>
#include <algorithm>
#include <cstddef>

#include "base/error.h"
#include "geo/sphere/far_haversine.h"
#include "geo/sphere/thomas.h"

namespace footprint::geo {

namespace {

const GeographicLib::Geodesic& wgs84() {
    return GeographicLib::Geodesic::WGS84();
}

double exact_from_reduced(Vec3 from, Vec3 to) {
    const auto geographic = [](Vec3 u) { return lonlat(Vec3{u.x, u.y, u.z / (1 - kFlattening)}); };
    return distance_m(geographic(from), geographic(to));
}

double fast_m(Chords chord, double sum_z, double difference_z) {
    return chord.h > 0 ? thomas_m(std::asin(std::sqrt(chord.h)), chord, sum_z, difference_z) : 0.0;
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
    return fast_m(chord, a.z + b.z, a.z - b.z);
}

double fast_distance_reduced_m(Vec3 from_reduced, Vec3 to_reduced) {
    const Chords chord = chords(from_reduced, to_reduced);
    if (chord.h > kFarHaversine) {
        return exact_from_reduced(from_reduced, to_reduced);
    }
    return fast_m(chord, from_reduced.z + to_reduced.z, from_reduced.z - to_reduced.z);
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
