#include "sim/latency/client_access.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <optional>

#include "base/csv.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/text.h"

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
    require(between(line.detour_spread, 0, 2), "detour_spread", line.detour_spread, "0 to 2");
}

bool same_access(const ClientLine& a, const ClientLine& b) {
    return a.median_ms == b.median_ms && a.spread == b.spread && a.slow_share == b.slow_share &&
           a.slow_ms == b.slow_ms;
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

// Phi(x) = 0.5 erfc(-x / sqrt 2), turned round by bisection.
std::span<const double> normal_steps() {
    static const auto kSteps = [] {
        std::array<double, kNormalSteps> steps{};
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(steps.size());
            double low = -10, high = 10;
            for (int k = 0; k < 60; ++k) {
                const double middle = (low + high) / 2;
                (0.5 * std::erfc(-middle / std::numbers::sqrt2) < share ? low : high) = middle;
            }
            steps[i] = high;
        }
        return steps;
    }();
    return kSteps;
}

namespace {

// A range that holds where a function that never falls turns from negative: from a guess outwards
// in growing steps.
template <typename IsBelow>
std::pair<double, double> range_about(double guess, double step, double low, double high,
                                      const IsBelow& is_below) {
    double at = std::clamp(guess, low, high);
    const bool is_up = is_below(at);
    while (at > low && at < high) {
        const double next = std::clamp(is_up ? at + step : at - step, low, high);
        if (is_below(next) != is_up) {
            return {std::min(at, next), std::max(at, next)};
        }
        at = next;
        step *= 2;
    }
    return {low, high};
}

}  // namespace

ClientAccess::Interval ClientAccess::interval(geo::CountryIndex country, double path_ms,
                                              std::optional<Interval> guess) const {
    const Typical& typical = typical_[slot(country)];
    const auto& spread = detour_spread_[slot(country)];
    const Table& table = *tables_[slot(country)];
    Steps ways_ms{};
    for (std::size_t i = 0; i < ways_ms.size(); ++i) {
        ways_ms[i] = typical.detour * path_ms * spread[i];
    }
    const auto share_within = [&](double ms) {
        double sum = 0;
        for (const double way_ms : ways_ms) {
            sum += look_up(table, ms - way_ms - typical.median_ms);
        }
        return sum / static_cast<double>(ways_ms.size());
    };
    // Halving gives the same digits whatever is known beforehand of where the quantile lies.
    const auto quantile = [&](double share, std::optional<double> about) {
        const auto is_below = [&](double ms) { return share_within(ms) < share; };
        double low = ways_ms.front(), high = ways_ms.back() + kLongest_ms;
        const auto [surely_below, surely_above] =
            about ? range_about(*about, kStep_ms / 2, low, high, is_below) : std::pair{low, high};
        while (high - low > kStep_ms / 4) {
            const double middle = (low + high) / 2;
            const bool below =
                middle <= surely_below || (middle < surely_above && is_below(middle));
            (below ? low : high) = middle;
        }
        return high;
    };
    return {quantile(0.05, guess ? std::optional(guess->low_ms) : std::nullopt),
            quantile(0.95, guess ? std::optional(guess->high_ms) : std::nullopt)};
}

ClientAccess::ClientAccess(ClientKind kind, std::vector<ClientLine> lines, const ClientLine& other)
    : kind_(kind), lines_(std::move(lines)) {
    lines_.push_back(other);
    typical_.resize(lines_.size());
    tables_.resize(lines_.size());
    // A line that stood before is tabulated once.
    std::vector<std::size_t> first(lines_.size());
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        check(lines_[i]);
        first[i] = static_cast<std::size_t>(
            std::find_if(lines_.begin(), lines_.end(),
                         [&](const ClientLine& line) { return same_access(line, lines_[i]); }) -
            lines_.begin());
    }
    parallel_blocks(lines_.size(), 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            if (first[i] == i) {
                tabulate(i);
            }
        }
    });
    detour_spread_.resize(lines_.size());
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        for (std::size_t k = 0; k < normal_steps().size(); ++k) {
            detour_spread_[i][k] = std::exp(lines_[i].detour_spread * normal_steps()[k]);
        }
        typical_[i] = {lines_[i].detour, typical_[first[i]].median_ms};
        tables_[i] = tables_[first[i]];
    }
}

