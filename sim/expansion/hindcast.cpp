#include "sim/expansion/hindcast.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <numeric>
#include <set>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/parallel.h"
#include "geo/sphere/geodesic.h"
#include "sim/expansion/random.h"

namespace footprint::sim {
namespace {

constexpr double kMetro_m = 250'000;
constexpr double kCovered_m = 500'000;  // a city nearer to an own region counts as covered
constexpr int kRandomDraws = 200;
constexpr int kYearsMore = 5;

using Pair = std::pair<std::size_t, std::string>;  // provider and country

// Predicted openings in the order in which they are believed.
using Guess = std::vector<std::vector<Opening>>;  // by provider

class Scorer {
  public:
    Scorer(const World& world, std::vector<Opening> actual)
        : world_(world), actual_(std::move(actual)), by_provider_(world.providers()) {
        for (const auto& opening : actual_) {
            by_provider_[opening.provider].push_back(opening);
            happened_.insert({opening.provider, opening.country});
        }
    }

    const std::vector<Opening>& actual() const { return actual_; }
    std::size_t count(std::size_t provider) const { return by_provider_[provider].size(); }

    double country_hits(const Guess& guess) const {
        double hits = 0;
        for (std::size_t i = 0; i < by_provider_.size(); ++i) {
            std::map<std::string, int> left;
            for (const auto& opening : by_provider_[i]) {
                ++left[opening.country];
            }
            for (std::size_t k = 0; k < std::min(guess[i].size(), count(i)); ++k) {
                hits += left[guess[i][k].country]-- > 0 ? 1 : 0;
            }
        }
        return actual_.empty() ? 0 : hits / static_cast<double>(actual_.size());
    }

    double metro_hits(const Guess& guess) const {
        double hits = 0;
        for (std::size_t i = 0; i < by_provider_.size(); ++i) {
            std::vector<bool> used(by_provider_[i].size(), false);
            for (std::size_t k = 0; k < std::min(guess[i].size(), count(i)); ++k) {
                hits += match(guess[i][k], by_provider_[i], used) ? 1 : 0;
            }
        }
        return actual_.empty() ? 0 : hits / static_cast<double>(actual_.size());
    }

    // Over every pair of a provider that opened something and a country that has a site.
    double brier(const std::map<Pair, double>& probability) const {
        double sum = 0;
        double pairs = 0;
        for (std::size_t i = 0; i < by_provider_.size(); ++i) {
            if (by_provider_[i].empty()) {
                continue;
            }
            for (std::size_t c = 0; c < world_.sites_of.size(); ++c) {
                if (world_.sites_of[c].empty()) {
                    continue;
                }
                const Pair pair{i, world_.atlas->countries()[c].iso2};
                const auto found = probability.find(pair);
                const double p = found == probability.end() ? 0 : found->second;
                const double off = p - (happened_.contains(pair) ? 1 : 0);
                sum += off * off;
                pairs += 1;
            }
        }
        return pairs > 0 ? sum / pairs : 0;
    }

    static void count_pairs(const Guess& guess, double weight, std::map<Pair, double>& into) {
        std::set<Pair> seen;
        for (const auto& list : guess) {
            for (const auto& opening : list) {
                seen.insert({opening.provider, opening.country});
            }
        }
        for (const auto& pair : seen) {
            into[pair] += weight;
        }
    }

    HindcastScore score(std::string who, const Guess& guess) const {
        std::map<Pair, double> certain;
        Guess cut = guess;
        for (std::size_t i = 0; i < cut.size(); ++i) {
            cut[i].resize(std::min(cut[i].size(), count(i)));
        }
        count_pairs(cut, 1, certain);
        return {std::move(who), country_hits(guess), metro_hits(guess), brier(certain)};
    }

  private:
    static bool match(const Opening& guess, const std::vector<Opening>& actual,
                      std::vector<bool>& used) {
        for (std::size_t k = 0; k < actual.size(); ++k) {
            if (!used[k] && geo::distance_m(guess.position, actual[k].position) <= kMetro_m) {
                used[k] = true;
                return true;
            }
        }
        return false;
    }

