#include "sim/expansion/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "sim/expansion/books.h"
#include "sim/expansion/build_limits.h"
#include "sim/expansion/figures.h"
#include "sim/expansion/policies.h"
#include "sim/expansion/random.h"
#include "sim/expansion/treasury.h"

namespace footprint::sim {
namespace {

using P = Parameter;

constexpr int kMostOrdersAStep = 6;
constexpr double kLeastExpansion = 0.02;  // of capacity; less is not worth an order

DateInterval day(Date date) {
    return {date, date.plus_days(1), DatePrecision::day};
}

Date after_months(Date from, double months) {
    return from.plus_days(static_cast<std::int32_t>(std::ceil(std::max(1.0, months) * 30.436875)));
}

struct Expansion {
    Date ready;
    std::size_t asset = 0;
    double mw = 0;
};

struct Waiting {
    Choice choice;
    BuildKind kind = BuildKind::campus;
};

class Run {
  public:
    Run(const World& world, std::uint64_t seed, std::uint32_t run)
        : world_(world),
          p_(world.scenario.parameters),
          market_(*world.market),
          limits_(world),
          figures_(world),
          wallets_(world) {
        const std::size_t n = world.providers();
        waiting_.resize(n);
        plan_done_.resize(n);
        numbers_.assign(n, 0);
        for (std::size_t i = 0; i < n; ++i) {
            const auto& id = world.known.catalog.provider(static_cast<ProviderIndex>(i)).id;
            policy_random_.emplace_back(seed, run, "policy." + id);
            lead_random_.emplace_back(seed, run, "lead." + id);
            promise_random_.emplace_back(seed, run, "promise." + id);
            plan_done_[i].assign(world.plan_orders[i].size(), kNoOrder);
            policies_.push_back(world.plans[i] == nullptr ? nullptr
                                                          : make_policy(world.plans[i]->policy));
        }
        begin();
    }

    RunResult run() {
        const int step = world_.scenario.step_months;
        Date date = world_.scenario.start;
        for (int k = 0; date < world_.scenario.end; ++k) {
            date_ = date;
            const Date next = world_.scenario.start.plus_months((k + 1) * step);
            do_step(next);
            date = next;
        }
        finish();
        return std::move(result_);
    }

  private:
    static constexpr std::size_t kNoOrder = static_cast<std::size_t>(-1);

    void begin() {
        const std::size_t countries = world_.atlas->countries().size();
        presence_.providers = world_.providers();
        presence_.regions.assign(countries * presence_.providers, 0);
        presence_.positions.resize(countries);
        presence_.owners.resize(countries);
        for (AssetIndex i = 0; i < world_.assets.size(); ++i) {
            const auto& given = world_.assets[i];
            RunAsset asset;
            asset.market = i;
            asset.location = given.location;
            asset.region = given.region;
            asset.provider = given.provider;
            asset.country = given.country;
            asset.zones = asset.first_zones = given.zones;
            asset.mw = asset.first_mw = given.mw;
            asset.open = given.open;
            presence_.add(given.country, given.provider,
                          world_.known.catalog.region(given.region).position);
            if (!given.open) {
                asset.zones = asset.first_zones = static_cast<int>(p_[P::region_zones]);
                add_promise(asset, world_.known.promises[given.promise]);
            }
            assets_.push_back(asset);
            if (given.open) {
                books_.start_with(asset.mw);
                add_what_is_on_its_way(assets_.size() - 1);
            }
        }
        find_reach();
        rule_changes_ = world_.rules.changes(world_.scenario.start);
        find_queues(world_.scenario.start);
    }

