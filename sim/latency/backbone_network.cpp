#include "sim/latency/backbone_network.h"

#include <algorithm>
#include <bit>
#include <map>
#include <queue>

#include "geo/sphere/geodesic.h"

namespace footprint::sim {
namespace {

// What is settled next, packed into one number: a rounded RTT above the vertex. Rounding may settle
// a vertex a moment too early; it then comes again.
using Packed = std::uint64_t;
using PackedQueue = std::priority_queue<Packed, std::vector<Packed>, std::greater<>>;
Packed packed(double rtt_ms, std::uint32_t vertex) {
    // Of floats that are not negative, the order of their bits is theirs.
    const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(rtt_ms));
    return std::uint64_t{bits} << 32U | vertex;
}

}  // namespace

BackboneNetwork::BackboneNetwork(const Backbone& backbone, const std::vector<bool>& live,
                                 Traffic traffic)
    : backbone_(&backbone), live_(live) {
    const auto nodes = backbone.nodes();
    const auto edges = backbone.edges();
    const auto countries = backbone.atlas().countries().size();
    closed_.resize(countries);
    for (std::size_t c = 0; c < countries; ++c) {
        const auto transit = backbone.transit(static_cast<geo::CountryIndex>(c));
        closed_[c] = transit == Transit::none ||
                     (transit == Transit::no_private && traffic == Traffic::private_);
    }
    closed_country_.assign(nodes.size(), geo::kNoCountry);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const auto country = nodes[i].country_index;
        if (!nodes[i].at_sea && country < countries && closed_[country]) {
            closed_country_[i] = country;
        }
    }
    // Where traffic may not pass on, a cable has a port of its own: traffic passes along the cable
    // and may go ashore, but not from the shore to another cable or country.
    std::map<std::pair<BackboneNodeIndex, CableIndex>, std::uint32_t> ports;
    std::vector<std::pair<std::uint32_t, Arc>> from_to;
    const auto end_of = [&](BackboneNodeIndex node, CableIndex cable) {
        if (closed_country_[node] == geo::kNoCountry || cable == kNoCable) {
            return node;
        }
        const auto next = static_cast<std::uint32_t>(nodes.size() + port_node_.size());
        const auto [it, is_new] = ports.emplace(std::pair{node, cable}, next);
        if (is_new) {
            port_node_.push_back(node);
            port_cable_.push_back(cable);
            from_to.push_back({next, {node, kNoEdge}});
            from_to.push_back({node, {next, kNoEdge}});
        }
        return it->second;
    };
    for (EdgeIndex i = 0; i < edges.size(); ++i) {
        const auto& edge = edges[i];
        const bool is_used = edge.cable == kNoCable || traffic == Traffic::public_ ||
                             backbone.cables()[edge.cable].private_use;
        if (!live[i] || !is_used) {
            live_[i] = false;
            continue;
        }
        const auto a = end_of(edge.from, edge.cable);
        const auto b = end_of(edge.to, edge.cable);
        from_to.push_back({a, {b, i}});
        from_to.push_back({b, {a, i}});
    }
    closed_country_.resize(nodes.size() + port_node_.size(), geo::kNoCountry);
    arc_begin_.assign(closed_country_.size() + 1, 0);
    for (const auto& [from, arc] : from_to) {
        ++arc_begin_[from + 1];
    }
    for (std::size_t i = 1; i < arc_begin_.size(); ++i) {
        arc_begin_[i] += arc_begin_[i - 1];
    }
    arcs_.resize(from_to.size());
    auto at = arc_begin_;
    for (const auto& [from, arc] : from_to) {
        arcs_[at[from]++] = arc;
    }
}

