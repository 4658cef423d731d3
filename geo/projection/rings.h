// Cutting oriented rings in the plane: the part of this room that knows neither Earth nor PROJ.
// Inside projection only.
//
// A ring here is open (first point not repeated) and oriented: the area it bounds lies on its left.
// Cutting leaves chains that enter a window through its border and leave it again; a leaving chain
// is continued along the border, counter-clockwise, to the next entering one (Weiler & Atherton
// 1977, for a convex window). Nothing is assumed convex about the ring, and the result bounds the
// same area as the input.
#pragma once

#include <functional>
#include <vector>

#include "geo/projection/plane.h"

namespace footprint::geo::rings {

using Ring = std::vector<XY>;

// A run of points inside the window; `enter` and `leave` are places on the border, counted
// counter-clockwise.
struct Chain {
    std::vector<XY> points;
    double enter = 0;
    double leave = 0;
};

struct Border {
    double length = 0;  // of one turn; 0 for a border that is an endless line
    // Appends the points to visit strictly between two places on the border, going
    // counter-clockwise.
    std::function<void(double from, double to, Ring& out)> walk;
};

// Closes chains into rings along the border. O(n log n).
std::vector<Ring> linked(std::vector<Chain> chains, const Border& border);

// Twice the signed area, counter-clockwise positive.
double twice_area(const Ring& ring);

// Is the ring with the largest area clockwise? False for none.
bool largest_is_clockwise(const std::vector<Ring>& input);

// Is the point inside (even-odd)? Points on the edge may go either way.
bool contains(const Ring& ring, XY point);

// Without repeated points, spikes (a line out and back) and points on a straight line between
// their neighbours' reversal; empty if nothing with an area is left.
Ring cleaned(Ring ring);

enum class Side { left, right, below, above };
// The part of oriented rings on one side of the line x = limit or y = limit.
std::vector<Ring> half_plane(const std::vector<Ring>& input, Side keep, double limit);

// Counter-clockwise rings become outer rings, clockwise ones the holes of the smallest outer ring
// around them; holes outside every ring are dropped. Rings are cleaned and closed. Order follows
// the input.
std::vector<XYPolygon> polygons(std::vector<Ring> input);

}  // namespace footprint::geo::rings
