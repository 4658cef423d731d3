// `footprint latency --pairs`: round-trip times of a table of pairs.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/latency/backbone_rtt.h"

namespace footprint::cli {

struct PairsReport {
    std::size_t pairs = 0;  // rows answered, those without a path among them
    std::size_t no_path = 0;
    std::size_t skipped = 0;
    std::vector<std::string> faults;  // of the skipped rows, the first few
};

// The table as CSV with rtt_ms, rtt_low_ms, rtt_high_ms and path added (empty where there is no
// path). Columns from_lon, from_lat, to_lon, to_lat in any order; others pass untouched. A row that
// cannot be read is an Error (invalid) that lists such rows by line; with `skip_bad` it is left out
// and counted. Runs on all threads; the same bytes on any number.
std::string answer_pairs(const std::filesystem::path& file, sim::BackboneRtt& rtt, bool skip_bad,
                         PairsReport& report);

}  // namespace footprint::cli
