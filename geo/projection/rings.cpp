#include "geo/projection/rings.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

namespace footprint::geo::rings {

namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

// Entering places in border order, each to be taken once.
class Entries {
  public:
    explicit Entries(const std::vector<Chain>& chains) : next_(chains.size() + 1) {
        order_.reserve(chains.size());
        for (std::size_t i = 0; i < chains.size(); ++i) {
            order_.emplace_back(chains[i].enter, i);
        }
        std::sort(order_.begin(), order_.end());
        for (std::size_t i = 0; i < next_.size(); ++i) {
            next_[i] = i;
        }
    }

    // The first entry at or after a place, else the first of all.
    std::size_t take_from(double place) {
        const auto at =
            std::lower_bound(order_.begin(), order_.end(), std::pair{place, std::size_t{0}});
        std::size_t slot = free_from(static_cast<std::size_t>(at - order_.begin()));
        if (slot == order_.size()) {
            slot = free_from(0);
        }
        if (slot == order_.size()) {
            return kNone;
        }
        next_[slot] = slot + 1;
        return order_[slot].second;
    }

  private:
    // Union-find with path halving over slots already taken.
    std::size_t free_from(std::size_t slot) {
        while (next_[slot] != slot) {
            next_[slot] = next_[next_[slot]];
            slot = next_[slot];
        }
        return slot;
    }

