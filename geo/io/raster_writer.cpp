#include "geo/io/raster_writer.h"

#include <fmt/format.h>

#include <chrono>

#include "base/error.h"
#include "geo/io/raster_layout.h"

namespace footprint::geo {
namespace {

void check(const RasterInfo& info) {
    const Grid& grid = info.grid;
    if (grid.columns() > kMostRasterColumns || grid.rows() > kMostRasterRows) {
        throw Error(ExitCode::usage,
                    fmt::format("a raster of {} × {} pixels; expected 1 × 1 to {} × {}",
                                grid.columns(), grid.rows(), kMostRasterColumns, kMostRasterRows));
    }
    if (info.bands.empty()) {
        throw Error(ExitCode::usage, "a raster without bands; expected at least one");
    }
}

}  // namespace

RasterTimes write_raster(const std::filesystem::path& target, const RasterInfo& info,
                         RasterFormat format, Overwrite overwrite, const FillOfGrid& fill) {
    check(info);
    const auto begin = std::chrono::steady_clock::now();
    RasterTimes times = format == RasterFormat::cog
                            ? write_cog(target, info, overwrite, fill)
                            : write_strips(target, info, overwrite, fill(info.grid));
    times.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return times;
}

}  // namespace footprint::geo
