#include "geo/sphere/grid_field.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <optional>

#include "base/error.h"
#include "base/parallel.h"
#include "base/pool.h"
#include "geo/sphere/field_leaf.h"
#include "geo/sphere/field_prune.h"
#include "geo/sphere/field_tables.h"

namespace footprint::geo {

namespace {

constexpr float kNobody = std::numeric_limits<float>::infinity();
// Blocks of cells whose sites are found once, when the field is built.
constexpr std::size_t kBlockCells = 512;

// What one thread works with.
struct Tools {
    FieldPrune prune;
    FieldLeaf leaf;
    std::deque<Candidates> lists;  // by depth of the tree
    // A leaf's cells that may not go to their place whole.
    std::vector<float> best, second;
    std::vector<std::uint32_t> best_site, second_site;

    Tools(const FieldTables& tables, const FieldKernels& kernels, FieldDepth depth)
        : prune(kernels, depth == FieldDepth::second), leaf(tables, kernels, depth) {
        const std::size_t cells = tables.leaf_rows * tables.leaf_columns;
        best.resize(cells);
        best_site.resize(depth >= FieldDepth::site ? cells : 0);
        second.resize(depth == FieldDepth::second ? cells : 0);
        second_site.resize(depth == FieldDepth::second ? cells : 0);
    }
};

// The whole leaves that a block of cells is made of.
Tile leaves_of(const FieldTables& tables, const GridBlock& block) {
    return {block.row / tables.leaf_rows,
            (block.row + block.rows + tables.leaf_rows - 1) / tables.leaf_rows,
            block.column / tables.leaf_columns,
            (block.column + block.columns + tables.leaf_columns - 1) / tables.leaf_columns};
}

// A block's labels and planes by leaf.
class BlockView {
  public:
    BlockView(const FieldTables& tables, const GridBlock& block,
              std::span<const std::uint16_t> labels, const GridPlanes& planes)
        : tables_(tables), block_(block), labels_(labels), planes_(planes) {}

    std::size_t stride() const { return planes_.stride > 0 ? planes_.stride : block_.columns; }
    std::size_t columns_of(const Tile& tile) const {
        return std::min(tile.column_end * tables_.leaf_columns, block_.column + block_.columns) -
               tile.column_begin * tables_.leaf_columns;
    }
    std::size_t rows_of(const Tile& tile) const {
        return std::min(tile.row_end * tables_.leaf_rows, block_.row + block_.rows) -
               tile.row_begin * tables_.leaf_rows;
    }
    // Of the tile's first cell.
    std::size_t at(const Tile& tile, std::size_t stride) const {
        return (tile.row_begin * tables_.leaf_rows - block_.row) * stride +
               tile.column_begin * tables_.leaf_columns - block_.column;
    }
    LeafPlanes planes_at(const Tile& leaf) const {
        const auto from = [&](auto plane) {
            return plane.empty() ? nullptr : plane.data() + at(leaf, stride());
        };
        return {from(planes_.best), from(planes_.best_site), from(planes_.second),
                from(planes_.second_site), stride()};
    }

    const std::uint16_t* labels_at(const Tile& tile, std::size_t row = 0) const {
        return labels_.data() + at(tile, block_.columns) + row * block_.columns;
    }
    // How many of the tile's cells have the label.
    std::size_t count(const Tile& tile, std::uint16_t label) const {
        const std::size_t columns = columns_of(tile);
        const std::uint16_t* row = labels_at(tile);
        std::size_t sum = 0;
        for (std::size_t i = 0; i < rows_of(tile); ++i, row += block_.columns) {
            sum += static_cast<std::size_t>(std::count(row, row + columns, label));
        }
        return sum;
    }
    // Ascending, each once.
    std::vector<std::uint16_t> labels() const {
        std::vector<std::uint16_t> found;
        for (auto run = labels_.begin(); run != labels_.end();) {
            const std::uint16_t label = *run;
            const auto place = std::ranges::lower_bound(found, label);
            if (place == found.end() || *place != label) {
                found.insert(place, label);
            }
            run = std::find_if(run, labels_.end(), [label](std::uint16_t l) { return l != label; });
        }
        return found;
    }

