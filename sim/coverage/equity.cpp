#include "sim/coverage/equity.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "sim/coverage/coverage.h"

namespace footprint::sim {

namespace {

using Waiting = std::vector<std::pair<double, double>>;  // RTT, people; ascending

// Mean RTT of the first `people` in the given order.
template <typename Iterator>
double mean_of_first(Iterator begin, Iterator end, double people) {
    CompensatedSum sum;
    double left = people;
    for (auto at = begin; at != end && left > 0; ++at) {
        const double taken = std::min(left, at->second);
        sum.add(taken * at->first);
        left -= taken;
    }
    return people > 0 ? sum.value() / people : 0;
}

// 1 − 2 × the area under the Lorenz curve, by trapezia.
double gini_of(const Waiting& waiting, double people, double person_ms) {
    CompensatedSum below;  // person-ms of those who wait less
    CompensatedSum area;
    for (const auto& [ms, weight] : waiting) {
        const double before = below.value();
        below.add(weight * ms);
        area.add(weight * (before + below.value()));
    }
    const double whole = people * person_ms;
    return whole > 0 ? std::max(0.0, 1 - area.value() / whole) : 0;
}

std::optional<double> quantile(const Waiting& waiting, double wanted) {
    CompensatedSum sum;
    for (const auto& [ms, weight] : waiting) {
        sum.add(weight);
        if (sum.value() >= wanted) {
            return ms;
        }
    }
    return std::nullopt;
}

}  // namespace

Equity equity(std::span<const std::uint32_t> points, std::span<const double> weights,
              std::span<const float> rtt_ms) {
    Waiting waiting;
    CompensatedSum all, served, person_ms, unserved;
    for (const auto p : points) {
        all.add(weights[p]);
        if (!std::isfinite(rtt_ms[p])) {
            unserved.add(weights[p]);
        } else if (weights[p] > 0) {
            served.add(weights[p]);
            person_ms.add(weights[p] * double{rtt_ms[p]});
            waiting.emplace_back(double{rtt_ms[p]}, weights[p]);
        }
    }
    std::sort(waiting.begin(), waiting.end());
    Equity result;
    result.people = all.value();
    result.unserved = unserved.value();
    if (waiting.empty()) {
        return result;
    }
    const double tenth = served.value() / 10;
    result.mean_ms = person_ms.value() / served.value();
    result.gini = gini_of(waiting, served.value(), person_ms.value());
    result.best_decile_ms = mean_of_first(waiting.begin(), waiting.end(), tenth);
    result.worst_decile_ms = mean_of_first(waiting.rbegin(), waiting.rend(), tenth);
    // A hair less, lest a sum's rounding leaves the last person out.
    const double whole = result.people * (1 - 1e-12);
    result.median_ms = quantile(waiting, 0.5 * whole);
    result.p90_ms = quantile(waiting, 0.9 * whole);
    result.p99_ms = quantile(waiting, 0.99 * whole);
    return result;
}

}  // namespace footprint::sim