    std::vector<std::pair<double, std::size_t>> order_;
    std::vector<std::size_t> next_;
};

void walk_on(const Border& border, double from, double to, Ring& ring) {
    if (border.length > 0 && to < from) {
        to += border.length;
    }
    if (border.walk) {
        border.walk(from, to, ring);
    }
}

double cross(XY o, XY a, XY b) {
    return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

bool is_spike(XY before, XY at, XY after) {
    if (cross(before, at, after) != 0) {
        return false;
    }
    return (at.x - before.x) * (after.x - at.x) + (at.y - before.y) * (after.y - at.y) < 0;
}

void push_without_spikes(Ring& ring, XY point) {
    for (;;) {
        if (!ring.empty() && ring.back() == point) {
            return;
        }
        if (ring.size() < 2 || !is_spike(ring[ring.size() - 2], ring.back(), point)) {
            break;
        }
        ring.pop_back();
    }
    ring.push_back(point);
}

// One end of the ring against the other; true if something was removed.
bool trim_seam(Ring& ring) {
    const std::size_t n = ring.size();
    if (n < 3) {
        return false;
    }
    if (ring.front() == ring.back() || is_spike(ring[n - 2], ring[n - 1], ring[0])) {
        ring.pop_back();
        return true;
    }
    if (is_spike(ring[n - 1], ring[0], ring[1])) {
        ring.erase(ring.begin());
        return true;
    }
    return false;
}

struct Box {
    double min_x = std::numeric_limits<double>::infinity();
    double min_y = min_x;
    double max_x = -min_x;
    double max_y = -min_x;

    explicit Box(const Ring& ring) {
        for (const XY p : ring) {
            min_x = std::min(min_x, p.x);
            max_x = std::max(max_x, p.x);
            min_y = std::min(min_y, p.y);
            max_y = std::max(max_y, p.y);
        }
    }
    bool holds(const Box& other) const {
        return min_x <= other.min_x && max_x >= other.max_x && min_y <= other.min_y &&
               max_y >= other.max_y;
    }
};

// Inside or on the edge for every tested point of a hole: the middles of edges are tested, since
// a vertex may touch the outer ring.
bool holds(const Ring& outer, const Ring& hole) {
    std::size_t votes = 0;
    std::size_t asked = 0;
    const std::size_t step = std::max<std::size_t>(1, hole.size() / 5);
    for (std::size_t i = 0; i < hole.size(); i += step) {
        const XY a = hole[i];
        const XY b = hole[(i + 1) % hole.size()];
        if (contains(outer, {(a.x + b.x) / 2, (a.y + b.y) / 2})) {
            ++votes;
        }
        ++asked;
    }
    return 2 * votes > asked;
}

XYRing closed(Ring ring) {
    ring.push_back(ring.front());
    return ring;
}

// Axes turned so that every half-plane is "u <= limit" with the border going up in v.
struct Frame {
    Side keep;
    double u(XY p) const {
        switch (keep) {
            case Side::left:
                return p.x;
            case Side::right:
                return -p.x;
            case Side::below:
                return p.y;
            default:
                return -p.y;
        }
    }
    double v(XY p) const {
        switch (keep) {
            case Side::left:
                return p.y;
            case Side::right:
                return -p.y;
            case Side::below:
                return -p.x;
            default:
                return p.x;
        }
    }
    // The point where the edge meets the line; the same for an edge and its reverse.
    XY meet(XY a, XY b, double limit) const {
        if (std::pair{b.x, b.y} < std::pair{a.x, a.y}) {
            std::swap(a, b);
        }
        const bool vertical = keep == Side::left || keep == Side::right;
        const double from = vertical ? a.x : a.y;
        const double to = vertical ? b.x : b.y;
        if (from == limit || to == limit) {
            return from == limit ? a : b;
        }
        const double t = (limit - from) / (to - from);
        XY p{a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
        (vertical ? p.x : p.y) = limit;
        return p;
    }
};

// Which vertices lie inside. One on the line counts as inside only where the ring merely touches
// the line from within: an edge along the line belongs to the border.
std::vector<bool> inside_flags(const Ring& ring, const Frame& frame, double bound) {
    const std::size_t n = ring.size();
    const auto strictly = [&](std::size_t i) { return frame.u(ring[i % n]) < bound; };
    std::vector<bool> inside(n);
    for (std::size_t i = 0; i < n; ++i) {
        const bool touches = frame.u(ring[i]) == bound && strictly(i + n - 1) && strictly(i + 1);
        inside[i] = strictly(i) || touches;
    }
    return inside;
}

void cut_ring(const Ring& ring, const Frame& frame, double limit, double bound,
              std::vector<Chain>& chains, std::vector<Ring>& whole) {
    const std::size_t n = ring.size();
    const auto inside = inside_flags(ring, frame, bound);
    std::size_t start = kNone;
    for (std::size_t i = 0; i < n && start == kNone; ++i) {
        start = !inside[i] && inside[(i + 1) % n] ? i : kNone;
    }
    if (start == kNone) {
        if (n > 0 && inside[0]) {
            whole.push_back(ring);
        }
        return;
    }
    for (std::size_t k = 0; k < n; ++k) {
        const std::size_t i = (start + k) % n;
        const std::size_t j = (start + k + 1) % n;
        if (!inside[i] && inside[j]) {
            const XY p = frame.meet(ring[i], ring[j], limit);
            chains.push_back({{p}, frame.v(p), 0});
        }
        if (inside[j]) {
            chains.back().points.push_back(ring[j]);
        } else if (inside[i]) {
            const XY p = frame.meet(ring[i], ring[j], limit);
            chains.back().points.push_back(p);
            chains.back().leave = frame.v(p);
        }
    }
}

}  // namespace

std::vector<Ring> linked(std::vector<Chain> chains, const Border& border) {
    std::vector<Ring> rings;
    Entries entries(chains);
    std::vector<bool> used(chains.size(), false);
    for (std::size_t first = 0; first < chains.size(); ++first) {
        if (used[first]) {
            continue;
        }
        Ring ring;
        std::size_t at = first;
        for (;;) {
            used[at] = true;
            ring.insert(ring.end(), chains[at].points.begin(), chains[at].points.end());
            const std::size_t next = entries.take_from(chains[at].leave);
            if (next == kNone) {
                break;
            }
            walk_on(border, chains[at].leave, chains[next].enter, ring);
            if (used[next]) {
                break;
            }
            at = next;
        }
        rings.push_back(std::move(ring));
    }
    return rings;
}

double twice_area(const Ring& ring) {
    double sum = 0;
    for (std::size_t i = 1; i + 1 < ring.size(); ++i) {
        sum += cross(ring[0], ring[i], ring[i + 1]);
    }
    return sum;
}

bool largest_is_clockwise(const std::vector<Ring>& input) {
    double largest = 0;
    for (const auto& ring : input) {
        const double area = twice_area(ring);
        if (std::abs(area) > std::abs(largest)) {
            largest = area;
        }
    }
    return largest < 0;
}

bool contains(const Ring& ring, XY point) {
    bool inside = false;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        const XY a = ring[i];
        const XY b = ring[j];
        if ((a.y > point.y) != (b.y > point.y) &&
            point.x < (b.x - a.x) * (point.y - a.y) / (b.y - a.y) + a.x) {
            inside = !inside;
        }
    }
    return inside;
}

Ring cleaned(Ring ring) {
    Ring result;
    result.reserve(ring.size());
    for (const XY p : ring) {
        push_without_spikes(result, p);
    }
    while (trim_seam(result)) {
    }
    if (result.size() < 3 || twice_area(result) == 0) {
        result.clear();
    }
    return result;
}

std::vector<Ring> half_plane(const std::vector<Ring>& input, Side keep, double limit) {
    const Frame frame{keep};
    const double bound = keep == Side::left || keep == Side::below ? limit : -limit;
    std::vector<Chain> chains;
    std::vector<Ring> result;
    for (const auto& ring : input) {
        cut_ring(ring, frame, limit, bound, chains, result);
    }
    auto cut = linked(std::move(chains), Border{});
    std::move(cut.begin(), cut.end(), std::back_inserter(result));
    return result;
}

std::vector<XYPolygon> polygons(std::vector<Ring> input) {
    struct Outer {
        Ring ring;
        Box box;
        double size;
    };
    std::vector<Outer> outers;
    std::vector<Ring> holes;
    for (auto& raw : input) {
        Ring ring = cleaned(std::move(raw));
        if (ring.empty()) {
            continue;
        }
        const double size = twice_area(ring);
        if (size < 0) {
            holes.push_back(std::move(ring));
            continue;
        }
        const Box box(ring);
        outers.push_back({std::move(ring), box, size});
    }
    std::vector<std::vector<XYRing>> holes_of(outers.size());
    for (auto& hole : holes) {
        const Box box(hole);
        std::size_t best = kNone;
        for (std::size_t i = 0; i < outers.size(); ++i) {
            const bool smaller = best == kNone || outers[i].size < outers[best].size;
            if (smaller && outers[i].box.holds(box) && holds(outers[i].ring, hole)) {
                best = i;
            }
        }
        if (best != kNone) {
            holes_of[best].push_back(closed(std::move(hole)));
        }
    }
    std::vector<XYPolygon> result;
    result.reserve(outers.size());
    for (std::size_t i = 0; i < outers.size(); ++i) {
        XYPolygon polygon{closed(std::move(outers[i].ring))};
        std::move(holes_of[i].begin(), holes_of[i].end(), std::back_inserter(polygon));
        result.push_back(std::move(polygon));
    }
    return result;
}

}  // namespace footprint::geo::rings
