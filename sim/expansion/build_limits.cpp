#include "sim/expansion/build_limits.h"

#include <algorithm>

namespace footprint::sim {

// What makers of equipment deliver to all, MW; what nobody takes keeps for a year.
void BuildLimits::deliver(double open_mw, Date date, Date next) {
    const double yearly = world_.scenario.parameters[Parameter::equipment_limit] * open_mw;
    equipment_mw_ = std::min(yearly, equipment_mw_ + yearly * (next - date) / 365.2425);
}

// What equipment and caps on chips and power leave to be added now, MW.
double BuildLimits::room_mw(const Build& build) {
    double room = equipment_mw_;
    for (std::size_t s = 0; s < world_.scenario.shocks.size(); ++s) {
        if (const auto window = window_of(s, build)) {
            room = std::min(room, world_.scenario.shocks[s].value - use_in(s, *window).mw);
        }
    }
    return room;
}

// A region may be begun while there is room; what it takes beyond is taken from later windows.
void BuildLimits::use(const Build& build, double mw) {
    equipment_mw_ -= mw;
    for (std::size_t s = 0; s < world_.scenario.shocks.size(); ++s) {
        if (const auto window = window_of(s, build)) {
            use_in(s, *window).mw += mw;
        }
    }
}

// The quarter or year for which a cap counts what this provider adds there, if it does.
std::optional<int> BuildLimits::window_of(std::size_t index, const Build& build) const {
    const auto& provider =
        world_.known.catalog.provider(static_cast<ProviderIndex>(build.provider));
    const auto& shock = world_.scenario.shocks[index];
    if (build.date < shock.from || build.date >= shock.to) {
        return std::nullopt;
    }
    if (shock.kind == ShockKind::chip_cap &&
        (rule_bloc(provider.bloc) == shock.target || provider.id == shock.target)) {
        return build.date.year() * 4 + (build.date.month() - 1) / 3;
    }
    if (shock.kind == ShockKind::power_cap && world_.cap_centre[index]) {
        const bool near =
            rough_distance_m(*world_.cap_centre[index], build.position) <= kHubReach_m;
        return near ? std::optional(build.date.year()) : std::nullopt;
    }
    if (shock.kind == ShockKind::power_cap) {
        const auto area = world_.atlas->find_area(shock.target);
        const bool inside =
            area->is_world ||
            std::binary_search(area->countries.begin(), area->countries.end(), build.country);
        return inside ? std::optional(build.date.year()) : std::nullopt;
    }
    return std::nullopt;
}

BuildLimits::Use& BuildLimits::use_in(std::size_t shock, int window) {
    auto [it, is_new] = uses_.try_emplace(shock, Use{window, 0});
    auto& use = it->second;
    const double passed = static_cast<double>(window - use.window);
    use.mw = std::max(0.0, use.mw - passed * world_.scenario.shocks[shock].value);
    use.window = window;
    return use;
}

}  // namespace footprint::sim
