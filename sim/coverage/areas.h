// Polygons of what the latency field says: areas within thresholds, catchments, gaps. Traced on a
// grid of longitude and latitude, for layers and maps.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "geo/io/feature.h"
#include "sim/coverage/coverage.h"

namespace footprint::sim {

// Everything within a threshold; with a model of access areas land and its waters, else the sea
// too.
struct ThresholdArea {
    double threshold_ms = 0;
    geo::Polygons shape;
};

// What a region serves better than the others do.
struct Catchment {
    RegionIndex region = 0;
    geo::Polygons shape;
};

enum class GapKind : std::uint8_t { only_a, only_b, both, neither };
std::string_view to_string(GapKind kind);  // "only_a", …
GapKind gap_kind(bool in_a, bool in_b);
double people_of(const Gap& gap, GapKind kind);

struct GapArea {
    GapKind kind = GapKind::neither;
    geo::Polygons shape;
};

// Shapes are as RFC 7946 wants them: closed rings, outer ones counter-clockwise, holes clockwise,
// inside [-180, 180] × [-90, 90], so cut at ±180° and closed along the poles' edges; simple rings
// that touch no other ring of their shape. Shapes of one answer (catchments, gaps) share their
// borders point by point: no slivers, no overlaps. Borders lie where two regions' RTTs are equal or
// a threshold is met, interpolated along grid edges; what is narrower than a step may be missed.
// At 0.25° their areas and people are a raster's of 0.1° within 0.5 %, or 500 km².
// Simplified to a tolerance: no point of a border as traced lies farther from the border as given,
// and shared borders stay shared. Thresholds are simplified one by one: a smaller area may stick
// out of the next by the tolerance. Empty shapes are left out.
class CoverageAreas {
  public:
    // `atlas` needs shapes only when a serve rule or a China region limits who is served. step_deg
    // divides 180 (0.1 to 10); tolerance_km from 0 (as traced) to 100. Everything must outlive the
    // object. Throws Error (usage) for a step that does not divide, or a tolerance beyond.
    CoverageAreas(const Timeline& timeline, const geo::Atlas& atlas, const LatencyModel& model,
                  CoverageOptions options, double step_deg = 0.25, double tolerance_km = 0);
    ~CoverageAreas();
    CoverageAreas(const CoverageAreas&) = delete;
    CoverageAreas& operator=(const CoverageAreas&) = delete;

    // By threshold of the options; each holds the smaller ones.
    std::vector<ThresholdArea> within(std::span<const ProviderIndex> providers, Date date);
    // By region, in the order of regions; with a limit, only places within it.
    std::vector<Catchment> catchments(std::span<const ProviderIndex> providers, Date date,
                                      std::optional<double> limit_ms = std::nullopt);
    std::vector<GapArea> gap(std::span<const ProviderIndex> a, std::span<const ProviderIndex> b,
                             Date date, double threshold_ms);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// The tracer behind it. Labels are on a grid of (columns + 1) × (rows + 1) points, row 0 at 90° N,
// column 0 at 180° W, the last column being 180° E; kNoLabel is traced for nobody.
inline constexpr std::uint32_t kNoLabel = 0xFFFFFFFF;
struct LabelGrid {
    std::size_t columns = 0;
    std::size_t rows = 0;
    std::vector<std::uint32_t> labels;

    geo::LonLat at(std::size_t column, std::size_t row) const;
    std::size_t index(std::size_t column, std::size_t row) const {
        return row * (columns + 1) + column;
    }
};

// Where the border between the labels of two neighbouring points lies, as a share of the way from
// the first to the second; kept within [0.01, 0.99]. Called with the lower index first.
using BorderAt = std::function<double(std::size_t from, std::size_t to)>;

struct LabelShape {
    std::uint32_t label = 0;
    geo::Polygons shape;
};
// Shapes by label, ascending. O(points).
std::vector<LabelShape> trace_labels(const LabelGrid& grid, const BorderAt& border);

// Leaves out points of borders that lie within the tolerance of what is left, the same ones for all
// shapes that share a border. Where that would make borders meet, they stay as they were. Points
// where three shapes meet and those on the map's edges stay. O(points log points).
void simplify_shapes(std::vector<LabelShape>& shapes, double tolerance_km);

}  // namespace footprint::sim
