#include "geo/projection/cut.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <utility>

#include "geo/projection/window.h"

namespace footprint::geo {

namespace {

using rings::Chain;
using rings::Ring;

// Shapes that were cut before run along a parallel just short of the pole.
constexpr double kPole_deg = 89.9985;

bool is_usable(LonLat p) {
    return std::isfinite(p.lon) && std::abs(p.lat) <= 90;
}

bool is_pole(XY p) {
    return std::abs(p.y) >= kPole_deg;
}

Ring relative_ring(const std::vector<LonLat>& input, double lon0_deg) {
    Ring ring;
    ring.reserve(input.size());
    for (const LonLat p : input) {
        if (!is_usable(p)) {
            continue;
        }
        const XY q{normalized_lon(p.lon - lon0_deg), p.lat};
        if (ring.empty() || !(ring.back() == q)) {
            ring.push_back(q);
        }
    }
    while (ring.size() > 1 && ring.front() == ring.back()) {
        ring.pop_back();
    }
    return ring;
}

// A pole has every longitude: each visit becomes a step up the longitude by which it is reached
// and down the one by which it is left.
Ring with_poles_spread(const Ring& ring) {
    const std::size_t n = ring.size();
    const auto first = std::find_if(ring.begin(), ring.end(), [](XY p) { return !is_pole(p); });
    if (first == ring.end()) {
        return {};
    }
    const auto start = static_cast<std::size_t>(first - ring.begin());
    Ring result;
    result.reserve(n + 4);
    for (std::size_t k = 0; k < n; ++k) {
        const XY p = ring[(start + k) % n];
        if (!is_pole(p)) {
            result.push_back(p);
            continue;
        }
        const double pole = p.y > 0 ? 90 : -90;
        std::size_t next = k + 1;
        while (is_pole(ring[(start + next) % n])) {
            ++next;
        }
        result.push_back({result.back().x, pole});
        result.push_back({ring[(start + next) % n].x, pole});
        k = next - 1;
    }
    return result;
}

// Area on the left of a ring on the unit sphere, in [0, 4π).
double left_area(const Ring& ring) {
    double turn_deg = 0;
    double sum = 0;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        const double d = short_way(ring[j].x, ring[i].x);
        const double mean = (std::sin(ring[i].y * std::numbers::pi / 180) +
                             std::sin(ring[j].y * std::numbers::pi / 180)) /
                            2;
        turn_deg += d;
        sum -= d * std::numbers::pi / 180 * mean;
    }
    const bool round_pole = std::abs(turn_deg) > 180;
    const double area = round_pole ? sum + 2 * std::numbers::pi : sum;
    return area < 0 ? area + 4 * std::numbers::pi : area;
}

// Places on the window's edge, counter-clockwise from its lower right corner.
double right_place(double lat) {
    return lat + 90;
}
double left_place(double lat) {
    return 540 + (90 - lat);
}

void walk_window(double from, double to, Ring& out) {
    constexpr std::pair<double, XY> kCorners[] = {
        {180, {180, 90}}, {540, {-180, 90}}, {720, {-180, -90}}, {1080, {180, -90}}};
    for (int turn = 0; turn < 2; ++turn) {
        for (const auto& [place, corner] : kCorners) {
            const double at = place + 1080.0 * turn;
            if (at > from && at < to) {
                out.push_back(corner);
            }
        }
    }
}

// Latitude where an edge over the cut meets it; the same for the edge and its reverse.
double crossing_lat(XY a, XY b) {
    if (b.x < a.x) {
        std::swap(a, b);
    }
    // a lies on the left of the window and b on the right: from b east to the cut, then to a.
    const double to_cut = 180 - b.x;
    const double whole = to_cut + (a.x + 180);
    if (whole <= 0 || a.x == -180) {
        return a.y;
    }
    if (to_cut <= 0) {
        return b.y;
    }
    return b.y + (a.y - b.y) * (to_cut / whole);
}

struct Crossing {
    XY leave;
    XY enter;
    double leave_place;
    double enter_place;
};

Crossing crossing_of(XY a, XY b) {
    const double lat = crossing_lat(a, b);
    if (b.x < a.x) {  // eastward, out by the right
        return {{180, lat}, {-180, lat}, right_place(lat), left_place(lat)};
    }
    return {{-180, lat}, {180, lat}, left_place(lat), right_place(lat)};
}

bool crosses(XY a, XY b) {
    return std::abs(b.x - a.x) > 180;
}

// A run of vertices on the cut is an edge along it. Reached from the east, it is moved to the far
// side, so that the ring is cut there and the run becomes part of the border.
Ring with_runs_across(Ring ring) {
    const std::size_t n = ring.size();
    const auto on_cut = [&](std::size_t i) { return ring[i % n].x == -180; };
    for (std::size_t i = 0; i < n; ++i) {
        const bool begins = on_cut(i) && on_cut(i + 1) && !on_cut(i + n - 1);
        if (!begins || ring[(i + n - 1) % n].x >= 0) {
            continue;
        }
        for (std::size_t k = i; on_cut(k); ++k) {
            ring[k % n].x = 180;
        }
    }
    return ring;
}

void cut_ring(const Ring& ring, std::vector<Chain>& chains, std::vector<Ring>& whole) {
    const std::size_t n = ring.size();
    std::size_t start = n;
    for (std::size_t i = 0; i < n && start == n; ++i) {
        start = crosses(ring[i], ring[(i + 1) % n]) ? i : n;
    }
    if (start == n) {
        whole.push_back(ring);
        return;
    }
    for (std::size_t k = 0; k < n; ++k) {
        const XY a = ring[(start + k) % n];
        const XY b = ring[(start + k + 1) % n];
        if (crosses(a, b)) {
            const Crossing c = crossing_of(a, b);
            if (k > 0) {
                chains.back().points.push_back(c.leave);
                chains.back().leave = c.leave_place;
            }
            chains.push_back({{c.enter}, c.enter_place, 0});
        }
        chains.back().points.push_back(b);
    }
    // The last chain ends where the first crossing left.
    const Crossing first = crossing_of(ring[start], ring[(start + 1) % n]);
    chains.back().points.push_back(first.leave);
    chains.back().leave = first.leave_place;
}

Ring window_edge() {
    return {{-180, -90}, {180, -90}, {180, 90}, {-180, 90}};
}

std::vector<PlanarPolygon> to_lonlat(const std::vector<XYPolygon>& polygons, double lon0_deg) {
    std::vector<PlanarPolygon> result;
    result.reserve(polygons.size());
    for (const auto& polygon : polygons) {
        auto& planar = result.emplace_back();
        for (const auto& ring : polygon) {
            auto& out = planar.emplace_back();
            out.reserve(ring.size());
            for (const XY p : ring) {
                out.push_back({p.x + lon0_deg, p.y});
            }
        }
    }
    return result;
}

Ring open_ring(const PlanarRing& input) {
    Ring ring;
    for (const LonLat p : input) {
        if (is_usable(p) && std::abs(p.lon) <= 1e6) {
            ring.push_back({p.lon, p.lat});
        }
    }
    if (ring.size() > 1 && ring.front() == ring.back()) {
        ring.pop_back();
    }
    return ring;
}

}  // namespace

