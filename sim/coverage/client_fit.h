// Fits clients' access lines to measured shares of countries within times.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "geo/atlas/atlas.h"
#include "geo/atlas/people.h"
#include "sim/latency/client_access.h"

namespace footprint::sim {

// A share of a country's samples that was measured within a time of the nearest region.
struct MeasuredShare {
    geo::CountryIndex country = geo::kNoCountry;
    ClientKind kind = ClientKind::fixed;
    double threshold_ms = 0;
    double share = 0;  // 0 to 1
};

// Columns iso3, threshold_ms, percent_of_samples_within, platform (RIPE Atlas: fixed;
// Speedchecker: wireless) or kind (fixed, wireless). Throws Error (invalid) with file and line.
std::vector<MeasuredShare> read_measured_shares(const std::filesystem::path& file,
                                                const geo::Atlas& atlas);

// Where a country's people stand: shares by path RTT to the best region, without access.
struct CountryPaths {
    std::vector<double> path_ms;
    std::vector<double> share;  // sums to 1; empty: nobody there has a path
    geo::Vec3 centre;           // of its people
};

// By country, from the path RTT of each demand point (+infinity: none), in steps of 0.5 ms.
std::vector<CountryPaths> country_paths(const geo::Atlas& atlas, const geo::DemandPoints& points,
                                        std::span<const double> weights,
                                        std::span<const float> path_ms);

// What the fit is made of; see docs/latency.md. Detours (logarithms) of countries are alike where
// countries are near: each is drawn to the mean of the others, weighted by exp(−km ÷ length_km),
// by `other_continent` and `other_subregion` when they differ, and to `detour` with weight `pull`.
struct ClientFitParameters {
    double median_ms = 8;
    double spread = 0.8;
    double slow_share = 0.005;
    double slow_ms = 300;
    double detour = 1.1;
    double length_km = 900;
    double other_continent = 0.01;
    double other_subregion = 1;
    double pull = 0.1;
    double tolerance = 0.5;  // of a country's ln detour about that mean
    double trust = 4;        // of measured shares against it
};

// A country whose measured shares were left out, predicted from the others.
struct LeftOutCountry {
    geo::CountryIndex country = geo::kNoCountry;
    double detour = 1;
    std::vector<double> measured;  // by threshold, 0 to 1; NaN where not measured
    std::vector<double> modelled;
    double in_interval = 0;  // share of its measured samples inside the 90 % of modelled clients
};

struct ClientFit {
    ClientKind kind = ClientKind::fixed;
    ClientFitParameters parameters;
    std::vector<double> thresholds_ms;
    std::vector<double> detour;  // by country
    std::vector<bool> measured;  // by country: its own shares helped
    // Of ln detour, from client to client and for what the fit does not know: the least with which
    // the interval of 90 % of a left-out country's clients holds 87.5 % of those measured.
    double detour_spread = 0;
    // The same for countries whose own shares are known, and what it holds of their clients.
    double own_spread = 0;
    double own_coverage = 0;
    std::vector<LeftOutCountry> left_out;

    ClientLine line(geo::CountryIndex country) const;
    // Mean absolute error of left-out countries' shares (0 to 1) at a threshold.
    double mean_error(std::size_t threshold) const;
    // Share of left-out countries for which measured and modelled agree on whether half of the
    // samples or more are within a threshold.
    double agreement(std::size_t threshold) const;
    // Mean of left-out countries' in_interval.
    double interval_coverage() const;
};

// Parameters are chosen by coordinate search on the errors of left-out countries (each country left
// out in turn). Deterministic; some seconds. Countries without paths are left alone.
ClientFit fit_clients(ClientKind kind, const geo::Atlas& atlas,
                      const std::vector<CountryPaths>& paths,
                      const std::vector<MeasuredShare>& measured);

// The file that is shipped: kind, country (ISO alpha-2; empty: all others), line, basis.
std::string clients_csv(const geo::Atlas& atlas, const std::vector<ClientFit>& fits,
                        const std::string& source);

}  // namespace footprint::sim
