// Distances, projections, cutting, and what the base map costs at start-up.
#include <benchmark/benchmark.h>

#include <cmath>
#include <filesystem>
#include <random>
#include <vector>

#include "geo/atlas/atlas.h"
#include "geo/atlas/cities.h"
#include "geo/atlas/people.h"
#include "geo/projection/project.h"
#include "geo/sphere/cap.h"
#include "geo/sphere/geodesic.h"

namespace footprint::geo {
namespace {

const std::filesystem::path kDatasets = std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets";

const std::vector<LonLat>& places() {
    static const std::vector<LonLat> all = [] {
        std::mt19937_64 random(1);
        const auto unit = [&] { return static_cast<double>(random()) / 18446744073709551616.0; };
        std::vector<LonLat> result;
        for (int i = 0; i < 4096; ++i) {
            result.push_back({-180 + 360 * unit(), std::asin(2 * unit() - 1) * 57.29577951308232});
        }
        return result;
    }();
    return all;
}

const Atlas& atlas() {
    static const Atlas loaded = Atlas::load(kDatasets);
    return loaded;
}

template <typename Distance>
void distances(benchmark::State& state, Distance distance) {
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(distance(places()[i % 4096], places()[(i * 7 + 1) % 4096]));
        ++i;
    }
}

void ExactDistance(benchmark::State& state) {
    distances(state, [](LonLat a, LonLat b) { return distance_m(a, b); });
}
BENCHMARK(ExactDistance);

void FastDistance(benchmark::State& state) {
    distances(state, [](LonLat a, LonLat b) { return fast_distance_m(a, b); });
}
BENCHMARK(FastDistance);

void FastDistanceOfVectors(benchmark::State& state) {
    std::vector<Vec3> vectors;
    for (const LonLat p : places()) {
        vectors.push_back(reduced_unit_vector(p));
    }
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            fast_distance_reduced_m(vectors[i % 4096], vectors[(i * 7 + 1) % 4096]));
        ++i;
    }
}
BENCHMARK(FastDistanceOfVectors);

void Forward(benchmark::State& state, const char* name) {
    const Projection map = Projection::create(name);
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(map.forward(places()[i++ % 4096]));
    }
}
BENCHMARK_CAPTURE(Forward, equal_earth, "equal-earth");
BENCHMARK_CAPTURE(Forward, robinson, "robinson");
BENCHMARK_CAPTURE(Forward, orthographic, "orthographic");

void InverseEqualEarth(benchmark::State& state) {
    const Projection map = Projection::create("equal-earth");
    std::vector<XY> points(places().size());
    map.forward(places(), points);
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(map.inverse(points[i++ % 4096]));
    }
}
BENCHMARK(InverseEqualEarth);

void CopyProjection(benchmark::State& state) {
    const Projection map = Projection::create("equal-earth");
    for (auto _ : state) {
        const Projection copy(map);
        benchmark::DoNotOptimize(copy.lon0());
    }
}
BENCHMARK(CopyProjection)->Unit(benchmark::kMicrosecond);

// All countries of the 1:50m map, as a 4K map needs them.
void ProjectCountries(benchmark::State& state, const char* name) {
    const Projection map = Projection::create(name, 11);
    for (auto _ : state) {
        std::size_t points = 0;
        for (std::size_t c = 0; c < atlas().countries().size(); ++c) {
            for (const auto& shape : atlas().shapes(static_cast<CountryIndex>(c))) {
                for (const auto& polygon : project_polygon(map, shape, 10'000)) {
                    points += polygon.front().size();
                }
            }
        }
        benchmark::DoNotOptimize(points);
    }
}
BENCHMARK_CAPTURE(ProjectCountries, equal_earth, "equal-earth")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ProjectCountries, orthographic, "orthographic")->Unit(benchmark::kMillisecond);

void ProjectDisc(benchmark::State& state) {
    const Projection map = Projection::create("equal-earth");
    const auto disc = geodesic_disc({174.76, -36.85}, 3e6);
    for (auto _ : state) {
        benchmark::DoNotOptimize(project_polygon(map, disc, 10'000));
    }
}
BENCHMARK(ProjectDisc)->Unit(benchmark::kMicrosecond);

void CountryAt(benchmark::State& state) {
    benchmark::DoNotOptimize(atlas().country_at({0, 0}));
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(atlas().country_at(places()[i++ % 4096]));
    }
}
BENCHMARK(CountryAt);

void FirstCountryAt(benchmark::State& state) {
    for (auto _ : state) {
        state.PauseTiming();
        const Atlas fresh = Atlas::load(kDatasets);
        state.ResumeTiming();
        benchmark::DoNotOptimize(fresh.country_at({0, 0}));
    }
}
BENCHMARK(FirstCountryAt)->Unit(benchmark::kMillisecond);

void LoadAtlas(benchmark::State& state, MapDetail detail) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(Atlas::load(kDatasets, detail).countries().size());
    }
}
BENCHMARK_CAPTURE(LoadAtlas, fine, MapDetail::fine)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(LoadAtlas, coarse, MapDetail::coarse)->Unit(benchmark::kMillisecond);

void LoadTables(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(Atlas::load_tables(kDatasets).countries().size());
    }
}
BENCHMARK(LoadTables)->Unit(benchmark::kMillisecond);

void LoadDemandPoints(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(DemandPoints::load(kDatasets, atlas()).size());
    }
}
BENCHMARK(LoadDemandPoints)->Unit(benchmark::kMillisecond);

void Weights(benchmark::State& state) {
    const auto points = DemandPoints::load(kDatasets, atlas());
    for (auto _ : state) {
        benchmark::DoNotOptimize(points.weights(atlas().series(), 2020.5, PeopleWeight::people));
    }
}
BENCHMARK(Weights)->Unit(benchmark::kMillisecond);

void LoadCities(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(Cities::load(kDatasets).all().size());
    }
}
BENCHMARK(LoadCities)->Unit(benchmark::kMillisecond);

void NearestCity(benchmark::State& state) {
    const Cities cities = Cities::load(kDatasets);
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(cities.nearest(places()[i++ % 4096]));
    }
}
BENCHMARK(NearestCity)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace footprint::geo
