#include "sim/latency/backbone.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/parallel.h"
#include "base/text.h"
#include "geo/atlas/inhabited.h"
#include "geo/sphere/geodesic.h"

namespace footprint::sim {
namespace {

constexpr double kFarAway_km = 20'000;

// Nearest approach of a point to the chord of two others, on the sphere (1 % is plenty here).
double km_to_segment(geo::LonLat point, geo::LonLat from, geo::LonLat to) {
    const auto p = geo::unit_vector(point);
    const auto a = geo::unit_vector(from);
    const auto b = geo::unit_vector(to);
    const auto ab = b + (-1.0 * a);
    const double length2 = dot(ab, ab);
    const double t = length2 > 0 ? std::clamp(dot(p + (-1.0 * a), ab) / length2, 0.0, 1.0) : 0.0;
    const auto nearest = a + t * ab;
    const double size = norm(nearest);
    if (size < 1e-9) {
        return kFarAway_km;
    }
    return 6371.0 * std::acos(std::clamp(dot(p, nearest) / size, -1.0, 1.0));
}

}  // namespace

struct Backbone::Inhabited {
    Inhabited(std::filesystem::path folder, const geo::Atlas& world)
        : datasets(std::move(folder)), atlas(world) {}

    // A folder without demand points knows of nobody.
    std::optional<geo::CountryIndex> country_near(geo::LonLat position) {
        std::call_once(once, [&] {
            if (std::filesystem::exists(datasets / "people" / "demand_points.csv")) {
                places.emplace(geo::DemandPoints::load(datasets, atlas));
            }
        });
        return places ? places->country_near(position, kInhabited_km * 1000) : std::nullopt;
    }

