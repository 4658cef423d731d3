#include "geo/sphere/field_prune.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace footprint::geo {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The two lowest of different groups, met one after another.
struct LowestTwo {
    double first = kInfinity;
    double second = kInfinity;
    std::size_t first_index = static_cast<std::size_t>(-1);
    std::size_t second_index = static_cast<std::size_t>(-1);
    std::uint32_t group = 0;

    void take(double value, std::uint32_t of, std::size_t index) {
        if (value < first) {
            if (of != group) {
                second = first;
                second_index = first_index;
            }
            first = value;
            first_index = index;
            group = of;
        } else if (value < second && of != group) {
            second = value;
            second_index = index;
        }
    }
};

std::size_t padded(std::size_t count) {
    return (count + kSiteLanes - 1) / kSiteLanes * kSiteLanes;
}

}  // namespace

void Candidates::resize(std::size_t count) {
    count_ = count;
    if (site.size() < count) {
        each([count](auto& column) { column.resize(padded(count)); });
    }
}

void Candidates::shrink_to_fit() {
    each([this](auto& column) {
        column.resize(padded(count_));
        column.shrink_to_fit();
    });
}

void FieldPrune::operator()(const TileFrame& tile, const Candidates& from, Candidates& into) {
    measure(tile, from);
    const Lowest low = seconds_ ? lowest_of_groups(from) : lowest();
    judge(tile, from, low);
    list_kept(from, low.limit);
    keep(from, into);
}

void FieldPrune::measure_all(const TileFrame& tile, const Candidates& from, Candidates& into) {
    measure(tile, from);
    kept_count_ = count_;
    std::iota(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(count_), 0U);
    keep(from, into);
}

void FieldPrune::measure(const TileFrame& tile, const Candidates& from) {
    count_ = from.size();
    if (metres_.size() < padded(count_)) {
        for (auto* column :
             {&metres_, &value_, &least_, &most_, &east_, &north_, &by_best_, &by_other_}) {
            column->resize(padded(count_));
        }
        kept_.resize(padded(count_));
    }
    kernels_.measure(
        tile, {from.x.data(), from.y.data(), from.z.data(), from.offset.data(), from.per_m.data()},
        padded(count_),
        {metres_.data(), value_.data(), least_.data(), most_.data(), east_.data(), north_.data()});
}

FieldPrune::Lowest FieldPrune::lowest() const {
    Lowest result;
    double least = kInfinity;
    result.limit = kInfinity;
    for (std::size_t i = 0; i < count_; ++i) {
        result.limit = std::min(result.limit, most_[i]);
        if (value_[i] < least) {
            least = value_[i];
            result.best = i;
        }
    }
    return result;
}

FieldPrune::Lowest FieldPrune::lowest_of_groups(const Candidates& from) const {
    LowestTwo values;
    LowestTwo most;
    for (std::size_t i = 0; i < count_; ++i) {
        values.take(value_[i], from.group[i], i);
        most.take(most_[i], from.group[i], i);
    }
    return {values.first_index, values.second_index, most.second};
}

Rival FieldPrune::rival(const Candidates& from, std::size_t index, double radius_m) const {
    const double nearest_m = metres_[index] - radius_m;
    const bool known = nearest_m > 0 && metres_[index] < kDirected_m;
    const double above =
        known ? kCurvatureSlack * from.per_m[index] * radius_m * radius_m / (2 * nearest_m)
              : kInfinity;
    return {value_[index], from.per_m[index], east_[index], north_[index], above};
}

// By whom the sites are beaten everywhere in the tile.
void FieldPrune::judge(const TileFrame& tile, const Candidates& from, const Lowest& lowest) {
    const MeasuredColumns sites{metres_.data(), value_.data(), least_.data(),
                                most_.data(),   east_.data(),  north_.data()};
    const auto lose = [&](std::size_t rival_index, std::vector<double>& lost) {
        const Rival by = rival(from, rival_index, tile.radius_m);
        kernels_.lose(by, tile.radius_m, from.per_m.data(), sites, padded(count_), lost.data());
    };
    lose(lowest.best, by_best_);
    if (!seconds_) {
        return;
    }
    best_group_ = other_group_ = from.group[lowest.best];
    if (lowest.other == kNone) {
        std::fill_n(by_other_.begin(), count_, 0.0);
        return;
    }
    other_group_ = from.group[lowest.other];
    lose(lowest.other, by_other_);
}

// With seconds a site is beaten by two of different groups, or by one of its own. Lists without
// branches: which are kept can hardly be foretold.
void FieldPrune::list_kept(const Candidates& from, double limit) {
    const bool seconds = seconds_;
    const std::uint32_t best_group = best_group_;
    const std::uint32_t other_group = other_group_;
    std::size_t count = 0;
    for (std::size_t i = 0; i < count_; ++i) {
        const bool by_best = by_best_[i] != 0;
        bool beaten = by_best;
        if (seconds) {
            const bool by_other = by_other_[i] != 0;
            const std::uint32_t group = from.group[i];
            beaten = (by_best & (by_other | (group == best_group))) |
                     (by_other & (group == other_group));
        }
        kept_[count] = static_cast<std::uint32_t>(i);
        count += static_cast<std::size_t>((least_[i] <= limit) & !beaten);
    }
    kept_count_ = count;
}

void FieldPrune::keep(const Candidates& from, Candidates& into) const {
    into.resize(kept_count_);
    for (std::size_t to = 0; to < kept_count_; ++to) {
        const std::size_t i = kept_[to];
        into.site[to] = from.site[i];
        into.group[to] = from.group[i];
        into.x[to] = from.x[i];
        into.y[to] = from.y[i];
        into.z[to] = from.z[i];
        into.offset[to] = from.offset[i];
        into.per_m[to] = from.per_m[i];
        into.value[to] = value_[i];
        into.distance_m[to] = metres_[i];
    }
}

}  // namespace footprint::geo
