#include "render/window/whereabouts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

namespace footprint::render {
namespace {

const Rect kArea{20, 60, 1000, 500};

ViewState view(const std::string& projection = "equal-earth") {
    ViewSettings s;
    s.world = view_world(projection, 11);
    s.look.projection = projection;
    s.from = Date::from_ymd(2006, 1, 1);
    s.to = Date::from_ymd(2026, 6, 15);
    s.at = s.to;
    s.providers = 3;
    return {s, kArea};
}

Whereabouts whereabouts(const ViewState& state) {
    return {state, view_world(state.look().projection, 11).bounds.width()};
}

AnsweredPicture seen_by(const ViewState& state, std::vector<SymbolAt> symbols) {
    AnsweredPicture seen;
    seen.question.camera = state.camera();
    seen.question.look = state.look();
    seen.picture.symbols = std::move(symbols);
    return seen;
}

TEST(Whereabouts, OfAPixelLeadBackToIt) {
    std::mt19937 random(3);
    std::uniform_real_distribution<double> x(kArea.x, kArea.right());
    std::uniform_real_distribution<double> y(kArea.y, kArea.bottom());
    for (const std::string projection :
         {"equal-earth", "robinson", "orthographic", "web-mercator"}) {
        ViewState state = view(projection);
        state.drag(30, 12, 0);
        Whereabouts where = whereabouts(state);
        int on_earth = 0;
        for (int i = 0; i < 500; ++i) {
            const Point here{x(random), y(random)};
            const auto place = where.lonlat_at(here);
            if (!place) {
                continue;
            }
            ++on_earth;
            const auto back = where.point_of(*place);
            ASSERT_TRUE(back) << projection << ' ' << place->lon << ' ' << place->lat;
            // The ends of a turned world are one meridian.
            const double width = where.world_width_m() / state.camera().metres_per_pixel;
            EXPECT_NEAR(std::remainder(back->x - here.x, width), 0, 0.01) << projection;
            EXPECT_NEAR(back->y, here.y, 0.01) << projection;
        }
        EXPECT_GT(on_earth, 90) << projection;
    }
}

TEST(Whereabouts, KnowNothingBesideTheWorld) {
    const ViewState state = view("orthographic");
    Whereabouts where = whereabouts(state);
    EXPECT_FALSE(where.lonlat_at({kArea.x + 1, kArea.y + 1}));
    EXPECT_FALSE(where.point_of({11 - 180, 0}));  // behind the globe
}

TEST(Whereabouts, OfSymbolsMoveWithTheHandBeforeTheNextPictureIsPainted) {
    ViewState state = view();
    state.zoom_at(kArea.centre(), 4);
    const Point centre = kArea.centre();
    const auto seen = seen_by(state, {{7, centre, 6}});
    const Whereabouts where = whereabouts(state);
    EXPECT_EQ(where.region_at(centre, 4, seen), 7U);
    state.grab();
    state.drag(40, -30, 1);
    EXPECT_FALSE(where.region_at(centre, 4, seen));
    EXPECT_EQ(where.region_at({centre.x + 40, centre.y - 30}, 4, seen), 7U);
}

TEST(Whereabouts, AreOfTheSymbolWhoseEdgeIsNearest) {
    const ViewState state = view();
    const Whereabouts where = whereabouts(state);
    const auto seen = seen_by(state, {{1, {300, 300}, 20}, {2, {340, 300}, 4}});
    EXPECT_EQ(where.region_at({324, 300}, 10, seen), 1U);  // 4 px from one edge, 12 from the other
    EXPECT_EQ(where.region_at({333, 300}, 10, seen), 2U);
    EXPECT_EQ(where.region_at({345, 300}, 10, seen), 2U);
    EXPECT_FALSE(where.region_at({370, 300}, 10, seen));
}

TEST(Whereabouts, AreNotReadOffAPictureInAnotherProjection) {
    const ViewState state = view();
    Whereabouts where = whereabouts(state);
    auto seen = seen_by(state, {{1, {300, 300}, 20}});
    seen.question.look.projection = "robinson";
    EXPECT_FALSE(where.region_at({300, 300}, 10, seen));
    const Target target{geo::RegionIndex{1}, {11, 0}};
    const auto at = where.place_of(target, &seen);
    ASSERT_TRUE(at);
    EXPECT_NEAR(at->x, kArea.centre().x, 0.01);
}

TEST(Whereabouts, OfARegionAreThoseOfItsSymbolWhichMayStandAside) {
    const ViewState state = view();
    Whereabouts where = whereabouts(state);
    const auto seen = seen_by(state, {{1, {300, 310}, 20}});
    const Target target{geo::RegionIndex{1}, {11, 0}};
    EXPECT_EQ(where.place_of(target, &seen), (Point{300, 310}));
    EXPECT_NEAR(where.place_of(target, nullptr)->x, kArea.centre().x, 0.01);
    EXPECT_NEAR(where.place_of({std::nullopt, {11, 0}}, &seen)->x, kArea.centre().x, 0.01);
}

TEST(Whereabouts, AreOfTheComparedSideThatIsThere) {
    ViewState state = view();
    state.set_compare(true, 0, 1);
    state.set_split(0.4);
    const Whereabouts where = whereabouts(state);
    EXPECT_DOUBLE_EQ(where.split_px(), kArea.x + 400);
    auto seen = seen_by(state, {{1, {300, 300}, 5}, {1, {600, 300}, 5}});
    seen.picture.right.emplace(1, 1);
    seen.picture.right_symbols = {{2, {300, 300}, 5}, {2, {600, 300}, 5}};
    EXPECT_EQ(where.region_at({300, 300}, 4, seen), 1U);
    EXPECT_EQ(where.region_at({600, 300}, 4, seen), 2U);
}

TEST(Whereabouts, GoFromWestToEastThroughWhatIsSeen) {
    const ViewState state = view();
    const Whereabouts where = whereabouts(state);
    const auto seen = seen_by(state, {{5, {700, 100}, 5}, {2, {100, 500}, 5}, {9, {5000, 300}, 5}});
    const auto order = where.from_west_to_east(seen);
    ASSERT_EQ(order.size(), 2U);
    EXPECT_EQ(order[0].second, 2U);
    EXPECT_EQ(order[1].second, 5U);
}

}  // namespace
}  // namespace footprint::render
