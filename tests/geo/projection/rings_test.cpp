#include "geo/projection/rings.h"

#include <gtest/gtest.h>

namespace footprint::geo::rings {
namespace {

double total(const std::vector<Ring>& rings) {
    double sum = 0;
    for (const auto& ring : rings) {
        sum += twice_area(ring) / 2;
    }
    return sum;
}

// A comb: a bar at the top with three teeth down.
const Ring kComb{{0, 0}, {1, 0}, {1, 8}, {2, 8}, {2, 0},  {3, 0},
                 {3, 8}, {4, 8}, {4, 0}, {5, 0}, {5, 10}, {0, 10}};

TEST(HalfPlane, SplitsAConcaveRingIntoItsParts) {
    const auto below = half_plane({kComb}, Side::below, 5);
    EXPECT_EQ(below.size(), 3U);
    EXPECT_DOUBLE_EQ(total(below), 15);
    const auto above = half_plane({kComb}, Side::above, 5);
    EXPECT_EQ(above.size(), 1U);
    EXPECT_DOUBLE_EQ(total(above), total({kComb}) - 15);
}

TEST(HalfPlane, LosesNoAreaWhereverTheLine) {
    for (const double x : {-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 4.999, 5.0, 6.0}) {
        const double left = total(half_plane({kComb}, Side::left, x));
        const double right = total(half_plane({kComb}, Side::right, x));
        EXPECT_NEAR(left + right, total({kComb}), 1e-12) << x;
        for (const auto& ring : half_plane({kComb}, Side::left, x)) {
            for (const XY p : ring) {
                EXPECT_LE(p.x, x);
            }
        }
    }
}

TEST(HalfPlane, CutsHolesOpen) {
    const Ring outer{{0, 0}, {10, 0}, {10, 10}, {0, 10}};
    const Ring hole{{3, 3}, {3, 7}, {7, 7}, {7, 3}};
    const auto left = half_plane({outer, hole}, Side::left, 5);
    EXPECT_EQ(left.size(), 1U);
    EXPECT_DOUBLE_EQ(total(left), 50 - 8);
}

TEST(Cleaned, DropsRepeatsSpikesAndRingsWithoutArea) {
    EXPECT_EQ(cleaned({{0, 0}, {0, 0}, {1, 0}, {1, 1}, {1, 5}, {1, 1}, {0, 1}, {0, 0}}),
              (Ring{{0, 0}, {1, 0}, {1, 1}, {0, 1}}));
    EXPECT_TRUE(cleaned({{0, 0}, {1, 1}, {2, 2}}).empty());
    EXPECT_TRUE(cleaned({}).empty());
    EXPECT_TRUE(cleaned({{3, 3}}).empty());
}

TEST(Polygons, GiveEachHoleToTheSmallestRingAroundIt) {
    const Ring big{{0, 0}, {100, 0}, {100, 100}, {0, 100}};
    const Ring lake{{10, 10}, {10, 60}, {60, 60}, {60, 10}};
    const Ring island{{20, 20}, {50, 20}, {50, 50}, {20, 50}};
    const Ring pond{{30, 30}, {30, 40}, {40, 40}, {40, 30}};
    const auto result = polygons({pond, big, island, lake});
    ASSERT_EQ(result.size(), 2U);
    ASSERT_EQ(result[0].size(), 2U);
    EXPECT_EQ(result[0][1].front(), lake.front());
    ASSERT_EQ(result[1].size(), 2U);
    EXPECT_EQ(result[1][1].front(), pond.front());
    EXPECT_EQ(result[0][0].front(), result[0][0].back());
}

}  // namespace
}  // namespace footprint::geo::rings
