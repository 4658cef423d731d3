#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "geo/atlas/atlas.h"
#include "geo/atlas/cities.h"
#include "geo/atlas/people.h"
#include "geo/atlas/topojson.h"

namespace footprint::geo {
namespace {

using testing::HasSubstr;

const std::filesystem::path kDatasets = std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets";

// A datasets folder of the test's own, gone afterwards.
class Folder {
  public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "footprint-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary folder");
        }
        path_ = name;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    void write(const std::string& name, std::string_view text) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << text;
    }

  private:
    std::filesystem::path path_;
};

template <typename Action>
std::string message_of(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

std::string topojson_error(const std::string& text) {
    return message_of([&] { parse_topojson("map.topojson", text); });
}

std::string with_arcs(const std::string& arcs, const std::string& used) {
    return R"({"type":"Topology","arcs":)" + arcs +
           R"(,"objects":{"countries":{"type":"GeometryCollection","geometries":[)" +
           R"({"type":"MultiPolygon","id":"XXX","arcs":)" + used + "}]}}}";
}

TEST(TopoJson, ReadsSharedArcsForwardsAndBackwards) {
    const auto topology = parse_topojson(
        "map", with_arcs("[[[0,0],[10,0],[10,10]],[[0,0],[0,10],[10,10]]]", "[[[0,-2]]]"));
    ASSERT_EQ(topology.countries.size(), 1U);
    const auto polygons = topology.polygons(topology.countries[0]);
    ASSERT_EQ(polygons.size(), 1U);
    EXPECT_EQ(polygons[0][0], (SphereRing{{0, 0}, {10, 0}, {10, 10}, {0, 10}}));
}

TEST(TopoJson, SaysWhatIsWrong) {
    EXPECT_THAT(topojson_error(R"({"arcs":[])"), HasSubstr("not JSON"));
    EXPECT_THAT(topojson_error(R"({"arcs":[]})"), HasSubstr("'Topology'"));
    for (const char* text :
         {"", "{", "[]", "7", "[", "\"", "\"arcs", "{\"arcs\":", "{\"arcs\":7}"}) {
        EXPECT_THAT(topojson_error(text), HasSubstr("with 'arcs'")) << text;
    }
    EXPECT_THAT(topojson_error(std::string(100'000, '[')), HasSubstr("levels deep"));
    EXPECT_THAT(topojson_error(R"({"type":"Topology","arcs":[]})"), HasSubstr("objects"));
    EXPECT_THAT(topojson_error(R"({"type":"Topology","arcs":[],"objects":{}})"),
                HasSubstr("'countries' is missing"));
    const std::string arc = "[[[0,0],[1,1]]]";
    EXPECT_THAT(topojson_error(with_arcs(arc, "[[[1]]]")), HasSubstr("arc 1 does not exist"));
    EXPECT_THAT(topojson_error(with_arcs(arc, "[[[-2]]]")), HasSubstr("arc -2 does not exist"));
    EXPECT_THAT(topojson_error(with_arcs(arc, "[[[0.5]]]")), HasSubstr("not a whole number"));
    EXPECT_THAT(topojson_error(with_arcs(arc, "[[[-9223372036854775808]]]")),
                HasSubstr("does not exist"));
    EXPECT_THAT(topojson_error(with_arcs(arc, "[[[]]]")), HasSubstr("without arcs"));
    EXPECT_THAT(topojson_error(with_arcs(arc, "7")), HasSubstr("arc 7 does not exist"));
    EXPECT_THAT(topojson_error(with_arcs("[[[0,0]]]", "[[[0]]]")), HasSubstr("at least 2"));
    EXPECT_THAT(topojson_error(with_arcs("[[[0,0],[0,95]]]", "[[[0]]]")),
                HasSubstr("off the globe"));
    EXPECT_THAT(topojson_error(with_arcs("[[[0,0],[1e400,5]]]", "[[[0]]]")),
                HasSubstr("map.topojson"));
    EXPECT_THAT(topojson_error(with_arcs("[[[0],[1]]]", "[[[0]]]")), HasSubstr("expected"));
}

TEST(CountriesCsv, SaysFileLineAndColumn) {
    const Folder folder;
    const auto error = [&](std::string_view text) {
        folder.write("countries.csv", text);
        return message_of([&] { Atlas::load_tables(folder.path()); });
    };
    const std::string header = "iso2,iso3,name,continent,subregion,population_2025\n";
    EXPECT_THAT(message_of([&] { Atlas::load_tables(folder.path() / "none"); }),
                HasSubstr("countries.csv"));
    EXPECT_THAT(error("iso2,iso3\n"), HasSubstr("column 'name' is missing"));
    EXPECT_THAT(error("iso2,iso3,name,continent,subregion\n"), HasSubstr("population_YYYY"));
    EXPECT_THAT(error(header), HasSubstr("no countries"));
    EXPECT_THAT(error(header + "FR,FRA,France,Europe,Western Europe,many\n"),
                HasSubstr("countries.csv:2: column 'population_2025': 'many'"));
    EXPECT_THAT(error(header + "FR,FRA,France,Europe,Western Europe,-5\n"), HasSubstr("-5"));
    EXPECT_THAT(error(header + "France,FRA,France,Europe,Western Europe,5\n"),
                HasSubstr("alpha-2"));
    EXPECT_THAT(error(header + "FR,FRA,F,E,W,5\nFR,FRB,G,E,W,5\n"), HasSubstr("stands twice"));
    EXPECT_THAT(error(header + "FR,FRA,F,E\n"), HasSubstr("countries.csv"));
}

TEST(DemandPointsCsv, SaysFileAndLine) {
    const Folder folder;
    const Atlas atlas = Atlas::load_tables(kDatasets);
    const auto error = [&](std::string_view text) {
        folder.write("people/demand_points.csv", text);
        return message_of([&] { DemandPoints::load(folder.path(), atlas); });
    };
    const std::string header = "lon,lat,country,people,rural\n";
    EXPECT_THAT(error("lon,lat\n"), HasSubstr("demand_points.csv:1: expected the header"));
    EXPECT_THAT(error(header + "1,2,FR,3,1\n1,2,FR,x,1\n"), HasSubstr(":3:"));
    EXPECT_THAT(error(header + "1,2,ZZ,3,1\n"), HasSubstr("'ZZ'"));
    EXPECT_THAT(error(header + "1,92,FR,3,1\n"), HasSubstr("position"));
    EXPECT_THAT(error(header + "1,2,FR,3,4\n"), HasSubstr("rural <= people"));
    EXPECT_THAT(error(header + "1,2,FR,nan,1\n"), HasSubstr("expected a number"));
    EXPECT_THAT(error(header + "1,2,FR,3,1,9\n"), HasSubstr("five fields"));
    EXPECT_THAT(error(header + "1,2,FR,3\n"), HasSubstr("five fields"));
    EXPECT_THAT(error(header + "1,2,F"), HasSubstr("two letters"));
    EXPECT_THAT(error(header + "1,2,FR,3,1\n1"), HasSubstr("five fields"));
}

TEST(DemandPointsCsv, ReadsPlainLongAndWindowsNumbersExactly) {
    const Folder folder;
    const Atlas atlas = Atlas::load_tables(kDatasets);
    folder.write("people/demand_points.csv",
                 "lon,lat,country,people,rural\r\n"
                 "-176.561,-43.954,NZ,1062,762\r\n"
                 "0.12345678901234567,1e1,FR,5e3,.5\r\n"
                 "180,-0,NA,7,0");
    const auto points = DemandPoints::load(folder.path(), atlas);
    ASSERT_EQ(points.size(), 3U);
    EXPECT_EQ(points.position[0], (LonLat{-176.561, -43.954}));
    EXPECT_EQ(points.position[1], (LonLat{0.12345678901234567, 10}));
    EXPECT_EQ(points.people_2025[1], 5000);
    EXPECT_EQ(points.rural_2025[1], 0.5F);
    EXPECT_EQ(points.position[2], (LonLat{-180, 0}));
    EXPECT_EQ(atlas.countries()[points.country[2]].name, "Namibia");
}

TEST(CitiesCsv, SaysFileLineAndColumn) {
    const Folder folder;
    folder.write("cities.csv",
                 "geonames_id,name,ascii_name,country,lon,lat,population,rank,alt_names\n"
                 "1,A,A,FR,500,1,2,3,\n");
    EXPECT_THAT(message_of([&] { Cities::load(folder.path()); }),
                HasSubstr("cities.csv:2: column 'lon': '500'"));
    folder.write("cities.csv", "name\n");
    EXPECT_THAT(message_of([&] { Cities::load(folder.path()); }), HasSubstr("is missing"));
}

}  // namespace
}  // namespace footprint::geo
