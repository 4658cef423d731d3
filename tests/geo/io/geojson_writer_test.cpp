#include "geo/io/geojson_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/geo/io/rfc7946_check.h"
#include "tests/geo/io/samples.h"
#include "tests/support/scratch.h"

namespace footprint::geo {
namespace {

using nlohmann::json;
using test::point;
using test::polygon;
using test::refusal;
using test::rfc7946_faults;
using test::sample_feature;
using test::sample_schema;
using testing::HasSubstr;
using testing::IsEmpty;

std::string written(const std::vector<Feature>& features, const Schema& schema,
                    const VectorOutputOptions& options = {}, const char* name = "a.geojson") {
    const test::Scratch scratch;
    const auto target = scratch.path() / name;
    const auto sink =
        make_sink(target, choose_vector_format(target, std::nullopt), schema, options);
    for (const Feature& feature : features) {
        sink->write(feature);
    }
    sink->commit();
    return test::read_text(target);
}

TEST(GeoJsonWriter, WritesAFeatureAsSpecified) {
    EXPECT_EQ(written({sample_feature(point(-100.3898811, 20.5887932))}, sample_schema()),
              "{\"type\":\"FeatureCollection\",\"name\":\"regions\",\"description\":\"Regions at a "
              "date\",\"attribution\":\"Made for a test\",\"features\":[\n"
              "{\"type\":\"Feature\",\"properties\":{\"name\":\"Querétaro\",\"zones\":3,"
              "\"rtt_ms\":12.25,\"start_date\":\"2018-03-05\",\"open\":true},"
              "\"geometry\":{\"type\":\"Point\",\"coordinates\":[-100.3898811,20.5887932]}}\n]}\n");
}

TEST(GeoJsonWriter, WritesEveryGeometryStrictly) {
    const Line line{{170, 0}, {-170, 1}};
    const PlanarRing clockwise_open{{0, 0}, {0, 5}, {5, 5}, {5, 0}};
    const PlanarRing hole_counter_clockwise{{1, 1}, {2, 1}, {2, 2}, {1, 2}, {1, 1}};
    PlanarRing pole;
    for (int lon = -180; lon < 180; lon += 15) {
        pole.push_back({static_cast<double>(lon), 75});
    }
    const std::vector<Geometry> shapes = {
        std::monostate{},
        point(180, 90),
        Points{{{1, 2}, {3, 4}}, true},
        Points{},
        Lines{{{{0, 0}, {1, 1}}}, false},
        Lines{{line}, false},
        Lines{{{{0, 0}, {1, 1}}, {{2, 2}, {3, 3}}}, true},
        polygon({clockwise_open, hole_counter_clockwise}),
        polygon({{{170, -20}, {-170, -20}, {-170, -10}, {170, -10}}}),
        polygon({{{-180, -90}, {180, -90}, {180, 90}, {-180, 90}}}),
        polygon({pole}),
        Polygons{{{clockwise_open}, {{{10, 10}, {12, 10}, {12, 12}}}}, true},
    };
    std::vector<Feature> features;
    for (const Geometry& shape : shapes) {
        features.push_back(sample_feature(shape));
    }
    for (const bool bbox : {false, true}) {
        for (const int precision : {0, 3, 7, 12}) {
            VectorOutputOptions options;
            options.bbox = bbox;
            options.precision = precision;
            const std::string text = written(features, sample_schema(GeometryType::any), options);
            EXPECT_THAT(rfc7946_faults(text), IsEmpty());
            EXPECT_EQ(json::parse(text)["features"].size(), shapes.size());
        }
    }
}

TEST(GeoJsonWriter, WritesAnEmptyLayer) {
    const std::string text = written({}, sample_schema());
    EXPECT_THAT(rfc7946_faults(text), IsEmpty());
    EXPECT_TRUE(json::parse(text)["features"].empty());
}

TEST(GeoJsonWriter, GivesABoxThatGoesOverTheAntimeridianWestGreaterThanEast) {
    VectorOutputOptions options;
    options.bbox = true;
    const json out = json::parse(
        written({sample_feature(polygon({{{177, -19}, {-179, -19}, {-179, -16}, {177, -16}}}))},
                sample_schema(GeometryType::polygon), options));
    EXPECT_EQ(out["features"][0]["bbox"], json::parse("[177,-19,-179,-16]"));
    EXPECT_EQ(out["bbox"], json::parse("[-180,-19,180,-16]"));
}

TEST(GeoJsonWriter, HonoursIdsNullsAndDecimals) {
    Schema schema = sample_schema();
    schema.fields[2].decimals = 1;
    Feature feature = sample_feature(point(1, 2));
    feature.id = 42;
    feature.values = {std::monostate{}, std::monostate{}, 20.04999, std::monostate{}, false};
    const json out = json::parse(written({feature}, schema))["features"][0];
    EXPECT_EQ(out["id"], 42);
    EXPECT_EQ(out["properties"].dump(),
              R"({"name":null,"open":false,"rtt_ms":20,"start_date":null,"zones":null})");
}

TEST(GeoJsonWriter, WritesTextSequencesInBothForms) {
    const std::vector<Feature> features(3, sample_feature(point(1, 2)));
    const std::string lines = written(features, sample_schema(), {}, "a.geojsonl");
    EXPECT_EQ(std::ranges::count(lines, '\n'), 3);
    EXPECT_EQ(lines.find('\x1E'), std::string::npos);
    VectorOutputOptions options;
    options.record_separator = true;
    const std::string records = written(features, sample_schema(), options, "a.geojsons");
    EXPECT_EQ(std::ranges::count(records, '\x1E'), 3);
    EXPECT_EQ(records[0], '\x1E');
}

TEST(GeoJsonWriter, RefusesWhatJsonCannotHoldAndNamesIt) {
    const Schema schema = sample_schema();
    Feature good = sample_feature(point(1, 2));
    Feature bad = good;
    bad.values[2] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THAT(refusal([&] {
                    written({good, bad}, schema);
                }),
                testing::AllOf(HasSubstr("layer 'regions', feature 2"), HasSubstr("'rtt_ms'")));
    bad = good;
    bad.values[0] = std::string("caf\xE9");
    EXPECT_THAT(refusal([&] { written({bad}, schema); }), HasSubstr("'name' is not UTF-8"));
    bad = good;
    bad.values.pop_back();
    EXPECT_THAT(refusal([&] { written({bad}, schema); }), HasSubstr("4 values for 5 fields"));
    bad = sample_feature(point(0, std::numeric_limits<double>::infinity()));
    EXPECT_THAT(refusal([&] { written({bad}, schema); }), HasSubstr("not on the globe"));
}

TEST(GeoJsonWriter, ObeysOnRandomPolygonsAnywhere) {
    std::mt19937 random(5);
    std::uniform_real_distribution<double> lon(-180, 180);
    std::uniform_real_distribution<double> lat(-60, 60);
    std::uniform_real_distribution<double> radius(1, 25);
    std::vector<Feature> features;
    for (int i = 0; i < 500; ++i) {
        const LonLat centre{lon(random), lat(random)};
        PlanarRing ring;
        const int n = 5 + i % 40;
        for (int k = 0; k < n; ++k) {
            const double angle = (i % 2 == 0 ? 2 : -2) * M_PI * k / n;
            const double r = radius(random);
            ring.push_back({normalized_lon(centre.lon + r * std::cos(angle)),
                            centre.lat + r * std::sin(angle)});
        }
        features.push_back(sample_feature(polygon({ring})));
    }
    EXPECT_THAT(rfc7946_faults(written(features, sample_schema(GeometryType::polygon))), IsEmpty());
}

TEST(Rfc7946Check, FindsEveryFaultThatItClaimsTo) {
    const auto with = [](const std::string& geometry) {
        return R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{},)"
               R"("geometry":)" +
               geometry + "}]}";
    };
    EXPECT_THAT(rfc7946_faults(with("null")), IsEmpty());
    for (const char* bad : {
             R"({"type":"Point","coordinates":[181,0]})",
             R"({"type":"Point","coordinates":[0,0,0]})",
             R"({"type":"Point","coordinates":[NaN,0]})",
             R"({"type":"LineString","coordinates":[[170,0],[-170,0]]})",
             R"({"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,0]]]})",
             R"({"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]})",
             R"({"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]})",
             R"({"type":"Circle","coordinates":[]})",
             R"({"type":"Point","type":"Point","coordinates":[0,0]})",
         }) {
        EXPECT_FALSE(rfc7946_faults(with(bad)).empty()) << bad;
    }
    EXPECT_FALSE(rfc7946_faults("\xEF\xBB\xBF" + with("null")).empty());
    EXPECT_FALSE(rfc7946_faults(R"({"type":"FeatureCollection","crs":{},"features":[]})").empty());
}

}  // namespace
}  // namespace footprint::geo
