// `footprint latency fit --coverage`: clients' access lines from measured shares of countries.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/command.h"

namespace footprint::cli {

struct FittedClients {
    std::string csv;     // clients.csv
    std::string report;  // errors of left-out countries, in words
};

// Paths are those of the session's catalog at a date, to regions of each country's own continent.
// Throws Error (invalid) for a faulty table.
FittedClients fit_client_access(Session& session, const std::filesystem::path& measured,
                                const std::vector<std::filesystem::path>& more_cables, Date date);

}  // namespace footprint::cli
