#include "geo/io/raster_reader.h"

#include <gdal_priv.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ogr_spatialref.h>

#include <array>
#include <cmath>
#include <fstream>
#include <vector>

#include "geo/io/gdal_session.h"
#include "tests/geo/io/samples.h"
#include "tests/geo/io/tiff_sample.h"
#include "tests/support/scratch.h"

namespace footprint::geo {
namespace {

using test::refusal;
using testing::HasSubstr;
namespace fs = std::filesystem;

using test::TiffSample;
using test::write_tiff;

struct Cells {
    std::vector<LonLat> centre;
    std::vector<double> value;
    std::uint64_t negative = 0;
};

Cells read(const fs::path& file) {
    RasterReader reader(file);
    Cells cells;
    reader.read([&](std::span<const RasterRow> rows) {
        for (const RasterRow& row : rows) {
            cells.centre.insert(cells.centre.end(), row.centre.begin(), row.centre.end());
            cells.value.insert(cells.value.end(), row.value.begin(), row.value.end());
        }
    });
    cells.negative = reader.negative_cells();
    return cells;
}

TEST(RasterReader, ReadsCellsWithTheirPlacesInStripsAndTiles) {
    const test::Scratch scratch;
    TiffSample tiled{.columns = 300, .rows = 100, .transform = {-180, 1.2, 0, 60, 0, -1.2}};
    tiled.options = {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=32", nullptr};
    for (const TiffSample& sample : {TiffSample{}, tiled}) {
        write_tiff(scratch.path() / "a.tif", sample);
        const Cells cells = read(scratch.path() / "a.tif");
        ASSERT_EQ(cells.value.size(), static_cast<std::size_t>(sample.columns * sample.rows));
        for (std::size_t i = 0; i < cells.value.size(); ++i) {
            const auto index = static_cast<int>(cells.value[i]);
            EXPECT_NEAR(cells.centre[i].lon,
                        sample.transform[0] + (index % sample.columns + 0.5) * sample.transform[1],
                        1e-9);
            EXPECT_NEAR(cells.centre[i].lat,
                        sample.transform[3] + (index / sample.columns + 0.5) * sample.transform[5],
                        1e-9);
        }
    }
}

TEST(RasterReader, BringsOtherReferenceSystemsToWgs84) {
    const test::Scratch scratch;
    write_tiff(scratch.path() / "a.tif",
               {.system = "EPSG:3857", .transform = {1'000'000, 50'000, 0, 6'000'000, 0, -50'000}});
    const Cells cells = read(scratch.path() / "a.tif");
    // Spherical Mercator by its formula, cell 0's centre.
    const double x = 1'025'000;
    const double y = 5'975'000;
    EXPECT_NEAR(cells.centre[0].lon, x / 6'378'137 * 180 / M_PI, 1e-9);
    EXPECT_NEAR(cells.centre[0].lat,
                (2 * std::atan(std::exp(y / 6'378'137)) - M_PI / 2) * 180 / M_PI, 1e-9);
}

TEST(RasterReader, TakesNodataNanAndNegativeCellsAsNothing) {
    const test::Scratch scratch;
    write_tiff(scratch.path() / "a.tif", {}, {-9999, std::nan(""), HUGE_VAL, -3, 7});
    const Cells cells = read(scratch.path() / "a.tif");
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_TRUE(std::isnan(cells.value[i])) << i;
    }
    EXPECT_EQ(cells.value[4], 7);
    EXPECT_EQ(cells.negative, 1U);
    write_tiff(scratch.path() / "b.tif", {.nodata = -3.4028234663852886e38},
               {-3.4028234663852886e38, 1});
    EXPECT_TRUE(std::isnan(read(scratch.path() / "b.tif").value[0]));
}

TEST(RasterReader, RefusesWhatHasNoPlaceOnEarth) {
    const test::Scratch scratch;
    const auto attempt = [&](const TiffSample& sample) {
        const fs::path file = scratch.path() / "a.tif";
        fs::remove(file);
        write_tiff(file, sample);
        return refusal([&] { read(file); });
    };
    EXPECT_THAT(attempt({.system = ""}), HasSubstr("no reference system"));
    EXPECT_THAT(attempt({.georeference = false}), HasSubstr("no georeference"));
    EXPECT_THAT(attempt({.system = "LOCAL_CS[\"plan\",UNIT[\"metre\",1]]"}),
                HasSubstr("no reference system of the Earth"));
    EXPECT_THAT(attempt({.transform = {500'000, 100, 0, 4'000'000, 0, -100}}),
                HasSubstr("is its reference system another?"));
}

TEST(RasterReader, RefusesTruncatedEmptyAndAbsurdFiles) {
    const test::Scratch scratch;
    const auto attempt = [](const fs::path& file) { return refusal([&] { read(file); }); };
    EXPECT_THAT(attempt(scratch.path() / "none.tif"), HasSubstr("No such file"));
    EXPECT_THAT(attempt(scratch.path()), HasSubstr("not a regular file"));
    EXPECT_THAT(attempt(scratch.file("text.tif", "people")), HasSubstr("not a GeoTIFF"));
    EXPECT_THAT(attempt(scratch.file("empty.tif", "")), HasSubstr("not a GeoTIFF"));

    const fs::path whole = scratch.path() / "whole.tif";
    write_tiff(whole, {.columns = 200, .rows = 200});
    const std::string bytes = test::read_text(whole);
    for (const std::size_t keep : {bytes.size() / 2, bytes.size() - 100, std::size_t{300}}) {
        const auto file = scratch.file("cut.tif", bytes.substr(0, keep));
        EXPECT_THAT(attempt(file), HasSubstr("cut.tif")) << keep;
    }
    // Zero columns, where the tag of the width had 200.
    const std::string width("\x00\x01\x03\x00\x01\x00\x00\x00\xC8\x00", 10);
    std::string nothing = bytes;
    ASSERT_NE(nothing.find(width), std::string::npos);
    nothing[nothing.find(width) + 8] = 0;
    EXPECT_THAT(attempt(scratch.file("nothing.tif", nothing)), HasSubstr("not a GeoTIFF"));

    const fs::path huge = scratch.path() / "huge.tif";
    {
        start_gdal();
        const char* options[] = {"SPARSE_OK=TRUE", "TILED=YES", "BIGTIFF=YES", nullptr};
        const GDALDatasetUniquePtr data(GetGDALDriverManager()->GetDriverByName("GTiff")->Create(
            huge.c_str(), 300'000, 300'000, 1, GDT_Byte, const_cast<char**>(options)));
        ASSERT_NE(data, nullptr);
        std::array<double, 6> transform{-180, 0.001, 0, 90, 0, -0.0005};
        data->SetGeoTransform(transform.data());
        OGRSpatialReference system;
        system.importFromEPSG(4326);
        data->SetSpatialRef(&system);
    }
    EXPECT_THAT(attempt(huge), HasSubstr("claims 300000 × 300000 cells"));
}

}  // namespace
}  // namespace footprint::geo
