#include "sim/expansion/parameters.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"

namespace footprint::sim {
namespace {

using P = Parameter;

constexpr std::array<ParameterInfo, kParameters> kTable{{
    {P::gdp_elasticity, "demand", "gdp_elasticity", "1", 1.0, 0, 3,
     "tuned on openings of 2014-2018",
     "spending of an internet user grows with this power of gross domestic product per person"},
    {P::world_spend_usd_bn, "demand", "world_spend", "USD bn/year", 429, 1, 1e5,
     "budgets.csv: AWS revenue 2025 of 128.7 over its 30 % share (market_shares.csv, Synergy)",
     "spending on cloud infrastructure, world, in spend_year"},
    {P::china_spend_usd_bn, "demand", "china_spend", "USD bn/year", 46, 0.1, 1e5,
     "article_facts.csv: China cloud market, total spending forecast 2025",
     "spending on cloud infrastructure in mainland China, in spend_year"},
    {P::spend_year, "demand", "spend_year", "year", 2025, 2000, 2100, "budgets.csv",
     "year of the two sums"},
    {P::world_growth_now, "demand", "world_growth_now", "1/year", 0.22, -0.5, 2,
     "budgets.csv: AWS revenue over its share, 2025 over 2024, rounded",
     "growth of spending outside of China at first"},
    {P::world_growth_later, "demand", "world_growth_later", "1/year", 0.10, -0.5, 2, "assumption",
     "growth of spending outside of China after growth_years"},
    {P::china_growth_now, "demand", "china_growth_now", "1/year", 0.15, -0.5, 2,
     "article_facts.csv: China cloud market, 40 to 46 bn USD",
     "growth of spending in mainland China at first"},
    {P::china_growth_later, "demand", "china_growth_later", "1/year", 0.09, -0.5, 2, "assumption",
     "growth of spending in mainland China after growth_years"},
    {P::growth_years, "demand", "growth_years", "years", 8, 1, 100, "assumption",
     "years over which growth goes from its first to its later rate"},
    {P::hot_share, "workload", "hot_share", "1", 0.20, 0, 1, "assumption",
     "share of spending on interactive work and inference within hot_limit"},
    {P::warm_share, "workload", "warm_share", "1", 0.45, 0, 1, "assumption",
     "share of spending on work within warm_limit"},
    {P::training_share, "workload", "training_share", "1", 0.10, 0, 1, "assumption",
     "share of spending on AI training, anywhere; what is left is cold work"},
    {P::hot_limit_ms, "workload", "hot_limit", "ms", 20, 1, 1000,
     "hubs.csv: latency target of the national computing network, taken as two-way",
     "hot work is served within this round-trip time"},
    {P::warm_limit_ms, "workload", "warm_limit", "ms", 100, 1, 1000, "assumption",
     "warm work is served within this round-trip time"},
    {P::training_growth, "workload", "training_growth", "1/year", 0.10, -0.5, 2, "assumption",
     "growth of AI training above that of other spending"},
    {P::rtt_weight_hot, "market", "rtt_weight_hot", "1/ms", 0.10, 0, 10, "assumption",
     "loss of utility for each millisecond, hot work"},
    {P::rtt_weight_warm, "market", "rtt_weight_warm", "1/ms", 0.02, 0, 10, "assumption",
     "loss of utility for each millisecond, warm work"},
    {P::rtt_weight_cold, "market", "rtt_weight_cold", "1/ms", 0.002, 0, 10, "assumption",
     "loss of utility for each millisecond, cold work and training"},
    {P::presence_utility, "market", "presence_utility", "1", 0.5, 0, 10, "assumption",
     "gain of utility where a provider has a region in the customer's country"},
    {P::bloc_utility, "market", "bloc_utility", "1", 0.7, 0, 10, "assumption",
     "gain of utility where provider and customer share a home bloc"},
    {P::residency_share_hard, "market", "residency_share_hard", "1", 0.35, 0, 1, "assumption",
     "share of a country's spending that a hard residency or sovereignty rule keeps inside"},
    {P::residency_share_soft, "market", "residency_share_soft", "1", 0.10, 0, 1, "assumption",
     "the same for a soft rule"},
    {P::price_elasticity, "market", "price_elasticity", "1", 1.5, 0, 10, "assumption",
     "loss of utility for the logarithm of price"},
    {P::unlisted_share, "market", "unlisted_share", "1", 0.004, 0, 0.2, "assumption",
     "share of a provider with regions for which no share is published"},
    {P::revenue_per_mw, "capacity", "revenue_per_mw", "USD M/MW/year", 12, 0.1, 1000, "assumption",
     "spending that one megawatt of capacity serves in a year"},
    {P::start_utilisation, "capacity", "start_utilisation", "1", 0.70, 0.05, 1, "assumption",
     "load over capacity of loaded regions at the start"},
    {P::cost_per_mw_world, "build", "cost_per_mw", "USD M/MW", 10.5, 0.1, 1000,
     "build_costs.csv: middle of the countries that it names, 2025",
     "construction where build_costs.csv names no figure for the country"},
    {P::cost_per_mw_it, "build", "it_cost_per_mw", "USD M/MW", 28, 0, 1000, "assumption",
     "servers and network for one megawatt"},
    {P::region_zones, "build", "region_zones", "zones", 3, 1, 10,
     "datasets/providers: the usual first count of zones", "zones with which a region opens"},
    {P::zone_mw, "build", "zone_mw", "MW", 8, 0.1, 1000, "assumption",
     "capacity of a zone at opening"},
    {P::leased_cost_factor, "build", "leased_cost_factor", "1", 0.8, 0.05, 5, "assumption",
     "capital for a megawatt in leased halls, over an own campus"},
    {P::leased_size_factor, "build", "leased_size_factor", "1", 0.5, 0.05, 5, "assumption",
     "size of a first phase in leased halls, over an own campus"},
    {P::joint_cost_factor, "build", "joint_cost_factor", "1", 0.6, 0.05, 5, "assumption",
     "capital for a megawatt in a joint venture, over an own campus"},
    {P::joint_size_factor, "build", "joint_size_factor", "1", 0.6, 0.05, 5, "assumption",
     "size of a first phase in a joint venture, over an own campus"},
    {P::cloud_share_of_capex, "money", "cloud_share_of_capex", "1", 0.55, 0, 1, "assumption",
     "share of a company's capital spending that goes into cloud regions"},
    {P::capex_growth, "money", "capex_growth", "1/year", 0, -0.9, 3,
     "assumption: capital follows spending; budgets.csv has Amazon's at +20 % a year, 2020 to 2024",
     "growth of capital spending beyond that of the world's spending, after the last year that is "
     "published or planned"},
    {P::capital_per_revenue, "money", "capital_per_revenue", "1", 0.35, 0, 5, "assumption",
     "capital for expansions over customers' spending, where none is published"},
    {P::most_capital_per_revenue, "money", "most_capital_per_revenue", "1", 0.75, 0, 10,
     "budgets.csv: Amazon's capital times cloud_share_of_capex over its cloud revenue is 0.32 to "
     "0.56 in 2020 to 2025 and 0.7 by its plan for 2026; assumption: no more than that",
     "capital for cloud regions over customers' spending at the start, at most; what is beyond is "
     "for work that published cloud shares do not count, such as a company's own AI"},
    {P::carry_over_years, "money", "carry_over", "years", 1, 0, 100, "assumption",
     "money that is not spent within so many years of budget goes back to the company"},
    {P::new_region_share, "money", "new_region_share", "1", 0, 0, 1,
     "0: from the trend of own openings over trend_years",
     "share of the budget for new regions; the rest expands regions"},
    {P::region_growth, "money", "region_growth", "1/year", 0, -0.5, 2,
     "openings of 2016, 2017 and 2018 are level (30, 29, 29): datasets/providers",
     "growth of the budget for new regions where the trend gives it; what capital grows by beyond "
     "it makes regions larger, not more"},
    {P::trend_years, "money", "trend_years", "years", 4, 1, 20, "tuned on openings of 2014-2018",
     "years before the start over which a provider's own openings are counted"},
    {P::expand_above, "capacity", "expand_above", "1", 0.80, 0.1, 1, "assumption",
     "regions are expanded so that the load expected when the new capacity is ready is this share "
     "of capacity"},
    {P::expansion_months, "build", "expansion_months", "months", 12, 1, 120,
     "build_costs.csv: modular build time, 6 to 12 months",
     "time from ordering more capacity in an open region to using it"},
    {P::power_wait, "build", "power_wait", "months", 24, 0, 240,
     "build_costs.csv: lead time of transformers, 18 to 36 months, less what is ordered ahead",
     "how much longer new regions and expansions take where a soft build limit is in force: a "
     "queue "
     "for connections to the grid"},
    {P::equipment_limit, "build", "equipment_limit", "1/year", 0.35, 0.01, 100, "assumption",
     "megawatts that all providers together may order in a year, over what they have: what makers "
     "of servers, transformers and generators deliver"},
    {P::on_its_way, "build", "on_its_way", "1", 1, 0, 5, "assumption",
     "expansions that are on their way at the start, over what the growth of spending asks for"},
    {P::export_control_share, "build", "export_control_share", "1", 0.25, 0, 1, "assumption",
     "share of an expansion that a hard export control keeps out: accelerators that may not be "
     "brought into the country"},
    {P::discount_rate, "policy", "discount_rate", "1/year", 0.10, 0, 1, "assumption",
     "discounting of expected margins"},
    {P::margin_share, "policy", "margin_share", "1", 0.60, 0, 1, "assumption",
     "margin on spending before capital and its depreciation"},
    {P::margin_years, "policy", "margin_years", "years", 10, 1, 50, "assumption",
     "years of margin that a policy looks at"},
    {P::score_spending, "policy", "score_spending", "1", 0.80, -10, 10,
     "fitted to openings of 2014-2018: docs/hindcast.md", "weight of the country's spending, ln"},
    {P::score_rivals, "policy", "score_rivals", "1", 0.68, -10, 10,
     "fitted to openings of 2014-2018: docs/hindcast.md",
     "weight of rivals present in the country, ln(1 + rivals)"},
    {P::score_same_bloc, "policy", "score_same_bloc", "1", 1.15, -10, 10,
     "fitted to openings of 2014-2018: docs/hindcast.md",
     "weight of rivals of the provider's own bloc, ln(1 + rivals)"},
    {P::score_own, "policy", "score_own", "1", 1.33, -10, 10,
     "fitted to openings of 2014-2018: docs/hindcast.md",
     "weight against own regions in the country, ln(1 + regions)"},
    {P::score_present, "policy", "score_present", "1", 0.57, -10, 10,
     "fitted to openings of 2014-2018: docs/hindcast.md",
     "weight against countries where the provider is"},
    {P::score_home, "policy", "score_home", "1", 1.14, -10, 10,
     "fitted to openings of 2014-2018: docs/hindcast.md", "weight of the home country"},
    {P::score_wall, "policy", "score_wall", "1", 1.50, -10, 20,
     "fitted to openings of 2014-2018: docs/hindcast.md",
     "weight against mainland China for others, and half of it against the US for Chinese "
     "providers"},
    {P::score_noise, "policy", "score_noise", "1", 1, 0, 10, "1: the logit as it was fitted",
     "scale of the Gumbel noise on scores"},
    {P::spacing_km, "policy", "spacing", "km", 100, 0, 5000, "assumption",
     "a provider's own regions in a country are at least this far apart"},
    {P::greedy_threshold_ms, "policy", "greedy_threshold", "ms", 30, 1, 500, "assumption",
     "coverage-greedy counts internet users within this round-trip time"},
    {P::overbuild_factor, "policy", "overbuild_factor", "1", 1.0, 0.1, 10, "assumption",
     "capacity ordered in expansions over what growth asks for"},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kTable.size(); ++i) {
        if (static_cast<std::size_t>(kTable[i].id) != i) {
            return false;
        }
    }
    return true;
}
static_assert(in_order());

}  // namespace

std::span<const ParameterInfo> parameter_table() {
    return kTable;
}

const ParameterInfo& info(Parameter parameter) {
    return kTable[static_cast<std::size_t>(parameter)];
}

Parameters::Parameters() {
    for (const auto& row : kTable) {
        values_[static_cast<std::size_t>(row.id)] = {row.standard, std::string(row.source)};
    }
}

void Parameters::set(Parameter p, double value, std::string source) {
    const auto& row = info(p);
    if (!std::isfinite(value) || value < row.low || value > row.high) {
        throw Error(ExitCode::invalid, fmt::format("{}.{} is {} {}; expected {} to {}", row.section,
                                                   row.key, value, row.unit, row.low, row.high));
    }
    values_[static_cast<std::size_t>(p)] = {value, std::move(source)};
}

}  // namespace footprint::sim
