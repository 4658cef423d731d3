#include "geo/atlas/shore_index.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace footprint::geo {

namespace {

constexpr double kMetresPerDegree = 111'195.0;
constexpr int kColumns = 360;
constexpr int kRows = 180;

int row_of(double lat) {
    return std::clamp(static_cast<int>(std::floor(lat + 90)), 0, kRows - 1);
}

int column_of(double lon) {
    return ((static_cast<int>(std::floor(lon + 180)) % kColumns) + kColumns) % kColumns;
}

// Calls with each cell that the edge's bounding box meets.
template <typename Call>
void for_cells(double from_lon, double from_lat, double to_lon, double to_lat, const Call& call) {
    const int first = static_cast<int>(std::floor(std::min(from_lon, to_lon)));
    const int last = static_cast<int>(std::floor(std::max(from_lon, to_lon)));
    for (int row = row_of(std::min(from_lat, to_lat)); row <= row_of(std::max(from_lat, to_lat));
         ++row) {
        for (int lon = first; lon <= last; ++lon) {
            call(static_cast<std::size_t>(row * kColumns + column_of(lon)));
        }
    }
}

}  // namespace

ShoreIndex::ShoreIndex(std::span<const std::vector<SpherePolygon>> shapes)
    : begin_(std::size_t{kColumns} * kRows + 1, 0) {
    std::vector<Edge> edges;
    for (std::size_t index = 0; index < shapes.size(); ++index) {
        for (const auto& shape : shapes[index]) {
            for (const auto& ring : shape) {
                for (std::size_t i = 0; i < ring.size(); ++i) {
                    const LonLat a = ring[i];
                    const LonLat b = ring[(i + 1) % ring.size()];
                    const double to_lon = a.lon + normalized_lon(b.lon - a.lon);
                    edges.push_back({static_cast<float>(a.lon), static_cast<float>(a.lat),
                                     static_cast<float>(to_lon), static_cast<float>(b.lat),
                                     static_cast<CountryIndex>(index)});
                }
            }
        }
    }
    const auto cells = [](const Edge& e, const auto& call) {
        for_cells(e.from_lon, e.from_lat, e.to_lon, e.to_lat, call);
    };
    for (const Edge& edge : edges) {
        cells(edge, [&](std::size_t cell) { ++begin_[cell + 1]; });
    }
    for (std::size_t cell = 1; cell < begin_.size(); ++cell) {
        begin_[cell] += begin_[cell - 1];
    }
    edges_.resize(begin_.back());
    std::vector<std::uint32_t> next(begin_.begin(), begin_.end() - 1);
    for (const Edge& edge : edges) {
        cells(edge, [&](std::size_t cell) { edges_[next[cell]++] = edge; });
    }
}

ShoreIndex::Cells ShoreIndex::cells_about(LonLat position, double within_m) {
    const double reach = within_m / kMetresPerDegree;
    const double widest = std::min(89.9, std::abs(position.lat) + reach);
    const double reach_lon = reach / std::cos(widest * std::numbers::pi / 180);
    const int first = static_cast<int>(std::floor(position.lon - reach_lon));
    const int last = static_cast<int>(std::floor(position.lon + reach_lon));
    return {row_of(position.lat - reach), row_of(position.lat + reach), column_of(first),
            std::min(kColumns, last - first + 1)};
}

void ShoreIndex::consider(LonLat position, const Edge& edge, Nearest& best) {
    const double scale = std::cos(position.lat * std::numbers::pi / 180);
    const double x0 = normalized_lon(double{edge.from_lon} - position.lon) * scale;
    const double y0 = double{edge.from_lat} - position.lat;
    const double dx = (double{edge.to_lon} - double{edge.from_lon}) * scale;
    const double dy = double{edge.to_lat} - double{edge.from_lat};
    const double length2 = dx * dx + dy * dy;
    const double t = length2 > 0 ? std::clamp(-(x0 * dx + y0 * dy) / length2, 0.0, 1.0) : 0;
    const double distance_m = std::hypot(x0 + t * dx, y0 + t * dy) * kMetresPerDegree;
    if (distance_m < best.distance_m || (distance_m == best.distance_m && edge.of < best.of)) {
        best = {edge.of, distance_m};
    }
}

}  // namespace footprint::geo