    // Full regions have been growing with their work: a quarter of what was ordered in the last
    // months is ready at each quarter of the time that it takes.
    void add_what_is_on_its_way(std::size_t index) {
        constexpr int kParts = 4;
        auto& asset = assets_[index];
        const bool is_loaded = asset.mw > asset.zones * p_[P::zone_mw] * 1.001;
        const Date start = world_.scenario.start;
        const double months = p_[P::expansion_months];
        const double grown = std::pow(growth_of_a_year(start), months / 12) - 1;
        const double part = asset.mw * std::max(0.0, grown) * p_[P::on_its_way] / kParts;
        for (int k = 1; k <= kParts && is_loaded && part > 0; ++k) {
            asset.coming_mw += part;
            expansions_.push_back({after_months(start, months * k / kParts), index, part});
        }
    }

    // Everybody's spending over that of a year before.
    double growth_of_a_year(Date date) const {
        return world_.demand->world_usd_m(date) / world_.demand->world_usd_m(date.plus_months(-12));
    }

    // What policies go by: round-trip times to regions that are open or announced.
    void find_reach() {
        reach_.assign(world_.places.size() * presence_.providers,
                      std::numeric_limits<float>::infinity());
        for (std::size_t place = 0; place < world_.places.size(); ++place) {
            for (std::size_t i = 0; i < presence_.providers; ++i) {
                reach_[place * presence_.providers + i] = market_.best_rtt_ms(place, i);
            }
        }
        for (const auto& order : result_.orders) {
            if (order.state == OrderState::building) {
                shorten_reach(order.provider, assets_[asset_of_.at(order.region)].location);
            }
        }
    }

    // When a region announced before the start opens, if ever. The same numbers are drawn in any
    // case.
    void add_promise(RunAsset& asset, const Promise& promise) {
        auto& random = promise_random_[asset.provider];
        const double keep = random.uniform();
        const double on_time = random.uniform();
        const double when = random.uniform();
        Order order;
        order.region = asset.region;
        order.provider = asset.provider;
        order.country = asset.country;
        order.kind = asset.kind = promise.kind;
        order.from_before = true;
        order.ordered = promise.announced;
        order.zones = asset.zones;
        order.mw = asset.mw = asset.first_mw = world_.first_phase_mw(promise.kind, asset.zones);
        order.reason =
            promise.promised
                ? "announced " + promise.announced.iso() + " for " + promise.promised->text()
                : "announced " + promise.announced.iso() + " without a date";
        const Date start = world_.scenario.start;
        const double waited = (start - promise.announced) / 30.436875;
        if (promise.promised && promise.promised->last_day() > start) {
            const Date first = std::max(promise.promised->begin, start.plus_days(1));
            const Date last = promise.promised->last_day();
            order.earliest =
                on_time < world_.promises_kept.on_time
                    ? first.plus_days(static_cast<std::int32_t>(when * (last - first)))
                    : after_months(last, 1 - std::log(when) * world_.promises_kept.late_months);
        } else {
            const double total = world_.leads.quantile_after(when, waited, promise.kind, true);
            order.earliest = std::max(start.plus_days(1), after_months(promise.announced, total));
        }
        if (keep < world_.leads.give_up_share) {
            order.ended = start.plus_days((order.earliest - start) / 2 + 1);
            order.state = OrderState::given_up;  // at that date
        }
        asset_of_[asset.region] = assets_.size();
        result_.orders.push_back(order);
    }

    void do_step(Date next) {
        apply_rules();
        apply_ways();
        apply_shocks();
        open_what_is_due();
        ready_expansions();
        const auto spending = world_.demand->spending(date_);
        const auto by_country = world_.demand->by_country(spending);
        const auto users = world_.demand->users(date_);
        const auto works = world_.demand->works(date_);
        const auto cleared = market_.clear(spending, works);
        Books::check_market(step_until(next), cleared);
        wallets_.take_in(date_, next);
        limits_.deliver(open_mw(), date_, next);
        expand(cleared);
        const View view{&world_,    &market_, &presence_, date_,  spending,
                        by_country, works,    users,      reach_, ways_};
        for (std::size_t i = 0; i < world_.providers(); ++i) {
            follow_plan(i);
            build(view, i);
        }
        wallets_.give_back();
        figures_.write(step_until(next), cleared, spending, works, result_);
        books_.check(step_until(next));
    }

