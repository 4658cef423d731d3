#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/error.h"
#include "tests/render/scene/shown.h"

namespace footprint::render {
namespace {

using test::facts;

TEST(FilmClock, HoldsRunsAndHoldsBetweenItsDates) {
    const Date from = Date::from_ymd(2006, 3, 1);
    const Date to = Date::from_ymd(2026, 11, 22);
    const FilmClock clock = FilmClock::make(from, to, 30, 30);
    EXPECT_EQ(clock.frames(), 900);
    EXPECT_EQ(clock.day(0), from.days());
    EXPECT_EQ(clock.day(44), from.days());
    EXPECT_GT(clock.day(46), from.days());
    EXPECT_EQ(clock.day(899), to.days());
    EXPECT_EQ(clock.day(899 - 70), to.days());
    for (std::int64_t frame = 1; frame < clock.frames(); ++frame) {
        EXPECT_GE(clock.day(frame), clock.day(frame - 1));
        EXPECT_GE(clock.day(frame), from.days());
        EXPECT_LE(clock.day(frame), to.days());
    }
}

TEST(FilmClock, ReachesEachDateAtTheSecondItSays) {
    const FilmClock clock =
        FilmClock::make(Date::from_ymd(2010, 1, 1), Date::from_ymd(2020, 1, 1), 60, 12);
    for (std::int64_t frame = 0; frame < clock.frames(); ++frame) {
        const double day = clock.day(frame);
        if (day > clock.from.days() && day < clock.to.days()) {
            EXPECT_NEAR(clock.second_of(day), clock.second(frame), 1e-9);
        }
    }
}

TEST(FilmClock, RefusesFilmsOfNoTime) {
    const Date day = Date::from_ymd(2020, 1, 1);
    EXPECT_THROW(FilmClock::make(day, day, 30, 30), Error);
    EXPECT_THROW(FilmClock::make(day.plus_days(1), day, 30, 30), Error);
    EXPECT_THROW(FilmClock::make(day, day.plus_days(9), 0, 30), Error);
    EXPECT_THROW(FilmClock::make(day, day.plus_days(9), 30, 0), Error);
    EXPECT_THROW(FilmClock::make(day, day.plus_days(9), 30, -1), Error);
}

TEST(Story, SpreadsDoubtfulOpeningsInsideTheirIntervalsAndLeavesExactOnes) {
    std::map<std::pair<int, int>, std::vector<int>> days_of;
    for (std::size_t i = 0; i < facts().catalog.regions().size(); ++i) {
        const auto& before = facts().catalog.regions()[i].opened;
        const auto& after = facts().spread.regions()[i].opened;
        ASSERT_EQ(before.has_value(), after.has_value());
        if (!before) {
            continue;
        }
        if (before->is_exact()) {
            EXPECT_EQ(*before, *after);
            continue;
        }
        EXPECT_TRUE(after->is_exact());
        EXPECT_TRUE(before->contains(after->begin)) << facts().catalog.regions()[i].id;
        days_of[{before->begin.days(), before->end.days()}].push_back(after->begin.days());
    }
    // A year that holds several openings does not show them all on one day.
    for (const auto& [span, days] : days_of) {
        if (days.size() > 1 && span.second - span.first > 300) {
            EXPECT_GT(*std::max_element(days.begin(), days.end()) -
                          *std::min_element(days.begin(), days.end()),
                      100);
        }
    }
}

TEST(Story, KeepsEveryProvidersTotalWithinWhatIsKnownAtEveryMonth) {
    const auto scope = sim::RegionScope::published(facts().catalog);
    for (Date date = Date::from_ymd(2006, 1, 1); date <= facts().timeline.as_of();
         date = date.plus_months(1)) {
        for (std::size_t p = 0; p < facts().catalog.providers().size(); ++p) {
            const auto provider = static_cast<geo::ProviderIndex>(p);
            const auto known = facts().dated.totals(date, provider, scope).regions;
            const int shown = facts().timeline.totals(date, provider, scope).regions.mid;
            EXPECT_GE(shown, known.low) << facts().catalog.provider(provider).id << date.iso();
            EXPECT_LE(shown, known.high) << facts().catalog.provider(provider).id << date.iso();
        }
    }
}

TEST(Story, CaptionsAreFewReadableAndInTheFilm) {
    const auto options = test::options_at(1920, 1080);
    const FilmClock clock =
        FilmClock::make(Date::from_ymd(2006, 3, 1), facts().timeline.as_of(), 30, 30);
    const auto captions =
        choose_captions(facts().timeline, options.providers, options.scope, clock, 2);
    ASSERT_GE(captions.size(), 10U);
    for (const Caption& caption : captions) {
        EXPECT_GE(caption.to_s - caption.from_s, 1.5);
        EXPECT_GE(caption.from_s, 0);
        EXPECT_LE(caption.from_s, clock.duration_s);
        const auto at_once =
            std::count_if(captions.begin(), captions.end(), [&](const Caption& other) {
                return other.from_s <= caption.from_s && caption.from_s < other.to_s;
            });
        EXPECT_LE(at_once, 2);
    }
}

// The calendar runs on while a caption is read.
TEST(Story, CaptionsNeverTellOfYearsAgoWhileTimeRuns) {
    const auto options = test::options_at(1920, 1080);
    for (const double duration_s : {3.0, 4.0, 6.0, 12.0, 30.0}) {
        const FilmClock clock = FilmClock::make(Date::from_ymd(2010, 1, 1),
                                                Date::from_ymd(2024, 12, 31), 30, duration_s);
        const double still_s = clock.duration_s - clock.hold_end_s;
        for (const Caption& caption :
             choose_captions(facts().timeline, options.providers, options.scope, clock, 2)) {
            const double last_s = std::min(caption.to_s, still_s);
            const double last_day = clock.day(static_cast<std::int64_t>(last_s * clock.fps));
            if (caption.from_s <= still_s - 1.5) {
                EXPECT_LE(last_day - caption.date.days(), 3 * 366) << caption.text << duration_s;
            }
        }
    }
}

// While time stands still at the end, only the newest may be told.
TEST(Story, EndsOnNewsNotOnWhatIsLongPast) {
    const auto options = test::options_at(1920, 1080);
    for (const double duration_s : {8.0, 30.0, 60.0}) {
        for (const int years : {2, 8, 20}) {
            const Date to = facts().timeline.as_of();
            const FilmClock clock =
                FilmClock::make(to.plus_months(-12 * years), to, 30, duration_s);
            const double still_s = clock.duration_s - clock.hold_end_s;
            std::size_t late = 0;
            for (const Caption& caption :
                 choose_captions(facts().timeline, options.providers, options.scope, clock, 2)) {
                if (caption.to_s > still_s + 1e-9) {
                    ++late;
                    EXPECT_GT(caption.from_s, still_s - 1.5);
                }
            }
            EXPECT_LE(late, 2U);
        }
    }
}

FilmClock demo_clock(double duration_s) {
    return FilmClock::make(Date::from_ymd(2006, 3, 1), facts().timeline.as_of(), 30, duration_s);
}

TEST(Narration, LagsBehindTheCalendarByAtMostAHundredDays) {
    const auto options = test::options_at(1920, 1080);
    for (const double duration_s : {8.0, 15.0, 30.0, 60.0, 300.0}) {
        const Narration told =
            narrate(facts().timeline, options.providers, options.scope, demo_clock(duration_s));
        const FilmClock& clock = told.clock;
        const double still_s = clock.duration_s - clock.hold_end_s;
        if (duration_s >= 15) {
            EXPECT_GE(told.captions.size(), duration_s / 6) << duration_s;
        }
        for (const Caption& caption : told.captions) {
            const double last_s = std::min(caption.to_s, still_s);
            const double last_day = clock.day(static_cast<std::int64_t>(last_s * clock.fps));
            EXPECT_LE(last_day - caption.date.days(), 122) << caption.text << duration_s;
            EXPECT_GE(caption.to_s - caption.from_s, 1.5) << caption.text;
            EXPECT_NEAR(clock.second_of(caption.date.days()), caption.from_s, 1e-6);
        }
    }
}

TEST(Narration, ShowsOneCaptionAfterTheOtherAndKeepsTheFilmAsLong) {
    const auto options = test::options_at(1920, 1080);
    const FilmClock even = demo_clock(30);
    const Narration told = narrate(facts().timeline, options.providers, options.scope, even);
    EXPECT_EQ(told.clock.frames(), even.frames());
    EXPECT_EQ(told.clock.day(0), even.day(0));
    EXPECT_EQ(told.clock.day(899), even.day(899));
    for (std::size_t i = 1; i < told.captions.size(); ++i) {
        EXPECT_GE(told.captions[i].from_s, told.captions[i - 1].to_s - 1e-9);
    }
    for (std::int64_t frame = 1; frame < even.frames(); ++frame) {
        EXPECT_GE(told.clock.day(frame), told.clock.day(frame - 1));
        const double day = told.clock.day(frame);
        if (day > even.from.days() && day < even.to.days()) {
            EXPECT_NEAR(told.clock.second_of(day), told.clock.second(frame), 1e-6);
        }
    }
    // Spread over the film, not crowded into its first years.
    EXPECT_LT(told.captions.front().date, Date::from_ymd(2009, 1, 1));
    EXPECT_GT(told.captions.back().date, Date::from_ymd(2024, 1, 1));
}

Caption own(int year, int month, const std::string& text) {
    Caption caption;
    caption.date = Date::from_ymd(year, month, 1);
    caption.text = text;
    return caption;
}

TEST(Narration, GivesOwnCaptionsOfOneDayTheirTimeOneByOne) {
    const Narration told = paced({own(2020, 1, "second"), own(2012, 6, "first"),
                                  own(2020, 1, "third"), own(1999, 1, "never")},
                                 demo_clock(20), 0.85);
    ASSERT_EQ(told.captions.size(), 3U);
    EXPECT_EQ(told.captions[0].text, "first");
    EXPECT_EQ(told.captions[1].text, "second");
    EXPECT_EQ(told.captions[2].text, "third");
    EXPECT_GE(told.captions[2].from_s, told.captions[1].to_s - 1e-9);
    // Time stands still for the second, and the third is still told on its day.
    const auto frame = static_cast<std::int64_t>(std::ceil(told.captions[2].from_s * 30));
    EXPECT_NEAR(told.clock.day(frame), Date::from_ymd(2020, 1, 1).days(), 4);
}

TEST(Narration, SaysHowLongAFilmOfManyCaptionsMustBe) {
    std::vector<Caption> many;
    for (int i = 0; i < 20; ++i) {
        many.push_back(own(2007 + i % 15, 1 + i % 12, "something that takes its time to be read"));
    }
    try {
        paced(many, demo_clock(30), 0.85);
        FAIL() << "20 captions in 30 s";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::usage);
        const std::string words = error.what();
        const auto at = words.rfind("let it last ");
        ASSERT_NE(at, std::string::npos) << words;
        const double enough_s = std::stod(words.substr(at + 12));
        EXPECT_EQ(paced(many, demo_clock(enough_s), 0.85).captions.size(), 20U);
    }
}

}  // namespace
}  // namespace footprint::render