    std::filesystem::path datasets;
    geo::Atlas atlas;
    std::once_flag once;
    std::optional<geo::InhabitedPlaces> places;
};

namespace {

// The countries are indexed meanwhile: they are asked next.
geo::AccessAreas load_lands(const std::filesystem::path& datasets, const geo::Atlas& atlas) {
    std::optional<geo::AccessAreas> lands;
    parallel_blocks(2, 1, [&](std::size_t task, std::size_t) {
        if (task == 0) {
            lands = geo::AccessAreas::load(datasets, atlas);
        } else {
            static_cast<void>(atlas.country_at({0, 0}));
        }
    });
    return *std::move(lands);
}

}  // namespace

Backbone::Backbone(const std::filesystem::path& datasets, const geo::Atlas& atlas)
    : atlas_(atlas),
      lands_(load_lands(datasets, atlas)),
      inhabited_(std::make_shared<Inhabited>(datasets, atlas)) {}

std::pair<BackboneNodeIndex, double> Backbone::nearest_node(geo::LonLat position) const {
    const auto here = geo::unit_vector(position);
    std::pair<BackboneNodeIndex, double> best{static_cast<BackboneNodeIndex>(nodes_.size()), -2};
    for (BackboneNodeIndex i = 0; i < nodes_.size(); ++i) {
        const double cosine = dot(here, node_unit_[i]);
        if (!nodes_[i].at_sea && cosine > best.second) {
            best = {i, cosine};
        }
    }
    return best;
}

std::optional<LandPlace> Backbone::land_place(geo::LonLat position) const {
    if (!geo::is_valid(position)) {
        return std::nullopt;
    }
    const auto [country, land] = lands_.shore(position);
    if (land != geo::kNoArea) {
        return LandPlace{country, land};
    }
    const auto [node, cosine] = nearest_node(position);
    if (cosine > std::cos(kShore_km / 6371)) {
        return LandPlace{nodes_[node].country_index, nodes_[node].land};
    }
    const auto home = inhabited_->country_near(position);
    return home ? std::optional(land_place(position, *home)) : std::nullopt;
}

LandPlace Backbone::land_place(geo::LonLat position, geo::CountryIndex country) const {
    return {country, lands_.at(position, country)};
}

Transit Backbone::transit(geo::CountryIndex country) const {
    return country < transit_.size() ? transit_[country] : Transit::open;
}

std::uint16_t Backbone::area_of(geo::CountryIndex country) const {
    return country < area_of_country_.size() ? area_of_country_[country] : std::uint16_t{0};
}

bool Backbone::may_link(geo::CountryIndex a, geo::CountryIndex b) const {
    const std::size_t countries = atlas_.countries().size();
    return a == b || (a < countries && b < countries && linked_[a * countries + b] != 0);
}

CableIndex Backbone::require_cable(std::string_view name) const {
    const auto it = cable_by_name_.find(folded(name));
    if (it != cable_by_name_.end()) {
        return it->second;
    }
    std::vector<std::string> names;
    for (const auto& cable : cables_) {
        names.push_back(cable.name);
    }
    throw Error(ExitCode::usage, fmt::format("there is no cable '{}'.{} The tables have {} systems "
                                             "(datasets/cables.csv, datasets/backbone)",
                                             name, did_you_mean(name, names), cables_.size()));
}

void Backbone::remove(std::string_view what, std::vector<bool>& live) const {
    const auto colon = what.find(':');
    const auto kind = what.substr(0, colon);
    const auto name =
        colon == std::string_view::npos ? std::string_view{} : trimmed(what.substr(colon + 1));
    if (kind == "cable" && !name.empty()) {
        const auto cable = require_cable(name);
        for (std::size_t i = 0; i < edges_.size(); ++i) {
            live[i] = live[i] && edges_[i].cable != cable;
        }
        return;
    }
    if (kind != "chokepoint" || name.empty()) {
        throw Error(
            ExitCode::usage,
            fmt::format("'{}' cannot be taken away; expected cable:NAME or chokepoint:NAME, "
                        "such as chokepoint:red-sea",
                        what));
    }
    std::vector<std::string> keys;
    bool found = false;
    for (const auto& point : chokepoints_) {
        keys.insert(keys.end(), point.keys.begin(), point.keys.end());
        if (std::find(point.keys.begin(), point.keys.end(), lower_ascii(name)) ==
            point.keys.end()) {
            continue;
        }
        found = true;
        for (std::size_t i = 0; i < edges_.size(); ++i) {
            const auto& edge = edges_[i];
            // Land routes over a chokepoint go with it only where the land is the chokepoint.
            if (live[i] && (edge.kind == BackboneEdgeKind::cable || lower_ascii(name) == "suez" ||
                            lower_ascii(name) == "egypt")) {
                live[i] = km_to_segment(point.position, nodes_[edge.from].position,
                                        nodes_[edge.to].position) > point.radius_km;
            }
        }
    }
    if (!found) {
        std::sort(keys.begin(), keys.end());
        keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
        throw Error(ExitCode::usage, fmt::format("there is no chokepoint '{}'.{} Chokepoints: {}",
                                                 name, did_you_mean(name, keys), join(keys, ", ")));
    }
}

std::vector<bool> Backbone::in_service(Date date, const WhatIf& what_if) const {
    if (date < first_cable_) {
        throw Error(ExitCode::usage,
                    fmt::format("{} is before the first cable of the tables ({}): there is no "
                                "backbone to measure along",
                                date.iso(), first_cable_.iso()));
    }
    std::vector<bool> live(edges_.size());
    for (std::size_t i = 0; i < edges_.size(); ++i) {
        live[i] = edges_[i].opens <= date && date < edges_[i].closes;
    }
    for (const auto& outage : outages_) {
        if (!what_if.historic_outages || date < outage.begin || outage.end < date) {
            continue;
        }
        for (std::size_t i = 0; i < edges_.size(); ++i) {
            const auto& edge = edges_[i];
            const bool named = std::find(outage.cables.begin(), outage.cables.end(), edge.cable) !=
                               outage.cables.end();
            if (live[i] && named) {
                live[i] = km_to_segment(outage.position, nodes_[edge.from].position,
                                        nodes_[edge.to].position) > outage.radius_km;
            }
        }
    }
    for (const auto& what : what_if.without) {
        remove(what, live);
    }
    return live;
}

std::vector<Date> Backbone::changes() const {
    std::vector<Date> days;
    for (const auto& edge : edges_) {
        days.push_back(edge.opens);
        days.push_back(edge.closes);
    }
    for (const auto& outage : outages_) {
        days.push_back(outage.begin);
        days.push_back(outage.end.plus_days(1));
    }
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());
    return days;
}

std::span<const WhatIfPreset> what_if_presets() {
    static const std::vector<WhatIfPreset> kPresets{
        {"red-sea", "every cable through the Red Sea is cut", {"chokepoint:red-sea"}},
        {"egypt", "nothing crosses Egypt", {"chokepoint:egypt"}},
        {"malacca", "the straits of Malacca and Singapore are closed", {"chokepoint:malacca"}},
        {"luzon", "the Luzon Strait, as after the quake of December 2006", {"chokepoint:luzon"}},
        {"english-channel",
         "the English Channel and the Western Approaches",
         {"chokepoint:english-channel"}},
    };
    return kPresets;
}

}  // namespace footprint::sim
