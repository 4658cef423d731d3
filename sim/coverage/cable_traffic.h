// Which cables people's ways to the clouds lead along: each place's way to its best region.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "geo/atlas/people.h"
#include "sim/coverage/coverage.h"
#include "sim/latency/backbone.h"
#include "sim/latency/backbone_network.h"
#include "sim/latency/backbone_parameters.h"

namespace footprint::sim {

// By edge of the backbone.
struct CableDay {
    std::vector<bool> in_service;
    std::vector<double> people;  // whose way to their best region leads along the edge
};

// People stand at the backbone's node nearest to them on their own land. Not thread-safe: one owner
// asks.
class CableTraffic {
  public:
    // Everything given must outlive it. Of `options` the scope, the serve rule and the weight
    // count. O(demand points); 0.2 s.
    CableTraffic(const Timeline& timeline, const geo::Atlas& atlas, const geo::DemandPoints& points,
                 std::shared_ptr<const Backbone> backbone, const BackboneParameters& parameters,
                 WhatIf what_if, CoverageOptions options);
    ~CableTraffic();

    const Backbone& backbone() const { return *backbone_; }
    const Timeline& timeline() const { return *timeline_; }
    // Days on which cables come or go, ascending.
    const std::vector<Date>& changes() const { return changes_; }

    // At a date, to the best of some providers' regions. 2 to 10 ms; the last network is kept.
    CableDay at(Date date, std::span<const ProviderIndex> providers);

  private:
    struct Source;
    const Source* source(geo::LonLat position);
    std::vector<double> people_by_node(Date date) const;

    const Timeline* timeline_;
    const geo::Atlas* atlas_;
    const geo::DemandPoints* points_;
    std::shared_ptr<const Backbone> backbone_;
    BackboneParameters parameters_;
    WhatIf what_if_;
    CoverageOptions options_;
    std::vector<Date> changes_;
    LandLinker linker_;
    std::vector<std::uint32_t> node_of_point_;
    std::map<std::pair<double, double>, std::unique_ptr<const Source>> sources_;
    std::vector<bool> live_;
    std::optional<BackboneNetwork> network_;
};

}  // namespace footprint::sim
