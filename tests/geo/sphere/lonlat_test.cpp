#include "geo/sphere/lonlat.h"

#include <gtest/gtest.h>

#include <limits>

namespace footprint::geo {
namespace {

TEST(LonLat, LongitudesComeBackToOneTurn) {
    EXPECT_EQ(normalized_lon(180), -180);
    EXPECT_EQ(normalized_lon(-180), -180);
    EXPECT_EQ(normalized_lon(540), -180);
    EXPECT_EQ(normalized_lon(359), -1);
    EXPECT_EQ(normalized_lon(-725.5), -5.5);
    EXPECT_EQ(normalized_lon(179.75), 179.75);
}

TEST(LonLat, ValidityIsInclusiveAndRefusesWhatIsNotFinite) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double infinity = std::numeric_limits<double>::infinity();
    EXPECT_TRUE(is_valid({180, 90}));
    EXPECT_TRUE(is_valid({-180, -90}));
    EXPECT_FALSE(is_valid({180.0000001, 0}));
    EXPECT_FALSE(is_valid({0, -90.0000001}));
    EXPECT_FALSE(is_valid({nan, 0}));
    EXPECT_FALSE(is_valid({0, infinity}));
}

TEST(LonLat, UnitVectorsThereAndBack) {
    for (double lon = -180; lon < 180; lon += 7.5) {
        for (double lat = -89; lat <= 89; lat += 8.9) {
            const Vec3 u = unit_vector({lon, lat});
            EXPECT_NEAR(norm(u), 1, 1e-15);
            const LonLat back = lonlat(u);
            EXPECT_NEAR(back.lon, lon, 1e-12);
            EXPECT_NEAR(back.lat, lat, 1e-12);
            EXPECT_NEAR(norm(reduced_unit_vector({lon, lat})), 1, 1e-15);
        }
    }
    EXPECT_EQ(lonlat({0, 0, 1}), (LonLat{0, 90}));
    EXPECT_EQ(lonlat({-1, 0, 0}).lon, -180);
}

}  // namespace
}  // namespace footprint::geo