  private:
    const FieldTables& tables_;
    const GridBlock& block_;
    std::span<const std::uint16_t> labels_;
    const GridPlanes& planes_;
};

template <typename T>
void copy_labelled(const T* from, T* to, const std::uint16_t* labels, std::uint16_t label,
                   std::size_t count) {
    for (std::size_t j = 0; from && j < count; ++j) {
        to[j] = labels[j] == label ? from[j] : to[j];
    }
}
template <typename T>
void copy_row(const T* from, T* to, std::size_t count) {
    if (from) {
        std::copy_n(from, count, to);
    }
}

// One thread's walk down the tree of tiles of a block.
class Walk {
  public:
    // With a label, only its cells are written.
    Walk(const FieldTables& tables, Tools& tools, const BlockView& view,
         std::optional<std::uint16_t> label)
        : tables_(tables), tools_(tools), view_(view), label_(label) {}

    void operator()(const Tile& tile, const Candidates& from, std::size_t depth = 0) {
        const std::size_t labelled = label_ ? view_.count(tile, *label_) : 0;
        if (label_ && labelled == 0) {
            return;
        }
        if (tools_.lists.size() <= depth) {
            tools_.lists.resize(depth + 1);
        }
        Candidates& sites = tools_.lists[depth];
        const bool mixed = label_ && labelled < view_.rows_of(tile) * view_.columns_of(tile);
        if (tile.is_leaf()) {
            const TileFrame frame = tables_.frame(tile);
            if (from.size() <= kFewSites) {
                tools_.prune.measure_all(frame, from, sites);
            } else {
                tools_.prune(frame, from, sites);
            }
            compute(tile, frame.radius_m, sites, mixed);
        } else if (from.size() > 1) {
            tools_.prune(tables_.frame(tile), from, sites);
            descend(tile, sites, depth);
        } else {
            descend(tile, from, depth);
        }
    }

  private:
    // As few sites are all computed in a leaf: ruling one out would cost more.
    static constexpr std::size_t kFewSites = 2;
    // A tile that is so much wider than high, or higher than wide, is cut across only.
    static constexpr double kLong = 1.5;

    // In halves both ways, or the longer way where that is much longer.
    void descend(const Tile& tile, const Candidates& sites, std::size_t depth) {
        const double longer = tables_.width_over_height(tile);
        const bool by_row = tile.rows() > 1 && (longer < kLong || tile.columns() == 1);
        const bool by_column = tile.columns() > 1 && (longer > 1 / kLong || tile.rows() == 1);
        const std::size_t row = by_row ? tile.row_begin + (tile.rows() + 1) / 2 : tile.row_end;
        const std::size_t column =
            by_column ? tile.column_begin + (tile.columns() + 1) / 2 : tile.column_end;
        const std::array<Tile, 4> parts{{{tile.row_begin, row, tile.column_begin, column},
                                         {tile.row_begin, row, column, tile.column_end},
                                         {row, tile.row_end, tile.column_begin, column},
                                         {row, tile.row_end, column, tile.column_end}}};
        for (const Tile& part : parts) {
            if (part.rows() > 0 && part.columns() > 0) {
                (*this)(part, sites, depth + 1);
            }
        }
    }

    void compute(const Tile& leaf, double radius_m, const Candidates& sites, bool mixed) {
        const LeafPlanes place = view_.planes_at(leaf);
        const std::size_t columns = view_.columns_of(leaf);
        if (!mixed && columns == tables_.leaf_columns) {
            tools_.leaf.compute(leaf, radius_m, sites, place);
            return;
        }
        const auto data = [](auto& cells) { return cells.empty() ? nullptr : cells.data(); };
        LeafPlanes cells{data(tools_.best), data(tools_.best_site), data(tools_.second),
                         data(tools_.second_site), tables_.leaf_columns};
        tools_.leaf.compute(leaf, radius_m, sites, cells);
        copy(leaf, cells, place, columns, mixed);
    }

