#include "sim/latency/land_links.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "geo/sphere/geodesic.h"

namespace footprint::sim {
namespace {

constexpr double kRadius_km = 6371;
constexpr double kKmPerDegree = 110.5;

// Which eighth of the compass a direction is in; east and north are its components.
std::size_t sector_of(double east, double north) {
    const bool is_east = east >= 0;
    const bool is_north = north >= 0;
    const bool is_steep = std::abs(north) > std::abs(east);
    return (is_east ? 4U : 0U) + (is_north ? 2U : 0U) + (is_steep ? 1U : 0U);
}

}  // namespace

LandLinker::LandLinker(const Backbone& backbone) : backbone_(&backbone) {
    const auto nodes = backbone.nodes();
    for (BackboneNodeIndex i = 0; i < nodes.size(); ++i) {
        const auto& node = nodes[i];
        if (!node.at_sea && node.land != geo::kNoArea) {
            sites_.push_back({geo::unit_vector(node.position), node.position.lat, i, node.land});
        }
    }
    std::stable_sort(sites_.begin(), sites_.end(),
                     [](const Site& a, const Site& b) { return a.lat < b.lat; });
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
    const auto nodes = backbone_->nodes();
    const auto here = geo::unit_vector(position);
    const geo::Vec3 pole{0, 0, 1};
    const auto east = cross(pole, here);
    const auto north = cross(here, east);
    const double reach_deg = kLongestLink_km / kKmPerDegree;
    const double least_cosine = std::cos(kLongestLink_km / kRadius_km);
    const auto first =
        std::lower_bound(sites_.begin(), sites_.end(), position.lat - reach_deg,
                         [](const Site& site, double lat) { return site.lat < lat; });
    std::array<double, kLinkSectors> best_cosine;
    best_cosine.fill(least_cosine);
    std::array<BackboneNodeIndex, kLinkSectors> best{};
    std::array<bool, kLinkSectors> found{};
    for (auto it = first; it != sites_.end() && it->lat <= position.lat + reach_deg; ++it) {
        const double cosine = dot(here, it->unit);
        if (it->land != place.land || cosine <= least_cosine || it->node == self) {
            continue;
        }
        const auto s = sector_of(dot(east, it->unit), dot(north, it->unit));
        if (cosine > best_cosine[s] &&
            backbone_->may_link(nodes[it->node].country_index, place.country)) {
            best_cosine[s] = cosine;
            best[s] = it->node;
            found[s] = true;
        }
    }
    std::vector<LandLink> result;
    for (std::size_t s = 0; s < kLinkSectors; ++s) {
        if (found[s]) {
            const double km = geo::fast_distance_m(position, nodes[best[s]].position) / 1000;
            result.push_back({best[s], std::max(1.0, km)});
        }
    }
    std::sort(result.begin(), result.end(), [](const LandLink& a, const LandLink& b) {
        return a.km != b.km ? a.km < b.km : a.node < b.node;
    });
    return result;
}

std::vector<BackboneEdge> land_links(const Backbone& backbone) {
    const LandLinker linker(backbone);
    const auto nodes = backbone.nodes();
    std::set<std::pair<BackboneNodeIndex, BackboneNodeIndex>> pairs;
    std::vector<BackboneEdge> edges;
    for (BackboneNodeIndex i = 0; i < nodes.size(); ++i) {
        if (nodes[i].at_sea || nodes[i].land == geo::kNoArea) {
            continue;
        }
        const LandPlace place{nodes[i].country_index, nodes[i].land};
        for (const auto& link : linker.links(nodes[i].position, place, i)) {
            if (!pairs.insert(std::minmax(i, link.node)).second ||
                !linker.is_dry(nodes[i].position, nodes[link.node].position, link.km)) {
                continue;
            }
            BackboneEdge edge;
            edge.from = std::min(i, link.node);
            edge.to = std::max(i, link.node);
            edge.km = link.km;
            edge.kind = BackboneEdgeKind::link;
            edge.opens = Date::from_ymd(1980, 1, 1);
            edge.closes = Date::from_ymd(2199, 1, 1);
            edges.push_back(edge);
        }
    }
    return edges;
}

}  // namespace footprint::sim
