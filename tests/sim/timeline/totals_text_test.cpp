#include "sim/timeline/totals_text.h"

#include <gtest/gtest.h>

namespace footprint::sim {
namespace {

Totals totals(int regions, CountRange zones, int unknown) {
    Totals result;
    result.regions = {regions, regions, regions};
    result.zones = zones;
    result.regions_without_zone_count = unknown;
    return result;
}

TEST(ZoneTotals, SayWhetherAllAreKnownSomeOrNone) {
    EXPECT_EQ(zones_text(totals(30, {85, 85, 85}, 0)), "85");
    EXPECT_EQ(zones_text(totals(30, {85, 85, 85}, 4)), "85+");
    EXPECT_EQ(zones_text(totals(4, {4, 4, 4}, 4)), "–");
    EXPECT_EQ(zones_text(totals(12, {0, 0, 0}, 0)), "0");
    EXPECT_EQ(zones_text(totals(0, {0, 0, 0}, 0)), "0");
}

TEST(ZoneTotals, KeepTheirRangeWhereThereIsRoom) {
    EXPECT_EQ(zones_text(totals(30, {85, 87, 91}, 4)), "85–91+");
    EXPECT_EQ(zones_short_text(totals(30, {85, 87, 91}, 4)), "87+");
    EXPECT_EQ(zones_short_text(totals(300, {1085, 1087, 1091}, 0)), "1,087");
    EXPECT_EQ(count_text({88, 89, 91}), "88–91");
}

TEST(ZoneTotals, AddUpWithTheirDoubt) {
    ZoneTotal sum = totals(2, {2, 2, 2}, 2);
    EXPECT_TRUE(sum.none_known());
    sum += totals(3, {9, 9, 9}, 0);
    EXPECT_EQ(zones_text(sum), "11+");
}

}  // namespace
}  // namespace footprint::sim
