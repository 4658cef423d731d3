// Files that were made to hurt: each must end in an Error that says why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ogrsf_frmts.h>
#include <sqlite3.h>

#include <filesystem>

#include "base/error.h"
#include "geo/io/vector_output.h"
#include "geo/io/vector_reader.h"
#include "tests/geo/io/samples.h"
#include "tests/support/scratch.h"

namespace footprint::geo {
namespace {

using test::point;
using test::refusal;
using test::sample_feature;
using test::sample_schema;
using testing::HasSubstr;
namespace fs = std::filesystem;

std::string refusal_to_read(const fs::path& path, const ReadOptions& options = {}) {
    return refusal([&] { read_features(path, options, [](const Feature&) {}); });
}

std::string collection(const std::string& features) {
    return R"({"type":"FeatureCollection","features":[)" + features + "]}";
}

std::string feature(const std::string& geometry, const std::string& properties = "{}") {
    return R"({"type":"Feature","properties":)" + properties + R"(,"geometry":)" + geometry + "}";
}

void run_sql(const fs::path& path, const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK)
        << (message == nullptr ? "" : message);
    sqlite3_free(message);
    sqlite3_close(database);
}

fs::path good_gpkg(const test::Scratch& scratch, int count = 100) {
    const fs::path path = scratch.path() / "good.gpkg";
    const auto sink = make_sink(path, VectorFormat::gpkg, sample_schema(), {});
    for (int i = 0; i < count; ++i) {
        sink->write(sample_feature(point(i % 180, 1)));
    }
    sink->commit();
    return path;
}

TEST(HostileInput, NamesThatAreNotFilesAreRefused) {
    EXPECT_THAT(refusal_to_read("/vsicurl/http://localhost/a.geojson"), HasSubstr("virtual file"));
    EXPECT_THAT(refusal_to_read("/vsizip/a.zip/a.geojson"), HasSubstr("virtual file"));
    EXPECT_THAT(refusal_to_read("/VSIMEM/a.geojson"), HasSubstr("virtual file"));
    EXPECT_THAT(refusal_to_read("https://example.org/a.geojson"), HasSubstr("URL"));
    EXPECT_THAT(refusal_to_read(R"({"type":"FeatureCollection","features":[]})"),
                HasSubstr("JSON text"));
    EXPECT_THAT(refusal_to_read("/no/such/file.geojson"), HasSubstr("No such file"));
    EXPECT_THAT(refusal_to_read("CSV:/etc/passwd"), HasSubstr("No such file"));
}

TEST(HostileInput, FoldersDevicesAndEmptyFilesAreRefused) {
    const test::Scratch scratch;
    EXPECT_THAT(refusal_to_read(scratch.path()), HasSubstr("not a regular file"));
    EXPECT_THAT(refusal_to_read("/dev/zero"), HasSubstr("not a regular file"));
    for (const char* name : {"a.geojson", "a.gpkg", "a.csv", "a.fgb", "a.shp"}) {
        EXPECT_THAT(refusal_to_read(scratch.file(name, "")), HasSubstr("empty"));
    }
}

TEST(HostileInput, AVrtNamedGeoJsonIsRefused) {
    const test::Scratch scratch;
    const std::string vrt =
        R"(<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource>)"
        "</OGRVRTLayer></OGRVRTDataSource>";
    for (const char* name : {"a.geojson", "a.csv", "a.vrt", "a.gpkg", "a"}) {
        EXPECT_THAT(refusal_to_read(scratch.file(name, vrt)), HasSubstr("XML"));
    }
}

TEST(HostileInput, TextThatIsAUrlOrNonsenseIsRefused) {
    const test::Scratch scratch;
    for (const char* text : {"https://example.org/a.geojson\n", "/vsicurl/http://localhost/",
                             "hello", "\x01\x02\x03", "%PDF-1.7"}) {
        EXPECT_THAT(refusal_to_read(scratch.file("a.geojson", text)),
                    HasSubstr("no format that is read"));
    }
}

TEST(HostileInput, SuffixAndContentMustAgree) {
    const test::Scratch scratch;
    EXPECT_THAT(refusal_to_read(scratch.file("a.gpkg", collection(""))), HasSubstr("rename it"));
    fs::copy(good_gpkg(scratch), scratch.path() / "b.geojson");
    EXPECT_THAT(refusal_to_read(scratch.path() / "b.geojson"), HasSubstr("rename it"));
}

TEST(HostileInput, DeepNestingIsCountedBeforeItIsParsed) {
    const test::Scratch scratch;
    std::string deep;
    for (int i = 0; i < 20'000; ++i) {
        deep += R"({"type":"GeometryCollection","geometries":[)";
    }
    EXPECT_THAT(refusal_to_read(scratch.file("a.geojson", collection(feature(deep)))),
                HasSubstr("deeper than 64"));
    EXPECT_THAT(refusal_to_read(scratch.file("b.geojsonl", std::string(100'000, '['))),
                HasSubstr("deeper than 64"));
    // Brackets inside strings do not count, escaped quotes do not end them.
    const std::string text = feature("null", R"({"a":"\"\\\")" + std::string(200, '[') + "\"}");
    EXPECT_EQ(refusal_to_read(scratch.file("c.geojson", collection(text))), "");
}

TEST(HostileInput, NumbersThatAreNotFiniteAreRefused) {
    const test::Scratch scratch;
    for (const char* bad :
         {"[1e999,0]", "[NaN,0]", "[0,Infinity]", "[0,-1e400]", "[0,91]", "[541,0]"}) {
        const std::string said = refusal_to_read(scratch.file(
            "a.geojson",
            collection(feature(R"({"type":"Point","coordinates":)" + std::string(bad) + "}"))));
        EXPECT_FALSE(said.empty()) << bad;
    }
}

// A collection of three with the given geometry in the middle, one feature a line.
std::string with_in_the_middle(const std::string& geometry) {
    const std::string good = feature(R"({"type":"Point","coordinates":[1,2]})");
    return "{\"type\":\"FeatureCollection\",\"features\":[\n" + good + ",\n" + feature(geometry) +
           ",\n" + good + "\n]}";
}

struct BadGeometryCase {
    const char* geometry;
    const char* says;
};

constexpr BadGeometryCase kBadGeometries[] = {
    {R"({"type":"Point","coordinates":[1e999,null]})", "'1e999'; expected a finite number"},
    {R"({"coordinates":[1,null],"type":"Point"})", "'null'; expected a finite number"},
    {R"({"type":"Point","coordinates":["a",2]})", "'a'; expected a finite number"},
    {R"({"type":"Point","coordinates":[true,2]})", "'true'"},
    {R"({"type":"Point","coordinates":[1]})", "one number"},
    {R"({"type":"Point","coordinates":[[1,2]]})", "not nested as those of a Point"},
    {R"({"type":"Point","coordinates":{"x":1}})", "an object; expected an array"},
    {R"({"type":"Point","coordinates":5})", "expected an array"},
    {R"({"type":"Point"})", "a Point without coordinates"},
    {R"({"type":"Pint","coordinates":[1,2]})", "'Pint' is no type"},
    {R"({"type":"LineString","coordinates":[[0,0],[1,null]]})", "'null'"},
    {R"({"type":"LineString","coordinates":[[0,0],1]})", "mix numbers and arrays"},
    {R"({"type":"Polygon","coordinates":[[0,0],[1,0],[1,1],[0,0]]})", "those of a Polygon"},
    {R"({"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[0,"b"]}]})",
     "'b'"},
    {R"({"type":"GeometryCollection"})", "without geometries"},
    {"5", "its geometry is no object"},
    {"[1,2]", "its geometry is an array"},
};

TEST(HostileInput, AGeometryThatIsNoneIsAnErrorThatNamesTheFeature) {
    const test::Scratch scratch;
    for (const auto& [geometry, says] : kBadGeometries) {
        const std::string said =
            refusal_to_read(scratch.file("a.geojson", with_in_the_middle(geometry)));
        EXPECT_THAT(said, HasSubstr(says)) << geometry;
        EXPECT_THAT(said, HasSubstr("feature 2 (line 3)")) << geometry;
        EXPECT_THAT(refusal_to_read(scratch.file("a.geojsonl", feature(geometry) + "\n")),
                    HasSubstr(says))
            << geometry;
    }
}

TEST(HostileInput, ABadFeatureIsLeftOutAndToldWhereThatIsAsked) {
    const test::Scratch scratch;
    for (const auto& [geometry, says] : kBadGeometries) {
        std::vector<std::uint64_t> bad;
        ReadOptions options;
        options.on_bad = [&](std::uint64_t number, const BadFeature& fault) {
            bad.push_back(number);
            EXPECT_THAT(fault.what(), HasSubstr(says));
        };
        std::size_t good = 0;
        read_features(scratch.file("a.geojson", with_in_the_middle(geometry)), options,
                      [&](const Feature& read) {
                          ++good;
                          EXPECT_TRUE(std::holds_alternative<Points>(read.geometry));
                      });
        EXPECT_EQ(good, 2U) << geometry;
        EXPECT_THAT(bad, testing::ElementsAre(2U)) << geometry;
    }
}

TEST(HostileInput, WhatOnlyLooksLikeABadGeometryIsRead) {
    const test::Scratch scratch;
    for (const char* good : {"null", R"({"type":"Point","coordinates":[]})",
                             R"({"type":"Point","coordinates":[1,2,3]})",
                             R"({"type":"MultiPolygon","coordinates":[]})",
                             R"({"type":"GeometryCollection","geometries":[]})",
                             R"({"bbox":[1,2,1,2],"type":"Point","coordinates":[1.0e0,-2E+1]})"}) {
        EXPECT_EQ(refusal_to_read(scratch.file("a.geojson", with_in_the_middle(good))), "") << good;
    }
    const std::string odd = R"({"coordinates":["x"],"geometry":7,"type":"q","features":[1,"{"]})";
    EXPECT_EQ(refusal_to_read(scratch.file("b.geojson", collection(feature("null", odd)))), "");
}

TEST(HostileInput, ATableWithACoordinateThatIsNoNumberNamesTheRow) {
    const test::Scratch scratch;
    const std::string head = "name,lon,lat\na,1,2\n";
    for (const char* bad :
         {"b,ten,3", "b,1e999,3", "b,nan,3", "b,,3", "b,4,", "b,4,91", "b,4 5,3"}) {
        const fs::path path = scratch.file("a.csv", head + bad + "\nc,5,6\n");
        EXPECT_THAT(refusal_to_read(path), HasSubstr("feature 2")) << bad;
        std::size_t good = 0;
        std::size_t left_out = 0;
        ReadOptions options;
        options.on_bad = [&](std::uint64_t, const BadFeature&) { ++left_out; };
        read_features(path, options, [&](const Feature&) { ++good; });
        EXPECT_EQ(good, 2U) << bad;
        EXPECT_EQ(left_out, 1U) << bad;
    }
    // Rows without a place are rows still, and a word far down a column of numbers is not lost.
    std::string rows = "lon,lat,n\n,,1\n";
    for (int i = 0; i < 200'000; ++i) {
        rows += "1.5,2.5,7\n";
    }
    std::size_t count = 0;
    Value last;
    read_features(scratch.file("b.csv", rows + "1,2,many\n"), {}, [&](const Feature& read) {
        count += read.geometry.index() == (count == 0 ? 0U : 1U) ? 1U : 0U;
        last = read.values[0];
    });
    EXPECT_EQ(count, 200'002U);
    EXPECT_EQ(last, Value(std::string("many")));
}

TEST(HostileInput, TruncatedFilesAreRefused) {
    const test::Scratch scratch;
    const std::string gpkg = test::read_text(good_gpkg(scratch, 5'000));
    for (const std::size_t size : {std::size_t{20}, std::size_t{100}, std::size_t{4096},
                                   gpkg.size() / 2, gpkg.size() - 4096}) {
        const fs::path path = scratch.file("cut.gpkg", std::string_view(gpkg).substr(0, size));
        EXPECT_FALSE(refusal_to_read(path).empty()) << size;
    }
    const std::string json = collection(feature(R"({"type":"Point","coordinates":[1,2]})"));
    EXPECT_FALSE(
        refusal_to_read(scratch.file("cut.geojson", json.substr(0, json.size() - 5))).empty());
}

TEST(HostileInput, DamagedGeoPackagesEndInAnErrorOrAResult) {
    const test::Scratch scratch;
    const std::string whole = test::read_text(good_gpkg(scratch, 200));
    for (std::size_t i = 0; i < 300; ++i) {
        std::string broken = whole;
        for (std::size_t k = 0; k < 8; ++k) {
            broken[100 + (i * 7919 + k * 104729) % (broken.size() - 100)] ^=
                static_cast<char>(1 + (i * 31 + k) % 255);
        }
        // Either is fine; crashing or hanging is not.
        static_cast<void>(refusal_to_read(scratch.file("broken.gpkg", broken)));
    }
}

TEST(HostileInput, AGeoPackageWithTriggersIsOnlyRead) {
    const test::Scratch scratch;
    const fs::path path = good_gpkg(scratch);
    run_sql(path,
            "CREATE TABLE log(x); CREATE TRIGGER t AFTER UPDATE ON regions BEGIN INSERT INTO log "
            "VALUES(1); END;");
    const std::string before = test::read_text(path);
    EXPECT_EQ(refusal_to_read(path), "");
    EXPECT_EQ(test::read_text(path), before);
    EXPECT_EQ(scratch.entries().size(), 1U);  // no journal, no -wal, no -shm
}

TEST(HostileInput, AViewPosingAsALayerIsRefused) {
    const test::Scratch scratch;
    const fs::path path = good_gpkg(scratch);
    run_sql(path,
            "ALTER TABLE regions RENAME TO hidden; CREATE VIEW regions AS SELECT * FROM hidden;"
            "UPDATE gpkg_contents SET table_name = 'regions';");
    EXPECT_THAT(refusal_to_read(path), HasSubstr("view"));
}

TEST(HostileInput, ADatabaseThatIsNoGeoPackageIsRefused) {
    const test::Scratch scratch;
    const fs::path path = scratch.path() / "plain.gpkg";
    run_sql(path, "CREATE TABLE t(x); INSERT INTO t VALUES (1);");
    EXPECT_THAT(refusal_to_read(path), HasSubstr("not a GeoPackage"));
}

TEST(HostileInput, ClaimsLargerThanTheFileAreRefused) {
    const test::Scratch scratch;
    const fs::path path = good_gpkg(scratch, 1);
    // A line that claims 2^32 - 1 points.
    run_sql(path,
            "DROP TRIGGER IF EXISTS rtree_regions_geom_update1;"
            "DROP TRIGGER IF EXISTS rtree_regions_geom_update2;"
            "DROP TRIGGER IF EXISTS rtree_regions_geom_update3;"
            "DROP TRIGGER IF EXISTS rtree_regions_geom_update4;"
            "UPDATE regions SET geom = x'4750000100000000' || x'0102000000FFFFFFFF';"
            "UPDATE regions SET geom = CAST(geom AS BLOB);");
    EXPECT_THAT(refusal_to_read(path), HasSubstr("more than its bytes can hold"));
}

TEST(HostileInput, LimitsAreKept) {
    const test::Scratch scratch;
    const fs::path path = good_gpkg(scratch, 100);
    ReadOptions options;
    options.limits.features = 100;
    EXPECT_EQ(refusal_to_read(path, options), "");
    options.limits.features = 99;
    EXPECT_THAT(refusal_to_read(path, options), HasSubstr("more than 99 features"));
    options = {};
    options.limits.fields = 4;
    EXPECT_THAT(refusal_to_read(path, options), HasSubstr("5 fields, the limit is 4"));
    options = {};
    options.limits.text_bytes = 3;
    EXPECT_THAT(refusal_to_read(path, options), HasSubstr("field 'name'"));
    options = {};
    options.limits.vertices_per_feature = 3;
    const auto line = scratch.file(
        "a.geojson",
        collection(feature(R"({"type":"LineString","coordinates":[[0,0],[1,1],[2,2],[3,3]]})")));
    EXPECT_THAT(refusal_to_read(line, options), HasSubstr("more vertices"));
}

TEST(HostileInput, AReferenceSystemNamedByUrlIsNotFetched) {
    const test::Scratch scratch;
    const fs::path path = scratch.file(
        "a.geojson", R"({"type":"FeatureCollection","crs":{"type":"link","properties":{"href":)"
                     R"("http://127.0.0.1:9/crs","type":"proj4"}},"features":[)" +
                         feature(R"({"type":"Point","coordinates":[1,2]})") + "]}");
    // Refused or read as WGS 84, but at once: nothing is asked of the network.
    static_cast<void>(refusal_to_read(path));
}

TEST(HostileInput, CoordinatesInMetresWithoutAReferenceSystemAreRefused) {
    const test::Scratch scratch;
    const fs::path path = scratch.file(
        "a.geojson", collection(feature(R"({"type":"Point","coordinates":[500000,5500000]})")));
    EXPECT_THAT(refusal_to_read(path), HasSubstr("not on the globe"));
}

TEST(HostileInput, MixedCollectionsAreRefusedWithAdvice) {
    const test::Scratch scratch;
    const fs::path path = scratch.file(
        "a.geojson", collection(feature(R"({"type":"GeometryCollection","geometries":[)"
                                        R"({"type":"Point","coordinates":[0,0]},)"
                                        R"({"type":"LineString","coordinates":[[0,0],[1,1]]}]})")));
    EXPECT_THAT(refusal_to_read(path), HasSubstr("split it"));
}

TEST(HostileInput, OnlyOurDriversAreRegistered) {
    // The lock itself: after reading anything, GDAL knows these drivers and no other.
    const test::Scratch scratch;
    EXPECT_EQ(refusal_to_read(scratch.file("a.geojson", collection(""))), "");
    std::vector<std::string> names;
    for (int i = 0; i < GetGDALDriverManager()->GetDriverCount(); ++i) {
        names.emplace_back(GetGDALDriverManager()->GetDriver(i)->GetDescription());
    }
    EXPECT_THAT(names,
                testing::UnorderedElementsAre("GeoJSON", "GeoJSONSeq", "CSV", "GPKG", "FlatGeobuf",
                                              "ESRI Shapefile", "GTiff", "COG"));
}

}  // namespace
}  // namespace footprint::geo
