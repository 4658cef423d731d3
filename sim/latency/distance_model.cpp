#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "geo/sphere/geodesic.h"
#include "sim/latency/latency_model.h"

namespace footprint::sim {

namespace {

constexpr double kSpeedOfLight_km_per_ms = 299.792458;

void require(bool ok, std::string_view name, double value, std::string_view expected) {
    if (!ok) {
        throw Error(ExitCode::usage,
                    fmt::format("distance model: {} is {}; expected {}", name, value, expected));
    }
}

double price_ms_per_km(const DistanceModelParameters& p) {
    return 2 * p.stretch * p.fibre_index / kSpeedOfLight_km_per_ms;
}

class DistanceModel final : public LatencyModel {
  public:
    explicit DistanceModel(const DistanceModelParameters& parameters) : p_(parameters) {
        require(std::isfinite(p_.fibre_index) && p_.fibre_index >= 1, "fibre_index", p_.fibre_index,
                "a refractive index of at least 1 (silica fibre: 1.468)");
        require(std::isfinite(p_.stretch) && p_.stretch >= 1, "stretch", p_.stretch,
                "a path at least as long as the geodesic: 1 or more");
        require(std::isfinite(p_.access_ms) && p_.access_ms >= 0, "access_ms", p_.access_ms,
                "two-way milliseconds, 0 or more");
    }

    std::string name() const override { return "distance"; }

    std::vector<ModelParameter> parameters() const override {
        return {
            {"fibre_index", p_.fibre_index, "",
             "group index of silica single-mode fibre at 1550 nm (ITU-T G.652 fibres: 1.4682)"},
            {"stretch", p_.stretch, "",
             "median of measured RTT over the fibre bound on public-Internet city pairs"},
            {"access_ms", p_.access_ms, "ms",
             "lower quartile of fixed-line access RTT over 41 countries (M-Lab NDT, October 2025)"},
            {"ms_per_km", ms_per_km(), "ms/km", "2 × stretch × fibre_index ÷ 299.792458 km/ms"},
        };
    }

    std::vector<AccessNode> access_nodes(const geo::Catalog& catalog,
                                         const std::vector<geo::RegionIndex>& regions,
                                         Date /*date*/, int /*best*/) const override {
        std::vector<AccessNode> nodes;
        nodes.reserve(regions.size());
        for (const auto region : regions) {
            nodes.push_back({catalog.region(region).position, p_.access_ms, ms_per_km(), region});
        }
        return nodes;
    }

    std::vector<RttPart> explain(const geo::Catalog& catalog, geo::LonLat place,
                                 geo::CountryIndex /*country*/, geo::RegionIndex region,
                                 Date /*date*/) const override {
        const double distance_km = geo::distance_m(place, catalog.region(region).position) / 1000;
        const double fibre_ms = 2 * distance_km * p_.fibre_index / kSpeedOfLight_km_per_ms;
        const double total_ms = p_.access_ms + ms_per_km() * distance_km;
        return {
            {"access network", p_.access_ms, fmt::format("{:.1f} ms", p_.access_ms)},
            {"fibre along the geodesic", fibre_ms,
             fmt::format("2 × {:.1f} km × {:.3f} ÷ 299.792 km/ms", distance_km, p_.fibre_index)},
            {"detours and routers", total_ms - p_.access_ms - fibre_ms,
             fmt::format("({:.2f} − 1) × {:.1f} ms", p_.stretch, fibre_ms)},
        };
    }

  private:
    double ms_per_km() const { return price_ms_per_km(p_); }

    DistanceModelParameters p_;
};

}  // namespace

DistanceModelParameters DistanceModelParameters::defaults() {
    return {.fibre_index = 1.468, .stretch = 2.0, .access_ms = 7.8};
}

AccessNode distance_node(geo::LonLat position, const DistanceModelParameters& parameters) {
    AccessNode node;
    node.position = position;
    node.offset_ms = parameters.access_ms;
    node.ms_per_km = price_ms_per_km(parameters);
    return node;
}

std::unique_ptr<LatencyModel> make_distance_model(const DistanceModelParameters& parameters) {
    return std::make_unique<DistanceModel>(parameters);
}

}  // namespace footprint::sim
