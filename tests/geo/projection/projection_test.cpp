#include "geo/projection/projection.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <thread>

#include "geo/sphere/geodesic.h"

namespace footprint::geo {
namespace {

constexpr double kR = kEquatorialRadius_m;
constexpr double kPi = std::numbers::pi;

struct Known {
    const char* name;
    LonLat at;
    XY expected;
    double tolerance_m;
};

// From the projections' published definitions: Šavrič, Patterson & Jenny 2018 (Equal Earth, with
// PROJ's own test values for the ellipsoid); Snyder 1987 and 1993 (the others): Mollweide's ellipse
// is 4√2 R by 2√2 R, Robinson's table ends at 0.8487 π R and 1.3523 R, Winkel's third is the mean
// of the equirectangular with cos φ₁ = 2/π and Aitoff's.
const Known kKnown[] = {
    {"equal-earth", {180 - 1e-12, 0}, {17243959.06, 0}, 0.01},
    {"equal-earth", {0, 90}, {0, 8392927.60}, 0.01},
    {"equal-earth", {180 - 1e-12, 45}, {14792474.75, 5466867.76}, 0.01},
    {"equal-earth", {-180, 90}, {-10216474.79, 8392927.60}, 0.01},
    {"robinson", {180 - 1e-12, 0}, {0.8487 * kPi * kR, 0}, 1},
    {"robinson", {0, -90}, {0, -1.3523 * kR}, 1},
    {"natural-earth", {180 - 1e-12, 0}, {0.8707 * kPi * kR, 0}, 1},
    {"mollweide", {-180, 0}, {-2 * std::numbers::sqrt2 * kR, 0}, 0.01},
    {"mollweide", {77, 90}, {0, std::numbers::sqrt2* kR}, 100},  // PROJ iterates
    {"winkel-tripel", {-180, 0}, {-(1 + kPi / 2) * kR, 0}, 0.01},
    {"winkel-tripel", {0, 90}, {0, kPi / 2 * kR}, 0.01},
    {"orthographic", {90 - 1e-3, 0}, {kR, 0}, 0.01},
    {"orthographic", {30, 60}, {kR * 0.25, kR* std::sqrt(3) / 2}, 0.01},
    {"web-mercator", {-180, 0}, {-20037508.342789244, 0}, 1e-6},
    {"web-mercator", {0, 85.0511287798}, {0, 20037508.34}, 0.01},
    {"azimuthal-equidistant", {0, 90}, {0, 6371008.8 * kPi / 2}, 0.001},
    {"azimuthal-equidistant", {30, 0}, {6371008.8 * kPi / 6, 0}, 0.001},
};

TEST(Projection, MatchesPublishedValues) {
    for (const auto& known : kKnown) {
        const auto p = Projection::create(known.name).forward(known.at);
        ASSERT_TRUE(p) << known.name;
        EXPECT_NEAR(p->x, known.expected.x, known.tolerance_m) << known.name;
        EXPECT_NEAR(p->y, known.expected.y, known.tolerance_m) << known.name;
    }
}

TEST(Projection, ComesBackFromEveryPointOfEveryMap) {
    for (const auto name : Projection::names()) {
        for (const double lon0 : {0.0, 150.0, -170.0}) {
            const Projection map = Projection::create(name, lon0, 20);
            int answered = 0;
            for (double lon = -179.5; lon < 180; lon += 7.3) {
                for (double lat = -89; lat < 90; lat += 4.45) {
                    const auto p = map.forward({lon, lat});
                    if (!p) {
                        continue;
                    }
                    ++answered;
                    const auto back = map.inverse(*p);
                    ASSERT_TRUE(back) << name << " " << lon << " " << lat;
                    // Robinson's inverse is an iteration on a table: metres.
                    EXPECT_LT(distance_m(*back, {lon, lat}), 20)
                        << name << " " << lon << " " << lat;
                }
            }
            EXPECT_GT(answered, 900) << name;
        }
    }
}

TEST(Projection, AnswersNothingOutsideTheMap) {
    for (const auto name : Projection::names()) {
        const Projection map = Projection::create(name, 150);
        const MapBounds bounds = map.bounds();
        EXPECT_EQ(map.inverse({bounds.max_x * 1.01, 0}), std::nullopt) << name;
        EXPECT_EQ(map.inverse({0, bounds.max_y * 1.01}), std::nullopt) << name;
        EXPECT_EQ(map.inverse({std::nan(""), 0}), std::nullopt) << name;
        EXPECT_EQ(map.inverse({0, INFINITY}), std::nullopt) << name;
        EXPECT_EQ(map.inverse({1e300, 1e300}), std::nullopt) << name;
        const bool rectangle = name == "web-mercator";
        EXPECT_EQ(map.inverse({bounds.max_x * 0.999, bounds.max_y * 0.999}).has_value(), rectangle)
            << name;
        EXPECT_TRUE(map.inverse({0, 0})) << name;
        EXPECT_EQ(map.forward({0, 90.0001}), std::nullopt) << name;
        EXPECT_EQ(map.forward({std::nan(""), 0}), std::nullopt) << name;
    }
}

TEST(Projection, ShowsOnlyTheNearSideOfAGlobe) {
    const Projection globe = Projection::create("orthographic", 100, 30);
    EXPECT_TRUE(globe.is_disc());
    EXPECT_TRUE(globe.forward({100, 30}));
    EXPECT_FALSE(globe.forward({-80, -30}));
    EXPECT_TRUE(globe.forward({100, 90}));
    EXPECT_FALSE(globe.forward({100, -90}));
    const auto centre = globe.inverse({0, 0});
    ASSERT_TRUE(centre);
    EXPECT_NEAR(centre->lon, 100, 1e-9);
    EXPECT_NEAR(centre->lat, 30, 1e-9);
}

TEST(Projection, StopsWebMercatorAtItsSquare) {
    const Projection map = Projection::create("web-mercator");
    EXPECT_FALSE(map.forward({0, 86}));
    const MapBounds bounds = map.bounds();
    EXPECT_NEAR(bounds.width(), bounds.height(), 0.01);
}

TEST(Projection, TheMiddleOfTheMapIsItsCentralMeridian) {
    for (const double lon0 : {0.0, 150.0, -170.0, 360.0, 190.0}) {
        const Projection map = Projection::create("equal-earth", lon0);
        const auto p = map.forward({normalized_lon(lon0), 10});
        ASSERT_TRUE(p);
        EXPECT_NEAR(p->x, 0, 1e-6);
        const auto edge = map.forward({normalized_lon(lon0 + 179.999999), 0});
        EXPECT_NEAR(edge->x, 17243959, 2);
    }
    EXPECT_EQ(Projection::create("+proj=robin +lon_0=150").lon0(), 150);
}

TEST(Projection, OutlineIsClosedAndBoundsTheMap) {
    for (const auto name : Projection::names()) {
        const Projection map = Projection::create(name);
        const auto ring = map.outline();
        ASSERT_GT(ring.size(), 100U) << name;
        EXPECT_EQ(ring.front(), ring.back()) << name;
        double area = 0;
        for (std::size_t i = 1; i < ring.size(); ++i) {
            area += ring[i - 1].x * ring[i].y - ring[i].x * ring[i - 1].y;
        }
        EXPECT_GT(area, 0) << name << " is counter-clockwise";
    }
    // An equal-area map has the Earth's area.
    const auto ring = Projection::create("equal-earth").outline();
    double area = 0;
    for (std::size_t i = 1; i < ring.size(); ++i) {
        area += ring[i - 1].x * ring[i].y - ring[i].x * ring[i - 1].y;
    }
    EXPECT_NEAR(area / 2 / 510'065'621'724'088.4, 1, 1e-4);
}

TEST(Projection, CopiesWorkOnTheirOwnThreads) {
    const Projection map = Projection::create("winkel-tripel", 11);
    const auto expected = map.forward({100, 20});
    std::vector<std::thread> threads;
    std::vector<int> equal(4, 0);
    for (std::size_t t = 0; t < equal.size(); ++t) {
        threads.emplace_back([&equal, t, expected, copy = Projection(map)] {
            for (int i = 0; i < 1000; ++i) {
                equal[t] += copy.forward({100, 20}) == expected ? 1 : 0;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(equal, std::vector<int>(4, 1000));
}

TEST(Projection, ProjectsManyAsOne) {
    const Projection map = Projection::create("orthographic");
    const std::vector<LonLat> in{{0, 0}, {45, 45}, {180, 0}};
    std::vector<XY> out(3);
    map.forward(in, out);
    EXPECT_EQ(out[1], *map.forward(in[1]));
    EXPECT_TRUE(std::isnan(out[2].x));
}

}  // namespace
}  // namespace footprint::geo
