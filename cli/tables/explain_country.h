// A country explained: how each provider reaches its people, and from which regions.
#pragma once

#include <string>
#include <vector>

#include "cli/frame/command.h"
#include "sim/coverage/engine.h"

namespace footprint::cli {

// As text, or as JSON (docs/schemas/explain.schema.json, kind "country"). `engine` holds the
// options; O(demand points of the country × providers) beside the field of each provider.
std::string explain_country(Session& session, sim::CoverageEngine& engine,
                            geo::CountryIndex country, Date date,
                            const std::vector<geo::ProviderIndex>& providers, bool json);

}  // namespace footprint::cli