OrientedRings oriented_rings(const SpherePolygon& polygon, double lon0_deg) {
    OrientedRings result;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        if (i == 0 && polygon[i].empty()) {
            result.whole_globe = true;
            continue;
        }
        Ring ring = with_poles_spread(relative_ring(polygon[i], lon0_deg));
        if (ring.size() < 3) {
            if (i == 0) {
                return {};  // without its outer ring a polygon has no holes
            }
            continue;
        }
        const bool smaller_on_left = left_area(ring) <= 2 * std::numbers::pi;
        if (smaller_on_left != (i == 0)) {
            std::reverse(ring.begin(), ring.end());
        }
        result.rings.push_back(std::move(ring));
    }
    return result;
}

std::vector<Ring> cut_to_window(const OrientedRings& input) {
    std::vector<Chain> chains;
    std::vector<Ring> result;
    for (const auto& ring : input.rings) {
        cut_ring(with_runs_across(ring), chains, result);
    }
    const bool all_in_one_piece = chains.empty();
    if (all_in_one_piece &&
        (input.rings.empty() ? input.whole_globe : rings::largest_is_clockwise(result))) {
        result.push_back(window_edge());
    }
    auto linked = rings::linked(std::move(chains), {1080, walk_window});
    std::move(linked.begin(), linked.end(), std::back_inserter(result));
    return result;
}