    RunStep step_until(Date next) const {
        return {&world_, &market_, date_, next, assets_, wallets_.all(), result_.orders};
    }

    double open_mw() const {
        double mw = 0;
        for (const auto& asset : assets_) {
            mw += asset.open ? asset.mw : 0;
        }
        return mw;
    }

    void apply_rules() {
        const bool changed = std::any_of(rule_changes_.begin(), rule_changes_.end(),
                                         [&](Date d) { return rules_at_ < d && d <= date_; });
        rules_at_ = date_;
        if (!changed) {
            return;
        }
        find_queues(date_);
        for (std::size_t c = 0; c < world_.atlas->countries().size(); ++c) {
            const auto country = static_cast<geo::CountryIndex>(c);
            market_.set_residency(country, world_.rules.kept_inside(country, date_, p_));
            for (std::size_t i = 0; i < world_.providers(); ++i) {
                market_.bar(country, i,
                            world_.rules.barred(*world_.atlas, country, provider(i), date_, p_));
            }
        }
    }

    // Cables that open or close, are cut or mended, change everybody's ways.
    void apply_ways() {
        std::size_t ways = ways_;
        for (const auto& change : world_.way_changes) {
            ways = change.from <= date_ ? change.ways : ways;
        }
        if (ways == ways_) {
            return;
        }
        ways_ = ways;
        for (const auto& asset : assets_) {
            market_.set_rtt(asset.market, world_.rtt_ms(asset.location, ways_));
        }
        std::vector<float> others(world_.places.size(), std::numeric_limits<float>::infinity());
        for (const auto& asset : world_.assets) {
            const auto row = world_.rtt_ms(asset.location, ways_);
            for (std::size_t place = 0; asset.open && place < others.size(); ++place) {
                others[place] = std::min(others[place], row[place]);
            }
        }
        market_.measure_again(others);
        find_reach();
    }

    void apply_shocks() {
        std::vector<double> price(world_.providers(), 1);
        for (const auto& shock : world_.scenario.shocks) {
            const bool now = shock.from <= date_ && date_ < shock.to;
            if (shock.kind == ShockKind::price && now) {
                price[*world_.known.catalog.find_provider(shock.target)] *= shock.value;
            }
            if (shock.kind == ShockKind::region_lost) {
                lose(*world_.known.catalog.find_region(shock.target), now);
            }
        }
        for (std::size_t i = 0; i < price.size(); ++i) {
            market_.set_price(i, price[i]);
        }
    }

    void lose(RegionIndex region, bool now) {
        for (auto& asset : assets_) {
            if (asset.region == region && asset.open && asset.lost != now) {
                asset.lost = now;
                market_.serve(asset.market, !now);
                add_event(region, date_, now ? EventKind::impaired : EventKind::restored,
                          std::nullopt);
            }
        }
    }

    void open_what_is_due() {
        for (auto& order : result_.orders) {
            if (order.state == OrderState::given_up && order.ended && *order.ended <= date_ &&
                !given_up_.contains(order.region)) {
                give_up(order);
                continue;
            }
            if (order.state != OrderState::building || order.earliest > date_) {
                continue;
            }
            auto& asset = assets_[asset_of_.at(order.region)];
            order.state = OrderState::open;
            order.ended = order.earliest;
            asset.open = true;
            market_.set_capacity(asset.market, asset.mw * p_[P::revenue_per_mw]);
            const auto before = ways_of(asset.provider);
            market_.serve(asset.market, true);
            Books::check_ways(date_, before, ways_of(asset.provider));
            books_.opened(asset.mw);
            add_event(order.region, order.earliest, EventKind::opened, asset.zones);
        }
    }

    // Best round-trip times of a provider, by place.
    std::vector<float> ways_of(std::size_t i) const {
        std::vector<float> rtt_ms(world_.places.size());
        for (std::size_t place = 0; place < rtt_ms.size(); ++place) {
            rtt_ms[place] = market_.best_rtt_ms(place, i);
        }
        return rtt_ms;
    }

