#include "sim/latency/client_paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/parallel.h"
#include "geo/sphere/geodesic.h"

namespace footprint::sim {
namespace {

constexpr float kPolarRadius_km = static_cast<float>(geo::kPolarRadius_m / 1000);
// Bounds are in single precision; they are lowered by far more than its rounding.
constexpr float kCaution = 0.9999F;

}  // namespace

// Nodes on land, those of one land together.
struct ClientPaths::Lands {
    std::vector<BackboneNodeIndex> node;
    std::vector<geo::AccessAreaIndex> land;  // ascending
    std::vector<geo::Vec3> reduced;
    std::vector<float> x, y, z;  // of reduced
    std::vector<float> ms_per_km;
    std::vector<double> kernel;        // of the learned correction: nodes × its places
    std::vector<float> kernel_turned;  // its places × nodes
    std::size_t places = 0;

    std::size_t size() const { return node.size(); }
    std::pair<std::size_t, std::size_t> of(geo::AccessAreaIndex area) const {
        const auto [first, last] = std::equal_range(land.begin(), land.end(), area);
        return {static_cast<std::size_t>(first - land.begin()),
                static_cast<std::size_t>(last - land.begin())};
    }
    double log_factor(std::size_t site, std::span<const double> weighted) const {
        double sum = 0;
        for (std::size_t j = 0; j < places; ++j) {
            sum += kernel[site * places + j] * weighted[j];
        }
        return sum;
    }
};

// Ways from one node to all others.
struct ClientPaths::Tree {
    std::vector<float> site_ms;  // by Lands
    std::vector<std::uint32_t> previous;
    std::vector<EdgeIndex> by;
};

ClientPaths::ClientPaths(const Backbone& backbone, const BackboneParameters& parameters,
                         const BackboneNetwork& network)
    : backbone_(&backbone),
      parameters_(&parameters),
      network_(&network),
      lands_(std::make_unique<Lands>()),
      trees_(backbone.nodes().size()) {
    auto& l = *lands_;
    const auto nodes = backbone.nodes();
    for (BackboneNodeIndex i = 0; i < nodes.size(); ++i) {
        if (!nodes[i].at_sea && nodes[i].land != geo::kNoArea) {
            l.node.push_back(i);
        }
    }
    std::stable_sort(l.node.begin(), l.node.end(),
                     [&](auto a, auto b) { return nodes[a].land < nodes[b].land; });
    const ResidualKernels kernels(parameters.residual);
    l.places = kernels.size();
    l.kernel.resize(l.size() * l.places);
    l.kernel_turned.resize(l.size() * l.places);
    for (std::size_t s = 0; s < l.size(); ++s) {
        const auto& node = nodes[l.node[s]];
        l.land.push_back(node.land);
        const auto reduced = geo::reduced_unit_vector(node.position);
        l.reduced.push_back(reduced);
        l.x.push_back(static_cast<float>(reduced.x));
        l.y.push_back(static_cast<float>(reduced.y));
        l.z.push_back(static_cast<float>(reduced.z));
        l.ms_per_km.push_back(
            static_cast<float>(network.land_ms_per_km(node.area) * parameters.public_factor));
        const std::span row(&l.kernel[s * l.places], l.places);
        kernels.at(node.position, row);
        for (std::size_t j = 0; j < l.places; ++j) {
            l.kernel_turned[j * l.size() + s] = static_cast<float>(row[j]);
        }
    }
}

ClientPaths::~ClientPaths() = default;

void ClientPaths::prepare(std::span<const NetworkPlace* const> regions) {
    std::vector<BackboneNodeIndex> missing;
    for (const auto* region : regions) {
        for (const auto& link : region->links) {
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
            const auto& node = backbone_->nodes()[missing[i]];
            network_->from({node.position, {node.country_index, node.land}, {{missing[i], 0.0}}},
                           scratch);
            auto tree = std::make_unique<Tree>();
            for (const auto site : lands_->node) {
                tree->site_ms.push_back(static_cast<float>(scratch.rtt_ms[site]));
            }
            tree->previous = scratch.previous;
            tree->by = scratch.by;
            trees_[missing[i]] = std::move(tree);
        }
    });
}

