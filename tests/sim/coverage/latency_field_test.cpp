#include "sim/coverage/latency_field.h"
#include "sim/coverage/place_distances.h"

#include <gtest/gtest.h>

#include <GeographicLib/Geodesic.hpp>
#include <algorithm>
#include <cmath>
#include <random>

#include "base/error.h"
#include "base/parallel.h"
#include "geo/sphere/geodesic.h"

namespace footprint::sim {
namespace {

constexpr std::size_t kCountries = 7;
using Random = std::mt19937_64;

double uniform(Random& random, double low, double high) {
    return low + (high - low) * (static_cast<double>(random() >> 11) * 0x1p-53);
}

geo::LonLat anywhere(Random& random) {
    const double z = uniform(random, -1, 1);
    return {uniform(random, -180, 180), std::asin(z) * 57.29577951308232};
}

// The places where searches on the globe go wrong, and random ones.
std::vector<geo::LonLat> awkward_places(Random& random, std::size_t random_count) {
    std::vector<geo::LonLat> places{{0, 90},      {0, -90},    {-180, 0},     {179.9999999, 0},
                                    {-180, 60},   {179, 89.9}, {-179, -89.9}, {0, 0},
                                    {-0.0, 1e-9}, {90, 0},     {-90, 0},      {12.5, -41.3}};
    for (std::size_t i = 0; i < random_count; ++i) {
        places.push_back(anywhere(random));
    }
    return places;
}

FieldNode node_at(geo::LonLat position, double offset_ms = 5, double ms_per_km = 0.02,
                  AudienceIndex audience = 0) {
    FieldNode n;
    n.node = {.position = position, .offset_ms = offset_ms, .ms_per_km = ms_per_km};
    n.audience = audience;
    return n;
}

std::vector<FieldNode> random_nodes(Random& random, std::size_t count) {
    std::vector<FieldNode> nodes;
    for (std::size_t i = 0; i < count; ++i) {
        nodes.push_back(node_at(anywhere(random)));
    }
    return nodes;
}

std::vector<geo::CountryIndex> random_countries(Random& random, std::size_t count) {
    std::vector<geo::CountryIndex> countries(count);
    for (auto& c : countries) {
        const auto draw = random() % (kCountries + 1);
        c = draw == kCountries ? geo::kNoCountry : static_cast<geo::CountryIndex>(draw);
    }
    return countries;
}

// RTT by GeographicLib itself, without any of our geometry.
double true_rtt_ms(geo::LonLat place, const FieldNode& n) {
    double distance_m = 0;
    GeographicLib::Geodesic::WGS84().Inverse(place.lat, place.lon, n.node.position.lat,
                                             n.node.position.lon, distance_m);
    return n.node.offset_ms + n.node.ms_per_km * distance_m / 1000;
}

void expect_exact(const LatencyField& field, std::span<const geo::LonLat> places,
                  std::span<const geo::CountryIndex> countries, const Audiences& audiences,
                  std::size_t stride = 1) {
    for (std::size_t p = 0; p < places.size(); p += stride) {
        double best = std::numeric_limits<double>::infinity();
        double metre_ms = 0;
        for (const auto& n : field.nodes()) {
            metre_ms = std::max(metre_ms, n.node.ms_per_km / 1000);
            if (countries.empty() || audiences.serves(n.audience, countries[p])) {
                best = std::min(best, true_rtt_ms(places[p], n));
            }
        }
        if (std::isinf(best)) {
            EXPECT_EQ(field.node(p), kNoNode);
            EXPECT_TRUE(std::isinf(field.rtt_ms()[p]));
            continue;
        }
        ASSERT_LT(field.node(p), field.nodes().size());
        const auto& chosen = field.nodes()[field.node(p)];
        const double rounding_ms = best * 1e-7;  // of the float
        EXPECT_NEAR(field.rtt_ms()[p], best, metre_ms + rounding_ms)
            << "lon " << places[p].lon << " lat " << places[p].lat;
        EXPECT_LE(true_rtt_ms(places[p], chosen), best + metre_ms);
        if (!countries.empty()) {
            EXPECT_TRUE(audiences.serves(chosen.audience, countries[p]));
        }
    }
}

void expect_same(const LatencyField& a, const LatencyField& b) {
    ASSERT_EQ(a.rtt_ms().size(), b.rtt_ms().size());
    for (std::size_t p = 0; p < a.rtt_ms().size(); ++p) {
        ASSERT_EQ(a.node(p), b.node(p)) << p;
    }
    ASSERT_TRUE(
        std::equal(a.rtt_ms().begin(), a.rtt_ms().end(), b.rtt_ms().begin(), b.rtt_ms().end()));
}

struct World {
    explicit World(std::size_t count, std::uint64_t seed = 1)
        : random(seed), positions(awkward_places(random, count)), places(positions, {}) {}
    Random random;
    Audiences everyone{kCountries};
    std::vector<geo::LonLat> positions;
    PlaceSet places;
};

TEST(LatencyField, IsExactAtPolesDateLineAndRandomPlaces) {
    World world(3000);
    LatencyField field(world.places, world.everyone);
    for (const std::size_t count : {1U, 2U, 3U, 17U, 150U}) {
        auto nodes = random_nodes(world.random, count);
        nodes.push_back(node_at({0, 90}));
        nodes.push_back(node_at({-180, 0}));
        field.set_nodes(nodes);
        expect_exact(field, world.positions, {}, world.everyone, count > 20 ? 7 : 1);
    }
}

TEST(LatencyField, IsExactForOneNodeUpToItsAntipode) {
    World world(2000);
    LatencyField field(world.places, world.everyone);
    std::vector<FieldNode> nodes{node_at({-167.5, 41.3})};  // the antipode of a place of the set
    field.set_nodes(nodes);
    expect_exact(field, world.positions, {}, world.everyone);
    nodes = {node_at({0, 0})};
    field.set_nodes(nodes);
    expect_exact(field, world.positions, {}, world.everyone);
}

TEST(LatencyField, IsExactForTenThousandNodes) {
    World world(400);
    LatencyField field(world.places, world.everyone);
    field.set_nodes(random_nodes(world.random, 10'000));
    expect_exact(field, world.positions, {}, world.everyone, 8);
}

TEST(LatencyField, IsExactWhenAllNodesAreInOneCity) {
    World world(1000);
    std::vector<FieldNode> nodes;
    for (int i = 0; i < 200; ++i) {
        nodes.push_back(
            node_at({uniform(world.random, 121.3, 121.6), uniform(world.random, 31.1, 31.4)}));
    }
    LatencyField field(world.places, world.everyone);
    field.set_nodes(nodes);
    expect_exact(field, world.positions, {}, world.everyone, 3);
}

TEST(LatencyField, IsExactWithUnequalOffsetsAndPrices) {
    World world(2000);
    LatencyField field(world.places, world.everyone);
    for (int round = 0; round < 4; ++round) {
        std::vector<FieldNode> nodes;
        for (int i = 0; i < 60; ++i) {
            nodes.push_back(node_at(anywhere(world.random), uniform(world.random, 0, 60),
                                    uniform(world.random, 0.01, 0.03)));
        }
        nodes[7].node.ms_per_km = 0;  // the same from everywhere
        nodes[7].node.offset_ms = 90;
        field.set_nodes(nodes);
        expect_exact(field, world.positions, {}, world.everyone, 5);
    }
}

TEST(LatencyField, ServesOnlyTheAudienceOfANode) {
    World world(2000);
    const auto countries = random_countries(world.random, world.positions.size());
    const PlaceSet places(world.positions, countries);
    Audiences audiences(kCountries);
    std::vector<AudienceIndex> choice;
    for (geo::CountryIndex c = 0; c < 4; ++c) {
        choice.push_back(audiences.only(std::array{c, static_cast<geo::CountryIndex>(c + 1)}));
    }
    LatencyField field(places, audiences);
    auto nodes = random_nodes(world.random, 40);
    for (auto& n : nodes) {
        n.audience = choice[world.random() % choice.size()];
    }
    field.set_nodes(nodes);  // nobody serves countries 5 and 6, nor places without a country
    expect_exact(field, world.positions, countries, audiences);
    nodes.push_back(node_at({10, 50}));
    field.set_nodes(nodes);
    expect_exact(field, world.positions, countries, audiences);
}

TEST(LatencyField, GivesTiesToTheLowestIndex) {
    World world(500);
    LatencyField field(world.places, world.everyone);
    std::vector<FieldNode> nodes{node_at({20, 20}), node_at({8, 47}), node_at({8, 47}),
                                 node_at({20, 20})};
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        nodes[i].node.region = static_cast<geo::RegionIndex>(i);
    }
    field.set_nodes(nodes);
    for (std::size_t p = 0; p < world.positions.size(); ++p) {
        EXPECT_LT(field.node(p), 2U);
    }
    // The mirror image on the other side of the equator is as far from the equator's places.
    const std::vector<geo::LonLat> equator{{0, 0}, {50, 0}, {-180, 0}};
    const PlaceSet line(equator, {});
    LatencyField mirror(line, world.everyone);
    mirror.set_nodes(std::vector{node_at({10, -30}), node_at({10, 30})});
    for (std::size_t p = 0; p < equator.size(); ++p) {
        EXPECT_EQ(mirror.node(p), 0U);
    }
}

TEST(LatencyField, StepsAddUpToWhatAFreshFieldFinds) {
    World world(6000);
    const auto countries = random_countries(world.random, world.positions.size());
    const PlaceSet places(world.positions, countries);
    Audiences audiences(kCountries);
    const auto some = audiences.only(std::array<geo::CountryIndex, 3>{1, 3, 4});
    std::vector<FieldNode> pool;
    for (int i = 0; i < 120; ++i) {
        // Few positions, so that ties are common; few offsets, so that both searches are used.
        auto n = node_at(anywhere(world.random), i % 11 == 0 ? 9 : 5);
        if (i % 3 == 0 && i > 0) {
            n = pool[world.random() % pool.size()];
        }
        n.node.region = static_cast<geo::RegionIndex>(i);
        n.audience = i % 5 == 0 ? some : 0;
        pool.push_back(n);
    }
    LatencyField field(places, audiences);
    std::vector<FieldNode> now;
    for (int step = 0; step < 60; ++step) {
        std::vector<FieldNode> next;
        const auto keep = world.random() % 10;
        for (const auto& n : pool) {
            const bool was = std::any_of(now.begin(), now.end(), [&](const FieldNode& o) {
                return o.node.region == n.node.region;
            });
            const bool flips = world.random() % 10 < (step % 20 == 19 ? 9 : 1);
            if (was != flips && keep != 9) {
                next.push_back(n);
            }
        }
        if (step % 7 == 6) {
            std::shuffle(next.begin(), next.end(), world.random);  // order is part of the answer
        }
        now = next;
        field.set_nodes(now);
        LatencyField fresh(places, audiences);
        fresh.set_nodes(now);
        expect_same(field, fresh);
    }
}

// What a search over all nodes finds, with the field's own distances: the best node, and the best
// of the other regions.
struct Truth {
    std::uint32_t best = kNoNode;
    std::uint32_t second = kNoNode;
};

struct Labelled {
    std::vector<geo::LonLat> positions;
    std::vector<geo::CountryIndex> countries;
    std::vector<geo::AccessAreaIndex> areas;

    Truth truth(std::size_t p, std::span<const FieldNode> nodes, const Audiences& audiences) const {
        const auto at = geo::reduced_unit_vector(positions[p]);
        std::vector<std::pair<double, std::uint32_t>> order;
        for (std::uint32_t i = 0; i < nodes.size(); ++i) {
            const auto& n = nodes[i].node;
            const bool sees = n.area == geo::kAnyArea || n.area == areas[p];
            if (sees && audiences.serves(nodes[i].audience, countries[p])) {
                const double distance_m =
                    geo::fast_distance_reduced_m(at, geo::reduced_unit_vector(n.position));
                order.emplace_back(n.offset_ms + n.ms_per_km / 1000 * distance_m, i);
            }
        }
        std::sort(order.begin(), order.end());
        Truth truth;
        for (const auto& [ms, i] : order) {
            if (truth.best == kNoNode) {
                truth.best = i;
            } else if (nodes[i].node.region != nodes[truth.best].node.region) {
                truth.second = i;
                break;
            }
        }
        return truth;
    }

    void expect_true(const LatencyField& field, const Audiences& audiences) const {
        const bool two = field.keeps_second();
        for (std::size_t p = 0; p < positions.size(); ++p) {
            const Truth t = truth(p, field.nodes(), audiences);
            ASSERT_EQ(field.node(p), t.best) << p;
            ASSERT_EQ(std::isinf(field.rtt_ms()[p]), t.best == kNoNode);
            if (two) {
                ASSERT_EQ(field.second_node(p), t.second) << p;
                ASSERT_EQ(std::isinf(field.second_rtt_ms()[p]), t.second == kNoNode);
                ASSERT_GE(field.second_rtt_ms()[p], field.rtt_ms()[p]);
            }
        }
    }
};

// Areas are slabs of longitude, with islands of a single place and places at sea strewn in.
Labelled labelled(World& world) {
    Labelled result{world.positions, random_countries(world.random, world.positions.size()), {}};
    for (const auto& p : world.positions) {
        const auto draw = world.random() % 20;
        result.areas.push_back(draw == 0 ? geo::kNoArea
                               : draw == 1
                                   ? static_cast<geo::AccessAreaIndex>(100 + world.random() % 50)
                                   : static_cast<geo::AccessAreaIndex>((p.lon + 180) / 90));
    }
    return result;
}

std::vector<FieldNode> labelled_nodes(World& world, std::size_t count, AudienceIndex some) {
    std::vector<FieldNode> nodes;
    for (std::size_t i = 0; i < count; ++i) {
        auto n = node_at(anywhere(world.random), uniform(world.random, 0, 30),
                         uniform(world.random, 0.01, 0.03), i % 6 == 0 ? some : AudienceIndex{0});
        if (i % 4 == 0 && i > 0) {
            n.node = nodes[world.random() % nodes.size()].node;  // ties
        }
        n.node.region = static_cast<geo::RegionIndex>(world.random() % (count / 3 + 1));
        const auto draw = world.random() % 8;
        n.node.area = draw == 0   ? geo::kAnyArea
                      : draw == 1 ? static_cast<geo::AccessAreaIndex>(100 + world.random() % 50)
                                  : static_cast<geo::AccessAreaIndex>(world.random() % 4);
        nodes.push_back(n);
    }
    return nodes;
}

TEST(LatencyField, ShowsANodeToItsOwnAreaOnlyAndKeepsTheSecondBestRegion) {
    World world(4000, 3);
    const Labelled places = labelled(world);
    const PlaceSet set(places.positions, places.countries, places.areas);
    Audiences audiences(kCountries);
    const auto some = audiences.only(std::array<geo::CountryIndex, 2>{2, 5});
    for (const Keep keep : {Keep::best, Keep::best_two}) {
        LatencyField field(set, audiences, keep);
        for (const std::size_t count : {1U, 2U, 5U, 40U, 300U}) {
            field.set_nodes(labelled_nodes(world, count, some));
            places.expect_true(field, audiences);
        }
        field.set_nodes({});
        places.expect_true(field, audiences);
    }
}

TEST(LatencyField, StepsOfAreasAndSecondBestAddUpToTheTruth) {
    World world(1500, 4);
    const Labelled places = labelled(world);
    const PlaceSet set(places.positions, places.countries, places.areas);
    Audiences audiences(kCountries);
    const auto some = audiences.only(std::array<geo::CountryIndex, 3>{0, 2, 5});
    const auto pool = labelled_nodes(world, 90, some);
    LatencyField two(set, audiences, Keep::best_two);
    LatencyField one(set, audiences);
    // With distances kept, and shared, everything is as without.
    PlaceDistances distances(set);
    LatencyField two_kept(set, audiences, Keep::best_two, nullptr, &distances);
    LatencyField one_kept(set, audiences, Keep::best, nullptr, &distances);
    std::vector<bool> in(pool.size(), false);
    for (int step = 0; step < 40; ++step) {
        std::vector<FieldNode> now;
        for (std::size_t i = 0; i < pool.size(); ++i) {
            in[i] = world.random() % 10 < (step % 13 == 12 ? 8 : 1) ? !in[i] : in[i];
            if (in[i]) {
                now.push_back(pool[i]);
            }
        }
        two.set_nodes(now);
        one.set_nodes(now);
        two_kept.set_nodes(now);
        one_kept.set_nodes(now);
        places.expect_true(two, audiences);
        places.expect_true(two_kept, audiences);
        expect_same(one, two);
        expect_same(one, two_kept);
        expect_same(one, one_kept);
    }
}

// What a new cable or region does to hubs: the same place for less, or another region there; and
// what a cut does: more. Of a hub two regions may be known.
TEST(LatencyField, StepsOfOffsetsAddUpToWhatAFreshFieldFinds) {
    World world(4000);
    Audiences audiences(kCountries);
    auto now = random_nodes(world.random, 60);
    for (std::size_t i = 0; i < 20; ++i) {
        now.push_back(now[i]);
        now.back().node.region += 100;
        now.back().node.offset_ms += 3;
    }
    LatencyField field(world.places, audiences);
    PlaceDistances distances(world.places);
    LatencyField kept(world.places, audiences, Keep::best, nullptr, &distances);
    for (int step = 0; step < 40; ++step) {
        for (auto& n : now) {
            const auto luck = world.random() % 12;
            if (luck < 4) {
                n.node.offset_ms *= luck == 0 ? 1 : 0.8;
                n.node.region = static_cast<geo::RegionIndex>(world.random() % 50);
            } else if (luck == 4 && step % 3 == 0) {
                n.node.offset_ms += 2;
            } else if (luck == 5) {
                n = now[world.random() % now.size()];  // ties
            } else if (luck == 6 && step % 5 == 0) {
                n.node.ms_per_km *= 0.9;
            }
        }
        field.set_nodes(now);
        kept.set_nodes(now);
        LatencyField fresh(world.places, audiences);
        fresh.set_nodes(now);
        expect_same(field, fresh);
        expect_same(kept, fresh);
    }
}

TEST(LatencyField, TakesEveryNodeForSeenWherePlacesHaveNoAreas) {
    World world(300);
    auto nodes = random_nodes(world.random, 20);
    LatencyField unlabelled(world.places, world.everyone);
    unlabelled.set_nodes(nodes);
    for (auto& n : nodes) {
        n.node.area = 3;
    }
    LatencyField field(world.places, world.everyone);
    field.set_nodes(nodes);
    expect_same(field, unlabelled);
}

TEST(LatencyField, IsTheSameOnAnyNumberOfThreads) {
    World world(20'000);
    const auto nodes = random_nodes(world.random, 80);
    const auto run = [&](int threads) {
        const ThreadLimit limit(threads);
        LatencyField field(world.places, world.everyone);
        field.set_nodes(std::span(nodes).first(50));
        field.set_nodes(nodes);
        return field;
    };
    const auto one = run(1);
    expect_same(one, run(2));
    expect_same(one, run(8));
}

TEST(LatencyField, DoesNotDependOnTheOrderOfPlaces) {
    World world(3000);
    const auto nodes = random_nodes(world.random, 30);
    LatencyField field(world.places, world.everyone);
    field.set_nodes(nodes);
    auto reversed = world.positions;
    std::reverse(reversed.begin(), reversed.end());
    const PlaceSet places(reversed, {});
    LatencyField other(places, world.everyone);
    other.set_nodes(nodes);
    for (std::size_t p = 0; p < reversed.size(); ++p) {
        const std::size_t q = reversed.size() - 1 - p;
        ASSERT_EQ(field.node(q), other.node(p));
        ASSERT_EQ(field.rtt_ms()[q], other.rtt_ms()[p]);
    }
}

TEST(LatencyField, WithoutNodesOrPlacesHasNothingToSay) {
    World world(100);
    LatencyField field(world.places, world.everyone);
    field.set_nodes({});
    EXPECT_EQ(field.node(0), kNoNode);
    field.set_nodes(random_nodes(world.random, 3));
    EXPECT_NE(field.node(0), kNoNode);
    field.set_nodes({});
    EXPECT_EQ(field.node(0), kNoNode);
    EXPECT_TRUE(std::isinf(field.rtt_ms()[0]));

    const PlaceSet none({}, {});
    LatencyField empty(none, world.everyone);
    empty.set_nodes(random_nodes(world.random, 3));
    EXPECT_TRUE(empty.rtt_ms().empty());
}

TEST(LatencyField, RefusesNodesAndPlacesThatAreNotOnEarth) {
    World world(10);
    LatencyField field(world.places, world.everyone);
    EXPECT_THROW(field.set_nodes(std::vector{node_at({0, 91})}), Error);
    EXPECT_THROW(field.set_nodes(std::vector{node_at({0, 0}, -1)}), Error);
    EXPECT_THROW(field.set_nodes(std::vector{node_at({0, 0}, 1, std::nan(""))}), Error);
    EXPECT_THROW(PlaceSet(std::vector<geo::LonLat>{{std::nan(""), 0}}, {}), Error);
    EXPECT_THROW(PlaceSet(std::vector<geo::LonLat>{{0, 0}}, std::vector<geo::CountryIndex>{1, 2}),
                 Error);
}

TEST(Audiences, ShareAnIndexWhenEqualAndKnowPlacesWithoutACountry) {
    Audiences audiences(3);
    const auto a = audiences.only(std::array<geo::CountryIndex, 2>{0, 2});
    EXPECT_EQ(audiences.only(std::array<geo::CountryIndex, 2>{2, 0}), a);
    EXPECT_TRUE(audiences.serves(a, 2));
    EXPECT_FALSE(audiences.serves(a, 1));
    EXPECT_FALSE(audiences.serves(a, geo::kNoCountry));
    EXPECT_TRUE(audiences.serves(audiences.everyone(), geo::kNoCountry));
    // All countries is not everyone: places without a country are left.
    const auto all = audiences.only(std::array<geo::CountryIndex, 3>{0, 1, 2});
    EXPECT_NE(all, audiences.everyone());
    EXPECT_FALSE(audiences.serves(all, geo::kNoCountry));
}

}  // namespace
}  // namespace footprint::sim
