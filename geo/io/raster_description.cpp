#include "geo/io/raster_description.h"

#include <cpl_string.h>
#include <fmt/format.h>
#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "geo/io/gdal_session.h"

namespace footprint::geo {
namespace {
namespace fs = std::filesystem;

bool is_tiff(const fs::path& path) {
    using namespace std::string_view_literals;
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) {
        return false;
    }
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                               &std::fclose);
    std::array<char, 4> bytes{};
    if (!file || std::fread(bytes.data(), 1, bytes.size(), file.get()) != bytes.size()) {
        return false;
    }
    const std::string_view mark(bytes.data(), bytes.size());
    return mark == "II*\0"sv || mark == "MM\0*"sv || mark == "II+\0"sv || mark == "MM\0+"sv;
}

std::string name_of(const OGRSpatialReference* system) {
    if (system == nullptr) {
        return "";
    }
    const char* authority = system->GetAuthorityName(nullptr);
    const char* code = system->GetAuthorityCode(nullptr);
    if (authority != nullptr && code != nullptr) {
        return fmt::format("{}:{}", authority, code);
    }
    const char* name = system->GetName();
    return name == nullptr ? "" : name;
}

std::optional<RasterDescription::Extent> extent_of(GDALDataset& dataset) {
    std::array<double, 6> t{};
    if (dataset.GetGeoTransform(t.data()) != CE_None || t[2] != 0 || t[4] != 0) {
        return std::nullopt;
    }
    const double east = t[0] + t[1] * dataset.GetRasterXSize();
    const double south = t[3] + t[5] * dataset.GetRasterYSize();
    if (!std::isfinite(t[0]) || !std::isfinite(t[3]) || !std::isfinite(east) ||
        !std::isfinite(south)) {
        return std::nullopt;
    }
    return RasterDescription::Extent{t[0], south, east, t[3]};
}

BandDescription describe(GDALRasterBand& band) {
    BandDescription about;
    about.name = band.GetDescription();
    about.type = GDALGetDataTypeName(band.GetRasterDataType());
    about.unit = band.GetUnitType();
    int has_nodata = FALSE;
    const double nodata = band.GetNoDataValue(&has_nodata);
    if (has_nodata != FALSE) {
        about.nodata = nodata;
    }
    about.overviews = band.GetOverviewCount();
    return about;
}

}  // namespace

std::optional<RasterDescription> describe_raster(const fs::path& path) {
    if (!is_tiff(path)) {
        return std::nullopt;
    }
    start_gdal();
    // What lies beside the file is not it.
    const GdalOption no_siblings("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR");
    const GdalOption no_sidecars("GDAL_PAM_ENABLED", "NO");
    const GdalErrors errors;
    const char* const drivers[] = {"GTiff", nullptr};
    CPLStringList options;
    options.SetNameValue("GEOREF_SOURCES", "INTERNAL");
    const GDALDatasetUniquePtr dataset(GDALDataset::Open(
        fs::canonical(path).c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR,
        drivers, options.List(), nullptr));
    constexpr int kMostBands = 1000;
    if (!dataset || dataset->GetRasterCount() > kMostBands) {
        throw Error(ExitCode::invalid,
                    fmt::format("cannot read {} as GeoTIFF: {}", path.string(),
                                dataset ? "it has more than 1,000 bands, the limit"
                                        : errors.reason("it is damaged")));
    }
    RasterDescription about;
    about.columns = dataset->GetRasterXSize();
    about.rows = dataset->GetRasterYSize();
    about.reference_system = name_of(dataset->GetSpatialRef());
    about.extent = extent_of(*dataset);
    if (const char* text = dataset->GetMetadataItem("TIFFTAG_IMAGEDESCRIPTION")) {
        about.description = text;
    }
    for (int i = 1; i <= dataset->GetRasterCount(); ++i) {
        about.bands.push_back(describe(*dataset->GetRasterBand(i)));
    }
    return about;
}

}  // namespace footprint::geo
