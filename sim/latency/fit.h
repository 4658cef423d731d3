// Fits the backbone model to measured round-trip times.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "sim/latency/backbone_network.h"

namespace footprint::sim {

struct MeasuredPair {
    std::uint32_t from = 0;  // of MeasuredTable::places
    std::uint32_t to = 0;
    double rtt_ms = 0;  // mean of both directions and of repeated rows
};

struct MeasuredPlace {
    std::string name;
    NetworkPlace place;
    std::string continent;  // the Middle East apart
};

// Pairs of places at least 1 km apart.
struct MeasuredTable {
    std::string name;    // of the file
    std::string source;  // of its rows
    std::vector<MeasuredPlace> places;
    std::vector<MeasuredPair> pairs;
};

// Rows: from_id,to_id,rtt_ms where `places` (provider,region,lon,lat) knows "provider:region"; or
// from_lon,from_lat,to_lon,to_lat,rtt_ms. Throws Error (invalid) that lists faulty rows by line.
MeasuredTable read_measured(const std::filesystem::path& file, const std::filesystem::path& places,
                            const Backbone& backbone, const LandLinker& linker);

// A place on the network; nothing when it is too far out at sea (Backbone::land_place).
std::optional<NetworkPlace> network_place(const Backbone& backbone, const LandLinker& linker,
                                          geo::LonLat position);

struct FitOptions {
    bool areas = true;     // learn the price of land by area
    bool cables = false;   // learn the slack of each cable
    bool residual = true;  // learn what is left over as a field
    double area_shrinkage = 0.005;
    double cable_shrinkage = 0.02;
    int rounds = 6;  // of finding ways and fitting their prices
    // Of the residual field: correlation length, variance of the field and of what no neighbour
    // shares (log units), and the resolution of the measurement.
    double length_km = 600;
    double field_variance = 0.012;
    double noise_variance = 0.002;
    double resolution_ms = 2;
};

// Fits on any subset of a table's pairs, so that others can judge it. Ways are found at given
// prices, prices are fitted to the ways found (ridge towards physical priors, absolute relative
// errors by reweighting), again and again; the best round counts. Deterministic.
class BackboneFitter {
  public:
    // Everything passed must outlive the fitter. Ways are those of `date`.
    BackboneFitter(const Backbone& backbone, const LandLinker& linker, const MeasuredTable& table,
                   Date date);

    BackboneParameters fit(std::span<const std::uint32_t> pairs, const FitOptions& options) const;

    // Modelled RTT of each pair, infinity where there is no way. `with_residual`: the whole model.
    std::vector<double> predict(const BackboneParameters& parameters,
                                std::span<const std::uint32_t> pairs, bool with_residual) const;

    const MeasuredTable& table() const { return *table_; }
    const Backbone& backbone() const { return *backbone_; }

  private:
    struct Ways;
    Ways ways(BackboneNetwork& network, const BackboneParameters& parameters,
              std::span<const std::uint32_t> pairs) const;
    void fit_prices(const Ways& ways, std::span<const std::uint32_t> pairs,
                    const FitOptions& options, BackboneParameters& parameters) const;
    void fit_residual(const Ways& ways, std::span<const std::uint32_t> pairs,
                      const FitOptions& options, BackboneParameters& parameters) const;

    const Backbone* backbone_;
    const LandLinker* linker_;
    const MeasuredTable* table_;
    BackboneNetwork network_;
};

}  // namespace footprint::sim
