#include "geo/sphere/field_leaf.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "geo/sphere/geodesic.h"

namespace footprint::geo {

namespace {

// A polynomial is used where its estimated error is below this; docs/field.md
// derives the estimate.
constexpr double kPolynomialError_m = 0.4;
// The distance is not smooth near the site and near the cut locus, within 110
// km of π·b.
constexpr double kCutLocus_m = std::numbers::pi * kPolarRadius_m - 110'000;
// a·σ of kNearHaversine and kShortHaversine, less what the bound b·σ <= s may be off.
constexpr double kNearForm_m = 6'640'000;
constexpr double kShortForm_m = 2'210'000;
// Leaves with fewer cells do not pay for 36 nodes where the near form will do, nor for 16 where its
// short one will; in larger ones the root that the near forms take is dearer.
constexpr std::size_t kQuinticCells = 2048;
constexpr std::size_t kCubicCells = 2048;

double power(double base, int exponent) {
    double result = 1;
    for (int i = 0; i < exponent; ++i) {
        result *= base;
    }
    return result;
}

// Leading term of the error of Chebyshev interpolation of √(D² + x²) on [-w, w]
// at 4 or 6 nodes, both ways, the columns' error grown by the rows'
// interpolation (Lebesgue constants 1.85, 2.10).
double cubic_error_m(double nearest_m, double wide, double high) {
    return nearest_m / 64 * (1.85 * power(wide, 4) + power(high, 4));
}
double quintic_error_m(double nearest_m, double wide, double high) {
    return nearest_m / 512 * (2.10 * power(wide, 6) + power(high, 6));
}

}  // namespace

FieldLeaf::FieldLeaf(const FieldTables& tables, const FieldKernels& kernels, FieldDepth depth)
    : tables_(tables), kernels_(kernels), depth_(depth) {
    const std::size_t cells = tables.leaf_rows * tables.leaf_columns;
    if (depth == FieldDepth::second) {
        group_.resize(cells);
        group_site_.resize(cells);
    }
    q_.resize(tables.leaf_columns);
    row_terms_.resize(6 * tables.leaf_rows);
    near_rows_.resize(tables.leaf_rows);
    const std::size_t most = std::max<std::size_t>(36, tables.leaf_columns);
    for (auto* column : {&h_, &sum_, &difference_, &metres_}) {
        column->resize(most);
    }
}

void FieldLeaf::compute(const Tile& leaf, double radius_m, const Candidates& sites,
                        const LeafPlanes& out) {
    leaf_ = leaf;
    rows_ = tables_.rows_of(leaf.row_begin);
    radius_m_ = radius_m;
    half_height_m_ = kEquatorialRadius_m * tables_.row_step_rad() * static_cast<double>(rows_) / 2;
    half_width_m_ = kEquatorialRadius_m * tables_.column_step_rad() *
                    static_cast<double>(tables_.leaf_columns) / 2;
    const std::size_t first = leaf.row_begin * tables_.leaf_rows;
    widest_ = tables_.widest(first, first + rows_ - 1);
    base_ = static_cast<float>(
        *std::min_element(sites.value.data(), sites.value.data() + sites.size()));
    if (depth_ == FieldDepth::second) {
        compute_groups(sites, out);
        return;
    }
    least_of(sites, 0, sites.size(), out);
}

// Group by group: the least of each goes into the best and the second best.
void FieldLeaf::compute_groups(const Candidates& sites, const LeafPlanes& out) {
    const std::size_t columns = tables_.leaf_columns;
    const LeafPlanes of_group{group_.data(), group_site_.data(), nullptr, nullptr, columns};
    for (std::size_t begin = 0, end = 0; begin < sites.size(); begin = end) {
        while (end < sites.size() && sites.group[end] == sites.group[begin]) {
            ++end;
        }
        const bool is_first = begin == 0;
        if (end - begin == 1) {
            evaluate(sites, begin, is_first ? Reduce::first : Reduce::next, out);
            continue;
        }
        least_of(sites, begin, end, is_first ? out : of_group);
        if (is_first) {
            no_second(out);
            continue;
        }
        for (std::size_t row = 0; row < rows_; ++row) {
            const std::size_t from = row * columns;
            const std::size_t to = row * out.stride;
            kernels_.merge(&group_[from], &group_site_[from], columns, out.best + to,
                           out.best_site + to, out.second + to, out.second_site + to);
        }
    }
}

void FieldLeaf::no_second(const LeafPlanes& out) const {
    const std::size_t columns = tables_.leaf_columns;
    for (std::size_t row = 0; row < rows_; ++row) {
        std::fill_n(out.second + row * out.stride, columns, std::numeric_limits<float>::infinity());
        kernels_.fill(out.second_site + row * out.stride, columns, kNoSite);
    }
}

void FieldLeaf::least_of(const Candidates& sites, std::size_t begin, std::size_t end,
                         const LeafPlanes& to) {
    const Reduce next = to.best_site ? Reduce::least_id : Reduce::least;
    for (std::size_t i = begin; i < end; ++i) {
        evaluate(sites, i, i == begin ? Reduce::store : next, to);
    }
}

FieldLeaf::Form FieldLeaf::choose(const FieldSite& site, double distance_m) const {
    const std::size_t cells = rows_ * tables_.leaf_columns;
    const bool short_will_do = distance_m + radius_m_ < kShortForm_m;
    if (short_will_do && cells < kCubicCells) {
        return Form::shorter;
    }
    const double nearest_m = std::min(distance_m - radius_m_, kCutLocus_m - distance_m - radius_m_);
    if (nearest_m > 0) {
        const double wide =
            half_width_m_ * std::sqrt(widest_ * std::max(site.angles.cos, 1e-3)) / nearest_m;
        const double high = half_height_m_ / nearest_m;
        if (cubic_error_m(nearest_m, wide, high) < kPolynomialError_m) {
            return Form::cubic;
        }
        const bool pays =
            !short_will_do && (cells >= kQuinticCells || distance_m + radius_m_ > kNearForm_m);
        if (pays && quintic_error_m(nearest_m, wide, high) < kPolynomialError_m) {
            return Form::quintic;
        }
    }
    return short_will_do                          ? Form::shorter
           : distance_m + radius_m_ < kNearForm_m ? Form::near
                                                  : Form::exact;
}

void FieldLeaf::evaluate(const Candidates& sites, std::size_t which, Reduce reduce,
                         const LeafPlanes& to) {
    const FieldSite& site = tables_.sites[sites.site[which]];
    const LeafTarget target{to.best, to.best_site,         to.second, to.second_site, site.index,
                            rows_,   tables_.leaf_columns, to.stride};
    for (std::size_t row = 0; reduce == Reduce::store && to.best_site && row < rows_; ++row) {
        kernels_.fill(to.best_site + row * to.stride, tables_.leaf_columns, site.index);
    }
    const auto how = static_cast<std::size_t>(reduce);
    const double* const y = tables_.y_of(leaf_.row_begin);
    const float* const x = tables_.x.data();
    const Form choice = choose(site, sites.distance_m[which]);
    switch (choice) {
        case Form::cubic: {
            const auto terms = coefficients(site, tables_.cubic);
            kernels_.cubic_cells[how](terms.data(), y, x, base_, row_terms_.data(), target);
            break;
        }
        case Form::quintic: {
            const auto terms = coefficients(site, tables_.quintic);
            kernels_.quintic_cells[how](terms.data(), y, x, base_, row_terms_.data(), target);
            break;
        }
        case Form::shorter:
        case Form::near:
            near(site, choice, how, target);
            break;
        case Form::exact:
            exact(site, reduce, target);
            break;
    }
}

void FieldLeaf::near(const FieldSite& site, Form form, std::size_t reduce,
                     const LeafTarget& target) {
    const std::size_t column = leaf_.column_begin * tables_.leaf_columns;
    kernels_.half_chords(&tables_.lons.sin_half[column], &tables_.lons.cos_half[column],
                         tables_.leaf_columns, site.angles, q_.data());
    const RowAngles rows = tables_.lats.from(leaf_.row_begin * tables_.leaf_rows);
    const double scale = site.per_m * site.per_m;
    const auto shift = static_cast<float>(site.offset);
    if (form == Form::shorter) {
        kernels_.short_rows(rows, rows_, site.angles, tables_.shorter[0].data(), scale,
                            near_rows_.data());
        kernels_.short_cells[reduce](near_rows_.data(), q_.data(), shift, target);
    } else {
        kernels_.near_rows(rows, rows_, site.angles, tables_.near[0].data(), scale,
                           near_rows_.data());
        kernels_.near_cells[reduce](near_rows_.data(), q_.data(), shift, target);
    }
}

namespace {

// sin²(σ/2) and the sines' sum and difference for one row against a site.
struct RowToSite {
    double rise, across, sum, difference;

