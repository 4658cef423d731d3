// Where things go that come and go over the picture, and how high the controls stand.
#pragma once

#include <span>

#include "render/scene/geometry.h"

namespace footprint::render {

// A rectangle of the size, inside `inside`, beside `anchor` and off everything in `keep_off`, as
// near to it as can be; where there is no such room, as near as can be over what there is.
Rect placed_beside(Point anchor, double width, double height, double gap, const Rect& inside,
                   std::span<const Rect> keep_off);

// In how many rows things of these widths stand, `gap` apart, in `width`; at least one.
int rows_of(std::span<const double> widths, double gap, double width);

}  // namespace footprint::render
