// The nearest shape to a point outside of it. Inside atlas only.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "geo/atlas/atlas.h"

namespace footprint::geo {

// Edges of shapes by cells of one degree. Distances are those of the plane that is true at the
// point (plate carrée on its parallel): good to a few parts in a thousand up to some hundred km.
class ShoreIndex {
  public:
    // shapes[i] belong to index i.
    explicit ShoreIndex(std::span<const std::vector<SpherePolygon>> shapes);

    // The index with the nearest edge within a distance, of those that are `wanted`; the lowest of
    // equals; kNoCountry if there is none.
    template <typename Wanted>
    CountryIndex nearest(LonLat position, double within_m, const Wanted& wanted) const {
        Nearest best{kNoCountry, within_m};
        visit(position, within_m, [&](const Edge& edge) {
            if (wanted(edge.of)) {
                consider(position, edge, best);
            }
        });
        return best.of;
    }

  private:
    struct Edge {
        float from_lon, from_lat, to_lon, to_lat;  // to_lon may lie beyond ±180
        CountryIndex of;
    };
    struct Nearest {
        CountryIndex of;
        double distance_m;
    };
    struct Cells {
        int first_row, last_row, first_column, column_count;
    };
    static Cells cells_about(LonLat position, double within_m);
    static void consider(LonLat position, const Edge& edge, Nearest& best);

    template <typename Visit>
    void visit(LonLat position, double within_m, const Visit& visit_edge) const {
        const Cells cells = cells_about(position, within_m);
        for (int row = cells.first_row; row <= cells.last_row; ++row) {
            for (int i = 0; i < cells.column_count; ++i) {
                const auto cell =
                    static_cast<std::size_t>(row * 360 + (cells.first_column + i) % 360);
                for (std::uint32_t e = begin_[cell]; e < begin_[cell + 1]; ++e) {
                    visit_edge(edges_[e]);
                }
            }
        }
    }

    std::vector<Edge> edges_;           // by cell
    std::vector<std::uint32_t> begin_;  // 360 × 180 + 1
};

}  // namespace footprint::geo
