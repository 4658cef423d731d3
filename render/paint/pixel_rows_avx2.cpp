// Rows of pixels for processors with AVX2.
#define FOOTPRINT_PIXEL_ROWS pixel_rows_avx2
#include "render/paint/pixel_rows_body.h"
