// Labels on a grid to polygons: marching squares for any number of labels.
//
// Every grid edge whose ends have different labels holds one border point. Inside a cell the border
// points are joined pairwise when two labels meet, or through the cell's centre when three or four
// do; of labels that stand corner to corner, one is joined through the cell. So each label's rings
// are simple, and two labels that meet share the same points. Outside the grid there is a frame
// without a label, whose border points are the grid's own outermost points: shapes end exactly at
// ±180° and ±90°.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "sim/coverage/areas.h"

namespace footprint::sim {

namespace {

// A grid point in the frame of one around the grid: column and row are one more than the grid's.
struct Node {
    std::size_t column = 0;
    std::size_t row = 0;
};

// A piece of a label's border inside one cell, the label on its left. Edges are numbered over the
// framed grid, twice the point at their west or north end, plus one if they go south.
struct Piece {
    std::uint32_t label = 0;
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    bool through_centre = false;
    Node cell;
};

double signed_area2(const geo::PlanarRing& ring) {
    double sum = 0;
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
        sum += ring[i].lon * ring[i + 1].lat - ring[i + 1].lon * ring[i].lat;
    }
    return sum;
}

bool contains(const geo::PlanarRing& ring, geo::LonLat p) {
    bool inside = false;
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
        const auto& a = ring[i];
        const auto& b = ring[i + 1];
        if ((a.lat > p.lat) != (b.lat > p.lat) &&
            p.lon < a.lon + (b.lon - a.lon) * (p.lat - a.lat) / (b.lat - a.lat)) {
            inside = !inside;
        }
    }
    return inside;
}

// Points along one side of the map need no company.
bool in_line(geo::LonLat a, geo::LonLat b, geo::LonLat c) {
    const bool side = std::abs(b.lon) == 180 && a.lon == b.lon && b.lon == c.lon;
    const bool pole = std::abs(b.lat) == 90 && a.lat == b.lat && b.lat == c.lat;
    return side || pole;
}

geo::PlanarRing tidied(const geo::PlanarRing& open) {
    geo::PlanarRing ring;
    for (const auto& p : open) {
        if (ring.empty() || !(ring.back() == p)) {
            ring.push_back(p);
        }
    }
    while (ring.size() > 1 && ring.front() == ring.back()) {
        ring.pop_back();
    }
    geo::PlanarRing kept;
    const std::size_t n = ring.size();
    for (std::size_t i = 0; i < n; ++i) {
        if (!in_line(ring[(i + n - 1) % n], ring[i], ring[(i + 1) % n])) {
            kept.push_back(ring[i]);
        }
    }
    if (kept.size() < 3) {
        return {};
    }
    kept.push_back(kept.front());
    return kept;
}

// Outer rings with the holes that lie in them.
geo::Polygons nested(std::vector<geo::PlanarRing> rings) {
    std::vector<geo::PlanarPolygon> polygons;
    std::vector<geo::PlanarRing> holes;
    for (auto& ring : rings) {
        if (signed_area2(ring) > 0) {
            polygons.push_back({std::move(ring)});
        } else {
            holes.push_back(std::move(ring));
        }
    }
    // The smallest outer ring round a hole is the one it is in.
    std::stable_sort(polygons.begin(), polygons.end(), [](const auto& a, const auto& b) {
        return signed_area2(a[0]) < signed_area2(b[0]);
    });
    for (auto& hole : holes) {
        const auto owner = std::find_if(polygons.begin(), polygons.end(), [&](const auto& polygon) {
            return contains(polygon[0], hole[0]);
        });
        if (owner != polygons.end()) {
            owner->push_back(std::move(hole));
        }
    }
    std::reverse(polygons.begin(), polygons.end());  // the largest first
    const bool multi = polygons.size() != 1;
    return {std::move(polygons), multi};
}

class Tracer {
  public:
    Tracer(const LabelGrid& grid, const BorderAt& border) : grid_(grid), border_(border) {}

    std::vector<LabelShape> trace() {
        for (std::size_t row = 0; row < grid_.rows + 2; ++row) {
            for (std::size_t column = 0; column < grid_.columns + 2; ++column) {
                add_cell({column, row});
            }
        }
        std::sort(pieces_.begin(), pieces_.end(), [](const Piece& a, const Piece& b) {
            return a.label != b.label ? a.label < b.label : a.from < b.from;
        });
        std::vector<LabelShape> shapes;
        for (std::size_t begin = 0; begin < pieces_.size();) {
            std::size_t end = begin;
            while (end < pieces_.size() && pieces_[end].label == pieces_[begin].label) {
                ++end;
            }
            auto shape = link(begin, end);
            if (!shape.polygons.empty()) {
                shapes.push_back({pieces_[begin].label, std::move(shape)});
            }
            begin = end;
        }
        return shapes;
    }

  private:
    bool on_frame(Node n) const {
        return n.column == 0 || n.row == 0 || n.column == grid_.columns + 2 ||
               n.row == grid_.rows + 2;
    }
    std::size_t grid_index(Node n) const { return grid_.index(n.column - 1, n.row - 1); }
    std::uint32_t label(Node n) const {
        return on_frame(n) ? kNoLabel : grid_.labels[grid_index(n)];
    }
    std::uint64_t number(Node n) const { return n.row * (grid_.columns + 3) + n.column; }

    // Corners counter-clockwise from the north-west; edge k goes from corner k to k + 1.
    static std::array<Node, 4> corners(Node cell) {
        return {{{cell.column, cell.row},
                 {cell.column, cell.row + 1},
                 {cell.column + 1, cell.row + 1},
                 {cell.column + 1, cell.row}}};
    }
    std::array<std::uint64_t, 4> edges(Node cell) const {
        return {2 * number(cell) + 1, 2 * number({cell.column, cell.row + 1}),
                2 * number({cell.column + 1, cell.row}) + 1, 2 * number(cell)};
    }

