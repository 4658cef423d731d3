// The backbone as a latency model for coverage.
#pragma once

#include <memory>

#include "sim/latency/backbone.h"
#include "sim/latency/backbone_parameters.h"
#include "sim/latency/backbone_rtt.h"
#include "sim/latency/latency_model.h"

namespace footprint::sim {

// Access nodes are the regions themselves and every landing point, hub and end of a land route
// that a region is reached from: the RTT to the best (or best two) regions there, and the price of
// the land around. The network of a date is built when the date is first asked for, and the last
// one is kept. Thread-safe.
std::unique_ptr<LatencyModel> make_backbone_model(std::shared_ptr<const Backbone> backbone,
                                                  BackboneParameters parameters,
                                                  LatencyKind kind = LatencyKind::fixed,
                                                  WhatIf what_if = {});

}  // namespace footprint::sim
