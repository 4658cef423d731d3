// Which sites can matter in a tile; internal to geo/sphere.
#pragma once

#include <vector>

#include "geo/sphere/field_tables.h"

namespace footprint::geo {

// Sites, column by column, as the centre of a tile sees them.
struct Candidates {
    std::vector<std::uint32_t> site;  // index into the tables
    std::vector<std::uint32_t> group;
    std::vector<double> x, y, z, offset, per_m;  // as the tables have them
    std::vector<double> value;                   // at the centre
    std::vector<double> distance_m;  // from the centre; the mean of bounds beyond 15,000 km

    std::size_t size() const { return count_; }
    bool empty() const { return count_ == 0; }
    // Keeps the room of its columns, which are padded to whole kSiteLanes.
    void resize(std::size_t count);
    void shrink_to_fit();

  private:
    template <typename Visit>
    void each(Visit visit) {
        visit(site);
        visit(group);
        for (auto* column : {&x, &y, &z, &offset, &per_m, &value, &distance_m}) {
            visit(*column);
        }
    }
    std::size_t count_ = 0;
};

// All of the tables' sites that `wanted`, not measured yet.
template <typename Wanted>
Candidates candidates_of(const FieldTables& tables, Wanted wanted) {
    Candidates result;
    result.resize(tables.sites.size());
    std::size_t count = 0;
    for (std::size_t i = 0; i < tables.sites.size(); ++i) {
        if (wanted(tables.sites[i])) {
            result.site[count] = static_cast<std::uint32_t>(i);
            result.group[count] = tables.sites[i].group;
            result.x[count] = tables.site_x[i];
            result.y[count] = tables.site_y[i];
            result.z[count] = tables.site_z[i];
            result.offset[count] = tables.sites[i].offset;
            result.per_m[count] = tables.sites[i].per_m;
            ++count;
        }
    }
    result.resize(count);
    return result;
}

// Finds the sites that may be best somewhere in a tile or, when seconds are
// wanted, the best of another group than the best's. Keeps scratch memory; one
// for each thread.
class FieldPrune {
  public:
    FieldPrune(const FieldKernels& kernels, bool seconds) : kernels_(kernels), seconds_(seconds) {}

    // `into` gets those of `from` that may matter, in the same order, measured.
    // O(from).
    void operator()(const TileFrame& tile, const Candidates& from, Candidates& into);

    // `into` gets all of `from`, measured.
    void measure_all(const TileFrame& tile, const Candidates& from, Candidates& into);

  private:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    // The lowest values at the centre of two groups, and what the best, or the
    // second best of another group, surely does not exceed in the tile.
    struct Lowest {
        std::size_t best = kNone;
        std::size_t other = kNone;
        double limit = 0;
    };

    void measure(const TileFrame& tile, const Candidates& from);
    Lowest lowest() const;
    Lowest lowest_of_groups(const Candidates& from) const;
    Rival rival(const Candidates& from, std::size_t index, double radius_m) const;
    void judge(const TileFrame& tile, const Candidates& from, const Lowest& lowest);
    void list_kept(const Candidates& from, double limit);
    void keep(const Candidates& from, Candidates& into) const;

    const FieldKernels& kernels_;
    bool seconds_;
    std::size_t count_ = 0;
    std::vector<double> metres_, value_, least_, most_, east_, north_, by_best_, by_other_;
    std::uint32_t best_group_ = 0, other_group_ = 0;
    std::vector<std::uint32_t> kept_;  // indices; kept_count_ of them
    std::size_t kept_count_ = 0;
};

}  // namespace footprint::geo
