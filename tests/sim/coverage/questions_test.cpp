// Equity, blocs, smallest sets and people by country: against definitions taken at their word.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "base/error.h"
#include "sim/coverage/blocs.h"
#include "sim/coverage/client_shares.h"
#include "sim/coverage/equity.h"
#include "sim/coverage/leaders.h"
#include "sim/coverage/people_by_rtt.h"
#include "sim/coverage/smallest_set.h"
#include "tests/support/scratch.h"

namespace footprint::sim {
namespace {

using Random = std::mt19937_64;
using testing::HasSubstr;

double uniform(Random& random, double low, double high) {
    return low + (high - low) * (static_cast<double>(random() >> 11) * 0x1p-53);
}

const std::filesystem::path kDatasets = std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets";

// --- leaders ---

TEST(Leaders, AreThoseWithinALevelOfTheLeast) {
    constexpr float kNever = std::numeric_limits<float>::infinity();
    const auto here = leaders(std::array{20.0F, 12.4F, kNever, 12.0F, 20.5F, 20.6F});
    EXPECT_THAT(here.first, testing::ElementsAre(1, 3));
    EXPECT_THAT(here.next, testing::ElementsAre(0, 4));
    EXPECT_EQ(here.first_ms, 12.0F);
    EXPECT_EQ(here.lead_ms(), 8);
    EXPECT_FALSE(here.is_alone());
    const auto alone = leaders(std::array{kNever, 7.0F});
    EXPECT_TRUE(alone.is_alone());
    EXPECT_FALSE(alone.has_next());
    EXPECT_THAT(leaders(std::array{kNever, kNever}).first, testing::IsEmpty());
    EXPECT_THAT(leaders({}).first, testing::IsEmpty());
    EXPECT_THAT(leaders(std::array{0.0F, 0.0F}).first, testing::ElementsAre(0, 1));
}

TEST(Leaders, AreTheSameInWhicheverOrderProvidersCome) {
    Random random(5);
    for (int round = 0; round < 200; ++round) {
        std::vector<float> rtt_ms(6);
        for (auto& ms : rtt_ms) {
            ms = static_cast<float>(uniform(random, 5, 8));
        }
        std::vector<std::size_t> order{0, 1, 2, 3, 4, 5};
        std::shuffle(order.begin(), order.end(), random);
        std::vector<float> shuffled;
        for (const auto i : order) {
            shuffled.push_back(rtt_ms[i]);
        }
        const auto plain = leaders(rtt_ms);
        const auto other = leaders(shuffled);
        const auto named = [&](const std::vector<std::size_t>& set) {
            std::vector<std::size_t> result;
            for (const auto i : set) {
                result.push_back(order[i]);
            }
            std::sort(result.begin(), result.end());
            return result;
        };
        EXPECT_EQ(named(other.first), plain.first);
        EXPECT_EQ(named(other.next), plain.next);
        EXPECT_EQ(other.first_ms, plain.first_ms);
        EXPECT_EQ(other.next_ms, plain.next_ms);
    }
}

// --- equity ---

TEST(Equity, GiniIsHalfTheMeanDifferenceOfTwoPeopleOverTheMean) {
    Random random(11);
    for (int round = 0; round < 20; ++round) {
        std::vector<double> weights;
        std::vector<float> rtt_ms;
        std::vector<std::uint32_t> points;
        for (std::uint32_t i = 0; i < 200; ++i) {
            weights.push_back(uniform(random, 0, 1000));
            rtt_ms.push_back(static_cast<float>(uniform(random, 5, 400)));
            points.push_back(i);
        }
        double people = 0, mean = 0, differences = 0;
        for (const auto p : points) {
            people += weights[p];
            mean += weights[p] * double{rtt_ms[p]};
            for (const auto q : points) {
                differences +=
                    weights[p] * weights[q] * std::abs(double{rtt_ms[p]} - double{rtt_ms[q]});
            }
        }
        mean /= people;
        const auto result = equity(points, weights, rtt_ms);
        EXPECT_NEAR(result.people, people, 1e-6);
        EXPECT_NEAR(result.mean_ms, mean, 1e-9 * mean);
        EXPECT_NEAR(result.gini, differences / (2 * people * people * mean), 1e-9);
    }
}

TEST(Equity, TenthsTakePartOfAPlaceWhereTheyEndInIt) {
    // 4 people at 10 ms, 5 at 20, 1.5 at 100, 0.5 without a path: a tenth of the 10.5 is 1.05.
    const std::vector<double> weights{4, 5, 1.5, 0.5};
    const std::vector<float> rtt_ms{10, 20, 100, INFINITY};
    const std::vector<std::uint32_t> points{0, 1, 2, 3};
    const auto result = equity(points, weights, rtt_ms);
    EXPECT_DOUBLE_EQ(result.people, 11);
    EXPECT_DOUBLE_EQ(result.unserved, 0.5);
    EXPECT_DOUBLE_EQ(result.worst_decile_ms, 100);
    EXPECT_DOUBLE_EQ(result.best_decile_ms, 10);
    EXPECT_DOUBLE_EQ(result.median_ms.value(), 20);
    EXPECT_DOUBLE_EQ(result.p90_ms.value(), 100);
    EXPECT_FALSE(result.p99_ms.has_value());
    const std::vector<double> fewer{4, 5, 0.5, 0};
    // A tenth of 9.5 is 0.95: half a person at 100 ms, the rest at 20.
    EXPECT_NEAR(equity(points, fewer, rtt_ms).worst_decile_ms, (0.5 * 100 + 0.45 * 20) / 0.95,
                1e-12);
}

TEST(Equity, OfEqualsIsNoughtAndOfNobodyNothing) {
    const std::vector<double> weights{3, 4};
    const std::vector<float> rtt_ms{30, 30};
    const std::vector<std::uint32_t> points{0, 1};
    EXPECT_NEAR(equity(points, weights, rtt_ms).gini, 0, 1e-12);
    EXPECT_EQ(equity({}, weights, rtt_ms).people, 0);
    EXPECT_FALSE(equity({}, weights, rtt_ms).median_ms.has_value());
}

// --- blocs ---

TEST(Blocs, OfTheFactsHaveTheirMembersOfTheDay) {
    const auto atlas = geo::Atlas::load_tables(kDatasets);
    const auto blocs = read_blocs(kDatasets / "blocs.csv", atlas);
    const auto eu = std::find_if(blocs.begin(), blocs.end(), [](auto& b) { return b.id == "eu"; });
    ASSERT_NE(eu, blocs.end());
    const auto gb = atlas.find_country("GB").value();
    EXPECT_TRUE(eu->has(gb, Date::from_ymd(2020, 1, 31)));
    EXPECT_FALSE(eu->has(gb, Date::from_ymd(2020, 2, 1)));
    EXPECT_EQ(eu->at(Date::from_ymd(2019, 6, 1)).size(), 28U);
    EXPECT_EQ(eu->at(Date::from_ymd(2026, 6, 1)).size(), 27U);
    // The atlas's own list of today, written down by others.
    EXPECT_EQ(eu->at(Date::from_ymd(2026, 6, 1)), atlas.find_area("eu")->countries);
    const auto gcc =
        std::find_if(blocs.begin(), blocs.end(), [](auto& b) { return b.id == "gcc"; });
    EXPECT_EQ(gcc->at(Date::from_ymd(2026, 6, 1)), atlas.find_area("gcc")->countries);
    const auto asean =
        std::find_if(blocs.begin(), blocs.end(), [](auto& b) { return b.id == "asean"; });
    EXPECT_EQ(asean->at(Date::from_ymd(2026, 6, 1)), atlas.find_area("asean")->countries);
}

std::string complaint_about(const std::string& text) {
    const test::Scratch scratch;
    const auto atlas = geo::Atlas::load_tables(kDatasets);
    const auto file = scratch.file("blocs.csv", text);
    try {
        read_blocs(file, atlas);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

TEST(Blocs, SayEveryFaultOfAUsersFile) {
    EXPECT_EQ(complaint_about("bloc,country\nmine,FR\nmine,Germany\n"), "");
    EXPECT_THAT(complaint_about("country\nFR\n"), HasSubstr("no column 'bloc'"));
    EXPECT_THAT(complaint_about("bloc,country\n"), HasSubstr("no blocs"));
    const auto two = complaint_about("bloc,country,since\nmine,Atlantis,\n,FR,\nmine,FR,soon\n");
    EXPECT_THAT(two, HasSubstr("blocs.csv:2"));
    EXPECT_THAT(two, HasSubstr("Atlantis"));
    EXPECT_THAT(two, HasSubstr("blocs.csv:3"));
    EXPECT_THAT(two, HasSubstr("blocs.csv:4"));
    EXPECT_THAT(complaint_about("bloc,country,since,until\nmine,FR,2020-01-01,2019-01-01\n"),
                HasSubstr("ends before it begins"));
}

// --- the smallest set ---

struct Instance {
    std::vector<double> now;
    std::vector<std::vector<SiteReach>> sites;

    double total(std::uint32_t chosen) const {
        auto best = now;
        for (std::size_t s = 0; s < sites.size(); ++s) {
            for (const auto& [place, people] : sites[s]) {
                best[place] = (chosen >> s & 1U) != 0 ? std::max(best[place], people) : best[place];
            }
        }
        return std::accumulate(best.begin(), best.end(), 0.0);
    }
};

Instance random_instance(std::uint64_t seed) {
    Random random(seed);
    Instance instance;
    for (int p = 0; p < 30; ++p) {
        instance.now.push_back(random() % 3 == 0 ? uniform(random, 0, 5) : 0);
    }
    for (int s = 0; s < 12; ++s) {
        auto& site = instance.sites.emplace_back();
        for (std::uint32_t p = 0; p < 30; ++p) {
            if (random() % 5 == 0) {
                site.push_back({p, uniform(random, 1, 10)});
            }
        }
    }
    return instance;
}

TEST(SmallestSet, IsTheSmallestOfAllSubsets) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const auto instance = random_instance(seed);
        Random random(seed + 1000);
        const double none = instance.total(0);
        const double all = instance.total(0xFFF);
        const double mark = none + uniform(random, -0.05, 1.05) * (all - none);
        std::size_t fewest = 13;
        for (std::uint32_t chosen = 0; chosen < 0x1000; ++chosen) {
            if (instance.total(chosen) > mark) {
                fewest = std::min<std::size_t>(
                    fewest, static_cast<std::size_t>(__builtin_popcount(chosen)));
            }
        }
        const auto found = smallest_set(instance.now, instance.sites, mark);
        EXPECT_EQ(found.reached, fewest < 13) << seed;
        if (!found.reached) {
            continue;
        }
        EXPECT_EQ(found.sites.size(), fewest) << seed;
        EXPECT_TRUE(found.is_proven()) << seed;
        std::uint32_t chosen = 0;
        for (const auto s : found.sites) {
            chosen |= 1U << s;
        }
        EXPECT_NEAR(found.people, instance.total(chosen), 1e-9);
        EXPECT_GT(found.people, mark);
    }
}

TEST(SmallestSet, SaysWhatIsProvenWhenItStops) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto instance = random_instance(seed);
        const double mark = 0.9 * instance.total(0xFFF);
        const auto exact = smallest_set(instance.now, instance.sites, mark);
        const auto hurried = smallest_set(instance.now, instance.sites, mark, 3);
        ASSERT_TRUE(hurried.reached);
        EXPECT_LE(hurried.at_least, exact.sites.size());
        EXPECT_GE(hurried.sites.size(), exact.sites.size());
        EXPECT_GT(hurried.people, mark);
    }
}

