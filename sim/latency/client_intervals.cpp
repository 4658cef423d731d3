#include "sim/latency/client_intervals.h"

#include <algorithm>

namespace footprint::sim {
namespace {

constexpr double kPathStep_ms = 16;
constexpr std::size_t kPathSteps = 32;  // longer paths are looked for from the last one

}  // namespace

ClientIntervals::ClientIntervals(const ClientAccess& clients)
    : clients_(&clients), known_(std::make_unique<Known[]>(clients.slots())) {}

ClientAccess::Interval ClientIntervals::at(geo::CountryIndex country, double path_ms) const {
    auto& known = known_[clients_->slot(country)];
    std::call_once(known.once, [&] {
        for (std::size_t i = 0; i <= kPathSteps; ++i) {
            const double ms = static_cast<double>(i) * kPathStep_ms;
            known.at.push_back(clients_->interval(country, ms));
        }
    });
    const double step = std::clamp(path_ms / kPathStep_ms, 0.0, double{kPathSteps} - 1);
    const auto i = static_cast<std::size_t>(step);
    const double part = path_ms / kPathStep_ms - static_cast<double>(i);
    const auto& a = known.at[i];
    const auto& b = known.at[i + 1];
    const ClientAccess::Interval guess{a.low_ms + part * (b.low_ms - a.low_ms),
                                       a.high_ms + part * (b.high_ms - a.high_ms)};
    return clients_->interval(country, path_ms, guess);
}

}  // namespace footprint::sim
