#include "geo/io/rfc7946.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "tests/geo/io/samples.h"

namespace footprint::geo {
namespace {

using test::point;
using test::polygon;
using test::refusal;
using testing::HasSubstr;

double area(const Polygons& polygons) {
    double sum = 0;
    for (const PlanarPolygon& p : polygons.polygons) {
        for (std::size_t i = 0; i < p.size(); ++i) {
            sum += (i == 0 ? 1 : -1) * std::abs(signed_area2(p[i])) / 2;
        }
    }
    return sum;
}

double longest_step(const Polygons& polygons) {
    double longest = 0;
    for (const PlanarPolygon& p : polygons.polygons) {
        for (const PlanarRing& ring : p) {
            for (std::size_t i = 1; i < ring.size(); ++i) {
                longest = std::max(longest, std::abs(ring[i].lon - ring[i - 1].lon));
            }
        }
    }
    return longest;
}

Polygons cut(const Geometry& geometry) {
    return std::get<Polygons>(cut_at_antimeridian(geometry));
}

TEST(Rfc7946, SaysWhatMustBeCut) {
    EXPECT_FALSE(check_geometry(point(180, -90), "x"));
    EXPECT_FALSE(check_geometry(std::monostate{}, "x"));
    EXPECT_TRUE(check_geometry(point(190, 0), "x"));
    EXPECT_FALSE(check_geometry(Lines{{{{0, 0}, {180, 0}}}, false}, "x"));
    EXPECT_TRUE(check_geometry(Lines{{{{139, 35}, {-118, 34}}}, false}, "x"));
    EXPECT_TRUE(check_geometry(polygon({{{170, 0}, {-170, 0}, {-170, 5}}}), "x"));
}

TEST(Rfc7946, RefusesWhatIsNotOnTheGlobe) {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    for (const LonLat bad : {LonLat{kNan, 0}, LonLat{0, kNan}, LonLat{kInfinity, 0},
                             LonLat{0, 90.0001}, LonLat{540, 0}, LonLat{-360.1, 0}}) {
        EXPECT_THAT(
            refusal([&] { check_geometry(point(bad.lon, bad.lat), "layer 'a', feature 7"); }),
            HasSubstr("layer 'a', feature 7"));
    }
    EXPECT_THAT(refusal([] {
                    check_geometry(polygon({{{0, 0}, {1, 1}, {0, 0}}}), "x");
                }),
                HasSubstr("expected at least 3"));
    EXPECT_THAT(refusal([] {
                    check_geometry(Lines{{{{0, 0}}}, false}, "x");
                }),
                HasSubstr("expected at least 2"));
}

TEST(Rfc7946, BringsPointsHome) {
    const auto points =
        std::get<Points>(cut_at_antimeridian(Points{{{190, 1}, {-190, 2}, {360, 3}}, true}));
    EXPECT_EQ(points.at, (std::vector<LonLat>{{-170, 1}, {170, 2}, {0, 3}}));
}

TEST(Rfc7946, SplitsLinesAtTheAntimeridian) {
    const auto lines =
        std::get<Lines>(cut_at_antimeridian(Lines{{{{170, 0}, {-170, 20}, {-160, 20}}}, false}));
    ASSERT_EQ(lines.lines.size(), 2U);
    EXPECT_EQ(lines.lines[0], (Line{{170, 0}, {180, 10}}));
    EXPECT_EQ(lines.lines[1], (Line{{-180, 10}, {-170, 20}, {-160, 20}}));
    EXPECT_TRUE(lines.multi);
}

TEST(Rfc7946, CutsAPolygonWithAHoleAndKeepsItsArea) {
    const Geometry fiji = polygon({{{170, -20}, {-170, -20}, {-170, -10}, {170, -10}, {170, -20}},
                                   {{178, -16}, {178, -14}, {-178, -14}, {-178, -16}, {178, -16}}});
    const Polygons out = cut(fiji);
    EXPECT_EQ(out.polygons.size(), 2U);
    EXPECT_NEAR(area(out), 20 * 10 - 4 * 2, 1e-9);
    EXPECT_LE(longest_step(out), 180);
    EXPECT_FALSE(check_geometry(out, "x"));
}

TEST(Rfc7946, CutsLongitudesBeyond180TheSameWay) {
    const Polygons out = cut(polygon({{{170, 0}, {200, 0}, {200, 10}, {170, 10}}}));
    EXPECT_EQ(out.polygons.size(), 2U);
    EXPECT_NEAR(area(out), 300, 1e-9);
    EXPECT_FALSE(check_geometry(out, "x"));
}

TEST(Rfc7946, KeepsAMapWideRectangle) {
    const Geometry world = polygon({{{-180, -80}, {180, -80}, {180, 80}, {-180, 80}, {-180, -80}}});
    ASSERT_TRUE(check_geometry(world, "x"));
    const Polygons out = cut(world);
    EXPECT_NEAR(area(out), 360.0 * 160, 1e-6);
    EXPECT_LE(longest_step(out), 180);
}

TEST(Rfc7946, ClosesARingRoundThePole) {
    PlanarRing antarctica;
    for (int lon = -180; lon < 180; lon += 10) {
        antarctica.push_back({static_cast<double>(lon), -70});
    }
    const Polygons out = cut(polygon({antarctica}));
    EXPECT_NEAR(area(out), 360.0 * 20, 1e-6);
    EXPECT_LE(longest_step(out), 180);
    EXPECT_FALSE(check_geometry(out, "x"));
}

TEST(Rfc7946, CutsAnyShapeOverTheAntimeridianWithoutLosingArea) {
    std::mt19937 random(11);
    std::uniform_real_distribution<double> radius(5, 40);
    for (int round = 0; round < 200; ++round) {
        PlanarRing flat;  // a star about lon 180, in longitudes up to 220
        for (int k = 0; k < 60; ++k) {
            const double angle = 2 * M_PI * k / 60;
            const double r = radius(random);
            flat.push_back({180 + r * std::cos(angle), r * std::sin(angle)});
        }
        const double before = std::abs(signed_area2(flat)) / 2;
        PlanarRing wrapped = flat;
        for (LonLat& p : wrapped) {
            p.lon = p.lon >= 180 ? p.lon - 360 : p.lon;
        }
        for (const PlanarRing& ring : {flat, wrapped}) {
            const Polygons out = cut(polygon({ring}));
            ASSERT_NEAR(area(out), before, 1e-6 * before);
            ASSERT_FALSE(check_geometry(out, "x"));
        }
    }
}

TEST(Rfc7946, TurnsRingsTheRightWay) {
    Polygons polygons{{{{{0, 0}, {0, 9}, {9, 9}, {9, 0}}, {{1, 1}, {2, 1}, {2, 2}, {1, 1}}}},
                      false};
    orient(polygons);
    EXPECT_GT(signed_area2(polygons.polygons[0][0]), 0);
    EXPECT_LT(signed_area2(polygons.polygons[0][1]), 0);
    EXPECT_EQ(polygons.polygons[0][0].front(), polygons.polygons[0][0].back());
}

}  // namespace
}  // namespace footprint::geo
