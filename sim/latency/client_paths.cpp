#include "sim/latency/client_paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/parallel.h"
#include "geo/sphere/geodesic.h"
#include "sim/latency/linked_nodes.h"

namespace footprint::sim {
namespace {

constexpr float kPolarRadius_km = static_cast<float>(geo::kPolarRadius_m / 1000);
// Bounds are in single precision; they are lowered by far more than its rounding.
constexpr float kCaution = 0.9999F;
constexpr float kLeastFactor = 0.05F;  // of a learned correction, in bounds
constexpr std::size_t kBlock = 16;     // sites that are bounded together

struct Point {
    float x = 0, y = 0, z = 0;
};

Point point(geo::Vec3 v) {
    return {static_cast<float>(v.x), static_cast<float>(v.y), static_cast<float>(v.z)};
}

float distance(Point a, Point b) {
    const float dx = a.x - b.x;
    const float dy = a.y - b.y;
    const float dz = a.z - b.z;
    return std::sqrt(dx * dx + dy * dy + dz * dz);
}

// Sorts so that each run of kBlock lies close together: halves along the longest side.
void sort_by_place(std::span<BackboneNodeIndex> nodes, const std::vector<geo::Vec3>& at) {
    if (nodes.size() <= kBlock) {
        return;
    }
    geo::Vec3 low{2, 2, 2}, high{-2, -2, -2};
    for (const auto node : nodes) {
        const auto& v = at[node];
        low = {std::min(low.x, v.x), std::min(low.y, v.y), std::min(low.z, v.z)};
        high = {std::max(high.x, v.x), std::max(high.y, v.y), std::max(high.z, v.z)};
    }
    const auto side = high - low;
    const auto along = [&](const geo::Vec3& v) {
        return side.x >= side.y && side.x >= side.z ? v.x : side.y >= side.z ? v.y : v.z;
    };
    std::sort(nodes.begin(), nodes.end(), [&](auto a, auto b) {
        const double first = along(at[a]);
        const double second = along(at[b]);
        return first != second ? first < second : a < b;
    });
    // The first half is of whole blocks.
    const std::size_t half = (nodes.size() / 2 + kBlock - 1) / kBlock * kBlock;
    sort_by_place(nodes.first(half), at);
    sort_by_place(nodes.subspan(half), at);
}

}  // namespace

// Nodes on land, those of one land together, and of a land by blocks of neighbours.
struct ClientPaths::Lands {
    struct Block {
        std::size_t first = 0, last = 0;
        Point middle;
        float radius = 0;
        float least_ms_per_km = 0;
    };
    std::vector<BackboneNodeIndex> node;
    std::vector<geo::AccessAreaIndex> land;  // ascending
    std::vector<geo::Vec3> reduced;
    std::vector<float> x, y, z;  // of reduced; these and the next with kBlock zeros at their end
    std::vector<float> ms_per_km;
    std::vector<double> kernel;  // of the learned correction: nodes × its places
    std::size_t places = 0;
    std::vector<Block> block;
    std::vector<geo::AccessAreaIndex> block_land;  // ascending
    // Of the kernel within each block: its places × blocks.
    std::vector<float> kernel_low, kernel_high;

    std::size_t size() const { return node.size(); }
    // The blocks of a land.
    std::pair<std::size_t, std::size_t> of(geo::AccessAreaIndex area) const {
        const auto [first, last] = std::equal_range(block_land.begin(), block_land.end(), area);
        return {static_cast<std::size_t>(first - block_land.begin()),
                static_cast<std::size_t>(last - block_land.begin())};
    }
    double log_factor(std::size_t site, std::span<const double> weighted) const {
        double sum = 0;
        for (std::size_t j = 0; j < places; ++j) {
            sum += kernel[site * places + j] * weighted[j];
        }
        return sum;
    }

