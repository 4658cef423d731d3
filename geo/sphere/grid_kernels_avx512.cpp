// The field's loops for processors with AVX-512 (F, BW, DQ, VL).
#define FOOTPRINT_FIELD_KERNELS field_kernels_avx512
#define FOOTPRINT_FIELD_NAME "avx512"
#include "geo/sphere/grid_kernels_body.h"
