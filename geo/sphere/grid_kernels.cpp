#include "geo/sphere/grid_kernels.h"

#include <initializer_list>

namespace footprint::geo {

extern const FieldKernels field_kernels_baseline;
#ifdef FOOTPRINT_FIELD_X86
extern const FieldKernels field_kernels_avx2;
extern const FieldKernels field_kernels_avx512;
#endif

const FieldKernels* field_kernels(FieldIsa isa) {
#ifdef FOOTPRINT_FIELD_X86
    if (isa == FieldIsa::avx512) {
        const bool has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
        return has ? &field_kernels_avx512 : nullptr;
    }
    if (isa == FieldIsa::avx2) {
        return __builtin_cpu_supports("avx2") ? &field_kernels_avx2 : nullptr;
    }
#endif
    return isa == FieldIsa::baseline ? &field_kernels_baseline : nullptr;
}

const FieldKernels& field_kernels() {
    for (const FieldIsa isa : {FieldIsa::avx512, FieldIsa::avx2}) {
        if (const FieldKernels* kernels = field_kernels(isa)) {
            return *kernels;
        }
    }
    return field_kernels_baseline;
}

}  // namespace footprint::geo
