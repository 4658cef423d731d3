#include "sim/latency/landmass.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <vector>

#include "geo/sphere/geodesic.h"

namespace footprint::sim {
namespace {

// One shape: its outer ring and holes as the atlas has them, its box and its landmass.
struct Piece {
    const geo::SpherePolygon* polygon = nullptr;
    geo::CountryIndex country = geo::kNoCountry;
    double west = 0, east = 0;  // relative to the ring's first longitude
    double south = 90, north = -90;
    Landmass landmass = kNoLandmass;
};

// Vertices in cells of one degree, for the nearest coast.
struct Vertex {
    geo::LonLat position;
    std::uint32_t piece;
};

double offset_deg(double lon, double from) {
    return std::remainder(lon - from, 360.0);
}

std::uint64_t vertex_key(geo::LonLat p) {
    const auto lon = static_cast<std::int64_t>(std::llround(p.lon * 1e6));
    const auto lat = static_cast<std::int64_t>(std::llround(p.lat * 1e6));
    return static_cast<std::uint64_t>(lon) * 0x9E3779B97F4A7C15ULL ^
           static_cast<std::uint64_t>(lat);
}

std::uint32_t find_root(std::vector<std::uint32_t>& parent, std::uint32_t i) {
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

// Crossing number in longitude and latitude, each edge taken the short way round.
bool ring_crossings_odd(const geo::SphereRing& ring, geo::LonLat point) {
    bool inside = false;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        const auto& a = ring[j];
        const auto& b = ring[i];
        if ((a.lat > point.lat) == (b.lat > point.lat)) {
            continue;
        }
        const double to_a = offset_deg(a.lon, point.lon);
        const double span = offset_deg(b.lon, a.lon);
        const double t = (point.lat - a.lat) / (b.lat - a.lat);
        if (to_a + t * span > 0) {
            inside = !inside;
        }
    }
    return inside;
}

bool holds(const Piece& piece, geo::LonLat point) {
    if (point.lat < piece.south || point.lat > piece.north) {
        return false;
    }
    bool inside = false;
    for (const auto& ring : *piece.polygon) {
        if (!ring.empty() && ring_crossings_odd(ring, point)) {
            inside = !inside;
        }
    }
    return inside;
}

constexpr std::size_t kColumns = 360;
constexpr std::size_t kRows = 180;

std::size_t column_of(double lon) {
    const auto column = static_cast<long>(std::floor(lon + 180.0));
    return static_cast<std::size_t>((column % 360 + 360) % 360);
}

std::size_t row_of(double lat) {
    return static_cast<std::size_t>(std::clamp(std::floor(lat + 90.0), 0.0, 179.0));
}

}  // namespace

struct Landmasses::Impl {
    geo::Atlas atlas;
    std::vector<Piece> pieces;
    std::vector<std::vector<std::uint32_t>> by_country;
    std::array<std::vector<Vertex>, kColumns * kRows> cells;

    explicit Impl(const geo::Atlas& a) : atlas(a) {
        gather();
        join();
    }

    void gather() {
        by_country.resize(atlas.countries().size());
        for (std::size_t c = 0; c < by_country.size(); ++c) {
            for (const auto& polygon : atlas.shapes(static_cast<geo::CountryIndex>(c))) {
                if (polygon.empty() || polygon.front().empty()) {
                    continue;
                }
                Piece piece;
                piece.polygon = &polygon;
                piece.country = static_cast<geo::CountryIndex>(c);
                for (const auto& p : polygon.front()) {
                    piece.south = std::min(piece.south, p.lat);
                    piece.north = std::max(piece.north, p.lat);
                }
                by_country[c].push_back(static_cast<std::uint32_t>(pieces.size()));
                pieces.push_back(piece);
            }
        }
    }

    // Pieces with a common vertex hang together: the base map's borders are shared arcs.
    void join() {
        std::vector<std::uint32_t> parent(pieces.size());
        std::iota(parent.begin(), parent.end(), 0U);
        std::unordered_map<std::uint64_t, std::uint32_t> seen;
        for (std::uint32_t i = 0; i < pieces.size(); ++i) {
            for (const auto& ring : *pieces[i].polygon) {
                for (const auto& p : ring) {
                    cells[row_of(p.lat) * kColumns + column_of(p.lon)].push_back({p, i});
                    const auto [it, is_new] = seen.emplace(vertex_key(p), i);
                    if (is_new) {
                        continue;
                    }
                    const auto a = find_root(parent, i);
                    const auto b = find_root(parent, it->second);
                    parent[std::max(a, b)] = std::min(a, b);
                }
            }
        }
        for (std::uint32_t i = 0; i < pieces.size(); ++i) {
            pieces[i].landmass = find_root(parent, i);
        }
    }

    std::optional<std::uint32_t> nearest_vertex(geo::LonLat position, double within_km) const {
        const long row = static_cast<long>(row_of(position.lat));
        std::optional<std::uint32_t> best;
        double best_km = within_km;
        // A degree of latitude is 110 km; of longitude less, so more columns towards the poles.
        const long rows = static_cast<long>(std::ceil(within_km / 110.0));
        const double cosine =
            std::max(0.02, std::cos((std::abs(position.lat) + 1.0) * 3.141592653589793 / 180.0));
        const long columns =
            std::min(180L, static_cast<long>(std::ceil(within_km / (110.0 * cosine))));
        for (long r = std::max(0L, row - rows); r <= std::min(179L, row + rows); ++r) {
            for (long c = -columns; c <= columns; ++c) {
                const auto column = column_of(position.lon + static_cast<double>(c));
                for (const auto& v : cells[static_cast<std::size_t>(r) * kColumns + column]) {
                    const double km = geo::fast_distance_m(position, v.position) / 1000;
                    if (km < best_km) {
                        best_km = km;
                        best = v.piece;
                    }
                }
            }
        }
        return best;
    }
};

Landmasses::Landmasses(const geo::Atlas& atlas) : impl_(std::make_shared<const Impl>(atlas)) {}

Landmass Landmasses::of(geo::LonLat position, geo::CountryIndex country) const {
    if (country >= impl_->by_country.size()) {
        return kNoLandmass;
    }
    Landmass best = kNoLandmass;
    double best_deg = std::numeric_limits<double>::infinity();
    const double cosine = std::cos(position.lat * 3.141592653589793 / 180.0);
    for (const auto i : impl_->by_country[country]) {
        const auto& piece = impl_->pieces[i];
        if (holds(piece, position)) {
            return piece.landmass;
        }
        for (const auto& p : piece.polygon->front()) {
            const double x = offset_deg(p.lon, position.lon) * cosine;
            const double y = p.lat - position.lat;
            if (x * x + y * y < best_deg) {
                best_deg = x * x + y * y;
                best = piece.landmass;
            }
        }
    }
    return best;
}

std::optional<LandPlace> Landmasses::at(geo::LonLat position, double shore_km) const {
    const auto country = impl_->atlas.country_at(position);
    if (country != geo::kNoCountry) {
        const auto& own = impl_->by_country[country];
        if (own.size() == 1) {
            return LandPlace{country, impl_->pieces[own.front()].landmass};
        }
        for (const auto i : own) {
            if (holds(impl_->pieces[i], position)) {
                return LandPlace{country, impl_->pieces[i].landmass};
            }
        }
    }
    const auto piece = impl_->nearest_vertex(position, shore_km);
    if (!piece) {
        return std::nullopt;
    }
    return LandPlace{impl_->pieces[*piece].country, impl_->pieces[*piece].landmass};
}

}  // namespace footprint::sim
