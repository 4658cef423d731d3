#include "sim/expansion/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/error.h"
#include "base/parallel.h"
#include "base/text.h"

namespace footprint::sim {
namespace {

using P = Parameter;

constexpr std::string_view kHubPrefix = "hub:";
constexpr std::string_view kMetroPrefix = "metro:";

// Is it a hub or metro by name, rather than an area?
bool names_a_place(const std::string& target) {
    return target.starts_with(kHubPrefix) || target.starts_with(kMetroPrefix);
}

// Home bloc of each country, from the providers at home there and the union.
std::vector<std::string> blocs_of_countries(const geo::Atlas& atlas, const geo::Catalog& catalog) {
    std::vector<std::string> blocs(atlas.countries().size());
    if (const auto eu = atlas.find_area("eu")) {
        for (const auto country : eu->countries) {
            blocs[country] = "eu";
        }
    }
    for (const auto& provider : catalog.providers()) {
        if (const auto country = atlas.find_country(provider.home_country)) {
            blocs[*country] = provider.bloc;
        }
    }
    return blocs;
}

// "build limit in KE since 2027-01-01 (a moratorium; scenario.toml:12:11)"
std::string rule_text(const Scenario& scenario, const Rule& rule) {
    return fmt::format("{} in {} since {} ({}{})", to_string(rule.kind), rule.country,
                       rule.from.iso(), rule.source,
                       rule.where.empty() ? "; policy_rules.csv"
                                          : fmt::format("; {}:{}", scenario.file, rule.where));
}

double months(Date from, Date to) {
    return (to - from) / 30.436875;
}

}  // namespace

Punctuality punctuality(std::span<const Announcement> announcements) {
    Punctuality result;
    double on_time = 0;
    double late = 0;
    double late_months = 0;
    for (const auto& row : announcements) {
        if (!row.in_advance || !row.promised || !row.opened) {
            continue;
        }
        result.count += 1;
        const double by = months(row.promised->last_day(), row.opened->middle());
        if (by <= 1) {
            on_time += 1;
        } else {
            late += 1;
            late_months += by;
        }
    }
    if (result.count >= 5) {
        result.on_time = on_time / static_cast<double>(result.count);
        result.late_months = late > 0 ? late_months / late : 1;
    }
    return result;
}

World::World(Scenario given, const WorldInput& input)
    : scenario(std::move(given)), atlas(input.atlas) {
    known = known_at(*input.timeline, *input.facts, scenario.start);
    known.facts.require_known_by(scenario.start);
    scope = RegionScope::published(known.catalog);
    resolve_providers();
    places = gather_places(*input.points, scenario.most_places);
    demand = std::make_unique<DemandModel>(scenario, places, *atlas, input.datasets);
    find_sites(input);
    measure(input);
    change_ways(input);
    find_caps();
    fit();
    if (scenario.use_dated_rules) {
        rules.rules = known.facts.rules;
    }
    rules.rules.insert(rules.rules.end(), scenario.rules.begin(), scenario.rules.end());
    rules.find_countries(*atlas, scenario.file);
    find_trend();
    budgets = find_budgets(*this);
    build_market();
    const PlanPlaces plan_places{atlas, &sites, &sites_of};
    for (std::size_t i = 0; i < providers(); ++i) {
        const bool has_plan = plans[i] != nullptr && plans[i]->plan;
        plan_orders.push_back(has_plan ? read_plan(scenario, *plans[i], i, plan_places)
                                       : std::vector<PlanOrder>{});
    }
    check_feasible();
}

void World::resolve_providers() {
    plans.assign(providers(), nullptr);
    for (const auto& provider : scenario.providers) {
        const auto index = known.catalog.find_provider(provider.id);
        if (!index) {
            std::vector<std::string> names;
            for (const auto& row : known.catalog.providers()) {
                names.push_back(row.id);
            }
            throw Error(ExitCode::invalid,
                        fmt::format("{}:{}: there is no provider '{}'.{}", scenario.file,
                                    provider.where, provider.id, did_you_mean(provider.id, names)));
        }
        plans[*index] = &provider;
    }
    areas.push_back(*atlas->find_area("world"));
    for (std::size_t i = 0; i < scenario.areas.size(); ++i) {
        const auto& name = scenario.areas[i];
        const auto area = atlas->find_area(name);
        if (!area) {
            throw Error(
                ExitCode::invalid,
                fmt::format("{}:{}: there is no area '{}'.{}", scenario.file,
                            i < scenario.where_areas.size() ? scenario.where_areas[i] : "areas",
                            name, did_you_mean(name, atlas->area_names())));
        }
        areas.push_back(*area);
    }
    for (const auto& shock : scenario.shocks) {
        const bool price = shock.kind == ShockKind::price;
        const bool lost = shock.kind == ShockKind::region_lost;
        const bool bad =
            (price && !known.catalog.find_provider(shock.target)) ||
            (lost && !known.catalog.find_region(shock.target)) ||
            (shock.kind == ShockKind::power_cap && !atlas->find_area(shock.target) &&
             !names_a_place(shock.target)) ||
            (shock.kind == ShockKind::chip_cap &&
             std::none_of(known.catalog.providers().begin(), known.catalog.providers().end(),
                          [&](const auto& p) {
                              return rule_bloc(p.bloc) == shock.target || p.id == shock.target;
                          }));
        if (bad) {
            throw Error(ExitCode::invalid,
                        fmt::format("{}:{}: a shock of kind {} hits '{}'; expected {}",
                                    scenario.file, shock.where, to_string(shock.kind), shock.target,
                                    price  ? "a provider"
                                    : lost ? "a region such as aws:us-east-1, open at the start"
                                    : shock.kind == ShockKind::power_cap
                                        ? "an area such as a country, hub:NAME of hubs.csv, or "
                                          "metro:NAME"
                                        : "a provider, or a bloc of them: us, cn or eu"));
        }
    }
    check_rules();
}

// Whom rules affect: everybody, a bloc, or a provider.
void World::check_rules() const {
    std::vector<std::string> names{"all", "foreign", "non-eu"};
    for (const auto& provider : known.catalog.providers()) {
        names.push_back(provider.id);
        names.push_back(rule_bloc(provider.bloc));
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (const auto& rule : scenario.rules) {
        if (std::find(names.begin(), names.end(), rule.affects) == names.end()) {
            throw Error(ExitCode::invalid,
                        fmt::format("{}:{}: a rule affects '{}'; expected {}.{}", scenario.file,
                                    rule.where_affects, rule.affects, join(names, ", "),
                                    did_you_mean(rule.affects, names)));
        }
    }
}

void World::find_sites(const WorldInput& input) {
    sites = candidate_sites(known.facts, *input.cities, *atlas, scenario.most_sites);
    sites_of.assign(atlas->countries().size(), {});
    // Providers share metros, and with them round-trip times.
    std::map<std::pair<double, double>, std::size_t> location_at;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        const auto at = sites[i].position;
        location_at.try_emplace({at.lon, at.lat}, i);
        locations_.push_back(at);
        sites_of[sites[i].country_index].push_back(i);
    }
    std::map<RegionIndex, std::size_t> promise_of;
    for (std::size_t i = 0; i < known.promises.size(); ++i) {
        promise_of[known.promises[i].region] = i;
    }
    const auto everyone = geo::open_to_everyone();
    const auto rows = known.catalog.regions();
    for (RegionIndex region = 0; region < rows.size(); ++region) {
        const auto& row = rows[region];
        const auto country = atlas->find_country(row.country).value_or(geo::kNoCountry);
        regions_country.push_back(country);
        const bool china_alone = row.region_class == geo::RegionClass::china;
        if (row.status == geo::RegionStatus::closed ||
            !(everyone.has(row.region_class) || china_alone)) {
            continue;
        }
        StartAsset asset;
        asset.region = region;
        asset.provider = row.provider;
        asset.country = country;
        const auto [at, is_new] =
            location_at.try_emplace({row.position.lon, row.position.lat}, locations_.size());
        if (is_new) {
            locations_.push_back(row.position);
        }
        asset.location = at->second;
        asset.open = row.status == geo::RegionStatus::open;
        asset.serves_china_alone = china_alone;
        asset.promise = asset.open ? 0 : promise_of.at(region);
        asset.zones = std::max(1, row.zones.value_or(1));
        assets.push_back(asset);
    }
}

void World::measure(const WorldInput& input) {
    rows_.emplace_back(*input.model, places, locations_, scenario.start);
    parallel_blocks(assets.size(), 8, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            rtt_ms(assets[i].location);
        }
    });
    const bool counts_people =
        std::any_of(plans.begin(), plans.end(), [](const ScenarioProvider* plan) {
            return plan != nullptr && plan->policy == PolicyKind::coverage_greedy;
        });
    if (counts_people) {
        near_places.resize(sites.size());
        const double limit = scenario.parameters[P::greedy_threshold_ms];
        parallel_blocks(sites.size(), 64, [&](std::size_t begin, std::size_t end) {
            for (std::size_t site = begin; site < end; ++site) {
                near_places[site] = rows_.front().within(site, limit);
            }
        });
    }
    west_limits_ms = {scenario.parameters[P::hot_limit_ms], 0,
                      scenario.parameters[P::warm_limit_ms]};
    for (const auto& hub : known.facts.hubs) {
        west_limits_ms[1] = std::max(west_limits_ms[1], 2 * hub.one_way_ms);
    }
    west_ms.assign(places.size(), std::numeric_limits<float>::infinity());
    for (std::size_t site = 0; site < sites.size(); ++site) {
        if (!sites[site].supplies) {
            continue;
        }
        const auto row = rtt_ms(site);
        for (std::size_t place = 0; place < places.size(); ++place) {
            west_ms[place] = std::min(west_ms[place], row[place]);
        }
    }
}

