// Which sites can matter in a tile; internal to geo/sphere.
#pragma once

#include <vector>

#include "geo/sphere/field_tables.h"

namespace footprint::geo {

// A site as a tile's centre sees it.
struct Candidate {
    std::uint32_t site;  // index into the tables
    double value;        // at the centre
    double distance_m;   // from the centre; the mean of bounds beyond 15,000 km
    double east, north;  // how the distance grows there
};
using Candidates = std::vector<Candidate>;

// Finds the sites that may be best somewhere in a tile or, when seconds are wanted, the best of
// another group than the best's. Keeps scratch memory; one for each thread.
class FieldPrune {
  public:
    FieldPrune(const FieldTables& tables, const FieldKernels& kernels, bool seconds)
        : tables_(tables), kernels_(kernels), seconds_(seconds) {}

    // `into` gets those of `from` that may matter, in the same order. O(from).
    void operator()(const Extent& extent, const Candidates& from, Candidates& into);

  private:
    // How far a site's value may leave its tangent plane at the centre.
    struct Bend {
        double above, below;
        bool known;
    };
    struct Limits {
        double best, second;  // least upper bounds, the second over other groups than the first's
        std::uint32_t best_group;
    };

    void measure(const Extent& extent, const Candidates& from);
    Limits limits(const Candidates& measured, double radius_m) const;
    double spread_m(const Candidate& c, double radius_m) const;
    Bend bend(const Candidate& c, double radius_m) const;
    const Candidate* rival(const Candidates& kept, const Candidate* other_than) const;
    bool beats(const Candidate& rival, const Bend& rivals, const Candidate& c, const Bend& own,
               double radius_m) const;
    void by_slope(double radius_m, Candidates& kept) const;

    const FieldTables& tables_;
    const FieldKernels& kernels_;
    bool seconds_;
    Candidates measured_;
    std::vector<double> x_, y_, z_, metres_, east_, north_;
};

}  // namespace footprint::geo
