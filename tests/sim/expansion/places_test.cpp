#include "sim/expansion/places.h"

#include <gtest/gtest.h>

#include <map>

#include "base/error.h"
#include "sim/coverage/engine.h"
#include "sim/timeline/timeline.h"

namespace footprint::sim {
namespace {

const std::filesystem::path kDatasets = std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets";

TEST(GatherPlaces, KeepsThePeopleOfEachCountry) {
    const auto atlas = geo::Atlas::load_tables(kDatasets);
    const auto points = geo::DemandPoints::load(kDatasets, atlas);
    const auto places = gather_places(points, 1000);
    EXPECT_LE(places.size(), 1000U);
    std::map<geo::CountryIndex, double> before;
    std::map<geo::CountryIndex, double> after;
    for (std::size_t i = 0; i < points.size(); ++i) {
        before[points.country[i]] += static_cast<double>(points.people_2025[i]);
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
        after[places.country[i]] += static_cast<double>(places.people_2025[i]);
        EXPECT_TRUE(geo::is_valid(places.position[i]));
    }
    ASSERT_EQ(before.size(), after.size());
    for (const auto& [country, people] : before) {
        EXPECT_NEAR(after[country], people, 1e-5 * people + 1) << country;
    }
    EXPECT_THROW(gather_places(points, 100), Error);
}

// The promise: 5,000 places say what 178,000 points say, to a tenth of a percentage point.
TEST(GatherPlaces, LosesLessThanATenthOfAPointOfCoverage) {
    const auto atlas = geo::Atlas::load_tables(kDatasets);
    const auto points = geo::DemandPoints::load(kDatasets, atlas);
    const auto places = gather_places(points, 5000);
    const auto catalog = geo::load_catalog_or_throw({kDatasets, {}});
    const auto timeline = Timeline::from_catalog(catalog);
    const auto model = make_distance_model();
    CoverageOptions options;
    options.scope = RegionScope::published(catalog);
    CoverageEngine fine(timeline, atlas, points, *model, options);
    CoverageEngine coarse(timeline, atlas, places, *model, options);
    const auto world = *atlas.find_area("world");
    double worst = 0;
    for (ProviderIndex p = 0; p < catalog.providers().size(); ++p) {
        const std::vector<ProviderIndex> one{p};
        const auto a = fine.coverage(std::span(&world, 1), one, catalog.as_of());
        const auto b = coarse.coverage(std::span(&world, 1), one, catalog.as_of());
        for (std::size_t k = 0; k < options.thresholds_ms.size(); ++k) {
            const double exact = 100 * a[0].people_within[k] / a[0].people;
            const double gathered = 100 * b[0].people_within[k] / b[0].people;
            worst = std::max(worst, std::abs(exact - gathered));
            EXPECT_NEAR(gathered, exact, 0.1)
                << catalog.provider(p).id << " within " << options.thresholds_ms[k] << " ms";
        }
    }
    RecordProperty("worst_error_points", std::to_string(worst));
}

TEST(CandidateSites, StandApartAndHoldTheMetros) {
    const auto atlas = geo::Atlas::load_tables(kDatasets);
    const auto cities = geo::Cities::load(kDatasets);
    const auto facts = Facts::load(kDatasets);
    const auto sites = candidate_sites(facts, cities, atlas, 1500);
    EXPECT_EQ(sites.size(), 1500U);
    const auto has = [&](const std::string& name) {
        return std::any_of(sites.begin(), sites.end(),
                           [&](const Site& site) { return site.name == name; });
    };
    EXPECT_TRUE(has("Dubai"));
    EXPECT_TRUE(has("São Paulo"));
    EXPECT_GE(std::count_if(sites.begin(), sites.end(), [](const Site& s) { return s.supplies; }),
              4);
}

}  // namespace
}  // namespace footprint::sim
