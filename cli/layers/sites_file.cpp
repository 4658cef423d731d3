#include "cli/layers/sites_file.h"

#include <fmt/format.h>

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"

namespace footprint::cli {
namespace {

// Sites are numbered in float32 bands.
constexpr std::size_t kMostSites = 1'000'000;

[[noreturn]] void refuse(const CsvReader& rows, const std::string& what) {
    throw Error(ExitCode::invalid, fmt::format("{}:{}: {}", rows.name(), rows.line(), what));
}

std::size_t require_column(const CsvReader& rows, const char* name) {
    if (const auto column = rows.column(name)) {
        return *column;
    }
    throw Error(ExitCode::invalid,
                fmt::format("{} has no column '{}'; a file of sites has the columns lon and lat in "
                            "degrees, in any order, and others are ignored",
                            rows.name(), name));
}

double number(const CsvReader& rows, std::size_t column, const char* name, double most) {
    const std::string_view text = rows.field(column);
    const auto value = parse_number(text);
    if (!value || !(*value >= -most && *value <= most)) {
        refuse(rows,
               fmt::format("{} is '{}'; expected degrees from {} to {}", name, text, -most, most));
    }
    return *value;
}

}  // namespace

std::vector<geo::LonLat> read_sites(const std::filesystem::path& file) {
    CsvReader rows(file);
    const std::size_t lon = require_column(rows, "lon");
    const std::size_t lat = require_column(rows, "lat");
    std::vector<geo::LonLat> sites;
    while (rows.next()) {
        sites.push_back({number(rows, lon, "lon", 180), number(rows, lat, "lat", 90)});
        if (sites.size() > kMostSites) {
            refuse(rows, fmt::format("more than {} sites", kMostSites));
        }
    }
    if (!rows.diagnostics().empty()) {
        const Diagnostic& first = rows.diagnostics().front();
        throw Error(ExitCode::invalid,
                    fmt::format("{}:{}: {}", rows.name(), first.line, first.message));
    }
    if (sites.empty()) {
        throw Error(ExitCode::invalid, fmt::format("{} has no sites; expected at least one row "
                                                   "with lon and lat",
                                                   file.string()));
    }
    return sites;
}

}  // namespace footprint::cli
