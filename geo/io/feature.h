// A feature as it goes in and out: geometry in lon/lat degrees and typed attributes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/date.h"
#include "geo/sphere/lonlat.h"

namespace footprint::geo {

using PlanarRing = std::vector<LonLat>;         // closed: first point repeated at the end
using PlanarPolygon = std::vector<PlanarRing>;  // outer ring first, then holes
using Line = std::vector<LonLat>;

struct Points {
    std::vector<LonLat> at;
    bool multi = false;
};
struct Lines {
    std::vector<Line> lines;
    bool multi = false;
};
struct Polygons {
    std::vector<PlanarPolygon> polygons;
    bool multi = false;
};
// std::monostate: no geometry (null).
using Geometry = std::variant<std::monostate, Points, Lines, Polygons>;

enum class FieldType : std::uint8_t { text, integer, real, date, boolean };
enum class GeometryType : std::uint8_t {
    none,
    point,
    multipoint,
    line,
    multiline,
    polygon,
    multipolygon,
    any
};

struct Field {
    std::string name;
    FieldType type = FieldType::text;
    int decimals = -1;  // reals: digits after the point; -1: shortest that reads back equal
};

// monostate is null.
using Value = std::variant<std::monostate, std::string, std::int64_t, double, Date, bool>;

struct Schema {
    std::string layer;  // "regions"
    std::string description;
    std::string attribution;
    GeometryType geometry = GeometryType::any;
    std::vector<Field> fields;
};

struct Feature {
    std::optional<std::int64_t> id;
    Geometry geometry;
    std::vector<Value> values;  // one per field of the schema
};

// Takes features one at a time and writes them as they come; commit() closes, checks and renames.
// Destroyed without commit, it leaves nothing behind.
class FeatureSink {
  public:
    virtual ~FeatureSink() = default;
    // Throws Error naming layer and feature when a coordinate is not finite or out of range, a text
    // is not UTF-8, or the write fails.
    virtual void write(const Feature& feature) = 0;
    virtual void commit() = 0;
};

}  // namespace footprint::geo
