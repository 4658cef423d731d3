#include "sim/expansion/rtt_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "geo/sphere/geodesic.h"

namespace footprint::sim {
namespace {

constexpr float kNever = std::numeric_limits<float>::infinity();

// Half the chord between two unit vectors, squared; and where the ellipsoid's own formula ends:
// sin²(15,000 km ÷ 2R).
constexpr double kFar = 0.8535;
constexpr double kMeanRadius_m = 6'371'008.8;

double chord_squared(const geo::Vec3& a, const geo::Vec3& b) {
    const double x = a.x - b.x;
    const double y = a.y - b.y;
    const double z = a.z - b.z;
    return x * x + y * y + z * z;
}

double metres(const geo::Vec3& a, const geo::Vec3& b) {
    const double h = chord_squared(a, b) / 4;
    return h < kFar ? geo::fast_distance_reduced_m(a, b)
                    : 2 * kMeanRadius_m * std::asin(std::sqrt(std::min(1.0, h)));
}

geo::Catalog catalog_of(std::span<const geo::LonLat> locations, Date date) {
    std::vector<geo::Region> regions;
    regions.reserve(locations.size());
    for (const auto& position : locations) {
        geo::Region region;
        region.id = fmt::format("l{}", regions.size());
        region.position = position;
        regions.push_back(std::move(region));
    }
    geo::Provider provider;
    provider.id = "site";
    return geo::Catalog({provider}, std::move(regions), {}, date);
}

}  // namespace

RttRows::RttRows(const LatencyModel& model, const geo::DemandPoints& places,
                 std::span<const geo::LonLat> locations, Date date)
    : model_(&model),
      date_(date),
      locations_(locations.size()),
      catalog_(catalog_of(locations, date)),
      countries_(places.country),
      order_(places.size()),
      rows_(std::make_unique<Row[]>(locations.size())) {
    std::iota(order_.begin(), order_.end(), std::uint32_t{0});
    std::vector<geo::AccessAreaIndex> areas(places.size(), geo::kAnyArea);
    if (model.areas() != nullptr) {
        areas = model.areas()->of(places);
        areas_.resize(model.areas()->all().size());
    }
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return areas[a] < areas[b]; });
    at_.reserve(places.size());
    for (std::uint32_t k = 0; k < order_.size(); ++k) {
        at_.push_back(geo::reduced_unit_vector(places.position[order_[k]]));
        if (const auto area = areas[order_[k]]; area < areas_.size()) {
            areas_[area].begin = areas_[area].end == 0 ? k : areas_[area].begin;
            areas_[area].end = k + 1;
        }
    }
    if (model.areas() != nullptr && !locations.empty()) {
        find_hubs(locations);
    }
}

// Asked for all locations together, each hub answers once: for the nearest of them.
void RttRows::find_hubs(std::span<const geo::LonLat> locations) {
    std::vector<geo::RegionIndex> everywhere(locations.size());
    std::iota(everywhere.begin(), everywhere.end(), geo::RegionIndex{0});
    for (const auto& node : model_->access_nodes(catalog_, everywhere, date_)) {
        if (node.position == locations[node.region]) {
            continue;
        }
        auto& land = hubs_[key_of(node)];
        const auto at = geo::reduced_unit_vector(node.position);
        const Range seen = seen_by(node.area);
        land.resize(seen.end - seen.begin);
        for (std::uint32_t k = seen.begin; k < seen.end; ++k) {
            land[k - seen.begin] = land_ms(node, at, k);
        }
    }
}

RttRows::Range RttRows::seen_by(geo::AccessAreaIndex area) const {
    if (area == geo::kAnyArea) {
        return {0, static_cast<std::uint32_t>(order_.size())};
    }
    return area < areas_.size() ? areas_[area] : Range{};
}

float RttRows::land_ms(const AccessNode& node, const geo::Vec3& at, std::size_t k) const {
    return static_cast<float>(node.ms_per_km / 1000 * metres(at, at_[k]));
}

std::vector<float> RttRows::make_row(std::size_t location) const {
    std::vector<float> best(order_.size(), kNever);  // in the order of areas
    const auto nodes =
        model_->access_nodes(catalog_, {static_cast<geo::RegionIndex>(location)}, date_);
    std::vector<const AccessNode*> own;
    for (const auto& node : nodes) {
        const auto hub = hubs_.find(key_of(node));
        if (hub == hubs_.end()) {
            own.push_back(&node);
            continue;
        }
        const auto offset = static_cast<float>(node.offset_ms);
        float* to = best.data() + seen_by(node.area).begin;
        const auto& land = hub->second;
        for (std::size_t k = 0; k < land.size(); ++k) {
            to[k] = std::min(to[k], offset + land[k]);
        }
    }
    for (const auto* node : own) {
        const auto at = geo::reduced_unit_vector(node->position);
        const auto offset = static_cast<float>(node->offset_ms);
        // No arc is shorter than its chord on the sphere inside the ellipsoid.
        const double least = node->ms_per_km / 1000 * geo::kPolarRadius_m;
        const Range seen = seen_by(node->area);
        for (std::uint32_t k = seen.begin; k < seen.end; ++k) {
            const auto reach = static_cast<double>(best[k] - offset);
            if (!(reach < 0) && chord_squared(at, at_[k]) * least * least <= reach * reach) {
                best[k] = std::min(best[k], offset + land_ms(*node, at, k));
            }
        }
    }
    std::vector<float> rtt(order_.size());
    for (std::size_t k = 0; k < order_.size(); ++k) {
        rtt[order_[k]] = best[k];
    }
    if (const auto* clients = model_->clients()) {
        for (std::size_t place = 0; place < rtt.size(); ++place) {
            if (std::isfinite(rtt[place])) {
                rtt[place] = static_cast<float>(
                    clients->typical_ms(countries_[place], static_cast<double>(rtt[place])));
            }
        }
    }
    return rtt;
}

std::span<const float> RttRows::row(std::size_t location) const {
    Row& row = rows_[location];
    std::call_once(row.made, [&] { row.rtt_ms = make_row(location); });
    return row.rtt_ms;
}

std::vector<std::uint32_t> RttRows::within(std::size_t location, double limit_ms) const {
    const auto rtt = make_row(location);
    std::vector<std::uint32_t> near;
    for (std::uint32_t place = 0; place < rtt.size(); ++place) {
        if (static_cast<double>(rtt[place]) <= limit_ms) {
            near.push_back(place);
        }
    }
    return near;
}

double RttRows::share_within(std::size_t place, float rtt_ms, double limit_ms) const {
    const auto rtt = static_cast<double>(rtt_ms);
    if (!std::isfinite(rtt)) {
        return 0;
    }
    const auto* clients = model_->clients();
    return clients == nullptr ? (rtt <= limit_ms ? 1 : 0)
                              : clients->share_within(countries_[place], rtt, limit_ms);
}

}  // namespace footprint::sim