    void give_up(Order& order) {
        given_up_.insert(order.region);
        auto& asset = assets_[asset_of_.at(order.region)];
        presence_.remove(order.country, order.provider, position_of(order.region));
        asset.mw = 0;
        wallets_[order.provider].for_regions += order.usd_m;
        wallets_[order.provider].refunded += order.usd_m;
    }

    void ready_expansions() {
        for (auto& expansion : expansions_) {
            if (expansion.mw <= 0 || expansion.ready > date_) {
                continue;
            }
            auto& asset = assets_[expansion.asset];
            asset.mw += expansion.mw;
            asset.coming_mw -= expansion.mw;
            books_.arrived(expansion.mw);
            expansion.mw = 0;
            market_.set_capacity(asset.market, asset.mw * p_[P::revenue_per_mw]);
            // Another zone each time the region has grown by half.
            const double grown = std::log(asset.mw / asset.first_mw) / std::log(1.5);
            const int zones =
                std::min(6, asset.first_zones + std::max(0, static_cast<int>(std::floor(grown))));
            if (zones > asset.zones) {
                asset.zones = zones;
                add_event(asset.region, date_, EventKind::zones, zones);
            }
        }
        std::erase_if(expansions_, [](const Expansion& e) { return e.mw <= 0; });
    }

    // More capacity where the load that is expected when it is ready nears it, the fullest regions
    // first. What is expected is the growth of everybody's spending over the last year.
    void expand(const MarketResult& cleared) {
        struct Full {
            double load = 0;
            std::size_t asset = 0;
        };
        const double growth = growth_of_a_year(date_);
        const auto months_of = [&](const RunAsset& asset) {
            return p_[P::expansion_months] + power_wait(asset.provider, asset.country);
        };
        const auto expected_at = [&](const RunAsset& asset) {
            return std::pow(growth, months_of(asset) / 12) * p_[P::overbuild_factor] /
                   p_[P::expand_above];
        };
        std::vector<Full> full;
        for (std::size_t a = 0; a < assets_.size(); ++a) {
            const auto& asset = assets_[a];
            const double load = cleared.served_by_asset[asset.market] / p_[P::revenue_per_mw];
            const double coming = asset.mw + asset.coming_mw;
            if (asset.open && !asset.lost && asset.mw > 0 &&
                load * expected_at(asset) > coming * (1 + kLeastExpansion)) {
                full.push_back({load / coming, a});
            }
        }
        std::stable_sort(full.begin(), full.end(),
                         [](const Full& a, const Full& b) { return a.load > b.load; });
        for (const auto& [load, index] : full) {
            auto& asset = assets_[index];
            auto& wallet = wallets_[asset.provider];
            const double allowed = 1 - world_.rules.kept_out(*world_.atlas, asset.country,
                                                             provider(asset.provider), date_, p_);
            const double wanted =
                allowed * (load * expected_at(asset) - 1) * (asset.mw + asset.coming_mw);
            const double price = world_.usd_m_per_mw(asset.country, asset.kind);
            const Build more{asset.provider, asset.country, world_.position(asset.location), date_};
            const double mw = std::min({wanted, wallet.for_growth / price, limits_.room_mw(more)});
            if (mw < 0.5) {
                continue;
            }
            limits_.use(more, mw);
            wallet.for_growth -= mw * price;
            wallet.spent += mw * price;
            books_.paid_for_expansion(mw * price);
            asset.coming_mw += mw;
            expansions_.push_back({after_months(date_, months_of(asset)), index, mw});
        }
    }

    // Months in a queue for power, where rules say that there is one.
    double power_wait(std::size_t i, geo::CountryIndex country) const {
        const bool waits = country != geo::kNoCountry && queues_[country * presence_.providers + i];
        return waits ? p_[P::power_wait] : 0;
    }

