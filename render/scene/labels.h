// Names on the map, few and apart from everything else.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "render/scene/display_list.h"

namespace footprint::render {

struct LabelWish {
    std::string text;
    Rect around;  // what it names; the label stands beside it
};

struct PlacedLabel {
    std::size_t wish = 0;
    TextRun run;
    Rect box;
};

// Takes wishes in order and puts each on the first of eight sides where it is inside `inside` and
// overlaps neither an obstacle nor a label placed before; a wish without such a side is dropped. At
// most `most` labels. Boxes keep `gap` pixels apart.
std::vector<PlacedLabel> place_labels(std::span<const LabelWish> wishes,
                                      std::span<const Rect> obstacles, const Rect& inside,
                                      double gap, std::size_t most, const TextRun& style,
                                      const TextMeasure& measure);

}  // namespace footprint::render
