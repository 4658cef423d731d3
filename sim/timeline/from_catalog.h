// A region's row and records turned into its life: dated events in order. Internal to sim/timeline.
#pragma once

#include <span>
#include <vector>

#include "sim/timeline/timeline.h"

namespace footprint::sim {

// The events of one region. `records` are the catalog's events of that region, in any order: the
// result does not depend on it.
std::vector<Event> life_of(const geo::Catalog& catalog, RegionIndex region,
                           std::span<const geo::EventRecord* const> records);

}  // namespace footprint::sim
