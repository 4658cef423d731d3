// The nearest point of a shape's edge. Inside atlas only.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "geo/sphere/lonlat.h"
#include "geo/sphere/ring.h"

namespace footprint::geo {

// The edges of some polygons as chords between reduced unit vectors, in a tree of boxes. Chords are
// short, so the nearest of them is the nearest of the arcs.
class EdgeTree {
  public:
    EdgeTree() = default;
    explicit EdgeTree(std::span<const SpherePolygon> polygons);  // O(n log n)

    struct Nearest {
        double square = 0;  // of the chord, on the unit sphere
        Vec3 at;
    };

    bool empty() const { return edges_.empty(); }
    // What no edge is nearer than; O(1).
    double least_square(Vec3 here) const;
    // Lowers `best` to the nearest edge if one is nearer. O(log n) mostly.
    void lower(Vec3 here, Nearest& best) const;

  private:
    struct Edge {
        Vec3 from;
        Vec3 to;
    };
    struct Box {
        Vec3 low;
        Vec3 high;
        double square_to(Vec3 here) const;
    };
    static constexpr std::size_t kLeaf = 8;

    void build(std::size_t node, std::size_t begin, std::size_t end);
    void search(std::size_t node, std::size_t begin, std::size_t end, Vec3 here,
                Nearest& best) const;

    std::vector<Edge>
        edges_;               // each node's edges stand together; the first half is its first child
    std::vector<Box> boxes_;  // children of i at 2i + 1 and 2i + 2
};

}  // namespace footprint::geo
