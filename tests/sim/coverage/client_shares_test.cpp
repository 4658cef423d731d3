#include "sim/coverage/client_shares.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <numeric>
#include <random>

#include "sim/coverage/client_fit.h"
#include "sim/coverage/coverage.h"

namespace footprint::sim {
namespace {

using Random = std::mt19937_64;

double uniform(Random& random, double low, double high) {
    return low + (high - low) * (static_cast<double>(random() >> 11) * 0x1p-53);
}

struct Population {
    explicit Population(std::size_t count) {
        Random random(7);
        for (std::size_t i = 0; i < count; ++i) {
            countries.push_back(random() % 9 == 0 ? geo::kNoCountry
                                                  : static_cast<geo::CountryIndex>(random() % 4));
            weights.push_back(uniform(random, 0, 1e6));
            rtt_ms.push_back(random() % 20 == 0 ? INFINITY
                                                : static_cast<float>(uniform(random, 9, 320)));
        }
        points.resize(count);
        std::iota(points.begin(), points.end(), 0U);
    }
    ClientAccess access{ClientKind::fixed,
                        {{1, 8, 0.6, 0.01, 300}, {1.5, 15, 0.9, 0, 200}, {1, 4, 0.3, 0.1, 150}},
                        {1, 20, 0.5, 0.02, 400}};
    std::vector<geo::CountryIndex> countries;
    std::vector<double> weights;
    std::vector<float> rtt_ms;
    std::vector<std::uint32_t> points;

    // Point by point, straight from the lines.
    double within(double limit_ms) const {
        double sum = 0;
        for (const auto p : points) {
            if (std::isfinite(rtt_ms[p])) {
                const double access_ms =
                    limit_ms - double{rtt_ms[p]} + access.typical_ms(countries[p], 0);
                sum += weights[p] * access.line(countries[p]).share_within(access_ms);
            }
        }
        return sum;
    }
};

TEST(ClientShares, AreTheSumOverPlacesOfPeopleTimesShare) {
    const Population all(5000);
    const ClientShares shares(all.access, all.points, all.countries, all.weights, all.rtt_ms);
    const double people = std::accumulate(all.weights.begin(), all.weights.end(), 0.0);
    EXPECT_NEAR(shares.people(), people, 1e-6 * people);
    double before = 0;
    for (const double limit_ms :
         {5.0, 10.0, 19.9, 20.0, 50.0, 100.0, 100.1, 250.0, 400.0, 1000.0}) {
        EXPECT_NEAR(shares.within(limit_ms), all.within(limit_ms), 1e-5 * people) << limit_ms;
        EXPECT_GE(shares.within(limit_ms), before);
        before = shares.within(limit_ms);
    }
    for (const double share : {0.1, 0.5, 0.9}) {
        const auto rtt_ms = shares.quantile(share);
        ASSERT_TRUE(rtt_ms);
        EXPECT_NEAR(all.within(*rtt_ms), share * people, 1e-4 * people);
    }
    EXPECT_FALSE(shares.quantile(0.99));  // a twentieth has no path
}

TEST(ClientShares, OfNobodyAreNothing) {
    const Population all(10);
    const ClientShares none(all.access, {}, all.countries, all.weights, all.rtt_ms);
    EXPECT_EQ(none.people(), 0);
    EXPECT_EQ(none.within(100), 0);
    EXPECT_FALSE(none.quantile(0.5));
}

TEST(ClientShares, SummariesOfPartsAddUpToTheWhole) {
    const Population all(4000);
    const People people{all.weights, all.countries, &all.access};
    const std::vector<double> thresholds{20, 50, 100};
    const auto whole = summarize("all", all.points, people, all.rtt_ms, thresholds);
    std::vector<std::uint32_t> first(all.points.begin(), all.points.begin() + 1500);
    std::vector<std::uint32_t> rest(all.points.begin() + 1500, all.points.end());
    const auto a = summarize("a", first, people, all.rtt_ms, thresholds);
    const auto b = summarize("b", rest, people, all.rtt_ms, thresholds);
    for (std::size_t t = 0; t < thresholds.size(); ++t) {
        EXPECT_NEAR(a.people_within[t] + b.people_within[t], whole.people_within[t],
                    1e-9 * whole.people);
    }
}

TEST(ClientShares, GapsOfClientsAddUpAndTheNearerRegionWins) {
    const Population all(3000);
    std::vector<float> other = all.rtt_ms;
    Random random(8);
    for (auto& rtt_ms : other) {
        rtt_ms = static_cast<float>(uniform(random, 9, 320));
    }
    const People people{all.weights, all.countries, &all.access};
    const double total = std::accumulate(all.weights.begin(), all.weights.end(), 0.0);
    for (const double limit_ms : {20.0, 100.0}) {
        const auto both_ways = gap(all.points, people, all.rtt_ms, other, limit_ms);
        const auto mirrored = gap(all.points, people, other, all.rtt_ms, limit_ms);
        EXPECT_NEAR(both_ways.only_a + both_ways.only_b + both_ways.both + both_ways.neither, total,
                    1e-9 * total);
        EXPECT_DOUBLE_EQ(both_ways.only_a, mirrored.only_b);
        const auto a = summarize("", all.points, people, all.rtt_ms, std::vector{limit_ms});
        EXPECT_NEAR(both_ways.only_a + both_ways.both, a.people_within[0], 1e-6 * total);
        const auto same = gap(all.points, people, other, other, limit_ms);
        EXPECT_EQ(same.only_a + same.only_b, 0);
    }
}

// Countries on a line whose detours grow with longitude; their shares are made by the model itself.
TEST(ClientFit, FindsBackWhatTheSharesWereMadeOf) {
    const auto atlas =
        geo::Atlas::load_tables(std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets");
    const ClientLine access{1, 12, 0.6, 0.005, 300};
    std::vector<CountryPaths> paths(atlas.countries().size());
    std::vector<MeasuredShare> measured;
    Random random(9);
    std::vector<geo::CountryIndex> asia;
    for (std::size_t c = 0; c < atlas.countries().size() && asia.size() < 40; ++c) {
        if (atlas.countries()[c].continent == "Asia") {
            asia.push_back(static_cast<geo::CountryIndex>(c));
        }
    }
    const auto truth = [](std::size_t i) { return std::exp(0.02 * static_cast<double>(i)); };
    for (std::size_t i = 0; i < asia.size(); ++i) {
        auto& country = paths[asia[i]];
        country.centre = geo::unit_vector({static_cast<double>(i) * 3, 0});
        for (int k = 0; k < 20; ++k) {
            country.path_ms.push_back(uniform(random, 5, 70));
            country.share.push_back(0.05);
        }
        for (const double limit_ms : {20.0, 100.0, 250.0}) {
            double share = 0;
            for (std::size_t k = 0; k < 20; ++k) {
                share += 0.05 * access.share_within(limit_ms - truth(i) * country.path_ms[k]);
            }
            if (i != 17) {
                measured.push_back({asia[i], ClientKind::fixed, limit_ms, share});
            }
        }
    }
    const auto fit = fit_clients(ClientKind::fixed, atlas, paths, measured);
    EXPECT_LT(fit.mean_error(1), 0.03);
    EXPECT_GT(fit.agreement(1), 0.92);
    EXPECT_FALSE(fit.measured[asia[17]]);
    EXPECT_NEAR(std::log(fit.detour[asia[17]]), std::log(truth(17)), 0.15);
    EXPECT_EQ(fit.left_out.size(), asia.size() - 1);
}

}  // namespace
}  // namespace footprint::sim
