#include "render/scene/scene.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.h"
#include "render/scene/labels.h"
#include "render/scene/spread.h"
#include "sim/timeline/totals_text.h"
#include "tests/render/scene/shown.h"

namespace footprint::render {
namespace {

using test::facts;
using test::moment_at;
using test::options_at;
using test::scene_of;

struct Size {
    int width;
    int height;
};
void PrintTo(const Size& size, std::ostream* out) {
    *out << size.width << "x" << size.height;
}

class Frames : public testing::TestWithParam<Size> {
  protected:
    Scene scene() const { return scene_of(options_at(GetParam().width, GetParam().height)); }
};

std::vector<std::pair<std::string, Rect>> texts(const DisplayList& list) {
    std::vector<std::pair<std::string, Rect>> found;
    for (const Op& op : list) {
        if (const auto* run = std::get_if<TextRun>(&op)) {
            found.emplace_back(run->text, text_box(*run, facts().fonts));
        }
    }
    return found;
}

TEST_P(Frames, HavePartsThatDoNotOverlapAndLieInside) {
    const FrameLayout f = scene().layout();
    const std::vector<Rect> parts{f.title, f.date,  f.people,  f.classes, f.providers,
                                  f.key,   f.chart, f.credits, f.progress};
    const Rect frame{0, 0, static_cast<double>(f.width), static_cast<double>(f.height)};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        EXPECT_TRUE(frame.grown(0.01).contains(parts[i])) << i;
        for (std::size_t j = 0; j < i; ++j) {
            EXPECT_FALSE(parts[i].overlaps(parts[j])) << i << " and " << j;
        }
    }
}

TEST_P(Frames, KeepAllTextInsideAndApart) {
    const Scene s = scene();
    const Rect frame{0, 0, static_cast<double>(GetParam().width),
                     static_cast<double>(GetParam().height)};
    for (const std::int64_t number : {0, 200, 450, 700, 899}) {
        auto found = texts(s.overlay());
        const auto changing = texts(s.frame(moment_at(s, number)));
        found.insert(found.end(), changing.begin(), changing.end());
        for (std::size_t i = 0; i < found.size(); ++i) {
            EXPECT_TRUE(frame.contains(found[i].second)) << found[i].first;
        }
        // Captions lie over the map on a ground of their own; everything else keeps apart. Boxes
        // are of the font's whole height, so lines may touch without their letters doing so.
        std::erase_if(found,
                      [](const auto& text) { return text.first.find("  ") != std::string::npos; });
        for (std::size_t i = 0; i < found.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                const auto& [a, box_a] = found[i];
                const auto& [b, box_b] = found[j];
                const Rect letters_a{box_a.x, box_a.y + box_a.height * 0.22, box_a.width,
                                     box_a.height * 0.56};
                const Rect letters_b{box_b.x, box_b.y + box_b.height * 0.22, box_b.width,
                                     box_b.height * 0.56};
                EXPECT_FALSE(letters_a.overlaps(letters_b)) << "'" << a << "' and '" << b << "'";
            }
        }
    }
}

TEST_P(Frames, KeepSymbolsApartAndInside) {
    const Scene s = scene();
    const DisplayList list = s.frame(moment_at(s, s.clock().frames() - 1));
    std::vector<SymbolMark> marks;
    for (const Op& op : list) {
        if (const auto* mark = std::get_if<SymbolMark>(&op);
            mark && !s.layout().chart.grown(20).contains(mark->centre)) {
            marks.push_back(*mark);
        }
    }
    ASSERT_GT(marks.size(), 300U);
    for (std::size_t i = 0; i < marks.size(); ++i) {
        EXPECT_GE(marks[i].centre.x, marks[i].radius);
        EXPECT_LE(marks[i].centre.x, GetParam().width - marks[i].radius);
        for (std::size_t j = 0; j < i; ++j) {
            const double apart = std::hypot(marks[i].centre.x - marks[j].centre.x,
                                            marks[i].centre.y - marks[j].centre.y);
            EXPECT_GE(apart, marks[i].radius + marks[j].radius) << i << " and " << j;
        }
    }
}

TEST_P(Frames, PlaceCityNamesOffSymbolsAndLegend) {
    const Scene s = scene();
    ASSERT_GE(s.labels().size(), 6U);
    const DisplayList last = s.frame(moment_at(s, s.clock().frames() - 1));
    for (const Scene::Label& label : s.labels()) {
        for (const Op& op : last) {
            if (const auto* mark = std::get_if<SymbolMark>(&op)) {
                const Rect box = Rect{mark->centre.x, mark->centre.y, 0, 0}.grown(mark->radius);
                EXPECT_FALSE(label.box.overlaps(box)) << label.run.text;
            }
        }
        EXPECT_FALSE(label.box.overlaps(s.layout().providers)) << label.run.text;
        EXPECT_FALSE(label.box.overlaps(s.layout().chart)) << label.run.text;
    }
}

