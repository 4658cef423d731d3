#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "geo/sphere/geodesic.h"
#include "sim/latency/latency_model.h"

namespace footprint::sim {
namespace {

geo::Catalog one_region(geo::LonLat position) {
    geo::Provider provider;
    provider.id = "p";
    geo::Region region;
    region.id = "r";
    region.position = position;
    return geo::Catalog({provider}, {region}, {}, Date());
}

TEST(DistanceModel, IsTheFormulaOfTheDocument) {
    // docs/latency.md, by hand: a quarter of the equator is 10,018.754 km; light in fibre takes
    // 2 × 10,018.754 × 1.468 ÷ 299.792458 = 98.118 ms; twice that and the access network's 7.8 ms.
    const auto catalog = one_region({90, 0});
    const auto model = make_distance_model();
    const auto nodes = model->access_nodes(catalog, {0}, Date());
    ASSERT_EQ(nodes.size(), 1U);
    const double rtt_ms = nodes[0].offset_ms + nodes[0].ms_per_km * 10'018.754171;
    EXPECT_NEAR(rtt_ms, 7.8 + 2 * 98.1177, 0.001);
    EXPECT_EQ(nodes[0].region, 0U);
    EXPECT_EQ(nodes[0].position, (geo::LonLat{90, 0}));
}

TEST(DistanceModel, HundredKilometresOfGeodesicInBareFibreAreNearlyOneMillisecond) {
    const auto model = make_distance_model({.fibre_index = 1.468, .stretch = 1, .access_ms = 0});
    const auto nodes = model->access_nodes(one_region({0, 0}), {0}, Date());
    EXPECT_NEAR(100 * nodes[0].ms_per_km, 0.979, 0.001);
}

TEST(DistanceModel, PartsOfAnExplanationAddUpToTheRttOfTheSearch) {
    const auto catalog = one_region({103.82, 1.35});
    const auto model = make_distance_model();
    const geo::LonLat paris{2.35, 48.86};
    double sum = 0;
    for (const auto& part : model->explain(catalog, paris, geo::kNoCountry, 0, Date())) {
        EXPECT_GE(part.rtt_ms, 0);
        EXPECT_FALSE(part.formula.empty());
        sum += part.rtt_ms;
    }
    const auto node = model->access_nodes(catalog, {0}, Date())[0];
    const double distance_km = geo::distance_m(paris, node.position) / 1000;
    EXPECT_NEAR(sum, node.offset_ms + node.ms_per_km * distance_km, 1e-9);
}

TEST(DistanceModel, NamesASourceForEveryParameter) {
    for (const auto& parameter : make_distance_model()->parameters()) {
        EXPECT_FALSE(parameter.source.empty()) << parameter.name;
    }
}

TEST(DistanceModel, RefusesParametersThatCannotBe) {
    EXPECT_THROW(make_distance_model({.fibre_index = 0.9, .stretch = 2, .access_ms = 5}), Error);
    EXPECT_THROW(make_distance_model({.fibre_index = 1.468, .stretch = 0.5, .access_ms = 5}),
                 Error);
    EXPECT_THROW(make_distance_model({.fibre_index = 1.468, .stretch = 2, .access_ms = -1}), Error);
    EXPECT_THROW(make_distance_model({.fibre_index = std::nan(""), .stretch = 2, .access_ms = 1}),
                 Error);
}

}  // namespace
}  // namespace footprint::sim
