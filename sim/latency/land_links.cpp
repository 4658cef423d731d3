#include "sim/latency/land_links.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <deque>
#include <mutex>
#include <set>
#include <span>

#include "base/parallel.h"
#include "geo/sphere/geodesic.h"

namespace footprint::sim {
namespace {

constexpr double kRadius_km = 6371;
// Rounding, far above what it can be.
constexpr double kSlack_rad = 1e-9;
constexpr std::size_t kRows = 180;  // cells of 1°
constexpr std::size_t kColumns = 360;

// Which eighth of the compass a direction is in; east and north are its components.
std::size_t sector_of(double east, double north) {
    const bool is_east = east >= 0;
    const bool is_north = north >= 0;
    const bool is_steep = std::abs(north) > std::abs(east);
    return (is_east ? 4U : 0U) + (is_north ? 2U : 0U) + (is_steep ? 1U : 0U);
}

}  // namespace

struct LandLinker::Cells {
    std::vector<std::atomic<const Cell*>> known{kRows * kColumns};
    std::mutex mutex;
    std::deque<Cell> made;

    static const Cell* find(const Cell* cell, const LandPlace& place) {
        while (cell != nullptr &&
               (cell->place.country != place.country || cell->place.land != place.land)) {
            cell = cell->next;
        }
        return cell;
    }
};

LandLinker::LandLinker(const Backbone& backbone)
    : backbone_(&backbone), cells_(std::make_unique<Cells>()) {
    const auto nodes = backbone.nodes();
    for (BackboneNodeIndex i = 0; i < nodes.size(); ++i) {
        const auto& node = nodes[i];
        if (!node.at_sea && node.land != geo::kNoArea) {
            sites_.push_back({geo::unit_vector(node.position),
                              geo::reduced_unit_vector(node.position), i, node.land,
                              node.country_index});
        }
    }
}

LandLinker::LandLinker(LandLinker&&) noexcept = default;

LandLinker::~LandLinker() = default;

const LandLinker::Cell& LandLinker::cell(geo::LonLat position, const LandPlace& place) const {
    const auto at = [](double degrees, std::size_t count) {
        const auto whole = static_cast<std::size_t>(std::max(0.0, std::floor(degrees)));
        return std::min(whole, count - 1);
    };
    const std::size_t row = at(position.lat + 90, kRows);
    const std::size_t column = at(position.lon + 180, kColumns);
    auto& known = cells_->known[row * kColumns + column];
    if (const Cell* cell = Cells::find(known.load(std::memory_order_acquire), place)) {
        return *cell;
    }
    Cell fresh = make_cell(row, column, place);
    const std::lock_guard lock(cells_->mutex);
    const Cell* const first = known.load(std::memory_order_acquire);
    if (const Cell* cell = Cells::find(first, place)) {
        return *cell;  // another thread was faster
    }
    fresh.next = first;
    const Cell& kept = cells_->made.emplace_back(std::move(fresh));
    known.store(&kept, std::memory_order_release);
    return kept;
}

LandLinker::Cell LandLinker::make_cell(std::size_t row, std::size_t column,
                                       const LandPlace& place) const {
    const double south = static_cast<double>(row) - 90;
    const double west = static_cast<double>(column) - 180;
    const auto middle = geo::unit_vector({west + 0.5, south + 0.5});
    Cell cell;
    cell.place = place;
    for (const auto& [lon, lat] : {std::pair{west, south}, {west, south + 1}}) {
        const double cosine = std::clamp(dot(middle, geo::unit_vector({lon, lat})), -1.0, 1.0);
        cell.radius_rad = std::max(cell.radius_rad, std::acos(cosine));
    }
    const double least_cosine = std::cos(kLongestLink_km / kRadius_km + cell.radius_rad);
    for (std::uint32_t i = 0; i < sites_.size(); ++i) {
        const Site& site = sites_[i];
        if (site.land != place.land || !backbone_->may_link(site.country, place.country)) {
            continue;
        }
        const double cosine = dot(middle, site.unit);
        if (cosine >= least_cosine) {
            cell.sites.push_back({cosine, i});
        }
    }
    std::sort(cell.sites.begin(), cell.sites.end(), [](const Near& a, const Near& b) {
        return a.cosine != b.cosine ? a.cosine > b.cosine : a.site < b.site;
    });
    keep_possible(cell, middle);
    return cell;
}

// Drops sites that, wherever in the cell one stands, others of their sector are nearer than.
void LandLinker::keep_possible(Cell& cell, geo::Vec3 middle) const {
    const auto east = cross({0, 0, 1}, middle);
    const auto north = cross(middle, east);
    // How much the two components may differ within the cell from what they are at its middle.
    const double east_slack = cell.radius_rad + kSlack_rad;
    const double north_slack = 2 * cell.radius_rad + kSlack_rad;
    // Of the sites that are surely of a sector the nearest, seen from where it is farthest; two, as
    // a place may be one of them itself.
    std::array<std::array<double, 2>, kLinkSectors> nearest;
    nearest.fill({10, 10});
    std::vector<Near> kept;
    for (const Near& near : cell.sites) {
        const auto& unit = sites_[near.site].unit;
        const double e = dot(east, unit);
        const double n = dot(north, unit);
        const double distance_rad = std::acos(std::clamp(near.cosine, -1.0, 1.0));
        std::array<std::size_t, kLinkSectors> possible{};
        std::size_t count = 0;
        for (std::size_t s = 0; s < std::size_t{kLinkSectors}; ++s) {
            const double e_side = (s & 4U) != 0 ? e : -e;
            const double n_side = (s & 2U) != 0 ? n : -n;
            const double steep = std::abs(n) - std::abs(e);
            const double steep_side = (s & 1U) != 0 ? steep : -steep;
            if (e_side >= -east_slack && n_side >= -north_slack &&
                steep_side >= -east_slack - north_slack) {
                possible[count++] = s;
            }
        }
        const auto is_behind = [&](std::size_t s) {
            return distance_rad - cell.radius_rad > nearest[s][1] + kSlack_rad;
        };
        if (std::all_of(possible.begin(), possible.begin() + static_cast<std::ptrdiff_t>(count),
                        is_behind)) {
            continue;
        }
        kept.push_back(near);
        if (count == 1) {
            auto& [first, second] = nearest[possible[0]];
            const double farthest = distance_rad + cell.radius_rad;
            second = std::min(second, std::max(first, farthest));
            first = std::min(first, farthest);
        }
    }
    cell.sites = std::move(kept);
}

bool LandLinker::is_dry(geo::LonLat from, geo::LonLat to, double km) const {
    if (km < 60) {
        return true;
    }
    constexpr int kSteps = 10;
    const auto a = geo::unit_vector(from);
    const auto b = geo::unit_vector(to);
    int wet = 0;
    for (int i = 1; i < kSteps; ++i) {
        const double t = static_cast<double>(i) / kSteps;
        const auto between = (1 - t) * a + t * b;
        if (backbone_->atlas().country_at(geo::lonlat((1 / norm(between)) * between)) ==
            geo::kNoCountry) {
            ++wet;
        }
    }
    return wet <= 3;
}

std::vector<LandLink> LandLinker::links(geo::LonLat position, const LandPlace& place,
                                        std::optional<BackboneNodeIndex> self) const {
    const auto here = geo::unit_vector(position);
    const geo::Vec3 pole{0, 0, 1};
    const auto east = cross(pole, here);
    const auto north = cross(here, east);
    const double least_cosine = std::cos(kLongestLink_km / kRadius_km);
    const Cell& near = cell(position, place);
    std::array<double, kLinkSectors> best_cosine;
    best_cosine.fill(least_cosine);
    std::array<const Site*, kLinkSectors> best{};
    int missing = kLinkSectors;
    // Where each sector has a site, those farther from the cell's middle than the farthest of them
    // and the cell's radius cannot be nearer.
    double enough = -2;
    for (const Near& candidate : near.sites) {
        if (candidate.cosine < enough) {
            break;
        }
        const Site& site = sites_[candidate.site];
        const double cosine = dot(here, site.unit);
        if (cosine <= least_cosine || site.node == self) {
            continue;
        }
        const auto s = sector_of(dot(east, site.unit), dot(north, site.unit));
        const bool is_better = cosine > best_cosine[s] ||
                               (cosine == best_cosine[s] && best[s] && site.node < best[s]->node);
        if (is_better) {
            missing -= best[s] == nullptr ? 1 : 0;
            best_cosine[s] = cosine;
            best[s] = &site;
            if (missing == 0) {
                const double farthest = *std::min_element(best_cosine.begin(), best_cosine.end());
                const double reach_rad =
                    std::acos(std::clamp(farthest, -1.0, 1.0)) + near.radius_rad + kSlack_rad;
                enough = std::cos(std::min(reach_rad, 3.14159));
            }
        }
    }
    const auto here_reduced = geo::reduced_unit_vector(position);
    std::vector<LandLink> result;
    result.reserve(kLinkSectors);
    for (const Site* site : best) {
        if (site != nullptr) {
            const double km = geo::fast_distance_reduced_m(here_reduced, site->reduced) / 1000;
            result.push_back({site->node, std::max(1.0, km)});
        }
    }
    std::sort(result.begin(), result.end(), [](const LandLink& a, const LandLink& b) {
        return a.km != b.km ? a.km < b.km : a.node < b.node;
    });
    return result;
}

namespace {

// By node; nothing at sea.
std::vector<std::vector<LandLink>> links_of_nodes(const LandLinker& linker,
                                                  std::span<const BackboneNode> nodes) {
    std::vector<std::vector<LandLink>> links(nodes.size());
    constexpr std::size_t kGrain = 64;
    parallel_blocks(nodes.size(), kGrain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const auto& node = nodes[i];
            if (!node.at_sea && node.land != geo::kNoArea) {
                links[i] = linker.links(node.position, {node.country_index, node.land},
                                        static_cast<BackboneNodeIndex>(i));
            }
        }
    });
    return links;
}