    void add_cell(Node cell) {
        std::array<std::uint32_t, 4> l{};
        const auto corner = corners(cell);
        for (std::size_t k = 0; k < 4; ++k) {
            l[k] = label(corner[k]);
        }
        if (l[0] == l[1] && l[1] == l[2] && l[2] == l[3]) {
            return;
        }
        const bool first = l[0] == l[2] && l[1] != l[0] && l[3] != l[0];
        const bool second = l[1] == l[3] && l[0] != l[1] && l[2] != l[1];
        if (first || second) {
            const bool even = first && (!second || l[0] < l[1]);
            add_diagonal(cell, l, even ? 0 : 1);
        } else {
            add_runs(cell, l);
        }
    }

    // Corners `start` and `start` + 2 are joined through the cell, the two others are cut off.
    void add_diagonal(Node cell, const std::array<std::uint32_t, 4>& l, std::size_t start) {
        const auto e = edges(cell);
        for (const std::size_t k : {start + 1, (start + 3) % 4}) {
            add({l[start], e[k - 1 < 4 ? k - 1 : 3], e[k], false, cell});
            add({l[k], e[k], e[k - 1 < 4 ? k - 1 : 3], false, cell});
        }
    }

    // Each run of equal corners is cut off from the others.
    void add_runs(Node cell, const std::array<std::uint32_t, 4>& l) {
        const auto e = edges(cell);
        std::size_t runs = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            runs += l[k] != l[(k + 1) % 4] ? 1U : 0U;
        }
        for (std::size_t start = 0; start < 4; ++start) {
            if (l[start] == l[(start + 3) % 4]) {
                continue;
            }
            std::size_t last = start;
            while (l[(last + 1) % 4] == l[start]) {
                last = (last + 1) % 4;
            }
            add({l[start], e[last], e[(start + 3) % 4], runs > 2, cell});
        }
    }

    void add(const Piece& piece) {
        if (piece.label != kNoLabel) {
            pieces_.push_back(piece);
        }
    }

    geo::LonLat edge_point(std::uint64_t edge) const {
        const std::uint64_t n = edge / 2;
        const Node a{n % (grid_.columns + 3), n / (grid_.columns + 3)};
        const Node b{a.column + (1 - edge % 2), a.row + (edge % 2)};
        if (on_frame(a) || on_frame(b)) {
            const Node in = on_frame(a) ? b : a;
            return grid_.at(in.column - 1, in.row - 1);
        }
        const double share = border_(grid_index(a), grid_index(b));
        const double t = std::isfinite(share) ? std::clamp(share, 0.01, 0.99) : 0.5;
        const auto p = grid_.at(a.column - 1, a.row - 1);
        const auto q = grid_.at(b.column - 1, b.row - 1);
        return {p.lon + t * (q.lon - p.lon), p.lat + t * (q.lat - p.lat)};
    }

    // The middle of a cell; of a cell of the frame, the border point on the grid's outermost edge.
    geo::LonLat centre(Node cell) const {
        const auto corner = corners(cell);
        const auto e = edges(cell);
        bool whole = true;
        std::uint64_t outermost = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const bool out = on_frame(corner[k]);
            whole = whole && !out;
            if (!out && !on_frame(corner[(k + 1) % 4])) {
                outermost = e[k];
            }
        }
        if (!whole) {
            return edge_point(outermost);
        }
        const auto a = grid_.at(cell.column - 1, cell.row - 1);
        const auto b = grid_.at(cell.column, cell.row);
        return {(a.lon + b.lon) / 2, (a.lat + b.lat) / 2};
    }

    geo::Polygons link(std::size_t begin, std::size_t end) const {
        std::vector<bool> used(end - begin, false);
        std::vector<geo::PlanarRing> rings;
        for (std::size_t start = begin; start < end; ++start) {
            geo::PlanarRing open;
            for (std::size_t at = start; !used[at - begin]; at = next(begin, end, at)) {
                used[at - begin] = true;
                open.push_back(edge_point(pieces_[at].from));
                if (pieces_[at].through_centre) {
                    open.push_back(centre(pieces_[at].cell));
                }
            }
            auto ring = tidied(open);
            if (!ring.empty()) {
                rings.push_back(std::move(ring));
            }
        }
        return nested(std::move(rings));
    }

    std::size_t next(std::size_t begin, std::size_t end, std::size_t at) const {
        const auto first = pieces_.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto last = pieces_.begin() + static_cast<std::ptrdiff_t>(end);
        const auto found = std::lower_bound(
            first, last, pieces_[at].to,
            [](const Piece& piece, std::uint64_t edge) { return piece.from < edge; });
        return static_cast<std::size_t>(found - pieces_.begin());
    }

    const LabelGrid& grid_;
    const BorderAt& border_;
    std::vector<Piece> pieces_;
};

}  // namespace

geo::LonLat LabelGrid::at(std::size_t column, std::size_t row) const {
    return {-180 + 360.0 * static_cast<double>(column) / static_cast<double>(columns),
            90 - 180.0 * static_cast<double>(row) / static_cast<double>(rows)};
}

std::vector<LabelShape> trace_labels(const LabelGrid& grid, const BorderAt& border) {
    if (grid.columns == 0 || grid.rows == 0 ||
        grid.labels.size() != (grid.columns + 1) * (grid.rows + 1)) {
        throw Error(ExitCode::failed,
                    fmt::format("a grid of {} × {} cells comes with {} labels; expected one for "
                                "each point",
                                grid.columns, grid.rows, grid.labels.size()));
    }
    return Tracer(grid, border).trace();
}

}  // namespace footprint::sim
