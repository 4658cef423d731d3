// What always holds, checked at every step in every build: served and unserved work are what was
// asked for, no region serves more than it can or before it opens, capacity that stands was there
// or was built, nothing opens before its order and lead time, money in is money out and what is
// there, money out is orders, and no added region lengthens anybody's way.
#pragma once

#include <span>

#include "sim/expansion/run_state.h"

namespace footprint::sim {

// Each check throws Error (failed) that names what does not hold, with the numbers.
class Books {
  public:
    // What is entered: capacity at the start, what opened, what expansions added, and what was
    // paid.
    void start_with(double mw) { start_mw_ += mw; }
    void opened(double mw) {
        opened_mw_ += mw;
        ++opened_;
    }
    void arrived(double mw) { arrived_mw_ += mw; }
    void paid_for_order(double usd_m) { orders_usd_m_ += usd_m; }
    void paid_for_expansion(double usd_m) { expansion_usd_m_ += usd_m; }

    // O(assets + orders + providers).
    void check(const RunStep& step) const;
    static void check_market(const RunStep& step, const MarketResult& cleared);
    // A provider's best round-trip times by place, before and after it opened a region.
    static void check_ways(Date date, std::span<const float> before, std::span<const float> after);

  private:
    void check_wallets(const RunStep& step) const;
    void check_capacity(const RunStep& step) const;
    void check_orders(const RunStep& step) const;

    double start_mw_ = 0;
    double opened_mw_ = 0;
    double arrived_mw_ = 0;
    double orders_usd_m_ = 0;
    double expansion_usd_m_ = 0;
    std::size_t opened_ = 0;
};

}  // namespace footprint::sim
