// The pictures of the window without a window.
#include "render/window/scene_painter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/error.h"
#include "render/paint/raster.h"
#include "render/scene/story.h"
#include "sim/latency/latency_model.h"

namespace footprint::render {
namespace {

constexpr int kWidth = 640;
constexpr int kHeight = 400;

// The real facts, loaded once.
struct Facts {
    geo::Catalog catalog = geo::load_catalog_or_throw({FOOTPRINT_SOURCE_DIR "/datasets", {}});
    sim::Timeline timeline = sim::Timeline::from_catalog(catalog);
    geo::Atlas atlas = geo::Atlas::load(FOOTPRINT_SOURCE_DIR "/datasets", geo::MapDetail::coarse);
    geo::DemandPoints people = geo::DemandPoints::load(FOOTPRINT_SOURCE_DIR "/datasets", atlas);
    std::unique_ptr<sim::LatencyModel> model = sim::make_distance_model();
    FontSet fonts;
};

const Facts& facts() {
    static const Facts kFacts;
    return kFacts;
}

class ScenePainterTest : public testing::Test {
  protected:
    SceneOptions options(bool shaded = false) const {
        const geo::Catalog& catalog = facts().catalog;
        SceneOptions options;
        options.width = kWidth;
        options.height = kHeight;
        options.providers = {catalog.require_provider("alibaba"), catalog.require_provider("aws")};
        options.scope = sim::RegionScope::published(catalog);
        options.title = "A title";
        if (shaded) {
            options.shading = {options.providers.front()};
        }
        return options;
    }

    std::optional<ShadingInput> shading(const SceneOptions& options) const {
        if (options.shading.empty()) {
            return std::nullopt;
        }
        ShadingInput input;
        input.atlas = &facts().atlas;
        input.people = &facts().people;
        input.model = facts().model.get();
        input.timeline = &facts().timeline;
        input.options.thresholds_ms = {50};
        input.options.scope = options.scope;
        return input;
    }

    SceneInput input() const { return {&facts().timeline, &facts().timeline, &facts().atlas}; }

    ScenePainter painter(const SceneOptions& options) const {
        const auto input_of = [shading = shading(options)] {
            return ViewShading{*shading, "", ""};
        };
        SceneOptions plain = options;
        plain.shading.clear();
        return {input(), plain, clock_, input_of, facts().fonts};
    }

    static ViewQuestion question(const ViewState& state) {
        ViewQuestion q;
        q.width = kWidth;
        q.height = kHeight;
        q.camera = state.camera();
        q.is_whole = state.is_whole();
        q.day = state.day();
        q.playing = state.playing();
        q.shown = state.shown();
        q.look = state.look();
        q.outages = state.outages();
        return q;
    }

    ViewState state(const SceneOptions& options, const ScenePainter& painter) const {
        ViewSettings settings = view_settings(options, clock_, Date::from_ymd(2025, 9, 30));
        settings.look.shade = options.shading.empty() ? kNoShade : 0;
        return {settings, painter.map_area(kWidth, kHeight, settings.look)};
    }

