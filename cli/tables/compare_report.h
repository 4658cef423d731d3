// A comparison of providers as aligned text, JSON and CSV.
#pragma once

#include <nlohmann/json_fwd.hpp>
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
    std::vector<std::string> impaired;  // "AWS me-south-1 (Manama) since 2026-03-01", at the last
                                        // date
    int last_people_year = 2035;        // of countries.csv; later dates hold its people

    int people_year(Date date) const;  // whose people stand for those of a date
    std::string text() const;
    std::string json() const;  // docs/schemas/compare.schema.json
    std::string csv() const;   // one row for each provider, area and date, each with its basis
                               // (modelled) and attribution; units in the names
};

// {"title", "from"} of the run that says what follows, or null.
nlohmann::ordered_json simulated_json(const geo::Catalog& catalog);
std::string serve_text(const sim::CoverageOptions& options);  // as --serve takes it
std::string_view to_string(geo::PeopleWeight weight);         // as --weight takes it
nlohmann::ordered_json model_json(const sim::LatencyModel& model);
std::string threshold_text(double threshold_ms);  // "20", "7.5"

}  // namespace footprint::cli
