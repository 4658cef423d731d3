#include <gtest/gtest.h>

#include <GeographicLib/GeodesicExact.hpp>
#include <algorithm>
#include <random>
#include <vector>

#include "geo/sphere/fast_distances.h"
#include "geo/sphere/geodesic.h"

namespace footprint::geo {
namespace {

// Pairs of every awkward kind: anywhere, nearly antipodal, polar, meridional, equatorial, near.
class Pairs {
  public:
    std::pair<LonLat, LonLat> next() {
        const LonLat from = anywhere();
        switch (count_++ % 8) {
            case 0:
                return {from, {normalized_lon(from.lon + 180 + small()), -from.lat + small()}};
            case 1:
                return {from, {uniform(-180, 180), count_ % 16 < 8 ? 90.0 : -90.0}};
            case 2:
                return {from, {from.lon, anywhere().lat}};
            case 3:
                return {{from.lon, 0}, {uniform(-180, 180), 0}};
            case 4:
                return {from,
                        {from.lon + small() / 100, std::clamp(from.lat + small(), -90., 90.)}};
            default:
                return {from, anywhere()};
        }
    }

  private:
    double uniform(double low, double high) {
        return low + (high - low) * static_cast<double>(random_()) / 18446744073709551616.0;
    }
    double small() { return uniform(-0.5, 0.5) * uniform(0, 1); }
    LonLat anywhere() {
        return {uniform(-180, 180), std::asin(uniform(-1, 1)) * 57.29577951308232};
    }

    std::mt19937_64 random_{20260101};
    int count_ = 0;
};

LonLat clamped(LonLat p) {
    return {p.lon, std::clamp(p.lat, -90.0, 90.0)};
}

// The oracle solves the problem by elliptic integrals instead of series.
TEST(Geodesic, AgreesWithEllipticIntegralsOnAMillionPairs) {
    const auto& oracle = GeographicLib::GeodesicExact::WGS84();
    Pairs pairs;
    double worst_exact = 0;
    double worst_fast = 0;
    double worst_vector = 0;
    for (int i = 0; i < 1'000'000; ++i) {
        const auto pair = pairs.next();
        const LonLat from = clamped(pair.first);
        const LonLat to = clamped(pair.second);
        double truth = 0;
        oracle.Inverse(from.lat, from.lon, to.lat, to.lon, truth);
        worst_exact = std::max(worst_exact, std::abs(distance_m(from, to) - truth));
        worst_fast = std::max(worst_fast, std::abs(fast_distance_m(from, to) - truth));
        const double by_vectors =
            fast_distance_reduced_m(reduced_unit_vector(from), reduced_unit_vector(to));
        worst_vector = std::max(worst_vector, std::abs(by_vectors - truth));
    }
    EXPECT_LT(worst_exact, 1e-3);
    EXPECT_LT(worst_fast, 1.0);
    EXPECT_LT(worst_vector, 1.0);
    RecordProperty("worst_fast_mm", static_cast<int>(worst_fast * 1000));
    RecordProperty("worst_exact_nm", static_cast<int>(worst_exact * 1e9));
}

// Batches and what is left of them, places that coincide, and such that are asked exactly.
TEST(Geodesic, OfManyPlacesIsBitForBitThatOfEach) {
    Pairs pairs;
    for (int round = 0; round < 300; ++round) {
        const Vec3 to = reduced_unit_vector(clamped(pairs.next().second));
        std::vector<double> x{to.x, -to.x}, y{to.y, -to.y}, z{to.z, -to.z};
        for (int i = 0; i < 64 + round; ++i) {
            const Vec3 from = reduced_unit_vector(clamped(pairs.next().first));
            x.push_back(from.x);
            y.push_back(from.y);
            z.push_back(from.z);
        }
        std::vector<double> metres(x.size());
        fast_distances_reduced_m(x, y, z, to, metres);
        for (std::size_t i = 0; i < x.size(); ++i) {
            ASSERT_EQ(metres[i], fast_distance_reduced_m({x[i], y[i], z[i]}, to)) << i;
        }
    }
}

TEST(Chords, AreWithinReachWhereOneOfThemIs) {
    Pairs pairs;
    std::mt19937 random(5);
    for (int round = 0; round < 2000; ++round) {
        const Vec3 to = reduced_unit_vector(clamped(pairs.next().second));
        std::vector<double> x, y, z, reach;
        bool is_any = false;
        for (int i = 0; i < round % 70; ++i) {
            const Vec3 at = reduced_unit_vector(clamped(pairs.next().first));
            const double chord = norm(at - to);
            // Mostly a little too short; some far too short, and below nothing.
            reach.push_back(random() % 100 == 0 ? chord * 1.0001
                            : random() % 9 == 0 ? -chord * 3
                                                : chord * 0.9999 - 1e-9);
            is_any = is_any || reach.back() >= chord;
            x.push_back(at.x);
            y.push_back(at.y);
            z.push_back(at.z);
        }
        ASSERT_EQ(any_within_reach(x, y, z, to, reach), is_any) << round;
    }
}

TEST(ReducedSphere, BoundsTheGeodesicFromBothSides) {
    Pairs pairs;
    for (int i = 0; i < 100'000; ++i) {
        const auto pair = pairs.next();
        const LonLat from = clamped(pair.first);
        const LonLat to = clamped(pair.second);
        const Vec3 a = reduced_unit_vector(from);
        const Vec3 b = reduced_unit_vector(to);
        const double angle = std::atan2(norm(cross(a, b)), dot(a, b));
        const double truth = distance_m(from, to);
        ASSERT_GE(truth, kPolarRadius_m * angle - 1e-6);
        ASSERT_LE(truth, kEquatorialRadius_m * angle + 1e-6);
    }
}

}  // namespace
}  // namespace footprint::geo
