// Rasters of somebody's own, block by block: where their cells are and what they hold.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "geo/sphere/lonlat.h"

namespace footprint::geo {

// Cells of one row of a raster, from west to east as it lies; longitudes in [-180, 180).
struct RasterRow {
    std::span<const LonLat> centre;
    std::span<const double> value;  // NaN: nothing there
    // In WGS 84 with columns along meridians: the row is a parallel, and its longitudes start at
    // centre[0].lon and go on in steps of this.
    std::optional<double> step_deg;
};

// A GeoTIFF taken as hostile. Its first band is read.
class RasterReader {
  public:
    static constexpr std::uint64_t kMostCells = 100'000'000'000;
    static constexpr std::size_t kMostBlockCells = std::size_t{1} << 26;

    // Throws Error: (failed) when the file cannot be opened; (invalid) when it is no GeoTIFF, has
    // no or an unusable reference system or no georeference, has no cells, more than kMostCells or
    // blocks above kMostBlockCells, or is smaller than its cells could be compressed to.
    explicit RasterReader(const std::filesystem::path& file);
    ~RasterReader();
    RasterReader(const RasterReader&) = delete;
    RasterReader& operator=(const RasterReader&) = delete;

    std::size_t columns() const;
    std::size_t rows() const;
    std::string reference_system() const;  // its name

    // Calls `rows` with some rows of cells at a time, all of the raster's in the end. The cells of
    // nodata, NaN, infinities and negative values are NaN. Memory: 4 million cells or one block.
    // Throws Error (invalid) when the file ends early or a position cannot be brought to WGS 84.
    void read(const std::function<void(std::span<const RasterRow> rows)>& rows);

    // After read(): cells below zero, and infinite ones, that are not nodata.
    std::uint64_t negative_cells() const;
    std::uint64_t infinite_cells() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace footprint::geo
