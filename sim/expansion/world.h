// What all runs of a scenario share: places, sites, round-trip times between them, what was known
// at the start, fitted lead times, budgets, rules, and the calibrated market of the start.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/expansion/budgets.h"
#include "sim/expansion/demand.h"
#include "sim/expansion/known.h"
#include "sim/expansion/lead_times.h"
#include "sim/expansion/market.h"
#include "sim/expansion/places.h"
#include "sim/expansion/plan_file.h"
#include "sim/expansion/rtt_rows.h"
#include "sim/expansion/rules.h"
#include "sim/expansion/scenario.h"
#include "sim/latency/latency_model.h"

namespace footprint::sim {

// Round-trip times to a western hub of mainland China that are reported: the limit of hot work,
// twice the one-way target of the hubs, the limit of warm work.
inline constexpr std::size_t kWestLimits = 3;
inline constexpr double kHubReach_m = 100'000;  // what is that near a hub's middle belongs to it

// How promised dates are kept: the share that open by the month after the promised time, and the
// mean lateness of the others.
struct Punctuality {
    double on_time = 0.75;
    double late_months = 8;
    std::size_t count = 0;
};
Punctuality punctuality(std::span<const Announcement> announcements);

// A region at the start.
struct StartAsset {
    RegionIndex region = 0;
    std::size_t provider = 0;
    geo::CountryIndex country = geo::kNoCountry;
    std::size_t location = 0;
    bool open = false;
    bool serves_china_alone = false;
    std::size_t promise = 0;  // index into known.promises where not open
    int zones = 1;
    double mw = 0;
};

struct WorldInput {
    const Timeline* timeline = nullptr;  // history and announcements, whole
    const Facts* facts = nullptr;        // whole
    const geo::Atlas* atlas = nullptr;
    const geo::DemandPoints* points = nullptr;
    const geo::Cities* cities = nullptr;
    const LatencyModel* model = nullptr;
    // The same model without some cables or chokepoints ("cable:NAME"); throws Error for names that
    // nobody knows. Needed where a scenario cuts cables.
    std::function<std::shared_ptr<const LatencyModel>(const std::vector<std::string>&)> without;
    // Days on which cables open or close, ascending; empty: ways stay as they are. Where a scenario
    // that wants them begins before `network_known_from`, they open as they did, and a note says
    // that this was not all known then.
    std::vector<Date> network_changes;
    Date network_known_from;
    std::filesystem::path datasets;
};

// From a day on the ways are others: a cable opens or closes, is cut, or mended.
struct WayChange {
    Date from;
    std::size_t ways = 0;  // what World::rtt_ms takes; 0: as at the start
};

class World {
  public:
    // Throws Error: invalid for names that nobody knows, infeasible for rules that leave a plan or
    // a provider no way.
    World(Scenario scenario, const WorldInput& input);
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    // By place. The first call for a location makes the row: any number of threads may ask.
    std::span<const float> rtt_ms(std::size_t location, std::size_t ways = 0) const {
        return rows_[ways].row(location);
    }
    // Of the people at a place with this round-trip time, the share within a limit.
    double share_within(std::size_t place, float rtt_ms, double limit_ms) const {
        return rows_.front().share_within(place, rtt_ms, limit_ms);
    }
    geo::LonLat position(std::size_t location) const { return locations_[location]; }
    std::size_t providers() const { return known.catalog.providers().size(); }
    // Capital for the first phase of a region, USD M.
    double first_phase_usd_m(geo::CountryIndex country, BuildKind kind, int zones) const;
    double usd_m_per_mw(geo::CountryIndex country, BuildKind kind) const;
    double first_phase_mw(BuildKind kind, int zones) const;

    Scenario scenario;
    Known known;
    geo::DemandPoints places;
    std::vector<Site> sites;  // location i is site i; further ones are where only regions stand
    std::unique_ptr<DemandModel> demand;
    LeadTimeModel leads;
    std::vector<LeadTime> lead_rows;
    Punctuality promises_kept;
    std::vector<Budget> budgets;                            // by provider
    std::vector<std::array<double, kBuildKinds>> kind_mix;  // by provider, sums to one
    std::vector<double> openings_per_year;                  // by provider, trend before the start
    std::vector<const ScenarioProvider*> plans;             // by provider; null: announced-only
    std::vector<std::vector<PlanOrder>> plan_orders;        // by provider
    RuleBook rules;
    std::vector<std::string> bloc_of_country;  // home bloc; empty: none
    std::vector<StartAsset> assets;
    // By shock: the middle of a power cap's hub or metro; nothing where it holds in an area.
    std::vector<std::optional<geo::LonLat>> cap_centre;
    std::unique_ptr<Market> market;  // of the start, calibrated
    std::vector<ShareResidual> residuals;
    std::vector<geo::CountryIndex> regions_country;  // by region of the known catalog
    // By site, within the threshold of coverage-greedy; empty when no provider has that policy.
    std::vector<std::vector<std::uint32_t>> near_places;
    std::vector<float> west_ms;  // by place: to the nearest western hub of supply
    std::array<double, kWestLimits> west_limits_ms{};
    std::vector<WayChange> way_changes;              // ascending
    std::vector<std::vector<std::size_t>> sites_of;  // by country
    std::vector<geo::Atlas::Area> areas;             // reported
    std::vector<std::string> notes;
    const geo::Atlas* atlas = nullptr;
    RegionScope scope;

  private:
    void resolve_providers();
    void check_rules() const;
    void find_sites(const WorldInput& input);
    void measure(const WorldInput& input);
    void change_ways(const WorldInput& input);
    void find_caps();
    void fit();
    void find_trend();
    void build_market();
    void check_feasible();

    std::vector<geo::LonLat> locations_;
    std::vector<RttRows> rows_;  // by ways, then location
    std::vector<std::shared_ptr<const LatencyModel>> way_models_;
    std::vector<double> cost_by_country_;
};

}  // namespace footprint::sim
