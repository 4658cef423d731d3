// Questions over the shipped facts: the loss of each region of all providers, and twenty years of
// monthly curves. Loading the facts is not timed; what the question computes is.
#include <benchmark/benchmark.h>

#include "sim/coverage/comparison.h"
#include "sim/coverage/engine.h"
#include "sim/coverage/outage.h"
#include "sim/latency/backbone_model.h"

namespace footprint::sim {
namespace {

const std::filesystem::path kDatasets = std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets";

struct Facts {
    geo::Catalog catalog = geo::load_catalog_or_throw({kDatasets, {}});
    Timeline timeline = Timeline::from_catalog(catalog);
    geo::Atlas atlas = geo::Atlas::load(kDatasets);
    geo::DemandPoints points = geo::DemandPoints::load(kDatasets, atlas);
    std::shared_ptr<const Backbone> backbone =
        std::make_shared<const Backbone>(Backbone::load(kDatasets, atlas));
    std::vector<ProviderIndex> providers = [this] {
        std::vector<ProviderIndex> all;
        for (std::size_t i = 0; i < catalog.providers().size(); ++i) {
            all.push_back(static_cast<ProviderIndex>(i));
        }
        return all;
    }();
    CoverageOptions options = [this] {
        CoverageOptions o;
        o.scope = RegionScope::published(catalog);
        return o;
    }();

    // Paths alone along the cables, clients' access on top: as `footprint compare` has it.
    std::unique_ptr<LatencyModel> backbone_model() const {
        auto parameters =
            BackboneParameters::load(kDatasets / "latency" / "backbone_parameters.json");
        parameters.fixed_access_ms = 0;
        parameters.public_factor = 1;
        return with_clients(
            make_backbone_model(backbone, parameters),
            ClientAccess::load(kDatasets / "latency" / "clients.csv", atlas, ClientKind::fixed,
                               ClientAccess::kMostDetourAnywhere),
            atlas);
    }
    std::unique_ptr<LatencyModel> model(bool along_cables) const {
        return along_cables ? backbone_model() : make_distance_model();
    }
};

const Facts& facts() {
    static const Facts instance;
    return instance;
}

// Argument: 1 along the cables, 0 by distance.
void LossOfEachRegion(benchmark::State& state) {
    const auto model = facts().model(state.range(0) != 0);
    const Date date = facts().catalog.as_of();
    const auto world = facts().atlas.find_area("world").value();
    std::size_t regions = 0;
    for (auto _ : state) {
        CoverageEngine engine(facts().timeline, facts().atlas, facts().points, *model,
                              facts().options);
        regions = 0;
        for (const auto provider : facts().providers) {
            const auto losses =
                loss_of_each_region(engine.points_of(world), engine.people(date),
                                    engine.field(Serving{{provider}, {}, Keep::best_two}, date),
                                    facts().options.thresholds_ms);
            regions += losses.size();
        }
    }
    state.counters["regions"] = static_cast<double>(regions);
}
BENCHMARK(LossOfEachRegion)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();

// What one pass replaces: a field without the region, for every twentieth region.
void LossOfEachRegionByFields(benchmark::State& state) {
    const auto model = facts().model(false);
    const Date date = facts().catalog.as_of();
    const auto world = facts().atlas.find_area("world").value();
    for (auto _ : state) {
        CoverageEngine engine(facts().timeline, facts().atlas, facts().points, *model,
                              facts().options);
        for (const auto provider : facts().providers) {
            const auto regions = facts().catalog.regions_of(provider);
            for (std::size_t i = 0; i < regions.size(); i += 20) {
                benchmark::DoNotOptimize(
                    outage(engine.points_of(world), engine.people(date),
                           engine.field(Serving{{provider}}, date),
                           engine.field(Serving{{provider}, {regions[i]}}, date),
                           facts().options.thresholds_ms));
            }
        }
    }
}
BENCHMARK(LossOfEachRegionByFields)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

// 2006 to 2026 by the month, all providers, the world.
void MonthlyCurves(benchmark::State& state) {
    const auto model = facts().model(state.range(0) != 0);
    ComparisonQuestion question;
    question.providers = facts().providers;
    question.areas = {facts().atlas.find_area("world").value()};
    for (Date date = Date::from_ymd(2006, 8, 31); date <= facts().catalog.as_of();
         date = date.plus_months(1)) {
        question.dates.push_back(date);
    }
    for (auto _ : state) {
        CoverageEngine engine(facts().timeline, facts().atlas, facts().points, *model,
                              facts().options);
        benchmark::DoNotOptimize(compare(engine, question));
    }
    state.counters["months"] = static_cast<double>(question.dates.size());
}
BENCHMARK(MonthlyCurves)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace footprint::sim
