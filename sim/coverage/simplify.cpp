// Shapes that share borders, with fewer points: borders are cut into arcs at the points where three
// shapes meet, each arc is simplified once (Douglas and Peucker 1973), and all shapes take it from
// there. An arc whose shortcut would cross or touch another, or change the side of another's point,
// stays as it was.
#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <unordered_map>

#include "sim/coverage/areas.h"

namespace footprint::sim {

namespace {

constexpr double kKmPerDegree = 111.32;

struct PointLess {
    bool operator()(geo::LonLat a, geo::LonLat b) const {
        return a.lon != b.lon ? a.lon < b.lon : a.lat < b.lat;
    }
};
using Line = std::vector<geo::LonLat>;
using Segment = std::pair<geo::LonLat, geo::LonLat>;

// How far a point lies from a segment that is straight in longitude and latitude, at the point's
// scale.
double km_to_segment(geo::LonLat p, const Segment& s) {
    const double wide = std::cos(p.lat * std::numbers::pi / 180);
    const double ax = (s.first.lon - p.lon) * wide;
    const double ay = s.first.lat - p.lat;
    const double dx = (s.second.lon - s.first.lon) * wide;
    const double dy = s.second.lat - s.first.lat;
    const double length2 = dx * dx + dy * dy;
    const double t = length2 > 0 ? std::clamp(-(ax * dx + ay * dy) / length2, 0.0, 1.0) : 0.0;
    return kKmPerDegree * std::hypot(ax + t * dx, ay + t * dy);
}

bool on_map_edge(geo::LonLat p) {
    return std::abs(p.lon) == 180 || std::abs(p.lat) == 90;
}

double turn(geo::LonLat a, geo::LonLat b, geo::LonLat c) {
    return (b.lon - a.lon) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lon - a.lon);
}

bool in_box(geo::LonLat p, const Segment& s) {
    return p.lon >= std::min(s.first.lon, s.second.lon) &&
           p.lon <= std::max(s.first.lon, s.second.lon) &&
           p.lat >= std::min(s.first.lat, s.second.lat) &&
           p.lat <= std::max(s.first.lat, s.second.lat);
}

// Have they a point in common that is not an end of both?
bool collide(const Segment& s, const Segment& t) {
    const double a = turn(s.first, s.second, t.first);
    const double b = turn(s.first, s.second, t.second);
    const double c = turn(t.first, t.second, s.first);
    const double d = turn(t.first, t.second, s.second);
    if (((a > 0) != (b > 0)) && ((c > 0) != (d > 0)) && a != 0 && b != 0 && c != 0 && d != 0) {
        return true;
    }
    const auto is_end = [](geo::LonLat p, const Segment& of) {
        return p == of.first || p == of.second;
    };
    const auto touches = [&](geo::LonLat p, double side, const Segment& of) {
        return side == 0 && in_box(p, of) && !is_end(p, of);
    };
    const bool same = is_end(s.first, t) && is_end(s.second, t);
    return same || touches(t.first, a, s) || touches(t.second, b, s) || touches(s.first, c, t) ||
           touches(s.second, d, t);
}

bool is_inside(const Line& open, geo::LonLat p) {
    bool inside = false;
    for (std::size_t i = 0; i < open.size(); ++i) {
        const auto& a = open[i];
        const auto& b = open[(i + 1) % open.size()];
        if ((a.lat > p.lat) != (b.lat > p.lat) &&
            p.lon < a.lon + (b.lon - a.lon) * (p.lat - a.lat) / (b.lat - a.lat)) {
            inside = !inside;
        }
    }
    return inside;
}

struct Arc {
    Line points;
    std::vector<std::size_t> kept;  // indices, ascending, with both ends
    bool is_whole = false;          // stays as it was

    Segment piece(std::size_t k) const { return {points[kept[k]], points[kept[k + 1]]}; }
    std::size_t pieces() const { return kept.size() - 1; }
};

// Squares of one degree that a box meets.
template <typename Visit>
void each_square(const Line& box_of, std::size_t begin, std::size_t end, const Visit& visit) {
    double west = 180, east = -180, south = 90, north = -90;
    for (std::size_t i = begin; i < end; ++i) {
        west = std::min(west, box_of[i].lon);
        east = std::max(east, box_of[i].lon);
        south = std::min(south, box_of[i].lat);
        north = std::max(north, box_of[i].lat);
    }
    const auto cell = [](double degrees) { return static_cast<int>(std::floor(degrees)); };
    for (int row = cell(south); row <= cell(north); ++row) {
        for (int column = cell(west); column <= cell(east); ++column) {
            visit(row * 512 + column);
        }
    }
}

class Simplifier {
  public:
    Simplifier(std::vector<LabelShape>& shapes, double tolerance_km)
        : shapes_(shapes), tolerance_km_(tolerance_km) {}