INSTANTIATE_TEST_SUITE_P(Sizes, Frames,
                         testing::Values(Size{1280, 720}, Size{1920, 1080}, Size{3840, 2160},
                                         Size{1080, 1080}, Size{1080, 1920}, Size{640, 360},
                                         Size{854, 480}, Size{360, 640}, Size{320, 320}));

TEST(Scene, NeverMovesASymbol) {
    const Scene s = scene_of(options_at(1280, 720));
    for (geo::RegionIndex region = 0; region < facts().catalog.regions().size(); region += 7) {
        const auto place = s.place_of(region);
        if (!place) {
            continue;
        }
        for (const std::int64_t number : {300, 600, 899}) {
            const DisplayList list = s.frame(moment_at(s, number));
            const auto state =
                facts().timeline.region_at(region, date_of(s.clock().day(number))).state;
            const bool is_drawn = std::any_of(list.begin(), list.end(), [&](const Op& op) {
                const auto* mark = std::get_if<SymbolMark>(&op);
                return mark != nullptr && mark->centre == *place;
            });
            EXPECT_EQ(is_drawn, state != sim::RegionState::absent)
                << facts().catalog.qualified_id(region) << " in frame " << number;
        }
    }
}

// The legend's counts, read from the display list, against the timeline.
TEST(Scene, CountsWhatTheTimelineCountsInALegendThatNeverMoves) {
    const Scene s = scene_of(options_at(1920, 1080));
    std::vector<Point> anchors;
    for (const std::int64_t number : {0, 150, 300, 450, 600, 750, 899}) {
        const Date date = date_of(s.clock().day(number));
        std::vector<TextRun> counts;
        for (const Op& op : s.frame(moment_at(s, number))) {
            const auto* run = std::get_if<TextRun>(&op);
            if (run != nullptr &&
                s.layout().providers.contains(run->anchor.x < s.layout().providers.right()
                                                  ? run->anchor
                                                  : Point{run->anchor.x - 1, run->anchor.y})) {
                counts.push_back(*run);
            }
        }
        ASSERT_EQ(counts.size(), 2 * s.options().providers.size());
        for (std::size_t i = 0; i < s.options().providers.size(); ++i) {
            const auto totals =
                facts().timeline.totals(date, s.options().providers[i], s.options().scope);
            EXPECT_EQ(counts[2 * i].text, fmt::format("{}", totals.regions.mid));
            EXPECT_EQ(counts[2 * i + 1].text, sim::zones_short_text(totals));
        }
        std::vector<Point> now;
        for (const TextRun& run : counts) {
            now.push_back(run.anchor);
        }
        if (!anchors.empty()) {
            EXPECT_EQ(now, anchors);
        }
        anchors = now;
    }
}

// Regions that are there with a half chance count half, and the words say that it is expected.
TEST(Scene, CountsRegionsInDoubtByTheirChances) {
    auto options = options_at(1280, 720);
    options.chance.assign(facts().timeline.catalog().regions().size(), 0.5);
    const Scene doubtful = scene_of(options);
    const Scene sure = scene_of(options_at(1280, 720));
    const Moment moment = moment_at(sure, sure.clock().frames() - 1);
    const Date date = date_of(moment.day);
    for (const geo::ProviderIndex provider : options.providers) {
        const int all = sure.regions_at(date, provider);
        EXPECT_GT(all, 0);
        EXPECT_NEAR(doubtful.regions_at(date, provider), all / 2.0, 0.51);
    }
    const auto said = texts(doubtful.overlay());
    const auto has = [&](const std::string& word) {
        return std::any_of(said.begin(), said.end(),
                           [&](const auto& text) { return text.first == word; });
    };
    EXPECT_TRUE(has("expected"));
    EXPECT_TRUE(has("possible"));
    EXPECT_TRUE(has("100 % of runs"));
    EXPECT_FALSE(has("zones"));
}

TEST(Scene, ShowsAsManyOpenSymbolsAsItCounts) {
    const Scene s = scene_of(options_at(1920, 1080));
    for (const std::int64_t number : {200, 500, 899}) {
        const Date date = date_of(s.clock().day(number));
        int counted = 0;
        for (const geo::ProviderIndex provider : s.options().providers) {
            counted += facts().timeline.totals(date, provider, s.options().scope).regions.mid;
        }
        int shown = 0;
        for (const Op& op : s.frame(moment_at(s, number))) {
            const auto* mark = std::get_if<SymbolMark>(&op);
            const bool on_map =
                mark != nullptr && !s.layout().chart.grown(20).contains(mark->centre);
            shown +=
                on_map && (mark->state == SymbolState::open || mark->state == SymbolState::impaired)
                    ? 1
                    : 0;
        }
        EXPECT_EQ(shown, counted) << date.iso();
    }
}

