// What the catalog holds, counted: for `info`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/timeline/timeline.h"

namespace footprint::cli {

// One provider at the catalog's date. Regions, zones and countries are those of its published
// scope.
struct ProviderReport {
    std::string id;
    std::string name;
    sim::Totals totals;
    int impaired = 0;
    int closed = 0;
    int outside_scope = 0;      // open regions of classes that the provider does not count
    std::optional<Date> first;  // of its first opening
    DateInterval as_of;         // how far knowledge of it reaches
    int days_behind = 0;        // from there to the catalog's date
    bool is_stale() const { return days_behind > 180; }
};

using Counts = std::vector<std::pair<std::string, std::size_t>>;

struct CatalogReport {
    Date as_of;
    std::vector<ProviderReport> providers;
    std::size_t regions = 0;
    std::size_t events = 0;
    Counts by_class;                // regions
    Counts by_status;               // regions
    Counts by_confidence;           // regions
    Counts by_date_precision;       // openings of open and closed regions; "none" are undated
    Counts by_date_basis;           // the same
    Counts by_event;                // events of events.csv
    std::size_t zones_unknown = 0;  // open regions without a zone count
};

CatalogReport report_on(const sim::Timeline& timeline);

std::string as_text(const CatalogReport& report);
std::string as_json(const CatalogReport& report, const std::vector<std::string>& attribution);

}  // namespace footprint::cli
