// Ways between clients and regions: what the access nodes of the backbone model say of one pair.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/latency/way_steps.h"

namespace footprint::sim {

// A client goes straight over its own land to the node, or the region, from which the rest of the
// way is least: path = price of the land there × geodesic + way along the backbone × learned
// correction. BackboneModel::access_nodes hands out the same nodes, so that coverage and single
// pairs are one model. Two-way milliseconds without access.
class ClientPaths {
  public:
    // What is passed must outlive it; `network` is priced with `parameters`.
    ClientPaths(const Backbone& backbone, const BackboneParameters& parameters,
                const BackboneNetwork& network);
    ~ClientPaths();

    // Finds the ways from the nodes that these regions are linked to, on all threads; to be called
    // before the questions. 0.2 ms a node that was not asked for before.
    void prepare(std::span<const NetworkPlace* const> regions);

    struct Way {
        double path_ms = BackboneNetwork::kNoPath;
        bool straight = false;           // over land all the way: what follows is not used
        BackboneNodeIndex node = 0;      // where the backbone is reached
        const LandLink* last = nullptr;  // from the backbone to the region
        double km = 0;                   // from the client to the node or the region
        double land_ms = 0;              // of these kilometres
        double factor = 1;               // learned correction of the rest
        bool exists() const { return path_ms < BackboneNetwork::kNoPath; }
    };
    // The learned correction's weights at a region, from ResidualField::kernel there. 1 µs.
    std::vector<double> weighted(std::span<const double> region_kernel) const;
    // 1 to 3 µs. Thread-safe. `weighted`: of the region.
    Way way(geo::LonLat client, const LandPlace& land, const NetworkPlace& region,
            std::span<const double> weighted) const;

    std::vector<EdgeIndex> edges(const Way& way) const;  // from the client to the region
    // Appends the way's parts, whose sum is its path_ms; returns its steps.
    std::vector<WayStep> tell(const Way& way, geo::LonLat client, const NetworkPlace& region,
                              std::vector<RttPart>& parts) const;

  private:
    struct Tree;
    struct Lands;
    class Search;
    Tree make_tree(BackboneNodeIndex node, BackboneNetwork::Tree& scratch) const;

    const Backbone* backbone_;
    const BackboneParameters* parameters_;
    const BackboneNetwork* network_;
    std::unique_ptr<Lands> lands_;
    std::vector<std::unique_ptr<const Tree>> trees_;  // by node
};

}  // namespace footprint::sim
