#include "geo/projection/project.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "base/error.h"
#include "geo/projection/projection_impl.h"
#include "geo/projection/window.h"
#include "geo/sphere/geodesic.h"

namespace footprint::geo {

namespace {

using rings::Chain;
using rings::Ring;

constexpr double kTurn = 2 * std::numbers::pi;

// Adds points between projected ones until chords follow the curve.
class Densifier {
  public:
    Densifier(const Projection::Impl& projection, double metres_per_pixel)
        : projection_(projection),
          tolerance_m_(metres_per_pixel / 4),
          // A gentle projection bends a chord of θ radians by less than θ² of the radius.
          harmless_deg_(std::sqrt(tolerance_m_ / kEquatorialRadius_m) / kRadians) {}

    // The projected run of points; `close` joins the last to the first. Points that the projection
    // has no answer for are left out.
    XYLine run(const std::vector<XY>& points, bool close) const {
        XYLine out;
        out.reserve(points.size() + points.size() / 4 + 4);
        const std::size_t n = points.size();
        for (std::size_t i = 0; i < n; ++i) {
            const XY at = projection_.forward_relative(points[i]);
            push(out, at);
            if (i + 1 < n || close) {
                edge(points[i], at, points[(i + 1) % n], out);
            }
        }
        return out;
    }

  private:
    static constexpr double kLongest_deg = 5;
    static constexpr int kDeepest = 6;

    static void push(XYLine& out, XY p) {
        if (is_finite(p) && (out.empty() || !(out.back() == p))) {
            out.push_back(p);
        }
    }

    XY between(XY a, XY b, double t) const {
        const double way = projection_.definition.domain.is_cap ? short_way(a.x, b.x) : b.x - a.x;
        return {a.x + t * way, a.y + t * (b.y - a.y)};
    }

    // Points strictly between a and b.
    void edge(XY a, XY projected_a, XY b, XYLine& out) const {
        const double way = projection_.definition.domain.is_cap ? short_way(a.x, b.x) : b.x - a.x;
        const double length = std::max(std::abs(way), std::abs(b.y - a.y));
        const bool middling = std::abs(a.y) < 75 && std::abs(b.y) < 75;
        if (projection_.definition.gentle && middling && length < harmless_deg_) {
            return;
        }
        const int parts = std::clamp(static_cast<int>(std::ceil(length / kLongest_deg)), 1, 72);
        XY from = a;
        XY from_projected = projected_a;
        for (int i = 1; i <= parts; ++i) {
            const XY to = i == parts ? b : between(a, b, static_cast<double>(i) / parts);
            const XY to_projected = projection_.forward_relative(to);
            refine(from, from_projected, to, to_projected, kDeepest, out);
            if (i < parts) {
                push(out, to_projected);
            }
            from = to;
            from_projected = to_projected;
        }
    }

    void refine(XY a, XY pa, XY b, XY pb, int depth, XYLine& out) const {
        if (depth == 0) {
            return;
        }
        const XY middle = between(a, b, 0.5);
        const XY projected = projection_.forward_relative(middle);
        if (off_chord(pa, pb, projected) <= tolerance_m_) {
            return;
        }
        refine(a, pa, middle, projected, depth - 1, out);
        push(out, projected);
        refine(middle, projected, b, pb, depth - 1, out);
    }

    static double off_chord(XY a, XY b, XY p) {
        const double dx = b.x - a.x;
        const double dy = b.y - a.y;
        const double square = dx * dx + dy * dy;
        const double t =
            square > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / square, 0.0, 1.0) : 0;
        return std::hypot(a.x + t * dx - p.x, a.y + t * dy - p.y);
    }

    const Projection::Impl& projection_;
    double tolerance_m_;
    double harmless_deg_;
};

// ---- Maps that end at meridians and parallels.

std::vector<Ring> to_domain(std::vector<Ring> input, const Domain& domain) {
    if (domain.half_width_deg < 180) {
        input = rings::half_plane(input, rings::Side::right, -domain.half_width_deg);
        input = rings::half_plane(input, rings::Side::left, domain.half_width_deg);
    }
    if (domain.min_lat_deg > -90) {
        input = rings::half_plane(input, rings::Side::above, domain.min_lat_deg);
    }
    if (domain.max_lat_deg < 90) {
        input = rings::half_plane(input, rings::Side::below, domain.max_lat_deg);
    }
    return input;
}

std::vector<XYPolygon> project_rings(std::vector<Ring> flat, const Densifier& densifier) {
    for (auto& ring : flat) {
        ring = densifier.run(rings::cleaned(std::move(ring)), true);
    }
    return rings::polygons(std::move(flat));
}

// ---- Maps that end at a circle round their centre.

class Cap {
  public:
    explicit Cap(const Projection::Impl& projection)
        : projection_(projection),
          up_(projection.centre),
          east_{0, 1, 0},
          north_(cross(up_, east_)) {}

