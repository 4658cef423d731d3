#include "render/scene/geometry.h"

#include <algorithm>

namespace footprint::render {
namespace {

// Control distance that makes four cubics a circle within 0.03 %.
constexpr double kCircle = 0.5522847498307936;

}  // namespace

void Path::add_rect(const Rect& r) {
    move_to({r.x, r.y});
    line_to({r.right(), r.y});
    line_to({r.right(), r.bottom()});
    line_to({r.x, r.bottom()});
    close();
}

void Path::add_circle(Point centre, double radius) {
    add_rounded_rect({centre.x - radius, centre.y - radius, 2 * radius, 2 * radius}, radius);
}

void Path::add_rounded_rect(const Rect& r, double radius) {
    const double k = radius * (1 - kCircle);
    move_to({r.x + radius, r.y});
    line_to({r.right() - radius, r.y});
    cubic_to({r.right() - k, r.y}, {r.right(), r.y + k}, {r.right(), r.y + radius});
    line_to({r.right(), r.bottom() - radius});
    cubic_to({r.right(), r.bottom() - k}, {r.right() - k, r.bottom()},
             {r.right() - radius, r.bottom()});
    line_to({r.x + radius, r.bottom()});
    cubic_to({r.x + k, r.bottom()}, {r.x, r.bottom() - k}, {r.x, r.bottom() - radius});
    line_to({r.x, r.y + radius});
    cubic_to({r.x, r.y + k}, {r.x + k, r.y}, {r.x + radius, r.y});
    close();
}

void Path::append(const Path& other) {
    verbs_.insert(verbs_.end(), other.verbs_.begin(), other.verbs_.end());
    points_.insert(points_.end(), other.points_.begin(), other.points_.end());
}

Rect Path::bounds() const {
    if (points_.empty()) {
        return {};
    }
    Point low = points_.front();
    Point high = low;
    for (const Point& p : points_) {
        low = {std::min(low.x, p.x), std::min(low.y, p.y)};
        high = {std::max(high.x, p.x), std::max(high.y, p.y)};
    }
    return {low.x, low.y, high.x - low.x, high.y - low.y};
}

Path Path::transformed(double scale, Point offset) const {
    Path result = *this;
    for (Point& p : result.points_) {
        p = {p.x * scale + offset.x, p.y * scale + offset.y};
    }
    return result;
}

}  // namespace footprint::render
