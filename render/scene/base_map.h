// The map under everything: sea, land, lakes, borders.
#pragma once

#include "geo/atlas/atlas.h"
#include "render/scene/display_list.h"
#include "render/scene/map_view.h"
#include "render/scene/theme.h"

namespace footprint::render {

// What lies over the land: lakes, coasts, borders, disputed borders dashed. Antarctica's coast is
// left out. `unit`: pixels of a 1080-unit short side.
void add_map_lines(DisplayList& list, const MapView& view, const geo::Atlas& atlas,
                   const Theme& theme, double unit);

// Sea, graticule, land without Antarctica, and the lines.
void add_base_map(DisplayList& list, const MapView& view, const geo::Atlas& atlas,
                  const Theme& theme, double unit);

}  // namespace footprint::render
