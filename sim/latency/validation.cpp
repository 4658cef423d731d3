#include "sim/latency/validation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "base/parallel.h"
#include "geo/sphere/geodesic.h"

namespace footprint::sim {
namespace {

double quantile(std::vector<double> values, double q) {
    if (values.empty()) {
        return 0;
    }
    std::sort(values.begin(), values.end());
    const double at = q * static_cast<double>(values.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const auto high = std::min(low + 1, values.size() - 1);
    const double t = at - static_cast<double>(low);
    return values[low] * (1 - t) + values[high] * t;
}

double bound_ms(const MeasuredTable& table, std::uint32_t pair) {
    const auto& p = table.pairs[pair];
    const double km = geo::fast_distance_m(table.places[p.from].place.position,
                                           table.places[p.to].place.position) /
                      1000;
    return std::max(0.1, 2 * 1.468 / kLightInVacuum_km_per_ms * km);
}

std::string continent_pair(const MeasuredTable& table, std::uint32_t pair) {
    const auto& p = table.pairs[pair];
    const auto [a, b] = std::minmax(table.places[p.from].continent, table.places[p.to].continent);
    return a + "|" + b;
}

double median_stretch(const MeasuredTable& table, const std::vector<std::uint32_t>& pairs) {
    std::vector<double> ratios;
    for (const auto pair : pairs) {
        ratios.push_back(table.pairs[pair].rtt_ms / bound_ms(table, pair));
    }
    return quantile(std::move(ratios), 0.5);
}

constexpr std::array<double, 5> kClassEnds_ms{20, 60, 120, 200, 1e9};

std::size_t class_of(double modelled_ms) {
    std::size_t c = 0;
    while (c + 1 < kClassEnds_ms.size() && modelled_ms > kClassEnds_ms[c]) {
        ++c;
    }
    return c;
}

}  // namespace

ErrorMeasures measure(const std::vector<LeftOut>& left_out) {
    ErrorMeasures m;
    std::vector<double> percent, signed_percent, ms;
    double mean = 0;
    for (const auto& one : left_out) {
        if (!std::isfinite(one.modelled_ms)) {
            ++m.without_path;
            continue;
        }
        const double off = one.modelled_ms - one.measured_ms;
        signed_percent.push_back(100 * off / one.measured_ms);
        percent.push_back(std::abs(signed_percent.back()));
        ms.push_back(std::abs(off));
        mean += one.measured_ms;
    }
    m.pairs = percent.size();
    if (m.pairs == 0) {
        return m;
    }
    const auto count = static_cast<double>(m.pairs);
    mean /= count;
    double residual = 0, total = 0;
    for (const auto& one : left_out) {
        if (std::isfinite(one.modelled_ms)) {
            residual += std::pow(one.modelled_ms - one.measured_ms, 2);
            total += std::pow(one.measured_ms - mean, 2);
        }
    }
    m.mean_percent = std::accumulate(percent.begin(), percent.end(), 0.0) / count;
    m.median_percent = quantile(percent, 0.5);
    m.p90_percent = quantile(percent, 0.9);
    m.median_bias_percent = quantile(signed_percent, 0.5);
    m.median_ms = quantile(ms, 0.5);
    m.r2 = total > 0 ? 1 - residual / total : 0;
    return m;
}

std::vector<std::vector<std::uint32_t>> folds_of(const MeasuredTable& table, Folds folds) {
    std::map<std::string, std::vector<std::uint32_t>> by_name;
    std::vector<std::vector<std::uint32_t>> result;
    if (folds == Folds::by_region) {
        result.resize(table.places.size());
    }
    for (std::uint32_t k = 0; k < table.pairs.size(); ++k) {
        if (folds == Folds::by_region) {
            result[table.pairs[k].from].push_back(k);
            result[table.pairs[k].to].push_back(k);
        } else {
            by_name[continent_pair(table, k)].push_back(k);
        }
    }
    for (auto& [name, pairs] : by_name) {
        result.push_back(std::move(pairs));
    }
    std::erase_if(result, [](const auto& fold) { return fold.empty(); });
    return result;
}

std::vector<LeftOut> cross_validate(const MeasuredTable& table, Folds folds,
                                    const Predictor& predictor, std::size_t only) {
    auto tests = folds_of(table, folds);
    if (only > 0 && only < tests.size()) {
        std::vector<std::vector<std::uint32_t>> some;
        for (std::size_t i = 0; i < only; ++i) {
            some.push_back(std::move(tests[i * tests.size() / only]));
        }
        tests = std::move(some);
    }
    std::vector<std::vector<double>> predicted(tests.size());
    parallel_blocks(tests.size(), 1, [&](std::size_t begin, std::size_t end) {
        for (auto i = begin; i < end; ++i) {
            std::vector<std::uint32_t> train;
            for (std::uint32_t k = 0; k < table.pairs.size(); ++k) {
                if (!std::binary_search(tests[i].begin(), tests[i].end(), k)) {
                    train.push_back(k);
                }
            }
            predicted[i] = predictor(train, tests[i]);
        }
    });
    std::vector<LeftOut> result;
    for (std::size_t i = 0; i < tests.size(); ++i) {
        for (std::size_t k = 0; k < tests[i].size(); ++k) {
            result.push_back({tests[i][k], table.pairs[tests[i][k]].rtt_ms, predicted[i][k]});
        }
    }
    return result;
}

Predictor backbone_predictor(const BackboneFitter& fitter, const FitOptions& options) {
    return [&fitter, options](const auto& train, const auto& test) {
        return fitter.predict(fitter.fit(train, options), test, options.residual);
    };
}

Predictor constant_stretch_predictor(const MeasuredTable& table) {
    return [&table](const auto& train, const auto& test) {
        const double stretch = median_stretch(table, train);
        std::vector<double> result;
        for (const auto pair : test) {
            result.push_back(stretch * bound_ms(table, pair));
        }
        return result;
    };
}

Predictor continent_pair_predictor(const MeasuredTable& table) {
    return [&table](const auto& train, const auto& test) {
        std::map<std::string, std::vector<std::uint32_t>> groups;
        for (const auto pair : train) {
            groups[continent_pair(table, pair)].push_back(pair);
        }
        std::map<std::string, double> stretch;
        for (const auto& [name, pairs] : groups) {
            stretch[name] = median_stretch(table, pairs);
        }
        const double other = median_stretch(table, train);
        std::vector<double> result;
        for (const auto pair : test) {
            const auto it = stretch.find(continent_pair(table, pair));
            result.push_back((it == stretch.end() ? other : it->second) * bound_ms(table, pair));
        }
        return result;
    };
}

std::vector<IntervalClass> conformal_intervals(const std::vector<LeftOut>& left_out, double share) {
    std::array<std::vector<double>, kClassEnds_ms.size()> ratios;
    for (const auto& one : left_out) {
        if (std::isfinite(one.modelled_ms)) {
            ratios[class_of(one.modelled_ms)].push_back(one.measured_ms / one.modelled_ms);
        }
    }
    std::vector<IntervalClass> result;
    const double tail = (1 - share) / 2;
    for (std::size_t c = 0; c < ratios.size(); ++c) {
        auto& sample = ratios[c];
        std::sort(sample.begin(), sample.end());
        const auto n = static_cast<double>(sample.size());
        if (sample.size() < 20) {
            // Too few to tell 5 % from: the class before it speaks, or ± a half.
            IntervalClass known = result.empty() ? IntervalClass{0, 0.5, 2, 0} : result.back();
            known.up_to_ms = kClassEnds_ms[c];
            known.pairs = static_cast<int>(sample.size());
            result.push_back(known);
            continue;
        }
        // One rank farther out than the plain quantile: the (n + 1) of conformal prediction.
        const auto low = static_cast<std::size_t>(std::max(0.0, std::floor(tail * (n + 1)) - 1));
        const auto high =
            static_cast<std::size_t>(std::min(n - 1, std::ceil((1 - tail) * (n + 1)) - 1));
        result.push_back({kClassEnds_ms[c], std::min(1.0, sample[low]), std::max(1.0, sample[high]),
                          static_cast<int>(sample.size())});
    }
    return result;
}

double interval_coverage(const std::vector<LeftOut>& left_out, const MeasuredTable& table,
                         double share) {
    std::size_t inside = 0, asked = 0;
    for (std::uint32_t place = 0; place < table.places.size(); ++place) {
        std::vector<LeftOut> others, own;
        for (const auto& one : left_out) {
            const auto& pair = table.pairs[one.pair];
            (pair.from == place || pair.to == place ? own : others).push_back(one);
        }
        const auto classes = conformal_intervals(others, share);
        for (const auto& one : own) {
            if (!std::isfinite(one.modelled_ms)) {
                continue;
            }
            const auto& c = classes[class_of(one.modelled_ms)];
            const double ratio = one.measured_ms / one.modelled_ms;
            inside += c.low <= ratio && ratio <= c.high ? 1U : 0U;
            ++asked;
        }
    }
    return asked == 0 ? 0 : static_cast<double>(inside) / static_cast<double>(asked);
}

}  // namespace footprint::sim
