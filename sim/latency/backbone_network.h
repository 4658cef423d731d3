// The backbone of one day as a graph that paths are found on.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/latency/backbone.h"
#include "sim/latency/backbone_parameters.h"
#include "sim/latency/land_links.h"

namespace footprint::sim {

// Whose traffic: a provider's own between its regions, or the public's. They differ in the cables
// and countries that they pass (backbone/transit_rules.csv, cable_use.csv).
enum class Traffic : std::uint8_t { private_, public_ };

// A place as the network sees it: what it may be linked to over land.
struct NetworkPlace {
    geo::LonLat position;
    LandPlace land;
    std::vector<LandLink> links;
};

// What a way is made of; its RTT is linear in it.
struct WayParts {
    double hops = 0;  // landings: half of each end of a segment
    std::vector<std::pair<CableIndex, double>> sea_km;
    std::vector<std::pair<std::uint16_t, double>> land_km;  // by area
};

using EdgeIndex = std::uint32_t;
inline constexpr EdgeIndex kNoEdge = 0xFFFFFFFF;
// Longest way that is laid straight over land rather than along the network.
inline constexpr double kStraight_km = 300;

class BackboneNetwork {
  public:
    // `live`: Backbone::in_service. O(edges).
    BackboneNetwork(const Backbone& backbone, const std::vector<bool>& live, Traffic traffic);

    const Backbone& backbone() const { return *backbone_; }

    // Prices every edge; to be called before paths are asked for, and again for other parameters.
    void price(const BackboneParameters& parameters);
    double land_ms_per_km(std::uint16_t area) const { return land_ms_per_km_[area]; }

    double edge_ms(EdgeIndex edge) const { return edge_ms_[edge]; }

    static constexpr double kNoPath = std::numeric_limits<double>::infinity();

    // All shortest ways from a place: RTT to each vertex (nodes first) and the edge it comes by.
    // Without access and residual.
    struct Tree {
        std::vector<double> rtt_ms;
        std::vector<EdgeIndex> by;            // kNoEdge at starts and where a port is entered
        std::vector<std::uint32_t> previous;  // vertex; itself at a start
        // RTT of the way to a node.
        double at(BackboneNodeIndex node) const { return rtt_ms[node]; }
    };
    Tree from(const NetworkPlace& place) const;
    void from(const NetworkPlace& place, Tree& tree) const;

    // RTT between two places and the node before the second (nothing: straight over land).
    struct Way {
        double rtt_ms = kNoPath;
        std::optional<LandLink> last;
        bool exists() const { return rtt_ms < kNoPath; }
    };
    Way way(const NetworkPlace& from, const Tree& tree, const NetworkPlace& to,
            const LandLinker& linker) const;
    // What the way is made of, and its edges from the first place to the second.
    WayParts parts(const NetworkPlace& from, const Tree& tree, const NetworkPlace& to,
                   const Way& way) const;
    std::vector<EdgeIndex> edges(const Tree& tree, BackboneNodeIndex to) const;
    BackboneNodeIndex node_of(std::uint32_t vertex) const;

    // The first `most` sources of each node, nearest first: one search for all sources together.
    // Result: vertices × most, nodes first; source kNoSource where there are fewer.
    static constexpr std::uint32_t kNoSource = 0xFFFFFFFF;
    struct Label {
        std::uint32_t source = kNoSource;
        double rtt_ms = kNoPath;
    };
    // What was found earlier, for fewer sources or on another day: a search begins with the ways
    // that are left of it and looks only at what can improve. The result is the same.
    struct Earlier {
        const BackboneNetwork* network = nullptr;  // same backbone, traffic and prices
        std::span<const Label> labels;             // by that network, with the same `most`
        std::span<const std::uint32_t> now_of;     // its sources among those of now, ascending
    };
    std::vector<Label> nearest_sources(std::span<const NetworkPlace> sources, std::size_t most,
                                       const Earlier* earlier = nullptr) const;

    // The edges of the way of such a label, from its vertex to the source. O(arcs it passes).
    void walk(std::span<const Label> labels, std::size_t most, std::uint32_t vertex,
              std::uint32_t source, std::vector<EdgeIndex>& edges) const;

    bool may_attach(const NetworkPlace& place, BackboneNodeIndex node) const;

  private:
    friend class SourceSearch;
    struct Arc {
        std::uint32_t to;
        EdgeIndex edge;  // kNoEdge: from a port to its town or back
    };
    bool may_leave(std::uint32_t vertex, std::uint32_t to, geo::CountryIndex home) const;

    const Backbone* backbone_;
    std::vector<bool> live_;
    std::vector<std::uint32_t> arc_begin_;
    std::vector<Arc> arcs_;
    std::vector<double> arc_ms_;
    std::vector<BackboneNodeIndex> port_node_;  // of vertices after the nodes
    std::vector<CableIndex> port_cable_;        // of the same
    std::vector<bool> closed_;                  // by country: traffic does not pass on there
    // Country of vertices at which traffic ends unless it began there; kNoCountry elsewhere.
    std::vector<geo::CountryIndex> closed_country_;
    std::vector<double> land_ms_per_km_;
    std::vector<double> edge_ms_;
};

}  // namespace footprint::sim
