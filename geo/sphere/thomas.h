// The second-order distance, for those who ask for one and for those who ask for many. Internal to
// geo/sphere.
#pragma once

#include <cmath>

#include "geo/sphere/geodesic.h"

namespace footprint::geo {

// Half the angle of a chord: sin²(d/2) and cos²(d/2) of the spherical arc d.
struct Chords {
    double h;
    double complement;
};

inline Chords chords(Vec3 a, Vec3 b) {
    const Vec3 difference = a - b;
    const Vec3 sum = a + b;
    return {dot(difference, difference) / 4, dot(sum, sum) / 4};
}

// Forsyth–Thomas–Lambert, second order in the flattening (P. D. Thomas 1970, "Spheroidal
// geodesics, reference systems, and local geometry", US Naval Oceanographic Office SP-138), on
// reduced latitudes. half_arc is asin(√h); h is above 0.
inline double thomas_m(double half_arc, Chords chord, double sum_z, double difference_z) {
    constexpr double f = kFlattening;
    const double u = sum_z * sum_z / (2 * chord.complement);
    const double v = difference_z * difference_z / (2 * chord.h);
    const double x = u + v;
    const double y = u - v;
    const double d = 2 * half_arc;
    const double sin_d = 2 * std::sqrt(chord.h * chord.complement);
    const double t = d / sin_d;
    const double d4 = 4 * t * t;
    const double e = 2 * (chord.complement - chord.h);  // 2 cos d
    const double a = d4 * e;
    const double b = 2 * d4;
    const double c = t - (a - e) / 2;
    const double second = x * (a + c * x) - y * (b + e * y) + d4 * x * y;
    return kEquatorialRadius_m * sin_d * (t - f / 4 * (t * x - y) + f * f / 64 * second);
}

}  // namespace footprint::geo
