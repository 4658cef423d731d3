// A regular grid of longitude and latitude with true cell areas.
#pragma once

#include <cstddef>

#include "geo/sphere/lonlat.h"

namespace footprint::geo {

// Cells of 360/columns by 180/rows degrees, row 0 at the north, column 0 at 180° W (as GeoTIFF
// stores the world). Value type, no memory.
class Grid {
  public:
    // Throws Error (usage) unless 1 <= columns <= 2^20 and 1 <= rows <= 2^20.
    Grid(std::size_t columns, std::size_t rows);

    std::size_t columns() const { return columns_; }
    std::size_t rows() const { return rows_; }
    std::size_t size() const { return columns_ * rows_; }

    LonLat centre(std::size_t column, std::size_t row) const;
    double north(std::size_t row) const;  // latitude of the row's upper edge
    // The cell that holds a position: edges belong to the cell east and south of them.
    std::size_t column_of(double lon_deg) const;
    std::size_t row_of(double lat_deg) const;

    // WGS 84 area of any cell of a row; over all cells they sum to kEarthArea_m2.
    double cell_area_m2(std::size_t row) const;

  private:
    std::size_t columns_;
    std::size_t rows_;
};

}  // namespace footprint::geo
