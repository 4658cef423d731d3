#include "geo/sphere/fast_distances.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "geo/sphere/far_haversine.h"
#include "geo/sphere/geodesic.h"
#include "geo/sphere/thomas.h"

namespace footprint::geo {

namespace {

constexpr std::size_t kBatch = 64;
using Batch = std::array<double, kBatch>;

// Only the arcsine is asked for one by one: roots and divisions, most of the work, go by vectors.
// `metres` may be anything where h is 0 or beyond the formula.
void distances(const double* x, const double* y, const double* z, Vec3 to, Batch& h,
               Batch& metres) {
    Batch complement;
    Batch root;
    for (std::size_t i = 0; i < kBatch; ++i) {
        const Chords chord = chords(Vec3{x[i], y[i], z[i]}, to);
        h[i] = chord.h;
        complement[i] = chord.complement;
        root[i] = std::sqrt(chord.h);
    }
    for (std::size_t i = 0; i < kBatch; ++i) {
        root[i] = std::asin(std::min(1.0, root[i]));
    }
    for (std::size_t i = 0; i < kBatch; ++i) {
        // Where the formula would divide by nothing, its answer is not used.
        const Chords chord{h[i] > 0 ? h[i] : 1.0, complement[i] > 0 ? complement[i] : 1.0};
        metres[i] = thomas_m(root[i], chord, z[i] + to.z, z[i] - to.z);
    }
}

}  // namespace

void fast_distances_reduced_m(std::span<const double> x, std::span<const double> y,
                              std::span<const double> z, Vec3 to_reduced,
                              std::span<double> metres) {
    Batch h;
    Batch found;
    std::size_t at = 0;
    for (; at + kBatch <= metres.size(); at += kBatch) {
        distances(&x[at], &y[at], &z[at], to_reduced, h, found);
        for (std::size_t i = 0; i < kBatch; ++i) {
            const bool is_plain = h[i] > 0 && h[i] <= kFarHaversine;
            metres[at + i] =
                is_plain ? found[i]
                         : fast_distance_reduced_m({x[at + i], y[at + i], z[at + i]}, to_reduced);
        }
    }
    for (; at < metres.size(); ++at) {
        metres[at] = fast_distance_reduced_m({x[at], y[at], z[at]}, to_reduced);
    }
}

bool any_within_reach(std::span<const double> x, std::span<const double> y,
                      std::span<const double> z, Vec3 to, std::span<const double> reach) {
    constexpr std::size_t kChains = 8;
    std::array<double, kChains> most;  // of reach² − chord²
    most.fill(-1);
    const auto spare = [&](std::size_t i) {
        const Vec3 d = Vec3{x[i], y[i], z[i]} - to;
        return reach[i] * std::abs(reach[i]) - dot(d, d);
    };
    std::size_t at = 0;
    for (; at + kChains <= reach.size(); at += kChains) {
        for (std::size_t k = 0; k < kChains; ++k) {
            const double here = spare(at + k);
            most[k] = most[k] < here ? here : most[k];
        }
    }
    for (; at < reach.size(); ++at) {
        most[0] = std::max(most[0], spare(at));
    }
    return *std::ranges::max_element(most) >= 0;
}

}  // namespace footprint::geo
