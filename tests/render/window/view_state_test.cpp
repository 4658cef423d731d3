#include "render/window/view_state.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "base/error.h"

namespace footprint::render {
namespace {

constexpr double kWidth_m = 34e6;
constexpr double kHeight_m = 16e6;
const Rect kArea{20, 60, 1000, 500};

ViewSettings settings() {
    ViewSettings s;
    s.world = {-kWidth_m / 2, -7e6, kWidth_m / 2, -7e6 + kHeight_m};
    s.lon0_deg = 11;
    s.from = Date::from_ymd(2006, 1, 1);
    s.to = Date::from_ymd(2026, 6, 15);
    s.at = Date::from_ymd(2025, 9, 30);
    s.providers = 3;
    return s;
}

ViewState view() {
    return {settings(), kArea};
}

// The projected point under a pixel, written out from the camera's definition.
Point under(const ViewState& state, Point pixel) {
    const Camera& c = state.camera();
    const Point middle = state.area().centre();
    return {c.x + (pixel.x - middle.x) * c.metres_per_pixel,
            c.y - (pixel.y - middle.y) * c.metres_per_pixel};
}

TEST(ViewState, ShowsTheWholeWorldAtHome) {
    const ViewState state = view();
    EXPECT_TRUE(state.is_whole());
    EXPECT_DOUBLE_EQ(state.camera().metres_per_pixel, kWidth_m / kArea.width);
    EXPECT_DOUBLE_EQ(state.camera().lon0_deg, 11);
    EXPECT_EQ(state.date(), Date::from_ymd(2025, 9, 30));
    const Point corner = under(state, {kArea.x, kArea.centre().y});
    EXPECT_NEAR(corner.x, -kWidth_m / 2, 1e-6);
}

TEST(ViewState, ZoomsAboutTheCursor) {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> x(300, 700);
    std::uniform_real_distribution<double> y(250, 400);
    for (int i = 0; i < 1000; ++i) {
        ViewState state = view();
        const Point cursor{x(random), y(random)};
        const Point before = under(state, cursor);
        state.zoom_at(cursor, 4);
        const Point after = under(state, cursor);
        EXPECT_NEAR(after.x, before.x, 1e-6);
        EXPECT_NEAR(after.y, before.y, 1e-6);
        EXPECT_DOUBLE_EQ(state.camera().metres_per_pixel, kWidth_m / kArea.width / 4);
        EXPECT_FALSE(state.is_whole());
    }
}

TEST(ViewState, NeverLeavesTheWorldHoweverItIsMoved) {
    std::mt19937 random(11);
    std::uniform_real_distribution<double> any(-3000, 3000);
    std::uniform_real_distribution<double> factor(0.2, 5);
    ViewState state = view();
    for (int i = 0; i < 20000; ++i) {
        if (i % 2 == 0) {
            state.zoom_at({any(random), any(random)}, factor(random));
        } else {
            state.pan(any(random), any(random));
        }
        const Camera& c = state.camera();
        const double half_width = kArea.width / 2 * c.metres_per_pixel;
        const double half_height = kArea.height / 2 * c.metres_per_pixel;
        ASSERT_GE(c.metres_per_pixel, ViewState::kClosest_m_per_pixel);
        ASSERT_LE(c.metres_per_pixel, kWidth_m / kArea.width);
        ASSERT_GE(c.x - half_width, -kWidth_m / 2 - 1);
        ASSERT_LE(c.x + half_width, kWidth_m / 2 + 1);
        if (2 * half_height <= kHeight_m) {
            ASSERT_GE(c.y - half_height, -7e6 - 1);
            ASSERT_LE(c.y + half_height, -7e6 + kHeight_m + 1);
        } else {
            ASSERT_NEAR(c.y, -7e6 + kHeight_m / 2, 1e-6);
        }
        ASSERT_GE(c.lon0_deg, -180);
        ASSERT_LT(c.lon0_deg, 180);
    }
}

TEST(ViewState, FollowsTheHandWhenThereIsRoom) {
    ViewState state = view();
    state.zoom_at(kArea.centre(), 8);
    const Point held = under(state, {400, 300});
    state.pan(37, -21);
    const Point now = under(state, {437, 279});
    EXPECT_NEAR(now.x, held.x, 1e-6);
    EXPECT_NEAR(now.y, held.y, 1e-6);
    EXPECT_DOUBLE_EQ(state.camera().lon0_deg, 11);
}

TEST(ViewState, TurnsTheWorldWhereItCannotMove) {
    ViewState state = view();
    state.pan(-kArea.width / 4, 0);  // a quarter of the world to the left
    EXPECT_NEAR(state.camera().lon0_deg, 11 + 90, 1e-9);
    EXPECT_NEAR(state.camera().x, 0, 1e-6);
    state.pan(-kArea.width / 4, 0);
    EXPECT_NEAR(state.camera().lon0_deg, 11 + 180 - 360, 1e-9);
    EXPECT_TRUE(state.is_whole());
    state.reset();
    EXPECT_EQ(state, view());
}

TEST(ViewState, TurnsAGlobeUnderTheHand) {
    ViewSettings s = settings();
    s.is_globe = true;
    s.lon0_deg = 0;
    s.world = {-6378137, -6378137, 6378137, 6378137};
    ViewState state(s, {0, 0, 600, 600});
    const double degree_px = 6378137 * M_PI / 180 / state.camera().metres_per_pixel;
    state.pan(10 * degree_px, 0);
    EXPECT_NEAR(state.camera().lon0_deg, -10, 1e-9);
    state.pan(0, 20 * degree_px);
    EXPECT_NEAR(state.camera().lat0_deg, 20, 1e-9);
    state.pan(0, 500 * degree_px);
    EXPECT_DOUBLE_EQ(state.camera().lat0_deg, 90);
    EXPECT_DOUBLE_EQ(state.camera().x, 0);
    EXPECT_DOUBLE_EQ(state.camera().y, 0);
}

TEST(ViewState, IgnoresZoomFactorsThatAreNoNumbers) {
    ViewState state = view();
    const ViewState before = state;
    for (const double bad : {0.0, -1.0, std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN()}) {
        state.zoom_at({100, 100}, bad);
        EXPECT_EQ(state, before);
    }
}

TEST(ViewState, StaysAtHomeWhenTheWindowIsResizedThere) {
    ViewState state = view();
    state.resize({0, 0, 500, 500});
    EXPECT_TRUE(state.is_whole());
    state.zoom_at({250, 250}, 4);
    const Camera before = state.camera();
    state.resize({0, 0, 510, 520});
    EXPECT_EQ(state.camera(), before);
}

TEST(ViewState, StepsToTheEndsOfMonthsWithinTheSpan) {
    ViewState state = view();
    state.step_months(1);
    EXPECT_EQ(state.date(), Date::from_ymd(2025, 10, 31));
    state.step_months(4);
    EXPECT_EQ(state.date(), Date::from_ymd(2026, 2, 28));
    state.step_months(-24);
    EXPECT_EQ(state.date(), Date::from_ymd(2024, 2, 29));
    state.step_months(1000);
    EXPECT_EQ(state.date(), Date::from_ymd(2026, 6, 15));
    state.step_months(-1);
    EXPECT_EQ(state.date(), Date::from_ymd(2026, 5, 31));
    state.step_months(-1000);
    EXPECT_EQ(state.date(), Date::from_ymd(2006, 1, 1));
}

TEST(ViewState, PlaysTheSpanInTheTimeOfTheFilmAndStops) {
    ViewState state = view();
    state.press({Key::home});
    state.press({Key::space});
    ASSERT_TRUE(state.playing());
    for (int i = 0; i < 150; ++i) {
        state.advance(0.1);
    }
    const double middle = (settings().from.days() + settings().to.days()) / 2.0;
    EXPECT_NEAR(state.day(), middle, 1e-6);
    state.advance(14.9);
    EXPECT_TRUE(state.playing());
    state.advance(0.2);
    EXPECT_FALSE(state.playing());
    EXPECT_EQ(state.date(), settings().to);
    state.press({Key::space});  // from the end: once more
    EXPECT_EQ(state.date(), settings().from);
    EXPECT_TRUE(state.playing());
}

TEST(ViewState, RunsFasterAndSlowerWithinLimits) {
    ViewState state = view();
    state.press({Key::up});
    EXPECT_DOUBLE_EQ(state.speed(), 2);
    for (int i = 0; i < 20; ++i) {
        state.press({Key::down});
    }
    EXPECT_DOUBLE_EQ(state.speed(), 1.0 / 16);
    for (int i = 0; i < 20; ++i) {
        state.press({Key::up});
    }
    EXPECT_DOUBLE_EQ(state.speed(), 16);
}

TEST(ViewState, DoesNotMoveInTimeWhilePaused) {
    ViewState state = view();
    const ViewState before = state;
    state.advance(100);
    EXPECT_EQ(state, before);
}

TEST(ViewState, HidesAndShowsProvidersByDigit) {
    ViewState state = view();
    state.press({Key::digit, 2});
    EXPECT_EQ(state.shown(), (std::vector<bool>{true, false, true}));
    state.press({Key::digit, 9});  // there is no ninth
    EXPECT_EQ(state.shown(), (std::vector<bool>{true, false, true}));
    state.press({Key::digit, 2});
    EXPECT_EQ(state.shown(), (std::vector<bool>{true, true, true}));
}

TEST(ViewState, AsksTheWindowToCloseOrToKeepThePicture) {
    ViewState state = view();
    EXPECT_EQ(state.press({Key::quit}), Request::close);
    EXPECT_EQ(state.press({Key::screenshot}), Request::screenshot);
    EXPECT_EQ(state.press({Key::plus}), Request::nothing);
    EXPECT_EQ(state, [] {
        ViewState other = view();
        other.zoom_at(kArea.centre(), 1.5);
        return other;
    }());
}

TEST(ViewState, RefusesASpanThatRunsBackwards) {
    ViewSettings s = settings();
    std::swap(s.from, s.to);
    try {
        const ViewState state(s, kArea);
        FAIL() << "a span from " << s.from.iso() << " to " << s.to.iso() << " was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::usage);
        EXPECT_NE(std::string(error.what()).find("2026-06-15"), std::string::npos) << error.what();
    }
}

TEST(ViewState, RefusesAnAreaWithoutPixels) {
    EXPECT_THROW(ViewState(settings(), Rect{0, 0, 0, 100}), Error);
    EXPECT_THROW(view().resize({0, 0, 100, std::nan("")}), Error);
}

TEST(Placement, PutsEveryPointOfAPictureWhereTheNewViewShowsIt) {
    std::mt19937 random(3);
    std::uniform_real_distribution<double> pixel(0, 1000);
    for (int i = 0; i < 1000; ++i) {
        const ViewState painted = view();
        ViewState now = painted;
        now.zoom_at({pixel(random), pixel(random)}, 1 + pixel(random) / 100);
        // Within the room there is, so that the world does not turn.
        now.pan(1, 1);
        if (now.camera().lon0_deg != painted.camera().lon0_deg) {
            continue;
        }
        const Placement place =
            placement(painted.camera(), now.camera(), kArea, settings().world.width());
        const Point p{pixel(random), pixel(random)};
        const Point on_screen{p.x * place.scale + place.offset.x,
                              p.y * place.scale + place.offset.y};
        EXPECT_NEAR(under(now, on_screen).x, under(painted, p).x, 1e-3);
        EXPECT_NEAR(under(now, on_screen).y, under(painted, p).y, 1e-3);
    }
}

TEST(Placement, ShiftsATurnedWorldTheShortWayRound) {
    Camera painted;
    painted.metres_per_pixel = 34000;
    painted.lon0_deg = 179;
    Camera now = painted;
    now.lon0_deg = -179;  // two degrees further east
    const Placement place = placement(painted, now, kArea, kWidth_m);
    EXPECT_DOUBLE_EQ(place.scale, 1);
    EXPECT_NEAR(place.offset.x, -kWidth_m * 2 / 360 / 34000, 1e-9);
    EXPECT_DOUBLE_EQ(place.offset.y, 0);
}

}  // namespace
}  // namespace footprint::render