void ClientAccess::tabulate(std::size_t slot) {
    const ClientLine& line = lines_[slot];
    const double median_ms = median_of(line);
    auto table = std::make_shared<Table>();
    // On multiples of the step, so that limits on such multiples meet the table's own points.
    const double first_step = std::floor(-median_ms / kStep_ms);
    table->first_ms = first_step * kStep_ms;
    table->share.reserve(kSteps + 1);
    for (std::size_t k = 0; k <= kSteps; ++k) {
        const double margin_ms = (first_step + static_cast<double>(k)) * kStep_ms;
        table->share.push_back(line.share_within(margin_ms + median_ms));
    }
    typical_[slot].median_ms = median_ms;
    tables_[slot] = std::move(table);
}

// Tables and people stand on steps of the same length, so all people fall at one share of a table's
// step, and the sum is a convolution: flat, with several chains so that none waits for the other.
double ClientAccess::people_within(geo::CountryIndex country, std::span<const double> people,
                                   std::size_t first, double limit_ms) const {
    const Table& table = *tables_[slot(country)];
    const double at = (limit_ms - table.first_ms) / kStep_ms - static_cast<double>(first);
    if (!(at >= 0) || people.empty()) {
        return 0;
    }
    // Farther than this everybody is at the table's end.
    const auto below =
        static_cast<std::size_t>(std::min(at, static_cast<double>(kSteps + people.size())));
    const double part = std::min(1.0, at - static_cast<double>(below));
    const double* const share = table.share.data();
    const std::size_t end = std::min(people.size(), below + 1);
    std::size_t s = below >= kSteps ? std::min(end, below - kSteps + 1) : 0;
    const double at_end =
        share[kSteps] *
        std::accumulate(people.begin(), people.begin() + static_cast<std::ptrdiff_t>(s), 0.0);
    std::array<double, 8> chains{};
    const auto add = [&](std::size_t chain) {
        const std::size_t k = below - (s + chain);
        chains[chain] += people[s + chain] * (share[k] + part * (share[k + 1] - share[k]));
    };
    for (; s + chains.size() <= end; s += chains.size()) {
        for (std::size_t chain = 0; chain < chains.size(); ++chain) {
            add(chain);
        }
    }
    for (; s < end; ++s) {
        add(0);
    }
    return std::accumulate(chains.begin(), chains.end(), at_end);
}

ClientAccess ClientAccess::load(const std::filesystem::path& file, const geo::Atlas& atlas,
                                ClientKind kind, double most_detour) {
    CsvReader csv(file);
    const auto fail = [&](const std::string& what) {
        throw Error(ExitCode::invalid, fmt::format("{}:{}: {}", csv.name(), csv.line(), what));
    };
    const auto number = [&](std::string_view name) {
        const auto value = parse_number(csv.field(csv.column(name)));
        if (!value) {
            fail(fmt::format("column '{}': '{}': expected a number", name,
                             csv.field(csv.column(name))));
        }
        return *value;
    };
    std::optional<ClientLine> other;
    std::vector<std::optional<ClientLine>> lines(atlas.countries().size());
    while (csv.next()) {
        if (csv.field(csv.column("kind")) != to_string(kind)) {
            continue;
        }
        const ClientLine line{std::min(number("detour"), most_detour),
                              number("median_ms"),
                              number("spread"),
                              number("slow_share"),
                              number("slow_ms"),
                              number("detour_spread")};
        const auto code = csv.field(csv.column("country"));
        const auto country = atlas.find_country(code);
        if (code.empty()) {
            other = line;
        } else if (country) {
            lines[*country] = line;
        } else {
            fail(fmt::format("column 'country': '{}' is no country", code));
        }
    }
    if (has_errors(csv.diagnostics())) {
        throw Error(ExitCode::invalid, format(csv.diagnostics(), 10));
    }
    if (!other) {
        fail(fmt::format("no row of kind {} for all other countries", to_string(kind)));
    }
    std::vector<ClientLine> all;
    for (const auto& line : lines) {
        all.push_back(line.value_or(*other));
    }
    return {kind, std::move(all), *other};
}

const ClientLine& ClientAccess::line(geo::CountryIndex country) const {
    return lines_[slot(country)];
}

}  // namespace footprint::sim