// Ways for each set of cuts and each network that holds at some time.
void World::change_ways(const WorldInput& input) {
    std::vector<const Shock*> cuts;
    std::vector<Date> dates;
    for (const auto& shock : scenario.shocks) {
        if (shock.kind != ShockKind::cable_cut) {
            continue;
        }
        const auto fail = [&](const std::string& message) {
            throw Error(ExitCode::invalid,
                        fmt::format("{}:{}: {}", scenario.file, shock.where, message));
        };
        if (!input.without) {
            fail("a cable cut needs round-trip times along cables; --latency distance has none");
        }
        try {
            input.without({shock.target});
        } catch (const Error& error) {
            fail(error.what());
        }
        cuts.push_back(&shock);
        dates.push_back(shock.from);
        dates.push_back(shock.to);
    }
    std::vector<Date> networks{scenario.start};
    if (scenario.new_cables && input.without) {
        if (scenario.start < input.network_known_from) {
            notes.push_back(fmt::format(
                "new_cables: cables open and close as they did after {}, which was not all known "
                "then",
                scenario.start.iso()));
        }
        for (const auto date : input.network_changes) {
            if (date > scenario.start && date < scenario.end) {
                networks.push_back(date);
                dates.push_back(date);
            }
        }
    }
    std::sort(dates.begin(), dates.end());
    dates.erase(std::unique(dates.begin(), dates.end()), dates.end());
    std::map<std::pair<std::vector<std::string>, Date>, std::size_t> ways_of{
        {{{}, scenario.start}, 0}};
    for (const auto date : dates) {
        std::vector<std::string> gone;
        for (const auto* cut : cuts) {
            if (cut->from <= date && date < cut->to) {
                gone.push_back(cut->target);
            }
        }
        const Date network = *std::prev(std::upper_bound(networks.begin(), networks.end(), date));
        const auto [ways, is_new] = ways_of.try_emplace({gone, network}, rows_.size());
        if (is_new) {
            // A model of its own: each keeps the network of one date.
            way_models_.push_back(input.without(gone));
            rows_.emplace_back(*way_models_.back(), places, locations_, network);
        }
        way_changes.push_back({date, ways->second});
    }
}

