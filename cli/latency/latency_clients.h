// Clients' access lines and measured shares of countries: `footprint latency fit --coverage` fits
// them, `footprint latency report --coverage` tells how wrong they are.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/frame/command.h"
#include "sim/coverage/client_fit.h"

namespace footprint::cli {

// Fixed, then wireless lines. Paths are those of the session's catalog at a date, to regions of
// each country's own continent. Throws Error (invalid) for a faulty table.
std::vector<sim::ClientFit> fit_client_access(Session& session,
                                              const std::filesystem::path& measured,
                                              const std::vector<std::filesystem::path>& more_cables,
                                              Date date);

// clients.csv, with where it is from.
std::string client_lines_csv(Session& session, const std::vector<sim::ClientFit>& fits,
                             const std::filesystem::path& measured, Date date);

// Errors of left-out countries: a line for each kind; tables with the worst countries; JSON
// (docs/schemas/latency.schema.json).
std::string client_errors_line(const std::vector<sim::ClientFit>& fits);
std::string client_errors_text(Session& session, const std::vector<sim::ClientFit>& fits);
std::string client_errors_json(Session& session, const std::vector<sim::ClientFit>& fits,
                               const std::filesystem::path& measured, Date date);

}  // namespace footprint::cli
