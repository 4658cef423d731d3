#include "sim/timeline/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "tests/sim/timeline/catalogs.h"

namespace footprint::sim {
namespace {

using geo::RegionStatus;
using test::catalog_of;
using test::event;
using test::on;
using test::region;
using testing::ElementsAre;
using testing::HasSubstr;

Date day(const char* text) {
    return parse_date_interval(text).begin;
}

std::vector<std::string> life(const Timeline& timeline, RegionIndex region) {
    std::vector<std::string> lines;
    for (const auto i : timeline.events_of(region)) {
        const Event& e = timeline.events()[i];
        lines.push_back(std::string(geo::to_string(e.kind)) + " " + e.date.iso() +
                        (e.zones ? " " + std::to_string(*e.zones) : "") + " " +
                        std::string(to_string(e.provenance)));
    }
    return lines;
}

TEST(Opening, StandsAtTheMiddleOfItsInterval) {
    const auto catalog = catalog_of({region("a", on("2018"), 2)});
    const auto timeline = Timeline::from_catalog(catalog);
    EXPECT_THAT(life(timeline, 0), ElementsAre("opened 2018-07-02 2 fact"));
    EXPECT_EQ(timeline.region_at(0, day("2018-07-01")).state, RegionState::absent);
    EXPECT_EQ(timeline.region_at(0, day("2018-07-02")).state, RegionState::open);
    EXPECT_TRUE(timeline.region_at(0, day("2018-12-31")).date_uncertain);
    EXPECT_FALSE(timeline.region_at(0, day("2019-01-01")).date_uncertain);
}

TEST(Opening, OfARowSeenOpenIsNotAfterTheCatalogsDate) {
    const auto catalog = catalog_of({region("a", on("2026"))});
    const auto timeline = Timeline::from_catalog(catalog);
    EXPECT_EQ(timeline.events()[0].when.end, day("2026-07-01"));
    EXPECT_EQ(timeline.events()[0].date, day("2026-04-01"));
    EXPECT_EQ(timeline.events()[0].provenance, Provenance::fact);
}

TEST(Opening, AfterTheCatalogsDateIsAPromise) {
    const auto catalog = catalog_of({region("a", on("2027-03"))});
    const auto timeline = Timeline::from_catalog(catalog);
    EXPECT_EQ(timeline.events()[0].provenance, Provenance::announced);
}

TEST(UndatedRegion, AppearsAtItsSourcesDateMarked) {
    const auto catalog = catalog_of({region("a", std::nullopt, 3)});
    const auto timeline = Timeline::from_catalog(catalog);
    EXPECT_THAT(life(timeline, 0), ElementsAre("opened 2026-06-30 3 undated"));
    EXPECT_TRUE(timeline.region_at(0, day("2030-01-01")).date_uncertain);
}

TEST(UndatedRegion, AppearsWhenItsZonesWereFirstCounted) {
    const auto catalog =
        catalog_of({region("a", std::nullopt, 3)}, {event(0, EventKind::zones, on("2024-05"), 2),
                                                    event(0, EventKind::zones, on("2025-05"), 3)});
    EXPECT_THAT(life(Timeline::from_catalog(catalog), 0),
                ElementsAre("opened 2024-05-16 2 undated", "zones 2024-05-16 2 fact",
                            "zones 2025-05-16 3 fact"));
}

TEST(PlannedRegion, OpensAtATargetStillAheadAsAPromise) {
    auto row = region("a", std::nullopt, 3);
    row.status = RegionStatus::planned;
    row.target = on("2026");
    const auto catalog = catalog_of({row}, {event(0, EventKind::announced, on("2024-03-05"))});
    const auto timeline = Timeline::from_catalog(catalog);
    // Of 2026, what is left after 30 June.
    EXPECT_THAT(life(timeline, 0),
                ElementsAre("announced 2024-03-05 fact", "opened 2026-09-30 3 announced"));
    const auto before = timeline.region_at(0, day("2026-06-30"));
    EXPECT_EQ(before.state, RegionState::announced);
    EXPECT_EQ(before.since, day("2024-03-05"));
    const auto after = timeline.region_at(0, day("2028-01-01"));
    EXPECT_EQ(after.state, RegionState::open);
    EXPECT_EQ(after.provenance, Provenance::announced);
    EXPECT_EQ(after.zone_knowledge, ZoneKnowledge::carried_back) << "promised, never observed";
}

TEST(PlannedRegion, WhoseTargetHasPassedDoesNotOpen) {
    auto row = region("a", std::nullopt);
    row.status = RegionStatus::planned;
    row.target = on("2025-12");
    row.as_of = on("2024-01-10");
    const auto catalog = catalog_of({row});
    const auto timeline = Timeline::from_catalog(catalog);
    EXPECT_THAT(life(timeline, 0), ElementsAre("announced 2024-01-10 undated"));
    EXPECT_EQ(timeline.region_at(0, day("2040-01-01")).state, RegionState::announced);
}

TEST(PlannedRegion, IsCountedAsAnnouncedOnlyWhileItIs) {
    auto row = region("a", std::nullopt);
    row.status = RegionStatus::planned;
    row.target = on("2027-01-10");
    const auto catalog = catalog_of({row}, {event(0, EventKind::announced, on("2026-01-01"))});
    const auto timeline = Timeline::from_catalog(catalog);
    const auto scope = RegionScope::published(catalog);
    EXPECT_EQ(timeline.totals(day("2025-12-31"), 0, scope).announced, 0);
    EXPECT_EQ(timeline.totals(day("2026-01-01"), 0, scope).announced, 1);
    EXPECT_EQ(timeline.totals(day("2027-01-10"), 0, scope).announced, 0);
    EXPECT_EQ(timeline.totals(day("2027-01-10"), 0, scope).regions, (CountRange{1, 1, 1}));
}

TEST(Zones, AreCarriedBackToTheOpeningAndMarked) {
    const auto catalog = catalog_of({region("a", on("2015-01-01"), 3)},
                                    {event(0, EventKind::zones, on("2018-01-01"), 2),
                                     event(0, EventKind::zones, on("2020-01-01"), 3)});
    const auto timeline = Timeline::from_catalog(catalog);
    const auto early = timeline.region_at(0, day("2016-01-01"));
    EXPECT_EQ(early.zones, 2);
    EXPECT_EQ(early.zone_knowledge, ZoneKnowledge::carried_back);
    const auto seen = timeline.region_at(0, day("2018-01-01"));
    EXPECT_EQ(seen.zones, 2);
    EXPECT_EQ(seen.zone_knowledge, ZoneKnowledge::known);
    EXPECT_EQ(timeline.region_at(0, day("2020-01-01")).zones, 3);
    const auto scope = RegionScope::published(catalog);
    EXPECT_EQ(timeline.totals(day("2016-01-01"), 0, scope).regions_with_carried_zones, 1);
    EXPECT_EQ(timeline.totals(day("2018-01-01"), 0, scope).regions_with_carried_zones, 0);
}

TEST(Zones, WithoutEventsAreKnownFromTheRowsDate) {
    const auto catalog = catalog_of({region("a", on("2015-01-01"), 3)});
    const auto timeline = Timeline::from_catalog(catalog);
    EXPECT_EQ(timeline.region_at(0, day("2026-06-29")).zone_knowledge, ZoneKnowledge::carried_back);
    EXPECT_EQ(timeline.region_at(0, day("2026-06-30")).zone_knowledge, ZoneKnowledge::known);
}

TEST(Zones, NeverChangeBeforeTheRegionOpens) {
    const auto catalog =
        catalog_of({region("a", on("2020"), 3)}, {event(0, EventKind::zones, on("2020-02"), 2),
                                                  event(0, EventKind::zones, on("2020-03"), 3)});
    EXPECT_THAT(life(Timeline::from_catalog(catalog), 0),
                ElementsAre("opened 2020-07-01 2 fact", "zones 2020-07-01 3 fact"));
}

TEST(Zones, UnknownCountAsOneAndNoneAsZero) {
    const auto catalog = catalog_of({region("unknown", on("2015")), region("none", on("2015"), 0),
                                     region("three", on("2015"), 3)});
    const auto timeline = Timeline::from_catalog(catalog);
    const auto totals = timeline.totals(day("2020-01-01"), 0, RegionScope::published(catalog));
    EXPECT_EQ(totals.zones, (CountRange{4, 4, 4}));
    EXPECT_EQ(totals.regions_without_zone_count, 1);
    EXPECT_EQ(timeline.region_at(0, day("2020-01-01")).zone_knowledge, ZoneKnowledge::unknown);
    EXPECT_EQ(timeline.region_at(1, day("2020-01-01")).zone_knowledge, ZoneKnowledge::none);
}

TEST(Zones, InTheRowThatNoEventExplainsAreSeenAtTheRowsDate) {
    const auto catalog = catalog_of({region("a", on("2015-01-01"), 5)},
                                    {event(0, EventKind::zones, on("2018-01-01"), 2)});
    EXPECT_THAT(life(Timeline::from_catalog(catalog), 0),
                ElementsAre("opened 2015-01-01 2 fact", "zones 2018-01-01 2 fact",
                            "zones 2026-06-30 5 undated"));
}

TEST(ImpairedRegion, CountsAndIsRestored) {
    const auto catalog = catalog_of({region("a", on("2015-01-01"), 3)},
                                    {event(0, EventKind::restored, on("2020-03-01")),
                                     event(0, EventKind::impaired, on("2020-02-01"))});
    const auto timeline = Timeline::from_catalog(catalog);
    const auto hit = timeline.region_at(0, day("2020-02-15"));
    EXPECT_EQ(hit.state, RegionState::impaired);
    EXPECT_TRUE(hit.is_open());
    EXPECT_EQ(hit.zones, 3);
    EXPECT_EQ(hit.opened, day("2015-01-01"));
    EXPECT_EQ(timeline.region_at(0, day("2020-03-01")).state, RegionState::open);
    EXPECT_EQ(timeline.region_at(0, day("2020-03-01")).since, day("2020-03-01"));
}

TEST(ClosedRegion, IsClosedFromItsDayOn) {
    auto row = region("a", on("2015-01-01"), 3);
    row.status = RegionStatus::closed;
    const auto catalog = catalog_of({row}, {event(0, EventKind::closed, on("2020-03-01")),
                                            event(0, EventKind::zones, on("2021-01-01"), 4)});
    const auto timeline = Timeline::from_catalog(catalog);
    EXPECT_TRUE(timeline.region_at(0, day("2020-02-29")).is_open());
    EXPECT_EQ(timeline.region_at(0, day("2020-03-01")).state, RegionState::closed);
    EXPECT_THAT(life(timeline, 0),
                ElementsAre("opened 2015-01-01 4 fact", "closed 2020-03-01 fact"));
}

TEST(ClosedRegion, WithoutAnEventIsClosedSinceItsSourcesDate) {
    auto row = region("a", on("2015-01-01"));
    row.status = RegionStatus::closed;
    row.as_of = on("2019-05-05");
    const auto catalog = catalog_of({row});
    EXPECT_THAT(life(Timeline::from_catalog(catalog), 0),
                ElementsAre("opened 2015-01-01 fact", "closed 2019-05-05 undated"));
}

TEST(Totals, AreRangesInsideUncertainIntervals) {
    auto closing = region("closing", on("2010-01-01"), 2);
    closing.status = RegionStatus::closed;
    const auto catalog =
        catalog_of({region("exact", on("2018-03-05"), 1), region("year", on("2018"), 3), closing},
                   {event(2, EventKind::closed, on("2018"))});
    const auto timeline = Timeline::from_catalog(catalog);
    const auto scope = RegionScope::published(catalog);
    // 1 April: one open for sure, one perhaps (not by its middle), one perhaps still (by its
    // middle).
    const auto spring = timeline.totals(day("2018-04-01"), 0, scope);
    EXPECT_EQ(spring.regions, (CountRange{1, 2, 3}));
    EXPECT_EQ(spring.zones, (CountRange{1, 3, 6}));
    const auto autumn = timeline.totals(day("2018-10-01"), 0, scope);
    EXPECT_EQ(autumn.regions, (CountRange{1, 2, 3}));
    EXPECT_EQ(autumn.zones, (CountRange{1, 4, 6}));
    EXPECT_EQ(timeline.totals(day("2019-01-01"), 0, scope).regions, (CountRange{2, 2, 2}));
    EXPECT_EQ(timeline.totals(day("2017-12-31"), 0, scope).regions, (CountRange{1, 1, 1}));
}

TEST(Totals, RangeOverZoneChangesInsideTheirIntervals) {
    const auto catalog = catalog_of(
        {region("a", on("2015-01-01"), 4)},
        {event(0, EventKind::zones, on("2018"), 2), event(0, EventKind::zones, on("2020"), 4)});
    const auto timeline = Timeline::from_catalog(catalog);
    const auto scope = RegionScope::published(catalog);
    EXPECT_EQ(timeline.totals(day("2019-06-01"), 0, scope).zones, (CountRange{2, 2, 2}));
    EXPECT_EQ(timeline.totals(day("2020-02-01"), 0, scope).zones, (CountRange{2, 2, 4}));
    EXPECT_EQ(timeline.totals(day("2020-08-01"), 0, scope).zones, (CountRange{2, 4, 4}));
    EXPECT_EQ(timeline.totals(day("2021-01-01"), 0, scope).zones, (CountRange{4, 4, 4}));
}

TEST(Totals, CountTheScopeAndItsCountries) {
    auto gov = region("gov", on("2015"));
    gov.region_class = geo::RegionClass::gov;
    gov.country = "US";
    const auto catalog =
        catalog_of({region("a", on("2015")), region("b", on("2015")), std::move(gov)});
    const auto timeline = Timeline::from_catalog(catalog);
    auto scope = RegionScope::published(catalog);
    EXPECT_EQ(timeline.totals(day("2020-01-01"), 0, scope).regions.mid, 2);
    EXPECT_EQ(timeline.totals(day("2020-01-01"), 0, scope).countries, 1);
    scope.include(geo::RegionClass::gov);
    EXPECT_EQ(timeline.totals(day("2020-01-01"), 0, scope).regions.mid, 3);
    EXPECT_EQ(timeline.totals(day("2020-01-01"), 0, scope).countries, 2);
    EXPECT_TRUE(scope.serves_everyone.has(geo::RegionClass::gov));
    scope.exclude(geo::RegionClass::public_);
    EXPECT_EQ(timeline.totals(day("2020-01-01"), 0, scope).regions.mid, 1);
    scope.include(geo::RegionClass::china);
    EXPECT_FALSE(scope.serves_everyone.has(geo::RegionClass::china)) << "it serves China alone";
}

TEST(Between, TakesTheFirstDayAndLeavesTheLast) {
    const auto catalog = catalog_of({region("a", on("2015-01-01")), region("b", on("2015-01-02")),
                                     region("c", on("2015-01-03"))});
    const auto timeline = Timeline::from_catalog(catalog);
    const auto found = timeline.between(day("2015-01-01"), day("2015-01-03"));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].region, 0U);
    EXPECT_EQ(found[1].region, 1U);
    EXPECT_TRUE(timeline.between(day("2016-01-01"), day("2015-01-01")).empty());
}

