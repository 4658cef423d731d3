#include "sim/latency/pair_rtt.h"

#include <algorithm>

namespace footprint::sim {

std::string_view to_string(LatencyKind kind) {
    switch (kind) {
        case LatencyKind::region:
            return "region";
        case LatencyKind::fixed:
            return "fixed";
        case LatencyKind::wireless:
            return "wireless";
    }
    return "";
}

std::optional<LatencyKind> parse_latency_kind(std::string_view text) {
    for (const auto kind : {LatencyKind::region, LatencyKind::fixed, LatencyKind::wireless}) {
        if (text == to_string(kind)) {
            return kind;
        }
    }
    return std::nullopt;
}

PairRtt::PairRtt(const Backbone& backbone, BackboneParameters parameters, Date date,
                 const WhatIf& what_if, Traffic traffic)
    : backbone_(&backbone),
      parameters_(std::move(parameters)),
      kernels_(parameters_.residual),
      linker_(backbone),
      network_(backbone, backbone.in_service(date, what_if), traffic) {
    network_.price(parameters_);
}

std::optional<RttPlace> PairRtt::place(geo::LonLat position, geo::CountryIndex country,
                                       PairEnd end) const {
    const auto land = country == geo::kNoCountry
                          ? backbone_->land_place(position)
                          : std::optional(backbone_->land_place(position, country));
    if (!land) {
        return std::nullopt;
    }
    RttPlace result;
    result.place = {position, *land, {}};
    prepare_place(result, end);
    return result;
}

void PairRtt::add_links(RttPlace& prepared) const {
    auto& place = prepared.place;
    place.links = linker_.links(place.position, place.land);
    std::erase_if(place.links,
                  [&](const LandLink& link) { return !network_.may_attach(place, link.node); });
}

void PairRtt::add_kernel(RttPlace& prepared) const {
    prepared.kernel.resize(kernels_.size());
    kernels_.at(prepared.place.position, prepared.kernel);
}

const IntervalClass& PairRtt::interval_class(double rtt_ms) const {
    static const IntervalClass kNone;
    const auto& classes = parameters_.interval;
    const auto it = std::find_if(classes.begin(), classes.end(),
                                 [&](const IntervalClass& c) { return rtt_ms <= c.up_to_ms; });
    return classes.empty() ? kNone : it == classes.end() ? classes.back() : *it;
}

}  // namespace footprint::sim