    RowToSite(const LatTable& lats, std::size_t row, const SiteAngles& site) {
        const double half = lats.sin_half[row] * site.cos_half - lats.cos_half[row] * site.sin_half;
        rise = half * half;
        across = lats.cos[row] * site.cos;
        sum = lats.sin[row] + site.sin;
        difference = lats.sin[row] - site.sin;
    }
};

double half_chord(const LonTable& lons, std::size_t column, const SiteAngles& site) {
    const double sine =
        lons.sin_half[column] * site.lon_cos_half - lons.cos_half[column] * site.lon_sin_half;
    return sine * sine;
}

// The WGS 84 geodesic, for places far from the site.
double geodesic_m(double sin_beta, double cos_beta, double sin_half_lon, double cos_half_lon,
                  const FieldSite& site) {
    const double lat = std::atan2(sin_beta, (1 - kFlattening) * cos_beta) * kDegrees;
    const double lon = 2 * std::atan2(sin_half_lon, cos_half_lon) * kDegrees;
    return distance_m({lon, lat}, site.position);
}

}  // namespace

template <std::size_t Nodes>
std::array<double, Nodes * Nodes> FieldLeaf::coefficients(const FieldSite& site,
                                                          const Interpolation<Nodes>& through) {
    const std::size_t first_row = leaf_.row_begin * Nodes;
    const std::size_t first_column = leaf_.column_begin * Nodes;
    std::array<double, Nodes> q;
    for (std::size_t j = 0; j < Nodes; ++j) {
        q[j] = half_chord(through.lons, first_column + j, site.angles);
    }
    for (std::size_t i = 0; i < Nodes; ++i) {
        const RowToSite row(through.lats, first_row + i, site.angles);
        for (std::size_t j = 0; j < Nodes; ++j) {
            h_[i * Nodes + j] = row.rise + row.across * q[j];
            sum_[i * Nodes + j] = row.sum;
            difference_[i * Nodes + j] = row.difference;
        }
    }
    kernels_.distances(h_.data(), sum_.data(), difference_.data(), Nodes * Nodes, metres_.data());
    for (std::size_t n = 0; n < Nodes * Nodes; ++n) {
        if (h_[n] > kFarHaversine) {
            const std::size_t i = first_row + n / Nodes;
            const std::size_t j = first_column + n % Nodes;
            metres_[n] = geodesic_m(through.lats.sin[i], through.lats.cos[i],
                                    through.lons.sin_half[j], through.lons.cos_half[j], site);
        }
    }
    // Values to coefficients, first along the columns, then along the rows.
    std::array<double, Nodes * Nodes> along_columns{};
    for (std::size_t i = 0; i < Nodes; ++i) {
        for (std::size_t j = 0; j < Nodes; ++j) {
            const double value =
                site.offset + site.per_m * metres_[i * Nodes + j] - static_cast<double>(base_);
            for (std::size_t k = 0; k < Nodes; ++k) {
                along_columns[i * Nodes + k] += through.powers[k][j] * value;
            }
        }
    }
    std::array<double, Nodes * Nodes> result{};
    for (std::size_t l = 0; l < Nodes; ++l) {
        for (std::size_t i = 0; i < Nodes; ++i) {
            for (std::size_t k = 0; k < Nodes; ++k) {
                result[l * Nodes + k] += through.powers[l][i] * along_columns[i * Nodes + k];
            }
        }
    }
    return result;
}

namespace {

// What a value must be below to matter in a cell.
double highest(const LeafTarget& target, Reduce reduce, std::size_t at) {
    switch (reduce) {
        case Reduce::store:
        case Reduce::first:
            return std::numeric_limits<double>::infinity();
        case Reduce::next:
            return static_cast<double>(target.second[at]);
        default:
            return static_cast<double>(target.value[at]);
    }
}

// As the kernels do it, for one cell.
void take(float v, Reduce reduce, const LeafTarget& target, std::size_t at) {
    const bool starts = reduce == Reduce::store || reduce == Reduce::first;
    const bool wins = starts || v < target.value[at];
    if (reduce == Reduce::first) {
        target.second[at] = std::numeric_limits<float>::infinity();
        target.second_id[at] = kNoSite;
    } else if (reduce == Reduce::next && wins) {
        target.second[at] = target.value[at];
        target.second_id[at] = target.id[at];
    } else if (reduce == Reduce::next && v < target.second[at]) {
        target.second[at] = v;
        target.second_id[at] = target.ours;
    }
    if (wins) {
        target.value[at] = v;
        if (reduce != Reduce::store && reduce != Reduce::least) {
            target.id[at] = target.ours;
        }
    }
}

}  // namespace

void FieldLeaf::exact(const FieldSite& site, Reduce reduce, const LeafTarget& target) {
    const std::size_t columns = tables_.columns_of(leaf_.column_begin);
    const std::size_t first_row = leaf_.row_begin * tables_.leaf_rows;
    const std::size_t first_column = leaf_.column_begin * tables_.leaf_columns;
    for (std::size_t i = 0; i < target.rows; ++i) {
        const RowToSite row(tables_.lats, first_row + i, site.angles);
        for (std::size_t j = 0; j < columns; ++j) {
            h_[j] = row.rise + row.across * half_chord(tables_.lons, first_column + j, site.angles);
            sum_[j] = row.sum;
            difference_[j] = row.difference;
        }
        kernels_.distances(h_.data(), sum_.data(), difference_.data(), columns, metres_.data());
        for (std::size_t j = 0; j < columns; ++j) {
            const std::size_t at = i * target.stride + j;
            if (h_[j] > kFarHaversine) {
                const double least_m = (1 - kFarShare) * metres_[j];
                if (site.offset + site.per_m * least_m > highest(target, reduce, at)) {
                    continue;
                }
                metres_[j] =
                    geodesic_m(tables_.lats.sin[first_row + i], tables_.lats.cos[first_row + i],
                               tables_.lons.sin_half[first_column + j],
                               tables_.lons.cos_half[first_column + j], site);
            }
            take(static_cast<float>(site.offset + site.per_m * metres_[j]), reduce, target, at);
        }
    }
}

}  // namespace footprint::geo
