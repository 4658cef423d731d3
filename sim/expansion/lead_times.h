// How long from announcement to opening: fitted to announcements with those not yet open as
// censored observations.
//
// Kaplan and Meier (1958), "Nonparametric estimation from incomplete observations", for medians
// that are printed; a Weibull accelerated-failure-time model (Kalbfleisch and Prentice, "The
// Statistical Analysis of Failure Time Data", chapter 3) for draws.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "sim/expansion/facts.h"

namespace footprint::sim {

struct LeadTime {
    double months = 0;
    bool opened = false;  // else still waiting after these months
    BuildKind kind = BuildKind::leased;
    bool without_date = false;  // no date was promised
    bool early = false;         // announced more than kRecentYears before
    bool by_then = false;  // it is open, but nobody wrote down since when: these months at most
};

inline constexpr double kRecentYears = 8;

// Advance announcements of a known kind, seen from that date.
std::vector<LeadTime> lead_times(std::span<const Announcement> announcements, Date date);

// The least time by which half have opened by the product-limit estimate; nothing when fewer have.
// Rows that are open without a date are left out.
std::optional<double> kaplan_meier_median(std::vector<LeadTime> times);

// ln T = mu[kind] + no_date × without_date + early × (announced early) + sigma × W, with W the
// logarithm of a unit exponential. Early rows say how the kinds differ; what is built now takes as
// long as recent rows do.
class LeadTimeModel {
  public:
    // Maximum likelihood by Newton's method, with a weak pull of the kinds towards each other (a
    // normal prior of unit precision) so that a kind with few rows stays near the others. Throws
    // Error (invalid) with fewer than 5 openings.
    static LeadTimeModel fit(std::span<const LeadTime> times, double give_up_share);

    double median_months(BuildKind kind, bool without_date) const;
    // The time at which a share `u` of (0, 1) has opened.
    double quantile_months(double u, BuildKind kind, bool without_date) const;
    // The same for one that has waited for `waited` months already.
    double quantile_after(double u, double waited, BuildKind kind, bool without_date) const;
    double log_likelihood(std::span<const LeadTime> times) const;

    std::array<double, kBuildKinds> mu{};
    double no_date = 0;
    double early = 0;
    double sigma = 1;
    // Share of recent announcements that promise no date, by kind; a pseudo-row of each drawn in.
    std::array<double, kBuildKinds> undated_share{};
    double give_up_share = 0;  // of announcements that never open
    std::size_t opened = 0;
    std::size_t waiting = 0;
};

// The share of announcements that were cancelled or dropped, of those that were settled.
double give_up_share(std::span<const Announcement> announcements);

}  // namespace footprint::sim
