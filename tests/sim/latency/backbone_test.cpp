#include "sim/latency/backbone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <random>
#include <set>

#include "base/error.h"
#include "geo/sphere/geodesic.h"
#include "sim/latency/backbone_model.h"
#include "sim/latency/backbone_rtt.h"
#include "sim/latency/client_rtt.h"
#include "sim/latency/fit.h"
#include "tests/support/scratch.h"

namespace footprint::sim {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::filesystem::path kDatasets = FOOTPRINT_SOURCE_DIR "/datasets";
const Date k2025 = Date::from_ymd(2025, 6, 14);

struct World {
    geo::Atlas atlas = geo::Atlas::load(kDatasets);
    std::shared_ptr<const Backbone> backbone =
        std::make_shared<const Backbone>(Backbone::load(kDatasets, atlas));
    LandLinker linker{*backbone};
    BackboneParameters parameters =
        BackboneParameters::load(kDatasets / "latency" / "backbone_parameters.json");
};

const World& world() {
    static const World kWorld;
    return kWorld;
}

constexpr geo::LonLat kMumbai{72.88, 19.08};
constexpr geo::LonLat kMarseille{5.37, 43.30};
constexpr geo::LonLat kPerth{115.86, -31.95};
constexpr geo::LonLat kJohannesburg{28.05, -26.20};
constexpr geo::LonLat kLondon{-0.13, 51.51};
constexpr geo::LonLat kNewYork{-74.01, 40.71};

class Asker {
  public:
    explicit Asker(Date date = k2025, WhatIf what_if = {})
        : rtt_(*world().backbone, world().parameters, date, what_if) {}

    RttDetail detail(geo::LonLat from, geo::LonLat to) {
        const auto a = rtt_.place(from).value();
        const auto b = rtt_.place(to).value();
        rtt_.prepare(a, b);
        const auto detail = rtt_.detail(a, b);
        EXPECT_EQ(rtt_.between(a, b, &path_).rtt_ms, detail.rtt.rtt_ms);
        return detail;
    }
    double ms(geo::LonLat from, geo::LonLat to) { return detail(from, to).rtt.rtt_ms; }
    const std::string& path() const { return path_; }

