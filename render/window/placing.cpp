#include "render/window/placing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace footprint::render {
namespace {

double shared_area(const Rect& a, const Rect& b) {
    const double width = std::min(a.right(), b.right()) - std::max(a.x, b.x);
    const double height = std::min(a.bottom(), b.bottom()) - std::max(a.y, b.y);
    return width > 0 && height > 0 ? width * height : 0;
}

double covered(const Rect& rect, std::span<const Rect> keep_off) {
    double area = 0;
    for (const Rect& other : keep_off) {
        area += shared_area(rect, other);
    }
    return area;
}

double distance(Point p, const Rect& rect) {
    const double x = std::max({rect.x - p.x, 0.0, p.x - rect.right()});
    const double y = std::max({rect.y - p.y, 0.0, p.y - rect.bottom()});
    return std::hypot(x, y);
}

}  // namespace

Rect placed_beside(Point anchor, double width, double height, double gap, const Rect& inside,
                   std::span<const Rect> keep_off) {
    const double most_x = std::max(inside.x, inside.right() - width);
    const double most_y = std::max(inside.y, inside.bottom() - height);
    const auto fitted = [&](double x, double y) {
        return Rect{std::clamp(x, inside.x, most_x), std::clamp(y, inside.y, most_y), width,
                    height};
    };
    Rect best;
    double best_cost = std::numeric_limits<double>::infinity();
    const auto consider = [&](double x, double y) {
        const Rect rect = fitted(x, y);
        const double away = distance(anchor, rect);
        // Over what is there rather than far away, but over the anchor itself last of all.
        const double cost = covered(rect, keep_off) * 1e3 + (away < gap / 2 ? 1e12 : 0) + away +
                            std::abs(rect.centre().x - anchor.x) * 1e-3;
        if (cost < best_cost) {
            best_cost = cost;
            best = rect;
        }
    };
    consider(anchor.x - width / 2, anchor.y + gap);
    consider(anchor.x - width / 2, anchor.y - gap - height);
    for (const double x : {anchor.x + gap, anchor.x - gap - width}) {
        for (const double y : {anchor.y + gap, anchor.y - gap - height, anchor.y - height / 2}) {
            consider(x, y);
        }
    }
    constexpr int kSteps = 24;
    for (int i = 0; i <= kSteps; ++i) {
        for (int k = 0; k <= kSteps; ++k) {
            consider(inside.x + (most_x - inside.x) * i / kSteps,
                     inside.y + (most_y - inside.y) * k / kSteps);
        }
    }
    return best;
}

int rows_of(std::span<const double> widths, double gap, double width) {
    int rows = 1;
    double x = 0;
    for (const double w : widths) {
        if (x > 0 && x + w > width) {
            ++rows;
            x = 0;
        }
        x += w + gap;
    }
    return rows;
}

}  // namespace footprint::render
