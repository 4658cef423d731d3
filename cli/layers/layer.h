// A layer that `export` writes: what its fields are and where its features come from.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/progress.h"
#include "geo/atlas/atlas.h"
#include "geo/catalog/catalog.h"
#include "geo/io/feature.h"
#include "sim/coverage/coverage.h"
#include "sim/timeline/timeline.h"

namespace footprint::cli {

// The facts of a run, loaded when first asked for.
class LayerFacts {
  public:
    virtual ~LayerFacts() = default;
    virtual const std::filesystem::path& datasets() = 0;
    virtual const geo::Catalog& catalog() = 0;
    virtual const sim::Timeline& timeline() = 0;
    virtual const geo::Atlas& tables() = 0;  // countries without shapes
    virtual const geo::Atlas& atlas() = 0;   // with shapes
    virtual ProgressStyle progress_style() { return ProgressStyle::none; }
};

// What was asked of every layer of one run.
struct LayerRequest {
    Date at;                    // the catalog's as_of unless given
    bool at_given = false;      // layers with a history give all of it unless a date is given
    std::optional<Date> until;  // the next date of a series, until which areas stand; none: no end
    std::vector<geo::ProviderIndex> providers;
    std::vector<geo::RegionClass> excluded;  // classes left out altogether
    sim::CoverageOptions coverage;
    double step_deg = 0.25;                    // grid of traced areas
    double tolerance_km = 1;                   // to which they are simplified
    const sim::LatencyModel* model = nullptr;  // for layers of one date
    std::string model_text;                    // what they say of it
};

struct Layer {
    std::string name;
    std::string summary;  // one line, becomes the layer's description
    geo::GeometryType geometry = geo::GeometryType::point;
    std::vector<geo::Field> fields;
    std::vector<std::string> resources;  // of datapackage.json, whose attribution it carries
    // Computed for each of the requests' dates, which are all that they differ in; layers with
    // dates of their own are written once, as the last request asks.
    void (*produce)(LayerFacts& facts, std::span<const LayerRequest> requests,
                    geo::FeatureSink& sink);
    bool of_one_date = false;  // not with dates of its own
};

// In the order of the help.
const std::vector<Layer>& all_layers();
// Throws Error (usage) with a suggestion.
const Layer& require_layer(const std::string& name);

std::vector<Layer> place_layers();     // regions, zones, pipeline, events
std::vector<Layer> coverage_layers();  // coverage, catchments, gap
std::vector<Layer> world_layers();     // people, hubs, land

}  // namespace footprint::cli
