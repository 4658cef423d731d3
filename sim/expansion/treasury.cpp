#include "sim/expansion/treasury.h"

#include <algorithm>
#include <cmath>

namespace footprint::sim {
namespace {

using P = Parameter;

constexpr double kDaysPerYear = 365.2425;

}  // namespace

Treasury::Treasury(const World& world)
    : world_(world), wallets_(world.providers()), yearly_money_(world.providers()) {}

void Treasury::take_in(Date date, Date next) {
    const double years = (next - date) / kDaysPerYear;
    const double since = (date - world_.scenario.start) / kDaysPerYear;
    const double trend_growth = std::pow(1 + world_.scenario.parameters[P::region_growth], since);
    for (std::size_t i = 0; i < wallets_.size(); ++i) {
        const auto& budget = world_.budgets[i];
        const double money = money_of(budget, date, next) * growth_of(budget, date);
        const double trend = budget.new_regions_usd_m * trend_growth * years;
        const double regions =
            std::min(money, budget.new_region_share > 0 ? money * budget.new_region_share : trend);
        yearly_money_[i] = money / years;
        wallets_[i].money_in += money;
        wallets_[i].for_regions += regions;
        wallets_[i].for_growth += money - regions;
    }
}

// Since the start; what the scenario gives does not grow.
double Treasury::growth_of(const Budget& budget, Date date) const {
    if (!budget.spans.empty()) {
        return 1;
    }
    const Date start = world_.scenario.start;
    const double since = (date - start) / kDaysPerYear;
    return std::pow(1 + budget.growth, since) * world_.demand->world_usd_m(date) /
           world_.demand->world_usd_m(start);
}

// Spans are paid out by their days in the step.
double Treasury::money_of(const Budget& budget, Date date, Date next) const {
    if (budget.spans.empty()) {
        return budget.usd_m_per_year * ((next - date) / kDaysPerYear);
    }
    double sum = 0;
    for (const auto& span : budget.spans) {
        const auto from = std::max(span.from, date);
        const auto to = std::min(span.to, next);
        sum += to > from ? span.usd_m * (to - from) / (span.to - span.from) : 0;
    }
    return sum;
}

void Treasury::give_back() {
    for (std::size_t i = 0; i < wallets_.size(); ++i) {
        if (!world_.budgets[i].spans.empty()) {
            continue;
        }
        auto& wallet = wallets_[i];
        const double most = world_.scenario.parameters[P::carry_over_years] * yearly_money_[i];
        const double over = std::max(0.0, wallet.for_growth - most);
        wallet.for_growth -= over;
        wallet.returned += over;
    }
}

}  // namespace footprint::sim