TEST(EmptyCatalog, GivesAnEmptyTimeline) {
    const auto catalog = catalog_of({});
    const auto timeline = Timeline::from_catalog(catalog);
    EXPECT_EQ(timeline.first_date(), catalog.as_of());
    EXPECT_TRUE(timeline.at(catalog.as_of()).regions.empty());
}

class With : public testing::Test {
  protected:
    static Event simulated(EventKind kind, const char* date,
                           std::optional<int> zones = std::nullopt) {
        return {day(date), on(date), 0, kind, zones, Provenance::simulated};
    }
    std::string refusal(std::vector<Event> events) const {
        try {
            const auto more = timeline_.with(events);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ExitCode::invalid);
            return error.what();
        }
        return "";
    }

    static geo::Catalog one_plan() {
        auto row = region("a", std::nullopt, 3);
        row.status = RegionStatus::planned;
        return catalog_of({row, region("b", on("2015-01-01"), 1)},
                          {event(0, EventKind::announced, on("2026-01-01"))});
    }
    const geo::Catalog catalog_ = one_plan();
    const Timeline timeline_ = Timeline::from_catalog(catalog_);
};

TEST_F(With, AScenariosEventsContinueTheHistory) {
    const std::vector<Event> more{simulated(EventKind::opened, "2027-05-01", 2),
                                  simulated(EventKind::zones, "2028-05-01", 3),
                                  simulated(EventKind::closed, "2030-05-01")};
    const auto longer = timeline_.with(more);
    EXPECT_EQ(longer.events().size(), timeline_.events().size() + 3);
    const auto now = longer.region_at(0, day("2027-05-01"));
    EXPECT_EQ(now.state, RegionState::open);
    EXPECT_EQ(now.provenance, Provenance::simulated);
    EXPECT_EQ(now.zones, 2);
    EXPECT_EQ(now.zone_knowledge, ZoneKnowledge::known);
    EXPECT_EQ(longer.region_at(0, day("2030-05-01")).state, RegionState::closed);
    EXPECT_EQ(timeline_.region_at(0, day("2030-05-01")).state, RegionState::announced)
        << "the first timeline is as it was";
}

