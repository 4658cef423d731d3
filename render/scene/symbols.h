// How providers are told apart: shape and colour together.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "geo/catalog/catalog.h"
#include "render/scene/geometry.h"

namespace footprint::render {

enum class Shape : std::uint8_t {
    circle,
    square,
    triangle_up,
    triangle_down,
    diamond,
    hexagon,
    pentagon,
    star,
    plus,
    capsule,
    hourglass,
};
inline constexpr int kShapeCount = 11;

// What a symbol says about its region, beside whose it is.
enum class SymbolState : std::uint8_t {
    open,       // filled
    announced,  // hollow: promised, not yet seen
    simulated,  // filled in part: not fact
    impaired,   // filled, with a warning mark
    closed,     // a cross
};

// The outline of a shape of radius 1 about the origin. All shapes have the area of a disc of radius
// 1 (within 2 %), so that area may stand for a number, whatever the shape.
const Path& outline(Shape shape);
// The furthest that the outline reaches from its centre, in radii (1 to 1.7).
double reach(Shape shape);

// Radius of the symbol of an open region with so many zones (0: unknown or none), in units of a
// 1080-unit short side. Area grows with zones, up to nine.
double zone_radius(int zones);

struct ProviderStyle {
    Shape shape = Shape::circle;
    std::uint8_t hue = 0;  // index into Theme::hues
    bool operator==(const ProviderStyle&) const = default;
};
inline constexpr int kHueCount = 8;

// One style a provider, by provider index. Known providers have their own; others take the
// combinations that are still free, in order, and repeat only after all are taken.
std::vector<ProviderStyle> provider_styles(const geo::Catalog& catalog);

}  // namespace footprint::render
