// Which latency model a verb asks, and what is taken from or added to the cables.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/frame/command.h"
#include "sim/latency/backbone_model.h"

namespace footprint::cli {

// --latency, --without, --with, --preset.
struct LatencyFlags {
    std::optional<std::string> latency;  // backbone | distance; backbone when left out
    std::vector<std::string> without;    // cable:NAME, chokepoint:NAME
    std::vector<std::filesystem::path> with;
    std::optional<std::string> preset;

    void declare(OptionSet& options);
    // The same without --latency: for what has only the backbone.
    void declare_what_if(OptionSet& options);
    // Was any of them given?
    bool any() const { return latency || !without.empty() || !with.empty() || preset; }
    bool by_distance() const { return latency == "distance"; }
    // Of datapackage.json: what an answer rests on, and what the model asked for was fitted to.
    std::vector<std::string> sources(std::vector<std::string> used) const;
    // Throws Error (usage) for an unknown preset.
    sim::WhatIf what_if() const;
    // The model asked for, clients on fixed lines. Throws Error when the tables are faulty, or when
    // --latency distance is asked together with a change of the cables.
    std::unique_ptr<sim::LatencyModel> model(Session& session,
                                             sim::LatencyKind kind = sim::LatencyKind::fixed) const;
};

// The backbone of the datasets and further tables of cables; what joins nothing is told with
// --verbose.
std::shared_ptr<const sim::Backbone> load_backbone(
    Session& session, const std::vector<std::filesystem::path>& with = {});
sim::BackboneParameters load_backbone_parameters(Session& session);

// The resources of datapackage.json that an answer rests on, and those that its model was fitted
// to.
std::vector<std::string> model_sources(const sim::LatencyModel& model,
                                       std::vector<std::string> used);

}  // namespace footprint::cli
