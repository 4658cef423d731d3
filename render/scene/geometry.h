// Points, rectangles, colours and paths in pixel space: x right, y down, origin at the top left
// corner of the frame, one unit a pixel.
#pragma once

#include <cstdint>
#include <vector>

namespace footprint::render {

struct Point {
    double x = 0;
    double y = 0;
    bool operator==(const Point&) const = default;
};

struct Rect {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;

    double right() const { return x + width; }
    double bottom() const { return y + height; }
    Point centre() const { return {x + width / 2, y + height / 2}; }
    Rect grown(double by) const { return {x - by, y - by, width + 2 * by, height + 2 * by}; }
    bool contains(Point p) const { return x <= p.x && p.x < right() && y <= p.y && p.y < bottom(); }
    bool contains(const Rect& other) const {
        return x <= other.x && y <= other.y && other.right() <= right() &&
               other.bottom() <= bottom();
    }
    bool overlaps(const Rect& other) const {
        return x < other.right() && other.x < right() && y < other.bottom() && other.y < bottom();
    }
    bool operator==(const Rect&) const = default;
};

// sRGB, not premultiplied.
struct Color {
    std::uint8_t r = 0;
    std::uint8_t g = 0;
    std::uint8_t b = 0;
    std::uint8_t a = 255;

    constexpr Color with_alpha(double alpha) const {
        return {r, g, b, static_cast<std::uint8_t>(alpha * 255 + 0.5)};
    }
    bool operator==(const Color&) const = default;
};

// 0xRRGGBB
constexpr Color rgb(std::uint32_t hex) {
    return {static_cast<std::uint8_t>(hex >> 16), static_cast<std::uint8_t>(hex >> 8),
            static_cast<std::uint8_t>(hex), 255};
}

// Straight sRGB interpolation; t = 0 gives a.
constexpr Color mix(Color a, Color b, double t) {
    const auto channel = [t](std::uint8_t from, std::uint8_t to) {
        return static_cast<std::uint8_t>(from + (to - from) * t + 0.5);
    };
    return {channel(a.r, b.r), channel(a.g, b.g), channel(a.b, b.b), channel(a.a, b.a)};
}

enum class PathVerb : std::uint8_t { move, line, cubic, close };

// Subpaths of straight lines and cubic curves. `cubic` takes three points, `close` none.
class Path {
  public:
    void move_to(Point p) { add(PathVerb::move, p); }
    void line_to(Point p) { add(PathVerb::line, p); }
    void cubic_to(Point c1, Point c2, Point end) {
        verbs_.push_back(PathVerb::cubic);
        points_.insert(points_.end(), {c1, c2, end});
    }
    void close() { verbs_.push_back(PathVerb::close); }
    void add_rect(const Rect& r);
    void add_circle(Point centre, double radius);
    void add_rounded_rect(const Rect& r, double radius);
    void append(const Path& other);

    bool empty() const { return verbs_.empty(); }
    const std::vector<PathVerb>& verbs() const { return verbs_; }
    const std::vector<Point>& points() const { return points_; }
    // Of the control points; an empty path has a zero rectangle.
    Rect bounds() const;
    // Every point scaled about the origin, then moved.
    Path transformed(double scale, Point offset) const;

    bool operator==(const Path&) const = default;

  private:
    void add(PathVerb verb, Point p) {
        verbs_.push_back(verb);
        points_.push_back(p);
    }

    std::vector<PathVerb> verbs_;
    std::vector<Point> points_;
};

}  // namespace footprint::render
