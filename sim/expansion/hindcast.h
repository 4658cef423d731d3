// How well would the simulator have foretold what was built? Runs start from what was known at a
// cut, and are scored against what opened after it, next to simple rules of thumb.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/expansion/simulation.h"

namespace footprint::sim {

struct Opening {
    std::size_t provider = 0;
    std::string country;  // ISO alpha-2
    geo::LonLat position;
    Date date;
};

// Regions of each provider's published scope that opened after `cut` (their whole interval was not
// over by then) and before `until`; rows without a date are left out. By date.
std::vector<Opening> openings_between(const Timeline& timeline, Date cut, Date until);

struct HindcastScore {
    std::string who;
    double country_hits = 0;  // of openings, met by one in the same country at equal counts
    double metro_hits = 0;    // the same within 250 km
    double brier = 0;  // of "a provider opens something in a country", all pairs, at equal counts
};

struct HindcastReport {
    Date cut;
    Date until;
    std::uint32_t runs = 0;
    std::size_t openings = 0;
    // What the runs together think likeliest, the mean of single runs, announcements alone, then
    // the baselines.
    std::vector<HindcastScore> scores;
    double brier_at_own_pace = 0;  // of the runs, with as many openings as they make until `until`
    double rank_correlation = 0;   // Spearman's, of when, over pairs that both know
    std::size_t ranked_pairs = 0;
    std::vector<int> years;
    std::vector<double> opened_by_year;
    std::vector<double> simulated_by_year;  // mean of the runs

    const HindcastScore& simulation() const { return scores.front(); }
    const HindcastScore& best_baseline() const;  // by country hits
};

// A scenario in which every provider named follows its rivals from `cut`. It ends some years after
// `until`, so that a run that builds too slowly still says where it would have built: scores are at
// equal counts. Years after `until` are in no other figure.
Scenario hindcast_scenario(Date cut, Date until, const std::vector<std::string>& providers);

// `world` starts at the cut; `timeline` is the whole history.
HindcastReport hindcast(const World& world, const Timeline& timeline, Date until,
                        std::uint64_t seed, std::uint32_t runs,
                        const std::function<void(std::uint32_t)>& done);

std::string hindcast_text(const HindcastReport& report);
std::string hindcast_csv(const HindcastReport& report);

}  // namespace footprint::sim
