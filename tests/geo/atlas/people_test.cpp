#include "geo/atlas/people.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "geo/atlas/inhabited.h"
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

TEST(InhabitedPlaces, KnowWhosePeopleLiveNearest) {
    const InhabitedPlaces places(points());
    std::mt19937 random(3);
    std::uniform_int_distribution<std::size_t> any(0, points().size() - 1);
    std::uniform_real_distribution<double> aside(-0.4, 0.4);
    for (int trial = 0; trial < 60; ++trial) {
        const LonLat near = points().position[any(random)];
        const LonLat at{normalized_lon(near.lon + aside(random)), near.lat + aside(random)};
        double nearest_m = std::numeric_limits<double>::infinity();
        CountryIndex whose = kNoCountry;
        for (std::size_t i = 0; i < points().size(); ++i) {
            const double m = std::abs(points().position[i].lat - at.lat) < 1
                                 ? distance_m(at, points().position[i])
                                 : nearest_m;
            whose = m < nearest_m ? points().country[i] : whose;
            nearest_m = std::min(nearest_m, m);
        }
        constexpr double kWithin_m = 20'000;
        EXPECT_EQ(places.country_near(at, kWithin_m),
                  nearest_m < kWithin_m ? std::optional(whose) : std::nullopt);
    }
    EXPECT_EQ(places.country_near({-30, 30}, 50'000), std::nullopt);
    // Across the antimeridian, 42 km away.
    const auto chukotka = places.country_near({179.95, 66.32}, 50'000);
    ASSERT_TRUE(chukotka);
    EXPECT_EQ(atlas().countries()[*chukotka].iso2, "RU");
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