    const World& world_;
    std::vector<Opening> actual_;
    std::vector<std::vector<Opening>> by_provider_;
    std::set<Pair> happened_;
};

// What a run would open, by date; then what it still builds, by the date it is due.
Guess guess_of(const World& world, const RunResult& run) {
    Guess guess(world.providers());
    std::vector<const Order*> orders;
    for (const auto& order : run.orders) {
        if (order.state != OrderState::given_up) {
            orders.push_back(&order);
        }
    }
    std::stable_sort(orders.begin(), orders.end(),
                     [](const Order* a, const Order* b) { return a->earliest < b->earliest; });
    for (const auto* order : orders) {
        if (order->country == geo::kNoCountry) {
            continue;
        }
        const auto position = order->site != kNoSite
                                  ? world.sites[order->site].position
                                  : world.known.catalog.region(order->region).position;
        guess[order->provider].push_back({order->provider,
                                          world.atlas->countries()[order->country].iso2, position,
                                          order->earliest});
    }
    return guess;
}

// The guess that the runs together make at the counts that were built: of "the provider opens its
// k-th region in the country", what most runs say, each at the site that most of them choose there.
Guess likeliest(const World& world, const std::vector<Guess>& guesses, const Scorer& scorer) {
    struct Place {
        int runs = 0;
        Opening opening;
    };
    Guess result(world.providers());
    for (std::size_t i = 0; i < world.providers(); ++i) {
        std::map<std::pair<std::string, int>, int> countries;  // country and k: runs
        std::map<std::string, std::map<std::pair<double, double>, Place>> places;
        for (const auto& guess : guesses) {
            std::map<std::string, int> seen;
            for (std::size_t k = 0; k < std::min(guess[i].size(), scorer.count(i)); ++k) {
                const auto& opening = guess[i][k];
                ++countries[{opening.country, ++seen[opening.country]}];
                auto& place = places[opening.country][{opening.position.lon, opening.position.lat}];
                ++place.runs;
                place.opening = opening;
            }
        }
        std::vector<std::pair<int, std::string>> order;
        for (const auto& [key, runs] : countries) {
            order.emplace_back(-runs, key.first);
        }
        std::stable_sort(order.begin(), order.end());
        order.resize(std::min(order.size(), scorer.count(i)));
        std::map<std::string, std::size_t> taken;
        for (const auto& [runs, country] : order) {
            std::vector<Place> here;
            for (const auto& [position, place] : places[country]) {
                here.push_back(place);
            }
            std::stable_sort(here.begin(), here.end(),
                             [](const Place& a, const Place& b) { return a.runs > b.runs; });
            const std::size_t rank = taken[country]++;
            result[i].push_back(here[std::min(rank, here.size() - 1)].opening);
        }
    }
    return result;
}

Opening at_site(const World& world, std::size_t provider, std::size_t site) {
    return {provider, world.sites[site].country, world.sites[site].position, world.known.date};
}

// The largest site of a country: sites stand in the order of their people within metros.csv.
std::size_t largest(const World& world, geo::CountryIndex country) {
    const auto& sites = world.sites_of[country];
    return *std::max_element(sites.begin(), sites.end(), [&](std::size_t a, std::size_t b) {
        return world.sites[a].people < world.sites[b].people;
    });
}

Guess announced_alone(const World& world) {
    Guess guess(world.providers());
    auto promises = world.known.promises;
    std::stable_sort(promises.begin(), promises.end(),
                     [](const Promise& a, const Promise& b) { return a.announced < b.announced; });
    for (const auto& promise : promises) {
        const auto& row = world.known.catalog.region(promise.region);
        guess[row.provider].push_back({row.provider, row.country, row.position, promise.announced});
    }
    return guess;
}

Guess largest_uncovered(const World& world, const Scorer& scorer) {
    Guess guess(world.providers());
    std::vector<std::size_t> order(world.sites.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return world.sites[a].people > world.sites[b].people;
    });
    for (std::size_t i = 0; i < world.providers(); ++i) {
        std::vector<geo::LonLat> own;
        for (const auto& asset : world.assets) {
            if (asset.provider == i && asset.open) {
                own.push_back(world.position(asset.location));
            }
        }
        for (const auto site : order) {
            if (guess[i].size() >= scorer.count(i)) {
                break;
            }
            const auto position = world.sites[site].position;
            const bool covered = std::any_of(own.begin(), own.end(), [&](geo::LonLat at) {
                return geo::distance_m(at, position) <= kCovered_m;
            });
            if (!covered) {
                own.push_back(position);
                guess[i].push_back(at_site(world, i, site));
            }
        }
    }
    return guess;
}

Guess random_by_demand(const World& world, const Scorer& scorer,
                       const std::vector<double>& by_country, RandomStream& random) {
    Guess guess(world.providers());
    const double all = std::accumulate(by_country.begin(), by_country.end(), 0.0);
    for (std::size_t i = 0; i < world.providers(); ++i) {
        while (guess[i].size() < scorer.count(i)) {
            double at = random.uniform() * all;
            for (std::size_t c = 0; c < by_country.size(); ++c) {
                at -= by_country[c];
                if (at <= 0 && !world.sites_of[c].empty()) {
                    guess[i].push_back(
                        at_site(world, i, largest(world, static_cast<geo::CountryIndex>(c))));
                    break;
                }
            }
        }
    }
    return guess;
}

Guess copy_rivals(const World& world, const Scorer& scorer, const std::vector<double>& by_country) {
    Guess guess(world.providers());
    for (std::size_t i = 0; i < world.providers(); ++i) {
        struct Row {
            double own = 0;
            double rivals = 0;
            geo::LonLat where;
        };
        std::map<geo::CountryIndex, Row> rows;
        for (const auto& asset : world.assets) {
            if (!asset.open || asset.country == geo::kNoCountry) {
                continue;
            }
            auto& row = rows[asset.country];
            (asset.provider == i ? row.own : row.rivals) += 1;
            if (asset.provider != i) {
                row.where = world.position(asset.location);
            }
        }
        while (guess[i].size() < scorer.count(i) && !rows.empty()) {
            const auto rank = [&](const std::pair<const geo::CountryIndex, Row>& entry) {
                const double own = 1 + entry.second.own;
                return std::pair(entry.second.rivals / (own * own), by_country[entry.first]);
            };
            auto best =
                std::max_element(rows.begin(), rows.end(),
                                 [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
            guess[i].push_back({i, world.atlas->countries()[best->first].iso2, best->second.where,
                                world.known.date});
            best->second.own += 1;
        }
    }
    return guess;
}

std::vector<double> ranks(const std::vector<double>& values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> result(values.size());
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin + 1;
        while (end < order.size() && values[order[end]] == values[order[begin]]) {
            ++end;
        }
        for (std::size_t k = begin; k < end; ++k) {
            result[order[k]] = static_cast<double>(begin + end - 1) / 2;
        }
        begin = end;
    }
    return result;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
    if (a.size() < 3) {
        return 0;
    }
    const auto n = static_cast<double>(a.size());
    const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n;
    const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (std::size_t k = 0; k < a.size(); ++k) {
        ab += (a[k] - mean_a) * (b[k] - mean_b);
        aa += (a[k] - mean_a) * (a[k] - mean_a);
        bb += (b[k] - mean_b) * (b[k] - mean_b);
    }
    return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

}  // namespace

std::vector<Opening> openings_between(const Timeline& timeline, Date cut, Date until) {
    const auto& catalog = timeline.catalog();
    const auto scope = RegionScope::published(catalog);
    std::vector<Opening> openings;
    for (const auto& event : timeline.events()) {
        const auto& row = catalog.region(event.region);
        if (event.kind == EventKind::opened && event.provenance == Provenance::fact &&
            event.when.last_day() > cut && event.date < until &&
            scope.counted[row.provider].has(row.region_class)) {
            openings.push_back({row.provider, row.country, row.position, event.date});
        }
    }
    return openings;
}

const HindcastScore& HindcastReport::best_baseline() const {
    // After the simulation, its single runs and the announcements alone.
    return *std::max_element(scores.begin() + 3, scores.end(),
                             [](const HindcastScore& a, const HindcastScore& b) {
                                 return a.country_hits < b.country_hits;
                             });
}

Scenario hindcast_scenario(Date cut, Date until, const std::vector<std::string>& providers) {
    if (until <= cut) {
        throw Error(ExitCode::usage,
                    fmt::format("--until {} is not after --hindcast {}", until.iso(), cut.iso()));
    }
    Scenario scenario;
    scenario.name = fmt::format("hindcast {} to {}", cut.year_month(), until.year_month());
    scenario.title = scenario.name;
    scenario.start = cut;
    scenario.end = until.plus_months(12 * kYearsMore);
    for (const auto& id : providers) {
        ScenarioProvider provider;
        provider.id = id;
        provider.policy = PolicyKind::follow_the_rival;
        scenario.providers.push_back(std::move(provider));
    }
    return scenario;
}

HindcastReport hindcast(const World& world, const Timeline& timeline, Date until,
                        std::uint64_t seed, std::uint32_t runs,
                        const std::function<void(std::uint32_t)>& done) {
    HindcastReport report;
    report.cut = world.scenario.start;
    report.until = until;
    report.runs = runs;
    auto actual = openings_between(timeline, report.cut, report.until);
    std::erase_if(actual, [&](const Opening& o) { return world.plans[o.provider] == nullptr; });
    const Scorer scorer(world, std::move(actual));
    report.openings = scorer.actual().size();
    for (int year = report.cut.year(); year <= report.until.plus_days(-1).year(); ++year) {
        report.years.push_back(year);
    }
    report.opened_by_year.assign(report.years.size(), 0);
    report.simulated_by_year.assign(report.years.size(), 0);
    const auto slot = [&](Date date) {
        return static_cast<std::size_t>(std::clamp(date.year() - report.cut.year(), 0,
                                                   static_cast<int>(report.years.size()) - 1));
    };
    for (const auto& opening : scorer.actual()) {
        report.opened_by_year[slot(opening.date)] += 1;
    }

    std::vector<Guess> guesses(runs);
    std::mutex mutex;
    std::uint32_t ready = 0;
    parallel_blocks(runs, 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t run = begin; run < end; ++run) {
            throw_if_interrupted();
            guesses[run] = guess_of(world, simulate(world, seed, static_cast<std::uint32_t>(run)));
            const std::lock_guard lock(mutex);
            done(++ready);
        }
    });

