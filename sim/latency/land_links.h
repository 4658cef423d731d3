// Links over land between neighbours. Inside sim/latency only.
#pragma once

#include <cstdint>
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
    // At most kLinkSectors links, nearest first; `self` is left out. About 10 µs.
    std::vector<LandLink> links(geo::LonLat position, const LandPlace& place,
                                std::optional<BackboneNodeIndex> self = {}) const;
    // Does the straight way between two points stay on land well enough to lay a cable along it?
    bool is_dry(geo::LonLat from, geo::LonLat to, double km) const;

  private:
    const Backbone* backbone_;
    // What the search reads of a node, and no more.
    struct Site {
        geo::Vec3 unit;
        double lat;
        BackboneNodeIndex node;
        geo::AccessAreaIndex land;
    };
    std::vector<Site> sites_;  // land nodes from south to north
};

}  // namespace footprint::sim
