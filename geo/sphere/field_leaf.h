// The cells of one leaf; internal to geo/sphere.
#pragma once

#include <vector>

#include "geo/sphere/field_prune.h"
#include "geo/sphere/field_tables.h"

namespace footprint::geo {

// What is wanted besides the best value.
enum class FieldDepth : std::uint8_t { value, site, second };

// Where a leaf's cells go: pointers to its first cell, null where not wanted.
// Whole leaves are written: leaf_columns wide, the grid's edge notwithstanding.
struct LeafPlanes {
    float* best = nullptr;
    std::uint32_t* best_site = nullptr;
    float* second = nullptr;
    std::uint32_t* second_site = nullptr;
    std::size_t stride = 0;  // cells from row to row
};

// Computes a leaf's cells from the sites that may matter in it; one for each
// thread.
class FieldLeaf {
  public:
    FieldLeaf(const FieldTables& tables, const FieldKernels& kernels, FieldDepth depth);

    // `sites` in ascending order, measured from the leaf's centre; at least one.
    void compute(const Tile& leaf, double radius_m, const Candidates& sites, const LeafPlanes& out);

  private:
    enum class Form : std::uint8_t { cubic, quintic, shorter, near, exact };

    Form choose(const FieldSite& site, double distance_m) const;
    void evaluate(const Candidates& sites, std::size_t which, Reduce reduce, const LeafPlanes& to);
    void near(const FieldSite& site, Form form, std::size_t reduce, const LeafTarget& target);
    template <std::size_t Nodes>
    std::array<double, Nodes * Nodes> coefficients(const FieldSite& site,
                                                   const Interpolation<Nodes>& through);
    void exact(const FieldSite& site, Reduce reduce, const LeafTarget& target);
    // Of sites [begin, end).
    void least_of(const Candidates& sites, std::size_t begin, std::size_t end,
                  const LeafPlanes& to);
    void no_second(const LeafPlanes& out) const;
    void compute_groups(const Candidates& sites, const LeafPlanes& out);

    const FieldTables& tables_;
    const FieldKernels& kernels_;
    FieldDepth depth_;
    float base_ = 0;  // polynomials are relative to it
    std::vector<float> group_;
    std::vector<std::uint32_t> group_site_;
    std::vector<float> q_, row_terms_;
    std::vector<NearRow> near_rows_;
    std::vector<double> h_, sum_, difference_, metres_;

    // The leaf at hand.
    Tile leaf_{};
    std::size_t rows_ = 0;
    double radius_m_ = 0;
    double half_height_m_ = 0;
    double half_width_m_ = 0;  // at the equator
    double widest_ = 0;        // cos β
};

}  // namespace footprint::geo
