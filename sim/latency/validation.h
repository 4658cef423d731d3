// How wrong the latency models are on pairs that they have not seen.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/latency/fit.h"

namespace footprint::sim {

// A pair that was left out when the model that predicts it was fitted. A region's fold leaves out
// all its pairs, so each pair is predicted twice, once for each end.
struct LeftOut {
    std::uint32_t pair = 0;  // of the table
    double measured_ms = 0;
    double modelled_ms = 0;
};

struct ErrorMeasures {
    std::size_t pairs = 0;
    std::size_t without_path = 0;  // not in the figures below
    double median_percent = 0;     // of |modelled − measured| ÷ measured
    double p90_percent = 0;
    double mean_percent = 0;
    double median_bias_percent = 0;  // signed
    double median_ms = 0;            // of |modelled − measured|
    double r2 = 0;                   // 1 − residual ÷ total sum of squares, ms
};
ErrorMeasures measure(const std::vector<LeftOut>& left_out);

enum class Folds : std::uint8_t { by_region, by_continent_pair };

// Fits on the pairs given by index and predicts the others given.
using Predictor = std::function<std::vector<double>(const std::vector<std::uint32_t>& train,
                                                    const std::vector<std::uint32_t>& test)>;

// The folds of a table: indices of pairs that are left out together, ascending.
std::vector<std::vector<std::uint32_t>> folds_of(const MeasuredTable& table, Folds folds);

// Folds run on all threads; the result does not depend on their number. `only` (if not 0) takes
// that many folds, evenly spread.
std::vector<LeftOut> cross_validate(const MeasuredTable& table, Folds folds,
                                    const Predictor& predictor, std::size_t only = 0);

// The whole model, or parts of it.
Predictor backbone_predictor(const BackboneFitter& fitter, const FitOptions& options);
// RTT = stretch × light in fibre along the geodesic + constant; both fitted (least absolute
// relative error of the stretch, constant from the shortest pairs).
Predictor constant_stretch_predictor(const MeasuredTable& table);
// The same with a stretch for each pair of continents.
Predictor continent_pair_predictor(const MeasuredTable& table);

// Quantiles of measured ÷ modelled by length of the modelled RTT, widened for the number of pairs
// (conformal prediction, Vovk et al. 2005): an interval holds `share` of pairs not seen.
std::vector<IntervalClass> conformal_intervals(const std::vector<LeftOut>& left_out,
                                               double share = 0.9);
// Share of left-out pairs inside intervals that were set without the pair's own fold: `folds`
// groups of pairs are taken in turn.
double interval_coverage(const std::vector<LeftOut>& left_out, const MeasuredTable& table,
                         double share = 0.9);

}  // namespace footprint::sim
