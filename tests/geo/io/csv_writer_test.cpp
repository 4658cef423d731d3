#include "geo/io/csv_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/geo/io/samples.h"
#include "tests/support/scratch.h"

namespace footprint::geo {
namespace {

using test::point;
using test::polygon;
using test::sample_feature;
using test::sample_schema;

std::string written(const Schema& schema, const std::vector<Feature>& features) {
    const test::Scratch scratch;
    const auto target = scratch.path() / "a.csv";
    const auto sink = make_sink(target, VectorFormat::csv, schema, {});
    for (const Feature& feature : features) {
        sink->write(feature);
    }
    sink->commit();
    return test::read_text(target);
}

TEST(CsvWriter, PutsPointsInLonAndLat) {
    EXPECT_EQ(written(sample_schema(), {sample_feature(point(-100.39, 20.58), "a, \"b\"")}),
              "lon,lat,name,zones,rtt_ms,start_date,open\n"
              "-100.39,20.58,\"a, \"\"b\"\"\",3,12.25,2018-03-05,true\n");
}

TEST(CsvWriter, GuardsFormulasInTextButNotNegativeNumbers) {
    Feature feature = sample_feature(point(1, 2), "=HYPERLINK(\"http://x\")");
    feature.values[1] = std::int64_t{-3};
    feature.values[2] = -1.5;
    EXPECT_EQ(written(sample_schema(), {feature}),
              "lon,lat,name,zones,rtt_ms,start_date,open\n"
              "1,2,\"'=HYPERLINK(\"\"http://x\"\")\",-3,-1.5,2018-03-05,true\n");
}

TEST(CsvWriter, PutsOtherShapesInWellKnownTextCutAndTurned) {
    const std::string text =
        written(sample_schema(GeometryType::polygon),
                {sample_feature(polygon({{{0, 0}, {0, 5}, {5, 5}, {5, 0}, {0, 0}}})),
                 sample_feature(polygon({{{170, 0}, {-170, 0}, {-170, 5}, {170, 5}}}))});
    EXPECT_THAT(text, testing::HasSubstr("\"POLYGON ((0 0,5 0,5 5,0 5,0 0))\",Querétaro"));
    EXPECT_THAT(text, testing::HasSubstr("\"MULTIPOLYGON ((("));
}

TEST(CsvWriter, LeavesNullsEmptyAndTablesWithoutGeometryPlain) {
    Feature feature = sample_feature(std::monostate{});
    feature.values.assign(5, std::monostate{});
    EXPECT_EQ(written(sample_schema(GeometryType::none), {feature}),
              "name,zones,rtt_ms,start_date,open\n,,,,\n");
}

}  // namespace
}  // namespace footprint::geo