void BackboneNetwork::price(const BackboneParameters& p) {
    const auto edges = backbone_->edges();
    const auto nodes = backbone_->nodes();
    const double fibre = p.fibre_ms_per_km();
    land_ms_per_km_.clear();
    for (const auto& area : backbone_->areas()) {
        const auto it = p.land_by_area.find(area);
        land_ms_per_km_.push_back(fibre *
                                  (p.land_factor + (it == p.land_by_area.end() ? 0 : it->second)));
    }
    std::vector<double> sea(backbone_->cables().size());
    for (std::size_t i = 0; i < sea.size(); ++i) {
        const auto it = p.sea_by_cable.find(backbone_->cables()[i].name);
        sea[i] = fibre * (p.sea_factor + (it == p.sea_by_cable.end() ? 0 : it->second));
    }
    edge_ms_.resize(edges.size());
    for (std::size_t i = 0; i < edges.size(); ++i) {
        const auto& edge = edges[i];
        if (edge.kind == BackboneEdgeKind::cable) {
            const int ends = (nodes[edge.from].at_sea ? 0 : 1) + (nodes[edge.to].at_sea ? 0 : 1);
            edge_ms_[i] = sea[edge.cable] * edge.km + 0.5 * ends * p.hop_ms;
        } else {
            edge_ms_[i] = land_ms_per_km_[nodes[edge.from].area] * edge.km;
        }
    }
    arc_ms_.resize(arcs_.size());
    for (std::size_t i = 0; i < arcs_.size(); ++i) {
        arc_ms_[i] = arcs_[i].edge == kNoEdge ? 0.0 : edge_ms_[arcs_[i].edge];
    }
}

// From a town of a closed country traffic goes on only within it, unless it began there.
bool BackboneNetwork::may_leave(std::uint32_t vertex, std::uint32_t to,
                                geo::CountryIndex home) const {
    const auto closed = closed_country_[vertex];
    return closed == geo::kNoCountry || closed == home || closed_country_[to] == closed;
}

bool BackboneNetwork::may_attach(const NetworkPlace& place, BackboneNodeIndex node) const {
    const auto country = backbone_->nodes()[node].country_index;
    return country == place.land.country || (!closed_[country] && !closed_[place.land.country]);
}

BackboneNetwork::Tree BackboneNetwork::from(const NetworkPlace& place) const {
    Tree tree;
    from(place, tree);
    return tree;
}

void BackboneNetwork::from(const NetworkPlace& place, Tree& tree) const {
    const auto count = closed_country_.size();
    tree.rtt_ms.assign(count, kNoPath);
    tree.by.assign(count, kNoEdge);
    tree.previous.resize(count);
    std::vector<Packed> room;
    room.reserve(count);
    PackedQueue queue(std::greater<>{}, std::move(room));
    const double start_ms_per_km = land_ms_per_km_[backbone_->area_of(place.land.country)];
    for (const auto& link : place.links) {
        const double ms = start_ms_per_km * link.km;
        if (may_attach(place, link.node) && ms < tree.rtt_ms[link.node]) {
            tree.rtt_ms[link.node] = ms;
            tree.previous[link.node] = link.node;
            queue.push(packed(ms, link.node));
        }
    }
    while (!queue.empty()) {
        const auto item = queue.top();
        queue.pop();
        const auto vertex = static_cast<std::uint32_t>(item);
        const double here_ms = tree.rtt_ms[vertex];
        if (item > packed(here_ms, vertex)) {
            continue;
        }
        for (auto a = arc_begin_[vertex]; a < arc_begin_[vertex + 1]; ++a) {
            const auto to = arcs_[a].to;
            const double ms = here_ms + arc_ms_[a];
            if (ms < tree.rtt_ms[to] && may_leave(vertex, to, place.land.country)) {
                tree.rtt_ms[to] = ms;
                tree.by[to] = arcs_[a].edge;
                tree.previous[to] = vertex;
                queue.push(packed(ms, to));
            }
        }
    }
}

BackboneNetwork::Way BackboneNetwork::way(const NetworkPlace& from, const Tree& tree,
                                          const NetworkPlace& to, const LandLinker& linker) const {
    Way best;
    const double end_ms_per_km = land_ms_per_km_[backbone_->area_of(to.land.country)];
    const double start_ms_per_km = land_ms_per_km_[backbone_->area_of(from.land.country)];
    for (const auto& link : to.links) {
        const double ms = tree.rtt_ms[link.node] + end_ms_per_km * link.km;
        if (ms < best.rtt_ms && may_attach(to, link.node)) {
            best.rtt_ms = ms;
            best.last = link;
        }
    }
    if (from.land.land == to.land.land && backbone_->may_link(from.land.country, to.land.country)) {
        const double km = geo::fast_distance_m(from.position, to.position) / 1000;
        // The dearer of the two areas, so that both ways are the same.
        const double ms = std::max(start_ms_per_km, end_ms_per_km) * km;
        if (km <= kStraight_km && ms < best.rtt_ms &&
            linker.is_dry(from.position, to.position, km)) {
            best.rtt_ms = ms;
            best.last.reset();
        }
    }
    return best;
}

