#include "sim/expansion/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "sim/expansion/policies.h"
#include "sim/expansion/random.h"

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

std::string bloc_word(const std::string& bloc) {
    return bloc == "china" ? "cn" : bloc;
}

// One region of the run that serves or will.
struct Asset {
    AssetIndex market = kNoAsset;
    std::size_t location = 0;
    RegionIndex region = 0;
    std::size_t provider = 0;
    geo::CountryIndex country = geo::kNoCountry;
    BuildKind kind = BuildKind::campus;
    double mw = 0;
    double first_mw = 0;
    int first_zones = 1;
    int zones = 1;
    double coming_mw = 0;  // ordered, not yet there
    bool open = false;
    bool lost = false;
};

struct Expansion {
    Date ready;
    std::size_t asset = 0;
    double mw = 0;
};

struct Wallet {
    double for_growth = 0;
    double for_regions = 0;
    double money_in = 0;
    double spent = 0;
    double refunded = 0;
    double returned = 0;  // to the company
    double cash() const { return for_growth + for_regions; }
};

struct Waiting {
    Choice choice;
    BuildKind kind = BuildKind::campus;
};

class Run {
  public:
    Run(const World& world, std::uint64_t seed, std::uint32_t run)
        : world_(world), p_(world.scenario.parameters), market_(*world.market) {
        const std::size_t n = world.providers();
        wallets_.resize(n);
        yearly_money_.resize(n);
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
            Asset asset;
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
                start_mw_ += asset.mw;
                add_what_is_on_its_way(assets_.size() - 1);
            }
        }
        shares_within_.resize(world_.places.size() * presence_.providers);
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
    void add_promise(Asset& asset, const Promise& promise) {
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
        check_market(cleared);
        take_in_money(next);
        deliver_equipment(next);
        expand(cleared);
        const View view{&world_,    &market_, &presence_, date_,  spending,
                        by_country, works,    users,      reach_, ways_};
        for (std::size_t i = 0; i < world_.providers(); ++i) {
            follow_plan(i);
            build(view, i);
        }
        return_money();
        write_metrics(cleared, spending, works, next);
        check_books();
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
            opened_mw_ += asset.mw;
            market_.set_capacity(asset.market, asset.mw * p_[P::revenue_per_mw]);
            market_.serve(asset.market, true);
            add_event(order.region, order.earliest, EventKind::opened, asset.zones);
            ++opened_;
        }
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
            arrived_mw_ += expansion.mw;
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

    void take_in_money(Date next) {
        for (std::size_t i = 0; i < wallets_.size(); ++i) {
            const auto& budget = world_.budgets[i];
            const double years = (next - date_) / 365.2425;
            const double since = (date_ - world_.scenario.start) / 365.2425;
            const bool given = !budget.spans.empty();
            const double growth = given ? 1
                                        : std::pow(1 + budget.growth, since) *
                                              world_.demand->world_usd_m(date_) /
                                              world_.demand->world_usd_m(world_.scenario.start);
            const double money = money_of(budget, next, years) * (given ? 1 : growth);
            const double trend =
                budget.new_regions_usd_m * std::pow(1 + p_[P::region_growth], since) * years;
            const double regions = std::min(
                money, budget.new_region_share > 0 ? money * budget.new_region_share : trend);
            yearly_money_[i] = money / years;
            wallets_[i].money_in += money;
            wallets_[i].for_regions += regions;
            wallets_[i].for_growth += money - regions;
        }
    }

    // Spans are paid out by their days in the step.
    double money_of(const Budget& budget, Date next, double years) const {
        if (budget.spans.empty()) {
            return budget.usd_m_per_year * years;
        }
        double sum = 0;
        for (const auto& span : budget.spans) {
            const auto from = std::max(span.from, date_);
            const auto to = std::min(span.to, next);
            sum += to > from ? span.usd_m * (to - from) / (span.to - span.from) : 0;
        }
        return sum;
    }

    // Money that nothing asked for within the time that it may be kept. What the scenario gives
    // stays.
    void return_money() {
        for (std::size_t i = 0; i < wallets_.size(); ++i) {
            if (!world_.budgets[i].spans.empty()) {
                continue;
            }
            auto& wallet = wallets_[i];
            const double most = p_[P::carry_over_years] * yearly_money_[i];
            const double over = std::max(0.0, wallet.for_growth - most);
            wallet.for_growth -= over;
            wallet.returned += over;
        }
    }

    // What makers of equipment deliver to all, MW; what nobody takes keeps for a year.
    void deliver_equipment(Date next) {
        double capacity = 0;
        for (const auto& asset : assets_) {
            capacity += asset.open ? asset.mw : 0;
        }
        const double yearly = p_[P::equipment_limit] * capacity;
        equipment_mw_ = std::min(yearly, equipment_mw_ + yearly * (next - date_) / 365.2425);
    }

    // What equipment and caps on chips and power leave to be added now, MW.
    double room_under_caps(std::size_t provider_index, geo::CountryIndex country,
                           geo::LonLat position) {
        double room = equipment_mw_;
        for (std::size_t s = 0; s < world_.scenario.shocks.size(); ++s) {
            if (const auto window = cap_window(s, provider_index, country, position)) {
                room = std::min(room, world_.scenario.shocks[s].value - cap_use(s, *window).mw);
            }
        }
        return room;
    }

    // A region may be begun while there is room; what it takes beyond is taken from later windows.
    void use_caps(std::size_t provider_index, geo::CountryIndex country, geo::LonLat position,
                  double mw) {
        equipment_mw_ -= mw;
        for (std::size_t s = 0; s < world_.scenario.shocks.size(); ++s) {
            if (const auto window = cap_window(s, provider_index, country, position)) {
                cap_use(s, *window).mw += mw;
            }
        }
    }

    // The quarter or year for which a cap counts what this provider adds there, if it does.
    std::optional<int> cap_window(std::size_t index, std::size_t provider_index,
                                  geo::CountryIndex country, geo::LonLat position) const {
        const auto& shock = world_.scenario.shocks[index];
        if (date_ < shock.from || date_ >= shock.to) {
            return std::nullopt;
        }
        if (shock.kind == ShockKind::chip_cap &&
            (bloc_word(provider(provider_index).bloc) == shock.target ||
             provider(provider_index).id == shock.target)) {
            return date_.year() * 4 + (date_.month() - 1) / 3;
        }
        if (shock.kind == ShockKind::power_cap && world_.cap_centre[index]) {
            const bool near = rough_distance_m(*world_.cap_centre[index], position) <= kHubReach_m;
            return near ? std::optional(date_.year()) : std::nullopt;
        }
        if (shock.kind == ShockKind::power_cap) {
            const auto area = world_.atlas->find_area(shock.target);
            const bool inside =
                area->is_world ||
                std::binary_search(area->countries.begin(), area->countries.end(), country);
            return inside ? std::optional(date_.year()) : std::nullopt;
        }
        return std::nullopt;
    }

    struct CapUse {
        int window = 0;
        double mw = 0;
    };
    CapUse& cap_use(std::size_t shock, int window) {
        auto [it, is_new] = caps_.try_emplace(shock, CapUse{window, 0});
        auto& use = it->second;
        const double passed = static_cast<double>(window - use.window);
        use.mw = std::max(0.0, use.mw - passed * world_.scenario.shocks[shock].value);
        use.window = window;
        return use;
    }

    // More capacity where the load that is expected when it is ready nears it, the fullest regions
    // first. What is expected is the growth of everybody's spending over the last year.
    void expand(const MarketResult& cleared) {
        struct Full {
            double load = 0;
            std::size_t asset = 0;
        };
        const double growth = growth_of_a_year(date_);
        const auto months_of = [&](const Asset& asset) {
            return p_[P::expansion_months] + power_wait(asset.provider, asset.country);
        };
        const auto expected_at = [&](const Asset& asset) {
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
            const auto position = world_.position(asset.location);
            const double mw = std::min({wanted, wallet.for_growth / price,
                                        room_under_caps(asset.provider, asset.country, position)});
            if (mw < 0.5) {
                continue;
            }
            use_caps(asset.provider, asset.country, position, mw);
            wallet.for_growth -= mw * price;
            wallet.spent += mw * price;
            expansion_usd_m_ += mw * price;
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
            const auto position = world_.sites[wanted.site].position;
            const bool affordable = world_.scenario.debt_allowed || wallet.cash() >= usd_m;
            if (!affordable || room_under_caps(i, country, position) <= 0) {
                continue;
            }
            use_caps(i, country, position, world_.first_phase_mw(wanted.kind, wanted.zones));
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
            const auto position = world_.sites[next.choice.site].position;
            if (wallet.for_regions < usd_m || room_under_caps(i, country, position) <= 0) {
                return;
            }
            use_caps(i, country, position, world_.first_phase_mw(next.kind, zones));
            const Waiting ready = std::move(*waiting_[i]);
            waiting_[i].reset();
            place_order(i, ready.choice, ready.kind, zones);
        }
    }

    void place_order(std::size_t i, const Choice& choice, BuildKind kind, int zones) {
        const auto& site = world_.sites[choice.site];
        const double keep = lead_random_[i].uniform();
        const double when = lead_random_[i].uniform();
        const bool without_date =
            lead_random_[i].uniform() < world_.leads.undated_share[static_cast<std::size_t>(kind)];
        const double months = world_.leads.quantile_months(when, kind, without_date) +
                              power_wait(i, site.country_index);
        Order order;
        order.region = static_cast<RegionIndex>(world_.known.catalog.regions().size() +
                                                result_.new_regions.size());
        order.provider = i;
        order.country = site.country_index;
        order.kind = kind;
        order.site = choice.site;
        order.ordered = date_;
        order.earliest = after_months(date_, months);
        order.zones = zones;
        order.mw = world_.first_phase_mw(kind, zones);
        order.usd_m = world_.first_phase_usd_m(site.country_index, kind, zones);
        order.reason = choice.reason;
        if (keep < world_.leads.give_up_share) {
            order.state = OrderState::given_up;
            order.ended = date_.plus_days((order.earliest - date_) / 2 + 1);
        }
        auto& wallet = wallets_[i];
        wallet.for_regions -= order.usd_m;
        wallet.spent += order.usd_m;
        orders_usd_m_ += order.usd_m;

        const bool behind_wall =
            site.country == "CN" &&
            world_.rules.needs_partner(*world_.atlas, site.country_index, provider(i), date_);
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
        result_.new_regions.push_back(std::move(row));

        Asset asset;
        asset.location = choice.site;
        asset.region = order.region;
        asset.provider = i;
        asset.country = site.country_index;
        asset.kind = kind;
        asset.mw = asset.first_mw = order.mw;
        asset.zones = asset.first_zones = zones;
        asset.market =
            market_.add({i, site.country_index, behind_wall, world_.rtt_ms(choice.site, ways_)});
        asset_of_[order.region] = assets_.size();
        assets_.push_back(asset);
        presence_.add(site.country_index, i, site.position);
        shorten_reach(i, choice.site);
        add_event(order.region, date_, EventKind::announced, std::nullopt);
        result_.orders.push_back(std::move(order));
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

    // ---- what is written down --------------------------------------------------------------

    void write_metrics(const MarketResult& cleared, std::span<const double> spending,
                       const std::array<double, kWorks>& works, Date next) {
        const std::size_t n = world_.providers();
        const auto people = world_.places.weights(world_.atlas->series(), date_.decimal_year(),
                                                  geo::PeopleWeight::people);
        const bool with_areas =
            date_.month() == 1 || date_ == world_.scenario.start || next >= world_.scenario.end;
        double china = 0;
        for (std::size_t place = 0; place < spending.size(); ++place) {
            china += world_.places.country[place] == world_.demand->china() ? spending[place] : 0;
        }
        std::vector<Metric> rows(n);
        for (std::size_t i = 0; i < n; ++i) {
            rows[i].date = date_;
            rows[i].provider = i;
            rows[i].served_usd_m = cleared.served_by_provider[i];
            rows[i].share_percent =
                cleared.demand > 0 ? 100 * rows[i].served_usd_m / cleared.demand : 0;
            rows[i].share_china_percent = china > 0 ? 100 * cleared.served_in_china[i] / china : 0;
            rows[i].money_in_usd_m = wallets_[i].money_in;
            rows[i].spent_usd_m = wallets_[i].spent - wallets_[i].refunded;
            rows[i].cash_usd_m = wallets_[i].cash();
            rows[i].returned_usd_m = wallets_[i].returned;
        }
        for (const auto& asset : assets_) {
            auto& row = rows[asset.provider];
            if (asset.open && !asset.lost) {
                row.regions += 1;
                row.zones += asset.zones;
                row.capacity_mw += asset.mw;
                row.load_mw += cleared.served_by_asset[asset.market] / p_[P::revenue_per_mw];
            }
        }
        for (const auto& order : result_.orders) {
            const bool pending = order.state == OrderState::building ||
                                 (order.state == OrderState::given_up && *order.ended > date_);
            rows[order.provider].building += pending ? 1 : 0;
        }
        update_shares_within();
        reach_in(world_.areas.front(), people, [&](std::size_t i, const auto& within) {
            rows[i].people_within_percent = within;
        });
        result_.metrics.insert(result_.metrics.end(), rows.begin(), rows.end());

        MarketMetric market;
        market.date = date_;
        market.demand_usd_m = cleared.demand;
        market.others_usd_m = cleared.by_others;
        for (const double served : cleared.served_by_provider) {
            market.served_usd_m += served;
        }
        market.unserved_usd_m = cleared.unserved;
        find_movable(spending, works, market);
        result_.market.push_back(market);
        if (with_areas) {
            write_areas(people);
            write_hubs(cleared);
        }
    }

    // Shares of a place's clients change with its best round-trip time alone.
    void update_shares_within() {
        const std::size_t n = world_.providers();
        for (std::size_t place = 0; place < world_.places.size(); ++place) {
            for (std::size_t i = 0; i < n; ++i) {
                auto& within = shares_within_[place * n + i];
                const float rtt_ms = market_.best_rtt_ms(place, i);
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
    void reach_in(const geo::Atlas::Area& area, std::span<const double> people, Take take) const {
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
    void find_movable(std::span<const double> spending, const std::array<double, kWorks>& works,
                      MarketMetric& market) const {
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
    void write_hubs(const MarketResult& cleared) {
        const auto& hubs = world_.known.facts.hubs;
        if (hubs.empty()) {
            return;
        }
        const std::size_t n = world_.providers();
        std::vector<HubMetric> rows((hubs.size() + 1) * n);
        for (const auto& asset : assets_) {
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
            row.regions += 1;
            row.capacity_mw += asset.mw;
            row.load_mw += cleared.served_by_asset[asset.market] / p_[P::revenue_per_mw];
        }
        for (std::size_t k = 0; k < rows.size(); ++k) {
            if (rows[k].regions > 0) {
                rows[k].date = date_;
                rows[k].hub = k / n;
                rows[k].provider = k % n;
                result_.hubs.push_back(rows[k]);
            }
        }
    }

    void write_areas(std::span<const double> people) {
        for (std::size_t a = 0; a < world_.areas.size(); ++a) {
            const auto& area = world_.areas[a];
            std::vector<int> regions(world_.providers(), 0);
            for (const auto& asset : assets_) {
                const bool inside =
                    area.is_world ||
                    std::binary_search(area.countries.begin(), area.countries.end(), asset.country);
                regions[asset.provider] += asset.open && !asset.lost && inside ? 1 : 0;
            }
            reach_in(area, people, [&](std::size_t i, const auto& within) {
                result_.areas.push_back({date_, a, i, regions[i], within});
            });
        }
    }

    // ---- what is always true ---------------------------------------------------------------

    [[noreturn]] void broken(const std::string& what) const {
        throw Error(ExitCode::failed,
                    fmt::format("the simulation's books do not balance on {}: {}. This is a fault "
                                "of the program; please report it with the scenario",
                                date_.iso(), what));
    }

    void check_market(const MarketResult& cleared) const {
        double sum = cleared.by_others + cleared.unserved_sum();
        for (const double served : cleared.served_by_provider) {
            if (!(served >= 0)) {
                broken(fmt::format("a provider serves {}", served));
            }
            sum += served;
        }
        if (std::abs(sum - cleared.demand) > 1e-6 * std::max(1.0, cleared.demand)) {
            broken(fmt::format("served and unserved are {}, demand is {}", sum, cleared.demand));
        }
        for (const auto& asset : assets_) {
            const double served = cleared.served_by_asset[asset.market];
            const double capacity = market_.capacity(asset.market);
            if (served > capacity * (1 + 1e-9) + 1e-6) {
                broken(fmt::format("a region serves {} of {}", served, capacity));
            }
            if (served > 0 && !asset.open) {
                broken("a region serves before it is open");
            }
        }
    }

    void check_books() const {
        double spent = 0;
        for (std::size_t i = 0; i < wallets_.size(); ++i) {
            const auto& wallet = wallets_[i];
            spent += wallet.spent;
            const double off =
                wallet.money_in - wallet.spent + wallet.refunded - wallet.returned - wallet.cash();
            if (std::abs(off) > 1e-6 * std::max(1.0, wallet.money_in)) {
                broken(fmt::format(
                    "{}: {} came in, {} went out, {} came back, {} were given back, {} is there",
                    provider(i).id, wallet.money_in, wallet.spent, wallet.refunded, wallet.returned,
                    wallet.cash()));
            }
            if (!world_.scenario.debt_allowed && wallet.cash() < -1e-6) {
                broken(fmt::format("{} has {} M USD", provider(i).id, wallet.cash()));
            }
        }
        if (std::abs(spent - orders_usd_m_ - expansion_usd_m_) > 1e-6 * std::max(1.0, spent)) {
            broken(fmt::format("{} was spent on orders of {}", spent,
                               orders_usd_m_ + expansion_usd_m_));
        }
        std::size_t opened = 0;
        for (const auto& order : result_.orders) {
            opened += order.state == OrderState::open ? 1 : 0;
            const bool early = order.state == OrderState::open &&
                               (*order.ended < order.earliest || order.earliest <= order.ordered);
            if (early) {
                broken("a region opened before its order and lead time");
            }
        }
        double open_mw = 0;
        for (const auto& asset : assets_) {
            open_mw += asset.open ? asset.mw : 0;
        }
        const double made_mw = start_mw_ + opened_mw_ + arrived_mw_;
        if (std::abs(open_mw - made_mw) > 1e-6 * std::max(1.0, made_mw)) {
            broken(fmt::format("{} MW are open, {} were there or built", open_mw, made_mw));
        }
        if (opened != opened_) {
            broken(fmt::format("{} orders are open, {} opened", opened, opened_));
        }
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

    struct SharesWithin {
        float rtt_ms = -1;
        std::array<double, 4> share{};
    };

    const World& world_;
    const Parameters& p_;
    Market market_;
    std::size_t ways_ = 0;
    std::vector<SharesWithin> shares_within_;  // place × provider
    Date date_;
    std::vector<Asset> assets_;
    std::map<RegionIndex, std::size_t> asset_of_;
    std::vector<Expansion> expansions_;
    std::vector<Wallet> wallets_;
    std::vector<double> yearly_money_;  // by provider, as of this step
    double equipment_mw_ = 0;           // that may be ordered now
    double start_mw_ = 0;
    double opened_mw_ = 0;
    double arrived_mw_ = 0;
    std::vector<std::optional<Waiting>> waiting_;
    std::vector<std::unique_ptr<Policy>> policies_;
    std::vector<RandomStream> policy_random_;
    std::vector<RandomStream> lead_random_;
    std::vector<RandomStream> promise_random_;
    std::vector<std::vector<std::size_t>> plan_done_;
    std::vector<int> numbers_;
    std::map<std::size_t, CapUse> caps_;  // by shock
    std::set<RegionIndex> given_up_;
    std::vector<Date> rule_changes_;
    std::vector<bool> queues_;  // for power, by country × provider
    Date rules_at_;
    Presence presence_;
    std::vector<float> reach_;
    double orders_usd_m_ = 0;
    double expansion_usd_m_ = 0;
    std::size_t opened_ = 0;
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
    return Run(world, seed, run).run();
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
