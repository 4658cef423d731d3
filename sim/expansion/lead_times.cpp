#include "sim/expansion/lead_times.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace footprint::sim {
namespace {

constexpr std::size_t kNoDate = kBuildKinds;
constexpr std::size_t kEarly = kBuildKinds + 1;
constexpr std::size_t kInverseSigma = kBuildKinds + 2;
constexpr std::size_t kUnknowns = kBuildKinds + 3;
using Vector = std::array<double, kUnknowns>;
using Matrix = std::array<Vector, kUnknowns>;

double months_between(Date from, Date to) {
    return (to - from) / 30.436875;
}

// z = s·ln t − θ·x. The log-likelihood is the sum of z + ln s − exp(z) over what opened, of −exp(z)
// over what waits, and of ln(1 − exp(−exp(z))) over what is open without a date: concave in (θ, s).
struct Observation {
    Vector v{};  // dz/d(θ, s)
    bool opened = false;
    bool by_then = false;
};

// Of one row: the log-likelihood without ln s, its slope in z, and its curvature downwards.
struct Part {
    double value = 0;
    double slope = 0;
    double bend = 0;
};
Part part_of(const Observation& o, double z) {
    const double e = std::exp(z);
    if (!o.by_then) {
        return {(o.opened ? z : 0) - e, (o.opened ? 1 : 0) - e, e};
    }
    const double never = std::exp(-e);  // chance of waiting longer
    const double slope = e * never / -std::expm1(-e);
    return {std::log(-std::expm1(-e)), slope, slope * (e / -std::expm1(-e) - 1)};
}

Observation observe(const LeadTime& time) {
    Observation o;
    o.v[static_cast<std::size_t>(time.kind)] = -1;
    o.v[kNoDate] = time.without_date ? -1 : 0;
    o.v[kEarly] = time.early ? -1 : 0;
    o.v[kInverseSigma] = std::log(time.months);
    o.opened = time.opened;
    o.by_then = time.by_then;
    return o;
}

double dot(const Vector& a, const Vector& b) {
    double sum = 0;
    for (std::size_t i = 0; i < kUnknowns; ++i) {
        sum += a[i] * b[i];
    }
    return sum;
}

double mean_kind(const Vector& at) {
    double sum = 0;
    for (std::size_t k = 0; k < kBuildKinds; ++k) {
        sum += at[k];
    }
    return sum / kBuildKinds;
}

double objective(std::span<const Observation> observations, const Vector& at) {
    const double s = at[kInverseSigma];
    if (s <= 0) {
        return -1e300;
    }
    double sum = 0;
    for (const auto& o : observations) {
        sum += part_of(o, dot(o.v, at)).value + (o.opened ? std::log(s) : 0);
    }
    for (std::size_t k = 0; k < kBuildKinds; ++k) {
        const double off = at[k] - mean_kind(at);
        sum -= off * off / 2;
    }
    return sum - (at[kNoDate] * at[kNoDate] + at[kEarly] * at[kEarly]) / 2;
}

// Solves a·x = b for a symmetric positive definite matrix by Gauss's elimination.
Vector solve(Matrix a, Vector b) {
    for (std::size_t i = 0; i < kUnknowns; ++i) {
        for (std::size_t j = i + 1; j < kUnknowns; ++j) {
            const double f = a[j][i] / a[i][i];
            for (std::size_t k = i; k < kUnknowns; ++k) {
                a[j][k] -= f * a[i][k];
            }
            b[j] -= f * b[i];
        }
    }
    for (std::size_t i = kUnknowns; i-- > 0;) {
        for (std::size_t k = i + 1; k < kUnknowns; ++k) {
            b[i] -= a[i][k] * b[k];
        }
        b[i] /= a[i][i];
    }
    return b;
}

// One step of Newton's method uphill.
Vector newton_step(std::span<const Observation> observations, const Vector& at) {
    const double s = at[kInverseSigma];
    Vector gradient{};
    Matrix curvature{};  // of the negative objective
    for (const auto& o : observations) {
        const Part part = part_of(o, dot(o.v, at));
        for (std::size_t i = 0; i < kUnknowns; ++i) {
            gradient[i] += part.slope * o.v[i];
            for (std::size_t j = 0; j < kUnknowns; ++j) {
                curvature[i][j] += part.bend * o.v[i] * o.v[j];
            }
        }
        if (o.opened) {
            gradient[kInverseSigma] += 1 / s;
            curvature[kInverseSigma][kInverseSigma] += 1 / (s * s);
        }
    }
    for (std::size_t k = 0; k < kBuildKinds; ++k) {
        gradient[k] -= at[k] - mean_kind(at);
        for (std::size_t j = 0; j < kBuildKinds; ++j) {
            curvature[k][j] += (k == j ? 1.0 : 0.0) - 1.0 / kBuildKinds;
        }
    }
    for (const auto i : {kNoDate, kEarly}) {
        gradient[i] -= at[i];
        curvature[i][i] += 1;
    }
    for (std::size_t i = 0; i < kUnknowns; ++i) {
        curvature[i][i] += 1e-9;
    }
    return solve(curvature, gradient);
}

}  // namespace

