#include "sim/coverage/client_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>

#include "base/csv.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/text.h"
#include "geo/sphere/geodesic.h"

namespace footprint::sim {

namespace {

constexpr double kPathStep_ms = 0.5;
// ln detours that are looked at.
constexpr double kLowest = -1.0;
constexpr double kGridStep = 0.05;
constexpr std::size_t kGrid = 61;
// How much a threshold's error counts: 100 ms is the one that is promised.
constexpr double kSideWeight = 0.35;
constexpr double kAgreementWeight = 0.2;
// Intervals are meant to hold 90 %. From here on a wider spread of detours gains little: what they
// miss lies elsewhere.
constexpr double kIntervalShare = 0.875;
// Spreads of ln detour that are looked at.
constexpr double kSpreadStep = 0.02;
constexpr double kMostSpread = 1;

double grid_value(std::size_t g) {
    return kLowest + kGridStep * static_cast<double>(g);
}

double kilometres(geo::Vec3 a, geo::Vec3 b) {
    return 2 * std::asin(std::min(1.0, geo::norm(a - b) / 2)) * geo::kEquatorialRadius_m / 1000;
}

// The distribution of access, tabulated in half milliseconds: fits ask for it millions of times.
class AccessTable {
  public:
    explicit AccessTable(const ClientLine& line) {
        for (std::size_t i = 0; i <= kSteps; ++i) {
            share_.push_back(line.share_within(static_cast<double>(i) * kStep_ms));
        }
    }
    double within(double ms) const {
        if (!(ms > 0)) {
            return 0;
        }
        const double at = std::min(ms / kStep_ms, static_cast<double>(kSteps) - 1e-9);
        const auto below = static_cast<std::size_t>(at);
        return share_[below] +
               (at - static_cast<double>(below)) * (share_[below + 1] - share_[below]);
    }

  private:
    static constexpr double kStep_ms = 0.5;
    static constexpr std::size_t kSteps = 2400;
    std::vector<double> share_;
};

struct Country {
    geo::CountryIndex index = geo::kNoCountry;
    const CountryPaths* paths = nullptr;
    std::vector<double> measured;  // by threshold; NaN: not measured
};

// Errors of left-out countries and everything that leads to them, for one kind.
class Fitter {
  public:
    Fitter(const geo::Atlas& atlas, std::vector<Country> countries, std::vector<double> thresholds)
        : atlas_(atlas), countries_(std::move(countries)), thresholds_(std::move(thresholds)) {}

    // With the detours of clients spread about the country's, too, the share of the samples
    // measured that lie inside the middle 90 % of the clients modelled. Shares were measured within
    // some times only: between two of them samples are taken to lie as the model's clients do.
    double in_interval(const std::vector<std::vector<double>>& by_grid, double ln, double spread,
                       const std::vector<double>& measured) const {
        std::vector<double> modelled(thresholds_.size(), 0);
        for (const double step : normal_steps()) {
            const auto shares = at(by_grid, ln + spread * step);
            for (std::size_t t = 0; t < shares.size(); ++t) {
                modelled[t] += shares[t] / static_cast<double>(normal_steps().size());
            }
        }
        double inside = 0;
        double from = 0, from_measured = 0;
        const auto up_to = [&](double to, double to_measured) {
            const double length = to - from;
            const double common = std::max(0.0, std::min(to, 0.95) - std::max(from, 0.05));
            const double samples = std::max(0.0, to_measured - from_measured);
            inside += length > 1e-12 ? samples * common / length : 0;
            from = to;
            from_measured = std::max(from_measured, to_measured);
        };
        for (std::size_t t = 0; t < thresholds_.size(); ++t) {
            if (!std::isnan(measured[t])) {
                up_to(modelled[t], measured[t]);
            }
        }
        up_to(1, 1);
        return inside;
    }