// Where caps on power in a hub or metro hold.
void World::find_caps() {
    cap_centre.assign(scenario.shocks.size(), std::nullopt);
    for (std::size_t s = 0; s < scenario.shocks.size(); ++s) {
        const auto& shock = scenario.shocks[s];
        if (shock.kind != ShockKind::power_cap || !names_a_place(shock.target)) {
            continue;
        }
        const bool hubs = shock.target.starts_with(kHubPrefix);
        const std::string name = shock.target.substr((hubs ? kHubPrefix : kMetroPrefix).size());
        std::vector<std::string> names;
        for (const auto& site : sites) {
            if (hubs && !site.is_hub) {
                continue;
            }
            names.push_back(site.name);
            if (!cap_centre[s] && folded(site.name) == folded(name)) {
                cap_centre[s] = site.position;
            }
        }
        if (!cap_centre[s]) {
            throw Error(ExitCode::invalid,
                        fmt::format("{}:{}: there is no {} '{}'.{}", scenario.file, shock.where,
                                    hubs ? "hub" : "metro", name, did_you_mean(name, names)));
        }
    }
}

void World::fit() {
    lead_rows = lead_times(known.facts.announcements, scenario.start);
    try {
        leads = LeadTimeModel::fit(lead_rows, give_up_share(known.facts.announcements));
    } catch (const Error& error) {
        throw Error(error.code(),
                    fmt::format("{}:{}: start {}: {}; begin later", scenario.file,
                                scenario.where_start, scenario.start.iso(), error.what()));
    }
    promises_kept = punctuality(known.facts.announcements);
    std::array<double, kBuildKinds> pooled{1, 1, 1};
    kind_mix.assign(providers(), {});
    for (const auto& row : known.facts.announcements) {
        if (!row.kind || row.known_from < scenario.start.plus_months(-12 * 8)) {
            continue;
        }
        pooled[static_cast<std::size_t>(*row.kind)] += 1;
        if (const auto provider = known.catalog.find_provider(row.provider)) {
            kind_mix[*provider][static_cast<std::size_t>(*row.kind)] += 1;
        }
    }
    const double all = pooled[0] + pooled[1] + pooled[2];
    for (auto& mix : kind_mix) {
        // Two rows' worth of what all do, so that few rows do not decide.
        const double own = mix[0] + mix[1] + mix[2];
        for (std::size_t k = 0; k < kBuildKinds; ++k) {
            mix[k] = (mix[k] + 2 * pooled[k] / all) / (own + 2);
        }
    }
    cost_by_country_.assign(atlas->countries().size(), scenario.parameters[P::cost_per_mw_world]);
    std::vector<int> counts(atlas->countries().size(), 0);
    for (const auto& row : known.facts.costs) {
        if (const auto country = atlas->find_country(row.country)) {
            double& cost = cost_by_country_[*country];
            cost = counts[*country] == 0
                       ? row.usd_m_per_mw
                       : (cost * counts[*country] + row.usd_m_per_mw) / (counts[*country] + 1);
            ++counts[*country];
        }
    }
}

