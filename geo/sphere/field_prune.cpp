#include "geo/sphere/field_prune.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace footprint::geo {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Directions are not used for sites beyond: azimuths turn quickly near the antipode.
constexpr double kDirected_m = 14'900'000;
// Directions are taken on the reduced sphere; the ellipsoid's differ by less than this (radians).
constexpr double kDirectionSlack = 0.007;
// Second derivatives of distances are a sphere's within this factor.
constexpr double kCurvatureSlack = 1.02;
// Distances up to a quarter of the globe curve upwards only.
constexpr double kQuarter_m = 9'900'000;
constexpr double kHalf_m = 19'970'000;

// Whether `rival` is lower than `c` in the whole tile: the gap at the centre is more than the
// difference of their slopes and what both may bend can close.
bool beats(const Candidate& rival, double rival_above, const Candidate& c, double radius_m) {
    const double prices = c.per_m + rival.per_m;
    const double gap =
        c.value - rival.value - rival_above - prices * (kDirectionSlack * radius_m + kFieldSlack_m);
    const double farthest = c.distance_m + radius_m;
    if (gap <= 0 || c.distance_m > kDirected_m) {
        return false;
    }
    const double below = farthest > kQuarter_m ? kCurvatureSlack * c.per_m * radius_m * radius_m /
                                                     (2 * std::max(1.0, kHalf_m - farthest))
                                               : 0.0;
    const double east = c.per_m * c.east - rival.per_m * rival.east;
    const double north = c.per_m * c.north - rival.per_m * rival.north;
    return gap - below > std::sqrt(east * east + north * north) * radius_m;
}

}  // namespace

void FieldPrune::operator()(const TileFrame& tile, const Candidates& from, Candidates& into) {
    measure(tile, from);
    const double most = limit(from);
    into.clear();
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (least_[i] <= most) {
            into.push_back({from[i].site, from[i].group, value_[i], metres_[i], per_m_[i], east_[i],
                            north_[i]});
        }
    }
    if (into.size() > 1) {
        by_slope(tile.radius_m, into);
    }
}

void FieldPrune::measure(const TileFrame& tile, const Candidates& from) {
    const std::size_t count = from.size();
    if (x_.size() < count) {
        for (auto* column : {&x_, &y_, &z_, &offset_, &per_m_, &metres_, &value_, &least_, &most_,
                             &east_, &north_}) {
            column->resize(count);
        }
    }
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t site = from[i].site;
        x_[i] = tables_.site_x[site];
        y_[i] = tables_.site_y[site];
        z_[i] = tables_.site_z[site];
        offset_[i] = tables_.site_offset[site];
        per_m_[i] = tables_.site_per_m[site];
    }
    kernels_.measure(
        tile, {x_.data(), y_.data(), z_.data(), offset_.data(), per_m_.data()}, count,
        {metres_.data(), value_.data(), least_.data(), most_.data(), east_.data(), north_.data()});
}

// What the best, or the second best of another group, surely does not exceed in the tile.
double FieldPrune::limit(const Candidates& from) const {
    double best = kInfinity;
    double second = kInfinity;
    std::uint32_t best_group = 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
        const double most = most_[i];
        if (most < best) {
            second = from[i].group != best_group ? best : second;
            best = most;
            best_group = from[i].group;
        } else if (most < second && from[i].group != best_group) {
            second = most;
        }
    }
    return seconds_ ? second : best;
}

// The lowest at the centre, of another group than `other_than`'s.
FieldPrune::Rival FieldPrune::rival(const Candidates& kept, const Candidate* other_than,
                                    double radius_m) const {
    Rival result;
    for (const Candidate& c : kept) {
        const bool same_group = other_than && c.group == other_than->group;
        if (!same_group && (!result.site || c.value < result.site->value)) {
            result.site = &c;
        }
    }
    if (result.site) {
        const double nearest = result.site->distance_m - radius_m;
        const bool known = nearest > 0 && result.site->distance_m < kDirected_m;
        result.above =
            known ? kCurvatureSlack * result.site->per_m * radius_m * radius_m / (2 * nearest)
                  : kInfinity;
    }
    return result;
}

void FieldPrune::by_slope(double radius_m, Candidates& kept) const {
    const Rival first = rival(kept, nullptr, radius_m);
    const Rival second = seconds_ ? rival(kept, first.site, radius_m) : Rival{};
    const Candidate best = *first.site;  // copies: the list moves below
    const Candidate other = second.site ? *second.site : best;
    std::erase_if(kept, [&](const Candidate& c) {
        const bool by_best = beats(best, first.above, c, radius_m);
        if (!seconds_) {
            return by_best;
        }
        const bool by_other = second.site && beats(other, second.above, c, radius_m);
        return (by_best && (by_other || c.group == best.group)) ||
               (by_other && c.group == other.group);
    });
}

}  // namespace footprint::geo
