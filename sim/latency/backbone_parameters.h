// The numbers of the backbone model, each with its unit and where it comes from.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "geo/sphere/lonlat.h"
#include "sim/latency/latency_model.h"

namespace footprint::sim {

inline constexpr double kLightInVacuum_km_per_ms = 299.792458;

// What is left of measured over modelled, learned from pairs of places: log(measured ÷ path) is
// taken as a random field on pairs whose correlation falls with the distance of both ends
// (kriging). factor(a, b) = exp(Σ weight[c][d] · k(a, c) · k(b, d)), k(x, y) = exp(−km(x, y) ÷
// length_km): 1 far from all that was measured.
struct ResidualField {
    double length_km = 600;
    std::vector<std::string> names;
    std::vector<geo::LonLat> places;
    std::vector<double> weights;  // places × places, symmetric; empty: the factor is 1

    bool empty() const { return places.empty(); }
    // k(position, each place).
    std::vector<double> kernel(geo::LonLat position) const;
    double log_factor(const std::vector<double>& a, const std::vector<double>& b) const;
};

// ResidualField::kernel() of many positions: what it needs of the field's places, worked out once.
class ResidualKernels {
  public:
    explicit ResidualKernels(const ResidualField& field);
    std::size_t size() const { return unit_.size(); }
    // k(position, each place) into `out`, of size(). 1 µs.
    void at(geo::LonLat position, std::span<double> out) const;

  private:
    double length_km_;
    double least_cosine_;
    std::vector<geo::Vec3> unit_;
    std::vector<geo::Vec3> reduced_;
};

// Ratios of measured to modelled on left-out pairs, by length of the modelled RTT: 5 % lie below
// `low`, 5 % above `high`.
struct IntervalClass {
    double up_to_ms = 0;  // of modelled RTTs; the last class has no end
    double low = 1;
    double high = 1;
    int pairs = 0;
};

struct BackboneParameters {
    double fibre_index = 1.468;
    double access_ms = 1.5;                      // both ends together, region to region
    double hop_ms = 0.5;                         // each landing of a cable
    double sea_factor = 1.15;                    // laid over drawn length
    double land_factor = 1.8;                    // way over geodesic, where nothing else is known
    std::map<std::string, double> land_by_area;  // added to land_factor, by UN subregion
    std::map<std::string, double> sea_by_cable;  // added to sea_factor, by system
    double public_factor = 1.1;  // way of public traffic over that of a provider's own
    double fixed_access_ms = 7.8;
    double wireless_access_ms = 30;
    ResidualField residual;
    std::vector<IntervalClass> interval;
    std::map<std::string, std::string> provenance;  // parameter or "fit" → where from

    // Two-way milliseconds of a kilometre of fibre.
    double fibre_ms_per_km() const { return 2 * fibre_index / kLightInVacuum_km_per_ms; }
    std::vector<ModelParameter> list() const;

    // Shipped: datasets/latency/backbone_parameters.json. Throws Error (invalid) with file and key.
    static BackboneParameters load(const std::filesystem::path& file);
    // Bytes depend on the values only.
    std::string json() const;
};

}  // namespace footprint::sim
