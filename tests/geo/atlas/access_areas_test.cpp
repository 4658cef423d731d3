#include "geo/atlas/access_areas.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "base/csv.h"
#include "base/error.h"
#include "geo/atlas/cities.h"
#include "geo/sphere/grid.h"

namespace footprint::geo {
namespace {

const std::filesystem::path kDatasets = std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets";

const Atlas& atlas() {
    static const Atlas loaded = Atlas::load(kDatasets);
    return loaded;
}

const AccessAreas& areas() {
    static const AccessAreas loaded = AccessAreas::load(kDatasets, atlas());
    return loaded;
}

constexpr LonLat kParis{2.35, 48.86}, kLondon{-0.13, 51.51}, kDublin{-6.26, 53.35},
    kBelfast{-5.93, 54.6}, kMalmo{13.0, 55.6}, kCopenhagen{12.55, 55.68}, kAarhus{10.2, 56.16},
    kIstanbulEurope{28.9, 41.05}, kIstanbulAsia{29.1, 41.0}, kSeoul{126.98, 37.57},
    kPyongyang{125.75, 39.03}, kBeijing{116.4, 39.9}, kDelhi{77.21, 28.61}, kLahore{74.34, 31.55},
    kKathmandu{85.32, 27.7}, kDhaka{90.41, 23.81}, kSingapore{103.82, 1.35},
    kKualaLumpur{101.69, 3.14}, kBangkok{100.5, 13.75}, kColombo{79.87, 6.93}, kCairo{31.24, 30.04},
    kTelAviv{34.85, 32.08}, kAmman{35.93, 31.95}, kAlgiers{3.1, 36.7}, kRabat{-6.8, 34.0},
    kLagos{3.4, 6.6}, kNairobi{36.8, -1.3}, kPanama{-79.5, 9.1}, kBogota{-74.07, 4.7},
    kMexicoCity{-99.13, 19.43}, kTokyo{139.7, 35.7}, kSapporo{141.35, 43.06},
    kFukuoka{130.4, 33.55}, kNaha{127.7, 26.3}, kKyiv{30.52, 50.45}, kMoscow{37.62, 55.75},
    kManama{50.55, 26.15}, kRiyadh{46.7, 24.7}, kDili{125.6, -8.6}, kKupang{123.7, -10.1},
    kBuenosAires{-58.5, -34.65}, kPerth{116, -31.95}, kHobart{147.3, -42.8},
    kAnchorage{-149.5, 61.3}, kPalermo{13.4, 38.0};

bool joined(LonLat a, LonLat b) {
    EXPECT_NE(areas().at(a), kNoArea);
    return areas().at(a) == areas().at(b);
}

TEST(AccessAreas, HangTogetherOverOpenBordersAndFixedLinks) {
    EXPECT_TRUE(joined(kParis, kLondon));  // Channel Tunnel
    EXPECT_TRUE(joined(kDublin, kBelfast));
    EXPECT_TRUE(joined(kMalmo, kCopenhagen));   // Øresund
    EXPECT_TRUE(joined(kCopenhagen, kAarhus));  // the Belts
    EXPECT_TRUE(joined(kIstanbulEurope, kIstanbulAsia));
    EXPECT_TRUE(joined(kSingapore, kKualaLumpur));
    EXPECT_TRUE(joined(kKualaLumpur, kBangkok));
    EXPECT_TRUE(joined(kParis, kBeijing));
    EXPECT_TRUE(joined(kDelhi, kDhaka));
    EXPECT_TRUE(joined(kDelhi, kKathmandu));
    EXPECT_TRUE(joined(kPanama, kMexicoCity));
    EXPECT_TRUE(joined(kMexicoCity, kAnchorage));
    EXPECT_TRUE(joined(kBogota, kBuenosAires));
    EXPECT_TRUE(joined(kLagos, kNairobi));
    EXPECT_TRUE(joined(kTokyo, kSapporo));
    EXPECT_TRUE(joined(kTokyo, kFukuoka));
    EXPECT_TRUE(joined(kManama, kRiyadh));
    EXPECT_TRUE(joined(kDili, kKupang));
}

TEST(AccessAreas, AreCutByTheSeaAndByClosedBorders) {
    EXPECT_FALSE(joined(kSeoul, kPyongyang));
    EXPECT_TRUE(joined(kPyongyang, kBeijing));
    EXPECT_FALSE(joined(kDelhi, kLahore));
    EXPECT_FALSE(joined(kDelhi, kBeijing));
    EXPECT_FALSE(joined(kDelhi, kColombo));
    EXPECT_FALSE(joined(kTelAviv, kCairo));
    EXPECT_FALSE(joined(kTelAviv, kAmman));
    EXPECT_FALSE(joined(kAlgiers, kRabat));
    EXPECT_FALSE(joined(kAlgiers, kLagos));
    EXPECT_TRUE(joined(kAlgiers, kCairo));
    EXPECT_FALSE(joined(kPanama, kBogota));
    EXPECT_FALSE(joined(kKyiv, kMoscow));
    EXPECT_FALSE(joined(kDublin, kLondon));
    EXPECT_FALSE(joined(kTokyo, kNaha));
    EXPECT_FALSE(joined(kPerth, kHobart));
    EXPECT_FALSE(joined(kPerth, kNairobi));
    EXPECT_FALSE(joined(kPalermo, kParis));
}

TEST(AccessAreas, NoClosedBorderRunsInsideAnArea) {
    CsvReader csv(kDatasets / "backbone" / "access_borders.csv");
    const Cities cities = Cities::load(kDatasets);
    int checked = 0;
    while (csv.next()) {
        if (csv.field(csv.column("kind")) != "closed") {
            continue;
        }
        const auto largest = [&](std::string_view code) {
            const City* best = nullptr;
            for (const auto& city : cities.all()) {
                if (city.country == code &&
                    (best == nullptr || city.population > best->population)) {
                    best = &city;
                }
            }
            return best;
        };
        const City* a = largest(csv.field(csv.column("a")));
        const City* b = largest(csv.field(csv.column("b")));
        if (a == nullptr || b == nullptr) {
            continue;  // Siachen
        }
        const auto in = [&](const City* city) {
            return areas().at(city->position, *atlas().find_country(city->country));
        };
        EXPECT_NE(in(a), in(b)) << a->name << " and " << b->name;
        ++checked;
    }
    EXPECT_GT(checked, 20);
}

TEST(AccessAreas, PutPlacesNearTheShoreOnItAndOthersNowhere) {
    EXPECT_EQ(areas().at({-40, 30}), kNoArea);
    EXPECT_EQ(areas().at({0, 90}), kNoArea);
    EXPECT_EQ(areas().at({-180, 0}), kNoArea);
    EXPECT_EQ(areas().at({-180, 67.5}), areas().at({179.9, 67.5}));  // Chukotka across ±180°
    EXPECT_EQ(areas().at({-180, 67.5}), areas().at({-175, 66.5}));
    EXPECT_EQ(areas().at({0, -90}), areas().at({120, -80}));
    const LonLat off_brest{-5.0, 48.4};
    EXPECT_EQ(atlas().country_at(off_brest), kNoCountry);
    EXPECT_EQ(areas().at(off_brest), areas().at(kParis));
    EXPECT_EQ(areas().at({-5.6, 48.4}), kNoArea);
    EXPECT_EQ(areas().at({std::nan(""), 0}), kNoArea);
}

TEST(AccessAreas, KnowThatAPlaceBelongsToItsCountry) {
    const auto country = [](std::string_view code) { return *atlas().find_country(code); };
    // A quay in Seoul's bay and one opposite, as coarse as the base map may be.
    EXPECT_EQ(areas().at({126.6, 37.75}, country("KR")), areas().at(kSeoul));
    EXPECT_EQ(areas().at({126.6, 37.75}, country("KP")), areas().at(kPyongyang));
    EXPECT_EQ(areas().at({-5.35, 36.14}, country("GI")), areas().at({-4.0, 40.0}));
    const auto tuvalu = areas().at({179.2, -8.52}, country("TV"));
    EXPECT_NE(tuvalu, kNoArea);
    EXPECT_EQ(areas().all()[tuvalu].countries, std::vector{country("TV")});
    const auto lakshadweep = areas().at({72.64, 10.57}, country("IN"));
    EXPECT_NE(lakshadweep, areas().at(kDelhi));
    EXPECT_NE(lakshadweep, kNoArea);
    EXPECT_EQ(areas().at(kParis, kNoCountry), areas().at(kParis));
}

TEST(AccessAreas, LabelEveryDemandPoint) {
    const DemandPoints points = DemandPoints::load(kDatasets, atlas());
    const auto labels = areas().of(points);
    double people = 0, eurasia = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        ASSERT_LT(labels[i], areas().all().size());
        eurasia += labels[i] == 0 ? double{points.people_2025[i]} : 0;
        people += double{points.people_2025[i]};
    }
    EXPECT_EQ(areas().at(kMoscow), 0);  // the largest
    EXPECT_GT(eurasia / people, 0.30);
    EXPECT_LT(eurasia / people, 0.45);
}

TEST(AccessAreas, RowsAreWhatSinglePlacesAre) {
    const Grid grid(720, 360);
    std::mt19937_64 random(5);
    for (std::size_t row = 0; row < grid.rows(); row += 3) {
        std::vector<CountryIndex> countries(grid.columns());
        std::vector<AccessAreaIndex> labels(grid.columns());
        const LonLat first = grid.centre(0, row);
        areas().row(first.lat, first.lon, 0.5, countries, labels);
        for (std::size_t column = random() % 4; column < grid.columns(); column += 4) {
            const LonLat at = grid.centre(column, row);
            ASSERT_EQ(countries[column], areas().shore(at).country) << at.lon << " " << at.lat;
            const auto on_land = atlas().country_at(at);
            ASSERT_TRUE(on_land == kNoCountry || countries[column] == on_land);
            ASSERT_EQ(labels[column], areas().at(at)) << at.lon << " " << at.lat;
        }
    }
}

class WrittenBorders : public ::testing::Test {
  protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() /
                  ("footprint_borders_" + std::to_string(::getpid()));
        std::filesystem::create_directories(folder_ / "backbone");
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    AccessAreas load(const std::string& rows) {
        std::ofstream(folder_ / "backbone" / "access_borders.csv")
            << "kind,a,a_lon,a_lat,b,b_lon,b_lat\n"
            << rows;
        return AccessAreas::load(folder_, atlas());
    }
    std::string complaint(const std::string& rows) {
        try {
            load(rows);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    }
    std::filesystem::path folder_;
};

TEST_F(WrittenBorders, ChangeTheAreas) {
    const auto open = load("");
    EXPECT_EQ(open.at(kSeoul), open.at(kPyongyang));
    EXPECT_EQ(open.at(kDelhi), open.at(kLahore));
    EXPECT_NE(open.at(kParis), open.at(kLondon));
    const auto tunnel = load("link,GB,1.17,51.08,FR,1.81,50.93\n");
    EXPECT_EQ(tunnel.at(kParis), tunnel.at(kLondon));
    const auto korea = load("closed,KR,,,KP,,\n");
    EXPECT_NE(korea.at(kSeoul), korea.at(kPyongyang));
}

TEST_F(WrittenBorders, AreRefusedWithTheLineWhenWrong) {
    EXPECT_NE(complaint("closed,KR,,,XX,,\n").find("csv:2"), std::string::npos);
    EXPECT_NE(complaint("wall,KR,,,KP,,\n").find("closed, gateway or link"), std::string::npos);
    EXPECT_NE(complaint("link,GB,,,FR,,\n").find("two ends"), std::string::npos);
    EXPECT_NE(complaint("link,GB,1.17,95,FR,1.8,50.9\n").find("degrees"), std::string::npos);
    EXPECT_NE(complaint("link,GB,-30,51,FR,1.8,50.9\n").find("30 km off"), std::string::npos);
    // India and Pakistan still meet through China.
    EXPECT_NE(complaint("closed,IN,,,PK,,\n").find("hang together"), std::string::npos);
}

}  // namespace
}  // namespace footprint::geo
