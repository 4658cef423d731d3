// Well-known binary in. Internal to geo/io.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "geo/io/feature.h"

namespace footprint::geo {

// Decodes ISO or extended WKB of points, lines and polygons, plain or multi, and of collections of
// one such kind; Z and M are dropped. Reuses the memory of `out`. Throws Error (invalid), starting
// with `where`, when the bytes end early, counts exceed them, kinds are mixed, or there are more
// vertices than `most_vertices`. Curves and surfaces answer false: linearize them first.
bool read_wkb(std::span<const std::byte> bytes, std::size_t most_vertices, const std::string& where,
              Geometry& out);

// The same geometry with curves turned into lines, by GDAL. Throws Error (invalid).
std::vector<std::byte> linearized_wkb(std::span<const std::byte> bytes, const std::string& where);

}  // namespace footprint::geo