  private:
    BackboneRtt rtt_;
    std::string path_;
};

std::string error_of(const std::function<void()>& what) {
    try {
        what();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

TEST(Backbone, HoldsTheTablesOfTheDatasets) {
    const auto& b = *world().backbone;
    EXPECT_GT(b.cables().size(), 400U);
    EXPECT_GT(b.nodes().size(), 1900U);
    for (const auto& edge : b.edges()) {
        ASSERT_LT(edge.from, b.nodes().size());
        ASSERT_LT(edge.to, b.nodes().size());
        ASSERT_NE(edge.from, edge.to);
        const double km =
            geo::distance_m(b.nodes()[edge.from].position, b.nodes()[edge.to].position) / 1000;
        EXPECT_GE(edge.km, km - 0.01) << "shorter than the geodesic";
    }
    EXPECT_LE(b.warnings().size(), 12U) << "pieces that nothing joins to the rest";
}

// The nearest node of each eighth of the compass among all nodes, without cells.
std::vector<LandLink> plain_links(geo::LonLat position, const LandPlace& place) {
    const auto nodes = world().backbone->nodes();
    std::map<int, LandLink> best;
    for (BackboneNodeIndex i = 0; i < nodes.size(); ++i) {
        const auto& node = nodes[i];
        if (node.at_sea || node.land != place.land || node.land == geo::kNoArea ||
            !world().backbone->may_link(node.country_index, place.country)) {
            continue;
        }
        const auto way = geo::inverse(position, node.position);
        // On the sphere, as the links are: within 1,200 km of 6,371 km a radian.
        const double angle = std::acos(std::clamp(
            dot(geo::unit_vector(position), geo::unit_vector(node.position)), -1.0, 1.0));
        if (angle >= kLongestLink_km / 6371) {
            continue;
        }
        const int sector = static_cast<int>(std::floor((way.azimuth_from_deg + 360) / 45)) % 8;
        auto& kept = best.try_emplace(sector, LandLink{i, 1e9}).first->second;
        if (angle < kept.km) {
            kept = {i, angle};
        }
    }
    std::vector<LandLink> links;
    for (const auto& [sector, link] : best) {
        links.push_back(link);
    }
    return links;
}

TEST(LandLinker, FindsWhatAPlainSearchFinds) {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> lon(-180, 180);
    std::uniform_real_distribution<double> z(-0.9, 1);
    int places = 0, different = 0;
    while (places < 400) {
        const geo::LonLat at{lon(random), std::asin(z(random)) * 57.29577951308232};
        const auto place = world().backbone->land_place(at);
        if (!place) {
            continue;
        }
        ++places;
        std::set<BackboneNodeIndex> found, plain;
        for (const auto& link : world().linker.links(at, *place)) {
            found.insert(link.node);
        }
        for (const auto& link : plain_links(at, *place)) {
            plain.insert(link.node);
        }
        // An azimuth on the ellipsoid may differ in its last digits from one on the sphere.
        different += found == plain ? 0 : 1;
    }
    EXPECT_LE(different, 8);
}

TEST(Backbone, LinksNoTwoPlacesAcrossAClosedBorderOrTheSea) {
    const auto& b = *world().backbone;
    for (const auto& edge : b.edges()) {
        if (edge.kind != BackboneEdgeKind::link) {
            continue;
        }
        const auto& from = b.nodes()[edge.from];
        const auto& to = b.nodes()[edge.to];
        EXPECT_EQ(from.land, to.land) << from.name << " – " << to.name;
        EXPECT_TRUE(b.may_link(from.country_index, to.country_index))
            << from.name << " – " << to.name;
        const auto pair = std::minmax(from.country, to.country);
        EXPECT_NE(pair, std::minmax(std::string("KR"), std::string("KP")));
        EXPECT_NE(pair, std::minmax(std::string("IN"), std::string("PK")));
    }
}

TEST(Backbone, GrowsWithTheYears) {
    const auto& b = *world().backbone;
    const auto cables_at = [&](int year) {
        const auto live = b.in_service(Date::from_ymd(year, 12, 31), {});
        std::size_t count = 0;
        for (std::size_t i = 0; i < live.size(); ++i) {
            count += live[i] && b.edges()[i].kind == BackboneEdgeKind::cable ? 1U : 0U;
        }
        return count;
    };
    EXPECT_LT(cables_at(1995), cables_at(2005));
    EXPECT_LT(cables_at(2005), cables_at(2015));
    EXPECT_LT(cables_at(2015), cables_at(2025));
}

TEST(Backbone, RefusesADateBeforeTheFirstCable) {
    EXPECT_THAT(
        error_of([] { (void)world().backbone->in_service(Date::from_ymd(1975, 1, 1), {}); }),
        HasSubstr("before the first cable"));
}

TEST(Backbone, SuggestsTheCableThatWasMeant) {
    WhatIf what_if;
    what_if.without = {"cable:MAREAA"};
    EXPECT_THAT(error_of([&] { (void)world().backbone->in_service(k2025, what_if); }),
                AllOf(HasSubstr("there is no cable 'MAREAA'"), HasSubstr("'MAREA'")));
    what_if.without = {"chokepoint:red-see"};
    EXPECT_THAT(error_of([&] { (void)world().backbone->in_service(k2025, what_if); }),
                AllOf(HasSubstr("'red-sea'"), HasSubstr("malacca")));
    what_if.without = {"MAREA"};
    EXPECT_THAT(error_of([&] { (void)world().backbone->in_service(k2025, what_if); }),
                HasSubstr("expected cable:NAME or chokepoint:NAME"));
}

TEST(Backbone, EveryPresetNamesWhatExists) {
    for (const auto& preset : what_if_presets()) {
        WhatIf what_if;
        what_if.without = preset.without;
        const auto before = world().backbone->in_service(k2025, {});
        const auto after = world().backbone->in_service(k2025, what_if);
        EXPECT_LT(std::count(after.begin(), after.end(), true),
                  std::count(before.begin(), before.end(), true))
            << preset.name;
    }
}

TEST(Backbone, ListsFaultyRowsOfATableWithTheirLines) {
    const test::Scratch scratch;
    const auto file =
        scratch.file("mine.csv",
                     "cable,from,from_cc,from_lon,from_lat,to,to_cc,to_lon,to_lat,km,rfs_year\n"
                     "A,Lagos,NG,3.4,6.4,~x,,0,0,-5,2020\n"
                     "B,Lagos,NG,3.4,6.4,~x,,0,0,800,1879\n"
                     "C,Lagos,XX,3.4,6.4,~x,,0,0,800,2020\n"
                     "D,Marseille,FR,12.0,41.0,~x,,0,0,5000,2020\n"
                     "E,Lagos,NG,nan,6.4,~x,,0,0,800,2020\n");
    const std::vector<std::filesystem::path> more{file};
    const auto text = error_of([&] { (void)Backbone::load(kDatasets, world().atlas, more); });
    EXPECT_THAT(text, AllOf(HasSubstr("mine.csv:2: error: km = '-5'"),
                            HasSubstr("mine.csv:3: error: rfs_year = '1879'"),
                            HasSubstr("mine.csv:4: error: from_cc = 'XX'"),
                            HasSubstr("mine.csv:5: error: from = 'Marseille'"),
                            HasSubstr("mine.csv:6: error: from_lon = 'nan'")));
}

TEST(Backbone, TakesCablesThatAreAskedForAtAnyDate) {
    const test::Scratch scratch;
    // Straight through the Indian Ocean: what Perth and Johannesburg lack.
    const std::vector<std::filesystem::path> more{
        scratch.file("plan.csv",
                     "cable,from,from_cc,from_lon,from_lat,to,to_cc,to_lon,to_lat,km,rfs_year\n"
                     "Dream,Perth,AU,115.86,-31.95,Mtunzini,ZA,31.75,-28.95,8000,2035\n")};
    const auto with = Backbone::load(kDatasets, world().atlas, more);
    BackboneRtt rtt(with, world().parameters, k2025, {});
    const auto perth = rtt.place(kPerth).value();
    const auto johannesburg = rtt.place(kJohannesburg).value();
    rtt.prepare(perth, johannesburg);
    std::string path;
    EXPECT_LT(rtt.between(perth, johannesburg, &path).rtt_ms,
              Asker().ms(kPerth, kJohannesburg) - 50);
    EXPECT_EQ(path, "Dream");
}

// ---- ways -------------------------------------------------------------------------------------

// Floyd and Warshall's algorithm on western Europe, prices worked out here.
TEST(BackboneNetwork, FindsTheShortestWaysThatFloydAndWarshallFind) {
    const auto& b = *world().backbone;
    const auto& p = world().parameters;
    const auto inside = [&](BackboneNodeIndex i) {
        const auto& at = b.nodes()[i].position;
        return at.lon > -12 && at.lon < 20 && at.lat > 36 && at.lat < 62;
    };
    auto live = b.in_service(k2025, {});
    std::map<BackboneNodeIndex, std::size_t> index;
    for (std::size_t i = 0; i < live.size(); ++i) {
        const auto& edge = b.edges()[i];
        live[i] = live[i] && inside(edge.from) && inside(edge.to);
        if (live[i]) {
            index.emplace(edge.from, index.size());
            index.emplace(edge.to, index.size());
        }
    }
    const std::size_t n = index.size();
    ASSERT_GT(n, 150U);
    constexpr double kFar = 1e300;
    std::vector<double> d(n * n, kFar);
    for (std::size_t i = 0; i < n; ++i) {
        d[i * n + i] = 0;
    }
    const double fibre = 2 * 1.468 / 299.792458;
    for (std::size_t i = 0; i < live.size(); ++i) {
        if (!live[i]) {
            continue;
        }
        const auto& edge = b.edges()[i];
        const auto& from = b.nodes()[edge.from];
        const auto& to = b.nodes()[edge.to];
        double ms = 0;
        if (edge.kind == BackboneEdgeKind::cable) {
            ms = fibre * p.sea_factor * edge.km + 0.5 * p.hop_ms * (from.at_sea ? 0 : 1) +
                 0.5 * p.hop_ms * (to.at_sea ? 0 : 1);
        } else {
            const auto area = p.land_by_area.find(b.areas()[from.area]);
            ms = fibre * (p.land_factor + (area == p.land_by_area.end() ? 0 : area->second)) *
                 edge.km;
        }
        const auto x = index.at(edge.from);
        const auto y = index.at(edge.to);
        d[x * n + y] = std::min(d[x * n + y], ms);
        d[y * n + x] = std::min(d[y * n + x], ms);
    }
    for (std::size_t k = 0; k < n; ++k) {
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < n; ++j) {
                d[i * n + j] = std::min(d[i * n + j], d[i * n + k] + d[k * n + j]);
            }
        }
    }
    BackboneNetwork network(b, live, Traffic::public_);
    network.price(p);
    for (const auto& [start, i] : index) {
        const auto& node = b.nodes()[start];
        const auto tree =
            network.from({node.position, {node.country_index, node.land}, {{start, 0.0}}});
        for (const auto& [to, j] : index) {
            if (d[i * n + j] == kFar) {
                EXPECT_EQ(tree.at(to), BackboneNetwork::kNoPath);
            } else {
                EXPECT_NEAR(tree.at(to), d[i * n + j], 1e-9);
            }
        }
    }
}

TEST(BackboneNetwork, FindsTheNearestRegionsOfAllNodesInOneSearch) {
    const auto& w = world();
    BackboneNetwork network(*w.backbone, w.backbone->in_service(k2025, {}), Traffic::public_);
    network.price(w.parameters);
    const std::array positions{kMumbai, kMarseille, kPerth, kJohannesburg, kLondon, kNewYork};
    std::vector<NetworkPlace> places;
    std::vector<BackboneNetwork::Tree> trees;
    for (const auto position : positions) {
        places.push_back(*network_place(*w.backbone, w.linker, position));
        trees.push_back(network.from(places.back()));
    }
    const auto labels = network.nearest_sources(places, 2);
    for (BackboneNodeIndex i = 0; i < w.backbone->nodes().size(); ++i) {
        std::vector<double> all;
        for (const auto& tree : trees) {
            all.push_back(tree.at(i));
        }
        std::sort(all.begin(), all.end());
        for (std::size_t k = 0; k < 2; ++k) {
            const auto& label = labels[2 * i + k];
            if (label.source == BackboneNetwork::kNoSource) {
                EXPECT_EQ(all[k], BackboneNetwork::kNoPath);
            } else {
                EXPECT_NEAR(label.rtt_ms, all[k], 1e-9) << w.backbone->nodes()[i].name;
            }
        }
    }
}

// A search that begins where another ended must end where one that begins anew does: as cables come
// and go and regions open, with some of the sources in countries that pass no traffic on.
TEST(BackboneNetwork, FindsFromWhatWasFoundBeforeWhatItFindsAnew) {
    const auto& w = world();
    const std::array positions{kMumbai,
                               kMarseille,
                               kPerth,
                               kJohannesburg,
                               kLondon,
                               kLondon,
                               geo::LonLat{116.4, 39.9},
                               kNewYork,
                               geo::LonLat{121.5, 31.2}};
    std::vector<NetworkPlace> places;
    for (const auto position : positions) {
        places.push_back(*network_place(*w.backbone, w.linker, position));
    }
    constexpr std::size_t kMost = 4;
    const auto days = w.backbone->changes();
    // Forth, as most cables come, and back, as most go.
    std::vector<Date> changes(days);
    changes.insert(changes.end(), days.rbegin(), days.rend());
    std::unique_ptr<BackboneNetwork> before;
    std::vector<BackboneNetwork::Label> found;
    std::vector<std::size_t> asked;
    std::size_t steps = 0;
    for (std::size_t i = 0; i < changes.size(); i += 5) {
        if (changes[i] < Date::from_ymd(1995, 1, 1)) {
            continue;  // hardly a cable
        }
        auto network = std::make_unique<BackboneNetwork>(
            *w.backbone, w.backbone->in_service(changes[i], {}), Traffic::public_);
        network->price(w.parameters);
        // One more place at every third step, anywhere in the order.
        const std::size_t count = std::min(positions.size(), 2 + steps / 3);
        std::vector<std::size_t> now;
        std::vector<NetworkPlace> sources;
        for (std::size_t p = 0; p < positions.size(); ++p) {
            if (p * 7 % positions.size() < count) {
                now.push_back(p);
                sources.push_back(places[p]);
            }
        }
        const auto anew = network->nearest_sources(sources, kMost);
        auto again = anew;
        if (before) {
            std::vector<std::uint32_t> now_of;
            for (const auto p : asked) {
                const auto at = std::find(now.begin(), now.end(), p) - now.begin();
                now_of.push_back(static_cast<std::uint32_t>(at));
            }
            const BackboneNetwork::Earlier earlier{before.get(), found, now_of};
            again = network->nearest_sources(sources, kMost, &earlier);
        }
        ASSERT_EQ(again.size(), anew.size());
        for (std::size_t l = 0; l < anew.size(); ++l) {
            ASSERT_EQ(again[l].source, anew[l].source) << changes[i].iso() << " " << l;
            ASSERT_EQ(again[l].rtt_ms, anew[l].rtt_ms) << changes[i].iso() << " " << l;
        }
        ++steps;
        found = anew;
        asked = now;
        before = std::move(network);
    }
    EXPECT_GT(steps, 20U);
}

// ---- round-trip times ---------------------------------------------------------------------------

TEST(BackboneRtt, LiesWithinWhatHasBeenPublished) {
    struct Published {
        const char* pair;
        geo::LonLat from, to;
        double low_ms, high_ms;
    };
    // Ranges over the published tables of several providers, 2022 to 2026.
    const std::array published{
        Published{"London–New York", kLondon, kNewYork, 65, 85},
        Published{"Tokyo–Singapore", {139.69, 35.68}, {103.82, 1.35}, 62, 85},
        Published{"Frankfurt–Ashburn", {8.68, 50.11}, {-77.49, 39.04}, 82, 105},
        Published{"Sydney–Los Angeles", {151.21, -33.87}, {-118.24, 34.05}, 130, 165},
        Published{"London–Johannesburg", kLondon, kJohannesburg, 140, 190},
        Published{"São Paulo–Ashburn", {-46.63, -23.55}, {-77.49, 39.04}, 105, 140},
        Published{"Mumbai–Singapore", kMumbai, {103.82, 1.35}, 50, 75},
        Published{"Paris–Frankfurt", {2.35, 48.86}, {8.68, 50.11}, 7, 16},
    };
    Asker asker;
    for (const auto& p : published) {
        const double ms = asker.ms(p.from, p.to);
        EXPECT_GT(ms, p.low_ms) << p.pair;
        EXPECT_LT(ms, p.high_ms) << p.pair;
    }
}

TEST(BackboneRtt, IsTheSumOfItsPartsAndTheSameBothWays) {
    Asker asker;
    for (const auto to : {kMarseille, kPerth, kNewYork, kMumbai}) {
        const auto there = asker.detail(kMumbai, to);
        double sum = 0;
        for (const auto& part : there.parts) {
            sum += part.rtt_ms;
        }
        EXPECT_NEAR(sum, there.rtt.rtt_ms, 1e-9);
        EXPECT_NEAR(asker.ms(to, kMumbai), there.rtt.rtt_ms, 1e-3);
        EXPECT_LE(there.rtt.low_ms, there.rtt.rtt_ms);
        EXPECT_GE(there.rtt.high_ms, there.rtt.rtt_ms);
    }
}

TEST(BackboneRtt, IsNeverFasterThanLight) {
    std::mt19937 random(7);
    std::uniform_int_distribution<std::size_t> any(0, world().backbone->nodes().size() - 1);
    Asker region;
    int asked = 0;
    while (asked < 40) {
        const auto& a = world().backbone->nodes()[any(random)];
        const auto& b = world().backbone->nodes()[any(random)];
        if (a.at_sea || b.at_sea || !world().backbone->land_place(a.position) ||
            !world().backbone->land_place(b.position)) {
            continue;
        }
        const double ms = region.ms(a.position, b.position);
        if (ms == BackboneNetwork::kNoPath) {
            continue;
        }
        ++asked;
        const double bound_ms =
            2 * geo::distance_m(a.position, b.position) / 1000 * 1.468 / 299.792458;
        EXPECT_GT(ms, bound_ms) << a.name << " – " << b.name;
    }
}

// Whatever is taken away, nobody comes closer.
TEST(BackboneRtt, GrowsWhenCablesAreTakenAway) {
    const auto& b = *world().backbone;
    std::mt19937 random(11);
    const std::array places{kMumbai,
                            kMarseille,
                            kPerth,
                            kJohannesburg,
                            kLondon,
                            kNewYork,
                            geo::LonLat{139.69, 35.68},
                            geo::LonLat{-46.63, -23.55}};
    Asker whole;
    for (int trial = 0; trial < 6; ++trial) {
        WhatIf what_if;
        for (int i = 0; i < 12; ++i) {
            const auto& cable = b.cables()[random() % b.cables().size()];
            what_if.without.push_back("cable:" + cable.name);
        }
        Asker less(k2025, what_if);
        for (const auto from : places) {
            for (const auto to : places) {
                EXPECT_GE(less.ms(from, to), whole.ms(from, to) - 1e-6);
            }
        }
    }
}

TEST(BackboneRtt, GoesRoundWhenTheRedSeaIsCut) {
    WhatIf what_if;
    what_if.without = {"chokepoint:red-sea"};
    Asker whole;
    Asker cut(k2025, what_if);
    EXPECT_GT(cut.ms(kMumbai, kMarseille), whole.ms(kMumbai, kMarseille) + 50);
    EXPECT_NEAR(cut.ms(kLondon, kNewYork), whole.ms(kLondon, kNewYork), 1e-9);
}

TEST(BackboneRtt, LeadsFromPerthToJohannesburgByAsiaNotStraight) {
    Asker asker;
    const double straight_ms =
        2 * geo::distance_m(kPerth, kJohannesburg) / 1000 * 1.468 / 299.792458;
    EXPECT_GT(asker.ms(kPerth, kJohannesburg), 1.8 * straight_ms);
    EXPECT_THAT(asker.path(), Not(testing::Eq("land")));
}

TEST(BackboneRtt, WasSlowerBeforeTheCablesCame) {
    const geo::LonLat lagos{3.38, 6.52}, mombasa{39.67, -4.05}, guam{144.79, 13.45};
    Asker then(Date::from_ymd(2008, 12, 31));
    Asker now;
    for (const auto place : {lagos, mombasa, guam, kJohannesburg}) {
        EXPECT_GE(then.ms(place, kLondon), now.ms(place, kLondon) - 1e-6);
    }
    // Before the cables of 2009 East Africa had the way round over land.
    EXPECT_GT(then.ms(mombasa, kLondon), now.ms(mombasa, kLondon) + 20);
}

TEST(BackboneRtt, SaysSoWhereThereIsNoPath) {
    const geo::LonLat falklands{-57.85, -51.69};
    const auto detail = Asker().detail(falklands, kLondon);
    EXPECT_FALSE(detail.rtt.exists());
    EXPECT_TRUE(detail.steps.empty());
}

// Kazakhstan, Mongolia and Chad lie behind countries that no provider's backbone passes through.
TEST(BackboneRtt, TakesPublicWaysToPlacesThatProvidersNetworksDoNotReach) {
    Asker asker;
    const geo::LonLat almaty{76.95, 43.24}, ulaanbaatar{106.92, 47.92}, ndjamena{15.05, 12.11};
    for (const auto place : {almaty, ulaanbaatar, ndjamena}) {
        const auto to = asker.detail(place, kLondon);
        const auto back = asker.detail(kLondon, place);
        EXPECT_TRUE(to.rtt.exists());
        EXPECT_TRUE(to.rtt.by_public_ways);
        EXPECT_NEAR(to.rtt.rtt_ms, back.rtt.rtt_ms, 1e-3);
        double sum = 0;
        for (const auto& part : to.parts) {
            sum += part.rtt_ms;
        }
        EXPECT_NEAR(sum, to.rtt.rtt_ms, 1e-6);
    }
    EXPECT_FALSE(asker.detail(kMumbai, kLondon).rtt.by_public_ways);
    // A cut takes the way; it does not open the public's.
    WhatIf cut;
    cut.without = {"chokepoint:red-sea"};
    EXPECT_FALSE(Asker(k2025, cut).detail(kMumbai, kLondon).rtt.by_public_ways);
}

TEST(BackboneRtt, JoinsIslandsByAssumedLocalLinks) {
    const geo::LonLat bacolod{122.95, 10.67}, manila{120.98, 14.6};
    const auto detail = Asker().detail(bacolod, manila);
    ASSERT_TRUE(detail.rtt.exists());
    EXPECT_LT(detail.rtt.rtt_ms, 60);
}

TEST(BackboneRtt, HasNoPlaceOnTheHighSea) {
    const BackboneRtt rtt(*world().backbone, world().parameters, k2025, {});
    EXPECT_FALSE(rtt.place({-30, 30}).has_value());
    EXPECT_TRUE(rtt.place({4.0, 51.95}).has_value()) << "just off Rotterdam";
    EXPECT_TRUE(rtt.place({-81.7, 12.57}).has_value()) << "an island that the map lacks: it has a "
                                                          "landing point";
}

TEST(Backbone, FindsLandWhereverPeopleLive) {
    const auto& backbone = *world().backbone;
    const auto points = geo::DemandPoints::load(kDatasets, world().atlas);
    std::size_t off_shore = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto at = points.position[i];
        const bool is_mapped = backbone.access_areas().at(at) != geo::kNoArea;
        if (i % 50 == 0 || !is_mapped) {
            ASSERT_TRUE(backbone.land_place(at)) << at.lon << "," << at.lat;
        }
        off_shore += is_mapped ? 0 : 1;
    }
    EXPECT_GT(off_shore, 100U) << "on islands that the map lacks";
    // An atoll of the Maldives, and the sea 60 km off it.
    const auto male = backbone.land_place({73.5, 4.18});
    ASSERT_TRUE(male);
    EXPECT_EQ(world().atlas.countries()[male->country].iso2, "MV");
    EXPECT_FALSE(backbone.land_place({74.6, 4.18}));
}