    void run() {
        find_junctions();
        each_ring([this](geo::PlanarRing& ring) { cut(ring); });
        for (auto& arc : arcs_) {
            simplify(arc);
        }
        while (restore_colliding()) {
        }
        each_ring([this](geo::PlanarRing& ring) { rebuild(ring); });
    }

  private:
    template <typename Visit>
    void each_ring(const Visit& visit) {
        for (auto& shape : shapes_) {
            for (auto& polygon : shape.shape.polygons) {
                for (auto& ring : polygon) {
                    visit(ring);
                }
            }
        }
    }

    // Points with other than two neighbours, over all shapes; the map's edges keep all of theirs.
    void find_junctions() {
        std::map<geo::LonLat, std::set<geo::LonLat, PointLess>, PointLess> neighbours;
        each_ring([&](const geo::PlanarRing& ring) {
            for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
                neighbours[ring[i]].insert(ring[i + 1]);
                neighbours[ring[i + 1]].insert(ring[i]);
            }
        });
        for (const auto& [point, around] : neighbours) {
            if (around.size() != 2 || on_map_edge(point)) {
                junctions_.insert(point);
            }
        }
    }

    // A ring's arcs one after another, each from a junction to the next; without junctions from its
    // least point round to itself.
    template <typename Visit>
    void each_arc(const geo::PlanarRing& ring, const Visit& visit) const {
        Line open(ring.begin(), ring.end() - 1);
        auto start = std::find_if(open.begin(), open.end(),
                                  [this](geo::LonLat p) { return junctions_.contains(p); });
        if (start == open.end()) {
            start = std::min_element(open.begin(), open.end(), PointLess());
        }
        std::rotate(open.begin(), start, open.end());
        open.push_back(open.front());
        for (std::size_t begin = 0; begin + 1 < open.size();) {
            std::size_t end = begin + 1;
            while (end + 1 < open.size() && !junctions_.contains(open[end])) {
                ++end;
            }
            visit(Line(open.begin() + static_cast<std::ptrdiff_t>(begin),
                       open.begin() + static_cast<std::ptrdiff_t>(end) + 1));
            begin = end;
        }
    }

    // Both neighbours name an arc alike: by its first two points in the direction that is less.
    struct Name {
        geo::LonLat first, second, last;
        bool operator<(const Name& o) const {
            const PointLess less;
            return first != o.first     ? less(first, o.first)
                   : second != o.second ? less(second, o.second)
                                        : less(last, o.last);
        }
    };
    static bool goes_forward(const Line& line) {
        const PointLess less;
        return line.front() == line.back() ? less(line[1], line[line.size() - 2])
                                           : less(line.front(), line.back());
    }
    static Name name_of(const Line& line) { return {line[0], line[1], line.back()}; }

    void cut(const geo::PlanarRing& ring) {
        each_arc(ring, [this](Line line) {
            if (!goes_forward(line)) {
                std::reverse(line.begin(), line.end());
            }
            if (by_name_.emplace(name_of(line), arcs_.size()).second) {
                arcs_.push_back({std::move(line), {}, false});
            }
        });
    }

    void simplify(Arc& arc) const {
        const std::size_t last = arc.points.size() - 1;
        std::vector<bool> keep(last + 1, false);
        keep[0] = keep[last] = true;
        if (arc.points[0] == arc.points[last]) {
            // A ring keeps the point that is farthest from its first, and a third.
            const auto far = farthest(arc, 0, last);
            keep[far.second] = true;
            divide(arc, 0, far.second, keep);
            divide(arc, far.second, last, keep);
        } else {
            divide(arc, 0, last, keep);
        }
        for (std::size_t i = 0; i <= last; ++i) {
            if (keep[i]) {
                arc.kept.push_back(i);
            }
        }
        if (arc.points[0] == arc.points[last] && arc.kept.size() < 5) {
            restore(arc);
        }
    }

    static std::pair<double, std::size_t> farthest(const Arc& arc, std::size_t begin,
                                                   std::size_t end) {
        std::pair<double, std::size_t> found{-1, begin};
        const Segment s{arc.points[begin], arc.points[end]};
        for (std::size_t i = begin + 1; i < end; ++i) {
            const double km = km_to_segment(arc.points[i], s);
            found = km > found.first ? std::pair{km, i} : found;
        }
        return found;
    }

