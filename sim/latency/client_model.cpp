#include <fmt/format.h>

#include <utility>

#include "geo/sphere/geodesic.h"
#include "sim/latency/latency_model.h"

namespace footprint::sim {

namespace {

// The country at a place, or of the nearest land about it: towns by the sea lie off a small map's
// coast.
geo::CountryIndex country_near(const geo::Atlas& atlas, geo::LonLat place) {
    constexpr double kRing_m = 5000;
    constexpr int kRings = 6;
    auto country = atlas.country_at(place);
    for (int ring = 1; country == geo::kNoCountry && ring <= kRings; ++ring) {
        for (int azimuth = 0; country == geo::kNoCountry && azimuth < 360; azimuth += 30) {
            country = atlas.country_at(geo::direct(place, azimuth, ring * kRing_m));
        }
    }
    return country;
}

// Paths of one model, clients' access on top.
class ClientModel final : public LatencyModel {
  public:
    ClientModel(std::unique_ptr<LatencyModel> paths, ClientAccess clients, const geo::Atlas& atlas)
        : paths_(std::move(paths)), clients_(std::move(clients)), atlas_(atlas) {}

    std::string name() const override { return paths_->name(); }

    std::vector<ModelParameter> parameters() const override {
        auto parameters = paths_->parameters();
        const ClientLine& line = clients_.line(geo::kNoCountry);
        const std::string kind(to_string(clients_.kind()));
        const std::string fit = "fit to measured country coverage (docs/latency.md)";
        parameters.push_back({kind + "_access_median_ms", line.median_ms, "ms", fit});
        parameters.push_back({kind + "_access_spread", line.spread, "of ln ms", fit});
        return parameters;
    }

    std::vector<AccessNode> access_nodes(const geo::Catalog& catalog,
                                         const std::vector<geo::RegionIndex>& regions, Date date,
                                         int best) const override {
        return paths_->access_nodes(catalog, regions, date, best);
    }

    std::vector<RttPart> explain(const geo::Catalog& catalog, geo::LonLat place,
                                 geo::CountryIndex country, geo::RegionIndex region,
                                 Date date) const override {
        auto parts = paths_->explain(catalog, place, country, region, date);
        if (parts.empty()) {
            return parts;  // no path
        }
        std::erase_if(parts, [](const RttPart& part) { return part.rtt_ms == 0; });
        double path_ms = 0;
        for (const auto& part : parts) {
            path_ms += part.rtt_ms;
        }
        const auto whose = country == geo::kNoCountry ? country_near(atlas_, place) : country;
        add_client_parts(clients_, whose, path_ms, parts);
        return parts;
    }

    const geo::AccessAreas* areas() const override { return paths_->areas(); }
    std::vector<Date> changes() const override { return paths_->changes(); }
    const ClientAccess* clients() const override { return &clients_; }

  private:
    std::unique_ptr<LatencyModel> paths_;
    ClientAccess clients_;
    geo::Atlas atlas_;
};

}  // namespace

void add_client_parts(const ClientAccess& clients, geo::CountryIndex country, double path_ms,
                      std::vector<RttPart>& parts) {
    const double detour = clients.detour(country);
    if (detour != 1) {
        parts.push_back({"detour of public routes", (detour - 1) * path_ms,
                         fmt::format("({:.2f} − 1) × {:.1f} ms", detour, path_ms)});
    }
    parts.push_back({"access network", clients.typical_ms(country, 0),
                     fmt::format("median of {} clients", to_string(clients.kind()))});
}

std::unique_ptr<LatencyModel> with_clients(std::unique_ptr<LatencyModel> paths,
                                           ClientAccess clients, const geo::Atlas& atlas) {
    return std::make_unique<ClientModel>(std::move(paths), std::move(clients), atlas);
}

}  // namespace footprint::sim
