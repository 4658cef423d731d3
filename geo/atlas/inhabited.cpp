#include "geo/atlas/inhabited.h"

#include <algorithm>
#include <cmath>

#include "geo/sphere/geodesic.h"

namespace footprint::geo {

namespace {

constexpr int kDegreeRows = 180;
constexpr int kDegreeColumns = 360;
constexpr double kShortestDegree_m = 110'500;  // of latitude, at the equator

int degree_row(double lat) {
    return std::clamp(static_cast<int>(std::floor(lat + 90)), 0, kDegreeRows - 1);
}

int degree_column(double lon) {
    return std::clamp(static_cast<int>(std::floor(normalized_lon(lon) + 180)), 0,
                      kDegreeColumns - 1);
}

std::size_t degree_cell(int row, int column) {
    return static_cast<std::size_t>(row) * kDegreeColumns +
           static_cast<std::size_t>((column + kDegreeColumns) % kDegreeColumns);
}

}  // namespace

InhabitedPlaces::InhabitedPlaces(const DemandPoints& points)
    : points_(points.size()), begin_(std::size_t{kDegreeRows} * kDegreeColumns + 1, 0) {
    const auto cell_of = [](LonLat at) {
        return degree_cell(degree_row(at.lat), degree_column(at.lon));
    };
    for (const LonLat at : points.position) {
        ++begin_[cell_of(at) + 1];
    }
    for (std::size_t i = 1; i < begin_.size(); ++i) {
        begin_[i] += begin_[i - 1];
    }
    auto next = begin_;
    for (std::size_t i = 0; i < points.size(); ++i) {
        points_[next[cell_of(points.position[i])]++] = {points.position[i], points.country[i]};
    }
}

std::optional<CountryIndex> InhabitedPlaces::country_near(LonLat position, double within_m) const {
    if (!is_valid(position)) {
        return std::nullopt;
    }
    // A degree of longitude spans less than a cell's worth of the parallel that lies nearer the
    // pole; beyond 89° every column is near.
    const double reach_deg = within_m / kShortestDegree_m;
    const double shrink = std::cos(std::min(89.0, std::abs(position.lat) + reach_deg) * kRadians);
    const int columns = std::min(kDegreeColumns / 2, 1 + static_cast<int>(reach_deg / shrink));
    std::optional<CountryIndex> found;
    double nearest_m = within_m;
    for (int row = degree_row(position.lat - reach_deg);
         row <= degree_row(position.lat + reach_deg); ++row) {
        for (int step = -columns; step <= columns; ++step) {
            const std::size_t c = degree_cell(row, degree_column(position.lon) + step);
            for (auto i = begin_[c]; i < begin_[c + 1]; ++i) {
                const double distance_m = fast_distance_m(position, points_[i].position);
                if (distance_m < nearest_m || (distance_m == nearest_m && !found)) {
                    nearest_m = distance_m;
                    found = points_[i].country;
                }
            }
        }
    }
    return found;
}

}  // namespace footprint::geo
