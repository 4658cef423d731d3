#include "sim/expansion/budgets.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/expansion/world.h"

namespace footprint::sim {
namespace {

using P = Parameter;

// The middle of a year of spending, or the start where a plan for a year lies ahead of it.
Date middle_of(const CapitalRow& row, Date start) {
    return std::min(start, row.begin.plus_days((row.end - row.begin) / 2));
}

// The usual first phase of a provider, USD M, by the kinds that it builds.
double usual_phase_usd_m(const World& world, std::size_t provider) {
    const auto& p = world.scenario.parameters;
    const int zones = static_cast<int>(p[P::region_zones]);
    double sum = 0;
    for (std::size_t k = 0; k < kBuildKinds; ++k) {
        const auto kind = static_cast<BuildKind>(k);
        const double factor =
            world.usd_m_per_mw(0, kind) / world.usd_m_per_mw(0, BuildKind::campus);
        sum += world.kind_mix[provider][k] * world.first_phase_mw(kind, zones) * factor *
               (p[P::cost_per_mw_world] + p[P::cost_per_mw_it]);
    }
    return sum;
}

// The last whole year of spending that is known; what happened before what was planned.
const CapitalRow* last_year_of(const World& world, const std::string& id) {
    const CapitalRow* last = nullptr;
    for (const auto& row : world.known.facts.capital) {
        const bool year_long = row.end - row.begin > 350 && row.end - row.begin < 400;
        const bool newer = last == nullptr || row.end > last->end ||
                           (row.end == last->end && row.is_plan < last->is_plan);
        if (row.provider == id && year_long && newer) {
            last = &row;
        }
    }
    return last;
}

Budget find_budget(const World& world, std::size_t i) {
    const auto& p = world.scenario.parameters;
    const Date start = world.scenario.start;
    Budget budget;
    budget.new_region_share = p[P::new_region_share];
    budget.new_regions_usd_m =
        budget.new_region_share > 0 ? 0 : world.openings_per_year[i] * usual_phase_usd_m(world, i);
    budget.growth = p[P::capex_growth];
    if (world.plans[i] != nullptr && !world.plans[i]->budget.empty()) {
        budget.spans = world.plans[i]->budget;
        budget.basis = "the scenario";
        return budget;
    }
    const auto& id = world.known.catalog.provider(static_cast<ProviderIndex>(i)).id;
    if (const CapitalRow* last = last_year_of(world, id)) {
        const double gap = (start - last->begin) / 365.2425 - 0.5;
        budget.usd_m_per_year = last->usd / 1e6 * p[P::cloud_share_of_capex] *
                                std::pow(1 + budget.growth, std::max(0.0, gap)) *
                                world.demand->world_usd_m(start) /
                                world.demand->world_usd_m(middle_of(*last, start));
        budget.basis = fmt::format("budgets.csv, year from {}", last->begin.year_month());
        return budget;
    }
    budget.usd_m_per_year = budget.new_regions_usd_m;
    budget.from_revenue = true;
    budget.basis = fmt::format(
        "own openings, {:.2f} a year over {:.0f} years, and a share "
        "of the revenue of the start",
        world.openings_per_year[i], p[P::trend_years]);
    return budget;
}

}  // namespace

double Budget::rate(Date date) const {
    if (!spans.empty()) {
        double sum = 0;
        for (const auto& span : spans) {
            if (span.from <= date && date < span.to) {
                sum += span.usd_m / ((span.to - span.from) / 365.2425);
            }
        }
        return sum;
    }
    return usd_m_per_year;
}

std::vector<Budget> find_budgets(const World& world) {
    std::vector<Budget> budgets;
    for (std::size_t i = 0; i < world.providers(); ++i) {
        budgets.push_back(find_budget(world, i));
    }
    return budgets;
}

void limit_budget(Budget& budget, double revenue_usd_m, const Parameters& parameters) {
    if (budget.from_revenue) {
        budget.usd_m_per_year += parameters[P::capital_per_revenue] * revenue_usd_m;
        return;
    }
    if (!budget.spans.empty() || revenue_usd_m <= 0) {
        return;
    }
    const double most =
        std::max(parameters[P::most_capital_per_revenue] * revenue_usd_m, budget.new_regions_usd_m);
    budget.beyond_usd_m = std::max(0.0, budget.usd_m_per_year - most);
    budget.usd_m_per_year -= budget.beyond_usd_m;
}

}  // namespace footprint::sim
