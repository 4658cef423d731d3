#include "geo/sphere/field_prune.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "geo/sphere/geodesic.h"

namespace footprint::geo {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Bounds are loosened by this much, above the errors of the distances that they are made of.
constexpr double kSlack_m = 2;
// Beyond this a measured distance is the mean of b·σ and a·σ, and directions are not used: azimuths
// turn quickly near the antipode.
constexpr double kFar_m = 14'900'000;
constexpr double kFarShare = 0.0018;  // (a − b)/2a and a little
// Directions are taken on the reduced sphere; the ellipsoid's differ by less than this (radians).
constexpr double kDirectionSlack = 0.007;
// Second derivatives of distances are a sphere's within this factor.
constexpr double kCurvatureSlack = 1.02;
// Distances up to here curve upwards only.
constexpr double kQuarter_m = 9'900'000;
constexpr double kHalf_m = 19'970'000;

}  // namespace

void FieldPrune::operator()(const Extent& extent, const Candidates& from, Candidates& into) {
    measure(extent, from);
    const double radius_m = extent.radius_m;
    const Limits limit = limits(measured_, radius_m);
    const double most = seconds_ ? limit.second : limit.best;
    into.clear();
    for (const Candidate& c : measured_) {
        const double least = c.value - tables_.sites[c.site].per_m * spread_m(c, radius_m);
        if (least <= most) {
            into.push_back(c);
        }
    }
    if (into.size() > 1) {
        by_slope(radius_m, into);
    }
}

void FieldPrune::measure(const Extent& extent, const Candidates& from) {
    const std::size_t count = from.size();
    if (x_.size() < count) {
        for (auto* column : {&x_, &y_, &z_, &metres_, &east_, &north_}) {
            column->resize(count);
        }
    }
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t site = from[i].site;
        x_[i] = tables_.site_x[site];
        y_[i] = tables_.site_y[site];
        z_[i] = tables_.site_z[site];
    }
    kernels_.measure(extent.frame, {x_.data(), y_.data(), z_.data()}, count, metres_.data(),
                     east_.data(), north_.data());
    measured_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        const FieldSite& site = tables_.sites[from[i].site];
        measured_[i] = {from[i].site, site.offset + site.per_m * metres_[i], metres_[i], east_[i],
                        north_[i]};
    }
}

// By how much the distance to a cell of the tile may differ from the centre's.
double FieldPrune::spread_m(const Candidate& c, double radius_m) const {
    return radius_m + kSlack_m + (c.distance_m > kFar_m ? kFarShare * c.distance_m : 0.0);
}

FieldPrune::Limits FieldPrune::limits(const Candidates& measured, double radius_m) const {
    Limits result{kInfinity, kInfinity, 0};
    for (const Candidate& c : measured) {
        const FieldSite& site = tables_.sites[c.site];
        const double most = c.value + site.per_m * spread_m(c, radius_m);
        if (most < result.best) {
            if (site.group != result.best_group) {
                result.second = result.best;
            }
            result.best = most;
            result.best_group = site.group;
        } else if (most < result.second && site.group != result.best_group) {
            result.second = most;
        }
    }
    return result;
}

FieldPrune::Bend FieldPrune::bend(const Candidate& c, double radius_m) const {
    const double nearest = c.distance_m - radius_m;
    const double farthest = c.distance_m + radius_m;
    const double bend = kCurvatureSlack * tables_.sites[c.site].per_m * radius_m * radius_m / 2;
    return {nearest > 0 ? bend / nearest : kInfinity,
            farthest > kQuarter_m ? bend / std::max(1.0, kHalf_m - farthest) : 0.0,
            c.distance_m < kFar_m};
}

// The least value at the centre, of another group than `other_than`'s.
const Candidate* FieldPrune::rival(const Candidates& kept, const Candidate* other_than) const {
    const Candidate* least = nullptr;
    for (const Candidate& c : kept) {
        const bool same_group =
            other_than && tables_.sites[c.site].group == tables_.sites[other_than->site].group;
        if (!same_group && (!least || c.value < least->value)) {
            least = &c;
        }
    }
    return least;
}

bool FieldPrune::beats(const Candidate& rival, const Bend& rivals, const Candidate& c,
                       const Bend& own, double radius_m) const {
    const double price = tables_.sites[c.site].per_m;
    const double rival_price = tables_.sites[rival.site].per_m;
    const double east = price * c.east - rival_price * rival.east;
    const double north = price * c.north - rival_price * rival.north;
    const double slope = std::sqrt(east * east + north * north);
    const double prices = price + rival_price;
    return c.value - rival.value > (slope + kDirectionSlack * prices) * radius_m + rivals.above +
                                       own.below + kSlack_m * prices;
}

void FieldPrune::by_slope(double radius_m, Candidates& kept) const {
    const Candidate first = *rival(kept, nullptr);
    const Bend firsts = bend(first, radius_m);
    const Candidate* const other = seconds_ ? rival(kept, &first) : nullptr;
    const Candidate second = other ? *other : first;
    const Bend seconds = bend(second, radius_m);
    if (!firsts.known || !seconds.known) {
        return;
    }
    const auto group = [&](const Candidate& c) { return tables_.sites[c.site].group; };
    std::erase_if(kept, [&](const Candidate& c) {
        const Bend own = bend(c, radius_m);
        if (!own.known) {
            return false;
        }
        const bool by_first = beats(first, firsts, c, own, radius_m);
        if (!seconds_) {
            return by_first;
        }
        const bool by_second = other && beats(second, seconds, c, own, radius_m);
        return (by_first && (by_second || group(c) == group(first))) ||
               (by_second && group(c) == group(second));
    });
}

}  // namespace footprint::geo