double World::usd_m_per_mw(geo::CountryIndex country, BuildKind kind) const {
    const auto& p = scenario.parameters;
    const double full = cost_by_country_[country] + p[P::cost_per_mw_it];
    return full * (kind == BuildKind::leased  ? p[P::leased_cost_factor]
                   : kind == BuildKind::joint ? p[P::joint_cost_factor]
                                              : 1.0);
}

double World::first_phase_mw(BuildKind kind, int zones) const {
    const auto& p = scenario.parameters;
    return zones * p[P::zone_mw] *
           (kind == BuildKind::leased  ? p[P::leased_size_factor]
            : kind == BuildKind::joint ? p[P::joint_size_factor]
                                       : 1.0);
}

double World::first_phase_usd_m(geo::CountryIndex country, BuildKind kind, int zones) const {
    return first_phase_mw(kind, zones) * usd_m_per_mw(country, kind);
}

// Openings a year over the years before the start.
void World::find_trend() {
    const auto& p = scenario.parameters;
    const double years = p[P::trend_years];
    const Date since = scenario.start.plus_months(-static_cast<int>(std::lround(12 * years)));
    openings_per_year.assign(providers(), 0);
    for (const auto& event : known.events) {
        const auto& row = known.catalog.region(event.region);
        if (event.kind == EventKind::opened && event.date >= since &&
            event.provenance != Provenance::undated &&
            scope.counted[row.provider].has(row.region_class)) {
            openings_per_year[row.provider] += 1 / years;
        }
    }
}

