#include "geo/atlas/country_locator.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "geo/projection/cut.h"

namespace footprint::geo {

namespace {

constexpr std::size_t kBands = 2880;
// Of a longitude that is interpolated along an edge, far above what it can be.
constexpr double kRounding_deg = 1e-9;

std::size_t band_of(double lat) {
    const double band = std::floor((lat + 90) / 180 * static_cast<double>(kBands));
    return static_cast<std::size_t>(std::clamp(band, 0.0, static_cast<double>(kBands - 1)));
}

}  // namespace

CountryLocator::CountryLocator(std::span<const std::vector<SpherePolygon>> shapes) {
    std::vector<Edge> edges;
    for (std::size_t country = 0; country < shapes.size(); ++country) {
        for (const auto& shape : shapes[country]) {
            for (const auto& polygon : cut_polygon(shape, 0)) {
                for (const auto& ring : polygon) {
                    for (std::size_t i = 1; i < ring.size(); ++i) {
                        const LonLat a = ring[i - 1];
                        const LonLat b = ring[i];
                        if (a.lat == b.lat) {
                            continue;
                        }
                        // Rings have their inside on the left: west of an edge that goes north.
                        const bool north = a.lat < b.lat;
                        const LonLat low = north ? a : b;
                        const LonLat high = north ? b : a;
                        edges.push_back({low.lon, low.lat, high.lon, high.lat,
                                         static_cast<CountryIndex>(country), north});
                    }
                }
            }
        }
    }
    add(edges);
}

void CountryLocator::add(const std::vector<Edge>& edges) {
    band_begin_.assign(kBands + 1, 0);
    for (const Edge& edge : edges) {
        for (std::size_t band = band_of(edge.low_lat); band <= band_of(edge.high_lat); ++band) {
            ++band_begin_[band + 1];
        }
    }
    for (std::size_t band = 0; band < kBands; ++band) {
        band_begin_[band + 1] += band_begin_[band];
    }
    edges_.resize(band_begin_.back());
    std::vector<std::uint32_t> next(band_begin_.begin(), band_begin_.end() - 1);
    for (const Edge& edge : edges) {
        for (std::size_t band = band_of(edge.low_lat); band <= band_of(edge.high_lat); ++band) {
            edges_[next[band]++] = edge;
        }
    }
    widest_deg_.assign(kBands, 0);
    for (std::size_t band = 0; band < kBands; ++band) {
        const auto first = edges_.begin() + band_begin_[band];
        const auto last = edges_.begin() + band_begin_[band + 1];
        std::stable_sort(first, last,
                         [](const Edge& a, const Edge& b) { return a.west() < b.west(); });
        for (auto edge = first; edge != last; ++edge) {
            widest_deg_[band] = std::max(widest_deg_[band], edge->east() - edge->west());
        }
    }
}

CountryIndex CountryLocator::at(LonLat position) const {
    if (!is_valid(position)) {
        return kNoCountry;
    }
    // The poles themselves: looking along a parallel needs one.
    const double lat = std::clamp(position.lat, -89.9999, 89.9999);
    const double lon = normalized_lon(position.lon);
    const std::size_t band = band_of(lat);
    // The first edge to the east decides: none that ends west of the position, or begins east of
    // the nearest found.
    const auto last = edges_.begin() + band_begin_[band + 1];
    auto edge = std::lower_bound(edges_.begin() + band_begin_[band], last,
                                 lon - widest_deg_[band] - kRounding_deg,
                                 [](const Edge& e, double west) { return e.west() < west; });
    double nearest = std::numeric_limits<double>::infinity();
    CountryIndex found = kNoCountry;
    for (; edge != last && edge->west() <= nearest + kRounding_deg; ++edge) {
        if (lat < edge->low_lat || lat >= edge->high_lat) {
            continue;
        }
        const double t = (lat - edge->low_lat) / (edge->high_lat - edge->low_lat);
        const double at_lon = edge->low_lon + t * (edge->high_lon - edge->low_lon);
        // Of edges at one longitude the one that closes its country decides; the last of such.
        const bool closes = edge->inside_is_west;
        const bool nearer = at_lon < nearest || (at_lon == nearest && closes &&
                                                 (found == kNoCountry || edge->country > found));
        if (at_lon > lon && nearer) {
            nearest = at_lon;
            found = closes ? edge->country : kNoCountry;
        }
    }
    return found;
}

void CountryLocator::row(double lat_deg, double first_lon, double step_deg,
                         std::span<CountryIndex> out) const {
    const double lat = std::clamp(lat_deg, -89.9999, 89.9999);
    const std::size_t band = band_of(lat);
    struct Crossing {
        double lon;
        bool inside_is_west;
        CountryIndex country;
    };
    std::vector<Crossing> crossings;
    for (std::uint32_t i = band_begin_[band]; i < band_begin_[band + 1]; ++i) {
        const Edge& edge = edges_[i];
        if (lat < edge.low_lat || lat >= edge.high_lat) {
            continue;
        }
        const double t = (lat - edge.low_lat) / (edge.high_lat - edge.low_lat);
        crossings.push_back(
            {edge.low_lon + t * (edge.high_lon - edge.low_lon), edge.inside_is_west, edge.country});
    }
    // Of edges at one longitude the one that closes its country decides, as in at().
    std::stable_sort(crossings.begin(), crossings.end(), [](const Crossing& a, const Crossing& b) {
        return a.lon < b.lon || (a.lon == b.lon && a.inside_is_west && !b.inside_is_west);
    });
    std::size_t next = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double lon = first_lon + static_cast<double>(i) * step_deg;
        while (next < crossings.size() && crossings[next].lon <= lon) {
            ++next;
        }
        const bool inside = next < crossings.size() && crossings[next].inside_is_west;
        out[i] = inside ? crossings[next].country : kNoCountry;
    }
}

}  // namespace footprint::geo
