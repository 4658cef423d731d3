#include "sim/coverage/coverage.h"

#include <gtest/gtest.h>

#include <GeographicLib/Geodesic.hpp>
#include <algorithm>
#include <array>
#include <numeric>

#include "base/parallel.h"
#include "sim/coverage/comparison.h"
#include "sim/coverage/difference.h"
#include "sim/coverage/engine.h"
#include "sim/latency/backbone_model.h"

namespace footprint::sim {
namespace {

const std::filesystem::path kDatasets = std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets";

// The shipped facts, read once.
struct Facts {
    geo::Catalog catalog = geo::load_catalog_or_throw({kDatasets, {}});
    Timeline timeline = Timeline::from_catalog(catalog);
    geo::Atlas atlas = geo::Atlas::load(kDatasets);
    geo::DemandPoints points = geo::DemandPoints::load(kDatasets, atlas);
    std::unique_ptr<LatencyModel> model = make_distance_model();

    CoverageOptions options() const {
        CoverageOptions o;
        o.scope = RegionScope::published(catalog);
        return o;
    }
    CoverageEngine engine() const { return engine(options()); }
    CoverageEngine engine(const CoverageOptions& o) const {
        return {timeline, atlas, points, *model, o};
    }
    ProviderIndex provider(const char* name) const { return catalog.require_provider(name); }
    geo::Atlas::Area area(const char* name) const { return atlas.find_area(name).value(); }
};

const Facts& facts() {
    static const Facts instance;
    return instance;
}

const Date kAutumn = Date::from_ymd(2025, 9, 30);
const Date kSummer2026 = Date::from_ymd(2026, 6, 30);

std::vector<RegionIndex> serving(const char* provider, Date date, const CoverageOptions& options) {
    Audiences audiences(facts().atlas.countries().size());
    std::vector<RegionIndex> regions;
    for (const auto& n :
         serving_nodes(facts().timeline, date, std::array{facts().provider(provider)}, options,
                       *facts().model, facts().atlas, audiences)) {
        regions.push_back(n.node.region);
    }
    return regions;
}

bool has(const std::vector<RegionIndex>& regions, const char* id) {
    const auto region = facts().catalog.find_region(id);
    return region && std::find(regions.begin(), regions.end(), *region) != regions.end();
}

TEST(Coverage, AgreesWithGeographicLibOverARowOfRegionsOnASampleOfPeople) {
    auto engine = facts().engine();
    const auto& points = facts().points;
    std::vector<std::uint32_t> sample;
    for (std::uint32_t p = 0; p < points.size(); p += 97) {
        sample.push_back(p);
    }
    const auto china = facts().atlas.find_country("CN").value();
    for (const char* name : {"aws", "alibaba", "ovh"}) {
        const std::array provider{facts().provider(name)};
        const auto weights = engine.weights(kAutumn);
        const auto got = summarize("sample", sample, weights,
                                   engine.field(provider, kAutumn).rtt_ms(), kDefaultThresholds_ms);
        // From the rows themselves: open, of a class that serves everyone, or China's in China.
        std::vector<double> within(kDefaultThresholds_ms.size(), 0);
        for (const auto p : sample) {
            double nearest_m = 1e9;
            for (const auto& at : facts().timeline.at(kAutumn).regions) {
                const auto& r = facts().catalog.region(at.region);
                const bool everyone = r.region_class == geo::RegionClass::public_ ||
                                      r.region_class == geo::RegionClass::local ||
                                      r.region_class == geo::RegionClass::partner;
                const bool mainland =
                    r.region_class == geo::RegionClass::china && points.country[p] == china;
                if (r.provider != provider[0] || at.state != RegionState::open ||
                    !(everyone || mainland)) {
                    continue;
                }
                double distance_m = 0;
                GeographicLib::Geodesic::WGS84().Inverse(points.position[p].lat,
                                                         points.position[p].lon, r.position.lat,
                                                         r.position.lon, distance_m);
                nearest_m = std::min(nearest_m, distance_m);
            }
            const double rtt_ms = 7.8 + 2 * nearest_m / 1000 * 2 * 1.468 / 299.792458;
            for (std::size_t t = 0; t < within.size(); ++t) {
                within[t] += rtt_ms <= kDefaultThresholds_ms[t] ? weights[p] : 0;
            }
        }
        for (std::size_t t = 0; t < within.size(); ++t) {
            EXPECT_NEAR(got.people_within[t], within[t], 1e-6 * got.people) << name << " " << t;
        }
        EXPECT_GT(within[1], 0) << name;
    }
}

TEST(Coverage, NeverFallsWhenARegionIsAddedOrTheThresholdGrows) {
    const auto& f = facts();
    Audiences audiences(f.atlas.countries().size());
    const PlaceSet places(f.points.position, f.points.country);
    const std::array provider{f.provider("google")};
    auto nodes =
        serving_nodes(f.timeline, kAutumn, provider, f.options(), *f.model, f.atlas, audiences);
    const auto weights = f.points.weights(f.atlas.series(), 2025, geo::PeopleWeight::people);
    LatencyField field(places, audiences);
    std::vector<double> before(kDefaultThresholds_ms.size(), 0);
    for (std::size_t count = 1; count <= nodes.size(); count += 5) {
        field.set_nodes(std::span(nodes).first(count));
        const auto now =
            summarize(f.area("world"), f.points, weights, field.rtt_ms(), kDefaultThresholds_ms);
        for (std::size_t t = 0; t < before.size(); ++t) {
            EXPECT_GE(now.people_within[t], before[t]);
            EXPECT_GE(now.people_within[t], t == 0 ? 0 : now.people_within[t - 1]);
        }
        EXPECT_LE(now.people_within.back(), now.people);
        before = now.people_within;
    }
}

TEST(Coverage, OfAllProvidersTogetherIsAtLeastThatOfEach) {
    auto engine = facts().engine();
    const std::array areas{facts().area("world"), facts().area("Africa")};
    const std::array both{facts().provider("aws"), facts().provider("alibaba")};
    const std::array reversed{both[1], both[0], both[1]};
    const auto together = engine.coverage(areas, both, kAutumn);
    for (const auto one : both) {
        const auto alone = engine.coverage(areas, std::array{one}, kAutumn);
        for (std::size_t a = 0; a < areas.size(); ++a) {
            for (std::size_t t = 0; t < kDefaultThresholds_ms.size(); ++t) {
                EXPECT_GE(together[a].people_within[t], alone[a].people_within[t]);
            }
            EXPECT_LE(together[a].median_rtt_ms.value(), alone[a].median_rtt_ms.value());
        }
    }
    const auto again = engine.coverage(areas, reversed, kAutumn);
    EXPECT_EQ(again[0].people_within, together[0].people_within);
}

TEST(Coverage, GapsAddUpToThePeopleAndMirrorEachOther) {
    auto engine = facts().engine();
    const std::array areas{facts().area("south-east-asia")};
    const std::array a{facts().provider("alibaba")};
    const std::array b{facts().provider("aws")};
    const double people = engine.coverage(areas, a, kAutumn)[0].people;
    const auto gap = engine.gaps(areas, a, b, kAutumn, 20)[0];
    const auto mirror = engine.gaps(areas, b, a, kAutumn, 20)[0];
    EXPECT_NEAR(gap.only_a + gap.only_b + gap.both + gap.neither, people, 1e-6 * people);
    EXPECT_EQ(gap.only_a, mirror.only_b);
    EXPECT_EQ(gap.only_b, mirror.only_a);
    EXPECT_EQ(gap.both, mirror.both);
    EXPECT_NEAR(gap.only_a + gap.both, engine.coverage(areas, a, kAutumn)[0].people_within[1],
                1e-6 * people);
    EXPECT_GT(gap.only_a, 0);
    const auto none = engine.gaps(areas, a, a, kAutumn, 20)[0];
    EXPECT_EQ(none.only_a, 0);
    EXPECT_EQ(none.only_b, 0);
}

TEST(Coverage, CountriesAddUpToTheirContinentAndContinentsToTheWorld) {
    auto engine = facts().engine();
    const std::array provider{facts().provider("azure")};
    const auto& atlas = facts().atlas;
    std::vector<geo::Atlas::Area> countries;
    for (std::size_t c = 0; c < atlas.countries().size(); ++c) {
        countries.push_back(
            {atlas.countries()[c].name, {static_cast<geo::CountryIndex>(c)}, false});
    }
    double sum = 0;
    double within = 0;
    for (const auto& country : engine.coverage(countries, provider, kAutumn)) {
        sum += country.people;
        within += country.people_within[2];
    }
    const auto world = engine.coverage(std::array{facts().area("world")}, provider, kAutumn)[0];
    EXPECT_NEAR(sum, world.people, 1e-9 * sum);
    EXPECT_NEAR(within, world.people_within[2], 1e-9 * sum);
}

TEST(Coverage, ASeriesByStepsEqualsEachDateAlone) {
    auto engine = facts().engine();
    const std::array areas{facts().area("world")};
    const std::array provider{facts().provider("tencent")};
    for (const int year : {2014, 2018, 2021, 2019, 2026}) {  // back and forth
        const Date date = Date::from_ymd(year, 7, 1);
        auto fresh = facts().engine();
        const auto stepped = engine.coverage(areas, provider, date)[0];
        const auto alone = fresh.coverage(areas, provider, date)[0];
        EXPECT_EQ(stepped.people_within, alone.people_within) << year;
        EXPECT_EQ(stepped.median_rtt_ms, alone.median_rtt_ms) << year;
    }
}

std::unique_ptr<LatencyModel> along_cables() {
    static const auto backbone =
        std::make_shared<const Backbone>(Backbone::load(kDatasets, facts().atlas));
    auto parameters = BackboneParameters::load(kDatasets / "latency" / "backbone_parameters.json");
    parameters.fixed_access_ms = 0;
    return with_clients(
        make_backbone_model(backbone, parameters),
        ClientAccess::load(kDatasets / "latency" / "clients.csv", facts().atlas, ClientKind::fixed),
        facts().atlas);
}

// As cables and regions come and go, forth and back: fields, ways and counts that begin with what
// was there say to the bit what those say that begin anew.
TEST(Coverage, ASeriesAlongTheCablesEqualsEachDateAlone) {
    const auto model = along_cables();
    const auto options = facts().options();
    CoverageEngine engine(facts().timeline, facts().atlas, facts().points, *model, options);
    const std::array areas{facts().area("world"), facts().area("ID")};
    const std::vector<ProviderIndex> providers{facts().provider("alibaba"), facts().provider("aws"),
                                               facts().provider("ovh")};
    std::vector<Date> dates;
    for (int month = 0; month < 12 * 12; month += 7) {
        dates.push_back(Date::from_ymd(2014, 1, 31).plus_months(month));
    }
    dates.insert(dates.end(), {Date::from_ymd(2025, 9, 7), Date::from_ymd(2024, 2, 28),
                               Date::from_ymd(2024, 4, 1), Date::from_ymd(2016, 1, 1)});
    for (std::size_t i = 0; i < dates.size(); ++i) {
        const auto stepped = engine.coverage_of_each(areas, providers, dates[i]);
        if (i % 6 != 5 && i + 4 < dates.size()) {
            continue;
        }
        const auto anew = along_cables();
        CoverageEngine fresh(facts().timeline, facts().atlas, facts().points, *anew, options);
        const auto alone = fresh.coverage_of_each(areas, providers, dates[i]);
        for (std::size_t p = 0; p < providers.size(); ++p) {
            SCOPED_TRACE(dates[i].iso() + " " + facts().catalog.provider(providers[p]).id);
            for (std::size_t a = 0; a < areas.size(); ++a) {
                EXPECT_EQ(stepped[p][a].people_within, alone[p][a].people_within);
                EXPECT_EQ(stepped[p][a].median_rtt_ms, alone[p][a].median_rtt_ms);
                EXPECT_EQ(stepped[p][a].p90_rtt_ms, alone[p][a].p90_rtt_ms);
            }
            const Serving serving{{providers[p]}};
            const auto& one = engine.field(serving, dates[i]);
            const auto& other = fresh.field(serving, dates[i]);
            EXPECT_TRUE(std::ranges::equal(one.nodes(), other.nodes()));
            EXPECT_TRUE(std::ranges::equal(one.rtt_ms(), other.rtt_ms()));
        }
    }
}

// Thresholds of coverage() and others; places counted one by one are the truth.
TEST(Coverage, ReachesAtOneThresholdWhoItCountsAtMany) {
    const auto model = along_cables();
    const std::vector<ProviderIndex> who{facts().provider("aws"), facts().provider("alibaba")};
    for (const LatencyModel* of : {model.get(), facts().model.get()}) {
        CoverageEngine engine(facts().timeline, facts().atlas, facts().points, *of,
                              facts().options());
        for (const Date date : {Date::from_ymd(2012, 3, 1), kAutumn, Date::from_ymd(2019, 6, 1)}) {
            const auto rtt_ms = engine.field(who, date).rtt_ms();
            const auto weights = engine.weights(date);
            for (const double limit_ms : {20.0, 50.0, 77.5, 400.0}) {
                double within = 0;
                double people = 0;
                for (std::size_t p = 0; p < weights.size(); ++p) {
                    const double rtt = double{rtt_ms[p]};
                    const double share =
                        of->clients() != nullptr
                            ? of->clients()->share_within(facts().points.country[p], rtt, limit_ms)
                        : rtt <= limit_ms ? 1.0
                                          : 0.0;
                    within += weights[p] * share;
                    people += weights[p];
                }
                const auto reached = engine.reached(who, date, limit_ms);
                EXPECT_NEAR(reached.people, people, 1e-6 * people);
                EXPECT_NEAR(reached.within, within, 1e-4 * people) << limit_ms;
            }
        }
    }
}

TEST(Coverage, IsTheSameOnAnyNumberOfThreads) {
    const auto run = [](int threads) {
        const ThreadLimit limit(threads);
        auto engine = facts().engine();
        const std::array areas{facts().area("world"), facts().area("Asia"), facts().area("EU")};
        return engine.coverage(areas, std::array{facts().provider("oracle")}, kAutumn);
    };
    const auto one = run(1);
    const auto many = run(6);
    for (std::size_t a = 0; a < one.size(); ++a) {
        EXPECT_EQ(one[a].people, many[a].people);
        EXPECT_EQ(one[a].people_within, many[a].people_within);
        EXPECT_EQ(one[a].p90_rtt_ms, many[a].p90_rtt_ms);
    }
}

TEST(ServingNodes, LeaveOutImpairedClosedAndOtherPeoplesRegions) {
    const auto options = facts().options();
    EXPECT_TRUE(has(serving("aws", Date::from_ymd(2026, 1, 31), options), "aws:me-south-1"));
    EXPECT_FALSE(has(serving("aws", kSummer2026, options), "aws:me-south-1"));
    EXPECT_TRUE(has(serving("alibaba", Date::from_ymd(2023, 6, 1), options), "alibaba:ap-south-1"));
    EXPECT_FALSE(has(serving("alibaba", kAutumn, options), "alibaba:ap-south-1"));
    EXPECT_FALSE(has(serving("aws", kAutumn, options), "aws:us-gov-west-1"));
    EXPECT_TRUE(has(serving("aws", kAutumn, options), "aws:cn-north-1"));
    auto with = options;
    with.scope.include(geo::RegionClass::gov);
    EXPECT_TRUE(has(serving("aws", kAutumn, with), "aws:us-gov-west-1"));
    auto without = options;
    without.scope.exclude(geo::RegionClass::china);
    EXPECT_FALSE(has(serving("aws", kAutumn, without), "aws:cn-north-1"));
}

TEST(ServingNodes, ChinaRegionsServeTheMainlandAlone) {
    auto options = facts().options();
    options.scope.serves_everyone = {};  // nobody but China's own is left
    auto engine = facts().engine(options);
    const std::array areas{facts().area("CN"), facts().area("HK"), facts().area("MN")};
    const auto reached = engine.coverage(areas, std::array{facts().provider("aws")}, kAutumn);
    EXPECT_GT(reached[0].people_within.back(), 0.99 * reached[0].people);
    EXPECT_EQ(reached[1].people_within.back(), 0);
    EXPECT_EQ(reached[2].people_within.back(), 0);
    EXPECT_FALSE(reached[1].median_rtt_ms.has_value());
}

TEST(ServingNodes, KeepToTheirCountryOrContinentWhenAsked) {
    auto options = facts().options();
    options.serve = ServeRule::same_country;
    auto country = facts().engine(options);
    options.serve = ServeRule::same_continent;
    auto continent = facts().engine(options);
    const std::array areas{facts().area("FR"), facts().area("PT"), facts().area("MA")};
    const std::array aws{facts().provider("aws")};
    const auto in_country = country.coverage(areas, aws, kAutumn);
    EXPECT_GT(in_country[0].people_within.back(), 0);  // Paris
    EXPECT_EQ(in_country[1].people_within.back(), 0);  // no region in Portugal
    const auto in_continent = continent.coverage(areas, aws, kAutumn);
    EXPECT_GT(in_continent[1].people_within.back(), 0);
    // Morocco is reached from Cape Town, not from Spain.
    EXPECT_GT(in_continent[2].median_rtt_ms.value(), 100);
}

TEST(Summarize, CountsThresholdsInclusivelyAndKnowsWhoHasNoPath) {
    const float none = std::numeric_limits<float>::infinity();
    const std::vector<float> rtt_ms{20, 20.001F, 5, none, none};
    const std::vector<double> weights{1, 2, 4, 8, 16};
    std::vector<std::uint32_t> points(5);
    std::iota(points.begin(), points.end(), 0U);
    const std::vector<double> thresholds{5, 20, 21};
    const auto all = summarize("", points, weights, rtt_ms, thresholds);
    EXPECT_EQ(all.people, 31);
    EXPECT_EQ(all.people_within, (std::vector<double>{4, 5, 7}));
    EXPECT_FALSE(all.median_rtt_ms.has_value());
    const auto some = summarize("", std::span(points).first(3), weights, rtt_ms, thresholds);
    EXPECT_EQ(some.median_rtt_ms, 5);  // 4 of 7
    EXPECT_FLOAT_EQ(static_cast<float>(some.p90_rtt_ms.value()), 20.001F);
    const auto nobody = summarize("", {}, weights, rtt_ms, thresholds);
    EXPECT_EQ(nobody.people, 0);
    EXPECT_FALSE(nobody.median_rtt_ms.has_value());
}

TEST(Summarize, FindsQuantilesAsASortWould) {
    std::uint64_t state = 9;
    const auto random = [&state] {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<double>(state >> 11) * 0x1p-53;
    };
    for (int round = 0; round < 20; ++round) {
        std::vector<float> rtt_ms;
        std::vector<double> weights;
        std::vector<std::uint32_t> points;
        for (std::uint32_t i = 0; i < 500; ++i) {
            rtt_ms.push_back(static_cast<float>(random() * (round % 2 == 0 ? 300 : 0.01)));
            weights.push_back(i % 7 == 0 ? 0 : random());
            points.push_back(i);
        }
        const auto got = summarize("", points, weights, rtt_ms, {});
        auto order = points;
        std::sort(order.begin(), order.end(),
                  [&](auto a, auto b) { return rtt_ms[a] < rtt_ms[b]; });
        const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
        double sum = 0;
        float median = -1;
        float p90 = -1;
        for (const auto i : order) {
            sum += weights[i];
            median = median < 0 && sum >= 0.5 * total ? rtt_ms[i] : median;
            p90 = p90 < 0 && sum >= 0.9 * total ? rtt_ms[i] : p90;
        }
        EXPECT_EQ(static_cast<float>(got.median_rtt_ms.value()), median);
        EXPECT_EQ(static_cast<float>(got.p90_rtt_ms.value()), p90);
    }
}

TEST(CompensatedSum, KeepsSmallTermsAmongLargeOnes) {
    CompensatedSum sum;
    for (const double value : {1.0, 1e100, 1.0, -1e100}) {
        sum.add(value);
    }
    EXPECT_EQ(sum.value(), 2);
}

TEST(Comparison, CountsPresenceInTheAreaOnly) {
    auto engine = facts().engine();
    ComparisonQuestion question;
    question.providers = {facts().provider("alibaba"), facts().provider("aws")};
    question.dates = {kAutumn};
    question.areas = {facts().area("world"), facts().area("Singapore")};
    const auto answer = compare(engine, question);
    const auto& world = answer[0].areas[0].providers[1];
    const auto& singapore = answer[0].areas[1].providers[1];
    const auto all =
        facts().timeline.totals(kAutumn, question.providers[1], engine.options().scope);
    EXPECT_EQ(world.presence.regions, all.regions);
    EXPECT_EQ(world.presence.countries, all.countries);
    EXPECT_EQ(singapore.presence.regions.mid, 1);
    EXPECT_EQ(singapore.presence.countries, 1);
    EXPECT_EQ(answer[0].areas[0].gaps.size(), kDefaultThresholds_ms.size());
}

TEST(Difference, FindsWhatOpenedWasImpairedAndClosed) {
    auto engine = facts().engine();
    const auto kinds = [&](const char* provider, const char* region, Date from, Date to) {
        std::vector<ChangeKind> found;
        const auto d = difference(engine, std::array{facts().provider(provider)}, from, to,
                                  facts().area("world"));
        for (const auto& change : d.changes) {
            if (change.region == facts().catalog.find_region(region)) {
                found.push_back(change.kind);
            }
        }
        return found;
    };
    using Kinds = std::vector<ChangeKind>;
    EXPECT_EQ(kinds("aws", "aws:ap-east-2", Date::from_ymd(2025, 1, 1), kAutumn),
              Kinds{ChangeKind::opened});
    EXPECT_EQ(kinds("aws", "aws:me-south-1", Date::from_ymd(2026, 1, 1), kSummer2026),
              Kinds{ChangeKind::impaired});
    EXPECT_EQ(kinds("alibaba", "alibaba:ap-south-1", Date::from_ymd(2024, 1, 1), kAutumn),
              Kinds{ChangeKind::closed});
    EXPECT_EQ(kinds("aws", "aws:ap-east-2", kAutumn, kAutumn), Kinds{});
}

TEST(Difference, WithoutChangesNobodyIsGained) {
    auto engine = facts().engine();
    const auto d = difference(engine, std::array{facts().provider("ibm")}, kAutumn, kAutumn,
                              facts().area("world"));
    EXPECT_TRUE(d.changes.empty());
    EXPECT_EQ(d.providers[0].reach_before.people_within, d.providers[0].reach_after.people_within);
}

}  // namespace
}  // namespace footprint::sim
