// Symbols that would lie on each other, moved apart.
#pragma once

#include <span>
#include <vector>

#include "render/scene/geometry.h"

namespace footprint::render {

struct SpreadItem {
    Point at;           // where it belongs
    double radius = 0;  // of the disc that it needs for itself at its largest
};

// A place for each item, in the order given: each takes the free place nearest to where it
// belongs, so earlier items stay truest and later ones never move them. Places are on a spiral
// round the true point, inside `inside`, and discs keep `gap` pixels apart. An item for which there
// is no free place within `reach` stays where it belongs. Deterministic; O(items² × places).
std::vector<Point> spread(std::span<const SpreadItem> items, const Rect& inside, double gap,
                          double reach);

}  // namespace footprint::render
