// TopoJSON as the base map uses it: shared arcs, quantised, whole on the globe. Inside atlas only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "geo/sphere/ring.h"

namespace footprint::geo {

// Arc i as it stands, or backwards where the index is negative (~i).
using ArcRing = std::vector<std::int32_t>;

struct TopoShape {
    std::string id;
    std::string iso2;                            // property iso2
    std::string country;                         // property country
    std::string name;                            // property name
    std::vector<std::vector<ArcRing>> polygons;  // rings of arcs
    std::vector<ArcRing> lines;
};

struct Topology {
    std::vector<SphereLine> arcs;
    std::vector<TopoShape> countries;
    std::vector<TopoShape> land;
    std::vector<TopoShape> lakes;
    std::vector<TopoShape> disputed;

    // The points of a chain of arcs; joints once. A ring's last point is left out if it closes.
    SphereLine line(const ArcRing& arcs_of_line) const;
    SphereRing ring(const ArcRing& arcs_of_ring) const;
    std::vector<SpherePolygon> polygons(const TopoShape& shape) const;
    // Polygons that share arcs made one, so that no two of a shape have an edge in common (OGC
    // Simple Features, 6.1.14). O(polygons² × arcs) of those with more than one arc.
    void dissolve(TopoShape& shape) const;
};

// Throws Error (invalid) that names the file and what is wrong: not TopoJSON, nested too deep, an
// arc that does not exist, positions off the globe, more than 64 MiB.
Topology read_topojson(const std::filesystem::path& file);
Topology parse_topojson(const std::string& name, const std::string& text);

}  // namespace footprint::geo
