#include "sim/expansion/manifest.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sim/expansion/demand_check.h"

namespace footprint::sim {
namespace {

using nlohmann::ordered_json;

// To a whole number of units of a power of ten; divided by its inverse, 14.6 is written as 14.6.
double rounded(double value, double unit) {
    const double per_one = std::round(1 / unit);
    return std::round(value * per_one) / per_one;
}

ordered_json lead_object(const World& world) {
    ordered_json leads;
    leads["model"] = "Weibull accelerated failure time, censored; docs/scenarios/lead-times.md";
    leads["opened"] = world.leads.opened;
    leads["waiting"] = world.leads.waiting;
    leads["sigma"] = rounded(world.leads.sigma, 1e-4);
    leads["early_factor"] = rounded(std::exp(world.leads.early), 1e-3);
    leads["given_up_share"] = rounded(world.leads.give_up_share, 1e-4);
    for (std::size_t k = 0; k < kBuildKinds; ++k) {
        const auto kind = static_cast<BuildKind>(k);
        ordered_json row;
        std::vector<LeadTime> rows;
        for (const auto& time : world.lead_rows) {
            if (time.kind == kind) {
                rows.push_back(time);
            }
        }
        const auto median = kaplan_meier_median(rows);
        row["announcements"] = rows.size();
        row["kaplan_meier_median_months"] =
            median ? ordered_json(rounded(*median, 0.1)) : ordered_json(nullptr);
        row["weibull_median_months"] = rounded(world.leads.median_months(kind, false), 0.1);
        row["weibull_median_months_without_date"] =
            rounded(world.leads.median_months(kind, true), 0.1);
        row["without_date_percent"] = rounded(100 * world.leads.undated_share[k], 0.1);
        leads["kinds"][std::string(to_string(kind))] = row;
    }
    leads["promises_kept_percent"] = rounded(100 * world.promises_kept.on_time, 0.1);
    leads["mean_lateness_months"] = rounded(world.promises_kept.late_months, 0.1);
    return leads;
}

ordered_json residual_list(const World& world) {
    auto list = ordered_json::array();
    for (const auto& row : world.residuals) {
        list.push_back({{"provider",
                         world.known.catalog.provider(static_cast<ProviderIndex>(row.provider)).id},
                        {"scope", row.in_china ? "mainland China" : "world"},
                        {"published_percent", rounded(100 * row.published, 0.01)},
                        {"modelled_percent", rounded(100 * row.modelled, 0.01)}});
    }
    return list;
}

}  // namespace

std::string manifest_json(const World& world, const ManifestInput& input) {
    const auto& scenario = world.scenario;
    ordered_json object;
    object["schema"] = "footprint-run-1";
    object["tool"] = "footprint";
    object["version"] = input.tool_version;
    object["command"] = input.command;
    object["name"] = scenario.name;
    object["title"] = scenario.title;
    object["start"] = scenario.start.iso();
    object["end"] = scenario.end.iso();
    object["seed"] = input.seed;
    object["runs"] = input.runs;
    object["places"] = world.places.size();
    object["sites"] = world.sites.size();
    object["lead_times"] = lead_object(world);
    const auto check = check_demand(world);
    object["demand_check"] = {{"metros", check.metros},
                              {"with_an_edge_of_a_content_network", check.edges},
                              {"found_by_spending_percent", rounded(100 * check.by_spending, 0.1)},
                              {"found_by_people_percent", rounded(100 * check.by_people, 0.1)}};
    object["market_fit"] = residual_list(world);
    if (const auto apart = check_market(world); apart.known) {
        object["market_check"] = {
            {"what", "AWS, Microsoft and Google together in Europe (Synergy)"},
            {"until", apart.period},
            {"published_percent", rounded(100 * apart.published, 0.1)},
            {"modelled_percent", rounded(100 * apart.modelled, 0.1)}};
    }
    auto budgets = ordered_json::array();
    for (std::size_t i = 0; i < world.providers(); ++i) {
        const auto& plan = world.plans[i];
        budgets.push_back(
            {{"provider", world.known.catalog.provider(static_cast<ProviderIndex>(i)).id},
             {"policy", to_string(plan == nullptr ? PolicyKind::announced_only : plan->policy)},
             {"usd_m_per_year", rounded(world.budgets[i].rate(scenario.start), 0.1)},
             {"beyond_this_market_usd_m_per_year", rounded(world.budgets[i].beyond_usd_m, 0.1)},
             {"new_regions_usd_m_per_year", rounded(world.budgets[i].new_regions_usd_m, 0.1)},
             {"basis", world.budgets[i].basis}});
    }
    object["budgets"] = budgets;
    object["inputs"] = input.inputs;
    object["outputs"] = input.outputs;
    object["warnings"] = input.warnings;
    object["attribution"] = input.attribution;
    object["scenario"] = resolved(scenario);
    return object.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string setup_text(const World& world) {
    std::string text = fmt::format(
        "{}: {} to {}, {} places, {} candidate metros, {} regions known at the start, {} "
        "announced\n",
        world.scenario.name, world.scenario.start.iso(), world.scenario.end.iso(),
        world.places.size(), world.sites.size(), world.known.catalog.regions().size(),
        world.known.promises.size());
    const auto check = check_demand(world);
    text += fmt::format(
        "demand: of {} metros, {} with an edge of a content network; such a one has more modelled "
        "spending about it than another in {:.0f} % of pairs, more people in {:.0f} %\n",
        check.metros, check.edges, 100 * check.by_spending, 100 * check.by_people);
    text += fmt::format("lead times ({} opened, {} waiting): median months", world.leads.opened,
                        world.leads.waiting);
    for (std::size_t k = 0; k < kBuildKinds; ++k) {
        const auto kind = static_cast<BuildKind>(k);
        text += fmt::format("  {} {:.0f} ({:.0f} without a date)", to_string(kind),
                            world.leads.median_months(kind, false),
                            world.leads.median_months(kind, true));
    }
    text += "\nmarket at the start, published and modelled shares in percent:\n";
    for (const auto& row : world.residuals) {
        text +=
            fmt::format("  {:<14} {:<14} {:>6.2f} {:>6.2f}  {:+.2f}\n",
                        world.known.catalog.provider(static_cast<ProviderIndex>(row.provider)).id,
                        row.in_china ? "mainland China" : "world", 100 * row.published,
                        100 * row.modelled, 100 * (row.modelled - row.published));
    }
    if (const auto apart = check_market(world); apart.known) {
        text += fmt::format(
            "not fitted: AWS, Microsoft and Google together in Europe, published {:.0f} (until "
            "{}), "
            "modelled {:.1f}\n",
            100 * apart.published, apart.period, 100 * apart.modelled);
    }
    return text;
}

}  // namespace footprint::sim
