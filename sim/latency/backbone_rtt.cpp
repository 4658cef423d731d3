#include "sim/latency/backbone_rtt.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "base/parallel.h"
#include "geo/sphere/geodesic.h"
#include "sim/latency/linked_nodes.h"

namespace footprint::sim {

// The sum over pairs of measured places that are near the two ends; the field's weights are
// symmetric, and the order of ends that the sum is taken in is one of them, so it is the same
// either way round.
double BackboneRtt::residual_factor(const RttPlace& a, const RttPlace& b) const {
    const bool in_order = a.kernel <= b.kernel;
    const auto& outer = in_order ? a.kernel : b.kernel;
    const auto& inner = in_order ? b.kernel : a.kernel;
    const auto& weights = parameters().residual.weights;
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

BackboneRtt::BackboneRtt(const Backbone& backbone, BackboneParameters parameters, Date date,
                         const WhatIf& what_if, Traffic traffic)
    : PairRtt(backbone, std::move(parameters), date, what_if, traffic),
      trees_(backbone.nodes().size()) {}

BackboneRtt::BackboneRtt(const Backbone& backbone, BackboneParameters parameters, Date date,
                         const WhatIf& what_if)
    : BackboneRtt(backbone, std::move(parameters), date, what_if, Traffic::private_) {
    std::unique_ptr<BackboneRtt> other(
        new BackboneRtt(backbone, this->parameters(), date, what_if, Traffic::public_));
    other->lazy_ = std::make_shared<Lazy>();
    public_ = std::move(other);
    find_enclosed(date);
}

// Land nodes that the private network does not reach from where most are, cuts left aside: a cut
// leaves its victims without a path, it does not give them the public's.
void BackboneRtt::find_enclosed(Date date) {
    BackboneNetwork whole(backbone(), backbone().in_service(date, {}), Traffic::private_);
    whole.price(parameters());
    const auto nodes = backbone().nodes();
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

bool BackboneRtt::is_enclosed(const NetworkPlace& place) const {
    return !enclosed_.empty() &&
           std::all_of(place.links.begin(), place.links.end(),
                       [&](const LandLink& link) { return enclosed_[link.node] != 0; });
}

void BackboneRtt::prepare_place(RttPlace& place, PairEnd) const {
    add_links(place);
    add_kernel(place);
    place.enclosed = is_enclosed(place.place);
}

void BackboneRtt::prepare(std::span<const RttPlace* const> from, std::span<const RttPlace* const>) {
    const auto missing = unknown_nodes(
        from, [](const RttPlace* place) -> const auto& { return place->place; },
        [&](BackboneNodeIndex node) { return trees_[node] != nullptr; });
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
    const auto& node = backbone().nodes()[index];
    const NetworkPlace start{node.position, {node.country_index, node.land}, {{index, 0.0}}};
    network().from(start, scratch);
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
    const bool by_public = public_ && (from.enclosed || to.enclosed);
    return by_public ? public_->own_route(from, to) : own_route(from, to);
}

BackboneRtt::Route BackboneRtt::own_route(const RttPlace& from, const RttPlace& to) const {
    Route best;
    const auto& a = from.place;
    const auto& b = to.place;
    const double ms_a = network().land_ms_per_km(backbone().area_of(a.land.country));
    const double ms_b = network().land_ms_per_km(backbone().area_of(b.land.country));
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
    if (a.land.land == b.land.land && backbone().may_link(a.land.country, b.land.country)) {
        const double km = geo::fast_distance_m(a.position, b.position) / 1000;
        const double ms = std::max(ms_a, ms_b) * km;
        if (km <= kStraight_km && ms < best.way_ms && linker().is_dry(a.position, b.position, km)) {
            best = {this, ms, nullptr, nullptr};
        }
    }
    return best;
}

// The residual was learned on access and way together.
double BackboneRtt::total(const Route& route, double factor) const {
    const double public_factor = route.on == this ? 1.0 : parameters().public_factor;
    return (parameters().access_ms + route.way_ms * public_factor) * factor;
}

Rtt BackboneRtt::answer(const Route& route, double factor) const {
    Rtt result = with_interval(total(route, factor));
    result.by_public_ways = route.on != this;
    return result;
}

Rtt BackboneRtt::with_interval(double rtt_ms) const {
    const auto& c = interval_class(rtt_ms);
    return {rtt_ms, rtt_ms * c.low, rtt_ms * c.high};
}

Rtt BackboneRtt::between(const RttPlace& from, const RttPlace& to, std::string* path) const {
    const auto found = route(from, to);
    if (path != nullptr) {
        *path = found.exists() ? cables_text(backbone(), edges_of(found)) : std::string();
    }
    return found.exists() ? answer(found, residual_factor(from, to)) : Rtt{};
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

RttDetail BackboneRtt::detail(const RttPlace& from, const RttPlace& to) const {
    RttDetail result;
    const auto found = route(from, to);
    if (!found.exists()) {
        return result;
    }
    const double factor = residual_factor(from, to);
    result.rtt = answer(found, factor);
    WaySteps steps(network(), parameters(), from.place.position);
    if (found.first == nullptr) {
        const double km = geo::fast_distance_m(from.place.position, to.place.position) / 1000;
        steps.to_end(to.place.position, km, found.way_ms);
    } else {
        const double ms_a = network().land_ms_per_km(backbone().area_of(from.place.land.country));
        const double ms_b = network().land_ms_per_km(backbone().area_of(to.place.land.country));
        steps.to_node(found.first->node, found.first->km, ms_a * found.first->km);
        steps.along(edges_of(found));
        steps.to_end(to.place.position, found.last->km, ms_b * found.last->km);
    }
    auto& parts = result.parts;
    parts.push_back({"access", parameters().access_ms, "both ends, inside their metros"});
    for (auto& part : steps.parts()) {
        parts.push_back(std::move(part));
    }
    if (result.rtt.by_public_ways) {
        parts.push_back(
            {"public routing", found.way_ms * (parameters().public_factor - 1),
             fmt::format("({:.2f} − 1) × {:.1f} ms", parameters().public_factor, found.way_ms)});
    }
    double sum = 0;
    for (const auto& part : parts) {
        sum += part.rtt_ms;
    }
    parts.push_back({"learned correction", result.rtt.rtt_ms - sum,
                     fmt::format("× {:.3f}, from measured pairs near both ends", factor)});
    result.steps = steps.take();
    return result;
}

}  // namespace footprint::sim