    bool holds(Vec3 p) const { return dot(p, up_) >= projection_.cos_cap; }

    // Where the edge from a to b, of which one is inside, meets the circle, as an angle
    // counter-clockwise from east. By bisection, since the edge is straight on the map of longitude
    // and latitude and not in space.
    double crossing(XY a, XY b) const {
        const bool from_inside = holds(unit_vector({a.x, a.y}));
        const double way = short_way(a.x, b.x);
        double low = 0;
        double high = 1;
        Vec3 p;
        for (int i = 0; i < 40; ++i) {
            const double t = (low + high) / 2;
            p = unit_vector({a.x + t * way, a.y + t * (b.y - a.y)});
            (holds(p) == from_inside ? low : high) = t;
        }
        const double angle = std::atan2(dot(p, north_), dot(p, east_));
        return angle < 0 ? angle + kTurn : angle;
    }

    XY edge_point(double angle) const { return cap_edge_point(projection_.definition, angle); }

    // Points of the circle strictly between two angles.
    void walk(double from, double to, Ring& out) const {
        constexpr double kStep = kTurn / 720;
        const double first = std::floor(from / kStep) + 1;
        for (double i = first; i * kStep < to; ++i) {
            out.push_back(edge_point(i * kStep));
        }
    }

    // Does the ring, which stays clear of the cap, have it on its left?
    bool is_left_of(const Ring& ring) const {
        const auto [turn, sum] = winding(ring);
        // Round the axis: counter-clockwise has the centre on its left. Beside it: only a ring
        // turned inside out has.
        return std::abs(turn) > std::numbers::pi ? turn > 0 : sum < 0;
    }

    // Do rings inside the cap have its edge on their left? The largest of them tells, measured on
    // the sphere: on the map a small one at the edge has no area to speak of.
    bool has_edge_inside(const std::vector<Ring>& whole) const {
        double largest = -1;
        bool is_inside = false;
        for (const Ring& ring : whole) {
            const auto [turn, sum] = winding(ring);
            const bool is_round = std::abs(turn) > std::numbers::pi;
            // Round the centre: what lies between it and the ring.
            const double area = std::abs(is_round ? turn + sum : sum);
            if (area > largest) {
                largest = area;
                is_inside = is_round ? turn < 0 : sum < 0;
            }
        }
        return is_inside;
    }

  private:
    struct Winding {
        double turn = 0;  // round the cap's axis, radians
        double area = 0;  // on the left of a ring beside the axis, of the unit sphere
    };

    Winding winding(const Ring& ring) const {
        double turn = 0;
        double sum = 0;
        for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
            const Vec3 a = unit_vector({ring[j].x, ring[j].y});
            const Vec3 b = unit_vector({ring[i].x, ring[i].y});
            const double from = std::atan2(dot(a, north_), dot(a, east_));
            const double to = std::atan2(dot(b, north_), dot(b, east_));
            const double d = std::remainder(to - from, kTurn);
            turn += d;
            sum -= d * (dot(a, up_) + dot(b, up_)) / 2;
        }
        return {turn, sum};
    }

    const Projection::Impl& projection_;
    Vec3 up_;
    Vec3 east_;
    Vec3 north_;
};

enum class Way { short_way, as_given };

// Edges in steps short enough to be taken as straight in space.
Ring stepped(const Ring& ring, bool close, Way way_round = Way::short_way) {
    constexpr double kStep_deg = 1;
    Ring out;
    out.reserve(ring.size());
    const std::size_t n = ring.size();
    for (std::size_t i = 0; i < n; ++i) {
        const XY a = ring[i];
        out.push_back(a);
        if (i + 1 == n && !close) {
            break;
        }
        const XY b = ring[(i + 1) % n];
        const double way = way_round == Way::short_way ? short_way(a.x, b.x) : b.x - a.x;
        const double length = std::max(std::abs(way), std::abs(b.y - a.y));
        const int parts = static_cast<int>(std::ceil(length / kStep_deg));
        for (int k = 1; k < parts; ++k) {
            const double t = static_cast<double>(k) / parts;
            out.push_back({a.x + t * way, a.y + t * (b.y - a.y)});
        }
    }
    return out;
}