// --- people by country and RTT ---

struct Facts {
    geo::Atlas atlas = geo::Atlas::load_tables(kDatasets);
    geo::DemandPoints points = geo::DemandPoints::load(kDatasets, atlas);
    ClientAccess clients =
        ClientAccess::load(kDatasets / "latency" / "clients.csv", atlas, ClientKind::fixed);
};
const Facts& facts() {
    static const Facts instance;
    return instance;
}

TEST(CountryPeople, FactorsGiveTheWeightsOfEveryPlace) {
    const auto& [atlas, points, clients] = facts();
    for (const auto kind : {geo::PeopleWeight::people, geo::PeopleWeight::internet_users}) {
        const CountryPeople people(points, atlas, kind, nullptr);
        for (const auto date : {Date::from_ymd(2008, 3, 1), Date::from_ymd(2025, 7, 1)}) {
            const auto factors = people.factors(date);
            const auto weights = points.weights(atlas.series(), date.decimal_year(), kind);
            for (std::size_t p = 0; p < points.size(); p += 37) {
                const double rural = double{points.rural_2025[p]};
                const double urban = double{points.people_2025[p]} - rural;
                const auto& factor = factors[points.country[p]];
                EXPECT_NEAR(urban * factor.urban + rural * factor.rural, weights[p],
                            1e-6 * (1 + weights[p]));
            }
        }
    }
}

