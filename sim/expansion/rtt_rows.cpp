#include "sim/expansion/rtt_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "geo/sphere/geodesic.h"

namespace footprint::sim {
namespace {

// Half the chord between two unit vectors, squared; and where the ellipsoid's own formula ends:
// sin²(15,000 km ÷ 2R).
constexpr double kFar = 0.8535;
constexpr double kMeanRadius_m = 6'371'008.8;

double half_chord_squared(const geo::Vec3& a, const geo::Vec3& b) {
    const double x = a.x - b.x;
    const double y = a.y - b.y;
    const double z = a.z - b.z;
    return (x * x + y * y + z * z) / 4;
}

double metres(const geo::Vec3& a, const geo::Vec3& b) {
    const double h = half_chord_squared(a, b);
    return h < kFar ? geo::fast_distance_reduced_m(a, b)
                    : 2 * kMeanRadius_m * std::asin(std::sqrt(std::min(1.0, h)));
}

}  // namespace

RttRows::RttRows(const LatencyModel& model, const geo::DemandPoints& places,
                 std::span<const geo::LonLat> locations, Date date)
    : nodes_(locations.size()), rows_(std::make_unique<Row[]>(locations.size())) {
    std::vector<geo::Region> regions;
    regions.reserve(locations.size());
    std::vector<geo::RegionIndex> all;
    for (const auto& position : locations) {
        geo::Region region;
        region.id = fmt::format("l{}", regions.size());
        region.position = position;
        all.push_back(static_cast<geo::RegionIndex>(regions.size()));
        regions.push_back(std::move(region));
    }
    geo::Provider provider;
    provider.id = "site";
    const geo::Catalog catalog({provider}, std::move(regions), {}, date);
    for (const auto region : all) {
        for (const auto& node : model.access_nodes(catalog, {region}, date)) {
            nodes_[region].push_back({geo::reduced_unit_vector(node.position), node.offset_ms,
                                      node.ms_per_km / 1000, node.area});
        }
    }
    if (model.areas() != nullptr) {
        areas_ = model.areas()->of(places);
    }
    places_.reserve(places.size());
    for (const auto& position : places.position) {
        places_.push_back(geo::reduced_unit_vector(position));
    }
}

bool RttRows::sees(std::size_t place, const Node& node) const {
    return node.area == geo::kAnyArea || areas_.empty() || areas_[place] == node.area;
}

double RttRows::rtt_ms(const Node& node, std::size_t place) const {
    return node.offset_ms + node.ms_per_m * metres(node.at, places_[place]);
}

std::span<const float> RttRows::row(std::size_t location) const {
    Row& row = rows_[location];
    std::call_once(row.made, [&] {
        row.rtt_ms.assign(places_.size(), std::numeric_limits<float>::infinity());
        for (const auto& node : nodes_[location]) {
            for (std::size_t place = 0; place < places_.size(); ++place) {
                if (sees(place, node)) {
                    row.rtt_ms[place] =
                        std::min(row.rtt_ms[place], static_cast<float>(rtt_ms(node, place)));
                }
            }
        }
    });
    return row.rtt_ms;
}

std::vector<std::uint32_t> RttRows::within(std::size_t location, double limit_ms) const {
    std::vector<std::uint32_t> near;
    for (const auto& node : nodes_[location]) {
        // No arc is shorter than its chord on the sphere inside the ellipsoid; 1 % spare.
        const double reach = node.ms_per_m > 0 ? 1.01 * (limit_ms - node.offset_ms) /
                                                     node.ms_per_m / (2 * geo::kPolarRadius_m)
                                               : 1.0;
        const double most = reach < 0 ? -1 : reach * reach;
        for (std::uint32_t place = 0; place < places_.size(); ++place) {
            if (half_chord_squared(node.at, places_[place]) <= most && sees(place, node) &&
                static_cast<double>(static_cast<float>(rtt_ms(node, place))) <= limit_ms) {
                near.push_back(place);
            }
        }
    }
    std::sort(near.begin(), near.end());
    near.erase(std::unique(near.begin(), near.end()), near.end());
    return near;
}

}  // namespace footprint::sim
