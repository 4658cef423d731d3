// The strip of curves: what its lines say, and that nothing of the future is told early.
#include "render/scene/strip_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "shown.h"

namespace footprint::render {
namespace {

using test::facts;

constexpr auto kFrom = 2006;

Scene scene_of(const SceneOptions& options, Date to) {
    const auto clock = FilmClock::make(Date::from_ymd(kFrom, 3, 1), to, 30, 30);
    return {{&facts().timeline, &facts().dated, &facts().atlas}, options, clock, facts().fonts};
}

// Curves made up: every provider at another share, the higher the later.
StripOptions some_people(const std::vector<geo::ProviderIndex>& providers, Date to) {
    StripOptions chart;
    chart.kind = StripKind::people;
    for (const auto provider : providers) {
        StripSeries series{provider, {}};
        for (Date date = Date::from_ymd(kFrom, 3, 1); date <= to; date = date.plus_months(6)) {
            const double share =
                (date - Date::from_ymd(kFrom, 1, 1)) / 120 * (1 - 0.001 * provider);
            series.points.push_back({1.0 * date.days(), share, share, share});
        }
        chart.people.push_back(series);
    }
    return chart;
}

template <class Kind>
std::vector<Kind> of_kind(const DisplayList& list) {
    std::vector<Kind> found;
    for (const Op& op : list) {
        if (const auto* it = std::get_if<Kind>(&op)) {
            found.push_back(*it);
        }
    }
    return found;
}

TEST(Strip, SaysOfEveryDayWhatTheTimelineCounts) {
    const Date to = facts().timeline.as_of();
    for (const StripKind kind : {StripKind::regions, StripKind::zones}) {
        auto options = test::options_at(1280, 720, false);
        options.chart.kind = kind;
        const Scene scene = scene_of(options, to);
        ASSERT_EQ(scene.strip().lines().size(), options.providers.size());
        int positive = 0;
        for (Date date = Date::from_ymd(kFrom, 3, 1); date <= to; date = date.plus_days(17)) {
            for (const StripLine& line : scene.strip().lines()) {
                const auto totals = facts().timeline.totals(date, line.provider, options.scope);
                const int count = kind == StripKind::zones ? totals.zones.mid : totals.regions.mid;
                EXPECT_EQ(line.at(date.days()).value, count) << line.name << " " << date.iso();
                positive += count > 0 ? 1 : 0;
            }
        }
        EXPECT_GT(positive, 1000);
    }
}

TEST(Strip, TellsNothingOfWhatIsStillToCome) {
    auto options = test::options_at(1920, 1080, false);
    options.chart = some_people(options.providers, Date::from_ymd(2028, 1, 1));
    for (auto& series : options.chart.people) {
        options.chart.bands.push_back({series.provider, {}});
        for (const StripPoint& point : series.points) {
            options.chart.bands.back().points.push_back(
                {point.day, point.value, 0.9 * point.value, 1.1 * point.value});
        }
    }
    const Scene scene = scene_of(options, Date::from_ymd(2028, 1, 1));
    for (const int year : {2008, 2015, 2027}) {
        DisplayList list;
        scene.strip().add_changing(list, Date::from_ymd(year, 1, 1).days());
        const auto marks = of_kind<SymbolMark>(list);
        ASSERT_EQ(marks.size(), options.providers.size());
        const double now = marks.front().centre.x;
        for (const SymbolMark& mark : marks) {
            EXPECT_EQ(mark.centre.x, now);
        }
        for (const StrokePath& line : of_kind<StrokePath>(list)) {
            ASSERT_TRUE(line.clip.has_value());
            EXPECT_NEAR(line.clip->right(), now, 1e-9);
        }
        const auto hazes = of_kind<FillPath>(list);
        EXPECT_EQ(hazes.size(), options.providers.size());
        for (const FillPath& haze : hazes) {
            ASSERT_TRUE(haze.clip.has_value());
            EXPECT_NEAR(haze.clip->right(), now, 1e-9);
        }
    }
}

TEST(Strip, SpreadsItsHazeFromTheLowestToTheHighestOfTheBand) {
    auto options = test::options_at(1920, 1080, false);
    options.providers = {0};
    const double start = Date::from_ymd(2020, 1, 1).days();
    const double end = Date::from_ymd(2025, 1, 1).days();
    options.chart.bands = {{0, {{start, 20, 20, 20}, {end, 40, 30, 70}}}};
    options.chart.runs = 200;
    const Scene scene = scene_of(options, Date::from_ymd(2025, 1, 1));
    const StripLine& line = scene.strip().lines().front();
    const StripPoint middle = line.at((start + end) / 2);
    EXPECT_DOUBLE_EQ(middle.value, 30);
    EXPECT_DOUBLE_EQ(middle.low, 25);
    EXPECT_DOUBLE_EQ(middle.high, 45);
    DisplayList list;
    scene.strip().add_changing(list, end);
    const auto hazes = of_kind<FillPath>(list);
    ASSERT_EQ(hazes.size(), 1U);
    const Rect& plot = scene.strip().plot();
    const Rect bounds = hazes.front().path->bounds();
    // The axis reaches to 80: the band's 30 to 70 of it, back to 20 where it begins.
    EXPECT_NEAR(bounds.y, plot.bottom() - plot.height * 70 / 80, 1e-6);
    EXPECT_NEAR(bounds.bottom(), plot.bottom() - plot.height * 20 / 80, 1e-6);
    EXPECT_NEAR(bounds.right(), plot.right(), 1e-6);
    DisplayList still;
    scene.strip().add_still(still);
    EXPECT_EQ(of_kind<TextRun>(still).front().text, "Regions open: median and 5–95 % of 200 runs");
}

TEST(Strip, HatchesTheGroundOfWhatIsNotFact) {
    auto options = test::options_at(1920, 1080, false);
    const Date as_of = facts().timeline.as_of();
    for (const bool has_future : {false, true}) {
        const Scene scene = scene_of(options, has_future ? as_of.plus_days(800) : as_of);
        DisplayList still;
        scene.strip().add_still(still);
        const auto grounds = of_kind<FillRect>(still);
        ASSERT_EQ(grounds.size(), has_future ? 1U : 0U);
        if (has_future) {
            const Rect& plot = scene.strip().plot();
            const double facts_days = as_of - Date::from_ymd(kFrom, 3, 1);
            EXPECT_NEAR(grounds.front().rect.x,
                        plot.x + plot.width * facts_days / (facts_days + 800), 1e-6);
            EXPECT_NEAR(grounds.front().rect.right(), plot.right(), 1e-6);
        }
    }
}

TEST(Strip, KeepsNamesWithTheirSharesApartAndInTheFrameAtEverySize) {
    const Date to = facts().timeline.as_of();
    for (const auto& [width, height] : std::vector<std::pair<int, int>>{
             {1280, 720}, {1920, 1080}, {3840, 2160}, {1080, 1080}, {1080, 1920}}) {
        auto options = test::options_at(width, height, false);
        options.chart = some_people(options.providers, to);
        const Scene scene = scene_of(options, to);
        for (const int year : {2010, 2026}) {
            DisplayList list;
            scene.strip().add_changing(list, Date::from_ymd(year, 1, 1).days());
            std::vector<Rect> boxes;
            for (const TextRun& run : of_kind<TextRun>(list)) {
                EXPECT_THAT(run.text, testing::HasSubstr(" %"));
                boxes.push_back(text_box(run, facts().fonts));
                EXPECT_LE(boxes.back().right(), width) << run.text;
                EXPECT_GE(run.font.size, 12 * scene.layout().unit) << run.text;
            }
            ASSERT_EQ(boxes.size(), options.providers.size()) << width << " × " << height;
            for (std::size_t i = 0; i < boxes.size(); ++i) {
                for (std::size_t j = 0; j < i; ++j) {
                    const Rect letters{boxes[i].x, boxes[i].y + 0.22 * boxes[i].height,
                                       boxes[i].width, 0.56 * boxes[i].height};
                    const Rect others{boxes[j].x, boxes[j].y + 0.22 * boxes[j].height,
                                      boxes[j].width, 0.56 * boxes[j].height};
                    EXPECT_FALSE(letters.overlaps(others));
                }
            }
        }
    }
}

TEST(Strip, IsNotThereWhereNoneIsAskedFor) {
    auto options = test::options_at(1920, 1080, false);
    options.chart.kind = StripKind::none;
    const Scene scene = scene_of(options, facts().timeline.as_of());
    DisplayList list;
    scene.strip().add_still(list);
    scene.strip().add_changing(list, facts().timeline.as_of().days());
    EXPECT_TRUE(list.empty());
    EXPECT_EQ(scene.layout().chart.width, 0);
}

}  // namespace
}  // namespace footprint::render
