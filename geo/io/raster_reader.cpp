#include "geo/io/raster_reader.h"

#include <fmt/format.h>
#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/interrupt.h"
#include "geo/io/gdal_session.h"

namespace footprint::geo {
namespace {
namespace fs = std::filesystem;

constexpr std::size_t kWindowCells = std::size_t{1} << 22;
// DEFLATE and LZW reach 1,000 to 1; what claims more than this is not what it says.
constexpr double kMostCompression = 5000;

GDALDatasetUniquePtr open(const fs::path& file, const GdalErrors& errors) {
    const std::string name = file.string();
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot open {}: {}", name,
                                fs::exists(file, ignored) ? "it is not a regular file"
                                                          : "No such file or directory"));
    }
    const char* const drivers[] = {"GTiff", nullptr};
    GDALDatasetUniquePtr data(
        GDALDataset::Open(name.c_str(), GDAL_OF_RASTER | GDAL_OF_INTERNAL, drivers));
    if (!data || data->GetRasterCount() < 1) {
        throw Error(ExitCode::invalid, fmt::format("{} is not a GeoTIFF that can be read: {}", name,
                                                   errors.reason("expected a TIFF with a band")));
    }
    return data;
}

}  // namespace

struct RasterReader::Impl {
    std::string name;
    GdalErrors errors;
    GDALDatasetUniquePtr data;
    GDALRasterBand* band = nullptr;
    std::array<double, 6> transform{};
    std::unique_ptr<OGRCoordinateTransformation> to_wgs84;  // none: in WGS 84 already
    std::string system_name;
    int block_columns = 0;
    int block_rows = 0;
    std::optional<double> nodata;
    double scale = 1;  // of the numbers stored
    double offset = 0;
    std::uint64_t negative = 0;
    std::uint64_t infinite = 0;

    explicit Impl(const fs::path& file) : name(file.string()) {
        start_gdal();
        data = open(file, errors);
        band = data->GetRasterBand(1);
        band->GetBlockSize(&block_columns, &block_rows);
        int has_nodata = 0;
        const double value = band->GetNoDataValue(&has_nodata);
        if (has_nodata != 0) {
            nodata = value;
        }
        scale = band->GetScale();
        offset = band->GetOffset();
        check_size(file);
        place();
    }

    [[noreturn]] void refuse(const std::string& what) const {
        throw Error(ExitCode::invalid, fmt::format("{}: {}", name, what));
    }

    void check_size(const fs::path& file) const {
        const auto columns = static_cast<double>(data->GetRasterXSize());
        const auto rows = static_cast<double>(data->GetRasterYSize());
        if (columns < 1 || rows < 1) {
            refuse(fmt::format("{} × {} cells; expected at least one", columns, rows));
        }
        if (columns * rows > static_cast<double>(kMostCells)) {
            refuse(fmt::format("{} × {} cells are more than {}; take a coarser raster", columns,
                               rows, kMostCells));
        }
        const double block = static_cast<double>(block_columns) * static_cast<double>(block_rows);
        if (block > static_cast<double>(kMostBlockCells)) {
            refuse(
                fmt::format("its blocks have {} × {} cells, more than {}; rewrite it in tiles, "
                            "such as with gdal_translate -co TILED=YES",
                            block_columns, block_rows, kMostBlockCells));
        }
        std::error_code ignored;
        const auto bytes = static_cast<double>(fs::file_size(file, ignored));
        if (columns * rows > 1e7 && columns * rows > bytes * kMostCompression) {
            refuse(fmt::format("claims {} × {} cells but has {} bytes: truncated or empty", columns,
                               rows, bytes));
        }
    }

    void place() {
        if (data->GetGeoTransform(transform.data()) != CE_None) {
            refuse(
                "has no georeference: expected where its cells lie (a pixel scale and a tie "
                "point)");
        }
        const OGRSpatialReference* system = data->GetSpatialRef();
        if (system == nullptr || system->IsLocal() != 0 ||
            (system->IsGeographic() == 0 && system->IsProjected() == 0)) {
            refuse(
                "has no reference system of the Earth; say which with gdal_edit.py -a_srs, such "
                "as -a_srs EPSG:4326");
        }
        system_name = system->GetName() != nullptr ? system->GetName() : "unnamed";
        const bool flat = transform[2] == 0 && transform[4] == 0;
        OGRSpatialReference wgs84;
        wgs84.importFromEPSG(4326);
        wgs84.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
        OGRSpatialReference source(*system);
        source.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
        if (source.IsSame(&wgs84) != 0) {
            check_degrees(flat);
            return;
        }
        to_wgs84.reset(OGRCreateCoordinateTransformation(&source, &wgs84));
        if (!to_wgs84) {
            refuse(fmt::format("its reference system '{}' cannot be brought to WGS 84: {}",
                               system_name, errors.reason()));
        }
    }

    void check_degrees(bool flat) const {
        const double columns = data->GetRasterXSize();
        const double rows = data->GetRasterYSize();
        const double slack = std::abs(transform[1]) / 2 + 1e-6;
        const double west = std::min(transform[0], transform[0] + columns * transform[1]);
        const double east = std::max(transform[0], transform[0] + columns * transform[1]);
        const double south = std::min(transform[3], transform[3] + rows * transform[5]);
        const double north = std::max(transform[3], transform[3] + rows * transform[5]);
        if (flat && (west < -360 - slack || east > 360 + slack || east - west > 360 + 2 * slack ||
                     south < -90 - slack || north > 90 + slack)) {
            refuse(
                fmt::format("says it is in degrees ({}) but lies from {} to {} east and {} to {} "
                            "north; is its reference system another?",
                            system_name, west, east, south, north));
        }
    }

