#include "render/scene/camera.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"

namespace footprint::render {
namespace {

constexpr Rect kArea{100, 50, 1600, 800};

geo::Projection flat() {
    return geo::Projection::create("equal-earth", kLon0);
}
geo::Projection globe() {
    return geo::Projection::create("orthographic", 0);
}

// World, South-East Asia, the Gulf.
std::vector<CameraKey> journey() {
    return {{0, std::nullopt, 1, 2.5},
            {8, geo::LonLat{108, 8}, 4, 3},
            {16, geo::LonLat{50, 25}, 7, 4},
            {22, std::nullopt, 1, 60}};
}

double width_m(const CameraLook& look) {
    return look.closeup.metres_per_pixel * kArea.width;
}

TEST(CameraPath, RestsWhereItsKeysSayAndMovesInBetween) {
    const CameraPath path(flat(), kArea, journey());
    ASSERT_EQ(path.rests().size(), 4U);
    for (const double second : {-1.0, 0.0, 4.99, 8.0, 11.99, 16.0, 22.0, 1e6}) {
        EXPECT_FALSE(path.at(second).is_moving) << second;
    }
    for (const double second : {5.01, 7.9, 12.01, 15.9, 16.1, 21.9}) {
        EXPECT_TRUE(path.at(second).is_moving) << second;
    }
    const auto gulf = flat().forward({50, 25});
    EXPECT_DOUBLE_EQ(path.at(16).look.closeup.centre.x, gulf->x);
    EXPECT_DOUBLE_EQ(path.at(16).look.closeup.centre.y, gulf->y);
    EXPECT_DOUBLE_EQ(path.at(16).look.zoom, 7);
    // The whole world is framed as without a camera.
    const MapView whole(flat(), kArea);
    const CameraLook look = path.at(0).look;
    const MapView seen(flat(), kArea, look.closeup.centre, look.closeup.metres_per_pixel);
    const auto expected = whole.to_pixel({30, 40});
    const auto place = seen.to_pixel({30, 40});
    EXPECT_NEAR(place->x, expected->x, 1e-6);
    EXPECT_NEAR(place->y, expected->y, 1e-6);
}

TEST(CameraPath, StaysAtItsOnlyKey) {
    const CameraPath path(flat(), kArea, {{5, geo::LonLat{10, 50}, 3, 2.5}});
    for (const double second : {0.0, 5.0, 30.0}) {
        EXPECT_FALSE(path.at(second).is_moving);
        EXPECT_EQ(path.at(second).look.zoom, 3);
    }
}

// Panels cover the left of a map that fills the frame: the place goes to the middle of the rest.
TEST(CameraPath, LooksAtAPlaceInTheMiddleOfWhatIsFree) {
    const Rect free{400, 150, 1300, 500};
    const CameraPath path(flat(), kArea, journey(), free);
    for (const double second : {8.0, 16.0}) {
        const CameraLook look = path.at(second).look;
        const MapView seen(flat(), kArea, look.closeup.centre, look.closeup.metres_per_pixel);
        const auto place = seen.to_pixel(second > 10 ? geo::LonLat{50, 25} : geo::LonLat{108, 8});
        EXPECT_NEAR(place->x, 1050, 1e-6);
        EXPECT_NEAR(place->y, 400, 1e-6);
    }
    const CameraPath plain(flat(), kArea, journey());
    EXPECT_EQ(path.at(0).look.closeup.centre.x, plain.at(0).look.closeup.centre.x);
    EXPECT_EQ(path.at(0).look.closeup.centre.y, plain.at(0).look.closeup.centre.y);
}

// Van Wijk and Nuij's paths are geodesics of the metric rho^2 du^2 / w^2 + dw^2 / (rho w)^2: equal
// shares of the way are equal lengths, and no way that goes straight is shorter.
TEST(CameraPath, GoesTheShortestWayToTheEye) {
    constexpr double kRho2 = 2;
    const auto length = [&](const CameraLook& a, const CameraLook& b) {
        const double du = std::hypot(b.closeup.centre.x - a.closeup.centre.x,
                                     b.closeup.centre.y - a.closeup.centre.y);
        const double dw = width_m(b) - width_m(a);
        const double w = (width_m(a) + width_m(b)) / 2;
        return std::sqrt(kRho2 * du * du + dw * dw / kRho2) / w;
    };
    const CameraPath path(flat(), kArea,
                          {{0, geo::LonLat{108, 8}, 12, 1}, {10, geo::LonLat{80, 20}, 20, 10}});
    constexpr int kSteps = 20000;
    std::vector<double> passed{0};
    std::vector<double> shares{0};
    CameraLook before = path.at(0).look;
    double straight = 0;
    CameraLook before_straight = before;
    const CameraLook first = before;
    const CameraLook last = path.at(10).look;
    for (int i = 1; i <= kSteps; ++i) {
        const auto place = path.at(10.0 * i / kSteps);
        passed.push_back(passed.back() + length(before, place.look));
        shares.push_back(i == kSteps ? 1 : place.share);
        before = place.look;
        const double t = 1.0 * i / kSteps;
        CameraLook even = first;
        even.closeup.centre = {
            first.closeup.centre.x + t * (last.closeup.centre.x - first.closeup.centre.x),
            first.closeup.centre.y + t * (last.closeup.centre.y - first.closeup.centre.y)};
        even.closeup.metres_per_pixel =
            first.closeup.metres_per_pixel +
            t * (last.closeup.metres_per_pixel - first.closeup.metres_per_pixel);
        straight += length(before_straight, even);
        before_straight = even;
    }
    for (int i = 0; i <= kSteps; i += 500) {
        const auto at = static_cast<std::size_t>(i);
        EXPECT_NEAR(passed[at] / passed.back(), shares[at], 1e-3) << i;
    }
    EXPECT_LT(passed.back(), straight);
}

TEST(CameraPath, NeverJumps) {
    for (const auto& projection : {flat(), globe()}) {
        const CameraPath path(projection, kArea, journey());
        CameraLook before = path.at(0).look;
        for (int i = 1; i <= 25 * 120; ++i) {
            const CameraLook look = path.at(i / 120.0).look;
            EXPECT_LT(std::abs(std::log(look.zoom / before.zoom)), 0.06) << i;
            const double pixels = std::hypot(look.closeup.centre.x - before.closeup.centre.x,
                                             look.closeup.centre.y - before.closeup.centre.y) /
                                  look.closeup.metres_per_pixel;
            EXPECT_LT(pixels, 60) << i;
            const double turned = std::hypot(look.lon0 - before.lon0,
                                             look.closeup.lat0_deg - before.closeup.lat0_deg);
            EXPECT_LT(turned, 3) << i;
            EXPECT_GE(look.zoom, 1 - 1e-9);
            before = look;
        }
    }
}

TEST(CameraPath, TurnsAGlobeEvenly) {
    const CameraPath path = CameraPath::turning(globe(), kArea, 360, 30);
    for (int second = 0; second <= 30; ++second) {
        const auto place = path.at(second);
        EXPECT_TRUE(place.is_moving);
        EXPECT_NEAR(std::remainder(place.look.lon0 - 12 * second, 360), 0, 1e-9) << second;
        EXPECT_LT(place.rest + 1, path.rests().size());
        EXPECT_GE(place.share, 0);
        EXPECT_LE(place.share, 1);
    }
}

TEST(CameraPath, RefusesPlacesThatTheMapDoesNotShow) {
    EXPECT_THROW(CameraPath(geo::Projection::create("web-mercator", 0), kArea,
                            {{0, geo::LonLat{0, 89}, 2, 2}}),
                 Error);
}

}  // namespace
}  // namespace footprint::render
