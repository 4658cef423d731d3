#include "geo/sphere/near_series.h"

#include <cmath>
#include <numbers>

#include "geo/sphere/geodesic.h"

namespace footprint::geo {
namespace {

// The six functions of h that multiply 1, μ, ν, μ², μν, ν² in the second-order formula, each over
// √h and times the power of h that makes it a polynomial's equal (docs/field.md derives them).
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
    const double root = std::sqrt(h);
    const double second = f * f / 64 * sine;
    return {sigma / root,
            (-f / 4 * (sigma - sine) + second * (a - b)) / (rest * root),
            (-f / 4 * (sigma + sine) + second * (a + b)) / root,
            second * (c - e + d) / (rest * rest * root),
            second * (2 * c + 2 * e) / (rest * root),
            second * (c - e - d) / root};
}

// By how many powers of 1/h the parts above are to be multiplied.
constexpr std::array<std::size_t, kNearProducts> kInversePowers{0, 0, 1, 0, 1, 2};

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
// (0, kNearHaversine).
template <std::size_t Terms>
std::array<double, Terms> fit(std::size_t which) {
    const auto nodes = chebyshev_nodes<Terms>();
    std::array<double, Terms> values{};
    for (std::size_t i = 0; i < Terms; ++i) {
        values[i] = smooth_parts(kNearHaversine * (1 + nodes[i]) / 2)[which];
    }
    // In x on [0, 1], scaled afterwards: better conditioned.
    std::array<double, Terms> unit{};
    for (std::size_t i = 0; i < Terms; ++i) {
        unit[i] = (1 + nodes[i]) / 2;
    }
    auto result = expand(unit, values);
    double scale = 1;
    for (double& coefficient : result) {
        coefficient /= scale;
        scale *= kNearHaversine;
    }
    return result;
}

template <std::size_t Terms>
void put(NearSeries& series, std::size_t which) {
    const auto coefficients = fit<Terms>(which);
    const std::size_t first = 2 - kInversePowers[which];
    for (std::size_t k = 0; k < Terms; ++k) {
        series[which][first + k] = kEquatorialRadius_m * coefficients[k];
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

NearSeries near_series() {
    NearSeries series{};
    for (std::size_t which = 0; which < kNearProducts; ++which) {
        switch (kInversePowers[which]) {
            case 0:
                put<kNearTerms - 2>(series, which);
                break;
            case 1:
                put<kNearTerms - 1>(series, which);
                break;
            default:
                put<kNearTerms>(series, which);
                break;
        }
    }
    return series;
}

}  // namespace footprint::geo