    // A window of cells.
    struct Window {
        int column, row, columns, rows;
    };

    void read_window(const Window& at, std::vector<double>& values) {
        values.resize(static_cast<std::size_t>(at.columns) * static_cast<std::size_t>(at.rows));
        errors.forget();
        if (band->RasterIO(GF_Read, at.column, at.row, at.columns, at.rows, values.data(),
                           at.columns, at.rows, GDT_Float64, 0, 0, nullptr) != CE_None) {
            refuse(fmt::format("cannot read rows {} to {}: {}; is the file truncated?", at.row,
                               at.row + at.rows - 1, errors.reason()));
        }
        for (double& value : values) {
            const bool is_left_out = std::isnan(value) || (nodata && is_nodata(value));
            const bool none = is_left_out || std::isinf(value);
            infinite += !is_left_out && none ? 1 : 0;
            negative += !none && value < 0 ? 1 : 0;
            value = none || value < 0 ? std::numeric_limits<double>::quiet_NaN()
                                      : value * scale + offset;
        }
    }
    // Written in the band's type, so that -3.4e38 is itself.
    bool is_nodata(double value) const {
        return value == *nodata || static_cast<float>(value) == static_cast<float>(*nodata);
    }

    void centres(const Window& at, std::vector<LonLat>& out) const {
        const auto count = static_cast<std::size_t>(at.columns) * static_cast<std::size_t>(at.rows);
        std::vector<double> x(count);
        std::vector<double> y(count);
        for (std::size_t i = 0; i < count; ++i) {
            const double column = at.column + static_cast<int>(i) % at.columns + 0.5;
            const double row = at.row + static_cast<int>(i) / at.columns + 0.5;
            x[i] = transform[0] + column * transform[1] + row * transform[2];
            y[i] = transform[3] + column * transform[4] + row * transform[5];
        }
        if (to_wgs84) {
            std::vector<int> good(count, 0);
            const GdalErrors quiet;
            to_wgs84->Transform(static_cast<int>(count), x.data(), y.data(), nullptr, good.data());
            for (std::size_t i = 0; i < count; ++i) {
                // Corners of a world map's rectangle lie outside the map: nothing can be there.
                x[i] = good[i] != 0 ? x[i] : std::numeric_limits<double>::quiet_NaN();
            }
        }
        out.resize(count);
        for (std::size_t i = 0; i < count; ++i) {
            out[i] = std::isfinite(x[i]) && std::isfinite(y[i])
                         ? LonLat{normalized_lon(x[i]), std::clamp(y[i], -90.0, 90.0)}
                         : LonLat{std::numeric_limits<double>::quiet_NaN(), 0};
        }
    }

    std::optional<double> step_deg() const {
        const bool parallels = !to_wgs84 && transform[2] == 0 && transform[4] == 0;
        return parallels && transform[1] > 0 ? std::optional(transform[1]) : std::nullopt;
    }
};

RasterReader::RasterReader(const fs::path& file) : impl_(std::make_unique<Impl>(file)) {}
RasterReader::~RasterReader() = default;

std::size_t RasterReader::columns() const {
    return static_cast<std::size_t>(impl_->data->GetRasterXSize());
}
std::size_t RasterReader::rows() const {
    return static_cast<std::size_t>(impl_->data->GetRasterYSize());
}
std::string RasterReader::reference_system() const {
    return impl_->system_name;
}
std::uint64_t RasterReader::negative_cells() const {
    return impl_->negative;
}
std::uint64_t RasterReader::infinite_cells() const {
    return impl_->infinite;
}

void RasterReader::read(const std::function<void(std::span<const RasterRow>)>& rows) {
    Impl& raster = *impl_;
    raster.negative = 0;
    raster.infinite = 0;
    const int all_columns = raster.data->GetRasterXSize();
    const int all_rows = raster.data->GetRasterYSize();
    // Whole blocks side by side, as many as fit; or strips upon each other.
    const auto block_cells = static_cast<std::size_t>(raster.block_columns) *
                             static_cast<std::size_t>(raster.block_rows);
    const int blocks = static_cast<int>(std::max<std::size_t>(1, kWindowCells / block_cells));
    const bool strips = raster.block_columns >= all_columns;
    const int wide = strips ? all_columns : std::min(all_columns, raster.block_columns * blocks);
    // Of a block larger than a window, which GDAL keeps meanwhile, some rows at a time.
    const int fit = std::max(1, static_cast<int>(kWindowCells / static_cast<std::size_t>(wide)));
    const int high = std::min({all_rows, raster.block_rows * (strips ? blocks : 1),
                               block_cells > kWindowCells ? fit : all_rows});
    std::vector<double> values;
    std::vector<LonLat> centres;
    std::vector<RasterRow> parts;
    for (int row = 0; row < all_rows; row += high) {
        for (int column = 0; column < all_columns; column += wide) {
            throw_if_interrupted();
            const Impl::Window window{column, row, std::min(wide, all_columns - column),
                                      std::min(high, all_rows - row)};
            raster.read_window(window, values);
            raster.centres(window, centres);
            parts.clear();
            const auto width = static_cast<std::size_t>(window.columns);
            for (std::size_t from = 0; from < values.size(); from += width) {
                parts.push_back({std::span(centres).subspan(from, width),
                                 std::span(values).subspan(from, width), raster.step_deg()});
            }
            rows(parts);
        }
    }
}

}  // namespace footprint::geo
