// Pictures of comparisons and differences: all words inside and apart, and true to the answer.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/error.h"
#include "base/text.h"
#include "geo/atlas/people.h"
#include "render/scene/compare_chart.h"
#include "render/scene/postcard.h"
#include "render/scene/rank_chart.h"
#include "sim/coverage/comparison.h"
#include "sim/coverage/difference.h"
#include "sim/latency/latency_model.h"
#include "tests/render/scene/shown.h"

namespace footprint::render {
namespace {

using test::facts;

const char* const kCredits =
    "Cloud regions: footprint catalog (CC BY 4.0) · Made with Natural Earth; world-atlas · People: "
    "contains GeoNames data (CC BY 4.0), scaled to World Bank and United Nations totals";

struct Asked {
    std::vector<geo::ProviderIndex> providers;
    std::vector<Date> dates;
    std::vector<geo::Atlas::Area> areas;
};

sim::CoverageEngine& engine() {
    static const auto kPoints =
        geo::DemandPoints::load(FOOTPRINT_SOURCE_DIR "/datasets", facts().atlas);
    static const auto kModel = sim::make_distance_model();
    static sim::CoverageEngine engine(facts().dated, facts().atlas, kPoints, *kModel, [] {
        sim::CoverageOptions options;
        options.scope = sim::RegionScope::published(facts().catalog);
        return options;
    }());
    return engine;
}

std::vector<geo::ProviderIndex> providers(std::size_t count) {
    std::vector<geo::ProviderIndex> result;
    for (std::size_t i = 0; i < count; ++i) {
        result.push_back(static_cast<geo::ProviderIndex>(i));
    }
    return result;
}

geo::Atlas::Area area(const char* name) {
    return facts().atlas.find_area(name).value();
}

std::vector<sim::DateComparison> answer(const Asked& asked) {
    return sim::compare(engine(), {asked.providers, asked.dates, asked.areas});
}

// Answers that pictures of every size are drawn from, computed once.
struct Answers {
    using Dates = std::vector<sim::DateComparison>;
    std::map<std::size_t, Dates> world;
    std::map<std::size_t, Dates> part;
    std::map<std::size_t, Dates> by_area;
    Dates over_time;  // of eleven providers, in the areas and, last, the world
    sim::Difference difference;
    sim::Difference in_europe;
};

const Answers& answers() {
    static const Answers kAnswers = [] {
        const std::vector<geo::Atlas::Area> areas{area("africa"), area("asia"), area("europe"),
                                                  area("oceania"), area("middle-east")};
        const Date day = Date::from_ymd(2025, 9, 30);
        Answers all;
        for (const std::size_t count : {1U, 2U, 4U, 6U, 11U}) {
            all.world[count] = answer({providers(count), {day}, {area("world")}});
            all.part[count] = answer({providers(count), {day}, {area("south-east-asia")}});
            all.by_area[count] = answer({providers(count), {day}, areas});
        }
        auto asked = areas;
        asked.push_back(area("world"));
        std::vector<Date> known;
        for (const int year : {2006, 2013, 2018, 2027}) {
            known.push_back(Date::from_ymd(year, 6, 30));
        }
        // Twice a year, though only some years are computed: the others show what was.
        const auto computed = answer({providers(11), known, asked});
        for (Date at = known.front(); at <= Date::from_ymd(2027, 12, 31); at = at.plus_months(6)) {
            const auto next = std::find_if(computed.begin(), computed.end(),
                                           [&](const auto& date) { return date.date > at; });
            all.over_time.push_back(*std::prev(next));
            all.over_time.back().date = at;
        }
        const Date from = Date::from_ymd(2015, 12, 31);
        const Date to = Date::from_ymd(2025, 12, 31);
        all.difference = sim::difference(engine(), providers(11), from, to, area("world"));
        all.in_europe = sim::difference(engine(), providers(11), from, to, area("europe"));
        return all;
    }();
    return kAnswers;
}

// Of the first providers, in all areas but the world or in the world alone.
std::vector<sim::DateComparison> over_time(std::size_t count, bool in_world) {
    auto dates = answers().over_time;
    for (auto& date : dates) {
        if (in_world) {
            date.areas = {date.areas.back()};
        } else {
            date.areas.pop_back();
        }
        for (auto& area : date.areas) {
            area.providers.resize(count);
        }
    }
    return dates;
}

CompareChart chart_of(const std::vector<sim::DateComparison>& dates) {
    CompareChart chart;
    chart.catalog = &facts().catalog;
    chart.dates = &dates;
    chart.thresholds_ms = engine().options().thresholds_ms;
    chart.as_of = facts().catalog.as_of();
    chart.credits = kCredits;
    return chart;
}

std::vector<std::string> words(const DisplayList& list) {
    std::vector<std::string> found;
    for (const Op& op : list) {
        if (const auto* run = std::get_if<TextRun>(&op)) {
            found.push_back(run->text);
        }
    }
    return found;
}

// Boxes are of the font's whole height, so lines may touch without their letters doing so.
Rect letters(const TextRun& run) {
    const Rect box = text_box(run, facts().fonts);
    return {box.x, box.y + box.height * 0.22, box.width, box.height * 0.56};
}

void expect_inside_and_apart(const DisplayList& list, const SheetOptions& sheet) {
    const Rect frame{0, 0, static_cast<double>(sheet.width), static_cast<double>(sheet.height)};
    std::vector<std::pair<std::string, Rect>> runs;
    for (const Op& op : list) {
        if (const auto* run = std::get_if<TextRun>(&op)) {
            EXPECT_TRUE(frame.contains(text_box(*run, facts().fonts))) << run->text;
            const Rect box = letters(*run);
            for (const auto& [text, other] : runs) {
                EXPECT_FALSE(box.overlaps(other)) << "'" << run->text << "' and '" << text << "'";
            }
            runs.emplace_back(run->text, box);
        }
        if (const auto* mark = std::get_if<SymbolMark>(&op)) {
            EXPECT_TRUE(
                frame.contains(Rect{mark->centre.x, mark->centre.y, 0, 0}.grown(mark->radius)));
        }
    }
    EXPECT_GT(runs.size(), 8U);
}

struct Size {
    int width;
    int height;
};
void PrintTo(const Size& size, std::ostream* out) {
    *out << size.width << "x" << size.height;
}

class Charts : public testing::TestWithParam<Size> {
  protected:
    static SheetOptions sheet() { return {GetParam().width, GetParam().height, "dark"}; }
    static void expect_fit(const std::vector<sim::DateComparison>& dates) {
        expect_inside_and_apart(compare_chart(chart_of(dates), sheet(), facts().fonts), sheet());
    }
    static Postcard card(const sim::Difference& difference) {
        Postcard card;
        card.timeline = &facts().dated;
        card.atlas = &facts().atlas;
        card.difference = &difference;
        card.scope = engine().options().scope;
        card.thresholds_ms = engine().options().thresholds_ms;
        card.credits = kCredits;
        return card;
    }
};

TEST_P(Charts, KeepWordsInsideAndApartForAnyNumberOfProviders) {
    for (const std::size_t count : {1U, 2U, 4U, 6U, 11U}) {
        SCOPED_TRACE(count);
        expect_fit(answers().world.at(count));
        expect_fit(answers().part.at(count));
    }
}

TEST_P(Charts, KeepWordsInsideAndApartByAreaAndOverTime) {
    for (const std::size_t count : {1U, 2U, 11U}) {
        SCOPED_TRACE(count);
        expect_fit(answers().by_area.at(count));
        expect_fit(over_time(count, false));
        expect_fit(over_time(count, true));
    }
}

TEST_P(Charts, KeepThePostcardsWordsInsideAndApart) {
    expect_inside_and_apart(postcard(card(answers().difference), sheet(), facts().fonts), sheet());
    auto framed = card(answers().in_europe);
    const auto europe = area("europe");
    framed.area = europe.name;
    framed.countries = europe.countries;
    framed.is_world = false;
    expect_inside_and_apart(postcard(framed, sheet(), facts().fonts), sheet());
}

// A ranking of places with long and short names, bars of several parts and figures.
RankChart ranking(std::size_t rows, bool with_parts, bool with_providers) {
    RankChart chart;
    chart.catalog = &facts().catalog;
    chart.title = "Losing one region: which loss would hurt most";
    chart.subtitle = "Regions of 11 providers · people who fall out of 50 ms";
    chart.date = "2025-09-30";
    chart.axis = "People who fall out of 50 ms";
    chart.columns = {"people", "moved", "extra"};
    chart.note = "All times are modelled, not measured";
    chart.credits = kCredits;
    if (with_parts) {
        chart.parts = {"only Alibaba", "both", "only AWS", "neither"};
        chart.sides = {{0, 1}};
    }
    const auto countries = facts().atlas.countries();
    for (std::size_t i = 0; i < rows; ++i) {
        const auto& country = countries[i * 7 % countries.size()];
        RankRow row{country.name, country.iso3, {}, {}, {}};
        if (with_providers) {
            row.provider = static_cast<geo::ProviderIndex>(i % 11);
        }
        const double length = 1e8 / static_cast<double>(i + 1);
        row.parts = with_parts ? std::vector<double>{length, length / 2, 0, length / 5}
                               : std::vector<double>{length};
        row.cells = {human_count(length), human_count(length * 3), fmt::format("{} ms", i)};
        chart.rows.push_back(std::move(row));
    }
    return chart;
}

TEST_P(Charts, KeepARankingsWordsInsideAndApart) {
    for (const std::size_t rows : {1U, 5U, 12U, 300U}) {
        SCOPED_TRACE(rows);
        for (const bool with_parts : {false, true}) {
            const auto chart = ranking(rows, with_parts, !with_parts);
            expect_inside_and_apart(rank_chart(chart, sheet(), facts().fonts), sheet());
        }
    }
}

TEST(RankChart, DrawsBarsInProportionAndSaysHowManyRowsAreLeftOut) {
    auto chart = ranking(300, false, false);
    const auto list = rank_chart(chart, {}, facts().fonts);
    const Color accent = find_theme("dark").accent;
    std::vector<double> widths;
    for (const Op& op : list) {
        const auto* bar = std::get_if<FillRect>(&op);
        if (bar != nullptr && bar->color == accent && bar->rect.height > 8) {
            widths.push_back(bar->rect.width);
        }
    }
    ASSERT_GT(widths.size(), 5U);
    ASSERT_LT(widths.size(), 300U);
    for (std::size_t i = 0; i < widths.size(); ++i) {
        EXPECT_NEAR(widths[i] * static_cast<double>(i + 1), widths[0], 1e-6 * widths[0]);
    }
    const auto found = words(list);
    EXPECT_THAT(found, testing::Contains(fmt::format("and {} more", 300 - widths.size())));
    EXPECT_THAT(found, testing::Contains(chart.rows[0].label));
    EXPECT_THAT(found, testing::Contains(chart.rows[0].cells[0]));
}

TEST(RankChart, EndsShareBarsOnOneScaleToAHundredPercent) {
    auto chart = ranking(3, true, false);
    chart.is_share = true;
    for (std::size_t i = 0; i < 3; ++i) {
        chart.rows[i].parts = {0.1 * static_cast<double>(i + 1), 0.2, 0.05, 0.1};
    }
    const auto list = rank_chart(chart, {}, facts().fonts);
    // The hue of the side that is first, in the legend and in each row.
    const auto styles = provider_styles(facts().catalog);
    const Color first = find_theme("dark").hues[styles[0].hue];
    std::vector<double> widths;
    for (const Op& op : list) {
        const auto* bar = std::get_if<FillRect>(&op);
        if (bar != nullptr && bar->color == first && bar->rect.height > 18) {
            widths.push_back(bar->rect.width);
        }
    }
    ASSERT_EQ(widths.size(), 3U);
    EXPECT_NEAR(widths[1], 2 * widths[0], 1e-6 * widths[0]);
    EXPECT_NEAR(widths[2], 3 * widths[0], 1e-6 * widths[0]);
    EXPECT_THAT(words(list), testing::Contains("100 %"));
    EXPECT_THAT(words(list), testing::Contains("only Alibaba"));
}

TEST(RankChart, HasAPageForNoRowsAtAllAndRefusesTinyOnes) {
    EXPECT_THAT(words(rank_chart(ranking(0, false, false), {}, facts().fonts)),
                testing::Contains(testing::HasSubstr("which loss would hurt most")));
    EXPECT_THROW(rank_chart(ranking(1, false, false), {200, 200, "dark"}, facts().fonts), Error);
}

INSTANTIATE_TEST_SUITE_P(Sizes, Charts,
                         testing::Values(Size{1280, 720}, Size{3840, 2160}, Size{1080, 1080},
                                         Size{1080, 1920}));

TEST(CompareChart, WritesTheNumbersOfTheAnswer) {
    const auto dates = answer({providers(3), {Date::from_ymd(2025, 9, 30)}, {area("world")}});
    const CompareChart chart = chart_of(dates);
    const std::size_t headline = sim::headline_threshold(chart.thresholds_ms);
    const auto found = words(compare_chart(chart, {}, facts().fonts));
    for (const auto& p : dates[0].areas[0].providers) {
        EXPECT_THAT(found, testing::Contains(human_count(p.coverage.people_within[headline])));
        EXPECT_THAT(found, testing::Contains(percent_text(p.coverage.people_within[headline] /
                                                          p.coverage.people)));
        EXPECT_THAT(found, testing::Contains(fmt::format("{}", p.presence.countries)));
    }
    EXPECT_THAT(found, testing::Contains(testing::HasSubstr("modelled, not measured")));
}

TEST(CompareChart, DrawsBarsAsLongAsTheSharesThatTheyStandFor) {
    const auto dates =
        answer({providers(2), {Date::from_ymd(2025, 9, 30)}, {area("south-east-asia")}});
    const CompareChart chart = chart_of(dates);
    const auto list = compare_chart(chart, {}, facts().fonts);
    const auto& gap = dates[0].areas[0].gaps[sim::headline_threshold(chart.thresholds_ms)];
    const auto styles = provider_styles(facts().catalog);
    const Color only_a = find_theme("dark").hues[styles[0].hue];
    // The widest bar row holds all people; only A's part of it begins at its left.
    const double all = gap.only_a + gap.only_b + gap.both + gap.neither;
    const double row = 1920 - 2 * 56 - 104;
    const bool is_there = std::any_of(list.begin(), list.end(), [&](const Op& op) {
        const auto* bar = std::get_if<FillRect>(&op);
        return bar != nullptr && bar->color == only_a &&
               std::abs(bar->rect.width - row * gap.only_a / all) < 1e-6;
    });
    EXPECT_TRUE(is_there);
}

TEST(CompareChart, IsAboutTheThresholdNearestToFifty) {
    const auto headline = [](std::vector<double> thresholds_ms) {
        return thresholds_ms[sim::headline_threshold(thresholds_ms)];
    };
    EXPECT_EQ(headline(sim::kDefaultThresholds_ms), 50);
    EXPECT_EQ(headline({20}), 20);
    EXPECT_EQ(headline({10, 20, 30}), 30);
    EXPECT_EQ(headline({40, 60, 100}), 40);
}

TEST(CompareChart, SaysThatADateAfterTheFactsIsNoFact) {
    const Date later = facts().catalog.as_of().plus_days(800);
    const auto dates = answer({providers(2), {later}, {area("world")}});
    CompareChart chart = chart_of(dates);
    chart.as_of = facts().catalog.as_of();
    EXPECT_THAT(compare_title(chart), testing::HasSubstr("would reach"));
    const auto found = words(compare_chart(chart, {}, facts().fonts));
    EXPECT_THAT(found, testing::Contains(testing::HasSubstr("not fact")));
    EXPECT_THAT(found, testing::Not(testing::Contains("regions open")));
}

TEST(CompareChart, AsksTheQuestionInItsTitle) {
    const auto dates =
        answer({providers(2), {Date::from_ymd(2025, 9, 30)}, {area("south-east-asia")}});
    EXPECT_EQ(compare_title(chart_of(dates)), fmt::format("Whom {} and {} reach in South-East Asia",
                                                          facts().catalog.provider(0).short_name,
                                                          facts().catalog.provider(1).short_name));
}

TEST(Postcard, CountsWhatTheDifferenceHolds) {
    const auto difference = sim::difference(engine(), providers(11), Date::from_ymd(2023, 12, 31),
                                            Date::from_ymd(2025, 12, 31), area("world"));
    const PostcardTotals totals = postcard_totals(difference);
    int before = 0;
    int after = 0;
    for (const auto& p : difference.providers) {
        before += p.before.regions.mid;
        after += p.after.regions.mid;
    }
    EXPECT_EQ(after - before, totals.opened + totals.listed - totals.closed);
    EXPECT_GT(totals.opened, 0);
    EXPECT_EQ(span_text(difference.from, difference.to), "2023-12 → 2025-12");
    EXPECT_EQ(span_text(difference.from, Date::from_ymd(2025, 12, 30)), "2023-12-31 → 2025-12-30");
    EXPECT_EQ(postcard_title({}), "No region opened");
    PostcardTotals some;
    some.opened = 1;
    some.closed = 2;
    EXPECT_EQ(postcard_title(some), "1 region opened and 2 closed");
    some.expected = 5;
    EXPECT_EQ(postcard_title(some), "1 region opened, 5 expected, 2 closed");
    some.are_simulated = true;
    EXPECT_EQ(postcard_title(some), "1 region opened, 5 simulated, 2 closed");
}

// The map of an area shows what changed there, large, and nothing of the rest.
TEST(Postcard, FramesTheAreaThatWasAskedAbout) {
    const auto europe = area("europe");
    Postcard card;
    card.timeline = &facts().dated;
    card.atlas = &facts().atlas;
    card.difference = &answers().in_europe;
    card.scope = engine().options().scope;
    card.thresholds_ms = engine().options().thresholds_ms;
    card.area = europe.name;
    card.countries = europe.countries;
    card.is_world = false;
    std::size_t changed = 0;
    std::set<geo::RegionIndex> seen;
    for (const auto& change : answers().in_europe.changes) {
        const auto& region = facts().catalog.region(change.region);
        const auto country = facts().atlas.find_country(region.country).value();
        changed += std::binary_search(europe.countries.begin(), europe.countries.end(), country) &&
                           seen.insert(change.region).second
                       ? 1U
                       : 0U;
    }
    const auto list = postcard(card, {}, facts().fonts);
    std::vector<Point> marks;
    for (const Op& op : list) {
        const auto* mark = std::get_if<SymbolMark>(&op);
        if (mark != nullptr && mark->centre.x < 1350 && mark->centre.y < 900) {
            marks.push_back(mark->centre);
        }
    }
    EXPECT_EQ(marks.size(), changed);
    const auto [left, right] = std::minmax_element(
        marks.begin(), marks.end(), [](const Point& a, const Point& b) { return a.x < b.x; });
    EXPECT_GT(right->x - left->x, 400);
    EXPECT_THAT(words(list), testing::Contains(testing::EndsWith(" in Europe")));
}

// Years are written once, and lines of one hue differ in their strokes.
TEST(CompareChart, WritesEachYearOnceAndDashesASecondLineOfAHue) {
    const auto dates = over_time(11, true);
    const auto list = compare_chart(chart_of(dates), {}, facts().fonts);
    std::map<std::string, int> years;
    for (const std::string& word : words(list)) {
        if (word.size() == 4 && word.starts_with("20")) {
            ++years[word];
        }
    }
    EXPECT_GE(years.size(), 5U);
    const auto number = [](const auto& entry) { return std::stoi(entry.first); };
    const int step = number(*std::next(years.begin())) - number(*years.begin());
    for (auto entry = years.begin(); entry != years.end(); ++entry) {
        EXPECT_EQ(entry->second, 1) << entry->first;
        EXPECT_TRUE(entry == years.begin() || number(*entry) - number(*std::prev(entry)) == step)
            << entry->first;
    }
    std::set<std::tuple<int, int, int, bool>> strokes;
    int curves = 0;
    const auto& hues = find_theme("dark").hues;
    for (const Op& op : list) {
        const auto* line = std::get_if<StrokePath>(&op);
        if (line == nullptr || std::find(hues.begin(), hues.end(), line->color) == hues.end()) {
            continue;
        }
        // A thin one leads each line to its label.
        const bool is_curve = line->width > 2;
        curves += is_curve ? 1 : 0;
        const bool is_new =
            strokes.insert({line->color.r, line->color.g, line->color.b, line->dashes.empty()})
                .second;
        EXPECT_EQ(is_new, is_curve);
    }
    EXPECT_EQ(curves, 11);
    EXPECT_EQ(strokes.size(), 11U);
}

TEST(Sheet, NeverRoundsAShareToAllOrNothing) {
    EXPECT_EQ(percent_text(0), "0 %");
    EXPECT_EQ(percent_text(1e-5), "< 0.1 %");
    EXPECT_EQ(percent_text(0.0312), "3.1 %");
    EXPECT_EQ(percent_text(0.414), "41 %");
    EXPECT_EQ(percent_text(0.9951), "99.5 %");
    EXPECT_EQ(percent_text(0.99999), "> 99.9 %");
    EXPECT_EQ(percent_text(1), "100 %");
}

TEST(Sheet, RefusesWhatIsTooSmallToReadAndUnknownThemes) {
    EXPECT_THROW(Sheet({1920, 200, "dark"}, facts().fonts), Error);
    EXPECT_THROW(Sheet({1920, 1080, "mauve"}, facts().fonts), Error);
}

}  // namespace
}  // namespace footprint::render
