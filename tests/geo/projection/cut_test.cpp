#include "geo/projection/cut.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>
#include <string>

#include "geo/atlas/atlas.h"
#include "geo/sphere/area.h"
#include "geo/sphere/cap.h"
#include "geo/sphere/geodesic.h"
#include "planar_checks.h"

namespace footprint::geo {
namespace {

constexpr double kMeridians[] = {0, 150, -170, 11.5};

const Atlas& atlas() {
    static const Atlas loaded =
        Atlas::load(std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets");
    return loaded;
}

std::vector<XYPolygon> as_plane(const std::vector<PlanarPolygon>& polygons) {
    std::vector<XYPolygon> result;
    for (const auto& polygon : polygons) {
        auto& out = result.emplace_back();
        for (const auto& ring : polygon) {
            auto& xy = out.emplace_back();
            for (const LonLat p : ring) {
                xy.push_back({p.lon, p.lat});
            }
        }
    }
    return result;
}

double square_degrees(const std::vector<PlanarPolygon>& polygons) {
    return planar_area(as_plane(polygons));
}

// Area on the ellipsoid of planar pieces, whose edges are straight in longitude and latitude.
double true_area_m2(const std::vector<PlanarPolygon>& polygons) {
    double sum = 0;
    for (const auto& polygon : polygons) {
        for (const auto& ring : polygon) {
            for (std::size_t i = 1; i < ring.size(); ++i) {
                // ∮ −F(φ) dλ with F the zone area, by Simpson's rule along each edge.
                const double d = (ring[i].lon - ring[i - 1].lon) * M_PI / 180;
                const double a = zone_area_per_radian_m2(ring[i - 1].lat);
                const double b = zone_area_per_radian_m2((ring[i - 1].lat + ring[i].lat) / 2);
                const double c = zone_area_per_radian_m2(ring[i].lat);
                sum -= d * (a + 4 * b + c) / 6;
            }
        }
    }
    return sum;
}

std::vector<PlanarPolygon> cut_country(std::string_view code, double lon0) {
    std::vector<PlanarPolygon> result;
    for (const auto& polygon : atlas().shapes(*atlas().find_country(code))) {
        auto pieces = cut_polygon(polygon, lon0);
        std::move(pieces.begin(), pieces.end(), std::back_inserter(result));
    }
    return result;
}

void expect_within_window(const std::vector<PlanarPolygon>& polygons, double lon0) {
    for (const auto& polygon : polygons) {
        for (const auto& ring : polygon) {
            ASSERT_GE(ring.size(), 4U);
            EXPECT_EQ(ring.front(), ring.back());
            for (const LonLat p : ring) {
                EXPECT_GE(p.lon, lon0 - 180);
                EXPECT_LE(p.lon, lon0 + 180);
                EXPECT_LE(std::abs(p.lat), 90);
            }
        }
    }
}

TEST(Cut, EveryCountryIsValidAndKeepsItsAreaWhateverTheMeridian) {
    for (const double lon0 : kMeridians) {
        for (std::size_t i = 0; i < atlas().countries().size(); ++i) {
            for (const auto& shape : atlas().shapes(static_cast<CountryIndex>(i))) {
                const auto pieces = cut_polygon(shape, lon0);
                const auto& name = atlas().countries()[i].name;
                EXPECT_EQ(why_invalid(as_plane(pieces)), "") << name << " at " << lon0;
                expect_within_window(pieces, lon0);
                const double truth = area_m2(shape);
                EXPECT_NEAR(true_area_m2(pieces) / truth, 1, truth > 1e12 ? 2e-3 : 2e-2)
                    << name << " at " << lon0;
            }
        }
    }
}

TEST(Cut, RussiaFijiAndAntarcticaHaveTheirSquareDegrees) {
    for (const double lon0 : {0.0, 150.0, -170.0}) {
        const double russia = square_degrees(cut_country("RU", lon0));
        EXPECT_GT(russia, 2920) << lon0;
        EXPECT_LT(russia, 2940) << lon0;
        EXPECT_NEAR(square_degrees(cut_country("FJ", lon0)), 1.6, 0.1) << lon0;
        const double antarctica = square_degrees(cut_country("AQ", lon0));
        EXPECT_GT(antarctica, 6000) << lon0;
        EXPECT_LT(antarctica, 6100) << lon0;
    }
}

TEST(Cut, ChukotkaIsInTwoPiecesAtGreenwichAndInOneInThePacific) {
    const auto holds = [](const std::vector<PlanarPolygon>& pieces, double lon_low,
                          double lon_high) {
        return std::any_of(pieces.begin(), pieces.end(), [&](const auto& polygon) {
            const auto by_lon = [](LonLat a, LonLat b) { return a.lon < b.lon; };
            const auto [west, east] =
                std::minmax_element(polygon[0].begin(), polygon[0].end(), by_lon);
            return west->lon <= lon_low && east->lon >= lon_high;
        });
    };
    EXPECT_FALSE(holds(cut_country("RU", 0), 100, 185));
    EXPECT_TRUE(holds(cut_country("RU", 0), -180, -170));
    EXPECT_TRUE(holds(cut_country("RU", 150), 100, 185));
    EXPECT_TRUE(holds(cut_country("RU", -170), -255, -175));
}

TEST(Cut, AntarcticaThatWasCutBeforeComesOutTheSame) {
    for (const double pole : {-90.0, -89.999}) {
        SphereRing ring{{-180, pole}, {-180, -80}};
        for (int lon = -170; lon <= 170; lon += 10) {
            ring.push_back({static_cast<double>(lon), -70.0 + (lon % 20)});
        }
        ring.push_back({180, -80});
        ring.push_back({180, pole});
        SphereRing stitched(ring.begin() + 2, ring.end() - 2);
        stitched.push_back({-180, -80});
        for (const double lon0 : kMeridians) {
            const auto pieces = cut_polygon({ring}, lon0);
            EXPECT_EQ(why_invalid(as_plane(pieces)), "");
            EXPECT_NEAR(square_degrees(pieces), square_degrees(cut_polygon({stitched}, lon0)),
                        1e-6);
            std::reverse(ring.begin(), ring.end());
            EXPECT_NEAR(square_degrees(cut_polygon({ring}, lon0)), square_degrees(pieces), 1e-6);
        }
    }
}

TEST(Cut, DiscsKeepTheirAreaAnywhere) {
    const LonLat centres[] = {{174.76, -36.85}, {-30, 89}, {0, 90},  {77, -90},  {103.8, 1.35},
                              {-180, 0},        {180, 65}, {11, 80}, {-170, -88}};
    for (const LonLat centre : centres) {
        for (const double radius : {5e5, 3e6, 8e6, 9.9e6, 1.2e7, 1.9e7}) {
            const auto disc = geodesic_disc(centre, radius, 720);
            for (const double lon0 : kMeridians) {
                const auto pieces = cut_polygon(disc, lon0);
                const std::string which = std::to_string(centre.lon) + " " +
                                          std::to_string(centre.lat) + " " +
                                          std::to_string(radius) + " at " + std::to_string(lon0);
                EXPECT_EQ(why_invalid(as_plane(pieces)), "") << which;
                expect_within_window(pieces, lon0);
                EXPECT_NEAR(true_area_m2(pieces) / area_m2(disc), 1, 5e-4) << which;
            }
        }
    }
}

TEST(Cut, ADiscRoundAucklandHoldsWhatIsNear) {
    const LonLat auckland{174.76, -36.85};
    const auto inside = [](const std::vector<PlanarPolygon>& pieces, LonLat p) {
        bool found = false;
        for (const auto& polygon : as_plane(pieces)) {
            for (const auto& ring : polygon) {
                for (std::size_t i = 1; i < ring.size(); ++i) {
                    const XY a = ring[i - 1];
                    const XY b = ring[i];
                    if ((a.y > p.lat) != (b.y > p.lat) &&
                        p.lon < a.x + (p.lat - a.y) / (b.y - a.y) * (b.x - a.x)) {
                        found = !found;
                    }
                }
            }
        }
        return found;
    };
    std::mt19937_64 random(7);
    const auto unit = [&] { return static_cast<double>(random()) / 18446744073709551616.0; };
    for (const double radius : {3e6, 8e6, 1.5e7}) {
        const auto pieces = cut_polygon(geodesic_disc(auckland, radius, 1440), 0);
        for (int i = 0; i < 2000; ++i) {
            const LonLat p{-180 + 360 * unit(), std::asin(2 * unit() - 1) * 180 / M_PI};
            const double away = distance_m(auckland, p);
            if (std::abs(away - radius) > 1000) {
                EXPECT_EQ(inside(pieces, p), away < radius) << p.lon << " " << p.lat;
            }
        }
    }
}

TEST(Cut, RingsHaveNoPreferredWinding) {
    const SphereRing ring{{170, 10}, {-170, 10}, {-170, 30}, {170, 30}};
    const SphereRing hole{{175, 15}, {-175, 15}, {-175, 25}, {175, 25}};
    for (const bool turn_ring : {false, true}) {
        for (const bool turn_hole : {false, true}) {
            SpherePolygon polygon{ring, hole};
            if (turn_ring) {
                std::reverse(polygon[0].begin(), polygon[0].end());
            }
            if (turn_hole) {
                std::reverse(polygon[1].begin(), polygon[1].end());
            }
            for (const double lon0 : kMeridians) {
                const auto pieces = cut_polygon(polygon, lon0);
                EXPECT_EQ(why_invalid(as_plane(pieces)), "");
                EXPECT_NEAR(square_degrees(pieces), 400 - 100, 1e-9) << lon0;
            }
        }
    }
}

TEST(Cut, TheWholeGlobeAndTheGlobeWithHoles) {
    EXPECT_NEAR(square_degrees(cut_polygon({SphereRing{}}, 33)), 64800, 1e-9);
    const SphereRing square{{-10, -10}, {10, -10}, {10, 10}, {-10, 10}};
    const SphereRing crossing{{170, -10}, {-170, -10}, {-170, 10}, {170, 10}};
    for (const double lon0 : kMeridians) {
        EXPECT_NEAR(square_degrees(cut_polygon({SphereRing{}, square}, lon0)), 64400, 1e-9);
        EXPECT_NEAR(square_degrees(cut_polygon({SphereRing{}, square, crossing}, lon0)), 64000,
                    1e-9);
    }
}

TEST(Cut, RingsThatTouchOrFollowTheCut) {
    const SpherePolygon touching{{{160, 0}, {-180, 10}, {160, 20}}};
    EXPECT_NEAR(square_degrees(cut_polygon(touching, 0)), 200, 1e-9);
    const SpherePolygon following{{{160, 0}, {180, 0}, {180, 20}, {160, 20}}};
    EXPECT_NEAR(square_degrees(cut_polygon(following, 0)), 400, 1e-9);
    const SpherePolygon west{{{-180, 0}, {-160, 0}, {-160, 20}, {-180, 20}}};
    EXPECT_NEAR(square_degrees(cut_polygon(west, 0)), 400, 1e-9);
    const SpherePolygon stepping{
        {{170, 0}, {-180, 5}, {-180, 10}, {-170, 12}, {-170, 20}, {-180, 22}, {170, 25}}};
    for (const double lon0 : kMeridians) {
        for (const auto& shape : {touching, following, west, stepping}) {
            EXPECT_EQ(why_invalid(as_plane(cut_polygon(shape, lon0))), "") << lon0;
            EXPECT_NEAR(square_degrees(cut_polygon(shape, lon0)),
                        square_degrees(cut_polygon(shape, 170)), 1e-9)
                << lon0;
        }
    }
}

TEST(Cut, AWedgeUpToThePoleKeepsItsCorner) {
    const SpherePolygon wedge{{{0, 0}, {90, 0}, {0, 90}}};
    for (const double lon0 : {0.0, 150.0, -170.0, -135.0}) {
        const auto pieces = cut_polygon(wedge, lon0);
        EXPECT_EQ(why_invalid(as_plane(pieces)), "");
        EXPECT_NEAR(square_degrees(pieces), 8100, 1e-6) << lon0;
    }
}

TEST(Cut, ABandBetweenTwoParallelsGoesRound) {
    SphereRing north;
    SphereRing south;
    for (int lon = -180; lon < 180; lon += 5) {
        north.push_back({static_cast<double>(lon), 70});
        south.push_back({static_cast<double>(lon), 80});
    }
    for (const double lon0 : kMeridians) {
        const auto pieces = cut_polygon({north, south}, lon0);
        EXPECT_EQ(why_invalid(as_plane(pieces)), "");
        EXPECT_NEAR(square_degrees(pieces), 3600, 1e-9);
    }
}

TEST(CutPlanar, MovesShapesIntoTheWindow) {
    const PlanarPolygon world{{{-180, -90}, {180, -90}, {180, 90}, {-180, 90}, {-180, -90}},
                              {{-10, -10}, {-10, 10}, {10, 10}, {10, -10}, {-10, -10}}};
    for (const double lon0 : kMeridians) {
        const auto pieces = cut_planar_polygon(world, lon0);
        EXPECT_EQ(why_invalid(as_plane(pieces)), "");
        EXPECT_NEAR(square_degrees(pieces), 64400, 1e-9);
        expect_within_window(pieces, lon0);
    }
    const PlanarPolygon pacific{{{150, 0}, {210, 0}, {210, 10}, {150, 10}, {150, 0}}};
    EXPECT_EQ(cut_planar_polygon(pacific, 0).size(), 2U);
    EXPECT_EQ(cut_planar_polygon(pacific, 180).size(), 1U);
}

TEST(CutLine, BreaksAtTheCutAndAtThePole) {
    const auto pieces = cut_line({{170, 10}, {-170, 20}, {-160, 20}}, 0);
    ASSERT_EQ(pieces.size(), 2U);
    EXPECT_EQ(pieces[0].back(), (LonLat{180, 15}));
    EXPECT_EQ(pieces[1].front(), (LonLat{-180, 15}));
    EXPECT_EQ(cut_line({{170, 10}, {-170, 20}, {-160, 20}}, 150).size(), 1U);
    const auto over = cut_line({{20, 80}, {0, 90}, {-160, 80}}, 0);
    ASSERT_EQ(over.size(), 2U);
    EXPECT_EQ(over[0].back(), (LonLat{20, 90}));
    EXPECT_EQ(over[1].front(), (LonLat{-160, 90}));
}

}  // namespace
}  // namespace footprint::geo
