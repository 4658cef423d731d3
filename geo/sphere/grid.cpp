#include "geo/sphere/grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"
#include "geo/sphere/area.h"

namespace footprint::geo {

namespace {

std::size_t clamped_index(double cell, std::size_t count) {
    const double last = static_cast<double>(count - 1);
    return static_cast<std::size_t>(std::clamp(std::floor(cell), 0.0, last));
}

}  // namespace

Grid::Grid(std::size_t columns, std::size_t rows) : columns_(columns), rows_(rows) {
    constexpr std::size_t kMost = std::size_t{1} << 20;
    if (columns < 1 || rows < 1 || columns > kMost || rows > kMost) {
        throw Error(ExitCode::usage, fmt::format("grid of {} x {} cells: expected 1 to {} each way",
                                                 columns, rows, kMost));
    }
}

double Grid::north(std::size_t row) const {
    return 90 - 180 * (static_cast<double>(row) / static_cast<double>(rows_));
}

LonLat Grid::centre(std::size_t column, std::size_t row) const {
    const double x = (static_cast<double>(column) + 0.5) / static_cast<double>(columns_);
    const double y = (static_cast<double>(row) + 0.5) / static_cast<double>(rows_);
    return {-180 + 360 * x, 90 - 180 * y};
}

std::size_t Grid::column_of(double lon_deg) const {
    const double x = (normalized_lon(lon_deg) + 180) / 360;
    return clamped_index(x * static_cast<double>(columns_), columns_);
}

std::size_t Grid::row_of(double lat_deg) const {
    return clamped_index((90 - lat_deg) / 180 * static_cast<double>(rows_), rows_);
}

double Grid::cell_area_m2(std::size_t row) const {
    const double width = 2 * std::numbers::pi / static_cast<double>(columns_);
    return width * (zone_area_per_radian_m2(north(row)) - zone_area_per_radian_m2(north(row + 1)));
}

}  // namespace footprint::geo
