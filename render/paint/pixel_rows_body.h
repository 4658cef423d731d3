// The loops of pixel_rows.h. Included by one translation unit for each instruction set, which names
// what it makes FOOTPRINT_PIXEL_ROWS; everything here is that unit's own. No branches: they would
// keep the loops from vectors.
#pragma once

#include "render/paint/pixel_rows.h"

namespace footprint::render {
namespace {

// x × a ÷ 255 for both 8-bit lanes of 0x00ff00ff, rounded; a in 0…255.
inline std::uint32_t scale_lanes(std::uint32_t lanes, std::uint32_t a) {
    const std::uint32_t product = lanes * a + 0x00800080U;
    return ((product + ((product >> 8) & 0x00ff00ffU)) >> 8) & 0x00ff00ffU;
}

inline std::uint32_t over(std::uint32_t source, std::uint32_t target) {
    const std::uint32_t keep = 255U - (source >> 24);
    const std::uint32_t rb = scale_lanes(target & 0x00ff00ffU, keep);
    const std::uint32_t ag = scale_lanes((target >> 8) & 0x00ff00ffU, keep);
    return source + (rb | (ag << 8));
}

inline std::uint32_t faded(std::uint32_t source, std::uint32_t opacity255) {
    const std::uint32_t rb = scale_lanes(source & 0x00ff00ffU, opacity255);
    const std::uint32_t ag = scale_lanes((source >> 8) & 0x00ff00ffU, opacity255);
    return rb | (ag << 8);
}

struct Rgb {
    int r = 0;
    int g = 0;
    int b = 0;
};

inline Rgb unpack(std::uint32_t pixel) {
    return {static_cast<int>((pixel >> 16) & 255U), static_cast<int>((pixel >> 8) & 255U),
            static_cast<int>(pixel & 255U)};
}

// ITU-R BT.709-6, items 3.2–3.4 and 4.6: Kr 0.2126, Kb 0.0722, luma 16…235, chroma 16…240;
// coefficients × 2^16, each row of chroma summing to zero, so that greys have no colour.
inline std::uint8_t luma(Rgb c) {
    return static_cast<std::uint8_t>(
        (11966 * c.r + 40254 * c.g + 4064 * c.b + (16 << 16) + 32768) >> 16);
}

// From sums over four pixels.
inline std::uint8_t chroma_blue(Rgb sum) {
    return static_cast<std::uint8_t>(
        (-6596 * sum.r - 22189 * sum.g + 28785 * sum.b + (128 << 18) + 131072) >> 18);
}
inline std::uint8_t chroma_red(Rgb sum) {
    return static_cast<std::uint8_t>(
        (28785 * sum.r - 26145 * sum.g - 2640 * sum.b + (128 << 18) + 131072) >> 18);
}

void blit_row(std::uint32_t* __restrict to, const std::uint32_t* __restrict from, int count,
              std::uint32_t opacity) {
    if (opacity == 255U) {
        for (int i = 0; i < count; ++i) {
            to[i] = over(from[i], to[i]);
        }
        return;
    }
    for (int i = 0; i < count; ++i) {
        to[i] = over(faded(from[i], opacity), to[i]);
    }
}

void fill_row(std::uint32_t* to, int count, std::uint32_t color) {
    for (int i = 0; i < count; ++i) {
        to[i] = over(color, to[i]);
    }
}

void luma_row(std::uint8_t* __restrict to, const std::uint32_t* __restrict from, int count) {
    for (int i = 0; i < count; ++i) {
        to[i] = luma(unpack(from[i]));
    }
}

void chroma_row(std::uint8_t* __restrict blue, std::uint8_t* __restrict red,
                const std::uint32_t* __restrict upper, const std::uint32_t* __restrict lower,
                int count) {
    for (int x = 0; x < count; ++x) {
        const Rgb a = unpack(upper[2 * x]);
        const Rgb b = unpack(upper[2 * x + 1]);
        const Rgb c = unpack(lower[2 * x]);
        const Rgb d = unpack(lower[2 * x + 1]);
        const Rgb sum{a.r + b.r + c.r + d.r, a.g + b.g + c.g + d.g, a.b + b.b + c.b + d.b};
        blue[x] = chroma_blue(sum);
        red[x] = chroma_red(sum);
    }
}

}  // namespace

extern const PixelRows FOOTPRINT_PIXEL_ROWS;
const PixelRows FOOTPRINT_PIXEL_ROWS{blit_row, fill_row, luma_row, chroma_row};

}  // namespace footprint::render
