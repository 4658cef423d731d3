#include "geo/atlas/atlas.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <random>

#include "base/csv.h"
#include "base/text.h"
#include "geo/sphere/area.h"
#include "geo/sphere/geodesic.h"

namespace footprint::geo {
namespace {

const std::filesystem::path kDatasets = std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets";

const Atlas& fine() {
    static const Atlas atlas = Atlas::load(kDatasets);
    return atlas;
}

const Atlas& coarse() {
    static const Atlas atlas = Atlas::load(kDatasets, MapDetail::coarse);
    return atlas;
}

std::string code_at(const Atlas& atlas, LonLat p) {
    const CountryIndex index = atlas.country_at(p);
    return index == kNoCountry ? "" : atlas.countries()[index].iso2;
}

double area_km2(const Atlas& atlas, std::string_view code) {
    double sum = 0;
    for (const auto& polygon : atlas.shapes(*atlas.find_country(code))) {
        sum += area_m2(polygon);
    }
    return sum / 1e6;
}

// The nearest point of all edges by its chord, of every edge in turn.
double plain_distance_m(const Atlas& atlas, LonLat position, CountryIndex country) {
    const Vec3 here = reduced_unit_vector(position);
    double least_square = std::numeric_limits<double>::infinity();
    Vec3 nearest = here;
    for (const auto& polygon : atlas.shapes(country)) {
        for (const auto& ring : polygon) {
            for (std::size_t i = 0; i < ring.size(); ++i) {
                const Vec3 from = reduced_unit_vector(ring[i]);
                const Vec3 along = reduced_unit_vector(ring[(i + 1) % ring.size()]) - from;
                const double length = dot(along, along);
                const double t =
                    length > 0 ? std::clamp(dot(here - from, along) / length, 0.0, 1.0) : 0;
                const Vec3 near = from + t * along;
                const double square = dot(near - here, near - here);
                if (square < least_square) {
                    least_square = square;
                    nearest = near;
                }
            }
        }
    }
    return fast_distance_reduced_m(here, (1 / norm(nearest)) * nearest);
}

TEST(Atlas, TheDistanceToLandIsThatToTheNearestOfAllEdges) {
    const Atlas& atlas = coarse();
    std::mt19937 random(5);
    std::uniform_real_distribution<double> uniform(-1, 1);
    int at_sea = 0;
    for (int i = 0; i < 150; ++i) {
        const LonLat p{180 * uniform(random), 90 * uniform(random)};
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t c = 0; c < atlas.countries().size(); ++c) {
            const auto country = static_cast<CountryIndex>(c);
            if (atlas.shapes(country).empty()) {
                EXPECT_EQ(atlas.distance_to_country_m(p, country), std::nullopt);
                continue;
            }
            const double plain = plain_distance_m(atlas, p, country);
            least = std::min(least, plain);
            const bool inside = atlas.country_at(p) == country;
            const auto distance = atlas.distance_to_country_m(p, country);
            ASSERT_TRUE(distance.has_value());
            EXPECT_NEAR(*distance, inside ? 0 : plain, 1) << p.lon << ' ' << p.lat;
        }
        const bool on_land = atlas.country_at(p) != kNoCountry;
        at_sea += on_land ? 0 : 1;
        EXPECT_NEAR(atlas.distance_to_land_m(p), on_land ? 0 : least, 1 + 1e-3 * least);
    }
    EXPECT_GT(at_sea, 50);
}

TEST(Atlas, KnowsWhichCountryAPointIsIn) {
    for (const Atlas* atlas : {&fine(), &coarse()}) {
        EXPECT_EQ(code_at(*atlas, {2.35, 48.86}), "FR");
        EXPECT_EQ(code_at(*atlas, {-76, 45.5}), "CA");
        EXPECT_EQ(code_at(*atlas, {17.08, -22.56}), "NA");  // Windhoek
        EXPECT_EQ(code_at(*atlas, {28.5, -29.5}), "LS");    // a hole in South Africa
        EXPECT_EQ(code_at(*atlas, {26, -29}), "ZA");
        EXPECT_EQ(code_at(*atlas, {177.5, -17.8}), "FJ");
        EXPECT_EQ(code_at(*atlas, {-173, 66}), "RU");  // Chukotka, beyond 180°
        EXPECT_EQ(code_at(*atlas, {178, 67}), "RU");
        EXPECT_EQ(code_at(*atlas, {-180, 67.5}), "RU");
        EXPECT_EQ(code_at(*atlas, {180, 67.5}), "RU");
        EXPECT_EQ(code_at(*atlas, {0, -90}), "AQ");
        EXPECT_EQ(code_at(*atlas, {123, -85}), "AQ");
        EXPECT_EQ(code_at(*atlas, {0, 90}), "");
        EXPECT_EQ(code_at(*atlas, {0, 0}), "");
        EXPECT_EQ(code_at(*atlas, {-150, 30}), "");
    }
    EXPECT_EQ(code_at(fine(), {103.82, 1.35}), "SG");
    EXPECT_EQ(code_at(fine(), {-52.5, 4.5}), "GF");
    EXPECT_EQ(code_at(fine(), {44, 10}), "SO");  // Somaliland counts there
    EXPECT_EQ(code_at(fine(), {std::nan(""), 10}), "");
    EXPECT_EQ(code_at(fine(), {10, 91}), "");
}

TEST(Atlas, PlacesRegionsOfTheCatalogInOrNearTheirCountry) {
    std::size_t regions = 0;
    std::size_t inside = 0;
    for (const auto& file : std::filesystem::directory_iterator(kDatasets / "providers")) {
        CsvReader csv(file.path());
        const auto lon = csv.column("lon");
        const auto lat = csv.column("lat");
        const auto code = csv.column("country");
        const auto id = csv.column("region_id");
        while (csv.next()) {
            const LonLat position{*parse_number(csv.field(lon)), *parse_number(csv.field(lat))};
            const auto country = fine().find_country(csv.field(code));
            ASSERT_TRUE(country) << csv.field(id);
            ++regions;
            inside += fine().country_at(position) == *country ? 1U : 0U;
            const auto away = fine().distance_to_country_m(position, *country);
            ASSERT_TRUE(away) << csv.field(id);
            // The base map's own error, and cities on a coast or a narrow border.
            EXPECT_LT(*away, 20'000) << file.path() << " " << csv.field(id);
        }
    }
    EXPECT_GE(regions, 400U);
    EXPECT_GT(static_cast<double>(inside) / static_cast<double>(regions), 0.9);
}

// Areas in km² from the CIA World Factbook (land and inland water), within the map's detail.
TEST(Atlas, CountriesHaveTheirAreas) {
    EXPECT_NEAR(area_km2(fine(), "FR"), 549'970, 0.02 * 549'970);
    EXPECT_NEAR(area_km2(fine(), "RU"), 17'098'242, 0.02 * 17'098'242);
    EXPECT_NEAR(area_km2(fine(), "BR"), 8'515'770, 0.02 * 8'515'770);
    EXPECT_NEAR(area_km2(fine(), "ZA"), 1'219'090, 0.02 * 1'219'090);
    EXPECT_NEAR(area_km2(fine(), "FJ"), 18'274, 0.05 * 18'274);
}

TEST(Atlas, LandIsTheSumOfItsCountries) {
    double land = 0;
    for (const auto& polygon : fine().land()) {
        land += area_m2(polygon);
    }
    double sum = 0;
    for (std::size_t i = 0; i < fine().countries().size(); ++i) {
        for (const auto& polygon : fine().shapes(static_cast<CountryIndex>(i))) {
            sum += area_m2(polygon);
        }
    }
    EXPECT_NEAR(sum / land, 1, 1e-9);
    EXPECT_NEAR(land / kEarthArea_m2, 0.2875, 0.001);
}

// OGC Simple Features: polygons of one shape touch at points only.
TEST(Atlas, NoTwoPolygonsOfACountryHaveAnEdgeInCommon) {
    using Edge = std::pair<std::pair<double, double>, std::pair<double, double>>;
    for (const Atlas* atlas : {&fine(), &coarse()}) {
        for (std::size_t i = 0; i < atlas->countries().size(); ++i) {
            std::map<Edge, int> edges;
            for (const auto& polygon : atlas->shapes(static_cast<CountryIndex>(i))) {
                for (const auto& ring : polygon) {
                    for (std::size_t k = 0; k < ring.size(); ++k) {
                        const LonLat a = ring[k];
                        const LonLat b = ring[(k + 1) % ring.size()];
                        const std::pair from(a.lon, a.lat);
                        const std::pair to(b.lon, b.lat);
                        EXPECT_EQ(++edges[from < to ? Edge(from, to) : Edge(to, from)], 1)
                            << atlas->countries()[i].name << ' ' << a.lon << ' ' << a.lat;
                    }
                }
            }
        }
    }
    // Both keep their area (CIA World Factbook: 637,657 and 9,251 km², with the bases 254 more).
    EXPECT_NEAR(area_km2(fine(), "SO"), 637'657, 0.02 * 637'657);
    EXPECT_NEAR(area_km2(fine(), "CY"), 9'251, 0.04 * 9'251);
}

TEST(Atlas, BordersTouchTwoCountriesAndCoastsOne) {
    EXPECT_GT(fine().borders().size(), 300U);
    EXPECT_GT(fine().coasts().size(), 1000U);
    EXPECT_GE(fine().disputed().size(), 46U);
    EXPECT_GT(fine().lakes().size(), 50U);
    // A step to either side of the middle of a border is another country.
    std::size_t differing = 0;
    std::size_t asked = 0;
    for (const auto& border : fine().borders()) {
        const LonLat a = border[border.size() / 2 - (border.size() > 1 ? 1 : 0)];
        const LonLat b = border[border.size() / 2];
        const Inverse along = inverse(a, b);
        const LonLat middle = direct(a, along.azimuth_from_deg, along.distance_m / 2);
        const LonLat left = direct(middle, along.azimuth_from_deg - 90, 20);
        const LonLat right = direct(middle, along.azimuth_from_deg + 90, 20);
        ++asked;
        differing += fine().country_at(left) != fine().country_at(right) &&
                             fine().country_at(left) != kNoCountry &&
                             fine().country_at(right) != kNoCountry
                         ? 1U
                         : 0U;
    }
    EXPECT_GT(static_cast<double>(differing) / static_cast<double>(asked), 0.95);
}

TEST(Atlas, MeasuresTheDistanceToACountry) {
    const CountryIndex france = *fine().find_country("FR");
    EXPECT_EQ(fine().distance_to_country_m({2.35, 48.86}, france), 0);
    // Dover to Cap Gris-Nez: 33 km.
    EXPECT_NEAR(*fine().distance_to_country_m({1.32, 51.13}, france), 33'000, 5'000);
    EXPECT_EQ(fine().distance_to_country_m({0, 0}, *fine().find_country("GI")), std::nullopt);
    EXPECT_EQ(fine().distance_to_country_m({0, 0}, kNoCountry), std::nullopt);
}

TEST(Atlas, TablesAloneHaveTheSameIndices) {
    const Atlas tables = Atlas::load_tables(kDatasets);
    for (std::size_t i = 0; i < tables.countries().size(); ++i) {
        EXPECT_EQ(tables.countries()[i].iso2, fine().countries()[i].iso2);
    }
    EXPECT_EQ(tables.country_at({2.35, 48.86}), kNoCountry);
    EXPECT_LT(tables.countries().size(), fine().countries().size());
}

TEST(CountrySeries, WorldHasEightBillionPeopleIn2025) {
    const auto& series = fine().series();
    const auto world = [&](double year) {
        double sum = 0;
        for (std::size_t i = 0; i < fine().countries().size(); ++i) {
            sum += series.people(static_cast<CountryIndex>(i), year);
        }
        return sum;
    };
    EXPECT_NEAR(world(2025), 8.2e9, 0.03e9);
    EXPECT_NEAR(world(2000), 6.15e9, 0.05e9);
    EXPECT_EQ(world(1990), world(2000));
    EXPECT_EQ(world(2040), world(2035));
}

TEST(CountrySeries, InterpolatesBetweenItsColumns) {
    const CountryIndex andorra = *fine().find_country("AD");
    const auto& series = fine().series();
    EXPECT_EQ(series.people(andorra, 2000), 65685);
    EXPECT_NEAR(series.people(andorra, 2002.5), (65685 + 77421) / 2.0, 1e-6);
    EXPECT_EQ(series.people(andorra, 2035), 86174);
    EXPECT_EQ(series.people(kNoCountry, 2020), 0);
    EXPECT_NEAR(series.internet_share(andorra, 2015), 0.879, 1e-12);
}

TEST(CountrySeries, UrbanAndRuralSharesMakeTheCountrys) {
    const auto& series = fine().series();
    for (std::size_t i = 0; i < fine().countries().size(); ++i) {
        const auto index = static_cast<CountryIndex>(i);
        for (const double year : {2006.0, 2016.5, 2024.0, 2035.0}) {
            const auto share = series.internet(index, year);
            EXPECT_GE(share.rural, 0);
            EXPECT_LE(share.urban, 1 + 1e-12);
            EXPECT_GE(share.urban, share.rural - 1e-12);
        }
    }
    // China's published split: 85.6 % of urban and 65.1 % of rural people.
    const auto china = series.internet(*fine().find_country("CN"), 2018);
    EXPECT_NEAR(china.urban / china.rural, 85.6 / 65.1, 1e-9);
    EXPECT_NEAR(series.internet_share(*fine().find_country("EH"), 2024), 0.8, 0.2);
}

}  // namespace
}  // namespace footprint::geo
