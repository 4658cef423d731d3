// A comparison as map layers, the same as `export` writes.
#pragma once

#include <filesystem>

#include "base/files.h"
#include "cli/frame/command.h"
#include "geo/io/vector_output.h"
#include "sim/coverage/comparison.h"

namespace footprint::cli {

// Writes, at every date asked for, the layer gap of two providers, else the layer coverage; a
// GeoPackage of two providers holds both. Areas are the whole world's, sea included. Throws Error
// (usage) when parts of the world were asked for.
void write_compare_layer(Session& session, const sim::ComparisonQuestion& question,
                         const sim::CoverageOptions& options, const sim::LatencyModel& model,
                         const std::string& model_text, const std::filesystem::path& target,
                         geo::VectorFormat format, Overwrite overwrite);

}  // namespace footprint::cli