TEST(Scene, MarksFramesAfterTheFactsAsNotFact) {
    const auto clock = FilmClock::make(Date::from_ymd(2020, 1, 1),
                                       facts().timeline.as_of().plus_months(24), 10, 10);
    const SceneInput input{&facts().timeline, &facts().dated, &facts().atlas};
    const Scene s(input, options_at(1280, 720), clock, facts().fonts);
    const auto says = [&](std::int64_t frame) {
        const auto found = texts(s.frame(moment_at(s, frame)));
        return std::any_of(found.begin(), found.end(), [](const auto& text) {
            return text.first.find("not fact") != std::string::npos;
        });
    };
    EXPECT_FALSE(says(0));
    EXPECT_TRUE(says(99));
    int simulated = 0;
    for (const Op& op : s.frame(moment_at(s, 99))) {
        const auto* mark = std::get_if<SymbolMark>(&op);
        simulated += mark != nullptr && mark->state == SymbolState::simulated ? 1 : 0;
    }
    EXPECT_GT(simulated, 0);
}

TEST(Scene, ShowsTheStatesOfRealRegions) {
    const Scene s = scene_of(options_at(1920, 1080));
    const DisplayList list = s.frame(moment_at(s, 899));
    const auto state_of = [&](const char* id) {
        const auto region = facts().catalog.find_region(id);
        const auto place = s.place_of(region.value());
        for (const Op& op : list) {
            const auto* mark = std::get_if<SymbolMark>(&op);
            if (mark != nullptr && place && mark->centre == *place) {
                return mark->state;
            }
        }
        throw std::runtime_error(id);
    };
    EXPECT_EQ(state_of("aws:me-south-1"), SymbolState::impaired);
    EXPECT_EQ(state_of("alibaba:ap-south-1"), SymbolState::closed);
    EXPECT_EQ(state_of("aws:us-east-1"), SymbolState::open);
}

TEST(Scene, RefusesWhatItCannotLayOut) {
    EXPECT_THROW(scene_of(options_at(200, 200)), Error);
    auto options = options_at(1280, 720);
    options.projection = "equal-earht";
    EXPECT_THROW(scene_of(options), Error);
}

void expect_apart(const std::vector<SpreadItem>& items, const std::vector<Point>& places,
                  double gap) {
    for (std::size_t i = 0; i < places.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            EXPECT_GE(std::hypot(places[i].x - places[j].x, places[i].y - places[j].y),
                      items[i].radius + items[j].radius + gap - 1e-9);
        }
    }
}

TEST(Spread, KeepsDiscsApartAndAsNearAsTheyCanBe) {
    std::vector<SpreadItem> items;
    double covered = 0;
    for (int i = 0; i < 40; ++i) {
        items.push_back({{100.0 + i % 3, 100.0 + i % 2}, 4.0 + i % 4});
        covered += std::pow(items.back().radius + 0.5, 2);
    }
    const auto places = spread(items, {0, 0, 300, 300}, 1, 200);
    expect_apart(items, places, 1);
    // Discs of several sizes cover three quarters of a disc into which they are packed well.
    const double packed = std::sqrt(covered / 0.72);
    for (const Point& place : places) {
        EXPECT_LE(std::hypot(place.x - 101, place.y - 100.5), packed);
    }
    EXPECT_EQ(places, spread(items, {0, 0, 300, 300}, 1, 200));
}

TEST(Spread, LeavesTheLonelyInPlaceAndNeighboursInTheirOrder) {
    std::vector<SpreadItem> items{{{20, 20}, 5}, {{280, 150}, 7}};
    for (int i = 0; i < 12; ++i) {
        items.push_back({{140, 150}, 5});
        items.push_back({{160, 150}, 5});
    }
    const auto places = spread(items, {0, 0, 300, 300}, 1, 200);
    EXPECT_EQ(places[0], items[0].at);
    EXPECT_EQ(places[1], items[1].at);
    expect_apart(items, places, 1);
    // Two crowds side by side: nobody crosses over by more than a symbol.
    for (std::size_t i = 2; i < items.size(); ++i) {
        const double side = items[i].at.x < 150 ? 150 - places[i].x : places[i].x - 150;
        EXPECT_GE(side, -5) << i;
    }
}

