#include "sim/expansion/books.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace footprint::sim {
namespace {

[[noreturn]] void broken(Date date, const std::string& what) {
    throw Error(ExitCode::failed,
                fmt::format("the simulation's books do not balance on {}: {}. This is a fault of "
                            "the program; please report it with the scenario",
                            date.iso(), what));
}

}  // namespace

void Books::check_market(const RunStep& step, const MarketResult& cleared) {
    double sum = cleared.by_others + cleared.unserved_sum();
    for (const double served : cleared.served_by_provider) {
        if (!(served >= 0)) {
            broken(step.date, fmt::format("a provider serves {}", served));
        }
        sum += served;
    }
    if (std::abs(sum - cleared.demand) > 1e-6 * std::max(1.0, cleared.demand)) {
        broken(step.date,
               fmt::format("served and unserved are {}, demand is {}", sum, cleared.demand));
    }
    std::vector<double> by_provider(cleared.served_by_provider.size(), 0);
    for (const auto& asset : step.assets) {
        const double served = cleared.served_by_asset[asset.market];
        by_provider[asset.provider] += served;
        const double capacity = step.market->capacity(asset.market);
        if (served > capacity * (1 + 1e-9) + 1e-6) {
            broken(step.date, fmt::format("a region serves {} of {}", served, capacity));
        }
        if (served > 0 && !asset.open) {
            broken(step.date, "a region serves before it is open");
        }
    }
    for (std::size_t i = 0; i < by_provider.size(); ++i) {
        const double off = by_provider[i] - cleared.served_by_provider[i];
        if (std::abs(off) > 1e-6 * std::max(1.0, by_provider[i])) {
            broken(step.date, fmt::format("{} serves {}, its regions {}", step.provider(i).id,
                                          cleared.served_by_provider[i], by_provider[i]));
        }
    }
}

void Books::check(const RunStep& step) const {
    check_wallets(step);
    check_capacity(step);
    check_orders(step);
}

void Books::check_ways(Date date, std::span<const float> before, std::span<const float> after) {
    for (std::size_t place = 0; place < after.size(); ++place) {
        if (after[place] > before[place]) {
            broken(date, fmt::format("a new region makes a way of {} ms one of {} ms",
                                     before[place], after[place]));
        }
    }
}

void Books::check_wallets(const RunStep& step) const {
    double spent = 0;
    for (std::size_t i = 0; i < step.wallets.size(); ++i) {
        const auto& wallet = step.wallets[i];
        spent += wallet.spent;
        const double off =
            wallet.money_in - wallet.spent + wallet.refunded - wallet.returned - wallet.cash();
        if (std::abs(off) > 1e-6 * std::max(1.0, wallet.money_in)) {
            broken(step.date,
                   fmt::format(
                       "{}: {} came in, {} went out, {} came back, {} were given back, {} is there",
                       step.provider(i).id, wallet.money_in, wallet.spent, wallet.refunded,
                       wallet.returned, wallet.cash()));
        }
        if (!step.world->scenario.debt_allowed && wallet.cash() < -1e-6) {
            broken(step.date, fmt::format("{} has {} M USD", step.provider(i).id, wallet.cash()));
        }
    }
    if (std::abs(spent - orders_usd_m_ - expansion_usd_m_) > 1e-6 * std::max(1.0, spent)) {
        broken(step.date, fmt::format("{} was spent on orders of {}", spent,
                                      orders_usd_m_ + expansion_usd_m_));
    }
}

void Books::check_capacity(const RunStep& step) const {
    double open_mw = 0;
    for (const auto& asset : step.assets) {
        open_mw += asset.open ? asset.mw : 0;
    }
    const double made_mw = start_mw_ + opened_mw_ + arrived_mw_;
    if (std::abs(open_mw - made_mw) > 1e-6 * std::max(1.0, made_mw)) {
        broken(step.date, fmt::format("{} MW are open, {} were there or built", open_mw, made_mw));
    }
}

void Books::check_orders(const RunStep& step) const {
    std::size_t opened = 0;
    for (const auto& order : step.orders) {
        opened += order.state == OrderState::open ? 1 : 0;
        const bool early = order.state == OrderState::open &&
                           (*order.ended < order.earliest || order.earliest <= order.ordered);
        if (early) {
            broken(step.date, "a region opened before its order and lead time");
        }
    }
    if (opened != opened_) {
        broken(step.date, fmt::format("{} orders are open, {} opened", opened, opened_));
    }
}

}  // namespace footprint::sim
