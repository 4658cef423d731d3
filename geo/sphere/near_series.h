// The second-order distance near a site as a short sum of powers; internal to geo/sphere.
#pragma once

#include <array>

#include "geo/sphere/grid_kernels.h"

namespace footprint::geo {

// s² = Σ_k h^k · (S[0][k] + μ S[1][k] + ν S[2][k] + μ² S[3][k] + μν S[4][k] + ν² S[5][k])
// in square metres, for h = sin²(σ/2) up to `reach`, μ and ν half the squares of the sum and the
// difference of the reduced latitudes' sines. Fitted at Chebyshev nodes; the error of s is below
// 0.1 m with kNearTerms to kNearHaversine and with kShortTerms to kShortHaversine.
template <std::size_t Terms>
using NearSeries = std::array<std::array<double, Terms>, kNearProducts>;
template <std::size_t Terms>
NearSeries<Terms> near_series(double reach);

// The coefficients of the polynomial of degree nodes − 1 in powers of x from its values at the
// Chebyshev nodes: coefficient[k] = Σ_i matrix[k][i] · value[i].
template <std::size_t Nodes>
using PowerMatrix = std::array<std::array<double, Nodes>, Nodes>;
template <std::size_t Nodes>
PowerMatrix<Nodes> power_matrix(const std::array<double, Nodes>& nodes);
template <std::size_t Nodes>
std::array<double, Nodes> chebyshev_nodes();  // on [-1, 1], ascending

extern template NearSeries<kNearTerms> near_series<kNearTerms>(double);
extern template NearSeries<kShortTerms> near_series<kShortTerms>(double);
extern template PowerMatrix<4> power_matrix<4>(const std::array<double, 4>&);
extern template PowerMatrix<6> power_matrix<6>(const std::array<double, 6>&);
extern template std::array<double, 4> chebyshev_nodes<4>();
extern template std::array<double, 6> chebyshev_nodes<6>();

}  // namespace footprint::geo
