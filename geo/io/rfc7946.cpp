#include "geo/io/rfc7946.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/error.h"
#include "geo/projection/cut.h"

namespace footprint::geo {
namespace {

[[noreturn]] void reject(const std::string& where, const std::string& what) {
    throw Error(ExitCode::invalid, where + ": " + what);
}

void check_position(LonLat p, const std::string& where) {
    // Written so that NaN fails too.
    if (!(std::abs(p.lon) <= kLargestLon && std::abs(p.lat) <= 90)) {
        const bool swapped_would_do = std::abs(p.lon) <= 90 && std::abs(p.lat) <= 180;
        reject(where,
               fmt::format("the position lon {}, lat {} is not on the globe; expected finite "
                           "degrees with |lat| <= 90, |lon| <= 180{}",
                           p.lon, p.lat,
                           swapped_would_do ? "; they look swapped (longitude comes first)" : ""));
    }
}

bool is_outside(double lon) {
    return lon < -180 || lon > 180;
}

// Does any vertex lie outside the map, or any step go more than half way round?
bool check_path(const std::vector<LonLat>& path, const std::string& where) {
    bool cut = false;
    double before = path.empty() ? 0 : path.front().lon;
    for (const LonLat p : path) {
        check_position(p, where);
        cut = cut || is_outside(p.lon) || std::abs(p.lon - before) > 180;
        before = p.lon;
    }
    return cut;
}

bool check_ring(const PlanarRing& ring, const std::string& where) {
    const std::size_t distinct =
        ring.size() - (ring.size() > 1 && ring.front() == ring.back() ? 1 : 0);
    if (distinct < 3) {
        reject(where,
               fmt::format("a ring has {} different positions; expected at least 3", distinct));
    }
    const bool closing_step = std::abs(ring.front().lon - ring.back().lon) > 180;
    return check_path(ring, where) || closing_step;
}

double home_lon(double lon) {
    return is_outside(lon) ? lon - 360 * std::floor((lon + 180) / 360) : lon;
}

bool is_edge(double lon) {
    return std::abs(lon) == 180;
}

// The ring with continuous longitudes, each step at most 180°, closed. An edge between the map's
// two sides keeps its length.
PlanarRing unwrapped(PlanarRing ring) {
    if (ring.front() != ring.back()) {
        ring.push_back(ring.front());
    }
    double shift = 0;
    double before = ring.front().lon;
    for (std::size_t i = 1; i < ring.size(); ++i) {
        const double lon = ring[i].lon;
        const double step = lon - before;
        const bool along_edge = std::abs(step) == 360 && is_edge(lon) && is_edge(before);
        if (std::abs(step) > 180 && !along_edge) {
            shift -= 360 * std::round(step / 360);
        }
        before = lon;
        ring[i].lon += shift;
    }
    return ring;
}

bool goes_round_pole(const PlanarRing& unwrapped_ring) {
    return std::abs(unwrapped_ring.back().lon - unwrapped_ring.front().lon) > 180;
}

double middle_lon(const PlanarRing& ring) {
    const auto [west, east] = std::ranges::minmax(ring, {}, &LonLat::lon);
    return (west.lon + east.lon) / 2;
}

// Holes may have been unwrapped a turn away from their outer ring.
void bring_near(PlanarRing& hole, double lon) {
    const double by_deg = 360 * std::round((lon - middle_lon(hole)) / 360);
    for (LonLat& p : hole) {
        p.lon += by_deg;
    }
}

// Edges along the map's rim get points between, so that no step is longer than 180°.
PlanarRing with_short_steps(const PlanarRing& ring) {
    PlanarRing out;
    out.reserve(ring.size() + 4);
    for (const LonLat p : ring) {
        if (!out.empty() && std::abs(p.lon - out.back().lon) > 180) {
            const LonLat a = out.back();
            for (const double t : {0.25, 0.5, 0.75}) {
                out.push_back({a.lon + t * (p.lon - a.lon), a.lat + t * (p.lat - a.lat)});
            }
        }
        out.push_back(p);
    }
    return out;
}

std::vector<PlanarPolygon> cut_one(const PlanarPolygon& polygon) {
    PlanarPolygon flat;
    for (const PlanarRing& ring : polygon) {
        flat.push_back(unwrapped(ring));
    }
    if (std::ranges::any_of(flat, goes_round_pole)) {
        return cut_polygon(polygon, 0);
    }
    for (std::size_t i = 1; i < flat.size(); ++i) {
        bring_near(flat[i], middle_lon(flat[0]));
    }
    return cut_planar_polygon(flat, 0);
}

bool check(const std::monostate&, const std::string&) {
    return false;
}

bool check(const Points& points, const std::string& where) {
    bool cut = false;
    for (const LonLat p : points.at) {
        check_position(p, where);
        cut = cut || is_outside(p.lon);
    }
    return cut;
}

bool check(const Lines& lines, const std::string& where) {
    bool cut = false;
    for (const Line& line : lines.lines) {
        if (line.size() < 2) {
            reject(where, fmt::format("a line has {} positions; expected at least 2", line.size()));
        }
        cut = check_path(line, where) || cut;
    }
    return cut;
}

bool check(const Polygons& polygons, const std::string& where) {
    bool cut = false;
    for (const PlanarPolygon& polygon : polygons.polygons) {
        for (const PlanarRing& ring : polygon) {
            cut = check_ring(ring, where) || cut;
        }
    }
    return cut;
}

Geometry cut(const std::monostate& none) {
    return none;
}

Geometry cut(const Points& points) {
    Points out = points;
    for (LonLat& p : out.at) {
        p.lon = home_lon(p.lon);
    }
    return out;
}

Geometry cut(const Lines& lines) {
    Lines out;
    for (const Line& line : lines.lines) {
        std::ranges::move(cut_line(line, 0), std::back_inserter(out.lines));
    }
    out.multi = lines.multi || out.lines.size() != 1;
    return out;
}

Geometry cut(const Polygons& polygons) {
    Polygons out;
    for (const PlanarPolygon& polygon : polygons.polygons) {
        if (polygon.empty()) {
            continue;
        }
        for (PlanarPolygon& piece : cut_one(polygon)) {
            std::ranges::transform(piece, piece.begin(), with_short_steps);
            out.polygons.push_back(std::move(piece));
        }
    }
    out.multi = polygons.multi || out.polygons.size() != 1;
    return out;
}

}  // namespace

bool check_geometry(const Geometry& geometry, const std::string& where) {
    return std::visit([&](const auto& g) { return check(g, where); }, geometry);
}

Geometry cut_at_antimeridian(const Geometry& geometry) {
    return std::visit([](const auto& g) { return cut(g); }, geometry);
}

double signed_area2(const PlanarRing& ring) {
    if (ring.empty()) {
        return 0;
    }
    // Relative to the first point, which keeps digits; a repeated first point adds nothing.
    double sum = 0;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        sum += (ring[j].lon - ring[0].lon) * (ring[i].lat - ring[0].lat) -
               (ring[i].lon - ring[0].lon) * (ring[j].lat - ring[0].lat);
    }
    return sum;
}

void orient(Polygons& polygons) {
    for (PlanarPolygon& polygon : polygons.polygons) {
        for (std::size_t i = 0; i < polygon.size(); ++i) {
            PlanarRing& ring = polygon[i];
            if (!ring.empty() && ring.front() != ring.back()) {
                ring.push_back(ring.front());
            }
            const double area = signed_area2(ring);
            if (area != 0 && (area > 0) != (i == 0)) {
                std::reverse(ring.begin(), ring.end());
            }
        }
    }
}

}  // namespace footprint::geo
