// Which sites can matter in a tile; internal to geo/sphere.
#pragma once

#include <vector>

#include "geo/sphere/field_tables.h"

namespace footprint::geo {

// A site as a tile's centre sees it.
struct Candidate {
    std::uint32_t site;  // index into the tables
    std::uint32_t group;
    double value;       // at the centre
    double distance_m;  // from the centre; the mean of bounds beyond 15,000 km
    double per_m;
    double east, north;  // how the distance grows there
};
using Candidates = std::vector<Candidate>;

// Finds the sites that may be best somewhere in a tile or, when seconds are wanted, the best of
// another group than the best's. Keeps scratch memory; one for each thread.
class FieldPrune {
  public:
    FieldPrune(const FieldTables& tables, const FieldKernels& kernels, bool seconds)
        : tables_(tables), kernels_(kernels), seconds_(seconds) {}

    // `into` gets those of `from` that may matter, in the same order, measured. O(from).
    void operator()(const TileFrame& tile, const Candidates& from, Candidates& into);

  private:
    // A candidate that is low at the centre.
    struct Rival {
        const Candidate* site = nullptr;
        double above = 0;  // its value stays below its tangent plane plus this
    };

    void measure(const TileFrame& tile, const Candidates& from);
    double limit(const Candidates& from) const;
    Rival rival(const Candidates& kept, const Candidate* other_than, double radius_m) const;
    void by_slope(double radius_m, Candidates& kept) const;

    const FieldTables& tables_;
    const FieldKernels& kernels_;
    bool seconds_;
    std::vector<double> x_, y_, z_, offset_, per_m_;
    std::vector<double> metres_, value_, least_, most_, east_, north_;
};

}  // namespace footprint::geo