ClientPaths::Way ClientPaths::way(geo::LonLat client, const LandPlace& land,
                                  const NetworkPlace& region,
                                  std::span<const double> region_kernel) const {
    const auto& l = *lands_;
    const auto [first, last] = l.of(land.land);
    const std::size_t count = last - first;
    const auto here = geo::reduced_unit_vector(client);
    const double end_ms_per_km = network_->land_ms_per_km(backbone_->area_of(region.land.country));
    std::vector<double> weighted(l.places, 0);
    for (std::size_t i = 0; i < l.places; ++i) {
        for (std::size_t j = 0; region_kernel[i] != 0 && j < l.places; ++j) {
            weighted[j] += region_kernel[i] * parameters_->residual.weights[i * l.places + j];
        }
    }
    // What each node of the client's land cannot be better than: from there to the region …
    std::vector<float> bound(count, std::numeric_limits<float>::infinity());
    for (const auto& link : region.links) {
        const auto& tree = trees_[link.node];
        if (!tree || !network_->may_attach(region, link.node)) {
            continue;
        }
        const float* const rest = tree->site_ms.data() + first;
        const auto end_ms = static_cast<float>(end_ms_per_km * link.km);
        for (std::size_t s = 0; s < count; ++s) {
            bound[s] = std::min(bound[s], rest[s] + end_ms);
        }
    }
    const std::vector<float> rest = bound;
    // … its correction, as exp(x) >= 1 + x …
    std::vector<float> log_factor(count, 0);
    for (std::size_t j = 0; j < l.places; ++j) {
        const auto w = static_cast<float>(weighted[j]);
        const float* const kernel = l.kernel_turned.data() + j * l.size() + first;
        for (std::size_t s = 0; w != 0 && s < count; ++s) {
            log_factor[s] += w * kernel[s];
        }
    }
    // … and the chord to it.
    const auto x = static_cast<float>(here.x);
    const auto y = static_cast<float>(here.y);
    const auto z = static_cast<float>(here.z);
    for (std::size_t s = 0; s < count; ++s) {
        const float dx = l.x[first + s] - x;
        const float dy = l.y[first + s] - y;
        const float dz = l.z[first + s] - z;
        const float chord_km = kPolarRadius_km * std::sqrt(dx * dx + dy * dy + dz * dz);
        const auto public_factor = static_cast<float>(parameters_->public_factor);
        bound[s] = kCaution * (bound[s] * public_factor * std::max(0.05F, 1 + log_factor[s]) +
                               l.ms_per_km[first + s] * chord_km);
    }
    Way best;
    std::size_t best_site = 0;
    if (land.land == region.land.land) {
        const double km = geo::fast_distance_m(client, region.position) / 1000;
        const double ms = end_ms_per_km * parameters_->public_factor * km;
        best = {ms, true, 0, nullptr, km, ms, 1};
    }
    const auto look_at = [&](std::size_t s) {
        const auto site = first + s;
        const double km = geo::fast_distance_reduced_m(here, l.reduced[site]) / 1000;
        const auto area = backbone_->nodes()[l.node[site]].area;
        const double land_ms = network_->land_ms_per_km(area) * parameters_->public_factor * km;
        const double factor = std::exp(l.log_factor(site, weighted));
        const double path_ms = land_ms + double{rest[s]} * parameters_->public_factor * factor;
        if (path_ms < best.path_ms) {
            best = {path_ms, false, l.node[site], nullptr, km, land_ms, factor};
            best_site = s;
        }
    };
    if (count > 0) {
        look_at(
            static_cast<std::size_t>(std::min_element(bound.begin(), bound.end()) - bound.begin()));
    }
    for (std::size_t s = 0; s < count; ++s) {
        if (bound[s] < best.path_ms) {
            look_at(s);
        }
    }
    if (!best.exists() || best.straight) {
        return best;
    }
    float least_ms = std::numeric_limits<float>::infinity();
    for (const auto& link : region.links) {
        const auto& tree = trees_[link.node];
        if (!tree || !network_->may_attach(region, link.node)) {
            continue;
        }
        const float ms =
            tree->site_ms[first + best_site] + static_cast<float>(end_ms_per_km * link.km);
        if (ms < least_ms) {
            least_ms = ms;
            best.last = &link;
        }
    }
    return best;
}

std::vector<EdgeIndex> ClientPaths::edges(const Way& way) const {
    std::vector<EdgeIndex> result;
    if (way.straight || way.last == nullptr) {
        return result;
    }
    // The tree grows from the region: back to its root is the way there.
    const auto& tree = *trees_[way.last->node];
    std::uint32_t vertex = way.node;
    while (tree.previous[vertex] != vertex) {
        if (tree.by[vertex] != kNoEdge) {
            result.push_back(tree.by[vertex]);
        }
        vertex = tree.previous[vertex];
    }
    return result;
}

std::vector<WayStep> ClientPaths::tell(const Way& way, geo::LonLat client,
                                       const NetworkPlace& region,
                                       std::vector<RttPart>& parts) const {
    WaySteps steps(*network_, *parameters_, client);
    const double public_factor = parameters_->public_factor;
    if (way.straight) {
        steps.to_end(region.position, way.km, way.land_ms / public_factor);
    } else {
        const double end_ms_per_km =
            network_->land_ms_per_km(backbone_->area_of(region.land.country));
        steps.to_node(way.node, way.km, way.land_ms / public_factor);
        steps.along(edges(way));
        steps.to_end(region.position, way.last->km, end_ms_per_km * way.last->km);
    }
    double sum = 0;
    for (auto& part : steps.parts()) {
        sum += part.rtt_ms;
        parts.push_back(std::move(part));
    }
    if (public_factor != 1) {
        parts.push_back({"public routing", sum * (public_factor - 1),
                         fmt::format("({:.2f} − 1) × {:.1f} ms", public_factor, sum)});
    }
    const double learned_ms = way.path_ms - sum * public_factor;
    if (!way.straight) {
        parts.push_back({"learned correction", learned_ms,
                         fmt::format("× {:.3f} from where the backbone is reached, from measured "
                                     "pairs near both ends",
                                     way.factor)});
    }
    return steps.take();
}

}  // namespace footprint::sim
