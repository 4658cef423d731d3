#include "sim/coverage/cable_traffic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace footprint::sim {
namespace {

const std::filesystem::path kDatasets = FOOTPRINT_SOURCE_DIR "/datasets";
const Date k2025 = Date::from_ymd(2025, 6, 14);

struct World {
    geo::Catalog catalog = geo::load_catalog_or_throw({kDatasets, {}, {}, false});
    Timeline timeline = Timeline::from_catalog(catalog);
    geo::Atlas atlas = geo::Atlas::load(kDatasets);
    geo::DemandPoints points = geo::DemandPoints::load(kDatasets, atlas);
    std::shared_ptr<const Backbone> backbone =
        std::make_shared<const Backbone>(Backbone::load(kDatasets, atlas));
    BackboneParameters parameters =
        BackboneParameters::load(kDatasets / "latency" / "backbone_parameters.json");

    CableTraffic traffic(const WhatIf& what_if = {}) const {
        CoverageOptions options;
        options.scope = RegionScope::published(catalog);
        return {timeline, atlas, points, backbone, parameters, what_if, options};
    }
    std::vector<ProviderIndex> provider(const std::string& name) const {
        return {catalog.require_provider(name)};
    }
};

const World& world() {
    static const World kWorld;
    return kWorld;
}

bool is_of(BackboneNodeIndex node, const std::string& country) {
    return world().backbone->nodes()[node].country == country;
}

// People whose ways cross the edges that lead out of a country.
double leaving(const CableDay& day, const std::string& country) {
    double people = 0;
    const auto edges = world().backbone->edges();
    for (std::size_t i = 0; i < edges.size(); ++i) {
        if (is_of(edges[i].from, country) != is_of(edges[i].to, country)) {
            people += day.people[i];
        }
    }
    return people;
}

double people_of(const std::string& country, Date date) {
    const auto weights = world().points.weights(world().atlas.series(), date.decimal_year(),
                                                geo::PeopleWeight::people);
    const auto index = world().atlas.find_country(country);
    double sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        sum += world().points.country[i] == index ? weights[i] : 0;
    }
    return sum;
}

TEST(CableTraffic, EverybodyOfAnIslandWithoutARegionLeavesItOnce) {
    auto traffic = world().traffic();
    const auto day = traffic.at(k2025, world().provider("aws"));
    for (const std::string country : {"MG", "LK"}) {
        // Nobody's way to AWS leads through Madagascar or Sri Lanka but their own people's.
        const double all = people_of(country, k2025);
        EXPECT_GE(leaving(day, country), 0.99 * all) << country;
        EXPECT_LE(leaving(day, country), 1.1 * all) << country;
    }
}

TEST(CableTraffic, NobodyUsesACableThatIsNotThere) {
    auto traffic = world().traffic();
    for (const Date date : {Date::from_ymd(2009, 1, 1), k2025}) {
        const auto day = traffic.at(date, world().provider("azure"));
        for (std::size_t i = 0; i < day.people.size(); ++i) {
            EXPECT_TRUE(day.in_service[i] || day.people[i] == 0) << i;
        }
    }
}

TEST(CableTraffic, WithoutTheRedSeaEastAfricaLeavesOtherWays) {
    WhatIf closed;
    closed.without = {"chokepoint:red-sea"};
    auto usual = world().traffic();
    auto cut = world().traffic(closed);
    const auto all = world().provider("google");
    const auto before = usual.at(k2025, all);
    const auto after = cut.at(k2025, all);
    double used = 0;
    std::size_t gone = 0;
    for (std::size_t i = 0; i < before.people.size(); ++i) {
        if (before.in_service[i] && !after.in_service[i]) {
            ++gone;
            used += before.people[i];
            EXPECT_EQ(after.people[i], 0);
        }
    }
    EXPECT_GT(gone, 5U);
    EXPECT_GT(used, 1e6);
}

TEST(CableTraffic, NobodyTravelsToAProviderWithoutRegions) {
    auto traffic = world().traffic();
    const auto day = traffic.at(Date::from_ymd(2007, 1, 1), world().provider("oracle"));
    for (const double people : day.people) {
        EXPECT_EQ(people, 0);
    }
}

}  // namespace
}  // namespace footprint::sim