TEST(Spread, StaysInsideTheFrame) {
    std::vector<SpreadItem> items;
    for (int i = 0; i < 20; ++i) {
        items.push_back({{2, 2}, 5});
    }
    const auto places = spread(items, {0, 0, 300, 300}, 1, 200);
    expect_apart(items, places, 1);
    for (const Point& place : places) {
        EXPECT_GE(std::min(place.x, place.y), 5 - 1e-6);
    }
}

TEST(Spread, MeasuresTheFullestNeighbourhood) {
    const auto at = [](double lon, double lat) { return geo::unit_vector({lon, lat}); };
    // Three within 500 km of the middle one, of which the outer two lie 556 km apart.
    const std::vector<CrowdItem> items{
        {at(0, 0), 10e3}, {at(2.5, 0), 20e3}, {at(5, 0), 30e3}, {at(90, 0), 35e3}};
    EXPECT_NEAR(crowding(items, 500e3), (1e8 + 4e8 + 9e8) / 25e10, 1e-12);
    EXPECT_NEAR(crowding(items, 100e3), 35.0 * 35 / 1e4, 1e-12);
    EXPECT_EQ(crowding({}, 500e3), 0);
}

// Symbols of a world of eleven clouds stand where their places are, not spread over continents.
TEST(Scene, KeepsSymbolsNearTheirPlaces) {
    const Scene s = scene_of(options_at(1920, 1080));
    std::vector<double> away;
    for (geo::RegionIndex region = 0; region < facts().catalog.regions().size(); ++region) {
        const auto place = s.place_of(region);
        const auto home = s.view().to_pixel(facts().catalog.region(region).position);
        if (place && home) {
            away.push_back(std::hypot(place->x - home->x, place->y - home->y));
        }
    }
    std::sort(away.begin(), away.end());
    ASSERT_GT(away.size(), 300U);
    EXPECT_LE(away[away.size() / 2], 12);
    EXPECT_LE(away[away.size() * 9 / 10], 30);
    EXPECT_LE(away.back(), 60);
}

TEST(Scene, NamesTheGreatHubsOfManyCloudsAndEveryCityThatHasRoom) {
    const Scene many = scene_of(options_at(1920, 1080));
    const auto names = [](const Scene& scene) {
        std::vector<std::string> found;
        for (const Scene::Label& label : scene.labels()) {
            found.push_back(label.run.text);
        }
        return found;
    };
    EXPECT_THAT(names(many),
                testing::IsSupersetOf({"London", "Frankfurt", "Paris", "Singapore", "Tokyo",
                                       "Sydney", "São Paulo", "Mumbai", "Beijing"}));
    auto options = options_at(1920, 1080);
    options.providers = {facts().catalog.find_provider("aws").value()};
    options.shading = options.providers;
    EXPECT_THAT(names(scene_of(options)),
                testing::IsSupersetOf({"London", "Singapore", "Tokyo", "Sydney", "São Paulo"}));
}

TEST(Labels, LeadFromAFreePlaceToACrowdAndNeverCross) {
    TextRun style;
    style.font.size = 12;
    std::vector<LabelWish> wishes;
    for (int i = 0; i < 6; ++i) {
        LabelWish wish{"City " + std::to_string(i), {90.0 + 4 * i, 100, 3, 3}};
        wish.pointed_at = Point{91.5 + 4 * i, 101.5};
        wish.longest_leader = 90;
        wish.may_touch = false;
        wishes.push_back(wish);
    }
    const std::vector<Rect> crowd{{80, 90, 45, 25}};
    const auto placed = place_labels(wishes, crowd, {0, 0, 200, 200}, 2, 10, style, facts().fonts);
    ASSERT_GE(placed.size(), 4U);
    const auto turn = [](Point a, Point b, Point c) {
        return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
    };
    for (const PlacedLabel& label : placed) {
        ASSERT_TRUE(label.leader.has_value());
        EXPECT_EQ(label.leader->second, *wishes[label.wish].pointed_at);
        EXPECT_FALSE(label.box.overlaps(crowd[0]));
        for (const PlacedLabel& other : placed) {
            const auto& [a, b] = *label.leader;
            const auto& [c, d] = *other.leader;
            EXPECT_FALSE(turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0);
        }
    }
}

TEST(Labels, DropsWhatHasNoFreeSide) {
    TextRun style;
    style.font.size = 12;
    const std::vector<LabelWish> wishes{{"First", {50, 50, 10, 10}}, {"Second", {52, 52, 10, 10}}};
    const std::vector<Rect> walls{{0, 0, 200, 42}, {0, 70, 200, 100}, {0, 0, 48, 200}};
    const auto placed = place_labels(wishes, walls, {0, 0, 200, 200}, 2, 10, style, facts().fonts);
    ASSERT_EQ(placed.size(), 1U);
    EXPECT_EQ(placed[0].wish, 0U);
}

}  // namespace
}  // namespace footprint::render
