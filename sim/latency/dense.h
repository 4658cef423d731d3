// Small dense linear algebra. Inside sim/latency only.
#pragma once

#include <cstddef>
#include <vector>

namespace footprint::sim {

// Solves A x = b for a symmetric positive definite A (row-major, n × n; only its lower half is
// read) by Cholesky's factorisation. Throws Error (failed) when A is not positive definite. n³ ÷ 3
// multiplications, always in the same order.
std::vector<double> solve_symmetric(std::vector<double> a, std::vector<double> b);

}  // namespace footprint::sim
