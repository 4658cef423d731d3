// The shipped facts as the expansion simulator takes them, for its tests and its benchmark.
#pragma once

#include <filesystem>
#include <memory>
#include <utility>

#include "sim/expansion/world.h"
#include "sim/latency/latency_model.h"

namespace footprint::sim {

struct ExpansionInputs {
    std::filesystem::path datasets = std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets";
    geo::Catalog catalog = geo::load_catalog_or_throw({datasets, {}});
    Timeline timeline = Timeline::from_catalog(catalog);
    geo::Atlas atlas = geo::Atlas::load_tables(datasets);
    geo::DemandPoints points;
    geo::Cities cities = geo::Cities::load(datasets);
    Facts facts = Facts::load(datasets);
    std::shared_ptr<const LatencyModel> model = make_distance_model();

    // The people gathered into at most so many places.
    explicit ExpansionInputs(std::size_t most_places)
        : points(gather_places(geo::DemandPoints::load(datasets, atlas), most_places)) {}

    WorldInput input() const {
        WorldInput input;
        input.timeline = &timeline;
        input.facts = &facts;
        input.atlas = &atlas;
        input.points = &points;
        input.cities = &cities;
        input.model = model.get();
        input.datasets = datasets;
        return input;
    }
};

}  // namespace footprint::sim
