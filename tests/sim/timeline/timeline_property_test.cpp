// What must hold of any timeline, tried on the shipped catalog and on random, contradictory ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "sim/timeline/timeline.h"
#include "tests/sim/timeline/catalogs.h"

namespace footprint::sim {
namespace {

using geo::Catalog;
using test::RandomRows;

constexpr unsigned kSeeds = 60;

Catalog shipped() {
    return geo::load_catalog_or_throw({FOOTPRINT_SOURCE_DIR "/datasets", {}});
}

Date random_date(RandomRows& random) {
    return Date::from_ymd(2004, 1, 1).plus_days(random.below(28 * 365));
}

// A region's state by walking through all events up to the date, one by one.
RegionAt replayed(const Timeline& timeline, RegionIndex region, Date date) {
    RegionAt now;
    for (const Event& event : timeline.events()) {
        if (event.region != region || event.date > date) {
            continue;
        }
        if (event.kind == EventKind::announced) {
            now.state = RegionState::announced;
        } else if (event.kind == EventKind::opened) {
            now.state = RegionState::open;
            now.opened = event.date;
            now.zones = event.zones.value_or(0);
        } else if (event.kind == EventKind::zones) {
            now.zones = *event.zones;
        } else if (event.kind == EventKind::impaired) {
            now.state = RegionState::impaired;
        } else if (event.kind == EventKind::restored) {
            now.state = RegionState::open;
        } else {
            now.state = RegionState::closed;
        }
    }
    return now;
}

void expect_equals_replay(const Catalog& catalog, RandomRows& random, int dates) {
    const auto timeline = Timeline::from_catalog(catalog);
    for (int i = 0; i < dates; ++i) {
        const Date date = random_date(random);
        const auto footprint = timeline.at(date);
        std::size_t next = 0;
        for (RegionIndex region = 0; region < catalog.regions().size(); ++region) {
            const auto expected = replayed(timeline, region, date);
            if (expected.state == RegionState::absent) {
                EXPECT_EQ(timeline.region_at(region, date).state, RegionState::absent);
                continue;
            }
            ASSERT_LT(next, footprint.regions.size());
            const auto& got = footprint.regions[next++];
            ASSERT_EQ(got.region, region);
            ASSERT_EQ(got.state, expected.state) << catalog.qualified_id(region) << date.iso();
            if (got.state != RegionState::announced) {
                ASSERT_EQ(got.zones, expected.zones) << catalog.qualified_id(region) << date.iso();
                ASSERT_EQ(got.opened, expected.opened);
            }
        }
        EXPECT_EQ(next, footprint.regions.size());
    }
}

TEST(Footprint, EqualsABruteForceReplayAtRandomDates) {
    RandomRows random(1);
    expect_equals_replay(shipped(), random, 40);
    for (unsigned seed = 0; seed < kSeeds; ++seed) {
        RandomRows rows(seed);
        expect_equals_replay(rows.catalog(12, 40), rows, 20);
    }
}

void expect_assets_conserved(const Catalog& catalog) {
    const auto timeline = Timeline::from_catalog(catalog);
    std::map<RegionIndex, int> openings;
    for (const Event& event : timeline.events()) {
        openings[event.region] += event.kind == EventKind::opened ? 1 : 0;
        const Event* opening = timeline.opening_of(event.region);
        const bool of_open_region =
            event.kind != EventKind::announced && event.kind != EventKind::opened;
        if (of_open_region) {
            ASSERT_NE(opening, nullptr) << catalog.qualified_id(event.region);
            EXPECT_GE(event.date, opening->date) << catalog.qualified_id(event.region);
        }
    }
    for (RegionIndex region = 0; region < catalog.regions().size(); ++region) {
        EXPECT_LE(openings[region], 1);
        if (timeline.region_at(region, Date::from_ymd(2100, 1, 1)).is_open()) {
            EXPECT_EQ(openings[region], 1) << catalog.qualified_id(region);
        }
    }
}

TEST(Assets, AreConservedEveryRegionThatExistsWasOpenedOnce) {
    expect_assets_conserved(shipped());
    for (unsigned seed = 0; seed < kSeeds; ++seed) {
        expect_assets_conserved(RandomRows(seed).catalog(12, 40));
    }
}

TEST(Assets, ZonesAtADateAreTheSumOfTheChangesUpToIt) {
    const auto catalog = shipped();
    const auto timeline = Timeline::from_catalog(catalog);
    const auto scope = RegionScope::published(catalog);
    for (std::size_t p = 0; p < catalog.providers().size(); ++p) {
        const auto provider = static_cast<ProviderIndex>(p);
        std::map<RegionIndex, int> zones;
        int sum = 0;
        Date last = Date::from_ymd(1990, 1, 1);
        for (const Event& event : timeline.events()) {
            const auto& row = catalog.region(event.region);
            if (row.provider != provider || !scope.counted[p].has(row.region_class)) {
                continue;
            }
            if (event.date != last) {
                ASSERT_EQ(timeline.totals(event.date.plus_days(-1), provider, scope).zones.mid, sum)
                    << catalog.provider(provider).id << " before " << event.date.iso();
                last = event.date;
            }
            int& own = zones[event.region];
            const int before = own;
            if (event.kind == EventKind::opened || event.kind == EventKind::zones) {
                own = event.zones.value_or(1);
            } else if (event.kind == EventKind::closed) {
                own = 0;
            }
            sum += own - before;
        }
        EXPECT_EQ(timeline.totals(Date::from_ymd(2100, 1, 1), provider, scope).zones.mid, sum);
    }
}

// The same rows in another order, events pointing at the same regions.
Catalog shuffled(const Catalog& catalog, std::mt19937& random) {
    std::vector<RegionIndex> order(catalog.regions().size());
    for (RegionIndex i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    std::shuffle(order.begin(), order.end(), random);
    std::vector<geo::Region> regions;
    std::vector<RegionIndex> now_at(order.size());
    for (RegionIndex i = 0; i < order.size(); ++i) {
        regions.push_back(catalog.region(order[i]));
        now_at[order[i]] = i;
    }
    std::vector<geo::EventRecord> events(catalog.events().begin(), catalog.events().end());
    for (auto& event : events) {
        event.region = now_at[event.region];
    }
    std::shuffle(events.begin(), events.end(), random);
    return Catalog({catalog.providers().begin(), catalog.providers().end()}, std::move(regions),
                   std::move(events), catalog.as_of());
}

std::multiset<std::string> told(const Catalog& catalog) {
    const auto timeline = Timeline::from_catalog(catalog);
    std::multiset<std::string> lines;
    for (const Event& e : timeline.events()) {
        lines.insert(catalog.qualified_id(e.region) + std::string(geo::to_string(e.kind)) +
                     e.date.iso() + e.when.begin.iso() + e.when.end.iso() +
                     (e.zones ? std::to_string(*e.zones) : "-") +
                     std::string(to_string(e.provenance)));
    }
    return lines;
}

void expect_order_is_nothing(const Catalog& catalog, RandomRows& random) {
    const auto other = shuffled(catalog, random.bits());
    EXPECT_EQ(told(catalog), told(other));
    const auto scope = RegionScope::published(catalog);
    const auto a = Timeline::from_catalog(catalog);
    const auto b = Timeline::from_catalog(other);
    for (int i = 0; i < 10; ++i) {
        const Date date = random_date(random);
        for (std::size_t p = 0; p < catalog.providers().size(); ++p) {
            const auto x = a.totals(date, static_cast<ProviderIndex>(p), scope);
            const auto y = b.totals(date, static_cast<ProviderIndex>(p), scope);
            EXPECT_EQ(x.regions, y.regions);
            EXPECT_EQ(x.zones, y.zones);
            EXPECT_EQ(x.countries, y.countries);
            EXPECT_EQ(x.announced, y.announced);
        }
    }
}

TEST(OrderOfRows, ChangesNothing) {
    RandomRows random(7);
    expect_order_is_nothing(shipped(), random);
    for (unsigned seed = 0; seed < kSeeds; ++seed) {
        RandomRows rows(seed);
        expect_order_is_nothing(rows.catalog(12, 40), rows);
    }
}

TEST(Totals, LowIsAtMostMidIsAtMostHigh) {
    for (unsigned seed = 0; seed < kSeeds; ++seed) {
        RandomRows rows(seed);
        const auto catalog = rows.catalog(12, 40);
        const auto timeline = Timeline::from_catalog(catalog);
        const auto scope = RegionScope::published(catalog);
        for (int i = 0; i < 50; ++i) {
            const auto totals = timeline.totals(random_date(rows), 0, scope);
            ASSERT_LE(totals.regions.low, totals.regions.mid);
            ASSERT_LE(totals.regions.mid, totals.regions.high);
            ASSERT_LE(totals.zones.low, totals.zones.mid);
            ASSERT_LE(totals.zones.mid, totals.zones.high);
        }
    }
}

TEST(Totals, NeverShrinkWhereNothingCloses) {
    const auto catalog = shipped();
    std::vector<geo::Region> regions;
    for (auto row : catalog.regions()) {
        row.status = row.status == geo::RegionStatus::closed ? geo::RegionStatus::open : row.status;
        regions.push_back(row);
    }
    std::vector<geo::EventRecord> events;
    for (const auto& event : catalog.events()) {
        if (event.kind != EventKind::closed) {
            events.push_back(event);
        }
    }
    const Catalog lasting({catalog.providers().begin(), catalog.providers().end()},
                          std::move(regions), std::move(events), catalog.as_of());
    const auto timeline = Timeline::from_catalog(lasting);
    const auto scope = RegionScope::published(lasting);
    for (std::size_t p = 0; p < lasting.providers().size(); ++p) {
        CountRange before;
        for (Date date = Date::from_ymd(2005, 1, 1); date < Date::from_ymd(2030, 1, 1);
             date = date.plus_days(30)) {
            const auto now = timeline.totals(date, static_cast<ProviderIndex>(p), scope).regions;
            ASSERT_GE(now.low, before.low);
            ASSERT_GE(now.mid, before.mid);
            ASSERT_GE(now.high, before.high);
            before = now;
        }
    }
}

TEST(With, NothingMoreIsTheSameTimeline) {
    for (unsigned seed = 0; seed < kSeeds; ++seed) {
        const auto catalog = RandomRows(seed).catalog(12, 40);
        const auto timeline = Timeline::from_catalog(catalog);
        const auto same = timeline.with({});
        ASSERT_EQ(same.events().size(), timeline.events().size());
        for (std::size_t i = 0; i < same.events().size(); ++i) {
            EXPECT_EQ(same.events()[i].date, timeline.events()[i].date);
            EXPECT_EQ(same.events()[i].region, timeline.events()[i].region);
            EXPECT_EQ(same.events()[i].kind, timeline.events()[i].kind);
        }
    }
}

}  // namespace
}  // namespace footprint::sim
