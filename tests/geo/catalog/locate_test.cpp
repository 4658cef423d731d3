#include "geo/catalog/locate.h"

#include <gtest/gtest.h>

namespace footprint::geo {
namespace {

const std::filesystem::path kDatasets = std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets";

Region region_at(LonLat position, std::string country = "") {
    Region region;
    region.id = "r";
    region.position = position;
    region.country = std::move(country);
    return region;
}

std::string located(LonLat position, std::string country = "") {
    const Catalog catalog({Provider{}}, {region_at(position, std::move(country))}, {}, Date(0));
    return with_countries(catalog, Atlas::load(kDatasets)).region(0).country;
}

TEST(Locate, TakesTheCountryThatHoldsTheRegion) {
    EXPECT_EQ(located({3.38, 6.60}), "NG");
    EXPECT_EQ(located({103.75, 1.49}), "MY");
}

TEST(Locate, TakesTheNearestCountryOffItsCoast) {
    EXPECT_EQ(located({3.40, 6.35}), "NG");
}

TEST(Locate, LeavesARegionOnTheHighSeasWithoutACountry) {
    EXPECT_EQ(located({-30, 30}), "");
}

TEST(Locate, KeepsTheCountryThatARowStates) {
    EXPECT_EQ(located({3.38, 6.60}, "BJ"), "BJ");
}

TEST(Locate, FindsNothingMissingInTheShippedCatalog) {
    EXPECT_FALSE(lacks_countries(load_catalog_or_throw({kDatasets, {}})));
}

// Our rows' stated countries are the oracle: the map must give back nearly all of them.
TEST(Locate, AgreesWithTheCountriesThatTheCatalogStates) {
    const Catalog catalog = load_catalog_or_throw({kDatasets, {}});
    const Atlas atlas = Atlas::load(kDatasets);
    std::vector<Region> blank(catalog.regions().begin(), catalog.regions().end());
    for (auto& region : blank) {
        region.country.clear();
    }
    const Catalog found = with_countries(
        {{catalog.providers().begin(), catalog.providers().end()}, blank, {}, catalog.as_of()},
        atlas);
    std::size_t equal = 0;
    for (RegionIndex i = 0; i < found.regions().size(); ++i) {
        equal += found.region(i).country == catalog.region(i).country ? 1U : 0U;
    }
    EXPECT_GE(equal, catalog.regions().size() * 97 / 100);
}

}  // namespace
}  // namespace footprint::geo
