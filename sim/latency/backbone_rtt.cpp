#include "sim/latency/backbone_rtt.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "base/parallel.h"
#include "geo/sphere/geodesic.h"
#include "sim/latency/fit.h"

namespace footprint::sim {
namespace {

// How far a client's access network may be from the usual: half to three times, roughly the 5th and
// 95th percentiles of access RTTs within a country (M-Lab; Dang et al. 2021 for wireless).
constexpr double kAccessLow = 0.5;
constexpr double kAccessHigh = 3.0;

}  // namespace

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

// The sum over pairs of measured places that are near the two ends; the field's weights are
// symmetric, and the order of ends that the sum is taken in is one of them, so it is the same
// either way round.
double BackboneRtt::residual_factor(const RttPlace& a, const RttPlace& b) const {
    const bool in_order = a.kernel <= b.kernel;
    const auto& outer = in_order ? a.kernel : b.kernel;
    const auto& inner = in_order ? b.kernel : a.kernel;
    const auto& weights = parameters_.residual.weights;
    const std::size_t n = outer.size();
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
        if (outer[i] == 0) {
            continue;
        }
        double row = 0;
        for (std::size_t j = 0; j < n; ++j) {
            row += weights[i * n + j] * inner[j];
        }
        sum += outer[i] * row;
    }
    return std::exp(sum);
}

BackboneRtt::BackboneRtt(const Backbone& backbone, BackboneParameters parameters, LatencyKind kind,
                         Date date, const WhatIf& what_if)
    : backbone_(&backbone),
      parameters_(std::move(parameters)),
      kind_(kind),
      kernels_(parameters_.residual),
      linker_(backbone),
      network_(backbone, backbone.in_service(date, what_if),
               kind == LatencyKind::region ? Traffic::private_ : Traffic::public_),
      trees_(backbone.nodes().size()) {
    network_.price(parameters_);
    if (kind == LatencyKind::region) {
        auto other =
            std::make_unique<BackboneRtt>(backbone, parameters_, LatencyKind::fixed, date, what_if);
        other->lazy_ = std::make_shared<Lazy>();
        public_ = std::move(other);
        find_enclosed(date);
    }
}

// Land nodes that the private network does not reach from where most are, cuts left aside: a cut
// leaves its victims without a path, it does not give them the public's.
void BackboneRtt::find_enclosed(Date date) {
    BackboneNetwork whole(*backbone_, backbone_->in_service(date, {}), Traffic::private_);
    whole.price(parameters_);
    const auto nodes = backbone_->nodes();
    BackboneNetwork::Tree tree;
    for (BackboneNodeIndex start = 0; start < nodes.size(); ++start) {
        if (nodes[start].at_sea) {
            continue;
        }
        whole.from({nodes[start].position,
                    {nodes[start].country_index, nodes[start].land},
                    {{start, 0.0}}},
                   tree);
        std::size_t reached = 0;
        enclosed_.assign(nodes.size(), 0);
        for (BackboneNodeIndex i = 0; i < nodes.size(); ++i) {
            enclosed_[i] = tree.at(i) == BackboneNetwork::kNoPath ? 1 : 0;
            reached += 1U - enclosed_[i];
        }
        if (2 * reached > nodes.size()) {
            return;
        }
    }
}

bool BackboneRtt::is_enclosed(const RttPlace& place) const {
    const auto& links = place.place.links;
    return std::all_of(links.begin(), links.end(),
                       [&](const LandLink& link) { return enclosed_[link.node] != 0; });
}

std::optional<RttPlace> BackboneRtt::place(geo::LonLat position) const {
    auto on_network = network_place(*backbone_, linker_, position);
    if (!on_network) {
        return std::nullopt;
    }
    RttPlace result;
    std::erase_if(on_network->links, [&](const LandLink& link) {
        return !network_.may_attach(*on_network, link.node);
    });
    result.place = std::move(*on_network);
    result.kernel.resize(kernels_.size());
    kernels_.at(position, result.kernel);
    return result;
}

void BackboneRtt::prepare(std::span<const RttPlace> places) {
    std::vector<BackboneNodeIndex> missing;
    for (const auto& place : places) {
        for (const auto& link : place.place.links) {
            if (!trees_[link.node]) {
                missing.push_back(link.node);
            }
        }
    }
    std::sort(missing.begin(), missing.end());
    missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
    parallel_blocks(missing.size(), 8, [&](std::size_t begin, std::size_t end) {
        BackboneNetwork::Tree scratch;
        for (auto i = begin; i < end; ++i) {
            trees_[missing[i]] = std::make_unique<const NodeTree>(make_tree(missing[i], scratch));
        }
    });
}

struct BackboneRtt::Lazy {
    std::mutex mutex;
    std::map<BackboneNodeIndex, NodeTree> trees;
};

BackboneRtt::NodeTree BackboneRtt::make_tree(BackboneNodeIndex index,
                                             BackboneNetwork::Tree& scratch) const {
    const auto& node = backbone_->nodes()[index];
    const NetworkPlace start{node.position, {node.country_index, node.land}, {{index, 0.0}}};
    network_.from(start, scratch);
    return {{scratch.rtt_ms.begin(), scratch.rtt_ms.end()}, scratch.previous, scratch.by};
}

