#include "sim/latency/client_access.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"

namespace footprint::sim {

namespace {

double log_normal(double ms, double median_ms, double spread) {
    return ms > 0 ? 0.5 * std::erfc(-std::log(ms / median_ms) / (spread * std::numbers::sqrt2)) : 0;
}

void check(const ClientLine& line) {
    const auto require = [](bool ok, std::string_view name, double value, std::string_view wanted) {
        if (!ok) {
            throw Error(ExitCode::invalid,
                        fmt::format("client access: {} is {}; expected {}", name, value, wanted));
        }
    };
    const auto between = [](double value, double low, double high) {
        return value >= low && value <= high;  // false for NaN
    };
    require(between(line.detour, 0.1, 10), "detour", line.detour, "0.1 to 10");
    require(between(line.median_ms, 0.01, 2000), "median_ms", line.median_ms, "0.01 to 2000");
    require(between(line.spread, 0.01, 5), "spread", line.spread, "0.01 to 5");
    require(between(line.slow_share, 0, 1), "slow_share", line.slow_share, "0 to 1");
    require(between(line.slow_ms, 0.01, 20000), "slow_ms", line.slow_ms, "0.01 to 20000");
}

// The least RTT that half of the clients have, to a billionth.
double median_of(const ClientLine& line) {
    double low = 0;
    double high = 2 * std::max(line.median_ms, line.slow_ms);
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (line.share_within(middle) < 0.5 ? low : high) = middle;
    }
    return high;
}

}  // namespace

std::string_view to_string(ClientKind kind) {
    return kind == ClientKind::fixed ? "fixed" : "wireless";
}

double ClientLine::share_within(double ms) const {
    return (1 - slow_share) * log_normal(ms, median_ms, spread) +
           slow_share * log_normal(ms, slow_ms, spread);
}

ClientAccess::ClientAccess(ClientKind kind, std::vector<ClientLine> lines, const ClientLine& other)
    : kind_(kind), lines_(std::move(lines)) {
    lines_.push_back(other);
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        const auto same =
            std::find(lines_.begin(), lines_.begin() + static_cast<std::ptrdiff_t>(i), lines_[i]) -
            lines_.begin();
        if (static_cast<std::size_t>(same) < i) {
            typical_.push_back(typical_[static_cast<std::size_t>(same)]);
            tables_.push_back(tables_[static_cast<std::size_t>(same)]);
            continue;
        }
        check(lines_[i]);
        const double median_ms = median_of(lines_[i]);
        auto table = std::make_shared<Table>();
        // On multiples of the step, so that limits on such multiples meet the table's own points.
        const double first_step = std::floor(-median_ms / kStep_ms);
        table->first_ms = first_step * kStep_ms;
        table->share.reserve(kSteps + 1);
        for (std::size_t k = 0; k <= kSteps; ++k) {
            const double margin_ms = (first_step + static_cast<double>(k)) * kStep_ms;
            table->share.push_back(lines_[i].share_within(margin_ms + median_ms));
        }
        typical_.push_back({lines_[i].detour, median_ms});
        tables_.push_back(std::move(table));
    }
}

const ClientLine& ClientAccess::line(geo::CountryIndex country) const {
    return lines_[slot(country)];
}

}  // namespace footprint::sim