BackboneEdge link_between(BackboneNodeIndex a, BackboneNodeIndex b, double km) {
    BackboneEdge edge;
    edge.from = std::min(a, b);
    edge.to = std::max(a, b);
    edge.km = km;
    edge.kind = BackboneEdgeKind::link;
    edge.opens = Date::from_ymd(1980, 1, 1);
    edge.closes = Date::from_ymd(2199, 1, 1);
    return edge;
}

std::vector<BackboneEdge> only_dry(std::span<const BackboneEdge> edges, const LandLinker& linker,
                                   std::span<const BackboneNode> nodes) {
    std::vector<std::uint8_t> is_dry(edges.size());
    constexpr std::size_t kGrain = 64;
    parallel_blocks(edges.size(), kGrain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            is_dry[i] = static_cast<std::uint8_t>(linker.is_dry(
                nodes[edges[i].from].position, nodes[edges[i].to].position, edges[i].km));
        }
    });
    std::vector<BackboneEdge> dry;
    for (std::size_t i = 0; i < edges.size(); ++i) {
        if (is_dry[i] != 0) {
            dry.push_back(edges[i]);
        }
    }
    return dry;
}

}  // namespace

std::vector<BackboneEdge> land_links(const Backbone& backbone) {
    const LandLinker linker(backbone);
    const auto nodes = backbone.nodes();
    const auto links = links_of_nodes(linker, nodes);
    std::set<std::pair<BackboneNodeIndex, BackboneNodeIndex>> pairs;
    std::vector<BackboneEdge> edges;
    for (BackboneNodeIndex i = 0; i < nodes.size(); ++i) {
        for (const auto& link : links[i]) {
            if (pairs.insert(std::minmax(i, link.node)).second) {
                edges.push_back(link_between(i, link.node, link.km));
            }
        }
    }
    return only_dry(edges, linker, nodes);
}

}  // namespace footprint::sim