std::vector<std::uint32_t> points_of(const geo::Atlas::Area& area,
                                     const geo::DemandPoints& points) {
    std::vector<std::uint32_t> inside;
    for (std::uint32_t p = 0; p < points.size(); ++p) {
        if (area.is_world ||
            std::binary_search(area.countries.begin(), area.countries.end(), points.country[p])) {
            inside.push_back(p);
        }
    }
    return inside;
}

void expect_equal(const AreaCoverage& a, const AreaCoverage& b) {
    EXPECT_EQ(a.people, b.people);
    EXPECT_EQ(a.people_within, b.people_within);
    EXPECT_EQ(a.median_rtt_ms, b.median_rtt_ms);
    EXPECT_EQ(a.p90_rtt_ms, b.p90_rtt_ms);
}

// Of clients or of places: bins moved from date to date say what bins made anew say, to the bit,
// and what a sum over all places says.
void expect_people_by_rtt(const ClientAccess* clients, double precision_ms) {
    const auto& [atlas, points, unused] = facts();
    const CountryPeople people(points, atlas, geo::PeopleWeight::people, clients);
    Random random(3);
    std::vector<float> first, second;
    for (std::size_t p = 0; p < points.size(); ++p) {
        // Many places have the RTT of a threshold, of the first and of the last step.
        const double draw = uniform(random, 9, 300);
        first.push_back(static_cast<float>(random() % 50 == 0 ? 20 : draw));
        second.push_back(random() % 3 == 0    ? first.back()
                         : random() % 9 == 0  ? INFINITY
                         : random() % 40 == 0 ? static_cast<float>(uniform(random, 0, 2))
                         : random() % 40 == 0 ? static_cast<float>(uniform(random, 3900, 9000))
                                              : static_cast<float>(uniform(random, 9, 200)));
    }
    const std::vector<double> thresholds{10, 20, 20.0001, 20.1, 50, 100, 200, 5000};
    const RttSteps steps(thresholds);
    PeopleByRtt moved(people, steps);
    moved.update(first);
    moved.update(second);
    PeopleByRtt fresh(people, steps);
    fresh.update(second);
    const Date date = Date::from_ymd(2019, 5, 1);
    const auto factors = people.factors(date);
    const auto weights =
        points.weights(atlas.series(), date.decimal_year(), geo::PeopleWeight::people);
    for (const char* name : {"world", "europe", "south-east-asia", "JP"}) {
        SCOPED_TRACE(name);
        const auto area = atlas.find_area(name).value();
        const auto got = moved.coverage(area, factors);
        expect_equal(got, fresh.coverage(area, factors));
        const auto want = summarize(area.name, points_of(area, points),
                                    People{weights, points.country, clients}, second, thresholds);
        EXPECT_NEAR(got.people, want.people, 1e-6 * want.people);
        ASSERT_EQ(got.people_within.size(), thresholds.size());
        for (std::size_t t = 0; t < thresholds.size(); ++t) {
            EXPECT_NEAR(got.people_within[t], want.people_within[t], 1e-6 * want.people);
            if (clients != nullptr && area.is_world) {
                EXPECT_NEAR(moved.reached(thresholds[t], factors).within, want.people_within[t],
                            1e-6 * want.people);
            }
        }
        EXPECT_NEAR(got.median_rtt_ms.value(), want.median_rtt_ms.value(), precision_ms);
        ASSERT_EQ(got.p90_rtt_ms.has_value(), want.p90_rtt_ms.has_value());
    }
}

