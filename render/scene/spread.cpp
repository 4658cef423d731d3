#include "render/scene/spread.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace footprint::render {
namespace {

// Offsets in order of distance: rings a step apart, about a step between neighbours.
std::vector<Point> spiral(double step, double reach) {
    std::vector<Point> offsets{{0, 0}};
    for (double radius = step; radius <= reach; radius += step) {
        const int count = std::max(6, static_cast<int>(2 * std::numbers::pi * radius / step));
        for (int i = 0; i < count; ++i) {
            // Each ring starts to the right and alternates up and down, so that a metro's symbols
            // gather round it evenly.
            const int turn = (i + 1) / 2 * (i % 2 == 0 ? 1 : -1);
            const double angle = 2 * std::numbers::pi * turn / count;
            offsets.push_back({radius * std::cos(angle), radius * std::sin(angle)});
        }
    }
    return offsets;
}

struct Placed {
    Point at;
    double radius = 0;
};

bool is_free(Point at, double radius, double gap, const std::vector<Placed>& near) {
    return std::none_of(near.begin(), near.end(), [&](const Placed& other) {
        return std::hypot(at.x - other.at.x, at.y - other.at.y) < radius + other.radius + gap;
    });
}

}  // namespace

std::vector<Point> spread(std::span<const SpreadItem> items, const Rect& inside, double gap,
                          double reach) {
    double smallest = reach;
    for (const SpreadItem& item : items) {
        smallest = std::min(smallest, item.radius);
    }
    const std::vector<Point> offsets = spiral(std::max(0.5, smallest / 4), reach);
    std::vector<Placed> placed;
    std::vector<Point> places;
    for (const SpreadItem& item : items) {
        std::vector<Placed> near;
        for (const Placed& other : placed) {
            const double distance = std::hypot(item.at.x - other.at.x, item.at.y - other.at.y);
            if (distance < reach + item.radius + other.radius + gap) {
                near.push_back(other);
            }
        }
        Point chosen = item.at;
        for (const Point& offset : offsets) {
            const Point at{item.at.x + offset.x, item.at.y + offset.y};
            const Rect box{at.x - item.radius, at.y - item.radius, 2 * item.radius,
                           2 * item.radius};
            if (inside.contains(box) && is_free(at, item.radius, gap, near)) {
                chosen = at;
                break;
            }
        }
        placed.push_back({chosen, item.radius});
        places.push_back(chosen);
    }
    return places;
}

}  // namespace footprint::render
