#include "geo/io/raster_writer.h"

#include <gdal_priv.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <cmath>
#include <csignal>
#include <vector>

#include "base/parallel.h"
#include "geo/io/gdal_session.h"
#include "tests/geo/io/samples.h"
#include "tests/support/scratch.h"

namespace footprint::geo {
namespace {

using test::refusal;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

RasterInfo world(std::size_t rows, std::size_t bands = 1) {
    RasterInfo info{Grid(2 * rows, rows), {}, "Best RTT", "Made for a test"};
    for (std::size_t i = 0; i < bands; ++i) {
        info.bands.push_back({"band_" + std::to_string(i), "ms", {{"note", "<&>"}}});
    }
    return info;
}

// Different in every cell and band; a function of the place, so that overviews can be checked.
float value_at(LonLat at, std::size_t band) {
    if (at.lat < -60) {
        return std::nanf("");
    }
    return static_cast<float>(at.lat + at.lon / 1000 + static_cast<double>(band) * 1000);
}

FillBlock fill_of(const Grid& grid) {
    return [grid](const GridBlock& block, std::span<float* const> bands, std::size_t stride) {
        for (std::size_t band = 0; band < bands.size(); ++band) {
            for (std::size_t row = 0; row < block.rows; ++row) {
                for (std::size_t column = 0; column < block.columns; ++column) {
                    bands[band][row * stride + column] =
                        value_at(grid.centre(block.column + column, block.row + row), band);
                }
            }
        }
    };
}

bool same(float a, float b) {
    return a == b || (std::isnan(a) && std::isnan(b));
}

void expect_cells(GDALRasterBand* band, std::size_t number) {
    const int columns = band->GetXSize();
    const int rows = band->GetYSize();
    const FillBlock fill =
        fill_of(Grid(static_cast<std::size_t>(columns), static_cast<std::size_t>(rows)));
    const Grid grid(static_cast<std::size_t>(columns), static_cast<std::size_t>(rows));
    std::vector<float> row(grid.columns());
    for (int y = 0; y<rows; y += rows> 400 ? 37 : 1) {
        ASSERT_EQ(band->RasterIO(GF_Read, 0, y, columns, 1, row.data(), columns, 1, GDT_Float32, 0,
                                 0, nullptr),
                  CE_None);
        for (std::size_t x = 0; x < grid.columns(); ++x) {
            ASSERT_TRUE(same(row[x], value_at(grid.centre(x, static_cast<std::size_t>(y)), number)))
                << x << " " << y;
        }
    }
}

TEST(RasterWriter, WritesWhatGdalReadsBackPixelByPixel) {
    const test::Scratch scratch;
    start_gdal();
    for (const RasterFormat format : {RasterFormat::geotiff, RasterFormat::cog}) {
        // 337 rows: neither strips, nor blocks, nor pages, nor tiles come out even.
        for (const auto& [rows, bands] : {std::pair{720U, 1U}, {337U, 3U}, {18U, 2U}, {1U, 1U}}) {
            SCOPED_TRACE(testing::Message() << rows << " rows, " << bands << " bands");
            const bool is_cog = format == RasterFormat::cog;
            const fs::path target = scratch.path() / "a.tif";
            const RasterTimes times =
                write_raster(target, world(rows, bands), format, Overwrite::replace, fill_of);
            EXPECT_EQ(times.bytes, fs::file_size(target));
            const GDALDatasetUniquePtr back(GDALDataset::Open(target.c_str(), GDAL_OF_RASTER));
            ASSERT_NE(back, nullptr);
            ASSERT_EQ(back->GetRasterCount(), static_cast<int>(bands));
            std::array<double, 6> transform{};
            back->GetGeoTransform(transform.data());
            const double step = 180.0 / rows;
            EXPECT_EQ(transform, (std::array<double, 6>{-180, step, 0, 90, 0, -step}));
            ASSERT_NE(back->GetSpatialRef(), nullptr);
            EXPECT_STREQ(back->GetSpatialRef()->GetAuthorityCode(nullptr), "4326");
            EXPECT_STREQ(back->GetMetadataItem("TIFFTAG_COPYRIGHT"), "Made for a test");
            const char* const packing = back->GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE");
            EXPECT_STREQ(packing, is_cog ? "DEFLATE" : nullptr);
            for (std::size_t i = 0; i < bands; ++i) {
                GDALRasterBand* band = back->GetRasterBand(static_cast<int>(i) + 1);
                EXPECT_STREQ(band->GetUnitType(), "ms");
                EXPECT_EQ(band->GetDescription(), "band_" + std::to_string(i));
                EXPECT_STREQ(band->GetMetadataItem("note"), "<&>");
                EXPECT_TRUE(std::isnan(band->GetNoDataValue()));
                expect_cells(band, i);
                EXPECT_EQ(band->GetOverviewCount() > 0, is_cog && rows > 256);
                for (int level = 0; level < band->GetOverviewCount(); ++level) {
                    expect_cells(band->GetOverview(level), i);
                }
            }
        }
    }
    EXPECT_EQ(scratch.entries().size(), 1U);
}

TEST(RasterWriter, GivesTheSameBytesOnAnyNumberOfThreads) {
    const test::Scratch scratch;
    for (const RasterFormat format : {RasterFormat::geotiff, RasterFormat::cog}) {
        std::string first;
        for (const int threads : {1, 2, 5}) {
            const ThreadLimit limit(threads);
            write_raster(scratch.path() / "a.tif", world(700, 2), format, Overwrite::replace,
                         fill_of);
            const std::string bytes = test::read_text(scratch.path() / "a.tif");
            first = first.empty() ? bytes : first;
            EXPECT_EQ(bytes, first);
        }
    }
}

TEST(RasterWriter, RefusesHugeGridsAndNoBands) {
    const test::Scratch scratch;
    const auto attempt = [&](const RasterInfo& info) {
        return refusal([&] {
            write_raster(scratch.path() / "a.tif", info, RasterFormat::cog, Overwrite::refuse,
                         fill_of);
        });
    };
    EXPECT_THAT(attempt(world(60'000)), HasSubstr("100000 × 50000"));
    EXPECT_THAT(attempt(world(18, 0)), HasSubstr("bands"));
    EXPECT_THAT(scratch.entries(), IsEmpty());
}

TEST(RasterWriter, LeavesNothingWhenComputingFails) {
    const test::Scratch scratch;
    const auto failing = [](const Grid&) -> FillBlock {
        return [](const GridBlock& block, std::span<float* const>, std::size_t) {
            if (block.row > 0) {
                throw Error(ExitCode::failed, "computing failed");
            }
        };
    };
    for (const RasterFormat format : {RasterFormat::geotiff, RasterFormat::cog}) {
        EXPECT_THAT(refusal([&] {
                        write_raster(scratch.path() / "a.tif", world(1100), format,
                                     Overwrite::refuse, failing);
                    }),
                    HasSubstr("computing failed"));
        EXPECT_THAT(scratch.entries(), IsEmpty());
    }
    const fs::path old = scratch.file("old.tif", "old");
    EXPECT_THAT(refusal([&] {
                    write_raster(old, world(18), RasterFormat::cog, Overwrite::refuse, fill_of);
                }),
                HasSubstr("--overwrite"));
    EXPECT_EQ(test::read_text(old), "old");
    EXPECT_THAT(refusal([&] {
                    write_raster(scratch.path() / "none" / "a.tif", world(18), RasterFormat::cog,
                                 Overwrite::refuse, fill_of);
                }),
                HasSubstr("there is no folder"));
}

// A limit on the size of files stands in for a full disk.
class SizeLimit {
  public:
    explicit SizeLimit(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        handler_ = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~SizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    SizeLimit(const SizeLimit&) = delete;
    SizeLimit& operator=(const SizeLimit&) = delete;

  private:
    rlimit before_{};
    void (*handler_)(int) = nullptr;
};

TEST(RasterWriter, LeavesNothingWhenTheDiskIsFullInTheMiddle) {
    const test::Scratch scratch;
    for (const RasterFormat format : {RasterFormat::geotiff, RasterFormat::cog}) {
        std::string said;
        {
            const SizeLimit limit(100'000);
            said = refusal([&] {
                write_raster(scratch.path() / "a.tif", world(1100), format, Overwrite::refuse,
                             fill_of);
            });
        }
        EXPECT_THAT(said, HasSubstr("cannot write"));
        EXPECT_THAT(scratch.entries(), IsEmpty());
    }
}

}  // namespace
}  // namespace footprint::geo
