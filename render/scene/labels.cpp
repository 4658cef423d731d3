#include "render/scene/labels.h"

#include <algorithm>
#include <array>

namespace footprint::render {
namespace {

// Top left corners of a box of the given size on eight sides of `around`, best first (Imhof 1962:
// right and slightly up, then the other side, above, below).
std::array<Point, 8> corners(const Rect& around, double width, double height, double gap) {
    const double middle_y = around.y + (around.height - height) / 2;
    const double middle_x = around.x + (around.width - width) / 2;
    const double right = around.right() + gap;
    const double left = around.x - gap - width;
    const double above = around.y - gap - height;
    const double below = around.bottom() + gap;
    return {{{right, middle_y},
             {left, middle_y},
             {middle_x, below},
             {middle_x, above},
             {right, above + height / 2},
             {right, below - height / 2},
             {left, above + height / 2},
             {left, below - height / 2}}};
}

bool is_clear(const Rect& box, std::span<const Rect> taken) {
    return std::none_of(taken.begin(), taken.end(),
                        [&](const Rect& other) { return box.overlaps(other); });
}

}  // namespace

std::vector<PlacedLabel> place_labels(std::span<const LabelWish> wishes,
                                      std::span<const Rect> obstacles, const Rect& inside,
                                      double gap, std::size_t most, const TextRun& style,
                                      const TextMeasure& measure) {
    std::vector<PlacedLabel> labels;
    std::vector<Rect> taken;
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        const LabelWish& wish = wishes[i];
        if (labels.size() >= most) {
            break;
        }
        const TextExtent extent = measure.measure(wish.text, style.font);
        const double height = extent.ascent + extent.descent;
        for (const Point& corner : corners(wish.around, extent.width, height, gap)) {
            const Rect box{corner.x, corner.y, extent.width, height};
            const Rect wide = box.grown(gap);
            if (!inside.contains(box) || !is_clear(wide, obstacles) || !is_clear(wide, taken)) {
                continue;
            }
            TextRun run = style;
            run.text = wish.text;
            run.align = Align::left;
            run.anchor = {box.x, box.y + extent.ascent};
            labels.push_back({i, run, box});
            taken.push_back(box);
            break;
        }
    }
    return labels;
}

}  // namespace footprint::render
