// The bands of an ensemble's curves, read back from its folder.
#pragma once

#include <string>
#include <vector>

#include "sim/expansion/run_folder.h"

namespace footprint::sim {

// What 5, 50 and 95 % of the runs are below of, of one provider at one date.
struct RunBand {
    Date date;
    ProviderIndex provider = 0;
    double p5 = 0;
    double p50 = 0;
    double p95 = 0;
};

// Of one curve ("regions", "people_within_50_ms_percent"; docs/scenarios/README.md), in the order
// of the file: dates ascending. Empty when the folder holds one run alone or no such curve. Throws
// Error (invalid) that names file and line.
std::vector<RunBand> load_bands(const LoadedRun& run, const std::string& metric);

}  // namespace footprint::sim