// ---- clients ------------------------------------------------------------------------------------

// All clients alike: 10 ms, and nothing that is not known.
ClientAccess plain_clients() {
    const ClientLine line{1, 10, 0.01, 0, 200, 0};
    return {ClientKind::fixed, {line}, line};
}

ClientRtt client_rtt() {
    auto parameters = world().parameters;
    parameters.public_factor = 1;
    return {*world().backbone, parameters, plain_clients(), k2025, {}};
}

// Each node that the coverage model hands out, one by one.
TEST(ClientRtt, IsWhatTheNodesOfTheCoverageModelSay) {
    auto parameters = world().parameters;
    parameters.public_factor = 1;
    parameters.fixed_access_ms = 0;
    geo::Provider provider;
    provider.id = "p";
    const std::array ends{kLondon, kMumbai, geo::LonLat{-46.63, -23.55}, geo::LonLat{103.8, 1.35}};
    std::vector<geo::Region> regions(ends.size());
    for (std::size_t r = 0; r < ends.size(); ++r) {
        regions[r].id = std::to_string(r);
        regions[r].position = ends[r];
    }
    const geo::Catalog catalog({provider}, regions, {}, k2025);
    const auto model = make_backbone_model(world().backbone, parameters);
    ClientRtt rtt(*world().backbone, parameters, plain_clients(), k2025, {});
    std::mt19937 random(5);
    std::uniform_int_distribution<std::size_t> any(0, world().backbone->nodes().size() - 1);
    std::uniform_real_distribution<double> aside(-1.5, 1.5);
    for (geo::RegionIndex r = 0; r < ends.size(); ++r) {
        const auto nodes = model->access_nodes(catalog, {r}, k2025, 1);
        for (int trial = 0; trial < 40; ++trial) {
            const auto& near = world().backbone->nodes()[any(random)].position;
            const geo::LonLat at{geo::normalized_lon(near.lon + aside(random)),
                                 std::clamp(near.lat + aside(random), -80.0, 80.0)};
            const auto from = rtt.place(at);
            if (!from) {
                continue;
            }
            const auto to = rtt.place(ends[r]).value();
            rtt.prepare(*from, to);
            double best_ms = BackboneNetwork::kNoPath;
            for (const auto& node : nodes) {
                if (node.area == from->place.land.land) {
                    best_ms = std::min(
                        best_ms, node.offset_ms +
                                     node.ms_per_km * geo::distance_m(at, node.position) / 1000);
                }
            }
            const auto detail = rtt.detail(*from, to);
            ASSERT_EQ(detail.rtt.exists(), best_ms < BackboneNetwork::kNoPath);
            if (!detail.rtt.exists()) {
                continue;
            }
            EXPECT_NEAR(detail.rtt.rtt_ms, best_ms + 10, 0.01) << at.lon << "," << at.lat;
            EXPECT_EQ(rtt.between(*from, to).rtt_ms, detail.rtt.rtt_ms);
            double sum = 0;
            for (const auto& part : detail.parts) {
                sum += part.rtt_ms;
            }
            EXPECT_NEAR(sum, detail.rtt.rtt_ms, 1e-9);
            double steps_ms = 0;
            for (const auto& step : detail.steps) {
                steps_ms += step.rtt_ms;
            }
            const auto correction =
                std::find_if(detail.parts.begin(), detail.parts.end(),
                             [](const RttPart& part) { return part.name == "learned correction"; });
            const double learned_ms = correction == detail.parts.end() ? 0 : correction->rtt_ms;
            EXPECT_NEAR(steps_ms + learned_ms + 10, detail.rtt.rtt_ms, 0.01);
        }
    }
}

