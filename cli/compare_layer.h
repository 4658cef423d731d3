// A comparison as a map layer.
#pragma once

#include <filesystem>

#include "base/files.h"
#include "cli/command.h"
#include "sim/coverage/comparison.h"

namespace footprint::cli {

// Writes GeoJSON: for two providers their gap within each threshold, else each provider's areas
// within each threshold, at every date asked for. Areas are the whole world's, sea included. Throws
// Error (usage) when parts of the world were asked for.
void write_compare_layer(Session& session, const sim::ComparisonQuestion& question,
                         const sim::CoverageOptions& options, const sim::LatencyModel& model,
                         const std::filesystem::path& target, Overwrite overwrite);

}  // namespace footprint::cli