    void copy(const Tile& leaf, const LeafPlanes& cells, const LeafPlanes& place,
              std::size_t columns, bool mixed) const {
        for (std::size_t row = 0; row < view_.rows_of(leaf); ++row) {
            const std::size_t from = row * cells.stride;
            const std::size_t to = row * place.stride;
            const auto copy_plane = [&](const auto* cell, auto* at) {
                if (!cell || !at) {
                    return;
                }
                if (mixed) {
                    copy_labelled(cell + from, at + to, view_.labels_at(leaf, row), *label_,
                                  columns);
                } else {
                    copy_row(cell + from, at + to, columns);
                }
            };
            copy_plane(cells.best, place.best);
            copy_plane(cells.best_site, place.best_site);
            copy_plane(cells.second, place.second);
            copy_plane(cells.second_site, place.second_site);
        }
    }

    const FieldTables& tables_;
    Tools& tools_;
    const BlockView& view_;
    std::optional<std::uint16_t> label_;
};

// Nobody serves any cell yet.
void clear(const GridBlock& block, const GridPlanes& out) {
    const std::size_t stride = out.stride > 0 ? out.stride : block.columns;
    const auto fill = [&](auto plane, auto value) {
        for (std::size_t row = 0; !plane.empty() && row < block.rows; ++row) {
            std::ranges::fill(plane.subspan(row * stride, block.columns), value);
        }
    };
    fill(out.best, kNobody);
    fill(out.best_site, kNoSite);
    fill(out.second, kNobody);
    fill(out.second_site, kNoSite);
}

void require(bool good, const GridBlock& block, const char* what) {
    if (!good) {
        throw Error(ExitCode::failed,
                    fmt::format("a block of {} × {} cells at row {}, column {}: {}", block.rows,
                                block.columns, block.row, block.column, what));
    }
}

FieldDepth depth_of(const GridPlanes& planes) {
    return !planes.second.empty()      ? FieldDepth::second
           : !planes.best_site.empty() ? FieldDepth::site
                                       : FieldDepth::value;
}

}  // namespace

struct GridField::Impl {
    FieldTables tables;
    const FieldKernels& kernels;
    GridServes serves;
    Candidates everyone;
    std::vector<Candidates> by_block;  // of kBlockCells each way; none with labels
    std::array<Pool<Tools>, 3> pools;  // by depth

    Impl(const Grid& grid, std::span<const GridSite> sites, GridServes who,
         const FieldKernels& with)
        : tables(grid, sites), kernels(with), serves(std::move(who)) {
        everyone = candidates_of(tables, [](const FieldSite&) { return true; });
        if (!serves && everyone.size() > 1) {
            list_by_block();
        }
    }

    std::size_t block_columns() const {
        return (tables.grid.columns() + kBlockCells - 1) / kBlockCells;
    }
    std::size_t block_rows() const { return (tables.grid.rows() + kBlockCells - 1) / kBlockCells; }

    void list_by_block() {
        by_block.resize(block_rows() * block_columns());
        parallel_blocks(block_rows(), 1, [this](std::size_t row, std::size_t) {
            FieldPrune prune(kernels, true);
            for (std::size_t column = 0; column < block_columns(); ++column) {
                const GridBlock block{
                    row * kBlockCells, column * kBlockCells,
                    std::min(kBlockCells, tables.grid.rows() - row * kBlockCells),
                    std::min(kBlockCells, tables.grid.columns() - column * kBlockCells)};
                auto& list = by_block[row * block_columns() + column];
                prune(tables.frame(leaves_of(tables, block)), everyone, list);
                list.shrink_to_fit();
            }
        });
    }