// Nothing: prepare() was not asked.
const BackboneRtt::NodeTree* BackboneRtt::tree(BackboneNodeIndex node) const {
    if (trees_[node] || !lazy_) {
        return trees_[node].get();
    }
    const std::lock_guard lock(lazy_->mutex);
    const auto [it, is_new] = lazy_->trees.try_emplace(node);
    if (is_new) {
        BackboneNetwork::Tree scratch;
        it->second = make_tree(node, scratch);
    }
    return &it->second;
}

BackboneRtt::Route BackboneRtt::route(const RttPlace& from, const RttPlace& to) const {
    const bool by_public = public_ && (is_enclosed(from) || is_enclosed(to));
    return by_public ? public_->own_route(from, to) : own_route(from, to);
}

BackboneRtt::Route BackboneRtt::own_route(const RttPlace& from, const RttPlace& to) const {
    Route best;
    const auto& a = from.place;
    const auto& b = to.place;
    const double ms_a = network_.land_ms_per_km(backbone_->area_of(a.land.country));
    const double ms_b = network_.land_ms_per_km(backbone_->area_of(b.land.country));
    for (const auto& first : a.links) {
        const auto* const tree = this->tree(first.node);
        if (tree == nullptr) {
            continue;
        }
        for (const auto& last : b.links) {
            const double ends = ms_a * first.km + ms_b * last.km;
            if (ends >= best.way_ms) {
                break;  // links are sorted by length
            }
            const double ms = ends + static_cast<double>(tree->rtt_ms[last.node]);
            if (ms < best.way_ms) {
                best = {this, ms, &first, &last};
            }
        }
    }
    if (a.land.land == b.land.land && backbone_->may_link(a.land.country, b.land.country)) {
        const double km = geo::fast_distance_m(a.position, b.position) / 1000;
        const double ms = std::max(ms_a, ms_b) * km;
        if (km <= kStraight_km && ms < best.way_ms && linker_.is_dry(a.position, b.position, km)) {
            best = {this, ms, nullptr, nullptr};
        }
    }
    return best;
}

double BackboneRtt::access_ms() const {
    switch (kind_) {
        case LatencyKind::region:
            return parameters_.access_ms;
        case LatencyKind::fixed:
            return parameters_.fixed_access_ms;
        case LatencyKind::wireless:
            return parameters_.wireless_access_ms;
    }
    return 0;
}

// The residual was learned on access and way together for regions; a client's access is its own.
double BackboneRtt::total(const Route& route, double factor) const {
    const double way_ms =
        route.way_ms *
        (route.on == this && kind_ == LatencyKind::region ? 1.0 : parameters_.public_factor);
    return kind_ == LatencyKind::region ? (access_ms() + way_ms) * factor
                                        : access_ms() + way_ms * factor;
}

Rtt BackboneRtt::answer(const Route& route, double factor) const {
    const double rtt_ms = total(route, factor);
    Rtt result = with_interval(rtt_ms, rtt_ms - access_ms());
    result.by_public_ways = route.on != this;
    return result;
}

Rtt BackboneRtt::with_interval(double rtt_ms, double way_ms) const {
    Rtt result{rtt_ms, rtt_ms, rtt_ms};
    const auto& classes = parameters_.interval;
    if (classes.empty()) {
        return result;
    }
    const auto it = std::find_if(classes.begin(), classes.end(),
                                 [&](const IntervalClass& c) { return rtt_ms <= c.up_to_ms; });
    const auto& c = it == classes.end() ? classes.back() : *it;
    const double access = kind_ == LatencyKind::region ? 0 : rtt_ms - way_ms;
    result.low_ms = access * kAccessLow + (rtt_ms - access) * c.low;
    result.high_ms = access * kAccessHigh + (rtt_ms - access) * c.high;
    return result;
}

Rtt BackboneRtt::between(const RttPlace& from, const RttPlace& to) const {
    const auto found = route(from, to);
    if (found.way_ms >= BackboneNetwork::kNoPath) {
        return {};
    }
    return answer(found, residual_factor(from, to));
}

std::vector<EdgeIndex> BackboneRtt::edges_of(const Route& route) const {
    std::vector<EdgeIndex> edges;
    if (route.first == nullptr) {
        return edges;
    }
    const auto& tree = *route.on->tree(route.first->node);
    std::uint32_t vertex = route.last->node;
    while (tree.previous[vertex] != vertex) {
        if (tree.by[vertex] != kNoEdge) {
            edges.push_back(tree.by[vertex]);
        }
        vertex = tree.previous[vertex];
    }
    std::reverse(edges.begin(), edges.end());
    return edges;
}

std::string BackboneRtt::path(const RttPlace& from, const RttPlace& to) const {
    const auto found = route(from, to);
    if (found.way_ms >= BackboneNetwork::kNoPath) {
        return {};
    }
    std::string text;
    CableIndex last = kNoCable;
    for (const auto i : edges_of(found)) {
        const auto& edge = backbone_->edges()[i];
        if (edge.cable != kNoCable && edge.cable != last) {
            text += text.empty() ? "" : " > ";
            text += backbone_->cables()[edge.cable].name;
            last = edge.cable;
        }
    }
    return text.empty() ? "land" : text;
}

