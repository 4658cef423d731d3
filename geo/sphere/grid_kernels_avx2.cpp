// The field's loops for processors with AVX2.
#define FOOTPRINT_FIELD_KERNELS field_kernels_avx2
#define FOOTPRINT_FIELD_NAME "avx2"
#include "geo/sphere/grid_kernels_body.h"
