#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "geo/sphere/geodesic.h"
#include "sim/expansion/simulation.h"
#include "sim/latency/backbone_model.h"
#include "tests/support/expansion_inputs.h"

namespace footprint::sim {
namespace {

// The shipped facts, with round-trip times along the cables.
struct Along {
    ExpansionInputs inputs{700};
    geo::Atlas shapes = geo::Atlas::load(inputs.datasets);
    std::shared_ptr<const Backbone> backbone =
        std::make_shared<const Backbone>(Backbone::load(inputs.datasets, shapes));
    BackboneParameters parameters =
        BackboneParameters::load(inputs.datasets / "latency" / "backbone_parameters.json");
    std::shared_ptr<const LatencyModel> model = without({});

    std::shared_ptr<const LatencyModel> without(const std::vector<std::string>& gone) const {
        const WhatIf what_if{gone, false};
        if (!gone.empty()) {
            backbone->in_service(backbone->first_cable(), what_if);
        }
        return make_backbone_model(backbone, parameters, LatencyKind::fixed, what_if);
    }
    WorldInput input() const {
        auto input = inputs.input();
        input.model = model.get();
        input.without = [this](const std::vector<std::string>& gone) { return without(gone); };
        return input;
    }
};

const Along& along() {
    static const Along kAlong;
    return kAlong;
}

Scenario until_2028(const std::string& more) {
    return parse_scenario(
        "t",
        "schema_version = 1\nname = \"t\"\nstart = \"2026-12\"\nend = \"2027-07\"\n"
        "most_places = 700\nmost_sites = 300\n" +
            more);
}

// The same by every node of the model, each measured by the geodesic.
TEST(RttRows, AgreeWithEveryNodeOfTheBackbone) {
    const std::vector<geo::LonLat> locations{
        {8.68, 50.11}, {103.82, 1.35}, {-46.63, -23.55}, {28.05, -26.2}, {106.63, 26.65}};
    const auto& places = along().inputs.points;
    const Date date = Date::from_ymd(2026, 12, 1);
    const RttRows rows(*along().model, places, locations, date);
    std::vector<geo::Region> regions(locations.size());
    for (std::size_t i = 0; i < locations.size(); ++i) {
        regions[i].id = "r" + std::to_string(i);
        regions[i].position = locations[i];
    }
    geo::Provider provider;
    provider.id = "p";
    const geo::Catalog catalog({provider}, regions, {}, date);
    const auto areas = along().model->areas()->of(places);
    std::size_t reached = 0;
    for (geo::RegionIndex i = 0; i < locations.size(); ++i) {
        const auto nodes = along().model->access_nodes(catalog, {i}, date);
        const auto row = rows.row(i);
        for (std::size_t place = 0; place < places.size(); place += 5) {
            double best = std::numeric_limits<double>::infinity();
            for (const auto& node : nodes) {
                if (node.area == geo::kAnyArea || node.area == areas[place]) {
                    const double km = geo::distance_m(node.position, places.position[place]) / 1000;
                    best = std::min(best, node.offset_ms + node.ms_per_km * km);
                }
            }
            if (std::isfinite(best)) {
                ++reached;
                EXPECT_NEAR(static_cast<double>(row[place]), best, 0.1) << i << " " << place;
            } else {
                EXPECT_FALSE(std::isfinite(row[place]));
            }
        }
    }
    EXPECT_GT(reached, 600U);
}

TEST(CableCut, LengthensWaysForItsTimeAlone) {
    const World calm(until_2028(""), along().input());
    const World cut(until_2028("[[shock]]\nkind = \"cable-cut\"\ntarget = \"chokepoint:red-sea\"\n"
                               "from = \"2027-02\"\nto = \"2027-05\"\nsource = \"assumption\"\n"),
                    along().input());
    ASSERT_EQ(cut.way_changes.size(), 2U);
    std::size_t longer = 0;
    for (std::size_t asset = 0; asset < cut.assets.size(); asset += 20) {
        const auto before = cut.rtt_ms(cut.assets[asset].location, 0);
        const auto after = cut.rtt_ms(cut.assets[asset].location, 1);
        for (std::size_t place = 0; place < before.size(); ++place) {
            longer += after[place] > before[place] + 1 ? 1U : 0U;
        }
    }
    EXPECT_GT(longer, 100U);
    const auto a = simulate(calm, 1, 0);
    const auto b = simulate(cut, 1, 0);
    ASSERT_EQ(a.metrics.size(), b.metrics.size());
    bool felt = false;
    for (std::size_t k = 0; k < a.metrics.size(); ++k) {
        const bool during = a.metrics[k].date >= Date::from_ymd(2027, 2, 1) &&
                            a.metrics[k].date < Date::from_ymd(2027, 5, 1);
        for (std::size_t t = 0; t < kMetricThresholds_ms.size(); ++t) {
            const double calm_percent = a.metrics[k].people_within_percent[t];
            const double cut_percent = b.metrics[k].people_within_percent[t];
            if (during) {
                EXPECT_LE(cut_percent, calm_percent + 1e-9);
            } else {
                EXPECT_NEAR(cut_percent, calm_percent, 1e-9);
            }
        }
        felt = felt ||
               (during && std::abs(a.metrics[k].served_usd_m - b.metrics[k].served_usd_m) > 1e-3);
    }
    EXPECT_TRUE(felt);
}

// Cables open on their days in a run that says so; one from the past knows more than it could.
TEST(NewCables, OpenOnTheirDays) {
    auto input = along().input();
    input.network_changes = along().backbone->changes();
    input.network_known_from = Date::from_ymd(2026, 12, 1);
    EXPECT_TRUE(World(until_2028(""), input).way_changes.empty());
    const World world(until_2028("new_cables = true\n"), input);
    ASSERT_FALSE(world.way_changes.empty());
    const Date opens = world.way_changes.front().from;
    EXPECT_GT(opens, world.scenario.start);
    EXPECT_LT(opens, world.scenario.end);
    // Frankfurt's row is that of a network of the day itself.
    const std::vector<geo::LonLat> frankfurt{{8.68, 50.11}};
    const RttRows rows(*along().model, world.places, frankfurt, opens);
    std::size_t nearest = 0;
    for (std::size_t asset = 0; asset < world.assets.size(); ++asset) {
        const auto at = world.position(world.assets[asset].location);
        nearest =
            geo::distance_m(at, frankfurt[0]) <
                    geo::distance_m(world.position(world.assets[nearest].location), frankfurt[0])
                ? asset
                : nearest;
    }
    const auto row = world.rtt_ms(world.assets[nearest].location, world.way_changes.front().ways);
    std::size_t close = 0;
    for (std::size_t place = 0; place < row.size(); ++place) {
        close += std::abs(row[place] - rows.row(0)[place]) < 3 ? 1U : 0U;
    }
    EXPECT_GT(close, row.size() * 9 / 10);
    const World calm(until_2028(""), input);
    const auto a = simulate(world, 1, 0);
    const auto b = simulate(calm, 1, 0);
    bool felt = false;
    for (std::size_t k = 0; k < a.metrics.size(); ++k) {
        for (std::size_t t = 0; t < kMetricThresholds_ms.size(); ++t) {
            const double by =
                a.metrics[k].people_within_percent[t] - b.metrics[k].people_within_percent[t];
            EXPECT_TRUE(a.metrics[k].date >= opens || std::abs(by) < 1e-9);
            felt = felt || std::abs(by) > 1e-6;
        }
    }
    EXPECT_TRUE(felt);
    auto past = until_2028("new_cables = true\n");
    past.start = Date::from_ymd(2024, 1, 1);
    past.end = Date::from_ymd(2025, 1, 1);
    const World then(past, input);
    EXPECT_FALSE(then.way_changes.empty());
    ASSERT_EQ(then.notes.size(), 1U);
    EXPECT_NE(then.notes[0].find("2024-01-01"), std::string::npos);
    past.new_cables = false;
    const World closed(past, input);
    EXPECT_TRUE(closed.way_changes.empty() && closed.notes.empty());
}

TEST(CableCut, NamesWhatNobodyKnowsAndNeedsCables) {
    const auto fault = [](const std::string& target, const WorldInput& input) -> std::string {
        try {
            const World world(until_2028("[[shock]]\nkind = \"cable-cut\"\ntarget = \"" + target +
                                         "\"\nfrom = \"2027\"\nto = \"2028\"\nsource = \"a\"\n"),
                              input);
        } catch (const Error& error) {
            return error.what();
        }
        return "none";
    };
    const auto unknown = fault("chokepoint:red-see", along().input());
    EXPECT_NE(unknown.find("t:9:10"), std::string::npos) << unknown;
    EXPECT_NE(unknown.find("Did you mean 'red-sea'"), std::string::npos) << unknown;
    const auto circles = fault("chokepoint:red-sea", along().inputs.input());
    EXPECT_NE(circles.find("along cables"), std::string::npos) << circles;
}

}  // namespace
}  // namespace footprint::sim