    Lands(const Backbone& backbone, const BackboneParameters& parameters,
          const BackboneNetwork& network) {
        list_nodes(backbone);
        const ResidualKernels kernels(parameters.residual);
        places = kernels.size();
        kernel.resize(size() * places);
        for (std::size_t s = 0; s < size(); ++s) {
            const auto& site = backbone.nodes()[node[s]];
            land.push_back(site.land);
            reduced.push_back(geo::reduced_unit_vector(site.position));
            x.push_back(static_cast<float>(reduced.back().x));
            y.push_back(static_cast<float>(reduced.back().y));
            z.push_back(static_cast<float>(reduced.back().z));
            ms_per_km.push_back(
                static_cast<float>(network.land_ms_per_km(site.area) * parameters.public_factor));
            kernels.at(site.position, std::span(&kernel[s * places], places));
        }
        make_blocks();
        for (auto* values : {&x, &y, &z, &ms_per_km}) {
            values->resize(size() + kBlock, 0.0F);
        }
    }
    Point at(std::size_t s) const { return {x[s], y[s], z[s]}; }

    void list_nodes(const Backbone& backbone) {
        const auto nodes = backbone.nodes();
        std::vector<geo::Vec3> unit;
        for (BackboneNodeIndex i = 0; i < nodes.size(); ++i) {
            unit.push_back(geo::unit_vector(nodes[i].position));
            if (!nodes[i].at_sea && nodes[i].land != geo::kNoArea) {
                node.push_back(i);
            }
        }
        std::stable_sort(node.begin(), node.end(),
                         [&](auto a, auto b) { return nodes[a].land < nodes[b].land; });
        for (std::size_t first = 0; first < node.size();) {
            std::size_t last = first;
            while (last < node.size() && nodes[node[last]].land == nodes[node[first]].land) {
                ++last;
            }
            sort_by_place(std::span(node).subspan(first, last - first), unit);
            first = last;
        }
    }

    void make_blocks() {
        for (std::size_t s = 0; s < size(); ++s) {
            const bool is_full = !block.empty() && s - block.back().first == kBlock;
            if (block.empty() || is_full || land[s] != land[block.back().first]) {
                block.push_back({s, s, {}, 0, ms_per_km[s]});
                block_land.push_back(land[s]);
            }
            auto& b = block.back();
            b.last = s + 1;
            b.least_ms_per_km = std::min(b.least_ms_per_km, ms_per_km[s]);
        }
        kernel_low.assign(places * block.size(), std::numeric_limits<float>::max());
        kernel_high.assign(places * block.size(), 0);
        for (std::size_t i = 0; i < block.size(); ++i) {
            auto& b = block[i];
            const auto count = static_cast<float>(b.last - b.first);
            for (auto s = b.first; s < b.last; ++s) {
                b.middle = {b.middle.x + x[s] / count, b.middle.y + y[s] / count,
                            b.middle.z + z[s] / count};
                for (std::size_t j = 0; j < places; ++j) {
                    const auto k = static_cast<float>(kernel[s * places + j]);
                    auto& low = kernel_low[j * block.size() + i];
                    auto& high = kernel_high[j * block.size() + i];
                    low = std::min(low, k);
                    high = std::max(high, k);
                }
            }
            for (auto s = b.first; s < b.last; ++s) {
                constexpr float kRounding = 1e-6F;  // 6 m
                b.radius = std::max(b.radius, distance(b.middle, at(s)) + kRounding);
            }
        }
    }
};

// Ways from one node to all others.
struct ClientPaths::Tree {
    std::vector<float> site_ms;   // by Lands; kBlock zeros at the end
    std::vector<float> block_ms;  // the least of each block
    std::vector<std::uint32_t> previous;
    std::vector<EdgeIndex> by;
};

ClientPaths::ClientPaths(const Backbone& backbone, const BackboneParameters& parameters,
                         const BackboneNetwork& network)
    : backbone_(&backbone),
      parameters_(&parameters),
      network_(&network),
      lands_(std::make_unique<Lands>(backbone, parameters, network)),
      trees_(backbone.nodes().size()) {}

ClientPaths::~ClientPaths() = default;

void ClientPaths::prepare(std::span<const NetworkPlace* const> regions) {
    const auto missing = unknown_nodes(
        regions, [](const NetworkPlace* region) -> const auto& { return *region; },
        [&](BackboneNodeIndex node) { return trees_[node] != nullptr; });
    parallel_blocks(missing.size(), 8, [&](std::size_t begin, std::size_t end) {
        BackboneNetwork::Tree scratch;
        for (auto i = begin; i < end; ++i) {
            trees_[missing[i]] = std::make_unique<const Tree>(make_tree(missing[i], scratch));
        }
    });
}

ClientPaths::Tree ClientPaths::make_tree(BackboneNodeIndex index,
                                         BackboneNetwork::Tree& scratch) const {
    const auto& node = backbone_->nodes()[index];
    network_->from({node.position, {node.country_index, node.land}, {{index, 0.0}}}, scratch);
    Tree tree;
    tree.site_ms.reserve(lands_->size() + kBlock);
    for (const auto site : lands_->node) {
        tree.site_ms.push_back(static_cast<float>(scratch.rtt_ms[site]));
    }
    tree.site_ms.resize(lands_->size() + kBlock, 0.0F);
    tree.block_ms.reserve(lands_->block.size());
    for (const auto& block : lands_->block) {
        const float* const ms = tree.site_ms.data();
        tree.block_ms.push_back(*std::min_element(ms + block.first, ms + block.last));
    }
    tree.previous = scratch.previous;
    tree.by = scratch.by;
    return tree;
}

std::vector<double> ClientPaths::weighted(std::span<const double> region_kernel) const {
    const std::size_t places = lands_->places;
    const auto& weights = parameters_->residual.weights;
    std::vector<double> sums(places, 0);
    for (std::size_t i = 0; i < places; ++i) {
        for (std::size_t j = 0; region_kernel[i] != 0 && j < places; ++j) {
            sums[j] += region_kernel[i] * weights[i * places + j];
        }
    }
    return sums;
}

// Looks for the node that a client goes to: bounds whole blocks of nodes from below, then nodes,
// and asks only those exactly that could be better than the best so far.
class ClientPaths::Search {
  public:
    Search(const ClientPaths& paths, geo::LonLat client, const NetworkPlace& region,
           std::span<const double> weighted)
        : paths_(paths),
          lands_(*paths.lands_),
          weighted_(weighted),
          public_factor_(paths.parameters_->public_factor),
          here_(geo::reduced_unit_vector(client)),
          at_(point(here_)) {
        const auto& network = *paths.network_;
        const double end_ms_per_km =
            network.land_ms_per_km(paths.backbone_->area_of(region.land.country));
        for (const auto& link : region.links) {
            const auto* const tree = paths.trees_[link.node].get();
            if (tree != nullptr && ends_count_ < ends_.size() &&
                network.may_attach(region, link.node)) {
                ends_[ends_count_++] = {tree, static_cast<float>(end_ms_per_km * link.km), &link};
            }
        }
    }

