// What providers may spend: given by the scenario, else published, else by the trend of their own
// openings.
#pragma once

#include <string>
#include <vector>

#include "base/date.h"
#include "sim/expansion/scenario.h"

namespace footprint::sim {

class World;

// Capital of a provider.
struct Budget {
    std::vector<BudgetSpan> spans;  // given by the scenario
    double usd_m_per_year = 0;      // else: at the start,
    double beyond_usd_m = 0;        // a year, left out: more than this market can ask for
    double growth = 0;              // and growing so beyond the world's spending
    double new_regions_usd_m = 0;   // of which for new regions a year (0 where a share is given)
    double new_region_share = 0;
    bool from_revenue = false;  // nothing is published: trend and revenue of the start
    std::string basis;
    double rate(Date date) const;  // USD M a year
};

// Of all providers, from what World has before its market: what was known, plans, costs and trends.
std::vector<Budget> find_budgets(const World& world);

// With what customers pay the provider at the start: where none is published, capital follows
// revenue; where it is, no more of it is for this market than revenue can ask for, or than new
// regions cost by the trend.
void limit_budget(Budget& budget, double revenue_usd_m, const Parameters& parameters);

}  // namespace footprint::sim
