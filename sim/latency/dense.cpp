#include "sim/latency/dense.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"

namespace footprint::sim {
namespace {

// Eight sums side by side, in a fixed order: what a compiler may turn into vectors without changing
// a bit.
double dot_of(const double* x, const double* y, std::size_t n) {
    double s[8] = {};
    std::size_t k = 0;
    for (; k + 8 <= n; k += 8) {
        for (std::size_t l = 0; l < 8; ++l) {
            s[l] += x[k + l] * y[k + l];
        }
    }
    double tail = 0;
    for (; k < n; ++k) {
        tail += x[k] * y[k];
    }
    return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7])) + tail;
}

}  // namespace

std::vector<double> solve_symmetric(std::vector<double> a, std::vector<double> b) {
    const std::size_t n = b.size();
    for (std::size_t i = 0; i < n; ++i) {
        double* const row = &a[i * n];
        for (std::size_t j = 0; j < i; ++j) {
            row[j] = (row[j] - dot_of(row, &a[j * n], j)) / a[j * n + j];
        }
        const double pivot = row[i] - dot_of(row, row, i);
        if (!(pivot > 0) || !std::isfinite(pivot)) {
            throw Error(ExitCode::failed,
                        fmt::format("the fit's equations have no unique solution (pivot {} of {})",
                                    i + 1, n));
        }
        row[i] = std::sqrt(pivot);
    }
    for (std::size_t i = 0; i < n; ++i) {
        b[i] = (b[i] - dot_of(&a[i * n], b.data(), i)) / a[i * n + i];
    }
    for (std::size_t i = n; i-- > 0;) {
        b[i] /= a[i * n + i];
        for (std::size_t k = 0; k < i; ++k) {
            b[k] -= a[i * n + k] * b[i];
        }
    }
    return b;
}

}  // namespace footprint::sim
