// Losing regions: against fields made anew without them and plain sums over places.
#include "sim/coverage/outage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "base/error.h"
#include "sim/coverage/engine.h"
#include "sim/latency/latency_model.h"

namespace footprint::sim {
namespace {

using Random = std::mt19937_64;

double uniform(Random& random, double low, double high) {
    return low + (high - low) * (static_cast<double>(random() >> 11) * 0x1p-53);
}

const std::vector<double> kThresholds_ms{10, 20, 50, 100};

// Places on four landmasses, the last of which only regions 0 and 1 serve; a region has one to
// three nodes.
struct World {
    explicit World(std::uint64_t seed) {
        Random random(seed);
        for (int i = 0; i < 3000; ++i) {
            positions.push_back({uniform(random, -180, 180), uniform(random, -60, 70)});
            countries.push_back(static_cast<geo::CountryIndex>(random() % 4));
            weights.push_back(uniform(random, 0, 1e6));
        }
        points.resize(positions.size());
        std::iota(points.begin(), points.end(), 0U);
        const std::array last{geo::CountryIndex{3}};
        const auto only_last = audiences.only(last);
        for (geo::RegionIndex region = 0; region < 9; ++region) {
            for (std::uint64_t n = 0; n <= random() % 3; ++n) {
                FieldNode node;
                node.node = {{uniform(random, -180, 180), uniform(random, -60, 70)},
                             uniform(random, 1, 30),
                             uniform(random, 0.01, 0.02),
                             region};
                node.audience = region < 2 ? only_last : audiences.everyone();
                nodes.push_back(node);
            }
        }
        // The others do not reach the last country.
        const std::array others{geo::CountryIndex{0}, geo::CountryIndex{1}, geo::CountryIndex{2}};
        const auto first_three = audiences.only(others);
        for (auto& node : nodes) {
            node.audience = node.node.region < 2 ? only_last : first_three;
        }
        places.emplace(positions, countries);
    }

    LatencyField field(std::set<geo::RegionIndex> lost, Keep keep = Keep::best) const {
        LatencyField result(*places, audiences, keep, clients ? &*clients : nullptr);
        std::vector<FieldNode> left;
        std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(left),
                     [&](const FieldNode& n) { return lost.count(n.node.region) == 0; });
        result.set_nodes(left);
        return result;
    }
    People people() const { return {weights, countries, clients ? &*clients : nullptr}; }

    double within(std::size_t p, float rtt_ms, double threshold_ms) const {
        return !clients ? (double{rtt_ms} <= threshold_ms ? 1.0 : 0.0)
                        : clients->share_within(countries[p], double{rtt_ms}, threshold_ms);
    }

