// Links over land between neighbours.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/latency/backbone.h"

namespace footprint::sim {

inline constexpr int kLinkSectors = 8;           // one neighbour in each eighth of the compass
inline constexpr double kLongestLink_km = 1200;  // longer ones must be in land_routes.csv

// A Yao graph (Yao 1982, "On constructing minimum spanning trees in k-dimensional spaces"): each
// node with the nearest one it may join in each eighth of the compass. It spans well: a way along
// its links is rarely 10 % longer than the direct one. Left out: links that lie mostly at sea.
std::vector<BackboneEdge> land_links(const Backbone& backbone);

// The same for a place that is not a node of the backbone.
struct LandLink {
    BackboneNodeIndex node = 0;
    double km = 0;
};
class LandLinker {
  public:
    explicit LandLinker(const Backbone& backbone);
    ~LandLinker();
    LandLinker(LandLinker&&) noexcept;
    LandLinker& operator=(LandLinker&&) = delete;
    // At most kLinkSectors links, nearest first; `self` is left out. About 1 µs where the cell of
    // 1° was asked for before, and 10 µs more where not. Thread-safe.
    std::vector<LandLink> links(geo::LonLat position, const LandPlace& place,
                                std::optional<BackboneNodeIndex> self = {}) const;
    // Does the straight way between two points stay on land well enough to lay a cable along it?
    bool is_dry(geo::LonLat from, geo::LonLat to, double km) const;

  private:
    // What the search reads of a node, and no more.
    struct Site {
        geo::Vec3 unit;
        geo::Vec3 reduced;
        BackboneNodeIndex node;
        geo::AccessAreaIndex land;
        geo::CountryIndex country;
    };
    // Sites that places of a cell may be linked to, nearest to its middle first.
    struct Near {
        double cosine = 0;  // from the middle
        std::uint32_t site = 0;
    };
    // … for places of one country and land: those that may be the nearest of their sector from
    // somewhere in the cell.
    struct Cell {
        LandPlace place;
        double radius_rad = 0;
        std::vector<Near> sites;
        const Cell* next = nullptr;  // of the same degree, for another place
    };
    struct Cells;
    const Cell& cell(geo::LonLat position, const LandPlace& place) const;
    Cell make_cell(std::size_t row, std::size_t column, const LandPlace& place) const;
    void keep_possible(Cell& cell, geo::Vec3 middle) const;

    const Backbone* backbone_;
    std::vector<Site> sites_;
    std::unique_ptr<Cells> cells_;  // made when first asked for
};

}  // namespace footprint::sim