    // The best of a land, if better than `best`.
    Way run(geo::AccessAreaIndex land, const Way& best) {
        best_ = best;
        const auto [first, last] = lands_.of(land);
        bound_blocks(first, last);
        const auto lowest = std::min_element(block_bound_.begin(), block_bound_.end());
        if (lowest != block_bound_.end()) {
            look_into(first, static_cast<std::size_t>(lowest - block_bound_.begin()));
            *lowest = std::numeric_limits<float>::infinity();
        }
        for (std::size_t b = 0; b < block_bound_.size(); ++b) {
            if (block_bound_[b] < best_.path_ms) {
                look_into(first, b);
            }
        }
        return best_;
    }

  private:
    struct End {
        const Tree* tree = nullptr;
        float ms = 0;  // from its node to the region
        const LandLink* link = nullptr;
    };

    // exp(x) >= 1 + x.
    float bound(float rest_ms, float log_factor, float land_ms) const {
        return kCaution * (rest_ms * static_cast<float>(public_factor_) *
                               std::max(kLeastFactor, 1 + log_factor) +
                           land_ms);
    }

    void bound_blocks(std::size_t first, std::size_t last) {
        const std::size_t count = last - first;
        log_factor_.assign(count, 0);
        for (std::size_t j = 0; j < lands_.places; ++j) {
            const auto w = static_cast<float>(weighted_[j]);
            const auto& kernel = w > 0 ? lands_.kernel_low : lands_.kernel_high;
            const float* const k = kernel.data() + j * lands_.block.size() + first;
            for (std::size_t b = 0; w != 0 && b < count; ++b) {
                log_factor_[b] += w * k[b];
            }
        }
        block_bound_.assign(count, std::numeric_limits<float>::infinity());
        for (std::size_t e = 0; e < ends_count_; ++e) {
            const float* const rest = ends_[e].tree->block_ms.data() + first;
            for (std::size_t b = 0; b < count; ++b) {
                block_bound_[b] = std::min(block_bound_[b], rest[b] + ends_[e].ms);
            }
        }
        for (std::size_t b = 0; b < count; ++b) {
            const auto& block = lands_.block[first + b];
            const float chord_km =
                kPolarRadius_km * std::max(0.0F, distance(block.middle, at_) - block.radius);
            block_bound_[b] =
                bound(block_bound_[b], log_factor_[b], block.least_ms_per_km * chord_km);
        }
    }