    std::vector<geo::LonLat> positions;
    std::vector<geo::CountryIndex> countries;
    std::vector<double> weights;
    std::vector<std::uint32_t> points;
    Audiences audiences{4};
    std::vector<FieldNode> nodes;
    std::optional<PlaceSet> places;
    std::optional<ClientAccess> clients;
};

World with_clients(std::uint64_t seed) {
    World world(seed);
    world.clients.emplace(ClientKind::fixed,
                          std::vector<ClientLine>{{1, 8, 0.6, 0.01, 300}, {1.5, 15, 0.9, 0, 200}},
                          ClientLine{1, 20, 0.5, 0.02, 400});
    return world;
}

geo::RegionIndex region_at(const LatencyField& field, std::size_t p) {
    return field.node(p) == kNoNode ? kNoRegion : field.nodes()[field.node(p)].node.region;
}

void expect_near(double a, double b) {
    EXPECT_NEAR(a, b, 1e-9 * (1e9 + std::abs(a)));
}

void expect_shift(const World& world, const LatencyField& before, const LatencyField& after,
                  const Shift& shift) {
    double affected = 0, moved = 0, unserved = 0, person_ms = 0, most = 0;
    std::vector<double> within(kThresholds_ms.size(), 0);
    for (const auto p : world.points) {
        const float a = before.rtt_ms()[p];
        const float b = after.rtt_ms()[p];
        const double weight = world.weights[p];
        const bool moves = region_at(before, p) != region_at(after, p);
        affected += moves || a != b ? weight : 0;
        moved += moves ? weight : 0;
        unserved += std::isfinite(a) && !std::isfinite(b) ? weight : 0;
        if (std::isfinite(a) && std::isfinite(b)) {
            person_ms += weight * (double{b} - double{a});
            most = std::max(most, double{b} - double{a});
        }
        for (std::size_t t = 0; t < within.size(); ++t) {
            within[t] += weight * (world.within(p, b, kThresholds_ms[t]) -
                                   world.within(p, a, kThresholds_ms[t]));
        }
    }
    expect_near(shift.affected, affected);
    expect_near(shift.moved, moved);
    expect_near(shift.unserved, unserved);
    EXPECT_NEAR(shift.person_ms, person_ms, 1e-6 * (1 + std::abs(person_ms)));
    EXPECT_NEAR(shift.most_ms, most, 1e-6);
    for (std::size_t t = 0; t < within.size(); ++t) {
        expect_near(shift.within[t], within[t]);
    }
}

void every_loss_is_that_of_a_field_made_anew(const World& world) {
    const auto both = world.field({}, Keep::best_two);
    const auto before = world.field({});
    const auto losses = loss_of_each_region(world.points, world.people(), both, kThresholds_ms);
    ASSERT_EQ(losses.size(), 9U);
    for (const auto& loss : losses) {
        const auto after = world.field({loss.region});
        double served = 0;
        std::map<geo::RegionIndex, double> heirs;
        for (const auto p : world.points) {
            if (region_at(before, p) == loss.region) {
                served += world.weights[p];
                heirs[region_at(after, p)] += world.weights[p];
            }
        }
        expect_near(loss.served, served);
        expect_shift(world, before, after, loss.shift);
        heirs.erase(kNoRegion);
        const auto most = std::max_element(heirs.begin(), heirs.end(),
                                           [](auto& a, auto& b) { return a.second < b.second; });
        EXPECT_EQ(loss.heir, most == heirs.end() ? kNoRegion : most->first);
    }
}

TEST(Outage, LossOfEachRegionInOnePassIsThatOfFieldsMadeAnewWithoutIt) {
    every_loss_is_that_of_a_field_made_anew(World(1));
    every_loss_is_that_of_a_field_made_anew(World(2));
    every_loss_is_that_of_a_field_made_anew(with_clients(3));
}

TEST(Outage, OfSeveralRegionsIsThePlainSumOverPlaces) {
    for (const auto& world : {World(4), with_clients(5)}) {
        const auto before = world.field({});
        const auto after = world.field({0, 1, 5});  // nobody serves the last country then
        const auto result = outage(world.points, world.people(), before, after, kThresholds_ms);
        expect_near(result.people,
                    std::accumulate(world.weights.begin(), world.weights.end(), 0.0));
        EXPECT_GT(result.shift.unserved, 0);
        expect_shift(world, before, after, result.shift);

        double moved = 0;
        for (std::size_t m = 0; m < result.moves.size(); ++m) {
            const auto& move = result.moves[m];
            EXPECT_TRUE(move.from == 0 || move.from == 1 || move.from == 5);
            EXPECT_NE(move.to, move.from);
            EXPECT_TRUE(m == 0 || move.people <= result.moves[m - 1].people);
            moved += move.people;
        }
        expect_near(moved, result.shift.affected);
        double affected = 0;
        for (const auto& country : result.countries) {
            EXPECT_LE(country.shift.affected, country.people * (1 + 1e-12));
            affected += country.shift.affected;
        }
        expect_near(affected, result.shift.affected);
    }
}

TEST(Outage, BackwardsIsTheGainOfWhatWasLost) {
    const World world(6);
    const auto with = world.field({});
    const auto without = world.field({0, 1, 7});
    const auto loss = outage(world.points, world.people(), with, without, kThresholds_ms);
    const auto gain = outage(world.points, world.people(), without, with, kThresholds_ms);
    expect_near(loss.shift.affected, gain.shift.affected);
    expect_near(loss.shift.unserved, gain.shift.newly_served);
    EXPECT_NEAR(loss.shift.mean_ms(), -gain.shift.mean_ms(), 1e-9);
    EXPECT_EQ(loss.shift.most_ms, -gain.shift.most_ms);
    for (std::size_t t = 0; t < kThresholds_ms.size(); ++t) {
        expect_near(loss.shift.within[t], -gain.shift.within[t]);
        expect_near(loss.within_before[t] + loss.shift.within[t], gain.within_before[t]);
    }
}

TEST(Outage, OfNothingHurtsNobody) {
    const World world(7);
    const auto field = world.field({});
    const auto result = outage(world.points, world.people(), field, field, kThresholds_ms);
    EXPECT_EQ(result.shift.affected, 0);
    EXPECT_TRUE(result.moves.empty());
    EXPECT_TRUE(result.countries.empty());
}

TEST(Outage, NeedsTheSecondBestRegionForThatOfEach) {
    const World world(8);
    const auto field = world.field({});
    EXPECT_THROW(loss_of_each_region(world.points, world.people(), field, kThresholds_ms), Error);
}

// Over the shipped facts: one pass against engines that lose the region for real.
TEST(Outage, OfRealRegionsAgreesWithFieldsThatLackThem) {
    const std::filesystem::path datasets = std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets";
    const auto catalog = geo::load_catalog_or_throw({datasets, {}});
    const auto timeline = Timeline::from_catalog(catalog);
    const auto atlas = geo::Atlas::load_tables(datasets);
    const auto points = geo::DemandPoints::load(datasets, atlas);
    const auto model = make_distance_model();
    CoverageOptions options;
    options.scope = RegionScope::published(catalog);
    CoverageEngine engine(timeline, atlas, points, *model, options);
    const Date date = Date::from_ymd(2025, 9, 30);
    const auto world = atlas.find_area("world").value();
    const std::vector<ProviderIndex> alibaba{catalog.require_provider("alibaba")};
    const auto losses = loss_of_each_region(
        engine.points_of(world), engine.people(date),
        engine.field(Serving{alibaba, {}, Keep::best_two}, date), options.thresholds_ms);
    EXPECT_GT(losses.size(), 20U);
    for (std::size_t i = 0; i < losses.size(); i += 6) {
        const auto& loss = losses[i];
        const auto real = outage(
            engine.points_of(world), engine.people(date), engine.field(Serving{alibaba}, date),
            engine.field(Serving{alibaba, {loss.region}}, date), options.thresholds_ms);
        expect_near(loss.shift.affected, real.shift.affected);
        EXPECT_NEAR(loss.shift.mean_ms(), real.shift.mean_ms(), 1e-3);
        for (std::size_t t = 0; t < options.thresholds_ms.size(); ++t) {
            expect_near(loss.shift.within[t], real.shift.within[t]);
        }
    }
}

}  // namespace
}  // namespace footprint::sim
