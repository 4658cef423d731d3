// A comparison of providers as aligned text, JSON and CSV.
#pragma once

#include <string>
#include <vector>

#include "geo/catalog/catalog.h"
#include "sim/coverage/comparison.h"

namespace footprint::cli {

struct CompareReport {
    const geo::Catalog& catalog;
    const sim::LatencyModel& model;
    const sim::CoverageOptions& options;
    const std::vector<sim::DateComparison>& dates;
    std::vector<std::string> attributions;

    std::string text() const;
    std::string json() const;  // docs/schemas/compare.schema.json
    std::string csv() const;   // one row for each provider, area and date; units in the names
};

std::string_view to_string(sim::ServeRule rule);       // as --serve takes it
std::string_view to_string(geo::PeopleWeight weight);  // as --weight takes it
std::string threshold_text(double threshold_ms);       // "20", "7.5"

}  // namespace footprint::cli