    void find_queues(Date date) {
        const std::size_t countries = world_.atlas->countries().size();
        queues_.assign(countries * presence_.providers, false);
        for (std::size_t c = 0; c < countries; ++c) {
            for (std::size_t i = 0; i < presence_.providers; ++i) {
                queues_[c * presence_.providers + i] = world_.rules.waits_for_power(
                    *world_.atlas, static_cast<geo::CountryIndex>(c), provider(i), date);
            }
        }
    }

    void follow_plan(std::size_t i) {
        const auto& plan = world_.plan_orders[i];
        for (std::size_t k = 0; k < plan.size(); ++k) {
            const auto& wanted = plan[k];
            if (plan_done_[i][k] != kNoOrder || wanted.date > date_) {
                continue;
            }
            if (wanted.after) {
                const auto before = plan_done_[i][*wanted.after];
                if (before == kNoOrder || result_.orders[before].state != OrderState::open) {
                    continue;
                }
            }
            const Choice choice{wanted.site,
                                wanted.note.empty() ? "plan " + wanted.id : "plan: " + wanted.note};
            const auto country = world_.sites[wanted.site].country_index;
            const double usd_m = world_.first_phase_usd_m(country, wanted.kind, wanted.zones);
            auto& wallet = wallets_[i];
            const Build region{i, country, world_.sites[wanted.site].position, date_};
            const bool affordable = world_.scenario.debt_allowed || wallet.cash() >= usd_m;
            if (!affordable || limits_.room_mw(region) <= 0) {
                continue;
            }
            limits_.use(region, world_.first_phase_mw(wanted.kind, wanted.zones));
            // A plan may use the money for growth too.
            const double moved = std::max(0.0, usd_m - wallet.for_regions);
            wallet.for_regions += moved;
            wallet.for_growth -= moved;
            plan_done_[i][k] = result_.orders.size();
            place_order(i, choice, wanted.kind, wanted.zones);
        }
    }

    BuildKind draw_kind(std::size_t i) {
        const double u = lead_random_[i].uniform();
        const auto& mix = world_.kind_mix[i];
        return u < mix[0]            ? BuildKind::campus
               : u < mix[0] + mix[1] ? BuildKind::leased
                                     : BuildKind::joint;
    }

    // Joint ventures where a partner is needed, and else only away from home.
    BuildKind kind_there(std::size_t i, geo::CountryIndex country, BuildKind drawn) const {
        if (world_.rules.needs_partner(*world_.atlas, country, provider(i), date_)) {
            return BuildKind::joint;
        }
        const bool at_home = world_.bloc_of_country[country] == provider(i).bloc;
        return drawn == BuildKind::joint && at_home ? BuildKind::leased : drawn;
    }

    void build(const View& view, std::size_t i) {
        if (policies_[i] == nullptr) {
            return;
        }
        const int zones = static_cast<int>(p_[P::region_zones]);
        for (int count = 0; count < kMostOrdersAStep; ++count) {
            auto& wallet = wallets_[i];
            if (!waiting_[i]) {
                // The least that any first phase costs: no choice is drawn for empty pockets.
                const double least =
                    world_.first_phase_mw(BuildKind::leased, zones) * p_[P::cost_per_mw_it] * 0.5;
                if (wallet.for_regions < least) {
                    return;
                }
                Waiting next;
                next.kind = draw_kind(i);
                auto choice = policies_[i]->choose(view, i, next.kind, policy_random_[i]);
                if (!choice) {
                    return;
                }
                next.choice = std::move(*choice);
                const auto country = world_.sites[next.choice.site].country_index;
                next.kind = kind_there(i, country, next.kind);
                waiting_[i] = std::move(next);
            }
            const auto& next = *waiting_[i];
            const auto country = world_.sites[next.choice.site].country_index;
            if (world_.rules.forbids(*world_.atlas, country, provider(i), date_) != nullptr) {
                waiting_[i].reset();
                continue;
            }
            const double usd_m = world_.first_phase_usd_m(country, next.kind, zones);
            const Build region{i, country, world_.sites[next.choice.site].position, date_};
            if (wallet.for_regions < usd_m || limits_.room_mw(region) <= 0) {
                return;
            }
            limits_.use(region, world_.first_phase_mw(next.kind, zones));
            const Waiting ready = std::move(*waiting_[i]);
            waiting_[i].reset();
            place_order(i, ready.choice, ready.kind, zones);
        }
    }

