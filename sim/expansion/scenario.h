// A scenario: who builds by which policy with which money, under which rules and shocks, from when
// to when. Read from TOML; everything that it leaves out has a default with a source.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "sim/expansion/facts.h"
#include "sim/expansion/parameters.h"

namespace footprint::sim {

enum class PolicyKind : std::uint8_t {
    announced_only,
    coverage_greedy,
    profit,
    follow_the_rival,
    sovereign_first,
    east_west,
    plan_file,
};
std::string_view to_string(PolicyKind kind);
std::vector<std::string> policy_names();

struct BudgetSpan {
    Date from;
    Date to;           // excluded
    double usd_m = 0;  // over the whole span, evenly
    std::string source;
};

struct ScenarioProvider {
    std::string id;  // as in the catalog
    PolicyKind policy = PolicyKind::announced_only;
    std::vector<BudgetSpan> budget;  // empty: from budgets.csv, or the trend of own openings
    std::optional<std::filesystem::path> plan;
    std::string where;       // "line:column" of the id in the file
    std::string where_plan;  // of the plan, if there is one
};

enum class ShockKind : std::uint8_t {
    demand,       // spending in an area times factor
    price,        // a provider's price times factor
    region_lost,  // a region serves nobody
    chip_cap,     // megawatts a quarter that a provider, or those of a bloc, may add
    power_cap,  // megawatts a year that may be added in an area, or within 100 km of a hub or metro
    cable_cut,  // a cable or chokepoint carries nothing
};
std::string_view to_string(ShockKind kind);
std::vector<std::string> shock_names();
// Unit of its value, and the most that it may be; empty and nought for what has none.
std::string_view unit_of(ShockKind kind);
double most_of(ShockKind kind);

inline constexpr double kMostBudget_usd_m = 1e9;

struct Shock {
    ShockKind kind = ShockKind::demand;
    Date from;
    Date to;  // excluded
    // An area, provider, region or bloc; "cable:NAME", "chokepoint:NAME", "hub:NAME", "metro:NAME".
    std::string target;
    double value = 1;
    std::string source;
    std::string where;  // "line:column" of the target
};

struct Scenario {
    std::string file;  // as it was named; what faults begin with
    std::string name;
    std::string title;
    std::string description;
    Date start;
    std::string where_start = "1:1";  // "line:column"
    Date end;                         // excluded
    int step_months = 1;
    std::uint64_t seed = 1;
    bool debt_allowed = false;
    std::size_t most_sites = 1500;
    std::size_t most_places = 5000;
    bool use_dated_rules = true;
    bool by_distance = false;  // latency = "distance": no cables
    bool new_cables = false;   // those that open or close after the start count
    Parameters parameters;
    std::vector<ScenarioProvider> providers;  // in the order of the file
    std::vector<Rule> rules;                  // besides those of policy_rules.csv
    std::vector<Shock> shocks;
    std::vector<std::string> areas;  // reported besides the world
    std::vector<std::string> where_areas;

    const ScenarioProvider* find(std::string_view id) const;
};

// Throws Error (invalid) with file, line and column, what was expected, and for an unknown key the
// nearest one that is known. Names of providers, areas and regions are checked when the simulation
// is built.
Scenario read_scenario(const std::filesystem::path& file);
Scenario parse_scenario(const std::string& name, const std::string& text,
                        const std::filesystem::path& folder = {});

// The scenario with every value written out, as TOML that reads back to the same scenario.
std::string resolved(const Scenario& scenario);

// The JSON Schema of scenario files, from the same table that reads them.
std::string scenario_schema();

}  // namespace footprint::sim
