#include "geo/io/raster_writer.h"

#include <cpl_string.h>
#include <fmt/format.h>
#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <array>
#include <cmath>

#include "base/error.h"
#include "base/interrupt.h"
#include "geo/io/gdal_session.h"

namespace footprint::geo {
namespace {
namespace fs = std::filesystem;

void check(const RasterInfo& info) {
    if (info.columns == 0 || info.rows == 0 || info.columns > kMostRasterColumns ||
        info.rows > kMostRasterRows) {
        throw Error(ExitCode::usage,
                    fmt::format("a raster of {} × {} pixels; expected 1 × 1 to {} × {}",
                                info.columns, info.rows, kMostRasterColumns, kMostRasterRows));
    }
    constexpr double kSlack_deg = 1e-9;
    const double east = info.west_deg + info.step_deg * static_cast<double>(info.columns);
    const double south = info.north_deg - info.step_deg * static_cast<double>(info.rows);
    const bool on_globe = info.step_deg > 0 && info.west_deg >= -180 && info.north_deg <= 90 &&
                          east <= 180 + kSlack_deg && south >= -90 - kSlack_deg;
    if (!on_globe) {
        throw Error(ExitCode::usage,
                    fmt::format("a raster from {}° W–E {}°, {}° to {}° N leaves the globe",
                                info.west_deg, east, south, info.north_deg));
    }
}

CPLStringList final_options(RasterFormat format) {
    CPLStringList options;
    options.SetNameValue("COMPRESS", "DEFLATE");
    options.SetNameValue("BIGTIFF", "IF_SAFER");
    if (format == RasterFormat::cog) {
        options.SetNameValue("PREDICTOR", "FLOATING_POINT");
        options.SetNameValue("BLOCKSIZE", "512");
        options.SetNameValue("RESAMPLING", "NEAREST");
    } else {
        options.SetNameValue("PREDICTOR", "3");
        options.SetNameValue("TILED", "YES");
        options.SetNameValue("BLOCKXSIZE", "512");
        options.SetNameValue("BLOCKYSIZE", "512");
    }
    return options;
}

}  // namespace

// Rows go to a plain striped TIFF first, which takes them one by one; the tiled, compressed file is
// made from it block by block.
struct RasterWriter::Impl {
    RasterInfo info;
    RasterFormat format;
    GdalErrors errors;
    AtomicFile file;
    fs::path temporary;
    fs::path rows_path;
    GDALDatasetUniquePtr rows;
    std::size_t next_row = 0;

    Impl(const fs::path& target, RasterInfo given, RasterFormat as, Overwrite overwrite)
        : info(std::move(given)),
          format(as),
          file(target, overwrite),
          temporary(file.release_path()),
          rows_path(temporary.string() + ".rows") {
        GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("GTiff");
        CPLStringList options;
        options.SetNameValue("BIGTIFF", "IF_SAFER");
        rows.reset(driver->Create(rows_path.c_str(), static_cast<int>(info.columns),
                                  static_cast<int>(info.rows), 1, GDT_Float32, options.List()));
        require(rows != nullptr, "create");
        describe();
    }

    ~Impl() {
        rows.reset();
        std::error_code ignored;
        for (const char* suffix : {"", ".ovr.tmp", ".msk.ovr.tmp"}) {
            fs::remove(rows_path.string() + suffix, ignored);
            fs::remove(temporary.string() + suffix, ignored);
        }
    }

    void require(bool good, const char* what) const {
        if (!good) {
            throw Error(ExitCode::failed, fmt::format("cannot {} {}: {}", what,
                                                      file.target().string(), errors.reason()));
        }
    }

    void describe() const {
        std::array<double, 6> transform = {info.west_deg, info.step_deg, 0, info.north_deg, 0,
                                           -info.step_deg};
        OGRSpatialReference system;
        system.importFromEPSG(4326);
        system.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
        GDALRasterBand* band = rows->GetRasterBand(1);
        const bool done = rows->SetGeoTransform(transform.data()) == CE_None &&
                          rows->SetSpatialRef(&system) == CE_None &&
                          band->SetNoDataValue(static_cast<double>(info.nodata)) == CE_None;
        require(done, "describe");
        band->SetDescription(info.name.c_str());
        band->SetUnitType(info.unit.c_str());
        rows->SetMetadataItem("TIFFTAG_IMAGEDESCRIPTION", info.description.c_str());
        rows->SetMetadataItem("TIFFTAG_COPYRIGHT", info.attribution.c_str());
        rows->SetMetadataItem("TIFFTAG_SOFTWARE", "footprint");
    }

    void check_result() const {
        const char* const drivers[] = {"GTiff", nullptr};
        const GDALDatasetUniquePtr back(
            GDALDataset::Open(temporary.c_str(), GDAL_OF_RASTER, drivers));
        require(back != nullptr, "read back");
        std::vector<float> last(info.columns);
        const bool same =
            back->GetRasterXSize() == static_cast<int>(info.columns) &&
            back->GetRasterYSize() == static_cast<int>(info.rows) &&
            back->GetRasterBand(1)->RasterIO(GF_Read, 0, static_cast<int>(info.rows) - 1,
                                             static_cast<int>(info.columns), 1, last.data(),
                                             static_cast<int>(info.columns), 1, GDT_Float32, 0, 0,
                                             nullptr) == CE_None;
        require(same, "read back");
    }
};

RasterWriter::RasterWriter(const fs::path& target, const RasterInfo& info, RasterFormat format,
                           Overwrite overwrite) {
    check(info);
    start_gdal();
    impl_ = std::make_unique<Impl>(target, info, format, overwrite);
}

RasterWriter::~RasterWriter() = default;

void RasterWriter::write_rows(std::span<const float> values) {
    throw_if_interrupted();
    Impl& w = *impl_;
    const std::size_t count = values.size() / w.info.columns;
    if (count * w.info.columns != values.size() || w.next_row + count > w.info.rows) {
        throw Error(ExitCode::failed,
                    fmt::format("{} values after row {} do not fill rows of {} in a raster of {}",
                                values.size(), w.next_row, w.info.columns, w.info.rows));
    }
    const int columns = static_cast<int>(w.info.columns);
    const int height = static_cast<int>(count);
    // GDAL takes a pointer it only reads from as a pointer to change.
    auto* data = const_cast<float*>(values.data());
    const CPLErr code = w.rows->GetRasterBand(1)->RasterIO(
        GF_Write, 0, static_cast<int>(w.next_row), columns, height, data, columns, height,
        GDT_Float32, 0, 0, nullptr);
    w.require(code == CE_None, "write");
    w.next_row += count;
}

void RasterWriter::commit() {
    Impl& w = *impl_;
    if (w.next_row != w.info.rows) {
        throw Error(ExitCode::failed,
                    fmt::format("{} has {} of its {} rows", w.file.target().string(), w.next_row,
                                w.info.rows));
    }
    w.rows->FlushCache(false);
    w.require(!w.errors.any(), "write");
    GDALDriver* driver =
        GetGDALDriverManager()->GetDriverByName(w.format == RasterFormat::cog ? "COG" : "GTiff");
    const CPLStringList options = final_options(w.format);
    {
        const GDALDatasetUniquePtr made(driver->CreateCopy(w.temporary.c_str(), w.rows.get(), 0,
                                                           options.List(), nullptr, nullptr));
        w.require(made != nullptr, "write");
    }
    w.require(!w.errors.any(), "write");
    w.check_result();
    w.file.commit();
}

}  // namespace footprint::geo
