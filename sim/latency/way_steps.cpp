#include "sim/latency/way_steps.h"

#include <fmt/format.h>

#include <algorithm>

namespace footprint::sim {

void WaySteps::add(const std::string& by, bool is_cable, const std::string& to, geo::LonLat to_at,
                   double km, double rtt_ms) {
    const bool continues =
        !steps_.empty() && steps_.back().by == by && steps_.back().is_cable == is_cable;
    if (!continues) {
        steps_.push_back({name_, to, by, is_cable, 0, 0, {at_}});
    }
    auto& step = steps_.back();
    step.to = to;
    step.km += km;
    step.rtt_ms += rtt_ms;
    step.line.push_back(to_at);
    name_ = to;
    at_ = to_at;
}

void WaySteps::over_land(const std::string& name, geo::LonLat to, double km, double rtt_ms) {
    land_km_ += km;
    land_ms_ += rtt_ms;
    add("land", false, name, to, km, rtt_ms);
}

void WaySteps::to_node(BackboneNodeIndex node, double km, double rtt_ms) {
    const auto& n = network_.backbone().nodes()[node];
    over_land(n.name, n.position, km, rtt_ms);
    node_ = node;
}

void WaySteps::to_end(geo::LonLat end, double km, double rtt_ms) {
    over_land("to", end, km, rtt_ms);
}

void WaySteps::along(std::span<const EdgeIndex> edges) {
    const auto& backbone = network_.backbone();
    const auto nodes = backbone.nodes();
    for (const auto i : edges) {
        const auto& edge = backbone.edges()[i];
        node_ = edge.from == node_ ? edge.to : edge.from;
        const auto& to = nodes[node_];
        const double ms = network_.edge_ms(i);
        if (edge.kind != BackboneEdgeKind::cable) {
            over_land(to.name, to.position, edge.km, ms);
            continue;
        }
        const double ends = (nodes[edge.from].at_sea ? 0 : 0.5) + (nodes[edge.to].at_sea ? 0 : 0.5);
        hop_ms_ += ends * parameters_.hop_ms;
        sea_km_ += edge.km;
        sea_ms_ += ms - ends * parameters_.hop_ms;
        add(backbone.cables()[edge.cable].name, true, to.name, to.position, edge.km, ms);
    }
}

std::vector<RttPart> WaySteps::parts() const {
    const double fibre = parameters_.fibre_ms_per_km();
    std::vector<RttPart> parts;
    if (sea_km_ > 0) {
        parts.push_back({"cables", sea_ms_,
                         fmt::format("{:.0f} km drawn × {:.3f} × {:.6f} ms/km", sea_km_,
                                     sea_ms_ / (sea_km_ * fibre), fibre)});
        parts.push_back(
            {"landings", hop_ms_,
             fmt::format("{:.1f} × {:.2f} ms", hop_ms_ / std::max(1e-9, parameters_.hop_ms),
                         parameters_.hop_ms)});
    }
    if (land_km_ > 0) {
        parts.push_back({"land", land_ms_,
                         fmt::format("{:.0f} km × {:.3f} × {:.6f} ms/km", land_km_,
                                     land_ms_ / (land_km_ * fibre), fibre)});
    }
    return parts;
}

std::string cables_text(const Backbone& backbone, std::span<const EdgeIndex> edges) {
    std::string text;
    CableIndex last = kNoCable;
    for (const auto i : edges) {
        const auto cable = backbone.edges()[i].cable;
        if (cable != kNoCable && cable != last) {
            text += text.empty() ? "" : " > ";
            text += backbone.cables()[cable].name;
            last = cable;
        }
    }
    return text.empty() ? "land" : text;
}

}  // namespace footprint::sim
