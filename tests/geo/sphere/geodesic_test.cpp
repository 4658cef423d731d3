#include "geo/sphere/geodesic.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace footprint::geo {
namespace {

struct KnownLine {
    LonLat from;
    LonLat to;
    double azimuth_from_deg;
    double azimuth_to_deg;
    double length_m;
};

// Lines computed in high-precision arithmetic by C. F. F. Karney for his geodesic test set
// (doi:10.5281/zenodo.32156) and his "Algorithms for geodesics" (2013); the quarter meridian is
// that of WGS 84.
const KnownLine kKnownLines[] = {
    {{-139.44815, 35.60777},
     {-69.95921, -11.17491},
     111.098748429560326,
     129.289270889708762,
     8935244.5604818305},
    {{106.05087, 55.52454},
     {197.18234, 77.03196},
     22.020059880982801,
     109.112041110671519,
     4105086.1713924406},
    {{142.59065, -21.97856},
     {98.56635, 41.84138},
     -32.44456876433189,
     -41.84359951440466,
     8394328.894657671},
    {{112.2363, -66.99028},
     {285.90344, -12.70631},
     173.73491240878403,
     2.512956620913668,
     11150344.2312080241},
    {{173.34268, -17.42761},
     {5.93557, -15.84784},
     -159.033557661192928,
     -20.787484651536988,
     16076603.1631180673},
    {{0, 0}, {0, 90}, 0, 0, 10001965.729312},
};

TEST(Geodesic, MatchesKarneysPublishedLines) {
    for (const auto& line : kKnownLines) {
        const Inverse found = inverse(line.from, line.to);
        EXPECT_NEAR(found.distance_m, line.length_m, 1e-3);
        EXPECT_NEAR(found.azimuth_from_deg, line.azimuth_from_deg, 1e-9);
        EXPECT_NEAR(found.azimuth_to_deg, line.azimuth_to_deg, 1e-9);
        EXPECT_NEAR(distance_m(line.from, line.to), line.length_m, 1e-3);
        EXPECT_NEAR(fast_distance_m(line.from, line.to), line.length_m, 1.0);
    }
}

TEST(Geodesic, IsExactBetweenNearAntipodesWhereVincentyFails) {
    // Karney 2013, and the same line in Wikipedia's "Vincenty's formulae".
    EXPECT_NEAR(distance_m({0, 0}, {179.5, 0.5}), 19936288.578965, 1e-3);
    EXPECT_NEAR(distance_m({0, 0}, {-180, 0}), 20003931.458625, 1e-3);
    EXPECT_NEAR(fast_distance_m({0, 0}, {179.5, 0.5}), 19936288.579, 1.0);
    EXPECT_NEAR(fast_distance_m({10, 90}, {-50, -90}), 20003931.459, 1.0);
}

TEST(Geodesic, IsZeroOnlyBetweenEqualPoints) {
    for (const LonLat p : {LonLat{0, 0}, LonLat{-180, 12}, LonLat{33, 90}, LonLat{33.3, -66.6}}) {
        EXPECT_EQ(distance_m(p, p), 0);
        EXPECT_EQ(fast_distance_m(p, p), 0);
    }
    EXPECT_NEAR(fast_distance_m({12, 90}, {-100, 90}), 0, 1e-6);
    EXPECT_NEAR(fast_distance_m({180, 10}, {-180, 10}), 0, 1e-6);
}

TEST(Geodesic, FastDistanceKeepsMillimetresBetweenNeighbours) {
    const LonLat from{13.4, 52.5};
    for (const double step : {1e-9, 1e-7, 1e-5, 1e-3}) {
        const LonLat to{from.lon + step, from.lat - 2 * step};
        EXPECT_NEAR(fast_distance_m(from, to), distance_m(from, to), 1e-3);
    }
}

TEST(Geodesic, DirectUndoesInverse) {
    for (const auto& line : kKnownLines) {
        const LonLat end = direct(line.from, line.azimuth_from_deg, line.length_m);
        EXPECT_LT(distance_m(end, line.to), 1e-3);
        EXPECT_GE(end.lon, -180);
        EXPECT_LT(end.lon, 180);
    }
    EXPECT_NEAR(direct({77, 0}, 0, distance_m({77, 0}, {77, 90})).lat, 90, 1e-9);
}

TEST(GeodesicLine, KeepsItsEndsItsStepAndItsLength) {
    const LonLat tokyo{139.69, 35.69};
    const LonLat los_angeles{-118.24, 34.05};
    const auto points = geodesic_line(tokyo, los_angeles, 100'000);
    ASSERT_GE(points.size(), 2U);
    EXPECT_EQ(points.front(), tokyo);
    EXPECT_EQ(points.back(), los_angeles);
    double sum = 0;
    for (std::size_t i = 1; i < points.size(); ++i) {
        const double step = distance_m(points[i - 1], points[i]);
        EXPECT_LE(step, 100'000.001);
        sum += step;
    }
    EXPECT_NEAR(sum, distance_m(tokyo, los_angeles), 0.01);
}

TEST(GeodesicLine, RefusesAntipodesWithAdvice) {
    EXPECT_THROW(geodesic_line({0, 0}, {179.9, 0}, 1e5), Error);
    EXPECT_EQ(geodesic_line({5, 5}, {5, 5}, 1e5).size(), 2U);
}

}  // namespace
}  // namespace footprint::geo
