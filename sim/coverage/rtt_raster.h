// The best RTT everywhere, as rows of a grid of longitude and latitude.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "sim/coverage/coverage.h"

namespace footprint::sim {

// Rows of such a grid; it has twice as many columns. Throws Error (usage) unless step_deg divides
// 180 and lies between 0.004 and 10.
std::size_t rtt_raster_rows(double step_deg);

// Calls `rows` with the best RTT in ms at the centres of pixels of step_deg, from north to south
// and west to east, some whole rows at a time; NaN where nobody serves. The providers serve
// together
// ("best of"). Exact as LatencyField is, identical on any number of threads. `atlas` needs shapes
// when a serve rule or a China region limits who is served. Memory: about 20 MB, whatever the step.
// Throws Error (usage) as rtt_raster_rows does.
void rtt_raster(const Timeline& timeline, const geo::Atlas& atlas, const LatencyModel& model,
                const CoverageOptions& options, std::span<const ProviderIndex> providers, Date date,
                double step_deg, const std::function<void(std::span<const float>)>& rows);

}  // namespace footprint::sim