    // The least spread of detours with which the intervals hold what they promise of the samples
    // measured, on average over countries whose ln detours are taken as given, and what each holds.
    struct Spread {
        double spread = 0;
        double coverage = 0;
        std::vector<double> in_interval;
    };
    Spread least_spread(const ClientFitParameters& p, const std::vector<double>& ln) const {
        const auto shares = modelled(p);
        for (Spread result;; result.spread += kSpreadStep) {
            result.in_interval.clear();
            double sum = 0;
            for (std::size_t i = 0; i < countries_.size(); ++i) {
                result.in_interval.push_back(
                    in_interval(shares[i], ln[i], result.spread, countries_[i].measured));
                sum += result.in_interval.back();
            }
            result.coverage = sum / static_cast<double>(countries_.size());
            if (result.coverage >= kIntervalShare || result.spread > kMostSpread) {
                return result;
            }
        }
    }

    std::vector<LeftOutCountry> left_out(const ClientFitParameters& p) const {
        const auto shares = modelled(p);
        const auto loss = losses(p, shares);
        const auto kernel = kernels(p);
        const auto all = settle(p, loss, kernel, countries_.size());
        std::vector<LeftOutCountry> result(countries_.size());
        for (std::size_t i = 0; i < countries_.size(); ++i) {
            const auto others = settle(p, loss, kernel, i, all);
            const double ln = mean_of_others(p, others, kernel, i, i);
            result[i] = {countries_[i].index, std::exp(ln), countries_[i].measured,
                         at(shares[i], ln), 0};
        }
        return result;
    }

    // ln detours of the countries with all of them known.
    std::vector<double> fitted(const ClientFitParameters& p) const {
        const auto loss = losses(p, modelled(p));
        return settle(p, loss, kernels(p), countries_.size());
    }

    // ln detour of any other country.
    double predicted(const ClientFitParameters& p, const std::vector<double>& fitted,
                     geo::CountryIndex country, geo::Vec3 centre) const {
        double sum = p.pull * std::log(p.detour);
        double weight = p.pull;
        for (std::size_t j = 0; j < countries_.size(); ++j) {
            const double k =
                likeness(p, country, centre, countries_[j].index, countries_[j].paths->centre);
            sum += k * fitted[j];
            weight += k;
        }
        return sum / weight;
    }

    const std::vector<double>& thresholds() const { return thresholds_; }

  private:
    using Matrix = std::vector<std::vector<double>>;
    using Shares = std::vector<std::vector<std::vector<double>>>;  // country, grid, threshold

    Shares modelled(const ClientFitParameters& p) const {
        const AccessTable access({1, p.median_ms, p.spread, p.slow_share, p.slow_ms});
        Shares result(countries_.size());
        parallel_blocks(countries_.size(), 1, [&](std::size_t begin, std::size_t end) {
            for (std::size_t c = begin; c < end; ++c) {
                const auto& paths = *countries_[c].paths;
                result[c].assign(kGrid, std::vector<double>(thresholds_.size(), 0));
                for (std::size_t g = 0; g < kGrid; ++g) {
                    const double detour = std::exp(grid_value(g));
                    for (std::size_t t = 0; t < thresholds_.size(); ++t) {
                        double sum = 0;
                        for (std::size_t b = 0; b < paths.share.size(); ++b) {
                            sum += paths.share[b] *
                                   access.within(thresholds_[t] - detour * paths.path_ms[b]);
                        }
                        result[c][g][t] = sum;
                    }
                }
            }
        });
        return result;
    }

    // Cost of each detour to each country by its own measurement.
    Matrix losses(const ClientFitParameters& p, const Shares& shares) const {
        Matrix loss(countries_.size(), std::vector<double>(kGrid, 0));
        for (std::size_t c = 0; c < countries_.size(); ++c) {
            for (std::size_t g = 0; g < kGrid; ++g) {
                for (std::size_t t = 0; t < thresholds_.size(); ++t) {
                    if (!std::isnan(countries_[c].measured[t])) {
                        loss[c][g] += p.trust * weight(t) *
                                      std::abs(shares[c][g][t] - countries_[c].measured[t]);
                    }
                }
            }
        }
        return loss;
    }

