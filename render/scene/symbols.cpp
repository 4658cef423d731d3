#include "render/scene/symbols.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>

namespace footprint::render {
namespace {

using std::numbers::pi;

Path polygon(int corners, double first_angle_deg) {
    Path path;
    for (int i = 0; i < corners; ++i) {
        const double angle = (first_angle_deg + 360.0 * i / corners) * pi / 180;
        const Point p{std::cos(angle), std::sin(angle)};
        i == 0 ? path.move_to(p) : path.line_to(p);
    }
    path.close();
    return path;
}

Path star() {
    Path path;
    for (int i = 0; i < 10; ++i) {
        const double angle = (-90.0 + 36.0 * i) * pi / 180;
        const double r = i % 2 == 0 ? 1.0 : 0.5;
        const Point p{r * std::cos(angle), r * std::sin(angle)};
        i == 0 ? path.move_to(p) : path.line_to(p);
    }
    path.close();
    return path;
}

Path from_points(std::initializer_list<Point> points) {
    Path path;
    for (const Point& p : points) {
        path.empty() ? path.move_to(p) : path.line_to(p);
    }
    path.close();
    return path;
}

Path plus() {
    constexpr double kArm = 0.36;
    return from_points({{-kArm, -1},
                        {kArm, -1},
                        {kArm, -kArm},
                        {1, -kArm},
                        {1, kArm},
                        {kArm, kArm},
                        {kArm, 1},
                        {-kArm, 1},
                        {-kArm, kArm},
                        {-1, kArm},
                        {-1, -kArm},
                        {-kArm, -kArm}});
}

Path capsule() {
    Path path;
    path.add_rounded_rect({-1, -0.52, 2, 1.04}, 0.52);
    return path;
}

Path hourglass() {
    constexpr double kWaist = 0.16;
    return from_points({{-0.85, -1}, {0.85, -1}, {kWaist, 0}, {0.85, 1}, {-0.85, 1}, {-kWaist, 0}});
}

Path circle() {
    Path path;
    path.add_circle({0, 0}, 1);
    return path;
}

Path raw_outline(Shape shape) {
    switch (shape) {
        case Shape::circle:
            return circle();
        case Shape::square:
            return polygon(4, 45);
        case Shape::triangle_up:
            return polygon(3, -90);
        case Shape::triangle_down:
            return polygon(3, 90);
        case Shape::diamond:
            return from_points({{0, -1}, {0.8, 0}, {0, 1}, {-0.8, 0}});
        case Shape::hexagon:
            return polygon(6, 0);
        case Shape::pentagon:
            return polygon(5, -90);
        case Shape::star:
            return star();
        case Shape::plus:
            return plus();
        case Shape::capsule:
            return capsule();
        case Shape::hourglass:
            return hourglass();
    }
    return circle();
}

// Area by the shoelace formula; curves count by their chords' control polygon, which only the two
// round shapes have, and those are corrected below.
double polygon_area(const Path& path) {
    const auto& points = path.points();
    double twice = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Point& a = points[i];
        const Point& b = points[(i + 1) % points.size()];
        twice += a.x * b.y - b.x * a.y;
    }
    return std::abs(twice) / 2;
}

double area(Shape shape, const Path& path) {
    if (shape == Shape::circle) {
        return pi;
    }
    if (shape == Shape::capsule) {
        constexpr double kRadius = 0.52;
        return pi * kRadius * kRadius + (2 - 2 * kRadius) * 2 * kRadius;
    }
    return polygon_area(path);
}

struct ShapeTable {
    std::array<Path, kShapeCount> outlines;
    std::array<double, kShapeCount> reaches{};
};

ShapeTable make_table() {
    ShapeTable table;
    for (std::size_t i = 0; i < kShapeCount; ++i) {
        const auto shape = static_cast<Shape>(i);
        const Path raw = raw_outline(shape);
        table.outlines[i] = raw.transformed(std::sqrt(pi / area(shape, raw)), {0, 0});
        for (const Point& p : table.outlines[i].points()) {
            table.reaches[i] = std::max(table.reaches[i], std::hypot(p.x, p.y));
        }
    }
    table.reaches[0] = 1;  // the control points of a circle stand outside it
    return table;
}

const ShapeTable& table() {
    static const ShapeTable kTable = make_table();
    return kTable;
}

struct KnownStyle {
    std::string_view provider;
    ProviderStyle style;
};

// Shapes all differ. Hues repeat three times, between shapes that cannot be confused.
constexpr std::array<KnownStyle, 11> kKnown{{
    {"aws", {Shape::circle, 0}},
    {"azure", {Shape::square, 1}},
    {"google", {Shape::triangle_up, 2}},
    {"oracle", {Shape::capsule, 7}},
    {"ibm", {Shape::plus, 1}},
    {"ovh", {Shape::pentagon, 6}},
    {"digitalocean", {Shape::hexagon, 4}},
    {"alibaba", {Shape::diamond, 5}},
    {"huawei", {Shape::star, 3}},
    {"tencent", {Shape::triangle_down, 4}},
    {"baidu", {Shape::hourglass, 6}},
}};

std::optional<ProviderStyle> known_style(std::string_view id) {
    for (const KnownStyle& known : kKnown) {
        if (known.provider == id) {
            return known.style;
        }
    }
    return std::nullopt;
}

}  // namespace

const Path& outline(Shape shape) {
    return table().outlines[static_cast<std::size_t>(shape)];
}

double reach(Shape shape) {
    return table().reaches[static_cast<std::size_t>(shape)];
}

double zone_radius(int zones) {
    constexpr double kOneZone = 3.5;
    constexpr double kOffset = 0.75;
    return kOneZone * std::sqrt(std::clamp(zones, 1, 9) + kOffset);
}

std::vector<ProviderStyle> provider_styles(const geo::Catalog& catalog) {
    std::vector<ProviderStyle> styles;
    std::vector<ProviderStyle> taken;
    for (const KnownStyle& known : kKnown) {
        taken.push_back(known.style);
    }
    std::size_t next = 0;
    constexpr std::size_t kCombinations = std::size_t{kShapeCount} * kHueCount;
    const auto free_style = [&] {
        while (true) {
            // Eleven and eight have no common factor, so this walks through every combination, and
            // neighbours differ in both.
            const ProviderStyle style{static_cast<Shape>(next * 3 % kShapeCount),
                                      static_cast<std::uint8_t>((next * 5 + 3) % kHueCount)};
            ++next;
            const bool is_taken = std::find(taken.begin(), taken.end(), style) != taken.end();
            if (!is_taken || next > kCombinations) {
                taken.push_back(style);
                return style;
            }
        }
    };
    for (const geo::Provider& provider : catalog.providers()) {
        const std::optional<ProviderStyle> known = known_style(provider.id);
        styles.push_back(known ? *known : free_style());
    }
    return styles;
}

}  // namespace footprint::render
