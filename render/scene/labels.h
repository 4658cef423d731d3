// Names on the map, few and apart from everything else.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "render/scene/display_list.h"

namespace footprint::render {

struct LabelWish {
    std::string text;
    Rect around;  // what it names; the label stands beside it
    // Where a line may lead to from a label that finds no room beside, and how long it may be.
    std::optional<Point> pointed_at = std::nullopt;
    double longest_leader = 0;
    bool may_touch = true;  // it may stand beside; else only at the end of a line
};

struct PlacedLabel {
    std::size_t wish = 0;
    TextRun run;
    Rect box;
    std::optional<std::pair<Point, Point>> leader;  // from the label to what it names
};

// Takes wishes in order and puts each on the first of eight sides where it is inside `inside` and
// overlaps neither an obstacle nor a label placed before; one without such a side that may have a
// leader goes to the end of the line that crosses fewest obstacles and no other line; any other
// wish is dropped. At most `most` labels. Boxes keep `gap` pixels apart.
std::vector<PlacedLabel> place_labels(std::span<const LabelWish> wishes,
                                      std::span<const Rect> obstacles, const Rect& inside,
                                      double gap, std::size_t most, const TextRun& style,
                                      const TextMeasure& measure);

// Where lines of text go that want to stand at `wanted`: in the same order, at least `gap` apart,
// within [low, high] as far as there is room.
std::vector<double> kept_apart(const std::vector<double>& wanted, double gap, double low,
                               double high);

}  // namespace footprint::render