std::vector<Ring> planar_to_window(const PlanarPolygon& polygon, double lon0_deg) {
    std::vector<Ring> input;
    double west = std::numeric_limits<double>::infinity();
    double east = -west;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        Ring ring = open_ring(polygon[i]);
        if ((rings::twice_area(ring) > 0) != (i == 0)) {
            std::reverse(ring.begin(), ring.end());
        }
        for (XY& p : ring) {
            p.x -= lon0_deg;
            west = std::min(west, p.x);
            east = std::max(east, p.x);
        }
        input.push_back(std::move(ring));
    }
    std::vector<Ring> result;
    if (!(west <= east)) {
        return result;
    }
    // Copies of the window that the polygon touches; one turn suffices for anything real.
    const double first = std::floor((west + 180) / 360);
    const double last = std::min(first + 4, std::ceil((east + 180) / 360) - 1);
    for (double turn = first; turn <= std::max(first, last); ++turn) {
        const double shift = 360 * turn;
        auto part = rings::half_plane(input, rings::Side::right, shift - 180);
        part = rings::half_plane(part, rings::Side::left, shift + 180);
        for (auto& ring : part) {
            for (XY& p : ring) {
                p.x = std::clamp(p.x - shift, -180.0, 180.0);
            }
            result.push_back(std::move(ring));
        }
    }
    return result;
}

std::vector<std::vector<XY>> line_to_window(const SphereLine& line, double lon0_deg) {
    std::vector<std::vector<XY>> pieces;
    std::vector<XY> piece;
    const auto finish = [&] {
        if (piece.size() > 1) {
            pieces.push_back(piece);
        }
        piece.clear();
    };
    const auto step = [&](XY p) {
        if (!piece.empty() && crosses(piece.back(), p)) {
            const Crossing c = crossing_of(piece.back(), p);
            piece.push_back(c.leave);
            finish();
            piece.push_back(c.enter);
        }
        if (piece.empty() || !(piece.back() == p)) {
            piece.push_back(p);
        }
    };
    std::optional<XY> pole;
    for (const LonLat position : line) {
        if (!is_usable(position)) {
            finish();
            continue;
        }
        const XY p{normalized_lon(position.lon - lon0_deg), position.lat};
        if (is_pole(p)) {
            if (!piece.empty()) {
                step({piece.back().x, p.y > 0 ? 90.0 : -90.0});
                finish();
            }
            pole = p;
            continue;
        }
        if (pole) {
            step({p.x, pole->y > 0 ? 90.0 : -90.0});
            pole.reset();
        }
        step(p);
    }
    finish();
    return pieces;
}

std::vector<PlanarPolygon> cut_polygon(const SpherePolygon& polygon, double lon0_deg) {
    return to_lonlat(rings::polygons(cut_to_window(oriented_rings(polygon, lon0_deg))), lon0_deg);
}

std::vector<PlanarPolygon> cut_planar_polygon(const PlanarPolygon& polygon, double lon0_deg) {
    return to_lonlat(rings::polygons(planar_to_window(polygon, lon0_deg)), lon0_deg);
}

std::vector<SphereLine> cut_line(const SphereLine& line, double lon0_deg) {
    std::vector<SphereLine> result;
    for (const auto& piece : line_to_window(line, lon0_deg)) {
        auto& out = result.emplace_back();
        for (const XY p : piece) {
            out.push_back({p.x + lon0_deg, p.y});
        }
    }
    return result;
}

}  // namespace footprint::geo