namespace {

// Gathers edges into steps: one for each cable and each stretch of land.
class StepBuilder {
  public:
    explicit StepBuilder(std::vector<WayStep>& steps) : steps_(steps) {}

    void add(const std::string& by, bool is_cable, const std::string& from, geo::LonLat from_at,
             const std::string& to, geo::LonLat to_at, double km, double rtt_ms) {
        const bool continues =
            !steps_.empty() && steps_.back().by == by && steps_.back().is_cable == is_cable;
        if (!continues) {
            steps_.push_back({from, to, by, is_cable, 0, 0, {from_at}});
        }
        auto& step = steps_.back();
        step.to = to;
        step.km += km;
        step.rtt_ms += rtt_ms;
        step.line.push_back(to_at);
    }

  private:
    std::vector<WayStep>& steps_;
};

}  // namespace

RttDetail BackboneRtt::detail(const RttPlace& from, const RttPlace& to) const {
    RttDetail result;
    const auto found = route(from, to);
    if (found.way_ms >= BackboneNetwork::kNoPath) {
        return result;
    }
    const double factor = residual_factor(from, to);
    result.rtt = answer(found, factor);
    const double rtt_ms = result.rtt.rtt_ms;
    const auto nodes = backbone_->nodes();
    StepBuilder steps(result.steps);
    double sea_km = 0, sea_ms = 0, land_km = 0, land_ms = 0, hop_ms = 0;
    const double ms_a = network_.land_ms_per_km(backbone_->area_of(from.place.land.country));
    const double ms_b = network_.land_ms_per_km(backbone_->area_of(to.place.land.country));
    const auto over_land = [&](const std::string& a, geo::LonLat a_at, const std::string& b,
                               geo::LonLat b_at, double km, double ms) {
        land_km += km;
        land_ms += ms;
        steps.add("land", false, a, a_at, b, b_at, km, ms);
    };
    if (found.first == nullptr) {
        const double km = geo::fast_distance_m(from.place.position, to.place.position) / 1000;
        over_land("from", from.place.position, "to", to.place.position, km, found.way_ms);
    } else {
        auto at = found.first->node;
        over_land("from", from.place.position, nodes[at].name, nodes[at].position, found.first->km,
                  ms_a * found.first->km);
        for (const auto i : edges_of(found)) {
            const auto& edge = backbone_->edges()[i];
            const auto next = edge.from == at ? edge.to : edge.from;
            const double ms = network_.edge_ms(i);
            if (edge.kind == BackboneEdgeKind::cable) {
                const double ends =
                    (nodes[edge.from].at_sea ? 0 : 0.5) + (nodes[edge.to].at_sea ? 0 : 0.5);
                hop_ms += ends * parameters_.hop_ms;
                sea_km += edge.km;
                sea_ms += ms - ends * parameters_.hop_ms;
                steps.add(backbone_->cables()[edge.cable].name, true, nodes[at].name,
                          nodes[at].position, nodes[next].name, nodes[next].position, edge.km, ms);
            } else {
                over_land(nodes[at].name, nodes[at].position, nodes[next].name,
                          nodes[next].position, edge.km, ms);
            }
            at = next;
        }
        over_land(nodes[at].name, nodes[at].position, "to", to.place.position, found.last->km,
                  ms_b * found.last->km);
    }
    const double fibre = parameters_.fibre_ms_per_km();
    auto& parts = result.parts;
    parts.push_back({"access", access_ms(),
                     kind_ == LatencyKind::region ? "both ends, inside their metros"
                                                  : "the client's own access network"});
    if (sea_km > 0) {
        parts.push_back({"cables", sea_ms,
                         fmt::format("{:.0f} km drawn × {:.3f} × {:.6f} ms/km", sea_km,
                                     sea_ms / (sea_km * fibre), fibre)});
        parts.push_back(
            {"landings", hop_ms,
             fmt::format("{:.1f} × {:.2f} ms", hop_ms / std::max(1e-9, parameters_.hop_ms),
                         parameters_.hop_ms)});
    }
    if (land_km > 0) {
        parts.push_back({"land", land_ms,
                         fmt::format("{:.0f} km × {:.3f} × {:.6f} ms/km", land_km,
                                     land_ms / (land_km * fibre), fibre)});
    }
    if (kind_ != LatencyKind::region || result.rtt.by_public_ways) {
        parts.push_back(
            {"public routing", found.way_ms * (parameters_.public_factor - 1),
             fmt::format("({:.2f} − 1) × {:.1f} ms", parameters_.public_factor, found.way_ms)});
    }
    double sum = 0;
    for (const auto& part : parts) {
        sum += part.rtt_ms;
    }
    parts.push_back({"learned correction", rtt_ms - sum,
                     fmt::format("× {:.3f}, from measured pairs near both ends", factor)});
    return result;
}

}  // namespace footprint::sim
