// What providers have to spend: what comes in at each step, and what goes back to the company.
#pragma once

#include <span>
#include <vector>

#include "sim/expansion/run_state.h"

namespace footprint::sim {

class Treasury {
  public:
    explicit Treasury(const World& world);  // must outlive it
    // The money of the time from one date to another. Part is for new regions, the rest for growth.
    void take_in(Date date, Date next);
    // What nothing asked for within the time that it may be kept, by what came in last. What the
    // scenario gives stays.
    void give_back();
    Wallet& operator[](std::size_t provider) { return wallets_[provider]; }
    std::span<const Wallet> all() const { return wallets_; }

  private:
    double money_of(const Budget& budget, Date date, Date next) const;
    double growth_of(const Budget& budget, Date date) const;

    const World& world_;
    std::vector<Wallet> wallets_;       // by provider
    std::vector<double> yearly_money_;  // by provider, as of this step
};

}  // namespace footprint::sim
