// The expansion simulator: what setting a scenario up costs, and what a run costs by its steps,
// its providers and its places. Linear cost: the rates in the last column stay level.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>

#include "base/parallel.h"
#include "sim/expansion/simulation.h"
#include "tests/support/expansion_inputs.h"

namespace footprint::sim {
namespace {

const ExpansionInputs& inputs() {
    static const ExpansionInputs kInputs(1'000'000);
    return kInputs;
}

// 2025-01 to the given year; that many of the eleven providers act.
Scenario scenario(std::int64_t end_year, std::int64_t acting, std::int64_t places = 5000,
                  const std::string& policy = "follow-the-rival") {
    std::string text = fmt::format(
        "schema_version = 1\nname = \"bench\"\nstart = \"2025-01\"\nend = \"{}-01\"\nmost_places = "
        "{}\n",
        end_year, places);
    const auto providers = inputs().catalog.providers();
    for (std::size_t i = 0; i < static_cast<std::size_t>(acting); ++i) {
        text +=
            fmt::format("[[provider]]\nid = \"{}\"\npolicy = \"{}\"\n", providers[i].id, policy);
    }
    return parse_scenario("bench", text);
}

void set_up(benchmark::State& state) {
    const ThreadLimit one_core(1);
    for (auto _ : state) {
        const World world(scenario(2036, 11, state.range(0)), inputs().input());
        benchmark::DoNotOptimize(world.places.size());
    }
}
BENCHMARK(set_up)->Arg(2500)->Arg(5000)->ArgName("places")->Unit(benchmark::kMillisecond);

void run_once(benchmark::State& state, const World& world, double units) {
    const ThreadLimit one_core(1);
    std::uint32_t run = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(simulate(world, 1, run++));
    }
    state.counters["seconds/unit"] =
        benchmark::Counter(units * static_cast<double>(state.iterations()),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void by_steps(benchmark::State& state) {
    const World world(scenario(2025 + state.range(0), 11), inputs().input());
    run_once(state, world, 12.0 * static_cast<double>(state.range(0)));
}
BENCHMARK(by_steps)->Arg(3)->Arg(6)->Arg(11)->ArgName("years")->Unit(benchmark::kMillisecond);

void by_acting_providers(benchmark::State& state) {
    const World world(scenario(2036, state.range(0)), inputs().input());
    run_once(state, world, 1);
}
BENCHMARK(by_acting_providers)->Arg(1)->Arg(6)->Arg(11)->Unit(benchmark::kMillisecond);

void by_places(benchmark::State& state) {
    const World world(scenario(2036, 11, state.range(0)), inputs().input());
    run_once(state, world, static_cast<double>(state.range(0)));
}
BENCHMARK(by_places)->Arg(1250)->Arg(2500)->Arg(5000)->Unit(benchmark::kMillisecond);

void by_policy(benchmark::State& state, const std::string& policy) {
    const World world(scenario(2036, 11, 5000, policy), inputs().input());
    run_once(state, world, 1);
}
BENCHMARK_CAPTURE(by_policy, coverage_greedy, std::string("coverage-greedy"))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(by_policy, profit, std::string("profit"))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(by_policy, sovereign_first, std::string("sovereign-first"))
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace footprint::sim
