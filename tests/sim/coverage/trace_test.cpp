#include <gtest/gtest.h>

#include <array>
#include <boost/geometry.hpp>
#include <boost/geometry/geometries/multi_polygon.hpp>
#include <boost/geometry/geometries/point_xy.hpp>
#include <boost/geometry/geometries/polygon.hpp>
#include <random>

#include "base/error.h"
#include "sim/coverage/areas.h"

namespace footprint::sim {
namespace {

namespace bg = boost::geometry;
using Point = bg::model::d2::point_xy<double>;
using Polygon = bg::model::polygon<Point, false>;  // counter-clockwise
using MultiPolygon = bg::model::multi_polygon<Polygon>;

MultiPolygon planar(const geo::Polygons& shape) {
    MultiPolygon result;
    for (const auto& polygon : shape.polygons) {
        Polygon out;
        out.inners().resize(polygon.size() - 1);
        for (std::size_t r = 0; r < polygon.size(); ++r) {
            auto& ring = r == 0 ? out.outer() : out.inners()[r - 1];
            for (const auto& p : polygon[r]) {
                ring.emplace_back(p.lon, p.lat);
            }
        }
        result.push_back(out);
    }
    return result;
}

LabelGrid grid_of(std::size_t rows, const std::function<std::uint32_t(std::size_t)>& label) {
    LabelGrid grid{2 * rows, rows, {}};
    for (std::size_t i = 0; i < (grid.columns + 1) * (grid.rows + 1); ++i) {
        grid.labels.push_back(label(i));
    }
    return grid;
}

const BorderAt kHalf = [](std::size_t, std::size_t) { return 0.5; };

void expect_valid(const MultiPolygon& shape) {
    std::string reason;
    EXPECT_TRUE(bg::is_valid(shape, reason)) << reason << "\n" << bg::wkt(shape);
}

TEST(Trace, RandomLabelsBecomeValidShapesThatTileTheMap) {
    std::mt19937_64 random(4);
    for (int round = 0; round < 60; ++round) {
        const std::uint32_t labels = 2 + static_cast<std::uint32_t>(round) % 5;
        const auto grid = grid_of(4 + static_cast<std::size_t>(round) % 7, [&](std::size_t) {
            return static_cast<std::uint32_t>(random() % labels);
        });
        std::vector<double> share(grid.labels.size() * 2);
        for (auto& s : share) {
            s = static_cast<double>(random() % 1000) / 999;  // 0 and 1 among them
        }
        const auto border = [&](std::size_t from, std::size_t to) {
            return share[2 * from + (to == from + 1 ? 0 : 1)];
        };
        double area = 0;
        for (const auto& shape : trace_labels(grid, border)) {
            const auto multi = planar(shape.shape);
            expect_valid(multi);
            area += bg::area(multi);
            for (std::size_t row = 1; row < grid.rows; ++row) {
                for (std::size_t column = 1; column < grid.columns; ++column) {
                    const auto p = grid.at(column, row);
                    EXPECT_EQ(bg::within(Point(p.lon, p.lat), multi),
                              grid.labels[grid.index(column, row)] == shape.label);
                }
            }
        }
        EXPECT_NEAR(area, 360 * 180, 1e-6);
    }
}

TEST(Trace, ShapesWithoutALabelAroundThemAreValidToo) {
    std::mt19937_64 random(5);
    for (int round = 0; round < 60; ++round) {
        const auto grid = grid_of(5, [&](std::size_t) {
            return random() % 3 == 0 ? kNoLabel : static_cast<std::uint32_t>(random() % 2);
        });
        for (const auto& shape : trace_labels(grid, kHalf)) {
            expect_valid(planar(shape.shape));
        }
    }
}

TEST(Trace, OneLabelEverywhereIsTheWholeMap) {
    const auto shapes = trace_labels(grid_of(6, [](std::size_t) { return 3U; }), kHalf);
    ASSERT_EQ(shapes.size(), 1U);
    EXPECT_EQ(shapes[0].label, 3U);
    EXPECT_FALSE(shapes[0].shape.multi);
    EXPECT_EQ(shapes[0].shape.polygons[0][0].size(), 5U);
    EXPECT_DOUBLE_EQ(bg::area(planar(shapes[0].shape)), 360 * 180);
}

TEST(Trace, NoLabelAnywhereIsNothing) {
    EXPECT_TRUE(trace_labels(grid_of(6, [](std::size_t) { return kNoLabel; }), kHalf).empty());
}

TEST(Trace, AnIslandIsAHoleOfWhatIsRoundIt) {
    const auto shapes =
        trace_labels(grid_of(6, [](std::size_t i) { return i == 3 * 13 + 5 ? 1U : 0U; }), kHalf);
    ASSERT_EQ(shapes.size(), 2U);
    ASSERT_EQ(shapes[0].shape.polygons.size(), 1U);
    EXPECT_EQ(shapes[0].shape.polygons[0].size(), 2U);
    EXPECT_EQ(shapes[1].shape.polygons[0].size(), 1U);
    // A diamond with half-diagonals of half a step.
    EXPECT_NEAR(bg::area(planar(shapes[1].shape)), 2 * 15.0 * 15.0, 1e-9);
}

TEST(Trace, RefusesAGridWithoutALabelForEachPoint) {
    EXPECT_THROW(trace_labels({4, 2, std::vector<std::uint32_t>(8)}, kHalf), Error);
}

}  // namespace
}  // namespace footprint::sim
