#include "geo/sphere/cap.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "geo/sphere/geodesic.h"

namespace footprint::geo {

namespace {

constexpr double kHalfMeridian_m = 20'003'931.0;
constexpr double kQuarterMeridian_m = 10'001'000.0;

// The farthest point is the antipode, and on the ellipsoid points near it are reached sooner along
// a meridian; the circle is therefore drawn by direct geodesics only up to a quarter of the globe
// and by bisection towards the antipode beyond it.
LonLat far_point(LonLat centre, LonLat antipode, double azimuth_deg, double radius_m) {
    double near = 0;  // distance from the antipode
    double far = kHalfMeridian_m / 2 + 20'000;
    for (int i = 0; i < 60; ++i) {
        const double middle = (near + far) / 2;
        const bool outside = distance_m(centre, direct(antipode, azimuth_deg, middle)) > radius_m;
        (outside ? near : far) = middle;
    }
    return direct(antipode, azimuth_deg, (near + far) / 2);
}

void require_positive(double radius_m) {
    if (!(radius_m > 0)) {
        throw Error(ExitCode::usage,
                    fmt::format("radius of a disc: {} m: expected a positive number", radius_m));
    }
}

}  // namespace

SphereRing geodesic_circle(LonLat centre, double radius_m, int points) {
    require_positive(radius_m);
    const int count = std::clamp(points, 8, 1'000'000);
    const bool far = radius_m > kQuarterMeridian_m;
    const LonLat antipode{normalized_lon(centre.lon + 180), -centre.lat};
    SphereRing ring;
    ring.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        const double azimuth = -360.0 * i / count;
        ring.push_back(far ? far_point(centre, antipode, -azimuth, radius_m)
                           : direct(centre, azimuth, radius_m));
    }
    return ring;
}

SpherePolygon geodesic_disc(LonLat centre, double radius_m, int points) {
    require_positive(radius_m);
    if (radius_m >= kHalfMeridian_m) {
        return {SphereRing{}};
    }
    if (radius_m > kQuarterMeridian_m) {
        // The inside of the ring round the antipode is what the disc leaves out.
        return {SphereRing{}, geodesic_circle(centre, radius_m, points)};
    }
    return {geodesic_circle(centre, radius_m, points)};
}

}  // namespace footprint::geo