std::vector<LeadTime> lead_times(std::span<const Announcement> announcements, Date date) {
    std::vector<LeadTime> times;
    const Date recent = date.plus_days(-static_cast<std::int32_t>(kRecentYears * 365.25));
    for (const auto& row : announcements) {
        if (!row.in_advance || !row.kind || row.known_from > date) {
            continue;
        }
        const bool opened = row.opened && row.opened->last_day() <= date;
        if (row.given_up && !opened) {
            continue;
        }
        const bool by_then = !opened && row.open_since && *row.open_since <= date;
        const Date end = opened ? row.opened->middle() : by_then ? *row.open_since : date;
        times.push_back({std::max(0.5, months_between(row.known_from, end)), opened, *row.kind,
                         !row.promised.has_value(), row.known_from < recent, by_then});
    }
    return times;
}

std::optional<double> kaplan_meier_median(std::vector<LeadTime> times) {
    std::erase_if(times, [](const LeadTime& time) { return time.by_then; });
    std::sort(times.begin(), times.end(), [](const LeadTime& a, const LeadTime& b) {
        return a.months < b.months || (a.months == b.months && a.opened && !b.opened);
    });
    double waiting = 1;
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (!times[i].opened) {
            continue;
        }
        const auto at_risk = static_cast<double>(times.size() - i);
        waiting *= 1 - 1 / at_risk;
        if (waiting <= 0.5 + 1e-12) {
            return times[i].months;
        }
    }
    return std::nullopt;
}

double give_up_share(std::span<const Announcement> announcements) {
    double given_up = 0;
    double settled = 0;
    for (const auto& row : announcements) {
        if (row.in_advance && (row.opened || row.given_up)) {
            settled += 1;
            given_up += row.opened ? 0 : 1;
        }
    }
    return settled > 0 ? given_up / settled : 0;
}

LeadTimeModel LeadTimeModel::fit(std::span<const LeadTime> times, double give_up) {
    LeadTimeModel model;
    std::vector<Observation> observations;
    double sum = 0;
    double undated = 1;
    double recent = 2;
    std::array<double, kBuildKinds> undated_of{};
    std::array<double, kBuildKinds> recent_of{};
    for (const auto& time : times) {
        observations.push_back(observe(time));
        model.opened += time.opened ? 1 : 0;
        model.waiting += time.opened ? 0 : 1;
        sum += std::log(time.months);
        if (!time.early) {
            const auto k = static_cast<std::size_t>(time.kind);
            recent += 1;
            recent_of[k] += 1;
            undated += time.without_date ? 1 : 0;
            undated_of[k] += time.without_date ? 1 : 0;
        }
    }
    for (std::size_t k = 0; k < kBuildKinds; ++k) {
        model.undated_share[k] = (undated_of[k] + undated / recent) / (recent_of[k] + 1);
    }
    if (model.opened < 5) {
        throw Error(ExitCode::invalid,
                    fmt::format("lead times need at least 5 announcements that led to an opening; "
                                "{} are known at that date",
                                model.opened));
    }
    Vector at{};
    at[kInverseSigma] = 1;
    for (std::size_t k = 0; k < kBuildKinds; ++k) {
        at[k] = sum / static_cast<double>(times.size());
    }
    for (int round = 0; round < 100; ++round) {
        const Vector step = newton_step(observations, at);
        double length = 1;
        const double before = objective(observations, at);
        Vector next = at;
        for (int halving = 0; halving < 40; ++halving, length /= 2) {
            for (std::size_t i = 0; i < kUnknowns; ++i) {
                next[i] = at[i] + length * step[i];
            }
            if (objective(observations, next) >= before) {
                break;
            }
        }
        const double moved = std::sqrt(dot(step, step)) * length;
        at = next;
        if (moved < 1e-10) {
            break;
        }
    }
    const double s = at[kInverseSigma];
    for (std::size_t k = 0; k < kBuildKinds; ++k) {
        model.mu[k] = at[k] / s;
    }
    model.no_date = at[kNoDate] / s;
    model.early = at[kEarly] / s;
    model.sigma = 1 / s;
    model.give_up_share = give_up;
    return model;
}

double LeadTimeModel::quantile_months(double u, BuildKind kind, bool without_date) const {
    const double location = mu[static_cast<std::size_t>(kind)] + (without_date ? no_date : 0);
    return std::exp(location + sigma * std::log(-std::log1p(-u)));
}

double LeadTimeModel::median_months(BuildKind kind, bool without_date) const {
    return quantile_months(0.5, kind, without_date);
}

double LeadTimeModel::quantile_after(double u, double waited, BuildKind kind,
                                     bool without_date) const {
    const double location = mu[static_cast<std::size_t>(kind)] + (without_date ? no_date : 0);
    const double done =
        waited > 0 ? std::exp((std::log(waited) - location) / sigma) : 0;  // hazard so far
    return std::exp(location + sigma * std::log(done - std::log1p(-u)));
}

double LeadTimeModel::log_likelihood(std::span<const LeadTime> times) const {
    double sum = 0;
    for (const auto& time : times) {
        const double location = mu[static_cast<std::size_t>(time.kind)] +
                                (time.without_date ? no_date : 0) + (time.early ? early : 0);
        const double z = (std::log(time.months) - location) / sigma;
        sum += part_of(observe(time), z).value - (time.opened ? std::log(sigma) : 0);
    }
    return sum;
}

}  // namespace footprint::sim