TEST_F(With, EveryStepOutOfOrderIsRefusedByName) {
    EXPECT_THAT(refusal({simulated(EventKind::zones, "2027-01-01", 2)}),
                HasSubstr("acme:a zones on 2027-01-01 (simulated): the region is announced then"));
    EXPECT_THAT(refusal({simulated(EventKind::opened, "2027-01-01"),
                         simulated(EventKind::opened, "2028-01-01")}),
                HasSubstr("acme:a opened on 2028-01-01"));
    EXPECT_THAT(refusal({simulated(EventKind::announced, "2027-01-01")}), HasSubstr("announced"));
    EXPECT_THAT(refusal({simulated(EventKind::closed, "2027-01-01")}), HasSubstr("closed"));
    EXPECT_THAT(refusal({simulated(EventKind::opened, "2027-01-01"),
                         simulated(EventKind::closed, "2028-01-01"),
                         simulated(EventKind::impaired, "2029-01-01")}),
                HasSubstr("the region is closed then"));
    EXPECT_THAT(refusal({simulated(EventKind::opened, "2027-01-01"),
                         simulated(EventKind::restored, "2028-01-01")}),
                HasSubstr("restored"));
}

TEST_F(With, MalformedEventsAreRefused) {
    auto unknown = simulated(EventKind::opened, "2027-01-01");
    unknown.region = 99;
    EXPECT_THAT(refusal({unknown}), HasSubstr("region number 99"));
    auto outside = simulated(EventKind::opened, "2027-01-01");
    outside.date = day("2027-01-02");
    EXPECT_THAT(refusal({outside}), HasSubstr("outside"));
    EXPECT_THAT(refusal({simulated(EventKind::zones, "2027-01-01")}), HasSubstr("number of zones"));
    EXPECT_THAT(refusal({simulated(EventKind::opened, "2027-01-01", -1)}),
                HasSubstr("number of zones"));
}

}  // namespace
}  // namespace footprint::sim