    // Where a detour is told apart best: near 100 ms all is decided by the path.
    double weight(std::size_t t) const {
        return thresholds_[t] < 50 ? 0.3 : thresholds_[t] < 200 ? 1.0 : 0.5;
    }

    double likeness(const ClientFitParameters& p, geo::CountryIndex a, geo::Vec3 at_a,
                    geo::CountryIndex b, geo::Vec3 at_b) const {
        const auto all = atlas_.countries();
        double k = std::exp(-kilometres(at_a, at_b) / p.length_km);
        k *= all[a].continent == all[b].continent ? 1 : p.other_continent;
        k *= all[a].subregion == all[b].subregion ? 1 : p.other_subregion;
        return k;
    }

    Matrix kernels(const ClientFitParameters& p) const {
        Matrix kernel(countries_.size(), std::vector<double>(countries_.size(), 0));
        for (std::size_t i = 0; i < countries_.size(); ++i) {
            for (std::size_t j = 0; j < countries_.size(); ++j) {
                kernel[i][j] = i == j
                                   ? 0
                                   : likeness(p, countries_[i].index, countries_[i].paths->centre,
                                              countries_[j].index, countries_[j].paths->centre);
            }
        }
        return kernel;
    }

    static double mean_of_others(const ClientFitParameters& p, const std::vector<double>& ln,
                                 const Matrix& kernel, std::size_t i, std::size_t without) {
        double sum = p.pull * std::log(p.detour);
        double weight = p.pull;
        for (std::size_t j = 0; j < ln.size(); ++j) {
            if (j != without) {
                sum += kernel[i][j] * ln[j];
                weight += kernel[i][j];
            }
        }
        return sum / weight;
    }

    // Each country at the best of measurement and neighbours, by repeated steps; country `without`
    // tells the others nothing.
    std::vector<double> settle(const ClientFitParameters& p, const Matrix& loss,
                               const Matrix& kernel, std::size_t without,
                               std::vector<double> ln = {}) const {
        const bool from_scratch = ln.empty();
        if (from_scratch) {
            ln.assign(countries_.size(), std::log(p.detour));
        }
        const int steps = from_scratch ? 25 : 4;
        const double stride = from_scratch ? 0.5 : 0.8;
        for (int step = 0; step < steps; ++step) {
            std::vector<double> next(ln.size());
            for (std::size_t i = 0; i < ln.size(); ++i) {
                const double mean = mean_of_others(p, ln, kernel, i, without);
                double best = std::numeric_limits<double>::infinity();
                double best_ln = 0;
                for (std::size_t g = 0; g < kGrid; ++g) {
                    const double off = (grid_value(g) - mean) / p.tolerance;
                    const double cost = loss[i][g] + off * off / 2;
                    if (cost < best) {
                        best = cost;
                        best_ln = grid_value(g);
                    }
                }
                next[i] = (1 - stride) * ln[i] + stride * best_ln;
            }
            ln = next;
        }
        return ln;
    }

    std::vector<double> at(const std::vector<std::vector<double>>& by_grid, double ln) const {
        const double g = std::clamp((ln - kLowest) / kGridStep, 0.0, kGrid - 1.000001);
        const auto below = static_cast<std::size_t>(g);
        const double t = g - static_cast<double>(below);
        std::vector<double> result;
        for (std::size_t k = 0; k < thresholds_.size(); ++k) {
            result.push_back((1 - t) * by_grid[below][k] + t * by_grid[below + 1][k]);
        }
        return result;
    }