std::vector<Vec3> vectors_of(const Ring& ring) {
    std::vector<Vec3> vectors;
    vectors.reserve(ring.size());
    for (const XY p : ring) {
        vectors.push_back(unit_vector({p.x, p.y}));
    }
    return vectors;
}

struct CapPieces {
    std::vector<Chain> chains;
    std::vector<Ring> whole;
};

enum class Met { inside, outside, crossed };

Met cut_ring(const Ring& ring, const Cap& cap, CapPieces& pieces) {
    const auto vectors = vectors_of(ring);
    const std::size_t n = ring.size();
    std::size_t start = n;
    for (std::size_t i = 0; i < n && start == n; ++i) {
        start = !cap.holds(vectors[i]) && cap.holds(vectors[(i + 1) % n]) ? i : n;
    }
    if (start == n) {
        if (!cap.holds(vectors[0])) {
            return Met::outside;
        }
        pieces.whole.push_back(ring);
        return Met::inside;
    }
    for (std::size_t k = 0; k < n; ++k) {
        const std::size_t i = (start + k) % n;
        const std::size_t j = (start + k + 1) % n;
        const bool from = cap.holds(vectors[i]);
        const bool to = cap.holds(vectors[j]);
        if (!from && to) {
            const double angle = cap.crossing(ring[i], ring[j]);
            pieces.chains.push_back({{cap.edge_point(angle)}, angle, 0});
        }
        if (to) {
            pieces.chains.back().points.push_back(ring[j]);
        } else if (from) {
            const double angle = cap.crossing(ring[j], ring[i]);
            pieces.chains.back().points.push_back(cap.edge_point(angle));
            pieces.chains.back().leave = angle;
        }
    }
    return Met::crossed;
}

// The cap is inside the polygon if it is on the left of every ring that stays clear of it.
bool covers_cap(const std::vector<Ring>& clear, const Cap& cap, bool whole_globe) {
    if (clear.empty()) {
        return whole_globe;
    }
    return std::all_of(clear.begin(), clear.end(),
                       [&](const Ring& ring) { return cap.is_left_of(ring); });
}

std::vector<XYPolygon> project_to_cap(const Projection::Impl& projection,
                                      const OrientedRings& input, const Densifier& densifier) {
    const Cap cap(projection);
    CapPieces pieces;
    std::vector<Ring> clear;
    for (const auto& ring : input.rings) {
        const Ring fine = stepped(ring, true);
        if (cut_ring(fine, cap, pieces) == Met::outside) {
            clear.push_back(fine);
        }
    }
    const bool crossed = !pieces.chains.empty();
    auto linked =
        rings::linked(std::move(pieces.chains),
                      {kTurn, [&](double from, double to, Ring& out) { cap.walk(from, to, out); }});
    std::vector<Ring> projected;
    for (const auto& ring : pieces.whole) {
        projected.push_back(densifier.run(ring, true));
    }
    const bool edge_inside = pieces.whole.empty() ? covers_cap(clear, cap, input.whole_globe)
                                                  : cap.has_edge_inside(pieces.whole);
    for (const auto& ring : linked) {
        projected.push_back(densifier.run(ring, true));
    }
    if (!crossed && edge_inside) {
        projected.push_back(densifier.run(domain_edge(projection.definition), true));
    }
    return rings::polygons(std::move(projected));
}

std::vector<std::vector<XY>> visible_pieces(const std::vector<XY>& line, const Cap& cap) {
    std::vector<std::vector<XY>> pieces;
    std::vector<XY> piece;
    const auto finish = [&] {
        if (piece.size() > 1) {
            pieces.push_back(std::move(piece));
        }
        piece.clear();
    };
    const auto vectors = vectors_of(line);
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool here = cap.holds(vectors[i]);
        const bool before = i > 0 && cap.holds(vectors[i - 1]);
        if (i > 0 && here != before) {
            piece.push_back(cap.edge_point(cap.crossing(line[i - 1], line[i])));
        }
        if (here) {
            piece.push_back(line[i]);
        } else {
            finish();
        }
    }
    finish();
    return pieces;
}

