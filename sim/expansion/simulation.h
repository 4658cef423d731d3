// One run of a scenario, step by step, with its books checked at every step.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/expansion/world.h"

namespace footprint::sim {

enum class OrderState : std::uint8_t { building, open, given_up };
std::string_view to_string(OrderState state);  // "building", …

inline constexpr std::size_t kNoSite = static_cast<std::size_t>(-1);

// A region that was announced before the start or ordered in the run.
struct Order {
    RegionIndex region = 0;  // in the run's catalog
    std::size_t provider = 0;
    geo::CountryIndex country = geo::kNoCountry;
    BuildKind kind = BuildKind::campus;
    std::size_t site = kNoSite;  // of World::sites; none for what was announced before the start
    bool from_before = false;    // announced before the start: paid for already
    Date ordered;
    Date earliest;              // by the lead time drawn
    std::optional<Date> ended;  // when it opened or was given up
    OrderState state = OrderState::building;
    int zones = 0;
    double mw = 0;
    double usd_m = 0;
    std::string reason;
};

inline constexpr std::array<double, 4> kMetricThresholds_ms{20, 30, 50, 100};

// One provider at the end of one step. Money in USD M (a year where it is spending by customers).
struct Metric {
    Date date;
    std::size_t provider = 0;
    int regions = 0;  // open ones, as the provider publishes them: what the timeline's totals count
    int zones = 0;    // likewise
    // Those with capacity and load: open to everyone or to mainland China, whether the provider
    // counts them or not (joint ventures), and not lost. Governments' are none.
    int regions_in_market = 0;
    int building = 0;
    double capacity_mw = 0;
    double load_mw = 0;
    double served_usd_m = 0;
    double share_percent = 0;        // of the world's spending
    double share_china_percent = 0;  // of mainland China's
    double money_in_usd_m = 0;       // since the start
    double spent_usd_m = 0;          // since the start, less what came back
    double cash_usd_m = 0;
    double returned_usd_m = 0;  // went back to the company, since the start
    std::array<double, 4> people_within_percent{};
};

struct MarketMetric {
    Date date;
    double demand_usd_m = 0;
    double served_usd_m = 0;  // by the simulated providers
    double others_usd_m = 0;
    std::array<double, kWorks> unserved_usd_m{};
    // Of mainland China's work, what tolerates the way to a western hub; and of its spending, what
    // has one within each limit of World::west_limits_ms.
    double china_movable_percent = 0;
    std::array<double, kWestLimits> china_west_percent{};
};

// A provider in a hub of the national computing network, or in the rest of mainland China.
struct HubMetric {
    Date date;
    std::size_t hub = 0;  // of World::known.facts.hubs; their number: in no hub
    std::size_t provider = 0;
    int regions_in_market = 0;
    double capacity_mw = 0;
    double load_mw = 0;
};

struct AreaMetric {
    Date date;
    std::size_t area = 0;  // of World::areas
    std::size_t provider = 0;
    int regions = 0;  // both as in Metric
    int regions_in_market = 0;
    std::array<double, 4> people_within_percent{};
};

struct RunResult {
    std::vector<geo::Region> new_regions;  // appended to the known catalog, in order
    std::vector<Event> events;             // simulated ones
    std::vector<Order> orders;
    std::vector<Metric> metrics;
    std::vector<MarketMetric> market;
    std::vector<AreaMetric> areas;  // at the start of each year, and at the end
    std::vector<HubMetric> hubs;    // likewise
    std::vector<std::string> warnings;
};

// Throws Error (failed) that names the invariant and the numbers if the books do not balance.
RunResult simulate(const World& world, std::uint64_t seed, std::uint32_t run);

// The catalog of a run: what was known, and what it built.
geo::Catalog catalog_of(const World& world, const RunResult& run);
// Its timeline; the catalog must outlive it.
Timeline timeline_of(const World& world, const RunResult& run, const geo::Catalog& catalog);

}  // namespace footprint::sim
