#include "sim/coverage/client_shares.h"

#include <algorithm>
#include <cmath>

#include "sim/coverage/coverage.h"

namespace footprint::sim {

namespace {

struct Steps {
    std::vector<double> weight;
    std::size_t first = 0, end = 0;  // in use

    void add(double rtt_ms, double people) {
        const double at = std::min(rtt_ms, kLongest_ms) / ClientAccess::kStep_ms;
        const auto below = static_cast<std::size_t>(at);
        const double share = at - static_cast<double>(below);
        if (weight.size() < below + 2) {
            weight.resize(std::max(below + 2, std::size_t{1024}));
        }
        weight[below] += (1 - share) * people;
        weight[below + 1] += share * people;
        first = end == 0 ? below : std::min(first, below);
        end = std::max(end, below + 2);
    }
};

}  // namespace

ClientShares::ClientShares(const ClientAccess& clients, std::span<const std::uint32_t> points,
                           std::span<const geo::CountryIndex> countries,
                           std::span<const double> weights, std::span<const float> rtt_ms)
    : clients_(&clients) {
    std::vector<Steps> steps;
    std::vector<std::uint32_t> slot_of;  // by country
    std::vector<geo::CountryIndex> country_of;
    constexpr std::uint32_t kNone = 0xFFFFFFFF;
    CompensatedSum people;
    for (const auto p : points) {
        people.add(weights[p]);
        if (!std::isfinite(rtt_ms[p])) {
            continue;
        }
        const auto country = countries[p];
        if (slot_of.size() <= country) {
            slot_of.resize(std::size_t{country} + 1, kNone);
        }
        if (slot_of[country] == kNone) {
            slot_of[country] = static_cast<std::uint32_t>(steps.size());
            steps.emplace_back();
            country_of.push_back(country);
        }
        steps[slot_of[country]].add(double{rtt_ms[p]}, weights[p]);
    }
    people_ = people.value();
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto& s = steps[i];
        bins_.push_back({country_of[i],
                         s.first,
                         {s.weight.begin() + static_cast<std::ptrdiff_t>(s.first),
                          s.weight.begin() + static_cast<std::ptrdiff_t>(s.end)}});
    }
    std::sort(bins_.begin(), bins_.end(),
              [](const Bins& a, const Bins& b) { return a.country < b.country; });
}

double ClientShares::within(double limit_ms) const {
    CompensatedSum sum;
    for (const auto& bins : bins_) {
        sum.add(clients_->people_within(bins.country, bins.weight, bins.first, limit_ms));
    }
    return std::min(sum.value(), people_);
}

std::optional<double> ClientShares::quantile(double share) const {
    return least_rtt_ms(share * people_, people_, [this](double ms) { return within(ms); });
}

}  // namespace footprint::sim
