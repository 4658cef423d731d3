#include "cli/frame/latency_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace footprint::cli {
namespace {

constexpr const char* kFittedTo = "latency-rtt-azure";

std::vector<std::string> preset_names() {
    std::vector<std::string> names;
    for (const auto& preset : sim::what_if_presets()) {
        names.push_back(preset.name);
    }
    return names;
}

}  // namespace

void LatencyFlags::declare(OptionSet& options) {
    options
        .add("--latency", &latency, "MODEL",
             "Round-trip times along the cables of the date (backbone, the usual) or by distance")
        .choices({"backbone", "distance"});
    declare_what_if(options);
}

void LatencyFlags::declare_what_if(OptionSet& options) {
    options
        .add("--without", &without, "WHAT",
             "Take away cable:NAME or chokepoint:NAME (red-sea, malacca, luzon, suez, "
             "english-channel, …)")
        .add("--with", &with, "FILE", "Add cables from a table with the columns of cables.csv")
        .add("--preset", &preset, "NAME", "A named set of cuts: " + join(preset_names(), ", "));
}

std::vector<std::string> LatencyFlags::sources(std::vector<std::string> used) const {
    if (!by_distance()) {
        used.emplace_back(kFittedTo);
    }
    return used;
}

sim::WhatIf LatencyFlags::what_if() const {
    sim::WhatIf result;
    result.without = without;
    if (!preset) {
        return result;
    }
    const auto presets = sim::what_if_presets();
    const auto it = std::find_if(presets.begin(), presets.end(), [&](const auto& candidate) {
        return candidate.name == lower_ascii(*preset);
    });
    if (it == presets.end()) {
        const auto names = preset_names();
        throw Error(ExitCode::usage, fmt::format("there is no preset '{}'.{} Presets: {}", *preset,
                                                 did_you_mean(*preset, names), join(names, ", ")));
    }
    result.without.insert(result.without.end(), it->without.begin(), it->without.end());
    return result;
}

std::unique_ptr<sim::LatencyModel> LatencyFlags::model(Session& session,
                                                       sim::LatencyKind kind) const {
    if (by_distance()) {
        if (!without.empty() || !with.empty() || preset) {
            throw Error(ExitCode::usage,
                        "--without, --with and --preset change cables, which --latency distance "
                        "does not know; leave out --latency distance");
        }
        return sim::make_distance_model();
    }
    return sim::make_backbone_model(load_backbone(session, with), load_backbone_parameters(session),
                                    kind, what_if());
}

// Only the backbone knows areas.
std::vector<std::string> model_sources(const sim::LatencyModel& model,
                                       std::vector<std::string> used) {
    if (model.areas() != nullptr) {
        used.emplace_back(kFittedTo);
    }
    return used;
}

std::shared_ptr<const sim::Backbone> load_backbone(Session& session,
                                                   const std::vector<std::filesystem::path>& with) {
    auto backbone = std::make_shared<const sim::Backbone>(
        sim::Backbone::load(session.datasets(), session.atlas(), with));
    for (const auto& warning : backbone->warnings()) {
        session.detail(warning.message);
    }
    return backbone;
}

sim::BackboneParameters load_backbone_parameters(Session& session) {
    return sim::BackboneParameters::load(session.datasets() / "latency" /
                                         "backbone_parameters.json");
}

}  // namespace footprint::cli