TEST(ClientRtt, HasTheIntervalOfItsClients) {
    const std::vector<ClientLine> lines{{1, 10, 0.5, 0.01, 200, 0.4},
                                        {2, 25, 0.8, 0.002, 300, 0.9}};
    const ClientAccess access(ClientKind::fixed, lines, lines[1]);
    const ClientIntervals intervals(access);
    std::mt19937 random(11);
    std::uniform_real_distribution<double> path(0, 700);
    for (int i = 0; i < 500; ++i) {
        const auto country = static_cast<geo::CountryIndex>(i % 3);
        const double path_ms = i == 0 ? 0 : path(random);
        const auto plain = access.interval(country, path_ms);
        const auto guessed = intervals.at(country, path_ms);
        ASSERT_EQ(guessed.low_ms, plain.low_ms) << path_ms;
        ASSERT_EQ(guessed.high_ms, plain.high_ms) << path_ms;
    }
}

TEST(ClientRtt, HasNoPathWhereNothingLeads) {
    auto rtt = client_rtt();
    const auto stanley = rtt.place({-57.85, -51.69}).value();
    const auto london = rtt.place(kLondon).value();
    rtt.prepare(stanley, london);
    std::string path = "?";
    EXPECT_FALSE(rtt.between(stanley, london, &path).exists());
    EXPECT_EQ(path, "");
    EXPECT_TRUE(rtt.detail(stanley, london).steps.empty());
}

