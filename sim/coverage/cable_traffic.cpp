#include "sim/coverage/cable_traffic.h"

#include <algorithm>
#include <limits>

#include "sim/coverage/latency_field.h"
#include "sim/coverage/serving.h"
#include "sim/latency/fit.h"

namespace footprint::sim {

namespace {

// As the model has it: who is shut out by a border of the nearest region still finds another.
constexpr std::size_t kCandidates = 4;

// The node nearest to each point on its own land; kNoNode where there is none.
std::vector<std::uint32_t> nearest_nodes(const Backbone& backbone,
                                         const geo::DemandPoints& points) {
    std::vector<FieldNode> nodes;
    std::vector<std::uint32_t> index;
    const auto all = backbone.nodes();
    for (BackboneNodeIndex i = 0; i < all.size(); ++i) {
        if (!all[i].at_sea && all[i].land != geo::kNoArea) {
            nodes.push_back({{all[i].position, 0, 1, 0, all[i].land}, 0});
            index.push_back(i);
        }
    }
    const Audiences everyone(backbone.atlas().countries().size());
    const PlaceSet places(points.position, {}, backbone.access_areas().of(points));
    LatencyField field(places, everyone);
    field.set_nodes(nodes);
    std::vector<std::uint32_t> result;
    result.reserve(points.size());
    for (std::size_t p = 0; p < points.size(); ++p) {
        const auto node = field.node(p);
        result.push_back(node == kNoNode ? kNoNode : index[node]);
    }
    return result;
}

}  // namespace

struct CableTraffic::Source {
    std::optional<NetworkPlace> place;  // nothing: too far out at sea
};

CableTraffic::CableTraffic(const Timeline& timeline, const geo::Atlas& atlas,
                           const geo::DemandPoints& points,
                           std::shared_ptr<const Backbone> backbone,
                           const BackboneParameters& parameters, WhatIf what_if,
                           CoverageOptions options)
    : timeline_(&timeline),
      atlas_(&atlas),
      points_(&points),
      backbone_(std::move(backbone)),
      parameters_(parameters),
      what_if_(std::move(what_if)),
      options_(std::move(options)),
      changes_(backbone_->changes()),
      linker_(*backbone_),
      node_of_point_(nearest_nodes(*backbone_, points)) {}

CableTraffic::~CableTraffic() = default;

const CableTraffic::Source* CableTraffic::source(geo::LonLat position) {
    auto& kept = sources_[{position.lon, position.lat}];
    if (!kept) {
        kept = std::make_unique<const Source>(Source{network_place(*backbone_, linker_, position)});
    }
    return kept.get();
}

std::vector<double> CableTraffic::people_by_node(Date date) const {
    const auto weights = points_->weights(atlas_->series(), date.decimal_year(), options_.weight);
    std::vector<double> people(backbone_->nodes().size(), 0);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (node_of_point_[i] != kNoNode) {
            people[node_of_point_[i]] += weights[i];
        }
    }
    return people;
}

CableDay CableTraffic::at(Date date, std::span<const ProviderIndex> providers) {
    auto live = backbone_->in_service(date, what_if_);
    if (!network_ || live != live_) {
        network_.emplace(*backbone_, live, Traffic::public_);
        network_->price(parameters_);
        live_ = std::move(live);
    }
    CableDay day{live_, std::vector<double>(backbone_->edges().size(), 0)};
    Audiences audiences(atlas_->countries().size());
    struct Served {
        AudienceIndex audience = 0;
        std::vector<BackboneNetwork::Label> labels;
    };
    std::vector<Served> groups;
    for (const auto& [audience, regions] :
         serving_regions(*timeline_, date, providers, options_, *atlas_, audiences)) {
        std::vector<NetworkPlace> places;
        for (const auto region : regions) {
            if (const auto& place = source(timeline_->catalog().region(region).position)->place) {
                places.push_back(*place);
            }
        }
        groups.push_back({audience, network_->nearest_sources(places, kCandidates)});
    }
    const auto people = people_by_node(date);
    const auto nodes = backbone_->nodes();
    std::vector<EdgeIndex> way;
    for (BackboneNodeIndex i = 0; i < nodes.size(); ++i) {
        const Served* best = nullptr;
        double best_ms = BackboneNetwork::kNoPath;
        for (const auto& group : groups) {
            const double ms = group.labels[i * kCandidates].rtt_ms;
            if (people[i] > 0 && ms < best_ms &&
                audiences.serves(group.audience, nodes[i].country_index)) {
                best = &group;
                best_ms = ms;
            }
        }
        if (best == nullptr) {
            continue;
        }
        network_->walk(best->labels, kCandidates, i, best->labels[i * kCandidates].source, way);
        for (const auto edge : way) {
            day.people[edge] += people[i];
        }
    }
    return day;
}

}  // namespace footprint::sim
