// Grids of numbers that cover the world, as GeoTIFF: computed and written block by block.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "geo/sphere/grid.h"
#include "geo/sphere/grid_field.h"

namespace footprint::geo {

inline constexpr std::size_t kMostRasterColumns = 100'000;
inline constexpr std::size_t kMostRasterRows = 50'000;

struct RasterBand {
    std::string name;                                        // "rtt_ms"
    std::string unit;                                        // "ms"
    std::vector<std::pair<std::string, std::string>> notes;  // metadata of the band
};

// float32 in WGS 84 lon/lat, pixels as areas, row 0 in the north, NaN where there is nothing.
struct RasterInfo {
    Grid grid;
    std::vector<RasterBand> bands;
    std::string description;
    std::string attribution;
};

enum class RasterFormat {
    geotiff,  // uncompressed, in strips: the fastest to write and to read
    cog       // Cloud Optimized: DEFLATE, floating-point predictor, tiles of 512, overviews
};

// Computes a block's cells: one pointer for each band, `stride` cells from row to row. Called from
// any number of threads at once. Blocks begin at multiples of 128 rows and 512 columns.
using FillBlock =
    std::function<void(const GridBlock& block, std::span<float* const> bands, std::size_t stride)>;
// The same for any resolution: overviews are not resampled, but computed at their own cells'
// centres.
using FillOfGrid = std::function<FillBlock(const Grid& grid)>;

struct RasterTimes {
    double compute_s = 0;   // CPU time of all threads in FillBlock
    double overview_s = 0;  // the same for a COG's overviews
    double pack_s = 0;      // CPU time of all threads in compressing
    double write_s = 0;     // CPU time of the thread that writes
    double wall_s = 0;
    std::uint64_t bytes = 0;  // of the file
    std::uint64_t cells = 0;  // computed in compute_s
    std::uint64_t overview_cells = 0;
};

// Writes the file, parallel over blocks, in memory bounded by 256 rows (geotiff) or some tiles
// (cog) of each band. The file is complete when the function returns; on any Error, or an
// interruption, there is nothing. The same bytes on any number of threads. Throws Error (usage) for
// no bands or a grid beyond the limits; (failed) when the file cannot be written.
RasterTimes write_raster(const std::filesystem::path& target, const RasterInfo& info,
                         RasterFormat format, Overwrite overwrite, const FillOfGrid& fill);

}  // namespace footprint::geo
