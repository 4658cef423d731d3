#include "render/window/view_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace footprint::render {
namespace {

using Json = nlohmann::json;

ViewState two_providers() {
    ViewSettings settings;
    settings.world.bounds = {-17e6, -7e6, 17e6, 9e6};
    settings.from = Date::from_ymd(2006, 1, 1);
    settings.to = Date::from_ymd(2026, 6, 15);
    settings.at = Date::from_ymd(2025, 9, 30);
    settings.providers = 2;
    return {settings, {20, 60, 1000, 500}};
}

WindowFacts facts_of_window() {
    WindowFacts facts;
    facts.width = 1280;
    facts.height = 720;
    facts.painted = true;
    facts.providers = {"aws", "azure"};
    return facts;
}

const WindowFacts kFacts = facts_of_window();

TEST(ViewReport, TellsWhatIsSeen) {
    ViewState state = two_providers();
    state.toggle_provider(1);
    const Json told = Json::parse(view_report(state, kFacts));
    EXPECT_EQ(told["width"], 1280);
    EXPECT_EQ(told["height"], 720);
    EXPECT_EQ(told["painted"], true);
    EXPECT_EQ(told["date"], "2025-09-30");
    EXPECT_EQ(told["from"], "2006-01-01");
    EXPECT_EQ(told["to"], "2026-06-15");
    EXPECT_EQ(told["playing"], false);
    EXPECT_EQ(told["whole_world"], true);
    EXPECT_EQ(told["camera"]["metres_per_pixel"], 34000);
    EXPECT_EQ(told["providers"], Json::parse(R"([{"provider": "aws", "shown": true},
                                                 {"provider": "azure", "shown": false}])"));
}

TEST(ViewReport, ChangesWithEveryKey) {
    for (const Key key :
         {Key::space, Key::left, Key::page_up, Key::home, Key::end, Key::up, Key::down, Key::plus,
          Key::help, Key::shade, Key::threshold, Key::compare}) {
        ViewState state = two_providers();
        const std::string before = view_report(state, kFacts);
        state.press({key, 0});
        EXPECT_NE(view_report(state, kFacts), before) << static_cast<int>(key);
    }
}

TEST(ViewReport, TellsTheLookAndTheCard) {
    ViewState state = two_providers();
    state.set_shade(1);
    state.set_threshold(20);
    Desk desk;
    desk.pinned = Target{3, {1, 2}};
    desk.card.title = "AWS Tokyo";
    desk.card.rows = {{"Zones", "4"}};
    desk.card.servers = {{"AWS", "aws:ap-northeast-1", "Tokyo", 12.5, 3.25}};
    WindowFacts facts = kFacts;
    facts.desk = &desk;
    facts.controls = {{"play", "paused", {1, 2, 30, 40}}};
    const Json told = Json::parse(view_report(state, facts));
    EXPECT_EQ(told["shade"], "azure");
    EXPECT_EQ(told["threshold_ms"], 20);
    EXPECT_EQ(told["card"]["rows"]["Zones"], "4");
    EXPECT_EQ(told["card"]["servers"][0]["rtt_ms"], 3.25);
    EXPECT_EQ(told["controls"][0]["width"], 30);
    EXPECT_TRUE(told["search"].is_null());
    state.set_compare(true, 1, 0);
    const Json compared = Json::parse(view_report(state, facts));
    EXPECT_EQ(compared["compare"], Json::parse(R"({"left": "azure", "right": "aws",
                                                   "split": 0.5})"));
}

TEST(ViewReport, TakesFileNamesThatAreNoUtf8) {
    WindowFacts facts = kFacts;
    facts.saved = "\xff.png";
    EXPECT_EQ(Json::parse(view_report(two_providers(), facts))["saved"], "\xef\xbf\xbd.png");
}

}  // namespace
}  // namespace footprint::render
