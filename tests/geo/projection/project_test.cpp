#include "geo/projection/project.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "geo/atlas/atlas.h"
#include "geo/sphere/area.h"
#include "geo/sphere/cap.h"
#include "geo/sphere/geodesic.h"
#include "planar_checks.h"

namespace footprint::geo {
namespace {

constexpr double kScale = 10'000;  // metres a pixel: a 4K world map

const Atlas& atlas() {
    static const Atlas loaded =
        Atlas::load(std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets");
    return loaded;
}

std::vector<XYPolygon> project_all(const Projection& map, std::span<const SpherePolygon> shapes) {
    std::vector<XYPolygon> result;
    for (const auto& shape : shapes) {
        auto pieces = project_polygon(map, shape, kScale);
        std::move(pieces.begin(), pieces.end(), std::back_inserter(result));
    }
    return result;
}

TEST(Project, LandKeepsItsAreaOnEqualAreaMaps) {
    double truth = 0;
    for (const auto& shape : atlas().land()) {
        truth += area_m2(shape);
    }
    for (const char* name : {"equal-earth", "+proj=laea +lat_0=30"}) {
        for (const double lon0 : {0.0, 150.0, -170.0}) {
            const Projection map = Projection::create(name, lon0);
            ASSERT_TRUE(map.is_equal_area());
            EXPECT_NEAR(planar_area(project_all(map, atlas().land())) / truth, 1, 2e-3)
                << name << " " << lon0;
        }
    }
}

// Chords stay within a quarter pixel of curves, so coasts that are nearer than that to each other
// or to the horizon may touch: a few in a thousand, none visible.
TEST(Project, PolygonsAreValidOnEveryMap) {
    std::size_t invalid = 0;
    std::size_t all = 0;
    for (const auto name : Projection::names()) {
        for (const double lon0 : {0.0, 150.0, -170.0}) {
            const Projection map = Projection::create(name, lon0, lon0 / 5);
            std::size_t invalid_here = 0;
            for (const char* code : {"RU", "AQ", "FJ", "US", "CA", "ZA", "ID", "NZ", "GL", "CL"}) {
                for (const auto& piece :
                     project_all(map, atlas().shapes(*atlas().find_country(code)))) {
                    ++all;
                    invalid_here += why_invalid({piece}).empty() ? 0U : 1U;
                }
            }
            EXPECT_LE(invalid_here, map.is_disc() ? 12U : 1U) << name << " " << lon0;
            invalid += invalid_here;
        }
    }
    EXPECT_GT(all, 10'000U);
    EXPECT_LT(static_cast<double>(invalid) / static_cast<double>(all), 0.002);
}

// On a globe everything drawn lies on the disc, and discs fill what they should.
TEST(Project, AGlobeShowsWhatFacesTheEye) {
    for (const LonLat eye : {LonLat{0, 0}, LonLat{100, 30}, LonLat{-170, -60}, LonLat{15, 90}}) {
        const Projection globe = Projection::create("orthographic", eye.lon, eye.lat);
        double land = 0;
        for (const auto& polygon : project_all(globe, atlas().land())) {
            for (const auto& ring : polygon) {
                for (const XY p : ring) {
                    EXPECT_LE(std::hypot(p.x, p.y), kEquatorialRadius_m * 1.0001);
                }
            }
            land += planar_area({polygon});
        }
        // The same by asking every cell of a grid on the disc.
        double sampled = 0;
        const double step = kEquatorialRadius_m / 60;
        for (double x = -60.5 * step; x < kEquatorialRadius_m; x += step) {
            for (double y = -60.5 * step; y < kEquatorialRadius_m; y += step) {
                const auto p = globe.inverse({x, y});
                sampled += p && atlas().country_at(*p) != kNoCountry ? step * step : 0;
            }
        }
        const double disc = M_PI * kEquatorialRadius_m * kEquatorialRadius_m;
        EXPECT_NEAR(land / disc, sampled / disc, 0.012) << eye.lon << " " << eye.lat;
    }
}

double area_of(const std::vector<XYPolygon>& shapes) {
    double sum = 0;
    for (const XYPolygon& shape : shapes) {
        for (const auto& ring : shape) {
            for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
                sum += (ring[i].x * ring[i + 1].y - ring[i + 1].x * ring[i].y) / 2;
            }
        }
    }
    return sum;
}

// An islet on the very edge of the disc once filled all of it.
TEST(Project, NeverFillsATurningGlobeWithAnIslet) {
    constexpr double kDisc_m2 = 3.1416 * 6378137.0 * 6378137.0;
    for (double lon0 = -180; lon0 < 180; lon0 += 1) {
        const Projection globe = Projection::create("orthographic", lon0, 0);
        for (CountryIndex i = 0; i < atlas().countries().size(); ++i) {
            for (const SpherePolygon& shape : atlas().shapes(i)) {
                constexpr std::size_t kIslet = 60;  // points
                if (shape.front().size() > kIslet) {
                    continue;
                }
                EXPECT_LT(area_of(project_polygon(globe, shape, 10000)), 0.01 * kDisc_m2)
                    << atlas().countries()[i].name << " at " << lon0;
            }
        }
    }
}

TEST(Project, DiscsOnAGlobeHaveTheirShareOfIt) {
    const Projection globe = Projection::create("orthographic", 0, 0);
    const double whole = M_PI * kEquatorialRadius_m * kEquatorialRadius_m;
    const auto share = [&](LonLat centre, double radius) {
        return planar_area(project_polygon(globe, geodesic_disc(centre, radius, 720), kScale)) /
               whole;
    };
    EXPECT_NEAR(share({0, 0}, 3e6), std::pow(std::sin(3e6 / 6.378e6), 2), 0.01);
    EXPECT_NEAR(share({0, 90}, 9.99e6), 0.5, 0.01);  // half of the disc, over the pole
    EXPECT_NEAR(share({180, 0}, 3e6), 0, 1e-9);      // on the far side
    EXPECT_NEAR(share({0, 0}, 1.5e7), 1, 1e-3);      // all that faces us
    EXPECT_NEAR(share({180, 0}, 1.5e7), 1 - std::pow(std::sin(5.0e6 / 6.37e6), 2), 0.02);
    EXPECT_NEAR(share({0, 0}, 2.1e7), 1, 1e-3);  // the whole globe
    EXPECT_NEAR(share({90, 0}, 5e6), share({-90, 0}, 5e6), 1e-4);
    EXPECT_GT(share({90, 0}, 5e6), 0.05);
}

double off_chord(XY a, XY b, XY p) {
    const double length = std::hypot(b.x - a.x, b.y - a.y);
    return std::abs((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)) / length;
}

TEST(Project, CurvesStayWithinAQuarterPixel) {
    for (const auto name : Projection::names()) {
        const Projection map = Projection::create(name, 0, 30);
        const SpherePolygon big{{{-60, -40}, {60, -40}, {75, 60}, {-75, 60}}};
        for (const auto& polygon : project_polygon(map, big, kScale)) {
            const auto& ring = polygon.front();
            for (std::size_t i = 1; i < ring.size(); ++i) {
                const auto a = map.inverse(ring[i - 1]);
                const auto b = map.inverse(ring[i]);
                // Ends on the border of a map may have no inverse; they are not what is tested.
                if (!a || !b || std::abs(a->lon - b->lon) > 90) {
                    continue;
                }
                const auto truth = map.forward({(a->lon + b->lon) / 2, (a->lat + b->lat) / 2});
                if (!truth || name == "orthographic") {
                    continue;
                }
                EXPECT_LT(off_chord(ring[i - 1], ring[i], *truth), kScale * 0.26) << name;
            }
        }
    }
}

TEST(Project, PlanarShapesAgreeWithSphericalOnes) {
    const PlanarPolygon flat{{{150, -20}, {210, -20}, {210, 40}, {150, 40}, {150, -20}}};
    const SpherePolygon round{{{150, -20}, {-150, -20}, {-150, 40}, {150, 40}}};
    for (const auto name : Projection::names()) {
        for (const double lon0 : {0.0, 150.0, -170.0}) {
            const Projection map = Projection::create(name, lon0);
            EXPECT_NEAR(planar_area(project_planar_polygon(map, flat, kScale)) / 1e12,
                        planar_area(project_polygon(map, round, kScale)) / 1e12, 0.05)
                << name << " " << lon0;
        }
    }
}

TEST(Project, LinesEndAtTheMapsEdge) {
    const SphereLine round_the_world{{-120, 80}, {0, 0}, {120, -80}, {-120, 80}};
    for (const auto name : Projection::names()) {
        const Projection map = Projection::create(name, 20);
        const MapBounds bounds = map.bounds();
        const auto lines = project_line(map, round_the_world, kScale);
        EXPECT_FALSE(lines.empty()) << name;
        for (const auto& line : lines) {
            for (const XY p : line) {
                EXPECT_LE(std::abs(p.x), bounds.max_x * 1.0001) << name;
                EXPECT_LE(std::abs(p.y), bounds.max_y * 1.0001) << name;
            }
        }
    }
    const Projection map = Projection::create("equal-earth");
    for (const auto& line : project_line(map, {{170, 0}, {-170, 0}}, kScale)) {
        EXPECT_LT(std::abs(line.front().x - line.back().x), 2e6);
    }
}

}  // namespace
}  // namespace footprint::geo