    // Pays, announces and begins it.
    void place_order(std::size_t i, const Choice& choice, BuildKind kind, int zones) {
        const auto& site = world_.sites[choice.site];
        auto order = draw_order(i, choice, kind, zones);
        auto& wallet = wallets_[i];
        wallet.for_regions -= order.usd_m;
        wallet.spent += order.usd_m;
        books_.paid_for_order(order.usd_m);

        const bool behind_wall =
            site.country == "CN" &&
            world_.rules.needs_partner(*world_.atlas, site.country_index, provider(i), date_);
        result_.new_regions.push_back(new_region(i, choice, kind, behind_wall));
        asset_of_[order.region] = assets_.size();
        assets_.push_back(new_asset(order, behind_wall));
        presence_.add(site.country_index, i, site.position);
        shorten_reach(i, choice.site);
        add_event(order.region, date_, EventKind::announced, std::nullopt);
        result_.orders.push_back(std::move(order));
    }

    // With its lead time, and whether it will be given up.
    Order draw_order(std::size_t i, const Choice& choice, BuildKind kind, int zones) {
        const auto country = world_.sites[choice.site].country_index;
        const double keep = lead_random_[i].uniform();
        const double when = lead_random_[i].uniform();
        const bool without_date =
            lead_random_[i].uniform() < world_.leads.undated_share[static_cast<std::size_t>(kind)];
        const double months =
            world_.leads.quantile_months(when, kind, without_date) + power_wait(i, country);
        Order order;
        order.region = static_cast<RegionIndex>(world_.known.catalog.regions().size() +
                                                result_.new_regions.size());
        order.provider = i;
        order.country = country;
        order.kind = kind;
        order.site = choice.site;
        order.ordered = date_;
        order.earliest = after_months(date_, months);
        order.zones = zones;
        order.mw = world_.first_phase_mw(kind, zones);
        order.usd_m = world_.first_phase_usd_m(country, kind, zones);
        order.reason = choice.reason;
        if (keep < world_.leads.give_up_share) {
            order.state = OrderState::given_up;
            order.ended = date_.plus_days((order.earliest - date_) / 2 + 1);
        }
        return order;
    }

    geo::Region new_region(std::size_t i, const Choice& choice, BuildKind kind, bool behind_wall) {
        const auto& site = world_.sites[choice.site];
        geo::Region row;
        row.provider = static_cast<ProviderIndex>(i);
        row.id = fmt::format("sim-{}-{}", lower_ascii(site.country), ++numbers_[i]);
        row.name = site.name;
        row.city = site.name;
        row.country = site.country;
        row.position = site.position;
        row.precision_m = 20'000;
        row.status = geo::RegionStatus::planned;
        row.region_class = behind_wall                ? geo::RegionClass::china
                           : kind == BuildKind::joint ? geo::RegionClass::partner
                                                      : geo::RegionClass::public_;
        row.as_of = day(date_);
        row.confidence = geo::Confidence::low;
        row.date_basis = "none";
        row.source = "simulated: " + world_.scenario.name;
        row.note = choice.reason;
        return row;
    }

    RunAsset new_asset(const Order& order, bool behind_wall) {
        RunAsset asset;
        asset.location = order.site;
        asset.region = order.region;
        asset.provider = order.provider;
        asset.country = order.country;
        asset.kind = order.kind;
        asset.mw = asset.first_mw = order.mw;
        asset.zones = asset.first_zones = order.zones;
        asset.market = market_.add(
            {order.provider, order.country, behind_wall, world_.rtt_ms(order.site, ways_)});
        return asset;
    }

