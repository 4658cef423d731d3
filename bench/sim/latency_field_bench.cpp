// The latency field against a loop over all nodes, on the places that films and tables use.
#include <benchmark/benchmark.h>

#include <cmath>
#include <random>

#include "base/parallel.h"
#include "geo/sphere/geodesic.h"
#include "sim/coverage/latency_field.h"

namespace footprint::sim {
namespace {

using Random = std::mt19937_64;

double uniform(Random& random, double low, double high) {
    return low + (high - low) * (static_cast<double>(random() >> 11) * 0x1p-53);
}

// Clustered as people and regions are: around a hundred centres.
std::vector<geo::LonLat> clustered(std::size_t count, std::uint64_t seed) {
    Random centres(7);
    std::vector<geo::LonLat> at;
    for (int i = 0; i < 100; ++i) {
        at.push_back({uniform(centres, -180, 180), uniform(centres, -40, 60)});
    }
    Random random(seed);
    std::vector<geo::LonLat> places;
    for (std::size_t i = 0; i < count; ++i) {
        const auto c = at[random() % at.size()];
        places.push_back(
            {geo::normalized_lon(c.lon + uniform(random, -8, 8)), c.lat + uniform(random, -8, 8)});
    }
    return places;
}

// Pixels of a 0.25° map row by row, about a third of it, as land is: 450,000 of them.
std::vector<geo::LonLat> pixels() {
    std::vector<geo::LonLat> places;
    for (int row = 0; row < 600; ++row) {
        for (int column = 0; column < 750; ++column) {
            places.push_back({-180 + column * 0.48, 75 - row * 0.22});
        }
    }
    return places;
}

std::vector<FieldNode> nodes(std::size_t count) {
    std::vector<FieldNode> result;
    for (const auto& position : clustered(count, 3)) {
        FieldNode n;
        n.node = {position, 7.8, 0.0196, static_cast<geo::RegionIndex>(result.size())};
        result.push_back(n);
    }
    return result;
}

void DemandPointsFresh(benchmark::State& state) {
    const PlaceSet places(clustered(178'587, 5), {});
    const Audiences everyone(1);
    const auto sites = nodes(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        LatencyField field(places, everyone);
        field.set_nodes(sites);
        benchmark::DoNotOptimize(field.rtt_ms().data());
    }
    state.SetItemsProcessed(state.iterations() * 178'587);
}
BENCHMARK(DemandPointsFresh)
    ->Arg(1)
    ->Arg(40)
    ->Arg(400)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

// What the search replaces: every place against every node.
void DemandPointsNaive(benchmark::State& state) {
    const auto places = clustered(178'587, 5);
    std::vector<geo::Vec3> vectors;
    for (const auto& p : places) {
        vectors.push_back(geo::reduced_unit_vector(p));
    }
    std::vector<geo::Vec3> sites;
    for (const auto& n : nodes(static_cast<std::size_t>(state.range(0)))) {
        sites.push_back(geo::reduced_unit_vector(n.node.position));
    }
    std::vector<float> best(places.size());
    for (auto _ : state) {
        parallel_blocks(places.size(), 1024, [&](std::size_t begin, std::size_t end) {
            for (std::size_t p = begin; p < end; ++p) {
                double least = 1e300;
                for (const auto& site : sites) {
                    least = std::min(least, geo::fast_distance_reduced_m(vectors[p], site));
                }
                best[p] = static_cast<float>(least);
            }
        });
        benchmark::DoNotOptimize(best.data());
    }
    state.SetItemsProcessed(state.iterations() * 178'587);
}
BENCHMARK(DemandPointsNaive)->Arg(40)->Unit(benchmark::kMillisecond)->UseRealTime();

// GeographicLib for every pair, on one place in a hundred.
void DemandPointsGeographicLib(benchmark::State& state) {
    const auto places = clustered(1'786, 5);
    const auto sites = nodes(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        double sum = 0;
        for (const auto& p : places) {
            double least = 1e300;
            for (const auto& site : sites) {
                least = std::min(least, geo::distance_m(p, site.node.position));
            }
            sum += least;
        }
        benchmark::DoNotOptimize(sum);
    }
    state.SetItemsProcessed(state.iterations() * 1'786);
}
BENCHMARK(DemandPointsGeographicLib)->Arg(40)->Unit(benchmark::kMillisecond)->UseRealTime();

// A film: 450,000 pixels while 400 regions open on 40 dates.
void FilmOfFortyDates(benchmark::State& state) {
    const auto positions = pixels();
    const PlaceSet places(positions, {});
    const Audiences everyone(1);
    const auto sites = nodes(400);
    for (auto _ : state) {
        LatencyField field(places, everyone);
        for (std::size_t date = 1; date <= 40; ++date) {
            field.set_nodes(std::span(sites).first(date * 10));
        }
        benchmark::DoNotOptimize(field.rtt_ms().data());
    }
}
BENCHMARK(FilmOfFortyDates)->Unit(benchmark::kMillisecond)->UseRealTime();

void PlaceSetOfAFilm(benchmark::State& state) {
    const auto positions = pixels();
    for (auto _ : state) {
        const PlaceSet places(positions, {});
        benchmark::DoNotOptimize(places.size());
    }
}
BENCHMARK(PlaceSetOfAFilm)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace footprint::sim
