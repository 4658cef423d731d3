#include "render/window/view_memory.h"

#include <gtest/gtest.h>

#include <cmath>

namespace footprint::render {
namespace {

const std::vector<std::string> kProviders{"aws", "azure", "alibaba"};
const Rect kArea{20, 60, 1000, 500};

ViewState fresh() {
    ViewSettings settings;
    settings.world = view_world("equal-earth", 11);
    settings.from = Date::from_ymd(2006, 1, 1);
    settings.to = Date::from_ymd(2026, 6, 15);
    settings.at = Date::from_ymd(2025, 9, 30);
    settings.providers = 3;
    return {settings, kArea};
}

TEST(ViewMemory, BringsBackWhatWasSeen) {
    ViewState left = fresh();
    left.set_world("robinson", view_world("robinson", 11));
    left.zoom_at({600, 200}, 5);
    left.toggle_provider(1);
    left.set_shade(2);
    left.set_threshold(100);
    left.set_speed(4);
    left.seek(Date::from_ymd(2019, 5, 6).days());
    ViewState back = fresh();
    recall_view(view_memory(left, kProviders, 1500, 800), kProviders, 11, back);
    EXPECT_EQ(back.look(), left.look());
    EXPECT_EQ(back.shown(), left.shown());
    EXPECT_EQ(back.date(), left.date());
    EXPECT_EQ(back.speed(), left.speed());
    EXPECT_NEAR(back.camera().x, left.camera().x, 1e-3);
    EXPECT_NEAR(back.camera().metres_per_pixel / left.camera().metres_per_pixel, 1, 1e-12);
    EXPECT_EQ(remembered_size(view_memory(left, kProviders, 1500, 800)), std::pair(1500, 800));
}

TEST(ViewMemory, BringsBackAComparison) {
    ViewState left = fresh();
    left.set_compare(true, 2, 0);
    left.set_split(0.25);
    ViewState back = fresh();
    recall_view(view_memory(left, kProviders, 1500, 800), kProviders, 11, back);
    EXPECT_EQ(back.look(), left.look());
    EXPECT_EQ(back.split(), 0.25);
}

TEST(ViewMemory, LeavesOutProvidersThatAreNotThereAnyMore) {
    ViewState left = fresh();
    left.set_shade(2);
    left.toggle_provider(2);
    ViewSettings settings;
    settings.world = view_world("equal-earth", 11);
    settings.from = settings.at = Date::from_ymd(2006, 1, 1);
    settings.to = Date::from_ymd(2026, 6, 15);
    settings.providers = 1;
    ViewState other(settings, kArea);
    recall_view(view_memory(left, kProviders, 1500, 800), {"aws"}, 11, other);
    EXPECT_EQ(other.look().shade, kNoShade);
    EXPECT_EQ(other.shown(), std::vector<bool>{true});
}

TEST(ViewMemory, TakesAnythingForNothing) {
    for (const std::string text :
         {"", "{", "[]", "null", R"({"width":1e99,"height":700})", R"({"camera":{"lon0":"east"}})",
          R"({"camera":{"lon0":0,"lat0":0,"x":1e308,"y":-1e308,"zoom":1e300}})",
          R"({"projection":"+proj=nonsense","day":"tomorrow","speed":-5,"hidden":[1,null,"x"]})",
          R"({"projection":7,"shade":{},"threshold_ms":51,"split":9,"left":"aws","right":3})"}) {
        ViewState state = fresh();
        recall_view(text, kProviders, 11, state);
        EXPECT_FALSE(remembered_size(text)) << text;
        EXPECT_EQ(state.look().projection, "equal-earth") << text;
        EXPECT_EQ(state.look().threshold_ms, 50) << text;
        EXPECT_TRUE(std::isfinite(state.camera().x)) << text;
        EXPECT_GE(state.camera().metres_per_pixel, ViewState::kClosest_m_per_pixel) << text;
        EXPECT_LE(state.split(), 1) << text;
    }
}

}  // namespace
}  // namespace footprint::render
