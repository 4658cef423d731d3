#include "render/window/view_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace footprint::render {
namespace {

using Json = nlohmann::json;

ViewState two_providers() {
    ViewSettings settings;
    settings.world = {-17e6, -7e6, 17e6, 9e6};
    settings.from = Date::from_ymd(2006, 1, 1);
    settings.to = Date::from_ymd(2026, 6, 15);
    settings.at = Date::from_ymd(2025, 9, 30);
    settings.providers = 2;
    return {settings, {20, 60, 1000, 500}};
}

const WindowFacts kFacts{1280, 720, true, {"aws", "azure"}, ""};

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
    for (const Key key : {Key::space, Key::left, Key::page_up, Key::home, Key::end, Key::up,
                          Key::down, Key::plus, Key::help}) {
        ViewState state = two_providers();
        const std::string before = view_report(state, kFacts);
        state.press({key, 0});
        EXPECT_NE(view_report(state, kFacts), before) << static_cast<int>(key);
    }
}

TEST(ViewReport, TakesFileNamesThatAreNoUtf8) {
    WindowFacts facts = kFacts;
    facts.saved = "\xff.png";
    EXPECT_EQ(Json::parse(view_report(two_providers(), facts))["saved"], "\xef\xbf\xbd.png");
}

}  // namespace
}  // namespace footprint::render
