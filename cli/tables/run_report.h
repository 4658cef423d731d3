// Run folders told about: one alone, or two side by side.
#pragma once

#include <filesystem>
#include <string>

#include "sim/expansion/run_difference.h"

namespace footprint::cli {

// What a run holds, from its manifest and last step. JSON: docs/schemas/info.schema.json.
std::string run_text(const std::filesystem::path& folder);
std::string run_json(const std::filesystem::path& folder);

// JSON: docs/schemas/compare-runs.schema.json. CSV: a row a site that differs.
std::string run_difference_text(const sim::RunDifference& difference, const sim::LoadedRun& first,
                                const sim::LoadedRun& second);
std::string run_difference_json(const sim::RunDifference& difference, const sim::LoadedRun& first,
                                const sim::LoadedRun& second);
std::string run_difference_csv(const sim::RunDifference& difference);

}  // namespace footprint::cli