TEST(PeopleByRtt, OfClientsIsThatOfSharesOverPlacesHoweverItCameToBe) {
    expect_people_by_rtt(&facts().clients, 0.02);
}

TEST(PeopleByRtt, OfPlacesIsThatOfTheirSumHoweverItCameToBe) {
    expect_people_by_rtt(nullptr, 1e-3);
}

TEST(RttSteps, EndWithTheirThresholdsInclusively) {
    const std::vector<double> thresholds{0.1, 20, 20.0000001, 33.3, 100, 1e300};
    const RttSteps steps(thresholds);
    for (std::size_t t = 0; t < thresholds.size(); ++t) {
        const auto nearest = static_cast<float>(std::min(thresholds[t], 3e38));
        for (const float rtt_ms : {nearest, std::nextafter(nearest, 0.0F),
                                   std::nextafter(nearest, 3.4e38F), nearest / 2, 7.0F}) {
            EXPECT_EQ(steps.of(rtt_ms) < steps.end_of_threshold(t),
                      static_cast<double>(rtt_ms) <= thresholds[t])
                << rtt_ms << " " << thresholds[t];
        }
    }
    std::size_t before = 0;
    for (float rtt_ms = 0; rtt_ms < 5000; rtt_ms = std::nextafter(rtt_ms * 1.001F, 1e9F)) {
        EXPECT_GE(steps.of(rtt_ms), before);
        before = steps.of(rtt_ms);
        EXPECT_LT(before, steps.count());
    }
}

}  // namespace
}  // namespace footprint::sim
