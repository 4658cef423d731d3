// Small exact rasters that need no library.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "render/scene/display_list.h"

namespace footprint::render {

// Which shape holds each pixel's centre (even-odd rule, straight edges): shape i paints i; 0xFFFF
// where there is none; later shapes win. O(edges × rows crossed + pixels filled).
std::vector<std::uint16_t> paint_indices(std::span<const Path> shapes, int width, int height);

// Premultiplied 0xAARRGGBB.
std::uint32_t premultiplied(Color color);

// `source` over `target` at (x, y), cut to the target and to `clip` (in target pixels).
// opacity: 0 to 255. The result of each pixel depends on nothing but that pixel.
void blit_over(Image& target, const Image& source, int x, int y, unsigned opacity,
               const PixelRect& clip);
// The same pixels of an image of the same size; the rect lies inside.
void copy_rect(Image& target, const Image& source, const PixelRect& rect);
// An image without its empty pixels, of which a ring or a curve has many.
struct Packed {
    struct Span {
        int y = 0;
        int x = 0;
        int count = 0;
    };
    std::vector<Span> spans;  // of rows; short gaps between them belong to them
    std::vector<std::uint32_t> pixels;
};
Packed packed(const Image& image);
// As blit_over().
void blit_packed(Image& target, const Packed& source, int x, int y, unsigned opacity,
                 const PixelRect& clip);
void fill_over(Image& target, const PixelRect& rect, std::uint32_t premultiplied_color);

// Alpha is dropped (pictures are opaque).
// 4:2:0 planar, BT.709 limited range, chroma averaged over 2 × 2 pixels. Even sizes only.
// `out` becomes width × height × 3 / 2 bytes: Y, then Cb, then Cr. Where it has that size already,
// it is what this made of the image before `changed` did (rects with even edges), and only they are
// converted.
void convert_to_yuv420(const Image& image, std::span<const PixelRect> changed,
                       std::vector<std::uint8_t>& out);

}  // namespace footprint::render