    HindcastScore single{"single runs, mean", 0, 0, 0};
    std::map<Pair, double> probability;  // at equal counts
    std::map<Pair, double> at_own_pace;
    std::map<Pair, std::vector<double>> when;
    for (const auto& guess : guesses) {
        single.country_hits += scorer.country_hits(guess) / runs;
        single.metro_hits += scorer.metro_hits(guess) / runs;
        Guess opened(guess.size());
        std::map<Pair, double> first;
        for (std::size_t i = 0; i < guess.size(); ++i) {
            for (const auto& opening : guess[i]) {
                if (opening.date >= report.until) {
                    continue;
                }
                opened[i].push_back(opening);
                first.emplace(Pair{i, opening.country}, opening.date.decimal_year());
                if (world.plans[i] != nullptr) {
                    report.simulated_by_year[slot(opening.date)] += 1.0 / runs;
                }
            }
        }
        Scorer::count_pairs(opened, 1.0 / runs, at_own_pace);
        Guess equal = guess;
        for (std::size_t i = 0; i < equal.size(); ++i) {
            equal[i].resize(std::min(equal[i].size(), scorer.count(i)));
        }
        Scorer::count_pairs(equal, 1.0 / runs, probability);
        std::map<Pair, double> alone;
        Scorer::count_pairs(equal, 1, alone);
        single.brier += scorer.brier(alone) / runs;
        for (const auto& [pair, date] : first) {
            when[pair].push_back(date);
        }
    }
    auto simulated = scorer.score("simulation", likeliest(world, guesses, scorer));
    simulated.brier = scorer.brier(probability);
    report.brier_at_own_pace = scorer.brier(at_own_pace);
    report.scores.push_back(simulated);
    report.scores.push_back(single);

