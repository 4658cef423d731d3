#include "geo/sphere/area.h"

#include <gtest/gtest.h>

#include <numbers>

namespace footprint::geo {
namespace {

TEST(Area, ZonesFromPoleToPoleMakeTheEarth) {
    const double half = 2 * std::numbers::pi * zone_area_per_radian_m2(90);
    EXPECT_NEAR(2 * half / kEarthArea_m2, 1, 1e-14);
    EXPECT_EQ(zone_area_per_radian_m2(0), 0);
    EXPECT_DOUBLE_EQ(zone_area_per_radian_m2(-33), -zone_area_per_radian_m2(33));
}

TEST(Area, AnOctantIsAnEighthOfTheEarthWithItsSign) {
    const SphereRing octant{{0, 0}, {90, 0}, {0, 90}};
    EXPECT_NEAR(signed_area_m2(octant) / kEarthArea_m2, 0.125, 1e-12);
    const SphereRing turned(octant.rbegin(), octant.rend());
    EXPECT_NEAR(signed_area_m2(turned) / kEarthArea_m2, -0.125, 1e-12);
}

TEST(Area, HolesAndTheWholeGlobeCount) {
    const SphereRing octant{{0, 0}, {90, 0}, {0, 90}};
    EXPECT_NEAR(area_m2({SphereRing{}, octant}) / kEarthArea_m2, 0.875, 1e-12);
    EXPECT_EQ(area_m2({}), 0);
    EXPECT_EQ(area_m2({SphereRing{}}), kEarthArea_m2);
}

}  // namespace
}  // namespace footprint::geo
