// The flat loops of the field on a grid, compiled once for each instruction
// set. Internal to geo/sphere; the method is in docs/field.md.
//
// Every loop uses only operations that IEEE 754 rounds correctly (+ − × ÷ √,
// comparisons), lane by lane and without contraction, so that all instruction
// sets give the same bits.
#pragma once

#include <cstddef>
#include <cstdint>

#include "geo/sphere/far_haversine.h"

namespace footprint::geo {

// Coefficients of the near form, powers of h from 0, over its whole reach and over a shorter one.
inline constexpr std::size_t kNearTerms = 8;
inline constexpr std::size_t kShortTerms = 4;
// Products of μ and ν that multiply them: 1, μ, ν, μ², μν, ν².
inline constexpr std::size_t kNearProducts = 6;
// Leaves are computed padded to a multiple of this many columns (floats of the
// widest register).
inline constexpr std::size_t kLaneColumns = 16;
// Sites are looked at this many at a time.
inline constexpr std::size_t kSiteLanes = 4;
// Bounds are loosened by this much, above the errors of the distances that they
// are made of; beyond kFarHaversine by this share of the distance too, (a −
// b)/2a and a little.
inline constexpr double kFieldSlack_m = 2;
inline constexpr double kFarShare = 0.0018;
// Directions are not used for sites beyond: azimuths turn quickly near the
// antipode.
inline constexpr double kDirected_m = 14'900'000;
// Second derivatives of distances are a sphere's within this factor.
inline constexpr double kCurvatureSlack = 1.02;
// Below these (60°, 6,670 km; 2,220 km) the near form's series are fitted.
inline constexpr double kNearHaversine = 0.25;
inline constexpr double kShortHaversine = 0.03;

// What becomes of the values that a kernel computes.
enum class Reduce : std::uint8_t {
    store,     // value = v
    least,     // value = min(value, v)
    least_id,  // the same, and id = ours where v is less
    first,     // value = v, id = ours, and nothing is second
    next       // the lower of value and v is value, the other second unless second is
               // lower
};
inline constexpr std::size_t kReduces = 5;

// A leaf's cells: rows × columns, columns a multiple of kLaneColumns, `stride`
// from row to row. Planes that a reduction does not write may be null.
struct LeafTarget {
    float* value;
    std::uint32_t* id;
    float* second;
    std::uint32_t* second_id;
    std::uint32_t ours;
    std::size_t rows;
    std::size_t columns;
    std::size_t stride;
};

// Rows against one site: sines and cosines of β and β/2 of each row.
struct RowAngles {
    const double* sin;
    const double* cos;
    const double* sin_half;
    const double* cos_half;
};
struct SiteAngles {
    double sin, cos;            // of β
    double sin_half, cos_half;  // of β/2
    double lon_sin_half, lon_cos_half;
};

// A row of the near form: h = h0 + p·q, value = √(Σ term[k]·h^k) + shift.
struct NearRow {
    float h0;
    float p;
    float term[kNearTerms];
};

// The centre of a tile on the reduced sphere, what is east and north there, and
// its radius.
struct TileFrame {
    double centre[3];
    double east[3];
    double north[3];
    double radius_m;  // no cell's geodesic from the centre is longer
};

// Sites as unit vectors on the reduced sphere with their prices, column by
// column.
struct SiteColumns {
    const double* x;
    const double* y;
    const double* z;
    const double* offset;
    const double* per_m;
};

// What a tile's centre sees of them.
struct MeasuredColumns {
    double* metres;  // as `distances` gives it
    double* value;   // there
    double* least;   // no cell of the tile has a lower value
    double* most;    // nor a higher one
    double* east;    // how the distance grows eastwards and northwards: the unit
                     // vector away from
    double* north;   // the site on the reduced sphere
};

// A site that is low at a tile's centre: in the whole tile its value stays
// below its tangent plane there plus `above`.
struct Rival {
    double value, per_m, east, north;
    double above;
};

struct FieldKernels {
    const char* name;

    // q[j] = sin²((λ_j − λ_site)/2) from the half angles' sines and cosines.
    void (*half_chords)(const double* lon_sin_half, const double* lon_cos_half, std::size_t count,
                        const SiteAngles& site, float* q);
    // Rows of the near form from series[kNearProducts][terms], times `scale`; the short one has
    // kShortTerms, the other kNearTerms.
    void (*near_rows)(const RowAngles& rows, std::size_t count, const SiteAngles& site,
                      const double* series, double scale, NearRow* out);
    void (*near_cells[kReduces])(const NearRow* rows, const float* q, float shift,
                                 const LeafTarget& target);
    void (*short_rows)(const RowAngles& rows, std::size_t count, const SiteAngles& site,
                       const double* series, double scale, NearRow* out);
    void (*short_cells[kReduces])(const NearRow* rows, const float* q, float shift,
                                  const LeafTarget& target);

    // Polynomials of degree order-1 in x (columns) and y (rows) on [-1, 1]²;
    // coefficient of y^l x^k at [l·order + k]. scratch: rows × order. Their
    // values are relative to `base`.
    void (*cubic_cells[kReduces])(const double* coefficients, const double* y, const float* x,
                                  float base, float* scratch, const LeafTarget& target);
    void (*quintic_cells[kReduces])(const double* coefficients, const double* y, const float* x,
                                    float base, float* scratch, const LeafTarget& target);

    // metres[i] = second-order distance for sin²(σ/2) = h and the sum and
    // difference of the reduced latitudes' sines; beyond kFarHaversine the mean
    // of the bounds b·σ and a·σ.
    void (*distances)(const double* h, const double* sum, const double* difference,
                      std::size_t count, double* metres);

    // For a count of whole kSiteLanes.
    void (*measure)(const TileFrame& tile, const SiteColumns& sites, std::size_t count,
                    const MeasuredColumns& out);

    // lost[i] = 1 where `rival` is lower than site i in the whole tile, else 0.
    void (*lose)(const Rival& rival, double radius_m, const double* per_m,
                 const MeasuredColumns& sites, std::size_t count, double* lost);

    void (*fill)(std::uint32_t* cells, std::size_t count, std::uint32_t site);

    // Takes a group's least values into the best and second best of other groups.
    void (*merge)(const float* value, const std::uint32_t* id, std::size_t count, float* best,
                  std::uint32_t* best_id, float* second, std::uint32_t* second_id);
};

enum class FieldIsa : std::uint8_t { baseline, avx2, avx512 };

// The kernels of an instruction set; null where this processor or build lacks
// it.
const FieldKernels* field_kernels(FieldIsa isa);
// The widest that this processor has.
const FieldKernels& field_kernels();

}  // namespace footprint::geo
