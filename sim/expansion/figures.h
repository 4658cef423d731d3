// The figures of a run, written down at the end of each step.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "sim/expansion/run_state.h"

namespace footprint::sim {

class Figures {
  public:
    explicit Figures(const World& world);  // must outlive it
    // Appends a row a provider and one of the market; each January, at the start and at the end
    // those of areas and hubs. O(places × providers).
    void write(const RunStep& step, const MarketResult& cleared, std::span<const double> spending,
               const std::array<double, kWorks>& works, RunResult& result);

  private:
    // Of a provider at a place: its best round-trip time, and the shares of clients within limits.
    struct SharesWithin {
        float rtt_ms = -1;
        std::array<double, 4> share{};
    };
    void update_shares_within(const RunStep& step);
    template <class Take>
    void reach_in(const geo::Atlas::Area& area, std::span<const double> people, Take take) const;
    void find_movable(std::span<const double> spending, const std::array<double, kWorks>& works,
                      MarketMetric& market) const;
    void write_hubs(const RunStep& step, const MarketResult& cleared, RunResult& result) const;
    void write_areas(const RunStep& step, std::span<const double> people, RunResult& result) const;

    const World& world_;
    double usd_m_per_mw_;
    std::vector<SharesWithin> shares_within_;  // place × provider
};

// Counts regions and zones of every row as providers publish them, once the run's events are there:
// one way of counting for runs, compare and maps.
void count_regions(const World& world, RunResult& result);

}  // namespace footprint::sim
