// What the field on a grid knows of its grid and its sites; internal to geo/sphere.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "geo/sphere/grid.h"
#include "geo/sphere/grid_field.h"
#include "geo/sphere/grid_kernels.h"
#include "geo/sphere/near_series.h"

namespace footprint::geo {

// Sines and cosines of reduced latitudes β and of their halves.
struct LatTable {
    std::vector<double> sin, cos, sin_half, cos_half;

    void add(double lat_rad);
    RowAngles from(std::size_t first) const {
        return {&sin[first], &cos[first], &sin_half[first], &cos_half[first]};
    }
};

// Sines and cosines of half longitudes.
struct LonTable {
    std::vector<double> sin_half, cos_half;

    void add(double lon_rad);
};

// What polynomials through Nodes × Nodes points need: those points' angles for each row and column
// of leaves, and how values become coefficients.
template <std::size_t Nodes>
struct Interpolation {
    std::array<double, Nodes> nodes = chebyshev_nodes<Nodes>();
    PowerMatrix<Nodes> powers = power_matrix<Nodes>(nodes);
    LatTable lats;  // Nodes for each row of leaves
    LonTable lons;  // Nodes for each column of leaves
};

struct FieldSite {
    SiteAngles angles;
    double offset;
    double per_m;
    LonLat position;
    std::uint32_t index;  // as given
    std::uint32_t group;
    std::uint16_t audience;
};

// A range of rows and columns of leaves.
struct Tile {
    std::size_t row_begin, row_end;
    std::size_t column_begin, column_end;

    std::size_t rows() const { return row_end - row_begin; }
    std::size_t columns() const { return column_end - column_begin; }
    bool is_leaf() const { return rows() == 1 && columns() == 1; }
};

struct FieldTables {
    Grid grid;
    std::size_t leaf_rows = 16;
    std::size_t leaf_columns = 32;
    std::vector<FieldSite> sites;                // by group, then by index
    std::vector<double> site_x, site_y, site_z;  // unit vectors on the reduced sphere
    std::vector<double> site_offset, site_per_m;
    LatTable lats;
    LonTable lons;          // padded to whole leaves
    std::vector<float> x;   // of a leaf's columns, on [-1, 1]
    std::vector<double> y;  // of a whole leaf's rows; behind it, of the last row of leaves
    NearSeries<kNearTerms> near = near_series<kNearTerms>(kNearHaversine);
    NearSeries<kShortTerms> shorter = near_series<kShortTerms>(kShortHaversine);
    Interpolation<4> cubic;
    Interpolation<6> quintic;

    // Throws Error (invalid) as GridField does.
    FieldTables(const Grid& grid, std::span<const GridSite> sites);

    std::size_t leaf_row_count() const { return (grid.rows() + leaf_rows - 1) / leaf_rows; }
    std::size_t leaf_column_count() const {
        return (grid.columns() + leaf_columns - 1) / leaf_columns;
    }
    std::size_t rows_of(std::size_t leaf_row) const;
    std::size_t columns_of(std::size_t leaf_column) const;
    const double* y_of(std::size_t leaf_row) const;
    double row_step_rad() const;
    double column_step_rad() const;
    // cos β of the row nearest to the equator.
    double widest(std::size_t first_row, std::size_t last_row) const;
    TileFrame frame(const Tile& tile) const;
    // On the ground, where the tile is widest.
    double width_over_height(const Tile& tile) const;
};

}  // namespace footprint::geo
