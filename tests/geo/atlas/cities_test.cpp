#include "geo/atlas/cities.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "geo/sphere/geodesic.h"

namespace footprint::geo {
namespace {

const Cities& cities() {
    static const Cities loaded =
        Cities::load(std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets");
    return loaded;
}

TEST(Cities, AreFoundWhateverTheSpelling) {
    for (const char* name : {"Johor Bahru", "johor bahru", "Querétaro", "queretaro", "São Paulo",
                             "sao paulo", "Wien", "Vienna", "Jakarta", "Ashburn", "Zhangjiakou"}) {
        EXPECT_FALSE(cities().find(name).empty()) << name;
    }
    EXPECT_EQ(cities().find("Johor Bahru").front()->country, "MY");
    EXPECT_EQ(cities().find("wien").front()->country, "AT");
    EXPECT_TRUE(cities().find("Nowhere at all").empty());
    EXPECT_TRUE(cities().find("").empty());
}

TEST(Cities, TheMostPopulousComesFirstAndACountryPicks) {
    const auto london = cities().find("London");
    ASSERT_GE(london.size(), 2U);
    EXPECT_EQ(london.front()->country, "GB");
    for (std::size_t i = 1; i < london.size(); ++i) {
        EXPECT_GE(london[i - 1]->population, london[i]->population);
    }
    const auto ontario = cities().find("London, ca");
    ASSERT_EQ(ontario.size(), 1U);
    EXPECT_EQ(ontario.front()->country, "CA");
}

TEST(Cities, TheNearestIsTheNearest) {
    for (const LonLat p : {LonLat{103.8, 1.3}, LonLat{-180, 0}, LonLat{0, 90}, LonLat{12, -89},
                           LonLat{179.9, -17}, LonLat{-77.5, 39.04}}) {
        double least = std::numeric_limits<double>::infinity();
        for (const City& city : cities().all()) {
            least = std::min(least, distance_m(p, city.position));
        }
        EXPECT_EQ(distance_m(p, cities().nearest(p)->position), least);
    }
}

}  // namespace
}  // namespace footprint::geo
