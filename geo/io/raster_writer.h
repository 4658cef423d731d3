// A grid of numbers as a GeoTIFF, written row by row.
#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <memory>
#include <span>
#include <string>

#include "base/files.h"

namespace footprint::geo {

inline constexpr std::size_t kMostRasterColumns = 100'000;
inline constexpr std::size_t kMostRasterRows = 50'000;

// One band of float32 in WGS 84 lon/lat, pixels as areas, row 0 in the north.
struct RasterInfo {
    std::size_t columns = 0;
    std::size_t rows = 0;
    double west_deg = -180;
    double north_deg = 90;
    double step_deg = 0;  // size of a pixel
    float nodata = std::numeric_limits<float>::quiet_NaN();
    std::string name;  // of the band: "rtt_ms"
    std::string unit;  // "ms"
    std::string description;
    std::string attribution;
};

enum class RasterFormat { geotiff, cog };

// DEFLATE with the floating-point predictor, tiles of 512; a COG has overviews too. Memory: one row
// and GDAL's cache of 64 MB. Destroyed without commit it leaves nothing behind.
class RasterWriter {
  public:
    // Throws Error (usage) for a size of 0 or beyond the limits, or a grid that leaves the globe;
    // (failed) when the file cannot be made.
    RasterWriter(const std::filesystem::path& target, const RasterInfo& info, RasterFormat format,
                 Overwrite overwrite);
    ~RasterWriter();
    RasterWriter(const RasterWriter&) = delete;
    RasterWriter& operator=(const RasterWriter&) = delete;

    // The next rows, from north to south: a whole number of them.
    void write_rows(std::span<const float> values);
    // Throws Error unless all rows were written; closes, reopens, checks, renames.
    void commit();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace footprint::geo
