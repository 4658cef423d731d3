#include "render/window/view_state.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <vector>

#include "base/error.h"

namespace footprint::render {
namespace {

constexpr double kWidth_m = 34e6;
constexpr double kHeight_m = 16e6;
const Rect kArea{20, 60, 1000, 500};

ViewSettings settings() {
    ViewSettings s;
    s.world.bounds = {-kWidth_m / 2, -7e6, kWidth_m / 2, -7e6 + kHeight_m};
    s.world.lon0_deg = 11;
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
    s.world.is_globe = true;
    s.world.lon0_deg = 0;
    s.world.bounds = {-6378137, -6378137, 6378137, 6378137};
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
            placement(painted.camera(), now.camera(), kArea, settings().world.bounds.width());
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

// As often as a screen is painted.
void run_for(ViewState& state, double seconds) {
    constexpr double kFrame_s = 1.0 / 60;
    for (double t = 0; t < seconds; t += kFrame_s) {
        state.advance(kFrame_s);
    }
}

TEST(ViewState, TurnsAWheelIntoASmoothZoomAboutTheCursor) {
    ViewState at_once = view();
    const Point cursor{420, 260};
    at_once.zoom_at(cursor, 1.25);
    at_once.zoom_at(cursor, 1.25);
    ViewState smooth = view();
    smooth.wheel(cursor, 1.25);
    smooth.wheel(cursor, 1.25);
    EXPECT_EQ(smooth.camera(), view().camera());
    EXPECT_TRUE(smooth.is_moving());
    double before = smooth.camera().metres_per_pixel;
    for (int i = 0; i < 100 && smooth.is_moving(); ++i) {
        smooth.advance(1.0 / 60);
        EXPECT_LT(smooth.camera().metres_per_pixel, before);
        before = smooth.camera().metres_per_pixel;
    }
    EXPECT_FALSE(smooth.is_moving());
    EXPECT_NEAR(smooth.camera().metres_per_pixel / at_once.camera().metres_per_pixel, 1, 1e-9);
    EXPECT_NEAR(smooth.camera().x, at_once.camera().x, 1);
    EXPECT_NEAR(smooth.camera().y, at_once.camera().y, 1);
}

TEST(ViewState, EndsAWheelsZoomAtTheEndOfTheScale) {
    ViewState state = view();
    state.wheel({500, 300}, 0.5);
    state.advance(1.0 / 60);
    EXPECT_FALSE(state.is_moving());
    EXPECT_EQ(state.camera(), view().camera());
    state.wheel({500, 300}, std::numeric_limits<double>::quiet_NaN());
    EXPECT_FALSE(state.is_moving());
}

TEST(ViewState, GlidesOnWhenItIsLetGoInASwing) {
    ViewState state = view();
    state.zoom_at({500, 300}, 8);
    state.grab();
    for (int i = 0; i < 6; ++i) {
        state.drag(-12, 4, 0.016 * i);
    }
    const Camera let_go = state.camera();
    state.release(0.016 * 6);
    EXPECT_TRUE(state.is_moving());
    run_for(state, 3);
    EXPECT_FALSE(state.is_moving());
    EXPECT_GT(state.camera().x, let_go.x);
    EXPECT_GT(state.camera().y, let_go.y);
    const Camera rests = state.camera();
    run_for(state, 1);
    EXPECT_EQ(state.camera(), rests);
}

TEST(ViewState, DoesNotGlideAfterASingleJumpOrARest) {
    ViewState jump = view();
    jump.zoom_at({500, 300}, 8);
    jump.grab();
    jump.drag(200, 0, 0);
    jump.release(0.001);
    EXPECT_FALSE(jump.is_moving());
    ViewState rest = view();
    rest.zoom_at({500, 300}, 8);
    rest.grab();
    for (int i = 0; i < 6; ++i) {
        rest.drag(-12, 4, 0.016 * i);
    }
    rest.release(0.016 * 6 + 1);
    EXPECT_FALSE(rest.is_moving());
}

TEST(ViewState, StopsGlidingWhenAHandTakesIt) {
    ViewState state = view();
    state.zoom_at({500, 300}, 8);
    for (int i = 0; i < 6; ++i) {
        state.drag(-12, 4, 0.016 * i);
    }
    state.release(0.016 * 6);
    ASSERT_TRUE(state.is_moving());
    state.grab();
    EXPECT_FALSE(state.is_moving());
}

TEST(ViewState, FliesToAPlaceAndStaysThere) {
    const std::string name = "equal-earth";
    ViewSettings with = settings();
    with.world = view_world(name, 11);
    ViewState state(with, kArea);
    const auto projection = geo::Projection::create(name, 11);
    const geo::LonLat singapore{103.82, 1.35};
    std::vector<CameraKey> keys(2);
    keys[0].at = projection.inverse({state.camera().x, state.camera().y});
    keys[1] = {1.4, singapore, 12, 1.4};
    state.fly(std::make_shared<const CameraPath>(projection, kArea, keys), 1.4);
    run_for(state, 0.5);
    EXPECT_TRUE(state.is_moving());
    run_for(state, 1.2);
    EXPECT_FALSE(state.is_moving());
    const auto there = projection.forward(singapore);
    EXPECT_NEAR(state.camera().x, there->x, 1);
    EXPECT_NEAR(state.camera().y, there->y, 1);
    EXPECT_NEAR(state.home_metres_per_pixel() / state.camera().metres_per_pixel, 12, 1e-6);
}

TEST(ViewState, GoesThroughShadesThresholdsAndComparison) {
    ViewState state = view();
    EXPECT_FALSE(state.look().is_shaded());
    std::vector<int> shades;
    for (int i = 0; i < 5; ++i) {
        state.press({Key::shade, 0});
        shades.push_back(state.look().shade);
    }
    EXPECT_EQ(shades, (std::vector<int>{kBestShade, 0, 1, 2, kNoShade}));
    state.press({Key::threshold, 0});
    EXPECT_EQ(state.look().threshold_ms, 100);
    state.set_threshold(200);
    state.press({Key::threshold, 0});
    EXPECT_EQ(state.look().threshold_ms, 10);
    state.press({Key::compare, 0});
    EXPECT_TRUE(state.look().comparing);
    EXPECT_TRUE(state.look().is_shaded());
    for (int i = 0; i < 30; ++i) {
        state.press({Key::split_right, 0});
    }
    EXPECT_EQ(state.split(), 1);
    state.set_compare(true, 7, -3);
    EXPECT_EQ(state.look().left, 2);
    EXPECT_EQ(state.look().right, 0);
    ViewSettings alone = settings();
    alone.providers = 1;
    ViewState one(alone, kArea);
    one.press({Key::compare, 0});
    EXPECT_FALSE(one.look().comparing);
}

TEST(ViewState, TakesRegionsOutFromTheDayThatIsShown) {
    ViewState state = view();
    state.toggle_outage(4);
    EXPECT_TRUE(state.is_out(4));
    EXPECT_EQ(state.outages().front().from, Date::from_ymd(2025, 9, 30));
    state.go_to_start();
    EXPECT_TRUE(state.is_out(4));
    state.toggle_outage(4);
    EXPECT_TRUE(state.outages().empty());
}

TEST(ViewState, SeeksWithinItsSpan) {
    ViewState state = view();
    state.toggle_play();
    state.seek(Date::from_ymd(2012, 3, 4).days());
    EXPECT_EQ(state.date(), Date::from_ymd(2012, 3, 4));
    EXPECT_FALSE(state.playing());
    state.seek(1e9);
    EXPECT_EQ(state.date(), state.to());
}

}  // namespace
}  // namespace footprint::render
