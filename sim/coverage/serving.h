// Which regions serve whom at a date, before any model says how fast.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "sim/coverage/coverage.h"

namespace footprint::sim {

// Of a set of providers: open, not impaired, of a serving class; by audience. Regions of class
// china serve mainland China alone, as long as the scope counts them.
using ServingRegions = std::map<AudienceIndex, std::vector<RegionIndex>>;
ServingRegions serving_regions(const Timeline& timeline, Date date,
                               std::span<const ProviderIndex> providers,
                               const CoverageOptions& options, const geo::Atlas& atlas,
                               Audiences& audiences, std::span<const RegionIndex> lost = {});

// Their nodes, in the order of regions. From any thread.
std::vector<FieldNode> serving_nodes(const geo::Catalog& catalog, Date date,
                                     const ServingRegions& regions, const LatencyModel& model,
                                     const Audiences& audiences, int best = 1);

}  // namespace footprint::sim
