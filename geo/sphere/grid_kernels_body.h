#pragma once
// The loops of grid_kernels.h. Included by one translation unit for each
// instruction set, which defines FOOTPRINT_FIELD_KERNELS, the name of its
// table. Nothing here may call a function that is not local to the file: the
// linker could give the others a copy with instructions they lack.
#include "geo/sphere/grid_kernels.h"

namespace footprint::geo {
namespace {

constexpr double kAxis_m = 6378137.0;
constexpr double kFlat = 1 / 298.257223563;
constexpr double kPi = 3.14159265358979323846;
// Added to h, so that it is never 0: 0.1 m at the site, nothing elsewhere.
constexpr double kLeastH = 1e-16;

constexpr float kNoValue = __builtin_inff();
constexpr std::uint32_t kNoId = 0xFFFFFFFF;

// A row of a leaf's cells.
struct Cells {
    float* value;
    std::uint32_t* id;
    float* second;
    std::uint32_t* second_id;
};

template <Reduce R>
inline __attribute__((always_inline)) Cells row_of(const LeafTarget& target, std::size_t row) {
    constexpr bool ids = R == Reduce::least_id || R == Reduce::first || R == Reduce::next;
    constexpr bool seconds = R == Reduce::first || R == Reduce::next;
    const std::size_t at = row * target.stride;
    return {target.value + at, ids ? target.id + at : nullptr,
            seconds ? target.second + at : nullptr, seconds ? target.second_id + at : nullptr};
}

// Minima, maxima and masks instead of choices: every cell is stored whether it changes or not.
// Choices become stores under a mask with a branch before them, several times slower.
inline __attribute__((always_inline)) float lower(float a, float b) {
    return a < b ? a : b;
}
inline __attribute__((always_inline)) float higher(float a, float b) {
    return a > b ? a : b;
}
inline __attribute__((always_inline)) std::uint32_t all_bits(bool yes) {
    return -static_cast<std::uint32_t>(yes);
}

// Takes a value into the best and the second best.
inline __attribute__((always_inline)) void rank(float v, std::uint32_t id, std::size_t at,
                                                const Cells& cells) {
    const float first = cells.value[at];
    const float next = cells.second[at];
    const std::uint32_t first_id = cells.id[at];
    const std::uint32_t next_id = cells.second_id[at];
    const std::uint32_t swapped = (first_id ^ id) & all_bits(v < first);
    const std::uint32_t loser_id = id ^ swapped;
    cells.value[at] = lower(first, v);
    cells.id[at] = first_id ^ swapped;
    cells.second[at] = lower(next, higher(first, v));
    cells.second_id[at] = next_id ^ ((next_id ^ loser_id) & all_bits(v < next));
}

template <Reduce R>
inline __attribute__((always_inline)) void take(float v, std::uint32_t ours, std::size_t at,
                                                const Cells& cells) {
    if constexpr (R == Reduce::store) {
        cells.value[at] = v;
    } else if constexpr (R == Reduce::least) {
        cells.value[at] = lower(cells.value[at], v);
    } else if constexpr (R == Reduce::least_id) {
        const float before = cells.value[at];
        const std::uint32_t id = cells.id[at];
        cells.value[at] = lower(before, v);
        cells.id[at] = id ^ ((id ^ ours) & all_bits(v < before));
    } else if constexpr (R == Reduce::first) {
        cells.value[at] = v;
        cells.id[at] = ours;
        cells.second[at] = kNoValue;
        cells.second_id[at] = kNoId;
    } else {
        rank(v, ours, at, cells);
    }
}

void half_chords(const double* lon_sin_half, const double* lon_cos_half, std::size_t count,
                 const SiteAngles& site, float* q) {
    const double s = site.lon_sin_half;
    const double c = site.lon_cos_half;
    for (std::size_t j = 0; j < count; ++j) {
        const double sine = lon_sin_half[j] * c - lon_cos_half[j] * s;
        q[j] = static_cast<float>(sine * sine);
    }
}

// Four terms of a row side by side: the compiler left alone would put rows side
// by side instead and spend its time on turning them.
using Four = double __attribute__((vector_size(4 * sizeof(double))));
using FourFloats = float __attribute__((vector_size(4 * sizeof(float))));
template <std::size_t Terms>
void near_rows(const RowAngles& rows, std::size_t count, const SiteAngles& site,
               const double* series, double scale, NearRow* out) {
    constexpr std::size_t kFours = Terms / 4;
    Four part[kNearProducts][kFours];
    __builtin_memcpy(part, series, sizeof(part));
    for (auto& fours : part) {
        for (Four& four : fours) {
            four *= scale;
        }
    }
    // What is one number a row goes rows side by side, a few at a time.
    constexpr std::size_t kRows = 16;
    double mu[kRows];
    double nu[kRows];
    float h0[kRows];
    float p[kRows];
    for (std::size_t first = 0; first < count; first += kRows) {
        const std::size_t here = count - first < kRows ? count - first : kRows;
#pragma GCC ivdep
        for (std::size_t i = 0; i < here; ++i) {
            const double half =
                rows.sin_half[first + i] * site.cos_half - rows.cos_half[first + i] * site.sin_half;
            const double sum = rows.sin[first + i] + site.sin;
            const double difference = rows.sin[first + i] - site.sin;
            mu[i] = sum * sum / 2;
            nu[i] = difference * difference / 2;
            h0[i] = static_cast<float>(half * half + kLeastH);
            p[i] = static_cast<float>(rows.cos[first + i] * site.cos);
        }
        for (std::size_t i = 0; i < here; ++i) {
            NearRow& row = out[first + i];
            row.h0 = h0[i];
            row.p = p[i];
            for (std::size_t k = 0; k < kFours; ++k) {
                const Four terms = (part[0][k] + mu[i] * (part[1][k] + mu[i] * part[3][k])) +
                                   nu[i] * ((part[2][k] + mu[i] * part[4][k]) + nu[i] * part[5][k]);
                const FourFloats rounded = __builtin_convertvector(terms, FourFloats);
                __builtin_memcpy(row.term + 4 * k, &rounded, sizeof(rounded));
            }
        }
    }
}

// Horner's rule.
template <std::size_t Order>
inline __attribute__((always_inline)) float polynomial(const float* c, float x) {
    if constexpr (Order == 1) {
        return c[0];
    } else {
        return polynomial<Order - 1>(c + 1, x) * x + c[0];
    }
}

template <Reduce R, std::size_t Terms>
void near_cells(const NearRow* rows, const float* q, float shift, const LeafTarget& target) {
    const std::size_t columns = target.columns / kLaneColumns * kLaneColumns;
    const std::uint32_t ours = target.ours;
    for (std::size_t i = 0; i < target.rows; ++i) {
        const Cells cells = row_of<R>(target, i);
        const NearRow row = rows[i];
        const float* const t = row.term;
#pragma GCC ivdep
        for (std::size_t j = 0; j < columns; ++j) {
            const float h = row.h0 + row.p * q[j];
            take<R>(__builtin_sqrtf(polynomial<Terms>(t, h)) + shift, ours, j, cells);
        }
    }
}

template <std::size_t Order>
void row_coefficients(const double* coefficients, const double* y, std::size_t rows, float* out) {
    for (std::size_t i = 0; i < rows; ++i) {
        double sum[Order];
        for (std::size_t k = 0; k < Order; ++k) {
            sum[k] = coefficients[(Order - 1) * Order + k];
        }
        for (std::size_t l = Order - 1; l-- > 0;) {
            for (std::size_t k = 0; k < Order; ++k) {
                sum[k] = sum[k] * y[i] + coefficients[l * Order + k];
            }
        }
        for (std::size_t k = 0; k < Order; ++k) {
            out[i * Order + k] = static_cast<float>(sum[k]);
        }
    }
}

template <Reduce R, std::size_t Order>
void polynomial_cells(const double* coefficients, const double* y, const float* x, float base,
                      float* scratch, const LeafTarget& target) {
    row_coefficients<Order>(coefficients, y, target.rows, scratch);
    const std::size_t columns = target.columns / kLaneColumns * kLaneColumns;
    const std::uint32_t ours = target.ours;
    for (std::size_t i = 0; i < target.rows; ++i) {
        const Cells cells = row_of<R>(target, i);
        float c[Order];
        for (std::size_t k = 0; k < Order; ++k) {
            c[k] = scratch[i * Order + k];
        }
#pragma GCC ivdep
        for (std::size_t j = 0; j < columns; ++j) {
            take<R>(base + polynomial<Order>(c, x[j]), ours, j, cells);
        }
    }
}

// asin(√k)/√k for k in [0, 1/2], relative error 9e-12: the polynomial of degree
// 11 that meets it at the Chebyshev nodes.
inline __attribute__((always_inline)) double arcsine_ratio(double k) {
    // By Estrin's scheme: short chains of operations that wait for each other.
    const double k2 = k * k;
    const double k4 = k2 * k2;
    const double low = (0.999999999994685 + 0.16666666972322858 * k) +
                       (0.07499971094054032 + 0.044653488653867826 * k) * k2;
    const double middle = (0.030181533475688627 + 0.024579737152414308 * k) +
                          (0.0021282372187213555 + 0.08190381809097141 * k) * k2;
    const double high = (-0.18557060940638182 + 0.3718252429044576 * k) +
                        (-0.38009785695682713 + 0.20080490883347876 * k) * k2;
    return low + (middle + high * k4) * k4;
}

struct SecondOrder {
    double metres;
    double inverse_sine;  // 1/sin σ
};

inline __attribute__((always_inline)) SecondOrder second_order(double h_given, double sum,
                                                               double difference) {
    const double h = h_given > 1e-30 ? h_given : 1e-30;
    const double rest = 1 - h > 1e-30 ? 1 - h : 1e-30;
    const double small = h < rest ? h : rest;
    const double arc = 2 * __builtin_sqrt(small) * arcsine_ratio(small);
    const double sigma = h < rest ? arc : kPi - arc;
    const double sine = 2 * __builtin_sqrt(h * rest);
    // The one division: 1/(1 - h) is 4h/sin², 1/h is 4(1 - h)/sin².
    const double inverse = 1 / sine;
    const double twice = 2 * inverse * inverse;
    const double u = sum * sum * h * twice;
    const double v = difference * difference * rest * twice;
    const double x = u + v;
    const double y = u - v;
    const double t = sigma * inverse;
    const double d = 4 * t * t;
    const double e = 2 * (rest - h);
    const double a = d * e;
    const double b = 2 * d;
    const double c = t - (a - e) / 2;
    const double second = x * (a + c * x) - y * (b + e * y) + d * x * y;
    const double near =
        kAxis_m * sine * (t - kFlat / 4 * (t * x - y) + kFlat * kFlat / 64 * second);
    const double far = kAxis_m * (1 - kFlat / 2) * sigma;
    return {h > kFarHaversine ? far : near, inverse};
}

void distances(const double* h, const double* sum, const double* difference, std::size_t count,
               double* metres) {
#pragma GCC ivdep
    for (std::size_t i = 0; i < count; ++i) {
        metres[i] = second_order(h[i], sum[i], difference[i]).metres;
    }
}

void measure(const TileFrame& tile, const SiteColumns& sites, std::size_t count,
             const MeasuredColumns& out) {
    const double cx = tile.centre[0];
    const double cy = tile.centre[1];
    const double cz = tile.centre[2];
    const double ex = tile.east[0];
    const double ey = tile.east[1];
    const double nx = tile.north[0];
    const double ny = tile.north[1];
    const double nz = tile.north[2];
    const double reach = tile.radius_m + kFieldSlack_m;
    const SiteColumns from = sites;
    const MeasuredColumns to = out;
    const std::size_t whole = count / kSiteLanes * kSiteLanes;
#pragma GCC ivdep
    for (std::size_t i = 0; i < whole; ++i) {
        const double dx = from.x[i] - cx;
        const double dy = from.y[i] - cy;
        const double dz = from.z[i] - cz;
        const double h = (dx * dx + dy * dy + dz * dz) / 4;
        const SecondOrder found = second_order(h, from.z[i] + cz, dz);
        const double metres = found.metres;
        const double spread = reach + (h > kFarHaversine ? kFarShare * metres : 0.0);
        const double value = from.offset[i] + from.per_m[i] * metres;
        to.metres[i] = metres;
        to.value[i] = value;
        to.least[i] = value - from.per_m[i] * spread;
        to.most[i] = value + from.per_m[i] * spread;
        const double away = -found.inverse_sine;
        to.east[i] = away * (ex * from.x[i] + ey * from.y[i]);
        to.north[i] = away * (nx * from.x[i] + ny * from.y[i] + nz * from.z[i]);
    }
}

// Directions are taken on the reduced sphere; the ellipsoid's differ by less
// than this (radians).
constexpr double kDirectionSlack = 0.007;
// Distances up to a quarter of the globe curve upwards only.
constexpr double kQuarter_m = 9'900'000;
constexpr double kHalf_m = 19'970'000;

// The gap at the centre is more than the difference of the slopes and what both
// may bend can close.
void lose(const Rival& rival, double radius_m, const double* per_m, const MeasuredColumns& sites,
          std::size_t count, double* lost) {
    const Rival r = rival;
    const MeasuredColumns from = sites;
    const double turned = kDirectionSlack * radius_m + kFieldSlack_m;
    const double bend = kCurvatureSlack * radius_m * radius_m / 2;
    const std::size_t whole = count / kSiteLanes * kSiteLanes;
#pragma GCC ivdep
    for (std::size_t i = 0; i < whole; ++i) {
        const double metres = from.metres[i];
        const double price = per_m[i];
        const double gap = from.value[i] - r.value - r.above - (price + r.per_m) * turned;
        const double farthest = metres + radius_m;
        const double room = kHalf_m - farthest;
        const double below = farthest > kQuarter_m ? price * bend / (room > 1 ? room : 1.0) : 0.0;
        const double east = price * from.east[i] - r.per_m * r.east;
        const double north = price * from.north[i] - r.per_m * r.north;
        const double steepest = __builtin_sqrt(east * east + north * north) * radius_m;
        const bool over = gap - below > steepest;
        lost[i] = over & (metres <= kDirected_m) ? 1.0 : 0.0;
    }
}

void fill(std::uint32_t* cells, std::size_t count, std::uint32_t site) {
    for (std::size_t j = 0; j < count; ++j) {
        cells[j] = site;
    }
}

void merge(const float* value, const std::uint32_t* id, std::size_t count, float* best,
           std::uint32_t* best_id, float* second, std::uint32_t* second_id) {
    const Cells cells{best, best_id, second, second_id};
#pragma GCC ivdep
    for (std::size_t j = 0; j < count; ++j) {
        rank(value[j], id[j], j, cells);
    }
}

}  // namespace

extern const FieldKernels FOOTPRINT_FIELD_KERNELS;
const FieldKernels FOOTPRINT_FIELD_KERNELS = {
    FOOTPRINT_FIELD_NAME,
    &half_chords,
    &near_rows<kNearTerms>,
    {&near_cells<Reduce::store, kNearTerms>, &near_cells<Reduce::least, kNearTerms>,
     &near_cells<Reduce::least_id, kNearTerms>, &near_cells<Reduce::first, kNearTerms>,
     &near_cells<Reduce::next, kNearTerms>},
    &near_rows<kShortTerms>,
    {&near_cells<Reduce::store, kShortTerms>, &near_cells<Reduce::least, kShortTerms>,
     &near_cells<Reduce::least_id, kShortTerms>, &near_cells<Reduce::first, kShortTerms>,
     &near_cells<Reduce::next, kShortTerms>},
    {&polynomial_cells<Reduce::store, 4>, &polynomial_cells<Reduce::least, 4>,
     &polynomial_cells<Reduce::least_id, 4>, &polynomial_cells<Reduce::first, 4>,
     &polynomial_cells<Reduce::next, 4>},
    {&polynomial_cells<Reduce::store, 6>, &polynomial_cells<Reduce::least, 6>,
     &polynomial_cells<Reduce::least_id, 6>, &polynomial_cells<Reduce::first, 6>,
     &polynomial_cells<Reduce::next, 6>},
    &distances,
    &measure,
    &lose,
    &fill,
    &merge,
};

}  // namespace footprint::geo
