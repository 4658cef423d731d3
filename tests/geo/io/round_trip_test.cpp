// Everything written is read again: by our reader, and by GDAL on its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ogrsf_frmts.h>

#include <cmath>

#include "geo/io/vector_output.h"
#include "geo/io/vector_reader.h"
#include "tests/geo/io/samples.h"
#include "tests/support/scratch.h"

namespace footprint::geo {
namespace {

using test::point;
using test::polygon;
using test::sample_feature;
using test::sample_schema;
namespace fs = std::filesystem;

struct Layer {
    Schema schema;
    std::vector<Feature> features;
};

Layer read(const fs::path& path, const ReadOptions& options = {}) {
    Layer layer;
    layer.schema =
        read_features(path, options, [&](const Feature& f) { layer.features.push_back(f); });
    return layer;
}

void write(const fs::path& target, const Schema& schema, const std::vector<Feature>& features,
           const VectorOutputOptions& options = {}) {
    const auto sink =
        make_sink(target, choose_vector_format(target, std::nullopt), schema, options);
    for (const Feature& feature : features) {
        sink->write(feature);
    }
    sink->commit();
}

GDALDatasetUniquePtr open_with_gdal(const fs::path& path) {
    GDALAllRegister();
    return GDALDatasetUniquePtr(GDALDataset::Open(path.c_str(), GDAL_OF_VECTOR));
}

const char* const kSuffixes[] = {".geojson", ".geojsonl", ".gpkg", ".fgb", ".csv"};

TEST(RoundTrip, KeepsPointsAndTypesInEveryFormat) {
    const test::Scratch scratch;
    Feature second = sample_feature(point(179.9999999, -89.9999999), "深圳, \"one\"\nline");
    second.values[1] = std::int64_t{-9'007'199'254'740'993};
    second.values[2] = 1e-7;
    second.values[3] = Date::from_ymd(1999, 12, 31);
    second.values[4] = false;
    const std::vector<Feature> features = {sample_feature(point(-100.3898811, 20.5887932)), second};
    for (const char* suffix : kSuffixes) {
        SCOPED_TRACE(suffix);
        const fs::path target = scratch.path() / (std::string("regions") + suffix);
        write(target, sample_schema(), features);
        const Layer back = read(target);
        ASSERT_EQ(back.features.size(), 2U);
        ASSERT_EQ(back.schema.fields.size(), 5U);
        // FlatGeobuf orders features along a curve for its index.
        const bool swapped = std::get<std::string>(back.features[0].values[0]) != "Querétaro";
        for (std::size_t i = 0; i < 2; ++i) {
            const Feature& got = back.features[swapped ? 1 - i : i];
            EXPECT_EQ(got.values[0], features[i].values[0]);
            EXPECT_EQ(got.values[1], features[i].values[1]);
            EXPECT_EQ(got.values[2], features[i].values[2]);
            const auto& points = std::get<Points>(got.geometry);
            const auto& expected = std::get<Points>(features[i].geometry);
            EXPECT_NEAR(points.at[0].lon, expected.at[0].lon, 1e-9);
            EXPECT_NEAR(points.at[0].lat, expected.at[0].lat, 1e-9);
        }
    }
}

TEST(RoundTrip, KeepsDatesAsDates) {
    const test::Scratch scratch;
    for (const char* suffix : {".geojson", ".geojsonl", ".gpkg", ".csv"}) {
        SCOPED_TRACE(suffix);
        const fs::path target = scratch.path() / (std::string("a") + suffix);
        write(target, sample_schema(), {sample_feature(point(1, 2))});
        const Layer back = read(target);
        EXPECT_EQ(back.schema.fields[3].type, FieldType::date);
        EXPECT_EQ(back.features[0].values[3], Value(Date::from_ymd(2018, 3, 5)));
        const auto dataset = open_with_gdal(target);
        ASSERT_NE(dataset, nullptr);
        if (std::string_view(suffix) != ".csv") {  // GDAL types CSV columns only when asked
            const int field = dataset->GetLayer(0)->GetLayerDefn()->GetFieldIndex("start_date");
            EXPECT_EQ(dataset->GetLayer(0)->GetLayerDefn()->GetFieldDefn(field)->GetType(),
                      OFTDate);
        }
    }
}

TEST(RoundTrip, ABareYearWouldTurnTheColumnIntoText) {
    // Why dates are written in full: GDAL gives up on the column at the first bare year.
    const test::Scratch scratch;
    const fs::path target = scratch.path() / "a.geojson";
    Schema schema = sample_schema();
    Feature bare = sample_feature(point(1, 2));
    bare.values[3] = std::string("2018");
    write(target, schema, {sample_feature(point(1, 2)), bare});
    const auto dataset = open_with_gdal(target);
    ASSERT_NE(dataset, nullptr);
    const OGRFeatureDefn* definition = dataset->GetLayer(0)->GetLayerDefn();
    EXPECT_EQ(definition->GetFieldDefn(definition->GetFieldIndex("start_date"))->GetType(),
              OFTString);
}

TEST(RoundTrip, KeepsPolygonsWithHolesAndCutsThemTheSameEverywhere) {
    const test::Scratch scratch;
    const Geometry plain = polygon(
        {{{0, 0}, {0, 5}, {5, 5}, {5, 0}, {0, 0}}, {{1, 1}, {2, 1}, {2, 2}, {1, 2}, {1, 1}}});
    const Geometry crossing = polygon({{{170, 0}, {-170, 0}, {-170, 5}, {170, 5}, {170, 0}}});
    for (const char* suffix : kSuffixes) {
        SCOPED_TRACE(suffix);
        const fs::path target = scratch.path() / (std::string("a") + suffix);
        write(target, sample_schema(GeometryType::polygon),
              {sample_feature(plain, "plain"), sample_feature(crossing, "crossing")});
        const auto dataset = open_with_gdal(target);
        ASSERT_NE(dataset, nullptr);
        int seen = 0;
        for (const auto& feature : dataset->GetLayer(0)) {
            const bool is_plain = std::string_view(feature->GetFieldAsString("name")) == "plain";
            OGRGeometry* geometry = feature->GetGeometryRef();
            ASSERT_NE(geometry, nullptr);
            const auto multi = std::unique_ptr<OGRGeometry>(
                OGRGeometryFactory::forceToMultiPolygon(geometry->clone()));
            EXPECT_TRUE(multi->IsValid());
            EXPECT_NEAR(multi->toMultiPolygon()->get_Area(), is_plain ? 24 : 100, 1e-9);
            EXPECT_EQ(multi->toMultiPolygon()->getNumGeometries(), is_plain ? 1 : 2);
            ++seen;
        }
        EXPECT_EQ(seen, 2);
    }
}

TEST(RoundTrip, KeepsNullsAndFeaturesWithoutGeometry) {
    const test::Scratch scratch;
    Feature empty = sample_feature(std::monostate{});
    empty.values.assign(5, std::monostate{});
    const std::vector<Feature> features = {sample_feature(point(1, 2)), empty};
    for (const char* suffix : {".geojson", ".geojsonl", ".gpkg", ".csv"}) {
        SCOPED_TRACE(suffix);
        const fs::path target = scratch.path() / (std::string("a") + suffix);
        write(target, sample_schema(), features);
        const Layer back = read(target);
        ASSERT_EQ(back.features.size(), 2U);
        const Feature& got = back.features[1];
        EXPECT_TRUE(std::holds_alternative<std::monostate>(got.geometry));
        EXPECT_TRUE(std::holds_alternative<std::monostate>(got.values[1]));
        EXPECT_TRUE(std::holds_alternative<std::monostate>(got.values[3]));
    }
    EXPECT_THAT(test::refusal([&] { write(scratch.path() / "a.fgb", sample_schema(), features); }),
                testing::HasSubstr("feature 2: it has no geometry"));
}

TEST(RoundTrip, ReadsAndWritesLayersWithoutFeatures) {
    const test::Scratch scratch;
    for (const char* suffix : {".geojson", ".gpkg", ".fgb"}) {
        SCOPED_TRACE(suffix);
        const fs::path target = scratch.path() / (std::string("a") + suffix);
        write(target, sample_schema(), {});
        EXPECT_TRUE(read(target).features.empty());
    }
}

TEST(RoundTrip, BringsOtherReferenceSystemsToWgs84) {
    const test::Scratch scratch;
    GDALAllRegister();
    for (const char* name : {"web.gpkg", "web.fgb", "web.shp"}) {
        SCOPED_TRACE(name);
        const fs::path target = scratch.path() / name;
        const char* driver = target.extension() == ".gpkg"  ? "GPKG"
                             : target.extension() == ".fgb" ? "FlatGeobuf"
                                                            : "ESRI Shapefile";
        {
            GDALDatasetUniquePtr dataset(GetGDALDriverManager()->GetDriverByName(driver)->Create(
                target.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
            OGRSpatialReference mercator;
            mercator.importFromEPSG(3857);
            OGRLayer* layer = dataset->CreateLayer("web", &mercator, wkbPoint);
            OGRFeature feature(layer->GetLayerDefn());
            OGRPoint p(1113194.9079327357, 5621521.486192067);  // 10° E, 45° N
            feature.SetGeometry(&p);
            ASSERT_EQ(layer->CreateFeature(&feature), OGRERR_NONE);
        }
        const Layer back = read(target);
        ASSERT_EQ(back.features.size(), 1U);
        EXPECT_NEAR(std::get<Points>(back.features[0].geometry).at[0].lon, 10, 1e-9);
        EXPECT_NEAR(std::get<Points>(back.features[0].geometry).at[0].lat, 45, 1e-9);
    }
}

TEST(RoundTrip, ReadsSequencesWithRecordSeparators) {
    const test::Scratch scratch;
    VectorOutputOptions options;
    options.record_separator = true;
    write(scratch.path() / "a.geojsons", sample_schema(),
          {sample_feature(point(1, 2)), sample_feature(point(3, 4))}, options);
    EXPECT_EQ(read(scratch.path() / "a.geojsons").features.size(), 2U);
}

TEST(RoundTrip, TellsTheLayersOfAGeoPackage) {
    const test::Scratch scratch;
    const fs::path target = scratch.path() / "all.gpkg";
    const auto output = make_vector_output(target, VectorFormat::gpkg, {});
    Schema zones = sample_schema();
    zones.layer = "zones";
    output->layer(sample_schema()).write(sample_feature(point(1, 2)));
    FeatureSink& second = output->layer(zones);
    second.write(sample_feature(point(3, 4)));
    second.write(sample_feature(point(5, 6)));
    output->commit();
    const auto layers = list_layers(target);
    ASSERT_EQ(layers.size(), 2U);
    EXPECT_EQ(layers[0].name, "regions");
    EXPECT_EQ(layers[1].features, 2U);
    EXPECT_EQ(layers[1].geometry, GeometryType::point);
    EXPECT_THAT(test::refusal([&] { read(target); }), testing::HasSubstr("--layer"));
    EXPECT_THAT(test::refusal([&] {
                    read(target, {"zone", {}});
                }),
                testing::HasSubstr("Did you mean 'zones'?"));
    EXPECT_EQ(read(target, {"zones", {}}).features.size(), 2U);
}

TEST(RoundTrip, ReadsCurvesAsLines) {
    const test::Scratch scratch;
    const fs::path target = scratch.path() / "curve.gpkg";
    GDALAllRegister();
    {
        GDALDatasetUniquePtr dataset(GetGDALDriverManager()->GetDriverByName("GPKG")->Create(
            target.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
        OGRSpatialReference wgs84;
        wgs84.importFromEPSG(4326);
        OGRLayer* layer = dataset->CreateLayer("curve", &wgs84, wkbUnknown);
        OGRFeature feature(layer->GetLayerDefn());
        OGRCircularString arc;
        arc.addPoint(0, 0);
        arc.addPoint(1, 1);
        arc.addPoint(2, 0);
        feature.SetGeometry(&arc);
        ASSERT_EQ(layer->CreateFeature(&feature), OGRERR_NONE);
    }
    const Layer back = read(target);
    EXPECT_GT(std::get<Lines>(back.features[0].geometry).lines[0].size(), 10U);
}

}  // namespace
}  // namespace footprint::geo
