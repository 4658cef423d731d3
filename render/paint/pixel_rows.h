// Loops over rows of pixels, once for each instruction set; all give the same bytes.
#pragma once

#include <cstdint>

namespace footprint::render {

// Pixels are premultiplied 0xAARRGGBB. Rows do not overlap. O(count) each.
struct PixelRows {
    // `from`, faded by opacity (0 to 255), over `to`.
    void (*blit)(std::uint32_t* to, const std::uint32_t* from, int count, std::uint32_t opacity);
    void (*fill)(std::uint32_t* to, int count, std::uint32_t color);
    // BT.709 limited range.
    void (*luma)(std::uint8_t* to, const std::uint32_t* from, int count);
    // Of 2 × 2 pixels each; the rows hold 2 × count pixels.
    void (*chroma)(std::uint8_t* blue, std::uint8_t* red, const std::uint32_t* upper,
                   const std::uint32_t* lower, int count);
};

enum class PixelIsa { baseline, avx2 };

// Null where this processor or build lacks the instruction set.
const PixelRows* pixel_rows(PixelIsa isa);
// The fastest of this processor.
const PixelRows& pixel_rows();

}  // namespace footprint::render
