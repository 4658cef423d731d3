#include "sim/expansion/figures.h"

#include <algorithm>
#include <cmath>

namespace footprint::sim {
namespace {

// Regions of each provider in each area of the scenario: area × provider.
std::vector<std::vector<RegionIndex>> regions_by_area(const World& world,
                                                      const geo::Catalog& catalog) {
    const std::size_t n = world.providers();
    std::vector<std::vector<RegionIndex>> inside(world.areas.size() * n);
    for (RegionIndex i = 0; i < catalog.regions().size(); ++i) {
        const auto& row = catalog.region(i);
        const auto country = world.atlas->find_country(row.country).value_or(geo::kNoCountry);
        for (std::size_t a = 0; a < world.areas.size(); ++a) {
            const auto& area = world.areas[a];
            if (area.is_world ||
                std::binary_search(area.countries.begin(), area.countries.end(), country)) {
                inside[a * n + row.provider].push_back(i);
            }
        }
    }
    return inside;
}

}  // namespace

Figures::Figures(const World& world)
    : world_(world),
      usd_m_per_mw_(world.scenario.parameters[Parameter::revenue_per_mw]),
      shares_within_(world.places.size() * world.providers()) {}

void Figures::write(const RunStep& step, const MarketResult& cleared,
                    std::span<const double> spending, const std::array<double, kWorks>& works,
                    RunResult& result) {
    const std::size_t n = world_.providers();
    const auto people = world_.places.weights(world_.atlas->series(), step.date.decimal_year(),
                                              geo::PeopleWeight::people);
    const bool with_areas = step.date.month() == 1 || step.date == world_.scenario.start ||
                            step.next >= world_.scenario.end;
    double china = 0;
    for (std::size_t place = 0; place < spending.size(); ++place) {
        china += world_.places.country[place] == world_.demand->china() ? spending[place] : 0;
    }
    std::vector<Metric> rows(n);
    for (std::size_t i = 0; i < n; ++i) {
        rows[i].date = step.date;
        rows[i].provider = i;
        rows[i].served_usd_m = cleared.served_by_provider[i];
        rows[i].share_percent =
            cleared.demand > 0 ? 100 * rows[i].served_usd_m / cleared.demand : 0;
        rows[i].share_china_percent = china > 0 ? 100 * cleared.served_in_china[i] / china : 0;
        rows[i].money_in_usd_m = step.wallets[i].money_in;
        rows[i].spent_usd_m = step.wallets[i].spent - step.wallets[i].refunded;
        rows[i].cash_usd_m = step.wallets[i].cash();
        rows[i].returned_usd_m = step.wallets[i].returned;
    }
    for (const auto& asset : step.assets) {
        auto& row = rows[asset.provider];
        if (asset.open && !asset.lost) {
            row.regions_in_market += 1;
            row.capacity_mw += asset.mw;
            row.load_mw += cleared.served_by_asset[asset.market] / usd_m_per_mw_;
        }
    }
    for (const auto& order : step.orders) {
        const bool pending = order.state == OrderState::building ||
                             (order.state == OrderState::given_up && *order.ended > step.date);
        rows[order.provider].building += pending ? 1 : 0;
    }
    update_shares_within(step);
    reach_in(world_.areas.front(), people,
             [&](std::size_t i, const auto& within) { rows[i].people_within_percent = within; });
    result.metrics.insert(result.metrics.end(), rows.begin(), rows.end());

    MarketMetric market;
    market.date = step.date;
    market.demand_usd_m = cleared.demand;
    market.others_usd_m = cleared.by_others;
    for (const double served : cleared.served_by_provider) {
        market.served_usd_m += served;
    }
    market.unserved_usd_m = cleared.unserved;
    find_movable(spending, works, market);
    result.market.push_back(market);
    if (with_areas) {
        write_areas(step, people, result);
        write_hubs(step, cleared, result);
    }
}

// Shares of a place's clients change with its best round-trip time alone.
void Figures::update_shares_within(const RunStep& step) {
    const std::size_t n = world_.providers();
    for (std::size_t place = 0; place < world_.places.size(); ++place) {
        for (std::size_t i = 0; i < n; ++i) {
            auto& within = shares_within_[place * n + i];
            const float rtt_ms = step.market->best_rtt_ms(place, i);
            if (rtt_ms == within.rtt_ms) {
                continue;
            }
            within.rtt_ms = rtt_ms;
            for (std::size_t k = 0; k < kMetricThresholds_ms.size(); ++k) {
                within.share[k] = world_.share_within(place, rtt_ms, kMetricThresholds_ms[k]);
            }
        }
    }
}

template <class Take>
void Figures::reach_in(const geo::Atlas::Area& area, std::span<const double> people,
                       Take take) const {
    const std::size_t n = world_.providers();
    std::vector<std::array<double, 4>> within(n, {0, 0, 0, 0});
    double all = 0;
    for (std::size_t place = 0; place < people.size(); ++place) {
        const auto country = world_.places.country[place];
        if (!area.is_world &&
            !std::binary_search(area.countries.begin(), area.countries.end(), country)) {
            continue;
        }
        all += people[place];
        for (std::size_t i = 0; i < n; ++i) {
            const auto& share = shares_within_[place * n + i].share;
            for (std::size_t k = 0; k < kMetricThresholds_ms.size(); ++k) {
                within[i][k] += share[k] * people[place];
            }
        }
    }
    for (std::size_t i = 0; i < n; ++i) {
        for (auto& share : within[i]) {
            share = all > 0 ? 100 * share / all : 0;
        }
        take(i, within[i]);
    }
}

// What of mainland China's work tolerates the way to a western hub: all cold work and training,
// warm and hot work where one is within its limit.
void Figures::find_movable(std::span<const double> spending,
                           const std::array<double, kWorks>& works, MarketMetric& market) const {
    double all = 0;
    bool some_hub = false;
    std::array<double, kWestLimits> within{};
    for (std::size_t place = 0; place < spending.size(); ++place) {
        if (world_.places.country[place] != world_.demand->china()) {
            continue;
        }
        const auto best = static_cast<double>(world_.west_ms[place]);
        all += spending[place];
        some_hub = some_hub || std::isfinite(best);
        for (std::size_t k = 0; k < kWestLimits; ++k) {
            within[k] += best <= world_.west_limits_ms[k] ? spending[place] : 0;
        }
    }
    for (std::size_t k = 0; k < kWestLimits && all > 0; ++k) {
        market.china_west_percent[k] = 100 * within[k] / all;
    }
    market.china_movable_percent = some_hub ? works[0] * market.china_west_percent[0] +
                                                  works[1] * market.china_west_percent[2] +
                                                  100 * (works[2] + works[3])
                                            : 0;
}

// Halls, capacity and load in the hubs of the national computing network and beside them.
void Figures::write_hubs(const RunStep& step, const MarketResult& cleared,
                         RunResult& result) const {
    const auto& hubs = world_.known.facts.hubs;
    if (hubs.empty()) {
        return;
    }
    const std::size_t n = world_.providers();
    std::vector<HubMetric> rows((hubs.size() + 1) * n);
    for (const auto& asset : step.assets) {
        if (!asset.open || asset.lost || asset.country != world_.demand->china()) {
            continue;
        }
        const auto at = world_.position(asset.location);
        std::size_t hub = hubs.size();
        double nearest_m = kHubReach_m;
        for (std::size_t h = 0; h < hubs.size(); ++h) {
            const double distance_m = rough_distance_m(hubs[h].position, at);
            hub = distance_m <= nearest_m ? h : hub;
            nearest_m = std::min(nearest_m, distance_m);
        }
        auto& row = rows[hub * n + asset.provider];
        row.regions_in_market += 1;
        row.capacity_mw += asset.mw;
        row.load_mw += cleared.served_by_asset[asset.market] / usd_m_per_mw_;
    }
    for (std::size_t k = 0; k < rows.size(); ++k) {
        if (rows[k].regions_in_market > 0) {
            rows[k].date = step.date;
            rows[k].hub = k / n;
            rows[k].provider = k % n;
            result.hubs.push_back(rows[k]);
        }
    }
}

void Figures::write_areas(const RunStep& step, std::span<const double> people,
                          RunResult& result) const {
    for (std::size_t a = 0; a < world_.areas.size(); ++a) {
        const auto& area = world_.areas[a];
        std::vector<int> regions(world_.providers(), 0);
        for (const auto& asset : step.assets) {
            const bool inside =
                area.is_world ||
                std::binary_search(area.countries.begin(), area.countries.end(), asset.country);
            regions[asset.provider] += asset.open && !asset.lost && inside ? 1 : 0;
        }
        reach_in(area, people, [&](std::size_t i, const auto& within) {
            result.areas.push_back({step.date, a, i, 0, regions[i], within});
        });
    }
}

void count_regions(const World& world, RunResult& result) {
    const auto catalog = catalog_of(world, result);
    const auto timeline = timeline_of(world, result, catalog);
    for (auto& row : result.metrics) {
        const auto provider = static_cast<ProviderIndex>(row.provider);
        const auto totals = timeline.totals(row.date, provider, world.scope);
        row.regions = totals.regions.mid;
        row.zones = totals.zones.mid;
    }
    const auto inside = regions_by_area(world, catalog);
    for (auto& row : result.areas) {
        const auto& regions = inside[row.area * world.providers() + row.provider];
        row.regions = timeline.totals(row.date, regions, world.scope).regions.mid;
    }
}

}  // namespace footprint::sim