void World::build_market() {
    const auto& p = scenario.parameters;
    std::vector<std::string> blocs;
    for (const auto& provider : known.catalog.providers()) {
        blocs.push_back(provider.bloc);
    }
    bloc_of_country = blocs_of_countries(*atlas, known.catalog);
    market = std::make_unique<Market>(scenario, places, demand->china(), blocs, bloc_of_country);
    for (std::size_t c = 0; c < atlas->countries().size(); ++c) {
        const auto country = static_cast<geo::CountryIndex>(c);
        market->set_residency(country, rules.kept_inside(country, scenario.start, p));
        for (std::size_t i = 0; i < providers(); ++i) {
            market->bar(
                country, i,
                rules.barred(*atlas, country, known.catalog.provider(static_cast<ProviderIndex>(i)),
                             scenario.start, p));
        }
    }
    for (const auto& asset : assets) {
        const auto index = market->add(
            {asset.provider, asset.country, asset.serves_china_alone, rtt_ms(asset.location)});
        market->set_capacity(index, std::numeric_limits<double>::max());
        if (asset.open) {
            market->serve(index, true);
        }
    }
    ShareTargets targets;
    targets.world.assign(providers(), -1);
    targets.china.assign(providers(), -1);
    std::vector<std::array<Date, 2>> when(providers());
    for (const auto& row : known.facts.shares) {
        const auto provider = known.catalog.find_provider(row.provider);
        if (!provider || row.known_from < scenario.start.plus_months(-36)) {
            continue;
        }
        auto& date = when[*provider][row.in_china ? 1 : 0];
        auto& target = (row.in_china ? targets.china : targets.world)[*provider];
        if (target < 0 || row.known_from > date) {
            date = row.known_from;
            target = row.share;
        }
    }
    const auto spending = demand->spending(scenario.start);
    const auto works = demand->works(scenario.start);
    residuals = market->calibrate(spending, works, targets);
    const auto first = market->clear(spending, works);
    for (std::size_t i = 0; i < providers(); ++i) {
        limit_budget(budgets[i], first.served_by_provider[i], p);
    }
    for (AssetIndex i = 0; i < assets.size(); ++i) {
        auto& asset = assets[i];
        const double loaded = first.served_by_asset[i] / p[P::start_utilisation];
        const double least = asset.zones * p[P::zone_mw] * p[P::revenue_per_mw];
        const double usd_m = std::max(loaded, least);
        asset.mw = usd_m / p[P::revenue_per_mw];
        market->set_capacity(i, usd_m);
    }
}

void World::check_feasible() {
    for (std::size_t i = 0; i < providers(); ++i) {
        const auto& provider = known.catalog.provider(static_cast<ProviderIndex>(i));
        for (const auto& order : plan_orders[i]) {
            const auto country = sites[order.site].country_index;
            if (const Rule* rule = rules.forbids(*atlas, country, provider, order.date)) {
                throw Error(
                    ExitCode::infeasible,
                    fmt::format("{}, column country: {} may not build in {}: {}", order.where,
                                provider.name, sites[order.site].name, rule_text(scenario, *rule)));
            }
        }
        const bool builds = plans[i] != nullptr && plans[i]->policy != PolicyKind::announced_only &&
                            plans[i]->policy != PolicyKind::plan_file;
        if (!builds) {
            continue;
        }
        const Rule* last = nullptr;
        bool some = false;
        for (std::size_t c = 0; c < sites_of.size() && !some; ++c) {
            if (sites_of[c].empty()) {
                continue;
            }
            const Rule* rule =
                rules.forbids(*atlas, static_cast<geo::CountryIndex>(c), provider, scenario.start);
            some = rule == nullptr;
            last = rule != nullptr ? rule : last;
        }
        if (!some && last != nullptr) {
            throw Error(ExitCode::infeasible,
                        fmt::format("{}:{}: no country is left in which {} may build; the last is "
                                    "closed by the rule {}",
                                    scenario.file, plans[i]->where, provider.name,
                                    rule_text(scenario, *last)));
        }
    }
}

}  // namespace footprint::sim
