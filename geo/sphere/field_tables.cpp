#include "geo/sphere/field_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"
#include "geo/sphere/geodesic.h"

namespace footprint::geo {

namespace {

constexpr double kPi = std::numbers::pi;

void check(const GridSite& site, std::size_t index) {
    const auto fits = [](double v) { return std::isfinite(v) && v >= 0; };
    if (!is_valid(site.position) || !fits(site.offset) || !fits(site.per_m)) {
        throw Error(
            ExitCode::invalid,
            fmt::format("site {} has lon {}, lat {}, offset {} and {} per metre; expected "
                        "a place on Earth and numbers of 0 or more",
                        index, site.position.lon, site.position.lat, site.offset, site.per_m));
    }
}

FieldSite prepare(const GridSite& given, std::size_t index) {
    LatTable lat;
    LonTable lon;
    lat.add(given.position.lat * kRadians);
    lon.add(given.position.lon * kRadians);
    return {{lat.sin[0], lat.cos[0], lat.sin_half[0], lat.cos_half[0], lon.sin_half[0],
             lon.cos_half[0]},
            given.offset,
            given.per_m,
            given.position,
            static_cast<std::uint32_t>(index),
            given.group,
            given.audience};
}

// Where the centre of cell `i` of `count` lies on [-1, 1].
double along(std::size_t i, std::size_t count) {
    return (2 * static_cast<double>(i) + 1) / static_cast<double>(count) - 1;
}

// Row and column centres are at whole numbers.
double lat_rad(const Grid& grid, double row) {
    return kPi * (0.5 - (row + 0.5) / static_cast<double>(grid.rows()));
}
double lon_rad(const Grid& grid, double column) {
    return kPi * (2 * (column + 0.5) / static_cast<double>(grid.columns()) - 1);
}

template <std::size_t Nodes>
void tabulate(const FieldTables& tables, Interpolation<Nodes>& into) {
    for (std::size_t leaf = 0; leaf < tables.leaf_row_count(); ++leaf) {
        const auto first = static_cast<double>(leaf * tables.leaf_rows);
        const auto rows = static_cast<double>(tables.rows_of(leaf));
        for (const double at : into.nodes) {
            into.lats.add(lat_rad(tables.grid, first + rows * (1 + at) / 2 - 0.5));
        }
    }
    for (std::size_t leaf = 0; leaf < tables.leaf_column_count(); ++leaf) {
        const auto first = static_cast<double>(leaf * tables.leaf_columns);
        const auto columns = static_cast<double>(tables.leaf_columns);
        for (const double at : into.nodes) {
            into.lons.add(lon_rad(tables.grid, first + columns * (1 + at) / 2 - 0.5));
        }
    }
}

}  // namespace

void LatTable::add(double lat_rad) {
    const double beta = std::atan2((1 - kFlattening) * std::sin(lat_rad), std::cos(lat_rad));
    sin.push_back(std::sin(beta));
    cos.push_back(std::cos(beta));
    sin_half.push_back(std::sin(beta / 2));
    cos_half.push_back(std::cos(beta / 2));
}

void LonTable::add(double lon_rad) {
    sin_half.push_back(std::sin(lon_rad / 2));
    cos_half.push_back(std::cos(lon_rad / 2));
}

FieldTables::FieldTables(const Grid& g, std::span<const GridSite> given) : grid(g) {
    // Leaves of some 100 km, so that few sites compete in one, yet with cells enough to pay for
    // their polynomials.
    if (grid.rows() >= 14'400) {
        leaf_rows = 64;
        leaf_columns = 128;
    } else if (grid.rows() >= 5'400) {
        leaf_rows = 32;
        leaf_columns = 64;
    }
    for (std::size_t i = 0; i < given.size(); ++i) {
        check(given[i], i);
        sites.push_back(prepare(given[i], i));
    }
    std::ranges::stable_sort(sites, {}, &FieldSite::group);
    for (const FieldSite& site : sites) {
        const Vec3 at = reduced_unit_vector(site.position);
        site_x.push_back(at.x);
        site_y.push_back(at.y);
        site_z.push_back(at.z);
        site_offset.push_back(site.offset);
        site_per_m.push_back(site.per_m);
    }
    for (std::size_t row = 0; row < grid.rows(); ++row) {
        lats.add(lat_rad(grid, static_cast<double>(row)));
    }
    for (std::size_t column = 0; column < leaf_column_count() * leaf_columns; ++column) {
        lons.add(lon_rad(grid, static_cast<double>(column)));
    }
    for (std::size_t j = 0; j < leaf_columns; ++j) {
        x.push_back(static_cast<float>(along(j, leaf_columns)));
    }
    for (const std::size_t rows : {leaf_rows, rows_of(leaf_row_count() - 1)}) {
        for (std::size_t i = 0; i < rows; ++i) {
            y.push_back(along(i, rows));
        }
    }
    tabulate(*this, cubic);
    tabulate(*this, quintic);
}

std::size_t FieldTables::rows_of(std::size_t leaf_row) const {
    return std::min(leaf_rows, grid.rows() - leaf_row * leaf_rows);
}

std::size_t FieldTables::columns_of(std::size_t leaf_column) const {
    return std::min(leaf_columns, grid.columns() - leaf_column * leaf_columns);
}

const double* FieldTables::y_of(std::size_t leaf_row) const {
    return y.data() + (leaf_row + 1 == leaf_row_count() ? leaf_rows : 0);
}

double FieldTables::row_step_rad() const {
    return kPi / static_cast<double>(grid.rows());
}
double FieldTables::column_step_rad() const {
    return 2 * kPi / static_cast<double>(grid.columns());
}

double FieldTables::widest(std::size_t first_row, std::size_t last_row) const {
    return lats.cos[std::clamp((grid.rows() - 1) / 2, first_row, last_row)];
}

double FieldTables::width_over_height(const Tile& tile) const {
    const std::size_t first = tile.row_begin * leaf_rows;
    const std::size_t last = std::min(tile.row_end * leaf_rows, grid.rows()) - 1;
    return static_cast<double>(tile.columns() * leaf_columns) * column_step_rad() *
           widest(first, last) / (static_cast<double>(last + 1 - first) * row_step_rad());
}

TileFrame FieldTables::frame(const Tile& tile) const {
    const std::size_t first = tile.row_begin * leaf_rows;
    const std::size_t last = std::min(tile.row_end * leaf_rows, grid.rows()) - 1;
    const std::size_t west = tile.column_begin * leaf_columns;
    const std::size_t east = tile.column_end * leaf_columns - 1;
    const std::size_t row = (first + last) / 2;
    const std::size_t column = (west + east) / 2;
    const double sin_lon = 2 * lons.sin_half[column] * lons.cos_half[column];
    const double cos_lon = 1 - 2 * lons.sin_half[column] * lons.sin_half[column];
    const double s = lats.sin[row];
    const double c = lats.cos[row];

    // Sines of half the differences of latitude and longitude, at their largest.
    const auto half_lat = [&](std::size_t other) {
        return std::abs(lats.sin_half[row] * lats.cos_half[other] -
                        lats.cos_half[row] * lats.sin_half[other]);
    };
    const double rise = std::max(half_lat(first), half_lat(last));
    const double run =
        lons.sin_half[east] * lons.cos_half[column] - lons.cos_half[east] * lons.sin_half[column];
    const bool over_half = (east - west + 1) * 2 >= grid.columns();
    const double across = over_half ? 1.0 : run * run;
    const double root = std::sqrt(std::min(1.0, rise * rise + c * widest(first, last) * across));
    // asin x <= x + (π/2 − 1) x³ on [0, 1], and no geodesic is longer than a·σ.
    const double radius = 2 * kEquatorialRadius_m * (root + (kPi / 2 - 1) * root * root * root);
    return {{c * cos_lon, c * sin_lon, s},
            {-sin_lon, cos_lon, 0},
            {-s * cos_lon, -s * sin_lon, c},
            radius};
}

}  // namespace footprint::geo