    std::map<Pair, double> really;
    for (const auto& opening : scorer.actual()) {
        really.emplace(Pair{opening.provider, opening.country}, opening.date.decimal_year());
    }
    std::vector<double> a;
    std::vector<double> b;
    for (const auto& [pair, date] : really) {
        if (auto found = when.find(pair); found != when.end()) {
            auto& dates = found->second;
            std::sort(dates.begin(), dates.end());
            a.push_back(date);
            b.push_back(dates[dates.size() / 2]);
        }
    }
    report.ranked_pairs = a.size();
    report.rank_correlation = correlation(ranks(a), ranks(b));

    const auto by_country = world.demand->by_country(world.demand->spending(report.cut));
    report.scores.push_back(scorer.score("announcements alone", announced_alone(world)));
    report.scores.push_back(
        scorer.score("largest uncovered cities", largest_uncovered(world, scorer)));
    HindcastScore random{"random by demand", 0, 0, 0};
    std::map<Pair, double> drawn;
    RandomStream stream(seed, 0, "baseline.random");
    for (int k = 0; k < kRandomDraws; ++k) {
        const auto guess = random_by_demand(world, scorer, by_country, stream);
        random.country_hits += scorer.country_hits(guess) / kRandomDraws;
        random.metro_hits += scorer.metro_hits(guess) / kRandomDraws;
        Scorer::count_pairs(guess, 1.0 / kRandomDraws, drawn);
    }
    random.brier = scorer.brier(drawn);
    report.scores.push_back(random);
    report.scores.push_back(
        scorer.score("copy what rivals have", copy_rivals(world, scorer, by_country)));
    return report;
}