    void shorten_reach(std::size_t i, std::size_t location) {
        const auto row = world_.rtt_ms(location, ways_);
        for (std::size_t place = 0; place < row.size(); ++place) {
            auto& reach = reach_[place * presence_.providers + i];
            reach = std::min(reach, row[place]);
        }
    }

    void add_event(RegionIndex region, Date date, EventKind kind, std::optional<int> zones) {
        result_.events.push_back({date, day(date), region, kind, zones, Provenance::simulated});
    }

    geo::LonLat position_of(RegionIndex region) const {
        const auto known = world_.known.catalog.regions();
        return region < known.size() ? known[region].position
                                     : result_.new_regions[region - known.size()].position;
    }

    const geo::Provider& provider(std::size_t i) const {
        return world_.known.catalog.provider(static_cast<ProviderIndex>(i));
    }

    void finish() {
        for (auto& order : result_.orders) {
            if (order.state == OrderState::given_up && *order.ended >= world_.scenario.end) {
                order.state = OrderState::building;
                order.ended.reset();
            }
        }
        std::stable_sort(result_.events.begin(), result_.events.end(),
                         [](const Event& a, const Event& b) { return a.date < b.date; });
        for (std::size_t i = 0; i < waiting_.size(); ++i) {
            std::size_t undone = 0;
            for (const auto done : plan_done_[i]) {
                undone += done == kNoOrder ? 1 : 0;
            }
            if (undone > 0) {
                result_.warnings.push_back(
                    fmt::format("{}: {} of {} orders of the plan were not placed: no money in "
                                "time, or what they wait for did not open",
                                provider(i).id, undone, plan_done_[i].size()));
            }
        }
    }

    const World& world_;
    const Parameters& p_;
    Market market_;
    BuildLimits limits_;
    Figures figures_;
    Books books_;
    std::size_t ways_ = 0;
    Date date_;
    std::vector<RunAsset> assets_;
    std::map<RegionIndex, std::size_t> asset_of_;
    std::vector<Expansion> expansions_;
    Treasury wallets_;
    std::vector<std::optional<Waiting>> waiting_;
    std::vector<std::unique_ptr<Policy>> policies_;
    std::vector<RandomStream> policy_random_;
    std::vector<RandomStream> lead_random_;
    std::vector<RandomStream> promise_random_;
    std::vector<std::vector<std::size_t>> plan_done_;
    std::vector<int> numbers_;
    std::set<RegionIndex> given_up_;
    std::vector<Date> rule_changes_;
    std::vector<bool> queues_;  // for power, by country × provider
    Date rules_at_;
    Presence presence_;
    std::vector<float> reach_;
    RunResult result_;
};

}  // namespace

std::string_view to_string(OrderState state) {
    switch (state) {
        case OrderState::building:
            return "building";
        case OrderState::open:
            return "open";
        case OrderState::given_up:
            return "given up";
    }
    return "building";
}

RunResult simulate(const World& world, std::uint64_t seed, std::uint32_t run) {
    auto result = Run(world, seed, run).run();
    count_regions(world, result);
    return result;
}

geo::Catalog catalog_of(const World& world, const RunResult& run) {
    const auto& known = world.known.catalog;
    std::vector<geo::Region> rows(known.regions().begin(), known.regions().end());
    rows.insert(rows.end(), run.new_regions.begin(), run.new_regions.end());
    return geo::Catalog({known.providers().begin(), known.providers().end()}, std::move(rows), {},
                        known.as_of());
}

Timeline timeline_of(const World& world, const RunResult& run, const geo::Catalog& catalog) {
    auto events = world.known.events;
    events.insert(events.end(), run.events.begin(), run.events.end());
    return Timeline::from_events(catalog, events);
}

}  // namespace footprint::sim
