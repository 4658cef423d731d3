// Symbols that would lie on each other, moved apart, and how large they may be.
#pragma once

#include <span>
#include <vector>

#include "geo/sphere/lonlat.h"
#include "render/scene/geometry.h"

namespace footprint::render {

struct SpreadItem {
    Point at;           // where it belongs
    double radius = 0;  // of the disc that it needs for itself at its largest
};

// A place for each item, in the order given, such that discs keep `gap` pixels apart and lie inside
// `inside`, all as near as they can be to where they belong: places are pulled home and pushed
// apart in turn (as Dorling 1996 packs circles, "Area Cartograms: Their Use and Creation"), so
// neighbours stay neighbours and what belongs to one place stays together. Items at one place stand
// round it in a sunflower, the first in the middle. An item for which there is no free place within
// `reach` of its own stays where it belongs. Deterministic; O(items²) with a small factor.
std::vector<Point> spread(std::span<const SpreadItem> items, const Rect& inside, double gap,
                          double reach);

struct CrowdItem {
    geo::Vec3 at;         // unit vector
    double radius_m = 0;  // of its symbol, on the ground
};

// How full the fullest neighbourhood is: of all discs of `around_m` about an item, the largest
// share of the ground that the symbols of the items inside would cover. May exceed 1. O(items²).
double crowding(std::span<const CrowdItem> items, double around_m);

}  // namespace footprint::render