std::string hindcast_text(const HindcastReport& report) {
    std::string text = fmt::format("{} to {}: {} openings, {} runs\n", report.cut.iso(),
                                   report.until.iso(), report.openings, report.runs);
    text +=
        fmt::format("{:<26} {:>13} {:>13} {:>8}\n", "", "country hits", "within 250 km", "Brier");
    for (const auto& row : report.scores) {
        text += fmt::format("{:<26} {:>11.1f} % {:>11.1f} % {:>8.4f}\n", row.who,
                            100 * row.country_hits, 100 * row.metro_hits, row.brier);
    }
    const auto& best = report.best_baseline();
    text += fmt::format("country hits over the best baseline ({}): {:+.0f} %\n", best.who,
                        best.country_hits > 0
                            ? 100 * (report.simulation().country_hits / best.country_hits - 1)
                            : 0);
    text += fmt::format("Brier score at the pace of the runs themselves: {:.4f}\n",
                        report.brier_at_own_pace);
    text += fmt::format("when: rank correlation {:.2f} over {} pairs of provider and country\n",
                        report.rank_correlation, report.ranked_pairs);
    for (std::size_t k = 0; k < report.years.size(); ++k) {
        text += fmt::format("{}: {:.0f} opened, {:.1f} simulated\n", report.years[k],
                            report.opened_by_year[k], report.simulated_by_year[k]);
    }
    return text;
}

std::string hindcast_csv(const HindcastReport& report) {
    std::string text =
        "cut,until,openings,runs,who,country_hits_percent,metro_hits_percent,brier\n";
    for (const auto& row : report.scores) {
        text += fmt::format("{},{},{},{},{},{:.2f},{:.2f},{:.5f}\n", report.cut.iso(),
                            report.until.iso(), report.openings, report.runs, row.who,
                            100 * row.country_hits, 100 * row.metro_hits, row.brier);
    }
    return text;
}

}  // namespace footprint::sim
