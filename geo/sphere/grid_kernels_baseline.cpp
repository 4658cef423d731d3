// The field's loops for any processor of the build's architecture.
#define FOOTPRINT_FIELD_KERNELS field_kernels_baseline
#define FOOTPRINT_FIELD_NAME "baseline"
#include "geo/sphere/grid_kernels_body.h"
