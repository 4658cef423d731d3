// Rows of pixels for any processor.
#define FOOTPRINT_PIXEL_ROWS pixel_rows_baseline
#include "render/paint/pixel_rows_body.h"
