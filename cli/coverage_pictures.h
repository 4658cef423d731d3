// compare and diff as pictures.
#pragma once

#include <string>

#include "cli/command.h"
#include "cli/compare_report.h"
#include "sim/coverage/difference.h"

namespace footprint::cli {

// A PNG of one date's comparison. Throws Error (usage) for a series.
std::string compare_png(const CompareReport& report);

// A PNG postcard: the map of the later date, with what changed under it.
std::string diff_png(Session& session, const sim::CoverageEngine& engine,
                     const sim::Difference& difference, const std::string& area);

}  // namespace footprint::cli
