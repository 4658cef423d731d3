// Every number that the simulator takes, in one table: name, unit, bounds, default, and where the
// default comes from. The table makes the reader of scenarios, the resolved scenario and the JSON
// Schema; nothing else in the room holds a number of its own.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace footprint::sim {

enum class Parameter : std::size_t {
    gdp_elasticity,
    world_spend_usd_bn,
    china_spend_usd_bn,
    spend_year,
    world_growth_now,
    world_growth_later,
    china_growth_now,
    china_growth_later,
    growth_years,
    hot_share,
    warm_share,
    training_share,
    hot_limit_ms,
    warm_limit_ms,
    training_growth,
    rtt_weight_hot,
    rtt_weight_warm,
    rtt_weight_cold,
    presence_utility,
    bloc_utility,
    residency_share_hard,
    residency_share_soft,
    price_elasticity,
    unlisted_share,
    revenue_per_mw,
    start_utilisation,
    cost_per_mw_world,
    cost_per_mw_it,
    region_zones,
    zone_mw,
    leased_cost_factor,
    leased_size_factor,
    joint_cost_factor,
    joint_size_factor,
    cloud_share_of_capex,
    capex_growth,
    capital_per_revenue,
    most_capital_per_revenue,
    carry_over_years,
    new_region_share,
    region_growth,
    trend_years,
    expand_above,
    expansion_months,
    power_wait,
    equipment_limit,
    on_its_way,
    export_control_share,
    discount_rate,
    margin_share,
    margin_years,
    score_spending,
    score_rivals,
    score_same_bloc,
    score_own,
    score_present,
    score_home,
    score_wall,
    score_noise,
    spacing_km,
    greedy_threshold_ms,
    overbuild_factor,
    count_,
};
inline constexpr std::size_t kParameters = static_cast<std::size_t>(Parameter::count_);

struct ParameterInfo {
    Parameter id;
    std::string_view section;  // table of the scenario file
    std::string_view key;
    std::string_view unit;
    double standard;
    double low;   // least allowed value
    double high;  // greatest allowed value
    std::string_view source;
    std::string_view meaning;
};

std::span<const ParameterInfo> parameter_table();
const ParameterInfo& info(Parameter parameter);

// A value and who says so.
struct Sourced {
    double value = 0;
    std::string source;
};

class Parameters {
  public:
    Parameters();  // the defaults of the table
    double operator[](Parameter p) const { return values_[static_cast<std::size_t>(p)].value; }
    const Sourced& sourced(Parameter p) const { return values_[static_cast<std::size_t>(p)]; }
    // Throws Error (invalid) outside of the parameter's bounds.
    void set(Parameter p, double value, std::string source);

  private:
    std::array<Sourced, kParameters> values_;
};

}  // namespace footprint::sim