    // The sites that may matter in a block of cells.
    const Candidates& sites_of(const GridBlock& block) const {
        const std::size_t row = block.row / kBlockCells;
        const std::size_t column = block.column / kBlockCells;
        const bool inside = (block.row + block.rows - 1) / kBlockCells == row &&
                            (block.column + block.columns - 1) / kBlockCells == column;
        return inside && !by_block.empty() ? by_block[row * block_columns() + column] : everyone;
    }

    void check(const GridBlock& block, std::span<const std::uint16_t> labels,
               const GridPlanes& out) const;
    void labelled(const GridBlock& block, const BlockView& view, Tools& tools) const;
};

void GridField::Impl::check(const GridBlock& block, std::span<const std::uint16_t> labels,
                            const GridPlanes& out) const {
    const Grid& grid = tables.grid;
    require(block.rows > 0 && block.columns > 0 && block.row + block.rows <= grid.rows() &&
                block.column + block.columns <= grid.columns(),
            block, "it is not inside the grid");
    const auto whole = [](std::size_t first, std::size_t count, std::size_t leaf, std::size_t all) {
        return first % leaf == 0 && (count % leaf == 0 || first + count == all);
    };
    require(whole(block.row, block.rows, tables.leaf_rows, grid.rows()) &&
                whole(block.column, block.columns, tables.leaf_columns, grid.columns()),
            block, "it does not begin and end at multiples of GridField::kAlign");
    const std::size_t stride = out.stride > 0 ? out.stride : block.columns;
    const std::size_t cells = (block.rows - 1) * stride + block.columns;
    const auto fits = [cells](auto plane) { return plane.empty() || plane.size() >= cells; };
    require(stride >= block.columns && !out.best.empty() && fits(out.best) && fits(out.best_site) &&
                fits(out.second) && fits(out.second_site) &&
                (out.second.empty() || !out.best_site.empty()) &&
                out.second.empty() == out.second_site.empty(),
            block, "its planes are too small, or one that another needs is missing");
    require(labels.size() == (serves ? block.rows * block.columns : 0), block,
            "its labels are of another size");
}

// Label by label, each with the sites that serve it.
void GridField::Impl::labelled(const GridBlock& block, const BlockView& view, Tools& tools) const {
    for (const std::uint16_t label : view.labels()) {
        const Candidates serving = candidates_of(
            tables, [&](const FieldSite& site) { return serves(site.audience, label); });
        if (!serving.empty()) {
            Walk(tables, tools, view, label)(leaves_of(tables, block), serving);
        }
    }
}

GridField::GridField(const Grid& grid, std::span<const GridSite> sites, GridServes serves)
    : GridField(grid, sites, std::move(serves), field_kernels()) {}

GridField::GridField(const Grid& grid, std::span<const GridSite> sites, GridServes serves,
                     const FieldKernels& kernels)
    : impl_(std::make_unique<Impl>(grid, sites, std::move(serves), kernels)) {}

GridField::~GridField() = default;
GridField::GridField(GridField&&) noexcept = default;

const Grid& GridField::grid() const {
    return impl_->tables.grid;
}

void GridField::block(const GridBlock& block, std::span<const std::uint16_t> labels,
                      const GridPlanes& out) const {
    Impl& field = *impl_;
    field.check(block, labels, out);
    if (field.serves || field.everyone.empty()) {
        clear(block, out);
    }
    if (field.everyone.empty()) {
        return;
    }
    const FieldDepth depth = depth_of(out);
    Pool<Tools>& box = field.pools[static_cast<std::size_t>(depth)];
    auto tools = box.take(field.tables, field.kernels, depth);
    const BlockView view(field.tables, block, labels, out);
    if (field.serves) {
        field.labelled(block, view, *tools);
    } else {
        Walk(field.tables, *tools, view, std::nullopt)(leaves_of(field.tables, block),
                                                       field.sites_of(block));
    }
    box.put_back(std::move(tools));
}

}  // namespace footprint::geo