    void look_into(std::size_t first_block, std::size_t b) {
        const auto& block = lands_.block[first_block + b];
        const auto first = block.first;
        // Always of kBlock sites, for the vector unit; what is beyond the block's last is left.
        std::array<float, kBlock> rest;
        rest.fill(std::numeric_limits<float>::infinity());
        for (std::size_t e = 0; e < ends_count_; ++e) {
            const float* const site_ms = ends_[e].tree->site_ms.data() + first;
            for (std::size_t i = 0; i < kBlock; ++i) {
                rest[i] = std::min(rest[i], site_ms[i] + ends_[e].ms);
            }
        }
        std::array<float, kBlock> bounds;
        for (std::size_t i = 0; i < kBlock; ++i) {
            const float chord_km = kPolarRadius_km * distance(lands_.at(first + i), at_);
            bounds[i] = bound(rest[i], log_factor_[b], lands_.ms_per_km[first + i] * chord_km);
        }
        const auto count = block.last - first;
        const auto lowest = static_cast<std::size_t>(
            std::min_element(bounds.begin(), bounds.begin() + static_cast<std::ptrdiff_t>(count)) -
            bounds.begin());
        look_at(first + lowest, rest[lowest]);
        for (std::size_t i = 0; i < count; ++i) {
            if (i != lowest && bounds[i] < best_.path_ms) {
                look_at(first + i, rest[i]);
            }
        }
    }

    void look_at(std::size_t site, float rest) {
        const double km = geo::fast_distance_reduced_m(here_, lands_.reduced[site]) / 1000;
        const auto area = paths_.backbone_->nodes()[lands_.node[site]].area;
        const double land_ms = paths_.network_->land_ms_per_km(area) * public_factor_ * km;
        const double factor = std::exp(lands_.log_factor(site, weighted_));
        const double path_ms = land_ms + double{rest} * public_factor_ * factor;
        if (path_ms < best_.path_ms) {
            best_ = {path_ms, false, lands_.node[site], last_link(site), km, land_ms, factor};
        }
    }

    // Which link of the region the rest of the way ends with.
    const LandLink* last_link(std::size_t site) const {
        const End* best = nullptr;
        float least_ms = std::numeric_limits<float>::infinity();
        for (std::size_t e = 0; e < ends_count_; ++e) {
            const float ms = ends_[e].tree->site_ms[site] + ends_[e].ms;
            if (ms < least_ms) {
                least_ms = ms;
                best = &ends_[e];
            }
        }
        return best == nullptr ? nullptr : best->link;
    }

    const ClientPaths& paths_;
    const Lands& lands_;
    std::span<const double> weighted_;
    double public_factor_;
    geo::Vec3 here_;
    Point at_;
    std::array<End, kLinkSectors> ends_;
    std::size_t ends_count_ = 0;
    std::vector<float> log_factor_;   // of blocks, from below
    std::vector<float> block_bound_;  // of blocks
    Way best_;
};

ClientPaths::Way ClientPaths::way(geo::LonLat client, const LandPlace& land,
                                  const NetworkPlace& region,
                                  std::span<const double> weighted) const {
    Way straight;
    if (land.land == region.land.land) {
        const double km = geo::fast_distance_m(client, region.position) / 1000;
        const double ms = network_->land_ms_per_km(backbone_->area_of(region.land.country)) *
                          parameters_->public_factor * km;
        straight = {ms, true, 0, nullptr, km, ms, 1};
    }
    return Search(*this, client, region, weighted).run(land.land, straight);
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
