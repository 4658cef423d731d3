// Looks through GeoJSON before a parser does. Internal to geo/io.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace footprint::geo {

// A feature whose geometry is not what RFC 7946 asks for. GDAL would take it for one without a
// geometry, and say nothing.
struct BadGeometry {
    std::uint64_t feature = 0;  // from 1, in the file's order
    std::uint64_t line = 0;     // on which the feature begins
    std::string reason;
};

// Reads GeoJSON or a sequence of it, holding no more than a path of open brackets. Throws Error
// (invalid) when it nests deeper than `depth_limit` (parsers recurse), holds NaN or Infinity, or
// lists things that are no features. Answers the features with a coordinate that is no finite
// number, positions of fewer than two numbers, geometries of an unknown type, without coordinates
// or with coordinates of another type's nesting; at most `most` of them. O(bytes).
std::vector<BadGeometry> check_json(const std::filesystem::path& real, const std::string& shown,
                                    int depth_limit, std::size_t most);

}  // namespace footprint::geo