    void divide(const Arc& arc, std::size_t from, std::size_t to, std::vector<bool>& keep) const {
        std::vector<std::pair<std::size_t, std::size_t>> open{{from, to}};
        while (!open.empty()) {
            const auto [begin, end] = open.back();
            open.pop_back();
            const auto [km, at] = farthest(arc, begin, end);
            if (km > tolerance_km_) {
                keep[at] = true;
                open.emplace_back(begin, at);
                open.emplace_back(at, end);
            }
        }
    }

    static void restore(Arc& arc) {
        arc.is_whole = true;
        arc.kept.resize(arc.points.size());
        for (std::size_t i = 0; i < arc.kept.size(); ++i) {
            arc.kept[i] = i;
        }
    }

    struct Piece {
        std::uint32_t arc = 0;
        std::uint32_t piece = 0;
    };

    // Arcs that are in each other's way, or beyond whose shortcut somebody's point lies, get all
    // their points back. True if there were any.
    bool restore_colliding() {
        std::unordered_map<int, std::vector<Piece>> squares;
        for (std::uint32_t a = 0; a < arcs_.size(); ++a) {
            for (std::uint32_t k = 0; k < arcs_[a].pieces(); ++k) {
                const Segment s = arcs_[a].piece(k);
                each_square({s.first, s.second}, 0, 2, [&](int square) {
                    squares[square].push_back({a, k});
                });
            }
        }
        std::vector<bool> wrong(arcs_.size(), false);
        for (std::uint32_t a = 0; a < arcs_.size(); ++a) {
            for (std::uint32_t k = 0; !arcs_[a].is_whole && k < arcs_[a].pieces(); ++k) {
                if (arcs_[a].kept[k + 1] - arcs_[a].kept[k] > 1) {
                    judge(a, k, squares, wrong);
                }
            }
        }
        bool any = false;
        for (std::size_t a = 0; a < arcs_.size(); ++a) {
            if (wrong[a] && !arcs_[a].is_whole) {
                restore(arcs_[a]);
                any = true;
            }
        }
        return any;
    }

    void judge(std::uint32_t a, std::uint32_t k,
               const std::unordered_map<int, std::vector<Piece>>& squares,
               std::vector<bool>& wrong) const {
        const Arc& arc = arcs_[a];
        const Segment shortcut = arc.piece(k);
        const std::size_t begin = arc.kept[k];
        const std::size_t end = arc.kept[k + 1] + 1;
        const Line between(arc.points.begin() + static_cast<std::ptrdiff_t>(begin),
                           arc.points.begin() + static_cast<std::ptrdiff_t>(end));
        each_square(arc.points, begin, end, [&](int square) {
            const auto found = squares.find(square);
            if (found == squares.end()) {
                return;
            }
            for (const auto& other : found->second) {
                if (other.arc == a && other.piece == k) {
                    continue;
                }
                const Segment s = arcs_[other.arc].piece(other.piece);
                const bool beyond = s.first != shortcut.first && s.first != shortcut.second &&
                                    is_inside(between, s.first);
                if (beyond || collide(shortcut, s)) {
                    wrong[a] = wrong[other.arc] = true;
                }
            }
        });
    }

    void rebuild(geo::PlanarRing& ring) const {
        geo::PlanarRing result;
        each_arc(ring, [&](Line line) {
            const bool forward = goes_forward(line);
            if (!forward) {
                std::reverse(line.begin(), line.end());
            }
            const Arc& arc = arcs_[by_name_.at(name_of(line))];
            const std::size_t count = arc.kept.size();
            for (std::size_t k = 0; k + 1 < count; ++k) {
                result.push_back(arc.points[arc.kept[forward ? k : count - 1 - k]]);
            }
        });
        result.push_back(result.front());
        ring = std::move(result);
    }

    std::vector<LabelShape>& shapes_;
    double tolerance_km_;
    std::set<geo::LonLat, PointLess> junctions_;
    std::vector<Arc> arcs_;
    std::map<Name, std::size_t> by_name_;
};

}  // namespace

void simplify_shapes(std::vector<LabelShape>& shapes, double tolerance_km) {
    if (tolerance_km > 0) {
        Simplifier(shapes, tolerance_km).run();
    }
}

}  // namespace footprint::sim