// ---- the model of coverage ----------------------------------------------------------------------

TEST(BackboneModel, ExplainsWhatItsNodesSay) {
    geo::Provider provider;
    provider.id = "p";
    std::vector<geo::Region> regions(2);
    regions[0].id = "london";
    regions[0].position = kLondon;
    regions[1].id = "mumbai";
    regions[1].position = kMumbai;
    const geo::Catalog catalog({provider}, regions, {}, k2025);
    const auto model = make_backbone_model(world().backbone, world().parameters);
    const auto nodes = model->access_nodes(catalog, {0, 1}, k2025, 2);
    EXPECT_GT(nodes.size(), 2000U);
    const geo::LonLat lagos{3.38, 6.52};
    const auto land = world().backbone->land_place(lagos);
    std::array<double, 2> best{1e9, 1e9};
    for (const auto& node : nodes) {
        ASSERT_GE(node.offset_ms, world().parameters.fixed_access_ms);
        ASSERT_GT(node.ms_per_km, 0.009);
        if (node.area == land->land) {
            best[node.region] = std::min(
                best[node.region],
                node.offset_ms + node.ms_per_km * geo::distance_m(lagos, node.position) / 1000);
        }
    }
    for (geo::RegionIndex region = 0; region < 2; ++region) {
        double sum = 0;
        for (const auto& part : model->explain(catalog, lagos, geo::kNoCountry, region, k2025)) {
            sum += part.rtt_ms;
        }
        // Pairs keep ways in single precision, and measure kilometres within a metre.
        EXPECT_NEAR(sum, best[region], 1e-3);
    }
    EXPECT_LT(best[0], best[1]) << "Lagos is nearer London by cable";
}

}  // namespace
}  // namespace footprint::sim
