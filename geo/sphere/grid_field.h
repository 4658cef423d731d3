// For every cell of a regular grid: the least of offset + price × geodesic distance over many
// sites, and the least of another group. The method, its bounds and their derivation are in
// docs/field.md.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "geo/sphere/grid.h"
#include "geo/sphere/grid_kernels.h"
#include "geo/sphere/lonlat.h"

namespace footprint::geo {

// A place from which cells are reached at offset + per_m × distance in metres. With 0 and 1 the
// field is of distances; with milliseconds, of round-trip times.
struct GridSite {
    LonLat position{};
    double offset = 0;
    double per_m = 1;
    std::uint32_t group = 0;     // the second best is the best of another group
    std::uint16_t audience = 0;  // which labels it serves
};

inline constexpr std::uint32_t kNoSite = std::numeric_limits<std::uint32_t>::max();

// Some cells of a grid.
struct GridBlock {
    std::size_t row = 0, column = 0;  // of the first
    std::size_t rows = 0, columns = 0;
};

// What is wanted of a block's cells: planes of rows × columns, or empty. second and second_site are
// wanted together, and need best_site. `stride` cells lie between a row and the next; 0: the
// block's columns.
struct GridPlanes {
    std::span<float> best{};
    std::span<std::uint32_t> best_site{};  // index of the site as given; kNoSite: none
    std::span<float> second{};             // best of the sites of other groups than best_site's
    std::span<std::uint32_t> second_site{};
    std::size_t stride = 0;
};

// Whether sites of an audience serve cells of a label.
using GridServes = std::function<bool(std::uint16_t audience, std::uint16_t label)>;

// Built once for a grid and its sites, then asked for blocks of cells from any thread.
//
// Values are within 2 m × per_m of offset + per_m × the WGS 84 geodesic (GeographicLib), rounded to
// float (0.5 m at 10,000 km); the site named is the best one or within 4 m × per_m of it, equal
// ones go to the lower group, then to the lower index. Nobody serves: +infinity and kNoSite. The
// same bytes on any number of threads and any processor. Memory: 0.5 KB a site and about 250 bytes
// a row and a column, and 0.5 MB a thread.
//
// Method: cells are taken in leaves of neighbours under a tree of tiles. A tile's sites are those
// of its parent that the triangle inequality (every distance changes by at most the tile's radius)
// and the difference of two distances' gradients cannot rule out. In a leaf each site left is
// evaluated for all cells at once by one of three forms: a polynomial in both coordinates through
// distances at Chebyshev nodes, where it is smooth enough; near the site a series in h = sin²(σ/2);
// else the distance formula itself.
class GridField {
  public:
    // Without `serves` every site serves every cell and labels are not asked for. Throws Error
    // (invalid) when a site has a position that is not valid, or an offset or price that is
    // negative or not finite. `kernels` are for tests.
    GridField(const Grid& grid, std::span<const GridSite> sites, GridServes serves = {});
    GridField(const Grid& grid, std::span<const GridSite> sites, GridServes serves,
              const FieldKernels& kernels);
    ~GridField();
    GridField(GridField&&) noexcept;
    GridField(const GridField&) = delete;

    // Blocks begin at multiples of this and end there or at the grid's edge.
    static constexpr std::size_t kAlign = 128;

    const Grid& grid() const;

    // Fills the planes for a block; labels are of the same cells, empty when there is no `serves`.
    // Runs on the calling thread; any number of threads may ask at once. Blocks of 100,000 cells
    // and more, inside 512 × 512 from the grid's corner, are the fastest.
    void block(const GridBlock& block, std::span<const std::uint16_t> labels,
               const GridPlanes& out) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace footprint::geo
