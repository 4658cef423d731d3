#include "sim/expansion/lead_times.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "sim/expansion/random.h"

namespace footprint::sim {
namespace {

LeadTime after(double months, bool opened, BuildKind kind = BuildKind::leased) {
    return {months, opened, kind};
}

// Freireich et al. (1963), weeks of remission, as in every textbook of survival analysis: the
// median is 23 weeks under 6-MP and 8 under placebo.
TEST(KaplanMeier, FindsTheTextbookMedians) {
    std::vector<LeadTime> treated;
    for (const double t : {6, 6, 6, 7, 10, 13, 16, 22, 23}) {
        treated.push_back(after(t, true));
    }
    for (const double t : {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35}) {
        treated.push_back(after(t, false));
    }
    EXPECT_EQ(kaplan_meier_median(treated), 23);
    std::vector<LeadTime> placebo;
    for (const double t : {1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23}) {
        placebo.push_back(after(t, true));
    }
    EXPECT_EQ(kaplan_meier_median(placebo), 8);
}

TEST(KaplanMeier, HasNoMedianWhenFewerThanHalfHaveOpened) {
    EXPECT_FALSE(kaplan_meier_median({after(5, true), after(9, false), after(9, false)}));
    EXPECT_FALSE(kaplan_meier_median({}));
}

// Draws from a known Weibull distribution, a third of them cut off, give its parameters back.
TEST(LeadTimeModel, RecoversTheParametersOfCensoredDraws) {
    LeadTimeModel truth;
    truth.mu = {std::log(30.0), std::log(14.0), std::log(18.0)};
    truth.no_date = 0.6;
    truth.sigma = 0.5;
    truth.early = -0.4;
    RandomStream random(3, 0, "test");
    std::vector<LeadTime> rows;
    for (int k = 0; k < 6000; ++k) {
        const auto kind = static_cast<BuildKind>(k % 3);
        const bool without_date = k % 2 == 0;
        const bool early = k % 5 == 0;
        const double months = truth.quantile_months(random.uniform(), kind, without_date) *
                              (early ? std::exp(truth.early) : 1);
        const double watched = 10 + 60 * random.uniform();
        // Of one in six that opened it is known only that it had by then.
        const bool by_then = months <= watched && k % 6 == 0;
        rows.push_back({by_then ? watched : std::min(months, watched),
                        months <= watched && !by_then, kind, without_date, early, by_then});
    }
    const auto model = LeadTimeModel::fit(rows, 0.1);
    EXPECT_GT(model.waiting, 1000U);
    EXPECT_NEAR(model.sigma, truth.sigma, 0.02);
    EXPECT_NEAR(model.no_date, truth.no_date, 0.04);
    EXPECT_NEAR(model.early, truth.early, 0.04);
    for (std::size_t k = 0; k < kBuildKinds; ++k) {
        EXPECT_NEAR(model.mu[k], truth.mu[k], 0.04) << k;
    }
}

TEST(LeadTimeModel, IsAtTheTopOfItsLikelihood) {
    std::vector<LeadTime> rows;
    RandomStream random(4, 0, "test");
    for (int k = 0; k < 3000; ++k) {
        rows.push_back(after(1 + 40 * random.uniform(), random.uniform() < 0.8,
                             static_cast<BuildKind>(k % 3)));
    }
    const auto best = LeadTimeModel::fit(rows, 0);
    const double top = best.log_likelihood(rows);
    for (const double by : {-0.05, 0.05}) {
        auto moved = best;
        moved.sigma += by;
        EXPECT_LT(moved.log_likelihood(rows), top);
        for (std::size_t k = 0; k < kBuildKinds; ++k) {
            moved = best;
            moved.mu[k] += by;
            EXPECT_LT(moved.log_likelihood(rows), top);
        }
    }
}

TEST(LeadTimeModel, NeverOpensWhatHasWaitedBeforeThatTime) {
    LeadTimeModel model;
    model.mu = {3, 2.5, 2.8};
    model.sigma = 0.6;
    for (const double waited : {0.0, 5.0, 40.0, 200.0}) {
        double last = waited;
        for (const double u : {0.01, 0.2, 0.5, 0.8, 0.99}) {
            const double months = model.quantile_after(u, waited, BuildKind::leased, false);
            EXPECT_GT(months, last);
            last = months;
        }
    }
    EXPECT_NEAR(model.quantile_after(0.5, 0, BuildKind::campus, false),
                model.median_months(BuildKind::campus, false), 1e-9);
}

TEST(LeadTimeModel, RefusesToFitTooFewOpenings) {
    EXPECT_THROW(LeadTimeModel::fit(std::vector{after(5, true), after(6, true)}, 0), Error);
}

// The published medians: campus 25 months, leased halls 11, joint ventures 16.
TEST(LeadTimes, AgreeWithTheMediansThatWereReadOffTheAnnouncements) {
    const auto facts = Facts::load(std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets");
    const auto rows = lead_times(facts.announcements, Date::from_ymd(2026, 11, 22));
    const auto median = [&](BuildKind kind) {
        std::vector<LeadTime> some;
        for (const auto& row : rows) {
            if (row.kind == kind) {
                some.push_back(row);
            }
        }
        return kaplan_meier_median(some).value();
    };
    EXPECT_NEAR(median(BuildKind::campus), 25, 3);
    EXPECT_NEAR(median(BuildKind::leased), 11, 2);
    EXPECT_NEAR(median(BuildKind::joint), 16, 6);
}

// Few joint ventures are recent, and most of those were promised without a date: what makes these
// slow must not be charged to the kind.
TEST(LeadTimeModel, ReproducesTheMediansOfTheRecordByKind) {
    const auto facts = Facts::load(std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets");
    const auto rows = lead_times(facts.announcements, Date::from_ymd(2026, 11, 22));
    const auto model = LeadTimeModel::fit(rows, 0);
    EXPECT_LT(model.early, 0);
    EXPECT_GT(model.no_date, 0);
    const auto median = [&](BuildKind kind) {
        std::vector<double> drawn;
        for (const auto& row : rows) {
            for (int k = 0; k < 20 && row.kind == kind; ++k) {
                drawn.push_back(model.quantile_months((k + 0.5) / 20, kind, row.without_date) *
                                (row.early ? std::exp(model.early) : 1));
            }
        }
        std::sort(drawn.begin(), drawn.end());
        return drawn.at(drawn.size() / 2);
    };
    EXPECT_NEAR(median(BuildKind::campus), 25, 4);
    EXPECT_NEAR(median(BuildKind::leased), 11, 3);
    EXPECT_NEAR(median(BuildKind::joint), 16, 4);
}

TEST(Facts, RefuseWhatWasNotKnownYet) {
    const auto facts = Facts::load(std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets");
    const Date cut = Date::from_ymd(2019, 1, 1);
    EXPECT_THROW(facts.require_known_by(cut), Error);
    const auto known = facts.known_at(cut);
    EXPECT_NO_THROW(known.require_known_by(cut));
    EXPECT_LT(known.announcements.size(), facts.announcements.size());
    EXPECT_GT(known.announcements.size(), 50U);
}

}  // namespace
}  // namespace footprint::sim
