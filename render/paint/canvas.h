// The one painter: display lists onto a Cairo surface.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "render/paint/fonts.h"
#include "render/scene/display_list.h"

namespace footprint::render {

// Paints over what the image holds. The image may be moved afterwards, not during.
void paint(Image& image, const DisplayList& list, const FontSet& fonts);

// The same for one op, moved by `offset`.
void paint_moved(Image& image, const Op& op, Point offset, const FontSet& fonts);

// The smallest whole-pixel rectangle outside of which an op leaves no trace.
Rect paint_bounds(const Op& op, const FontSet& fonts);

// Opacity of the filled path, 0 to 255, antialiased; rows of `width`.
std::vector<std::uint8_t> paint_mask(const Path& path, int width, int height, bool even_odd);

enum class VectorFormat { svg, pdf };
struct PictureMeta {
    std::string title;
    std::string description;
};
// The same list as SVG 1.1 or PDF 1.5, one point a pixel. Times in the file come from
// SOURCE_DATE_EPOCH, else they are left out. Throws Error (failed) when Cairo cannot write.
std::string paint_vector(const DisplayList& list, int width, int height, VectorFormat format,
                         const PictureMeta& meta, const FontSet& fonts);

}  // namespace footprint::render
