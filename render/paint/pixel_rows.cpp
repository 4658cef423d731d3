#include "render/paint/pixel_rows.h"

namespace footprint::render {

extern const PixelRows pixel_rows_baseline;
#ifdef FOOTPRINT_PIXEL_X86
extern const PixelRows pixel_rows_avx2;
#endif

const PixelRows* pixel_rows(PixelIsa isa) {
    if (isa == PixelIsa::baseline) {
        return &pixel_rows_baseline;
    }
#ifdef FOOTPRINT_PIXEL_X86
    if (__builtin_cpu_supports("avx2") != 0) {
        return &pixel_rows_avx2;
    }
#endif
    return nullptr;
}

const PixelRows& pixel_rows() {
    static const PixelRows* const fastest = pixel_rows(PixelIsa::avx2) != nullptr
                                                ? pixel_rows(PixelIsa::avx2)
                                                : pixel_rows(PixelIsa::baseline);
    return *fastest;
}

}  // namespace footprint::render
