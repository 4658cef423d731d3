#include "geo/sphere/grid.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "geo/sphere/area.h"

namespace footprint::geo {
namespace {

TEST(Grid, CellsSumToTheEarth) {
    for (const auto& [columns, rows] : {std::pair{3600U, 1800U}, std::pair{7U, 3U}}) {
        const Grid grid(columns, rows);
        double sum = 0;
        for (std::size_t row = 0; row < grid.rows(); ++row) {
            sum += grid.cell_area_m2(row) * static_cast<double>(grid.columns());
        }
        // 510,065,621.724 km²: WGS 84.
        EXPECT_NEAR(sum / 1e6, 510'065'621.724, 0.001);
    }
}

TEST(Grid, ACellsAreaIsThatOfItsOutline) {
    const Grid grid(720, 360);
    const std::size_t row = 47;
    SphereRing outline;  // dense, since parallels are not geodesics
    for (int i = 0; i <= 100; ++i) {
        outline.push_back({10 + 0.005 * i, grid.north(row + 1)});
    }
    for (int i = 100; i >= 0; --i) {
        outline.push_back({10 + 0.005 * i, grid.north(row)});
    }
    EXPECT_NEAR(signed_area_m2(outline) / grid.cell_area_m2(row), 1, 1e-8);
}

TEST(Grid, FindsTheCellThatHoldsAPoint) {
    const Grid grid(3600, 1800);
    for (std::size_t i = 0; i < grid.columns(); i += 77) {
        EXPECT_EQ(grid.column_of(grid.centre(i, 5).lon), i);
    }
    for (std::size_t i = 0; i < grid.rows(); ++i) {
        EXPECT_EQ(grid.row_of(grid.centre(0, i).lat), i);
    }
    EXPECT_EQ(grid.column_of(180), 0U);
    EXPECT_EQ(grid.row_of(90), 0U);
    EXPECT_EQ(grid.row_of(-90), 1799U);
}

TEST(Grid, RefusesSizesThatCannotBe) {
    EXPECT_THROW(Grid(0, 10), Error);
    EXPECT_THROW(Grid(10, 2'000'000), Error);
}

}  // namespace
}  // namespace footprint::geo