    const geo::Atlas& atlas_;
    std::vector<Country> countries_;
    std::vector<double> thresholds_;
};

double error_of(const std::vector<LeftOutCountry>& left_out, std::size_t t) {
    double sum = 0;
    int count = 0;
    for (const auto& c : left_out) {
        if (!std::isnan(c.measured[t])) {
            sum += std::abs(c.measured[t] - c.modelled[t]);
            ++count;
        }
    }
    return count > 0 ? sum / count : 0;
}

double agreement_of(const std::vector<LeftOutCountry>& left_out, std::size_t t) {
    int agree = 0;
    int count = 0;
    for (const auto& c : left_out) {
        if (!std::isnan(c.measured[t])) {
            agree += (c.measured[t] >= 0.5) == (c.modelled[t] >= 0.5) ? 1 : 0;
            ++count;
        }
    }
    return count > 0 ? static_cast<double>(agree) / count : 0;
}

double score(const Fitter& fitter, const ClientFitParameters& p) {
    const auto left_out = fitter.left_out(p);
    double sum = 0;
    for (std::size_t t = 0; t < fitter.thresholds().size(); ++t) {
        const double threshold = fitter.thresholds()[t];
        const bool central = threshold >= 50 && threshold < 200;
        sum += (central ? 1 : kSideWeight) * error_of(left_out, t);
        sum -= central ? kAgreementWeight * agreement_of(left_out, t) : 0;
    }
    return sum;
}

struct Knob {
    double ClientFitParameters::*value;
    double step;  // factor
    double least, most;
};

constexpr Knob kKnobs[] = {
    {&ClientFitParameters::median_ms, 1.25, 1, 100},
    {&ClientFitParameters::detour, 1.1, 0.7, 3},
    {&ClientFitParameters::spread, 1.25, 0.2, 2},
    {&ClientFitParameters::slow_share, 2, 0.001, 0.1},
    {&ClientFitParameters::length_km, 1.4, 200, 4000},
    {&ClientFitParameters::pull, 1.6, 0.02, 5},
    {&ClientFitParameters::tolerance, 1.4, 0.1, 2},
    {&ClientFitParameters::other_continent, 3, 0.001, 1},
    {&ClientFitParameters::other_subregion, 1.4, 0.1, 1},
    {&ClientFitParameters::trust, 1.6, 0.5, 20},
};
constexpr int kRounds = 3;

// A search goes downhill only, so it begins at several places: countries alike over long and over
// short distances, quick and slow access.
const ClientFitParameters kStarts[] = {
    {},
    {.median_ms = 25,
     .spread = 0.7,
     .slow_share = 0.01,
     .detour = 1.05,
     .length_km = 540,
     .other_continent = 0.9,
     .other_subregion = 0.9,
     .pull = 0.2,
     .tolerance = 1.4,
     .trust = 6},
    {.median_ms = 15, .spread = 0.9, .detour = 1.2, .length_km = 1500, .other_continent = 0.1},
};

ClientFitParameters search(const Fitter& fitter, ClientFitParameters p) {
    double best = score(fitter, p);
    for (int round = 0; round < kRounds; ++round) {
        for (const Knob& knob : kKnobs) {
            for (const double factor : {1 / knob.step, knob.step}) {
                while (true) {
                    ClientFitParameters other = p;
                    other.*knob.value =
                        std::clamp(other.*knob.value * factor, knob.least, knob.most);
                    const double its =
                        other.*knob.value == p.*knob.value ? best : score(fitter, other);
                    if (!(its < best - 1e-9)) {
                        break;
                    }
                    best = its;
                    p = other;
                }
            }
        }
    }
    return p;
}

}  // namespace

std::vector<MeasuredShare> read_measured_shares(const std::filesystem::path& file,
                                                const geo::Atlas& atlas) {
    CsvReader csv(file);
    const auto fail = [&](const std::string& what) {
        throw Error(ExitCode::invalid, fmt::format("{}:{}: {}", csv.name(), csv.line(), what));
    };
    for (const auto* name : {"iso3", "threshold_ms", "percent_of_samples_within"}) {
        if (!csv.column(name)) {
            fail(fmt::format("column '{}' is missing", name));
        }
    }
    std::vector<MeasuredShare> result;
    while (csv.next()) {
        const auto code = csv.field(csv.column("iso3"));
        const auto country = atlas.find_country(code);
        const auto threshold = parse_number(csv.field(csv.column("threshold_ms")));
        const auto percent = parse_number(csv.field(csv.column("percent_of_samples_within")));
        const auto kind =
            lower_ascii(csv.field(csv.column(csv.column("kind") ? "kind" : "platform")));
        const bool wireless = kind.find("wireless") != std::string::npos;
        if (!threshold || !(*threshold > 0) || !(*threshold <= 1000)) {
            fail("column 'threshold_ms': expected 0 to 1000");
        }
        if (!percent || !(*percent >= 0) || !(*percent <= 100)) {
            fail("column 'percent_of_samples_within': expected 0 to 100");
        }
        if (!wireless && kind.find("fixed") == std::string::npos &&
            kind.find("atlas") == std::string::npos) {
            fail(fmt::format("'{}' is neither fixed nor wireless", kind));
        }
        if (country) {  // parts of countries (Åland) have no row of their own
            result.push_back({*country, wireless ? ClientKind::wireless : ClientKind::fixed,
                              *threshold, *percent / 100});
        }
    }
    if (has_errors(csv.diagnostics())) {
        throw Error(ExitCode::invalid, format(csv.diagnostics(), 10));
    }
    return result;
}

std::vector<CountryPaths> country_paths(const geo::Atlas& atlas, const geo::DemandPoints& points,
                                        std::span<const double> weights,
                                        std::span<const float> path_ms) {
    std::vector<CountryPaths> result(atlas.countries().size());
    std::vector<std::map<std::size_t, double>> bins(result.size());
    for (std::size_t p = 0; p < points.size(); ++p) {
        const auto country = points.country[p];
        if (country >= result.size()) {
            continue;
        }
        result[country].centre =
            result[country].centre + weights[p] * geo::unit_vector(points.position[p]);
        if (std::isfinite(path_ms[p])) {
            bins[country][static_cast<std::size_t>(double{path_ms[p]} / kPathStep_ms)] +=
                weights[p];
        }
    }
    for (std::size_t c = 0; c < result.size(); ++c) {
        const double length = geo::norm(result[c].centre);
        result[c].centre = length > 0 ? (1 / length) * result[c].centre : geo::Vec3{0, 0, 1};
        double sum = 0;
        for (const auto& [bin, weight] : bins[c]) {
            sum += weight;
        }
        for (const auto& [bin, weight] : bins[c]) {
            if (sum > 0) {
                result[c].path_ms.push_back((static_cast<double>(bin) + 0.5) * kPathStep_ms);
                result[c].share.push_back(weight / sum);
            }
        }
    }
    return result;
}

ClientLine ClientFit::line(geo::CountryIndex country) const {
    const bool is_known = country < detour.size();
    return {is_known ? detour[country] : parameters.detour,
            parameters.median_ms,
            parameters.spread,
            parameters.slow_share,
            parameters.slow_ms,
            is_known && measured[country] ? own_spread : detour_spread};
}

double ClientFit::mean_error(std::size_t threshold) const {
    return error_of(left_out, threshold);
}

double ClientFit::agreement(std::size_t threshold) const {
    return agreement_of(left_out, threshold);
}

double ClientFit::interval_coverage() const {
    double sum = 0;
    for (const auto& c : left_out) {
        sum += c.in_interval;
    }
    return left_out.empty() ? 0 : sum / static_cast<double>(left_out.size());
}

ClientFit fit_clients(ClientKind kind, const geo::Atlas& atlas,
                      const std::vector<CountryPaths>& paths,
                      const std::vector<MeasuredShare>& measured) {
    ClientFit fit;
    fit.kind = kind;
    for (const auto& m : measured) {
        if (m.kind == kind) {
            fit.thresholds_ms.push_back(m.threshold_ms);
        }
    }
    std::sort(fit.thresholds_ms.begin(), fit.thresholds_ms.end());
    fit.thresholds_ms.erase(std::unique(fit.thresholds_ms.begin(), fit.thresholds_ms.end()),
                            fit.thresholds_ms.end());
    std::map<geo::CountryIndex, std::size_t> slots;
    std::vector<Country> countries;
    for (const auto& m : measured) {
        if (m.kind != kind || paths.at(m.country).share.empty()) {
            continue;
        }
        const auto [slot, is_new] = slots.try_emplace(m.country, countries.size());
        if (is_new) {
            countries.push_back({m.country, &paths[m.country],
                                 std::vector<double>(fit.thresholds_ms.size(), std::nan(""))});
        }
        const auto t =
            std::lower_bound(fit.thresholds_ms.begin(), fit.thresholds_ms.end(), m.threshold_ms) -
            fit.thresholds_ms.begin();
        countries[slot->second].measured[static_cast<std::size_t>(t)] = m.share;
    }
    if (countries.size() < 10) {
        throw Error(ExitCode::invalid,
                    fmt::format("{} countries with measured shares of {} clients; a fit needs 10",
                                countries.size(), to_string(kind)));
    }
    std::sort(countries.begin(), countries.end(),
              [](const Country& a, const Country& b) { return a.index < b.index; });
    const Fitter fitter(atlas, countries, fit.thresholds_ms);
    fit.parameters = search(fitter, kStarts[0]);
    for (const auto& start : std::span(kStarts).subspan(1)) {
        const auto other = search(fitter, start);
        if (score(fitter, other) < score(fitter, fit.parameters)) {
            fit.parameters = other;
        }
    }
    fit.left_out = fitter.left_out(fit.parameters);
    std::vector<double> left_out_ln;
    for (const auto& c : fit.left_out) {
        left_out_ln.push_back(std::log(c.detour));
    }
    const auto unknown = fitter.least_spread(fit.parameters, left_out_ln);
    fit.detour_spread = unknown.spread;
    for (std::size_t i = 0; i < fit.left_out.size(); ++i) {
        fit.left_out[i].in_interval = unknown.in_interval[i];
    }
    const auto ln = fitter.fitted(fit.parameters);
    const auto own = fitter.least_spread(fit.parameters, ln);
    fit.own_spread = own.spread;
    fit.own_coverage = own.coverage;
    fit.measured.assign(atlas.countries().size(), false);
    for (std::size_t c = 0; c < atlas.countries().size(); ++c) {
        const auto country = static_cast<geo::CountryIndex>(c);
        fit.detour.push_back(
            std::exp(fitter.predicted(fit.parameters, ln, country, paths[c].centre)));
    }
    for (std::size_t i = 0; i < countries.size(); ++i) {
        fit.detour[countries[i].index] = std::exp(ln[i]);
        fit.measured[countries[i].index] = true;
    }
    return fit;
}

std::string clients_csv(const geo::Atlas& atlas, const std::vector<ClientFit>& fits,
                        const std::string& source) {
    std::string out =
        "kind,country,detour,detour_spread,median_ms,spread,slow_share,slow_ms,basis,source\n";
    for (const auto& fit : fits) {
        const auto row = [&](const std::string& country, const ClientLine& line,
                             std::string_view basis) {
            out += fmt::format("{},{},{:.3f},{:.2f},{:.3f},{:.4f},{:.5f},{:.1f},{},{}\n",
                               to_string(fit.kind), country, line.detour, line.detour_spread,
                               line.median_ms, line.spread, line.slow_share, line.slow_ms, basis,
                               csv_text(source));
        };
        row("", fit.line(geo::kNoCountry), "prior");
        for (std::size_t c = 0; c < fit.detour.size(); ++c) {
            if (atlas.countries()[c].people_2025 > 0) {
                row(atlas.countries()[c].iso2, fit.line(static_cast<geo::CountryIndex>(c)),
                    fit.measured[c] ? "measured" : "neighbours");
            }
        }
    }
    return out;
}

}  // namespace footprint::sim
