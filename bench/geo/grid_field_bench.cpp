// The field on a grid, one thread: cells a second by fineness, sites, planes and instruction set;
// beside it GeographicLib over all sites, and what the memory bears.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/parallel.h"
#include "bench/geo/clustered_sites.h"
#include "geo/sphere/geodesic.h"
#include "geo/sphere/grid_field.h"

namespace footprint::geo {
namespace {

// All blocks of a grid, one after another, into the same memory.
void run(benchmark::State& state, std::size_t rows, const std::vector<GridSite>& sites, bool second,
         const FieldKernels& kernels) {
    const ThreadLimit one(1);
    const Grid grid(2 * rows, rows);
    const GridField field(grid, sites, {}, kernels);
    constexpr std::size_t kRows = 128;
    constexpr std::size_t kColumns = 512;
    std::vector<float> best(kRows * kColumns);
    std::vector<float> other(second ? best.size() : 0);
    std::vector<std::uint32_t> site(other.size());
    std::vector<std::uint32_t> other_site(other.size());
    for (auto _ : state) {
        for (std::size_t row = 0; row < rows; row += kRows) {
            for (std::size_t column = 0; column < grid.columns(); column += kColumns) {
                field.block(
                    {row, column, std::min(kRows, rows - row),
                     std::min(kColumns, grid.columns() - column)},
                    {},
                    {.best = best, .best_site = site, .second = other, .second_site = other_site});
                benchmark::ClobberMemory();
            }
        }
    }
    state.counters["cells/s"] = benchmark::Counter(static_cast<double>(grid.size()),
                                                   benchmark::Counter::kIsIterationInvariantRate);
}

void distance_field(benchmark::State& state) {
    run(state, static_cast<std::size_t>(state.range(0)),
        clustered_sites(static_cast<std::size_t>(state.range(1)), false), false, field_kernels());
}
BENCHMARK(distance_field)
    ->Args({1800, 400})
    ->Args({9000, 400})
    ->Args({9000, 800})
    ->Args({21600, 400})
    ->Unit(benchmark::kMillisecond);

void weighted_field_with_second(benchmark::State& state) {
    run(state, static_cast<std::size_t>(state.range(0)),
        clustered_sites(static_cast<std::size_t>(state.range(1)), true), true, field_kernels());
}
BENCHMARK(weighted_field_with_second)
    ->Args({1800, 300})
    ->Args({1800, 1500})
    ->Args({9000, 300})
    ->Args({9000, 1500})
    ->Unit(benchmark::kMillisecond);

void distance_field_by_instruction_set(benchmark::State& state) {
    const FieldKernels* const kernels = field_kernels(static_cast<FieldIsa>(state.range(0)));
    if (kernels == nullptr) {
        state.SkipWithError("not on this processor");
        return;
    }
    state.SetLabel(kernels->name);
    run(state, 9000, clustered_sites(400, false), false, *kernels);
}
BENCHMARK(distance_field_by_instruction_set)->Arg(0)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);

// The only other that is exact: every site by GeographicLib.
void every_site_by_geographiclib(benchmark::State& state) {
    const auto sites = clustered_sites(400, false);
    const Grid grid(36, 18);
    for (auto _ : state) {
        for (std::size_t i = 0; i < grid.size(); i += 7) {
            double least = HUGE_VAL;
            for (const GridSite& site : sites) {
                least = std::min(least, distance_m(grid.centre(i % 36, i / 36), site.position));
            }
            benchmark::DoNotOptimize(least);
        }
    }
    state.counters["cells/s"] = benchmark::Counter(static_cast<double>((grid.size() + 6) / 7),
                                                   benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(every_site_by_geographiclib)->Unit(benchmark::kMillisecond);

// The roof: storing one float for each cell of the 0.02° world.
void storing_alone(benchmark::State& state) {
    std::vector<float> band(static_cast<std::size_t>(state.range(0)) / sizeof(float));
    for (auto _ : state) {
        std::memset(band.data(), static_cast<int>(state.iterations() & 1), band.size() * 4);
        benchmark::ClobberMemory();
    }
    state.counters["cells/s"] = benchmark::Counter(static_cast<double>(band.size()),
                                                   benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(storing_alone)->Arg(1 << 18)->Arg(256 << 20)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace footprint::geo
