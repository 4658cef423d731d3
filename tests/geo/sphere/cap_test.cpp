#include "geo/sphere/cap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "base/error.h"
#include "geo/sphere/area.h"
#include "geo/sphere/geodesic.h"

namespace footprint::geo {
namespace {

const LonLat kCentres[] = {{0, 0}, {174.76, -36.85}, {-30, 89}, {12, 90}, {103.8, 1.35}};

TEST(GeodesicDisc, EveryPointOfItsEdgeIsAtTheRadius) {
    for (const LonLat centre : kCentres) {
        for (const double radius : {1e3, 3e6, 9.9e6, 1.2e7, 1.9e7}) {
            for (const LonLat p : geodesic_circle(centre, radius, 64)) {
                ASSERT_NEAR(distance_m(centre, p), radius, 0.01);
            }
        }
    }
}

TEST(GeodesicDisc, HasTheAreaOfASphericalCapWithinTheFlattening) {
    constexpr double kMeanRadius_m = 6'371'007.2;
    for (const LonLat centre : kCentres) {
        for (const double radius : {3e6, 9.9e6, 1.2e7, 1.9e7}) {
            const double cap = 2 * std::numbers::pi * kMeanRadius_m * kMeanRadius_m *
                               (1 - std::cos(radius / kMeanRadius_m));
            EXPECT_NEAR(area_m2(geodesic_disc(centre, radius, 720)) / cap, 1, 0.012);
        }
    }
}

TEST(GeodesicDisc, OverAQuarterOfTheGlobeIsTheComplement) {
    const auto disc = geodesic_disc({0, 0}, 1.5e7);
    ASSERT_EQ(disc.size(), 2U);
    EXPECT_TRUE(disc.front().empty());
    EXPECT_EQ(geodesic_disc({0, 0}, 2.1e7), (SpherePolygon{SphereRing{}}));
}

TEST(GeodesicDisc, RefusesARadiusThatIsNotPositive) {
    EXPECT_THROW(geodesic_disc({0, 0}, 0), Error);
    EXPECT_THROW(geodesic_disc({0, 0}, -1), Error);
    EXPECT_THROW(geodesic_disc({0, 0}, std::nan("")), Error);
}

}  // namespace
}  // namespace footprint::geo
