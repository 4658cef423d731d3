// Many runs of one scenario: what spreads, and by how much. Each run draws from streams of its own,
// so that runs can be made in any order, on any number of threads, and again after an interruption,
// with the same bytes as the result.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/expansion/checkpoint.h"
#include "sim/expansion/simulation.h"

namespace footprint::sim {

inline constexpr std::array<double, 5> kBands{0.05, 0.25, 0.50, 0.75, 0.95};

// What is kept of one run, as a line of JSON: curves at the start of each year and at the end, and
// when each site opened.
std::string summarize_run(const World& world, const RunResult& result, std::uint32_t run);

// Makes the runs that the checkpoint lacks, on all threads. `done` hears how many are there.
void make_runs(const World& world, std::uint64_t seed, std::uint32_t runs, Checkpoint& checkpoint,
               const std::function<void(std::uint32_t)>& done);

struct SiteChance {
    std::size_t provider = 0;
    std::string name;
    std::string country;
    geo::LonLat position;
    bool announced = false;  // before the start
    double probability = 0;  // of opening before the end
    Date first;              // 5, 50 and 95 % of the openings
    Date middle;
    Date last;
};

struct EnsembleReport {
    std::uint32_t runs = 0;
    std::string bands_csv;          // date, provider, metric and the bands
    std::vector<SiteChance> sites;  // most likely first
};

// Reads the checkpoint's runs 0 to runs - 1, as often as it takes to hold no more than four million
// numbers at a time: memory does not grow with runs.
EnsembleReport report_on(const World& world, const Checkpoint& checkpoint, std::uint32_t runs);
std::string sites_csv(const World& world, const EnsembleReport& report);

}  // namespace footprint::sim
