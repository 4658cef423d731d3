// Where distances stop being short sums; internal to geo/sphere. Apart from the rest because the
// kernels for each instruction set may include no inline function.
#pragma once

namespace footprint::geo {

// sin²(σ/2) of a 15,000 km arc on the reduced sphere, a little inside: above it the second-order
// formula is not trusted.
inline constexpr double kFarHaversine = 0.8535;

}  // namespace footprint::geo