void check_scale(double metres_per_pixel) {
    if (!(metres_per_pixel > 0)) {
        throw Error(ExitCode::usage,
                    fmt::format("map scale of {} metres a pixel: expected a positive number",
                                metres_per_pixel));
    }
}

// The parts of a line inside the window, by Liang and Barsky's parameters (1984).
std::vector<std::vector<XY>> clipped_line(const std::vector<XY>& line, const Domain& domain) {
    std::vector<std::vector<XY>> pieces;
    std::vector<XY> piece;
    const auto finish = [&] {
        if (piece.size() > 1) {
            pieces.push_back(std::move(piece));
        }
        piece.clear();
    };
    for (std::size_t i = 1; i < line.size(); ++i) {
        const XY a = line[i - 1];
        const XY d{line[i].x - a.x, line[i].y - a.y};
        double enter = 0;
        double leave = 1;
        const auto limit = [&](double step, double room) {
            if (step > 0) {
                leave = std::min(leave, room / step);
            } else if (step < 0) {
                enter = std::max(enter, room / step);
            } else if (room < 0) {
                leave = -1;
            }
        };
        limit(d.x, domain.half_width_deg - a.x);
        limit(-d.x, a.x + domain.half_width_deg);
        limit(d.y, domain.max_lat_deg - a.y);
        limit(-d.y, a.y - domain.min_lat_deg);
        if (enter > leave) {
            finish();
            continue;
        }
        if (piece.empty() || enter > 0) {
            finish();
            piece.push_back({a.x + enter * d.x, a.y + enter * d.y});
        }
        piece.push_back(leave < 1 ? XY{a.x + leave * d.x, a.y + leave * d.y} : line[i]);
        if (leave < 1) {
            finish();
        }
    }
    finish();
    return pieces;
}

std::vector<std::vector<XY>> line_in_domain(const SphereLine& line, const Projection& projection) {
    const Projection::Impl& impl = projection.impl();
    std::vector<std::vector<XY>> pieces;
    if (impl.definition.domain.is_cap) {
        std::vector<XY> relative;
        for (const LonLat p : line) {
            if (std::isfinite(p.lon) && std::abs(p.lat) <= 90) {
                relative.push_back({normalized_lon(p.lon - projection.lon0()), p.lat});
            }
        }
        return visible_pieces(stepped(relative, false), Cap(impl));
    }
    for (const auto& piece : line_to_window(line, projection.lon0())) {
        auto parts = clipped_line(piece, impl.definition.domain);
        std::move(parts.begin(), parts.end(), std::back_inserter(pieces));
    }
    return pieces;
}

}  // namespace

std::vector<XYPolygon> project_polygon(const Projection& projection, const SpherePolygon& polygon,
                                       double metres_per_pixel) {
    check_scale(metres_per_pixel);
    const Projection::Impl& impl = projection.impl();
    const Densifier densifier(impl, metres_per_pixel);
    const OrientedRings oriented = oriented_rings(polygon, projection.lon0());
    if (impl.definition.domain.is_cap) {
        return project_to_cap(impl, oriented, densifier);
    }
    return project_rings(to_domain(cut_to_window(oriented), impl.definition.domain), densifier);
}

std::vector<XYPolygon> project_planar_polygon(const Projection& projection,
                                              const PlanarPolygon& polygon,
                                              double metres_per_pixel) {
    check_scale(metres_per_pixel);
    const Projection::Impl& impl = projection.impl();
    const Densifier densifier(impl, metres_per_pixel);
    auto flat = planar_to_window(polygon, projection.lon0());
    if (!impl.definition.domain.is_cap) {
        return project_rings(to_domain(std::move(flat), impl.definition.domain), densifier);
    }
    // Steps along the given edges, so that none is mistaken for the other way round the globe.
    OrientedRings oriented;
    for (const auto& ring : flat) {
        oriented.rings.push_back(stepped(ring, true, Way::as_given));
    }
    return project_to_cap(impl, oriented, densifier);
}

std::vector<XYLine> project_line(const Projection& projection, const SphereLine& line,
                                 double metres_per_pixel) {
    check_scale(metres_per_pixel);
    const Densifier densifier(projection.impl(), metres_per_pixel);
    std::vector<XYLine> result;
    for (const auto& piece : line_in_domain(line, projection)) {
        XYLine projected = densifier.run(piece, false);
        if (projected.size() > 1) {
            result.push_back(std::move(projected));
        }
    }
    return result;
}

}  // namespace footprint::geo
