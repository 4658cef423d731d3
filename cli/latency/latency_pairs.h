// `footprint latency --pairs`: round-trip times of a table of pairs.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/latency/pair_rtt.h"

namespace footprint::cli {

struct PairsReport {
    std::size_t pairs = 0;  // rows answered, those without a path among them
    std::size_t no_path = 0;
    std::size_t skipped = 0;
    std::vector<std::string> faults;  // of the skipped rows, the first few
};

// Hands on, piece by piece, the table as CSV with rtt_ms, rtt_low_ms, rtt_high_ms and path added
// (empty where there is no path). Columns from_lon, from_lat, to_lon, to_lat in any order; others
// pass untouched. A row that cannot be read is an Error (invalid) at the end that lists such rows
// by line, and what was handed on is then to be thrown away; with `skip_bad` it is left out and
// counted. Runs on all threads; the same bytes on any number. Memory: the
// file, and up to 350 MB.
PairsReport answer_pairs(const std::filesystem::path& file, sim::PairRtt& rtt, bool skip_bad,
                         const std::function<void(std::string_view)>& write);

}  // namespace footprint::cli
