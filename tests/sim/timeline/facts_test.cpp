// The shipped catalog against what has been published about it.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "base/csv.h"
#include "base/text.h"
#include "sim/timeline/timeline.h"

namespace footprint::sim {
namespace {

using geo::Catalog;
using geo::RegionClass;

const std::string kDatasets = FOOTPRINT_SOURCE_DIR "/datasets";

const Catalog& catalog() {
    static const Catalog loaded = geo::load_catalog_or_throw({kDatasets, {}});
    return loaded;
}

const Timeline& timeline() {
    static const Timeline built = Timeline::from_catalog(catalog());
    return built;
}

Totals totals(const std::string& provider, const std::string& date) {
    return timeline().totals(parse_date_interval(date).middle(),
                             catalog().require_provider(provider),
                             RegionScope::published(catalog()));
}

RegionAt region(const std::string& id, const std::string& date) {
    const auto found = catalog().find_region(id);
    EXPECT_TRUE(found) << id;
    return timeline().region_at(found.value_or(0), parse_date_interval(date).middle());
}

TEST(AlibabaFacts, RegionsAndZonesEqualThePublishedTotals) {
    struct Published {
        const char* date;
        int regions;
        int zones;
    };
    for (const auto& [date, regions, zones] :
         {Published{"2024-05", 30, 89}, Published{"2025-06-20", 29, 87},
          Published{"2025-07", 29, 89}, Published{"2025-09-24", 29, 91},
          Published{"2025-10-14", 29, 92}, Published{"2025-10-28", 29, 92}}) {
        const auto own = totals("alibaba", date);
        EXPECT_EQ(own.regions.mid, regions) << date;
        EXPECT_EQ(own.zones.mid, zones) << date;
    }
}

TEST(AwsFacts, ThirtyEightRegionsInOctober2025AreThirtyFourPublicTwoGovTwoChina) {
    const auto aws = catalog().require_provider("aws");
    const Date date = Date::from_ymd(2025, 10, 15);
    EXPECT_EQ(totals("aws", "2025-10-15").regions, (CountRange{38, 38, 38}));
    std::map<RegionClass, int> by_class;
    for (const auto index : catalog().regions_of(aws)) {
        if (timeline().region_at(index, date).is_open()) {
            ++by_class[catalog().region(index).region_class];
        }
    }
    EXPECT_EQ(by_class[RegionClass::public_], 34);
    EXPECT_EQ(by_class[RegionClass::gov], 2);
    EXPECT_EQ(by_class[RegionClass::china], 2);
}

TEST(GoogleFacts, FortyTwoRegionsInOctober2025) {
    EXPECT_EQ(totals("google", "2025-10").regions, (CountRange{42, 42, 42}));
}

TEST(AzureFacts, OpenAndAnnouncedRegionsAreAtLeastTheSeventyItClaims) {
    const auto own = totals("azure", "2025-10");
    EXPECT_GE(own.regions.mid + own.announced, 70);
}

// datasets/totals.csv says of every published total whether our rows give it exactly, differ for a
// known reason, or cannot be compared. This holds it to its word.
struct Claim {
    std::string provider;
    std::string date;
    std::string comparable;
    std::string explanation;
    std::optional<long long> regions;
    std::optional<long long> zones;
};

std::vector<Claim> claims() {
    CsvReader rows(kDatasets + "/totals.csv");
    const auto column = [&](const char* name) { return rows.column(name); };
    std::vector<Claim> result;
    while (rows.next()) {
        result.push_back({std::string(rows.field(column("provider"))),
                          std::string(rows.field(column("date"))),
                          std::string(rows.field(column("comparable"))),
                          std::string(rows.field(column("explanation"))),
                          parse_integer(rows.field(column("regions"))),
                          parse_integer(rows.field(column("zones")))});
    }
    EXPECT_TRUE(rows.diagnostics().empty());
    return result;
}

TEST(PublishedTotals, AreMetExactlyWhereTheTableSaysSo) {
    int checked = 0;
    for (const auto& claim : claims()) {
        if (claim.comparable != "exact") {
            continue;
        }
        ++checked;
        // A total dated to a month or year was true on some day of it.
        const auto when = parse_date_interval(claim.date);
        bool met = false;
        for (Date day = when.begin; day < std::min(when.end, catalog().as_of().plus_days(1));
             day = day.plus_days(1)) {
            const auto own = totals(claim.provider, day.iso());
            met = met || ((!claim.regions || own.regions.mid == *claim.regions) &&
                          (!claim.zones || own.zones.mid == *claim.zones));
        }
        EXPECT_TRUE(met) << claim.provider << " " << claim.date;
    }
    EXPECT_GE(checked, 10);
}

TEST(PublishedTotals, DifferOnlyWhereTheTableExplainsWhy) {
    for (const auto& claim : claims()) {
        if (claim.comparable == "exact") {
            continue;
        }
        EXPECT_GT(claim.explanation.size(), 20U) << claim.provider << " " << claim.date;
        const auto own = totals(claim.provider, claim.date);
        const bool equal = (!claim.regions || own.regions.mid == *claim.regions) &&
                           (!claim.zones || own.zones.mid == *claim.zones);
        EXPECT_FALSE(equal) << claim.provider << " " << claim.date
                            << ": equal by now; the table may say exact";
    }
}

TEST(PublishedTotals, HuaweiAndAlibabaOf2021AndHuaweiOf2025AreKnownDifferences) {
    std::map<std::string, Claim> by_key;
    for (const auto& claim : claims()) {
        by_key[claim.provider + claim.date] = claim;
    }
    const auto& alibaba = by_key["alibaba2021-06"];
    EXPECT_EQ(alibaba.comparable, "explained");
    EXPECT_EQ(alibaba.regions, 24);
    EXPECT_EQ(alibaba.zones, 75);
    const auto own = totals("alibaba", "2021-06");
    EXPECT_NEAR(own.regions.mid, 24, 1);
    EXPECT_LE(own.regions.low, 24);
    EXPECT_GE(own.regions.high, 24);
    EXPECT_NEAR(own.zones.mid, 81, 1) << "six too high: counts known since 2024 are carried back";

    const auto& huawei = by_key["huawei2025-10"];
    EXPECT_EQ(huawei.comparable, "explained");
    EXPECT_EQ(huawei.regions, 34);
    EXPECT_EQ(huawei.zones, 101);
    EXPECT_LT(totals("huawei", "2025-10").zones.mid, 101) << "ten regions have no zone count";
    EXPECT_GT(totals("huawei", "2025-10").regions_without_zone_count, 0);
}

// TeleGeography's launches per year; 2019's 41 is out of reach under any definition tried.
TEST(LaunchesPerYear, AreWithinTwoOfThePublishedCounts) {
    const std::map<int, std::pair<std::vector<int>, int>> expected{{2020, {{25}, 27}},
                                                                   {2021, {{27}, 27}},
                                                                   {2022, {{24}, 24}},
                                                                   {2023, {{26, 23}, 23}},
                                                                   {2024, {{13}, 12}}};
    const char* const providers[] = {"aws", "azure",   "google", "oracle",
                                     "ibm", "alibaba", "huawei", "tencent"};
    std::map<int, int> launches;
    for (const auto& event : timeline().events()) {
        const auto& row = catalog().region(event.region);
        const std::string& provider = catalog().provider(row.provider).id;
        const bool counts = std::find(std::begin(providers), std::end(providers), provider) !=
                                std::end(providers) &&
                            row.region_class != RegionClass::dedicated &&
                            event.kind == EventKind::opened && event.provenance == Provenance::fact;
        launches[event.date.year()] += counts ? 1 : 0;
    }
    for (const auto& [year, counts] : expected) {
        EXPECT_EQ(launches[year], counts.second) << year;
        for (const int published : counts.first) {
            const bool near = std::abs(launches[year] - published) <= 2;
            const bool other = counts.first.size() > 1;
            EXPECT_TRUE(near || other) << year;
        }
    }
    EXPECT_LT(launches[2019], 39) << "2019 is out of reach; see datasets/launches_per_year.csv";
}

TEST(LaunchesPerYear, TheTableSaysOurOwnCounts) {
    CsvReader rows(kDatasets + "/launches_per_year.csv");
    int checked = 0;
    while (rows.next()) {
        const std::string note(rows.field(rows.column("note")));
        const auto at = note.find("own count ");
        ASSERT_NE(at, std::string::npos) << note;
        ++checked;
    }
    EXPECT_EQ(checked, 7);
}

TEST(ImpairedRegions, AreAwsInBahrainAndTheUaeSinceMarch2026) {
    for (const char* id : {"aws:me-south-1", "aws:me-central-1"}) {
        EXPECT_EQ(region(id, "2026-02-28").state, RegionState::open) << id;
        EXPECT_EQ(region(id, "2026-03-01").state, RegionState::impaired) << id;
        EXPECT_TRUE(region(id, "2026-03-01").is_open()) << "still counted";
        EXPECT_EQ(region(id, "2026-11-22").state, RegionState::impaired) << id;
        EXPECT_EQ(region(id, "2026-11-22").since, Date::from_ymd(2026, 3, 1)) << id;
    }
}

TEST(ClosedRegions, AreAlibabaInMumbaiAndSydneySince2024) {
    EXPECT_TRUE(region("alibaba:ap-south-1", "2024-07-14").is_open());
    EXPECT_EQ(region("alibaba:ap-south-1", "2024-07-15").state, RegionState::closed);
    EXPECT_TRUE(region("alibaba:ap-southeast-2", "2024-09-29").is_open());
    EXPECT_EQ(region("alibaba:ap-southeast-2", "2024-09-30").state, RegionState::closed);
}

TEST(AnnouncedRegions, AreNotOpenAtTheCatalogsDate) {
    for (const char* id : {"alibaba:planned-nl", "tencent:planned-osaka", "aws:sa-west-1"}) {
        EXPECT_EQ(region(id, catalog().as_of().iso()).state, RegionState::announced) << id;
    }
    // Promised for 2026-12: open then, marked as a promise.
    const auto chile = region("aws:sa-west-1", "2027-01-15");
    EXPECT_EQ(chile.state, RegionState::open);
    EXPECT_EQ(chile.provenance, Provenance::announced);
}

TEST(AnnouncedRegions, TencentSaudiArabiaWasAnnouncedAndThenOpened) {
    const auto& regions = catalog().regions();
    const auto tencent = catalog().require_provider("tencent");
    const auto found = std::find_if(regions.begin(), regions.end(), [&](const geo::Region& r) {
        return r.provider == tencent && r.country == "SA";
    });
    ASSERT_NE(found, regions.end());
    const auto index = static_cast<RegionIndex>(found - regions.begin());
    std::vector<EventKind> kinds;
    for (const auto event : timeline().events_of(index)) {
        kinds.push_back(timeline().events()[event].kind);
    }
    ASSERT_GE(kinds.size(), 2U);
    EXPECT_EQ(kinds[0], EventKind::announced);
    EXPECT_EQ(kinds[1], EventKind::opened);
    EXPECT_TRUE(timeline().region_at(index, catalog().as_of()).is_open());
}

TEST(UndatedRegions, AppearMarkedAndNeverBeforeSomebodySawThem) {
    int undated = 0;
    for (RegionIndex i = 0; i < catalog().regions().size(); ++i) {
        const auto& row = catalog().region(i);
        if (row.opened || row.status != geo::RegionStatus::open) {
            continue;
        }
        ++undated;
        Date seen = std::min(row.as_of.last_day(), catalog().as_of());
        for (const auto& event : catalog().events()) {
            if (event.region == i && event.date && event.kind == EventKind::zones) {
                seen = std::min(seen, event.date->last_day());
            }
        }
        const auto* opening = timeline().opening_of(i);
        ASSERT_NE(opening, nullptr) << catalog().qualified_id(i);
        EXPECT_EQ(opening->provenance, Provenance::undated) << catalog().qualified_id(i);
        EXPECT_LE(opening->date, seen) << catalog().qualified_id(i);
        const auto before = timeline().region_at(i, opening->date.plus_days(-1));
        const auto after = timeline().region_at(i, opening->date);
        EXPECT_FALSE(before.is_open()) << catalog().qualified_id(i);
        EXPECT_TRUE(after.is_open()) << catalog().qualified_id(i);
        EXPECT_TRUE(after.date_uncertain) << catalog().qualified_id(i);
    }
    EXPECT_GT(undated, 10);
}

TEST(TheTimeline, BeginsWithAwsIn2006AndSpansAllProviders) {
    EXPECT_EQ(timeline().first_date().year(), 2006);
    const auto first =
        std::find_if(timeline().events().begin(), timeline().events().end(),
                     [](const Event& event) { return event.kind == EventKind::opened; });
    EXPECT_EQ(catalog().qualified_id(first->region), "aws:us-east-1");
    EXPECT_EQ(catalog().providers().size(), 11U);
}

}  // namespace
}  // namespace footprint::sim
