// What the strip of a map or film tells (--chart), where it is not counted by the scene itself.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/frame/command.h"
#include "render/paint/frame_painter.h"
#include "render/scene/strip_chart.h"

namespace footprint::cli {

void declare_chart(OptionSet& options, std::string& chart);
// Of a word that declare_chart() allows.
render::StripKind strip_kind(const std::string& chart);

// Per cent of the world's people within the first threshold of `shading`, of each provider alone,
// at the ends of the months from one date to another and at both: what compare --over-time says.
std::vector<render::StripSeries> people_series(const render::ShadingInput& shading,
                                               const std::vector<geo::ProviderIndex>& providers,
                                               Date from, Date to);

// The bands of a run folder of several runs; empty for one run, and where its folder has none of
// what the strip tells. Bands of regions are of those that serve; others that are in the scope stay
// as many as they are at the start, and are added.
std::vector<render::StripSeries> band_series(const sim::LoadedRun& run, render::StripKind kind,
                                             double threshold_ms, const sim::RegionScope& scope);

// How far the axis must reach for some providers up to a date, whoever else it shows.
double strip_top(Session& session, render::StripKind kind,
                 std::span<const geo::ProviderIndex> providers, const sim::RegionScope& scope,
                 Date to);

}  // namespace footprint::cli
