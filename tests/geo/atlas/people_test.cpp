#include "geo/atlas/people.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "geo/sphere/geodesic.h"

namespace footprint::geo {
namespace {

const std::filesystem::path kDatasets = std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets";

const Atlas& atlas() {
    static const Atlas tables = Atlas::load_tables(kDatasets);
    return tables;
}

const DemandPoints& points() {
    static const DemandPoints loaded = DemandPoints::load(kDatasets, atlas());
    return loaded;
}

std::vector<double> country_sums(const std::vector<double>& weights) {
    std::vector<double> sums(atlas().countries().size(), 0);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        sums[points().country[i]] += weights[i];
    }
    return sums;
}

TEST(DemandPoints, HoldTheWorld) {
    EXPECT_GT(points().size(), 170'000U);
    EXPECT_EQ(points().country.size(), points().size());
    EXPECT_EQ(points().people_2025.size(), points().size());
    EXPECT_EQ(points().rural_2025.size(), points().size());
    const double people =
        std::accumulate(points().people_2025.begin(), points().people_2025.end(), 0.0);
    EXPECT_NEAR(people, 8.21e9, 0.02e9);
}

TEST(DemandPoints, EachCountrySumsToItsPeopleOfTheYear) {
    for (const double year : {2006.0, 2014.3, 2025.0, 2035.0}) {
        const auto sums =
            country_sums(points().weights(atlas().series(), year, PeopleWeight::people));
        for (std::size_t i = 0; i < sums.size(); ++i) {
            const double people = atlas().series().people(static_cast<CountryIndex>(i), year);
            EXPECT_NEAR(sums[i], people, 1e-6 * people + 1e-6) << atlas().countries()[i].name;
        }
    }
}

TEST(DemandPoints, EachCountrySumsToItsInternetUsers) {
    const double year = 2023;
    const auto& series = atlas().series();
    const auto weights = points().weights(series, year, PeopleWeight::internet_users);
    const auto sums = country_sums(weights);
    double world = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const auto index = static_cast<CountryIndex>(i);
        const double users = series.people(index, year) * series.internet_share(index, year);
        EXPECT_NEAR(sums[i], users, 1e-6 * users + 1e-6) << atlas().countries()[i].name;
        world += sums[i];
    }
    // ITU, Facts and Figures 2023: about 5.4 billion.
    EXPECT_NEAR(world, 5.4e9, 0.3e9);
}

TEST(DemandPoints, NeighboursInTheFileAreNeighboursOnTheGlobe) {
    double sum = 0;
    for (std::size_t i = 1; i < points().size(); ++i) {
        sum += fast_distance_m(points().position[i - 1], points().position[i]);
    }
    EXPECT_LT(sum / static_cast<double>(points().size()), 100'000);
}

}  // namespace
}  // namespace footprint::geo