    FilmClock clock_ =
        FilmClock::make(Date::from_ymd(2006, 1, 1), Date::from_ymd(2026, 6, 30), 30, 30);
};

int channel(std::uint32_t pixel, int shift) {
    return static_cast<int>(pixel >> shift & 255U);
}

struct Difference {
    int largest = 0;   // of a colour channel
    double share = 0;  // of pixels that differ by more than rounding
};

Difference difference(const Image& a, const Image& b) {
    Difference result;
    std::size_t count = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) {
        int here = 0;
        for (const int shift : {0, 8, 16}) {
            here = std::max(here,
                            std::abs(channel(a.pixels[i], shift) - channel(b.pixels.at(i), shift)));
        }
        result.largest = std::max(result.largest, here);
        count += here > 2 ? 1U : 0U;
    }
    result.share = static_cast<double>(count) / static_cast<double>(a.pixels.size());
    return result;
}

Image flat(const ViewPicture& picture) {
    Image image = picture.map;
    blit_over(image, picture.furniture, 0, 0, 255, {0, 0, image.width, image.height});
    return image;
}

TEST_F(ScenePainterTest, ShowsTheWholeWorldAsTheFilmDoes) {
    for (const bool shaded : {false, true}) {
        const SceneOptions wanted = options(shaded);
        ScenePainter window = painter(wanted);
        const ViewState view = state(wanted, window);
        const Scene scene(input(), wanted, clock_, facts().fonts);
        FramePainter film(scene, shading(wanted), facts().fonts);
        Moment moment;
        moment.day = view.day();
        const Difference d = difference(flat(window.paint(question(view))), film.still(moment));
        EXPECT_LE(d.largest, 3) << (shaded ? "shaded" : "plain");
    }
}

TEST_F(ScenePainterTest, PaintsTheSameWhateverWasPaintedBefore) {
    const SceneOptions wanted = options(true);
    ScenePainter window = painter(wanted);
    ViewState view = state(wanted, window);
    const ViewPicture first = window.paint(question(view));
    view.zoom_at({300, 150}, 3);
    window.paint(question(view));
    view.step_months(-60);
    view.press({Key::digit, 1});
    window.paint(question(view));
    view.press({Key::digit, 1});
    view.reset();
    view.step_months(60);
    const ViewPicture again = window.paint(question(view));
    EXPECT_EQ(again.map.pixels, first.map.pixels);
    EXPECT_EQ(again.furniture.pixels, first.furniture.pixels);
}

// What is moved at once and what is painted afterwards must be the same place, or the map jumps.
TEST_F(ScenePainterTest, PaintsAMovedMapWhereItsPictureWasMovedTo) {
    SceneOptions wanted = options();
    wanted.labels = false;
    wanted.hidden = wanted.providers;
    ScenePainter window = painter(wanted);
    ViewState view = state(wanted, window);
    view.press({Key::digit, 1});
    view.press({Key::digit, 2});
    view.zoom_at({350, 160}, 6);
    const Image before = window.paint(question(view)).map;
    view.pan(40, -24);
    const Image after = window.paint(question(view)).map;
    Image moved(kWidth - 40, kHeight - 24);
    Image cut(kWidth - 40, kHeight - 24);
    for (int y = 0; y < moved.height; ++y) {
        std::copy_n(before.row(y + 24), moved.width, moved.row(y));
        std::copy_n(after.row(y) + 40, cut.width, cut.row(y));
    }
    EXPECT_LT(difference(moved, cut).share, 0.01);
    EXPECT_GT(difference(before, after).share, 0.03);
}

TEST_F(ScenePainterTest, TurnsAGlobe) {
    SceneOptions wanted = options();
    wanted.projection = "orthographic";
    wanted.lon0 = 105;
    ScenePainter window = painter(wanted);
    ViewState view = state(wanted, window);
    const Image asia = window.paint(question(view)).map;
    view.pan(-120, 60);
    EXPECT_GT(view.camera().lon0_deg, 105);
    EXPECT_GT(view.camera().lat0_deg, 10);
    EXPECT_GT(difference(asia, window.paint(question(view)).map).share, 0.05);
}

TEST_F(ScenePainterTest, PutsFurnitureOnPanelsOnlyOverACloserMap) {
    const SceneOptions wanted = options();
    ScenePainter window = painter(wanted);
    ViewState view = state(wanted, window);
    const auto alpha = [](const Image& image) { return image.row(3)[kWidth / 2] >> 24; };
    EXPECT_EQ(alpha(window.paint(question(view)).furniture), 0U);
    view.pan(-100, 0);
    EXPECT_EQ(alpha(window.paint(question(view)).furniture), 0U);
    view.zoom_at({300, 150}, 2);
    EXPECT_GT(alpha(window.paint(question(view)).furniture), 200U);
}

// A region that is taken out serves nobody, and the map shows it so.
TEST_F(ScenePainterTest, ShowsAnOutage) {
    const SceneOptions wanted = options(true);
    ScenePainter window = painter(wanted);
    ViewState view = state(wanted, window);
    const ViewPicture before = window.paint(question(view));
    ASSERT_TRUE(before.people);
    view.toggle_outage(*facts().catalog.find_region("alibaba:na-south-1"));
    const ViewPicture out = window.paint(question(view));
    EXPECT_LT(out.people->within, before.people->within);
    EXPECT_GT(difference(before.map, out.map).share, 0.001);
    view.toggle_outage(*facts().catalog.find_region("alibaba:na-south-1"));
    EXPECT_EQ(window.paint(question(view)).map.pixels, before.map.pixels);
}

TEST_F(ScenePainterTest, TakesOutRegionsUntilTheyWouldFailAnyway) {
    const auto region = *facts().catalog.find_region("aws:me-south-1");
    const Date early = Date::from_ymd(2024, 1, 1);
    ASSERT_EQ(facts().timeline.region_at(region, early).state, sim::RegionState::open);
    const auto altered = with_outages(facts().timeline, {{region, early}});
    EXPECT_EQ(altered.region_at(region, early).state, sim::RegionState::impaired);
    EXPECT_EQ(altered.region_at(region, early.plus_days(-1)).state, sim::RegionState::open);
    const Date late = Date::from_ymd(2026, 6, 1);
    EXPECT_EQ(altered.region_at(region, late).state,
              facts().timeline.region_at(region, late).state);
    EXPECT_THROW(with_outages(facts().timeline, {{region, Date::from_ymd(2010, 1, 1)}}), Error);
}

TEST_F(ScenePainterTest, PaintsEachOfTwoThatAreComparedAsIfItWereAlone) {
    const SceneOptions wanted = options(true);
    ScenePainter window = painter(wanted);
    ViewState view = state(wanted, window);
    const ViewPicture alone = window.paint(question(view));
    EXPECT_FALSE(alone.right);
    view.set_compare(true, 0, 1);
    const ViewPicture both = window.paint(question(view));
    ASSERT_TRUE(both.right);
    EXPECT_GT(difference(both.map, *both.right).share, 0.01);
    const auto only = [&](const std::vector<SymbolAt>& symbols, std::size_t provider) {
        return std::all_of(symbols.begin(), symbols.end(), [&](const SymbolAt& symbol) {
            return facts().catalog.region(symbol.region).provider == wanted.providers[provider];
        });
    };
    EXPECT_TRUE(only(both.symbols, 0));
    EXPECT_TRUE(only(both.right_symbols, 1));
    view.set_compare(true, 1, 0);
    const ViewPicture turned = window.paint(question(view));
    EXPECT_EQ(turned.map.pixels, both.right->pixels);
    EXPECT_EQ(turned.right->pixels, both.map.pixels);
}

TEST_F(ScenePainterTest, SaysWhereSymbolsStand) {
    SceneOptions wanted = options();
    wanted.labels = false;
    ScenePainter window = painter(wanted);
    const ViewState view = state(wanted, window);
    const ViewPicture picture = window.paint(question(view));
    ASSERT_GT(picture.symbols.size(), 50U);
    std::size_t seen = 0;
    for (const SymbolAt& symbol : picture.symbols) {
        const Date date = view.date();
        EXPECT_NE(facts().timeline.region_at(symbol.region, date).state, sim::RegionState::absent);
        const auto x = static_cast<int>(symbol.centre.x);
        const auto y = static_cast<int>(symbol.centre.y);
        const std::uint32_t pixel = picture.map.row(y)[x];
        seen += channel(pixel, 16) + channel(pixel, 8) + channel(pixel, 0) > 300 ? 1U : 0U;
    }
    EXPECT_GT(seen, picture.symbols.size() * 3 / 4);
}

}  // namespace
}  // namespace footprint::render
