// Round-trip time from places to regions: one interface for every model.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/date.h"
#include "geo/atlas/access_areas.h"
#include "geo/catalog/catalog.h"
#include "geo/sphere/lonlat.h"
#include "sim/latency/client_access.h"

namespace footprint::sim {

// A point from which places are reached: the RTT of a place through it is
// offset_ms + ms_per_km × geodesic distance. All two-way milliseconds.
struct AccessNode {
    geo::LonLat position;
    double offset_ms = 0;
    double ms_per_km = 0;
    geo::RegionIndex region = 0;  // the region that serves through this node
    // Only places of this access area see the node; kAnyArea: every place, whatever lies between.
    geo::AccessAreaIndex area = geo::kAnyArea;
    bool operator==(const AccessNode&) const = default;
};

// A named, sourced part of a modelled figure, for `explain`.
struct RttPart {
    std::string name;
    double rtt_ms = 0;
    std::string formula;
};

struct ModelParameter {
    std::string name;
    double value = 0;
    std::string unit;
    std::string source;
};

class LatencyModel {
  public:
    virtual ~LatencyModel() = default;
    virtual std::string name() const = 0;
    virtual std::vector<ModelParameter> parameters() const = 0;
    // The nodes through which the given regions serve at a date. A place's RTT to the best of the
    // regions is the minimum over the nodes that it sees; with `best` = 2 its RTT to the second
    // best region, too, is the minimum over the nodes of other regions. (A hub of a backbone is a
    // node for its best, or best two, regions only.) A place that sees no node has no path.
    virtual std::vector<AccessNode> access_nodes(const geo::Catalog& catalog,
                                                 const std::vector<geo::RegionIndex>& regions,
                                                 Date date, int best = 1) const = 0;
    // The areas that the nodes' labels stand for; null when every node is for any area.
    virtual const geo::AccessAreas* areas() const { return nullptr; }
    // Clients' access where it is a distribution: then nodes give the path without it, and the RTT
    // of a place's median client is clients()->typical_ms(country, path). Null: every client of a
    // place has the RTT that the nodes give.
    virtual const ClientAccess* clients() const { return nullptr; }
    // Days on which the ways themselves change (a cable opens, closes or is cut), ascending; on all
    // others access_nodes() changes with the regions alone.
    virtual std::vector<Date> changes() const { return {}; }
    // The RTT of one pair in its parts; their sum is the RTT. `country`: whose the place is, where
    // that is known. Empty: no path.
    virtual std::vector<RttPart> explain(const geo::Catalog& catalog, geo::LonLat place,
                                         geo::CountryIndex country, geo::RegionIndex region,
                                         Date date) const = 0;
};

// Appends what lies between a path and the median client's RTT: the detour, if any, and access.
void add_client_parts(const ClientAccess& clients, geo::CountryIndex country, double path_ms,
                      std::vector<RttPart>& parts);

// RTT = access + 2 × geodesic × stretch ÷ (c ÷ n). The first model: no cables, no time.
struct DistanceModelParameters {
    double fibre_index;  // group index of silica fibre
    double stretch;      // path length over geodesic
    double access_ms;    // a fixed client's own access network, two-way
    static DistanceModelParameters defaults();
};
// How that model reaches from a place of its own, catalogued or not.
AccessNode distance_node(geo::LonLat position, const DistanceModelParameters& parameters =
                                                   DistanceModelParameters::defaults());
std::unique_ptr<LatencyModel> make_distance_model(
    const DistanceModelParameters& parameters = DistanceModelParameters::defaults());

// A model of paths (without access) with clients on top. `atlas` says in which country a place is.
std::unique_ptr<LatencyModel> with_clients(std::unique_ptr<LatencyModel> paths,
                                           ClientAccess clients, const geo::Atlas& atlas);

}  // namespace footprint::sim
