// A plan of orders, as a CSV that a scenario names: id, metro, country, date, kind, zones and, if
// wanted, after and note.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "geo/atlas/atlas.h"
#include "sim/expansion/facts.h"
#include "sim/expansion/places.h"
#include "sim/expansion/scenario.h"

namespace footprint::sim {

struct PlanOrder {
    std::string id;
    std::size_t provider = 0;
    std::size_t site = 0;
    Date date;
    BuildKind kind = BuildKind::campus;
    int zones = 3;
    std::optional<std::size_t> after;  // another order of the plan that must be open before
    std::string note;
    std::string where;  // "plan.csv:4"
};

// What a plan may name.
struct PlanPlaces {
    const geo::Atlas* atlas = nullptr;
    const std::vector<Site>* sites = nullptr;
    const std::vector<std::vector<std::size_t>>* sites_of = nullptr;  // by country
};

// Throws Error (invalid) with line and column for places that are no metros, dates, kinds and zones
// that cannot be, ids twice, orders that are not there, and orders that wait for themselves.
std::vector<PlanOrder> read_plan(const Scenario& scenario, const ScenarioProvider& provider,
                                 std::size_t provider_index, const PlanPlaces& places);

}  // namespace footprint::sim
