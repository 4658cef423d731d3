#include "geo/sphere/near_series.h"

#include <cmath>
#include <numbers>

#include "geo/sphere/geodesic.h"

namespace footprint::geo {
namespace {

// The six functions of h that multiply 1, μ, ν, μ², μν, ν² in the square of the second-order
// formula over a², without its terms of f³, each over the power of h below that makes it
// analytic (docs/field.md derives them).
std::array<double, kNearProducts> smooth_parts(double h) {
    constexpr double f = kFlattening;
    const double rest = 1 - h;
    const double sigma = 2 * std::asin(std::sqrt(h));
    const double sine = 2 * std::sqrt(h * rest);
    const double t = sigma / sine;
    const double d = 4 * t * t;
    const double e = 2 * (rest - h);
    const double a = d * e;
    const double b = 2 * d;
    const double c = t - (a - e) / 2;
    // s/a = σ + (first_u + u) U + (first_v + v) V + uu U² + uv UV + vv V².
    const double first_u = -f / 4 * (sigma - sine);
    const double first_v = -f / 4 * (sigma + sine);
    const double second = f * f / 64 * sine;
    const double u = second * (a - b);
    const double v = second * (a + b);
    const double uu = second * (c - e + d);
    const double uv = second * (2 * c + 2 * e);
    const double vv = second * (c - e - d);
    return {sigma * sigma / h,
            2 * sigma * (first_u + u) / (rest * h),
            2 * sigma * (first_v + v) / h,
            (first_u * first_u + 2 * sigma * uu) / (rest * rest * h),
            2 * (first_u * first_v + sigma * uv) / (rest * h),
            (first_v * first_v + 2 * sigma * vv) / (h * h)};
}

// The powers of h that the parts above are to be multiplied by.
constexpr std::array<std::size_t, kNearProducts> kPowers{1, 1, 0, 1, 0, 0};

template <std::size_t Nodes>
std::array<double, Nodes> expand(const std::array<double, Nodes>& x,
                                 std::array<double, Nodes> value) {
    // Newton's divided differences, then his polynomial multiplied out.
    for (std::size_t j = 1; j < Nodes; ++j) {
        for (std::size_t i = Nodes; i-- > j;) {
            value[i] = (value[i] - value[i - 1]) / (x[i] - x[i - j]);
        }
    }
    std::array<double, Nodes> power{};
    for (std::size_t k = Nodes; k-- > 0;) {
        for (std::size_t i = Nodes; i-- > 0;) {
            power[i] = (i > 0 ? power[i - 1] : 0.0) - x[k] * power[i];
        }
        power[0] += value[k];
    }
    return power;
}

// Coefficients of the polynomial of degree Terms − 1 that meets part `which` at Chebyshev nodes of
// (0, reach).
template <std::size_t Terms>
std::array<double, Terms> fit(std::size_t which, double reach) {
    // In x on [0, 1], scaled afterwards: better conditioned.
    std::array<double, Terms> unit = chebyshev_nodes<Terms>();
    std::array<double, Terms> values{};
    for (std::size_t i = 0; i < Terms; ++i) {
        unit[i] = (1 + unit[i]) / 2;
        values[i] = smooth_parts(reach * unit[i])[which];
    }
    auto result = expand(unit, values);
    double scale = 1;
    for (double& coefficient : result) {
        coefficient /= scale;
        scale *= reach;
    }
    return result;
}

template <std::size_t Terms>
void put(const std::array<double, Terms>& coefficients, std::size_t first, double* series) {
    for (std::size_t k = 0; k < Terms; ++k) {
        series[first + k] = kEquatorialRadius_m * kEquatorialRadius_m * coefficients[k];
    }
}

}  // namespace

template <std::size_t Nodes>
std::array<double, Nodes> chebyshev_nodes() {
    std::array<double, Nodes> nodes{};
    for (std::size_t k = 0; k < Nodes; ++k) {
        nodes[k] = -std::cos(std::numbers::pi * (2 * static_cast<double>(k) + 1) /
                             (2 * static_cast<double>(Nodes)));
    }
    return nodes;
}

template <std::size_t Nodes>
PowerMatrix<Nodes> power_matrix(const std::array<double, Nodes>& nodes) {
    PowerMatrix<Nodes> matrix{};
    for (std::size_t i = 0; i < Nodes; ++i) {
        std::array<double, Nodes> one{};
        one[i] = 1;
        const auto column = expand(nodes, one);
        for (std::size_t k = 0; k < Nodes; ++k) {
            matrix[k][i] = column[k];
        }
    }
    return matrix;
}

template PowerMatrix<4> power_matrix<4>(const std::array<double, 4>&);
template PowerMatrix<6> power_matrix<6>(const std::array<double, 6>&);
template std::array<double, 4> chebyshev_nodes<4>();
template std::array<double, 6> chebyshev_nodes<6>();

template <std::size_t Terms>
NearSeries<Terms> near_series(double reach) {
    NearSeries<Terms> series{};
    for (std::size_t which = 0; which < kNearProducts; ++which) {
        if (kPowers[which] == 0) {
            put(fit<Terms>(which, reach), 0, series[which].data());
        } else {
            put(fit<Terms - 1>(which, reach), 1, series[which].data());
        }
    }
    return series;
}

template NearSeries<kNearTerms> near_series<kNearTerms>(double);
template NearSeries<kShortTerms> near_series<kShortTerms>(double);

}  // namespace footprint::geo
