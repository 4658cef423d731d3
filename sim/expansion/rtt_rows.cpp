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
constexpr std::size_t kNearHubs = 24;
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
      all_(places.size()),
      rows_(std::make_unique<Row[]>(locations.size())) {
    places_.reserve(places.size());
    for (const auto& position : places.position) {
        places_.push_back(geo::reduced_unit_vector(position));
    }
    std::iota(all_.begin(), all_.end(), std::uint32_t{0});
    if (model.areas() == nullptr || locations.empty()) {
        return;
    }
    const auto areas = model.areas()->of(places);
    for (std::uint32_t place = 0; place < areas.size(); ++place) {
        if (areas[place] < geo::kAnyArea && areas[place] != geo::kNoArea) {
            const std::size_t area = areas[place];
            places_of_area_.resize(std::max(places_of_area_.size(), area + 1));
            places_of_area_[area].push_back(place);
        }
    }
    find_hubs(locations);
}

// Asked for all locations together, each hub answers once: for the nearest of them.
void RttRows::find_hubs(std::span<const geo::LonLat> locations) {
    std::vector<geo::RegionIndex> everywhere(locations.size());
    std::iota(everywhere.begin(), everywhere.end(), geo::RegionIndex{0});
    ways_.resize(places_.size());
    const auto nearer = [](const Way& a, const Way& b) {
        return a.land_ms != b.land_ms ? a.land_ms < b.land_ms : a.hub < b.hub;
    };
    for (const auto& node : model_->access_nodes(catalog_, everywhere, date_)) {
        const auto hub = static_cast<std::uint32_t>(hubs_.size());
        if (node.position == locations[node.region] || !hubs_.emplace(key_of(node), hub).second) {
            continue;
        }
        const auto at = geo::reduced_unit_vector(node.position);
        for (const auto place : seen_by(node.area)) {
            auto& ways = ways_[place];  // a heap, the farthest on top
            const Way way{hub, land_ms(node, at, place)};
            if (ways.size() == kNearHubs) {
                if (!nearer(way, ways.front())) {
                    continue;
                }
                std::pop_heap(ways.begin(), ways.end(), nearer);
                ways.pop_back();
            }
            ways.push_back(way);
            std::push_heap(ways.begin(), ways.end(), nearer);
        }
    }
}

std::span<const std::uint32_t> RttRows::seen_by(geo::AccessAreaIndex area) const {
    if (area == geo::kAnyArea) {
        return all_;
    }
    return area < places_of_area_.size() ? std::span<const std::uint32_t>(places_of_area_[area])
                                         : std::span<const std::uint32_t>();
}

float RttRows::land_ms(const AccessNode& node, const geo::Vec3& at, std::size_t place) const {
    return static_cast<float>(node.ms_per_km / 1000 * metres(at, places_[place]));
}

std::vector<float> RttRows::make_row(std::size_t location) const {
    std::vector<float> rtt(places_.size(), kNever);
    std::vector<float> offsets(hubs_.size(), kNever);
    const auto nodes =
        model_->access_nodes(catalog_, {static_cast<geo::RegionIndex>(location)}, date_);
    std::vector<const AccessNode*> own;
    for (const auto& node : nodes) {
        if (const auto hub = hubs_.find(key_of(node)); hub != hubs_.end()) {
            offsets[hub->second] = static_cast<float>(node.offset_ms);
        } else {
            own.push_back(&node);
        }
    }
    for (std::size_t place = 0; place < ways_.size(); ++place) {
        for (const auto& way : ways_[place]) {
            rtt[place] = std::min(rtt[place], offsets[way.hub] + way.land_ms);
        }
    }
    for (const auto* node : own) {
        const auto at = geo::reduced_unit_vector(node->position);
        const auto offset = static_cast<float>(node->offset_ms);
        // No arc is shorter than its chord on the sphere inside the ellipsoid.
        const double least = node->ms_per_km / 1000 * geo::kPolarRadius_m;
        for (const auto place : seen_by(node->area)) {
            const double reach = static_cast<double>(rtt[place] - offset);
            if (!(reach < 0) && chord_squared(at, places_[place]) * least * least <= reach * reach) {
                rtt[place] = std::min(rtt[place], offset + land_ms(*node, at, place));
            }
        }
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
