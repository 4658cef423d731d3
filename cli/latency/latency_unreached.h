// `footprint latency unreached`: who has no path to any region.
#pragma once

#include <string>

#include "cli/frame/command.h"
#include "cli/frame/coverage_options.h"

namespace footprint::cli {

// People by country whose land nothing in the tables joins to any region open at a date, most
// people first, as text or as JSON (docs/schemas/latency.schema.json).
std::string unreached(Session& session, const LatencyFlags& flags, Date date, bool json);

}  // namespace footprint::cli
