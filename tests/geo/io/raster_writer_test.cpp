#include "geo/io/raster_writer.h"

#include <gdal_priv.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/geo/io/samples.h"
#include "tests/support/scratch.h"

namespace footprint::geo {
namespace {

using test::refusal;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

RasterInfo world(double step_deg) {
    RasterInfo info;
    info.columns = static_cast<std::size_t>(360 / step_deg);
    info.rows = static_cast<std::size_t>(180 / step_deg);
    info.step_deg = step_deg;
    info.name = "rtt_ms";
    info.unit = "ms";
    info.description = "Best RTT";
    info.attribution = "Made for a test";
    return info;
}

float value_at(std::size_t column, std::size_t row) {
    return (column + row) % 97 == 0 ? std::nanf("")
                                    : static_cast<float>(row) + static_cast<float>(column) / 1000;
}

void write(const fs::path& target, const RasterInfo& info, RasterFormat format) {
    RasterWriter writer(target, info, format, Overwrite::refuse);
    std::vector<float> row(info.columns);
    for (std::size_t y = 0; y < info.rows; ++y) {
        for (std::size_t x = 0; x < info.columns; ++x) {
            row[x] = value_at(x, y);
        }
        writer.write_rows(row);
    }
    writer.commit();
}

TEST(RasterWriter, WritesWhatGdalReadsBackPixelByPixel) {
    const test::Scratch scratch;
    const RasterInfo info = world(0.25);
    for (const RasterFormat format : {RasterFormat::geotiff, RasterFormat::cog}) {
        const bool is_cog = format == RasterFormat::cog;
        const fs::path target = scratch.path() / (is_cog ? "cog.tif" : "plain.tif");
        write(target, info, format);
        const GDALDatasetUniquePtr back(GDALDataset::Open(target.c_str(), GDAL_OF_RASTER));
        ASSERT_NE(back, nullptr);
        std::array<double, 6> transform{};
        back->GetGeoTransform(transform.data());
        EXPECT_EQ(transform, (std::array<double, 6>{-180, 0.25, 0, 90, 0, -0.25}));
        EXPECT_STREQ(back->GetSpatialRef()->GetAuthorityCode(nullptr), "4326");
        GDALRasterBand* band = back->GetRasterBand(1);
        EXPECT_STREQ(band->GetUnitType(), "ms");
        EXPECT_STREQ(band->GetDescription(), "rtt_ms");
        EXPECT_TRUE(std::isnan(band->GetNoDataValue()));
        EXPECT_STREQ(back->GetMetadataItem("TIFFTAG_COPYRIGHT"), "Made for a test");
        EXPECT_STREQ(back->GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE"), "DEFLATE");
        EXPECT_EQ(band->GetOverviewCount() > 0, is_cog);
        if (is_cog) {
            EXPECT_STREQ(back->GetMetadataItem("LAYOUT", "IMAGE_STRUCTURE"), "COG");
        }
        std::vector<float> row(info.columns);
        for (std::size_t y = 0; y < info.rows; y += 37) {
            const int columns = static_cast<int>(info.columns);
            ASSERT_EQ(band->RasterIO(GF_Read, 0, static_cast<int>(y), columns, 1, row.data(),
                                     columns, 1, GDT_Float32, 0, 0, nullptr),
                      CE_None);
            for (std::size_t x = 0; x < info.columns; ++x) {
                const float expected = value_at(x, y);
                ASSERT_TRUE(row[x] == expected || (std::isnan(row[x]) && std::isnan(expected)));
            }
        }
    }
    EXPECT_EQ(scratch.entries().size(), 2U);
}

TEST(RasterWriter, GivesTheSameBytesEachTime) {
    const test::Scratch scratch;
    write(scratch.path() / "a.tif", world(1), RasterFormat::cog);
    write(scratch.path() / "b.tif", world(1), RasterFormat::cog);
    EXPECT_EQ(test::read_text(scratch.path() / "a.tif"), test::read_text(scratch.path() / "b.tif"));
}

TEST(RasterWriter, RefusesHugeOrImpossibleGrids) {
    const test::Scratch scratch;
    const auto attempt = [&](const RasterInfo& info) {
        return refusal([&] {
            RasterWriter(scratch.path() / "a.tif", info, RasterFormat::cog, Overwrite::refuse);
        });
    };
    RasterInfo huge = world(1);
    huge.columns = 4'000'000'000;
    EXPECT_THAT(attempt(huge), HasSubstr("100000 × 50000"));
    RasterInfo none = world(1);
    none.rows = 0;
    EXPECT_THAT(attempt(none), HasSubstr("pixels"));
    RasterInfo beyond = world(1);
    beyond.west_deg = -170;
    EXPECT_THAT(attempt(beyond), HasSubstr("leaves the globe"));
    EXPECT_THAT(scratch.entries(), IsEmpty());
}

TEST(RasterWriter, LeavesNothingWhenRowsAreMissingOrNotCommitted) {
    const test::Scratch scratch;
    const RasterInfo info = world(10);
    const std::vector<float> row(info.columns);
    {
        RasterWriter writer(scratch.path() / "a.tif", info, RasterFormat::cog, Overwrite::refuse);
        writer.write_rows(row);
        EXPECT_THAT(refusal([&] { writer.commit(); }), HasSubstr("1 of its 18 rows"));
        EXPECT_THAT(refusal([&] { writer.write_rows({row.data(), 5}); }), HasSubstr("do not fill"));
    }
    EXPECT_THAT(scratch.entries(), IsEmpty());
    EXPECT_THAT(refusal([&] {
                    RasterWriter(scratch.path() / "none" / "a.tif", info, RasterFormat::cog,
                                 Overwrite::refuse);
                }),
                HasSubstr("there is no folder"));
    const fs::path old = scratch.file("old.tif", "old");
    EXPECT_THAT(refusal([&] { write(old, info, RasterFormat::cog); }), HasSubstr("--overwrite"));
    EXPECT_EQ(test::read_text(old), "old");
}

}  // namespace
}  // namespace footprint::geo
