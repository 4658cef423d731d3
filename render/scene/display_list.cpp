#include "render/scene/display_list.h"

namespace footprint::render {

Rect text_box(const TextRun& run, const TextMeasure& measure) {
    const TextExtent extent = measure.measure(run.text, run.font);
    double x = run.anchor.x;
    if (run.align == Align::centre) {
        x -= extent.width / 2;
    } else if (run.align == Align::right) {
        x -= extent.width;
    }
    return {x, run.anchor.y - extent.ascent, extent.width, extent.ascent + extent.descent};
}

}  // namespace footprint::render