std::vector<EdgeIndex> BackboneNetwork::edges(const Tree& tree, BackboneNodeIndex to) const {
    std::vector<EdgeIndex> result;
    std::uint32_t vertex = to;
    while (tree.previous[vertex] != vertex) {
        if (tree.by[vertex] != kNoEdge) {
            result.push_back(tree.by[vertex]);
        }
        vertex = tree.previous[vertex];
    }
    std::reverse(result.begin(), result.end());
    return result;
}

BackboneNodeIndex BackboneNetwork::node_of(std::uint32_t vertex) const {
    const auto count = backbone_->nodes().size();
    return vertex < count ? vertex : port_node_[vertex - count];
}

WayParts BackboneNetwork::parts(const NetworkPlace& from, const Tree& tree, const NetworkPlace& to,
                                const Way& way) const {
    WayParts parts;
    if (!way.exists()) {
        return parts;
    }
    const auto nodes = backbone_->nodes();
    const auto add = [](auto& list, auto key, double km) {
        const auto it = std::find_if(list.begin(), list.end(),
                                     [&](const auto& entry) { return entry.first == key; });
        if (it == list.end()) {
            list.emplace_back(key, km);
        } else {
            it->second += km;
        }
    };
    const auto end_area = backbone_->area_of(to.land.country);
    if (!way.last) {
        const auto start_area = backbone_->area_of(from.land.country);
        const auto area =
            land_ms_per_km_[start_area] > land_ms_per_km_[end_area] ? start_area : end_area;
        add(parts.land_km, area, geo::fast_distance_m(from.position, to.position) / 1000);
        return parts;
    }
    add(parts.land_km, end_area, way.last->km);
    std::uint32_t vertex = way.last->node;
    while (tree.previous[vertex] != vertex) {
        if (tree.by[vertex] != kNoEdge) {
            const auto& edge = backbone_->edges()[tree.by[vertex]];
            if (edge.kind == BackboneEdgeKind::cable) {
                parts.hops +=
                    (nodes[edge.from].at_sea ? 0 : 0.5) + (nodes[edge.to].at_sea ? 0 : 0.5);
                add(parts.sea_km, edge.cable, edge.km);
            } else {
                add(parts.land_km, nodes[edge.from].area, edge.km);
            }
        }
        vertex = tree.previous[vertex];
    }
    const auto first = std::find_if(from.links.begin(), from.links.end(),
                                    [&](const LandLink& link) { return link.node == vertex; });
    if (first != from.links.end()) {
        add(parts.land_km, backbone_->area_of(from.land.country), first->km);
    }
    return parts;
}

void BackboneNetwork::walk(std::span<const Label> labels, std::size_t most, std::uint32_t vertex,
                           std::uint32_t source, std::vector<EdgeIndex>& edges) const {
    edges.clear();
    const auto rtt_at = [&](std::uint32_t at) {
        for (std::size_t k = 0; k < most; ++k) {
            const auto& label = labels[at * most + k];
            if (label.source == source) {
                return label.rtt_ms;
            }
        }
        return kNoPath;
    };
    // Back along arcs that cost exactly what the labels differ by: arcs lead both ways at one
    // price.
    const auto lead = [&](std::uint32_t at) -> const Arc* {
        const double here_ms = rtt_at(at);
        for (auto a = arc_begin_[at]; a < arc_begin_[at + 1]; ++a) {
            if (arc_ms_[a] > 0 && rtt_at(arcs_[a].to) + arc_ms_[a] == here_ms) {
                return &arcs_[a];
            }
        }
        return nullptr;
    };
    // A port and its town cost nothing between them: one goes over where the way goes on there.
    const auto neighbour = [&](std::uint32_t at) -> const Arc* {
        const double here_ms = rtt_at(at);
        for (auto a = arc_begin_[at]; a < arc_begin_[at + 1]; ++a) {
            const auto& arc = arcs_[a];
            if (arc.edge == kNoEdge && rtt_at(arc.to) == here_ms && lead(arc.to) != nullptr) {
                return &arc;
            }
        }
        return nullptr;
    };
    while (true) {
        const Arc* arc = lead(vertex);
        if (arc != nullptr) {
            edges.push_back(arc->edge);
        } else {
            arc = neighbour(vertex);
        }
        if (arc == nullptr) {
            return;
        }
        vertex = arc->to;
    }
}

}  // namespace footprint::sim
