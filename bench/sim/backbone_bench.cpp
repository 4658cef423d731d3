// The backbone: what a film pays a month, and what a table of pairs pays a pair.
#include <benchmark/benchmark.h>

#include <memory>
#include <random>

#include "geo/catalog/catalog.h"
#include "sim/latency/backbone_model.h"
#include "sim/latency/backbone_rtt.h"
#include "sim/latency/client_rtt.h"
#include "sim/latency/fit.h"

namespace footprint::sim {
namespace {

const std::filesystem::path kDatasets = FOOTPRINT_SOURCE_DIR "/datasets";
const Date kToday = Date::from_ymd(2025, 6, 14);

struct World {
    geo::Atlas atlas = geo::Atlas::load(kDatasets);
    std::shared_ptr<const Backbone> backbone =
        std::make_shared<const Backbone>(Backbone::load(kDatasets, atlas));
    BackboneParameters parameters =
        BackboneParameters::load(kDatasets / "latency" / "backbone_parameters.json");
    geo::Catalog catalog = geo::load_catalog_or_throw({kDatasets, {}});
};

const World& world() {
    static const World kWorld;
    return kWorld;
}

void prepare(PairRtt& rtt, const std::vector<RttPlace>& places) {
    std::vector<const RttPlace*> ends;
    for (const auto& place : places) {
        ends.push_back(&place);
    }
    rtt.prepare(ends, ends);
}

std::vector<NetworkPlace> azure_places(const LandLinker& linker) {
    std::vector<NetworkPlace> places;
    const auto& catalog = world().catalog;
    for (const auto region : catalog.regions_of(catalog.require_provider("azure"))) {
        if (auto place =
                network_place(*world().backbone, linker, catalog.region(region).position)) {
            places.push_back(std::move(*place));
        }
    }
    return places;
}

void load_backbone(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(Backbone::load(kDatasets, world().atlas));
    }
}
BENCHMARK(load_backbone)->Unit(benchmark::kMillisecond);

// The ways from all of a provider's regions to every node: the best four at each.
void all_ways_of_a_provider(benchmark::State& state) {
    const LandLinker linker(*world().backbone);
    const auto places = azure_places(linker);
    BackboneNetwork network(*world().backbone, world().backbone->in_service(kToday, {}),
                            Traffic::public_);
    network.price(world().parameters);
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            network.nearest_sources(places, static_cast<std::size_t>(state.range(0))));
    }
    state.counters["regions"] = static_cast<double>(places.size());
}
BENCHMARK(all_ways_of_a_provider)->Arg(2)->Arg(4)->Unit(benchmark::kMillisecond);

// The same through the model, the network of the date made anew each time or kept.
void access_nodes(benchmark::State& state) {
    const auto model = make_backbone_model(world().backbone, world().parameters);
    const auto& catalog = world().catalog;
    const auto of = catalog.regions_of(catalog.require_provider("azure"));
    const std::vector<geo::RegionIndex> regions(of.begin(), of.end());
    int month = 0;
    for (auto _ : state) {
        const auto date = state.range(0) == 0 ? kToday : kToday.plus_months(-6 * (month++ % 40));
        benchmark::DoNotOptimize(model->access_nodes(catalog, regions, date, 2));
    }
}
BENCHMARK(access_nodes)->Arg(0)->Arg(1)->ArgName("other_date")->Unit(benchmark::kMillisecond);

void place_on_the_network(benchmark::State& state) {
    const BackboneRtt rtt(*world().backbone, world().parameters, kToday, {});
    std::mt19937 random(1);
    std::uniform_real_distribution<double> lon(-5, 40);
    std::uniform_real_distribution<double> lat(42, 56);
    for (auto _ : state) {
        benchmark::DoNotOptimize(rtt.place({lon(random), lat(random)}));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(place_on_the_network);

void pair_of_places(benchmark::State& state) {
    BackboneRtt rtt(*world().backbone, world().parameters, kToday, {});
    std::vector<RttPlace> places;
    const auto& catalog = world().catalog;
    for (const auto& region : catalog.regions()) {
        if (auto place = rtt.place(region.position)) {
            places.push_back(std::move(*place));
        }
    }
    prepare(rtt, places);
    std::mt19937 random(1);
    for (auto _ : state) {
        const auto& a = places[random() % places.size()];
        const auto& b = places[random() % places.size()];
        std::string path;
        benchmark::DoNotOptimize(rtt.between(a, b, &path));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(pair_of_places);

// All ways from one node: what a table of pairs pays for each node that it begins at.
void ways_from_a_node(benchmark::State& state) {
    const auto& backbone = *world().backbone;
    BackboneNetwork network(backbone, backbone.in_service(kToday, {}), Traffic::private_);
    network.price(world().parameters);
    BackboneNetwork::Tree tree;
    BackboneNodeIndex i = 0;
    for (auto _ : state) {
        const auto& node = backbone.nodes()[i];
        network.from({node.position, {node.country_index, node.land}, {{i, 0.0}}}, tree);
        benchmark::DoNotOptimize(tree.rtt_ms.data());
        i = (i + 7) % static_cast<BackboneNodeIndex>(backbone.nodes().size());
    }
}
BENCHMARK(ways_from_a_node)->Unit(benchmark::kMicrosecond);

// A client at a place that was not seen before, to one of the regions.
void client_of_a_region(benchmark::State& state) {
    auto parameters = world().parameters;
    parameters.public_factor = 1;
    ClientRtt rtt(
        *world().backbone, parameters,
        ClientAccess::load(kDatasets / "latency" / "clients.csv", world().atlas, ClientKind::fixed),
        kToday, {});
    std::vector<RttPlace> regions;
    for (const auto& region : world().catalog.regions()) {
        if (auto place = rtt.place(region.position)) {
            regions.push_back(std::move(*place));
        }
    }
    prepare(rtt, regions);
    std::mt19937 random(1);
    std::uniform_real_distribution<double> lon(-5, 40);
    std::uniform_real_distribution<double> lat(42, 56);
    for (auto _ : state) {
        const auto from = rtt.place({lon(random), lat(random)});
        std::string path;
        if (from) {
            benchmark::DoNotOptimize(rtt.between(*from, regions[random() % regions.size()], &path));
        }
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(client_of_a_region);

// A row of a table of pairs whose places were not seen before, one core.
void pair_of_new_places(benchmark::State& state) {
    BackboneRtt rtt(*world().backbone, world().parameters, kToday, {});
    std::mt19937 random(1);
    std::uniform_real_distribution<double> lon(-5, 40);
    std::uniform_real_distribution<double> lat(42, 56);
    const auto place = [&] {
        while (true) {
            if (auto found = rtt.place({lon(random), lat(random)})) {
                return *found;
            }
        }
    };
    std::vector<RttPlace> starts;
    for (int i = 0; i < 20'000; ++i) {
        starts.push_back(place());
    }
    prepare(rtt, starts);
    for (auto _ : state) {
        const auto a = place();
        const auto b = place();
        std::string path;
        benchmark::DoNotOptimize(rtt.between(a, b, &path));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(pair_of_new_places);

}  // namespace
}  // namespace footprint::sim
