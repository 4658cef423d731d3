// Coverage, catchments and gaps: modelled areas.
#include <fmt/format.h>

#include "base/error.h"
#include "cli/layers/layer.h"
#include "cli/layers/values.h"
#include "sim/coverage/areas.h"
#include "sim/latency/latency_model.h"

namespace footprint::cli {
namespace {

using geo::Field;
using geo::FieldType;

// What the areas of one run are traced with.
struct Tracer {
    sim::CoverageAreas areas;

    Tracer(LayerFacts& facts, const LayerRequest& request)
        : areas(facts.timeline(), facts.atlas(), *request.model, request.coverage,
                request.step_deg) {}
};

// What every area says of its time: the day that it was computed for, and the days it stands for.
std::vector<Field> dated_fields(std::vector<Field> fields) {
    for (const char* name : {"date", "start_date", "end_date"}) {
        fields.push_back({name, FieldType::date, -1});
    }
    fields.push_back({"start_precision", FieldType::text, -1});
    fields.push_back({"model", FieldType::text, -1});
    return fields;
}

std::vector<geo::Value> dated_values(std::vector<geo::Value> values, const LayerRequest& request) {
    values.emplace_back(request.at);
    values.emplace_back(request.at);
    values.push_back(value_of(request.until));
    values.emplace_back(std::string(to_string(DatePrecision::day)));
    values.emplace_back(request.model_text);
    return values;
}

std::string provider_id(LayerFacts& facts, geo::ProviderIndex provider) {
    return facts.catalog().provider(provider).id;
}

// --- coverage ------------------------------------------------------------------------------------

std::vector<Field> coverage_fields() {
    return dated_fields({{"provider", FieldType::text, -1}, {"threshold_ms", FieldType::real, -1}});
}

void produce_coverage(LayerFacts& facts, const LayerRequest& request, geo::FeatureSink& sink) {
    Tracer tracer(facts, request);
    for (const geo::ProviderIndex provider : request.providers) {
        // The largest first, so that a drawing in order shows the smaller ones on top.
        auto areas = tracer.areas.within({&provider, 1}, request.at);
        for (auto area = areas.rbegin(); area != areas.rend(); ++area) {
            sink.write({std::nullopt, std::move(area->shape),
                        dated_values({provider_id(facts, provider), area->threshold_ms}, request)});
        }
    }
}

// --- catchments ----------------------------------------------------------------------------------

std::vector<Field> catchment_fields() {
    return dated_fields({{"provider", FieldType::text, -1},
                         {"region_id", FieldType::text, -1},
                         {"name", FieldType::text, -1},
                         {"city", FieldType::text, -1},
                         {"country", FieldType::text, -1},
                         {"class", FieldType::text, -1}});
}

void produce_catchments(LayerFacts& facts, const LayerRequest& request, geo::FeatureSink& sink) {
    Tracer tracer(facts, request);
    for (const geo::ProviderIndex provider : request.providers) {
        for (sim::Catchment& catchment : tracer.areas.catchments({&provider, 1}, request.at)) {
            const geo::Region& region = facts.catalog().region(catchment.region);
            sink.write(
                {std::nullopt, std::move(catchment.shape),
                 dated_values({provider_id(facts, provider), region.id, region.name, region.city,
                               region.country, std::string(geo::to_string(region.region_class))},
                              request)});
        }
    }
}

// --- gap -----------------------------------------------------------------------------------------

std::vector<Field> gap_fields() {
    return dated_fields({{"a", FieldType::text, -1},
                         {"b", FieldType::text, -1},
                         {"kind", FieldType::text, -1},
                         {"threshold_ms", FieldType::real, -1}});
}

void produce_gap(LayerFacts& facts, const LayerRequest& request, geo::FeatureSink& sink) {
    if (request.providers.size() != 2) {
        throw Error(ExitCode::usage,
                    fmt::format("layer gap sets two providers against each other, {} were given; "
                                "use --provider A,B",
                                request.providers.size()));
    }
    const geo::ProviderIndex a = request.providers[0];
    const geo::ProviderIndex b = request.providers[1];
    Tracer tracer(facts, request);
    for (const double threshold_ms : request.coverage.thresholds_ms) {
        for (sim::GapArea& area : tracer.areas.gap({&a, 1}, {&b, 1}, request.at, threshold_ms)) {
            sink.write({std::nullopt, std::move(area.shape),
                        dated_values({provider_id(facts, a), provider_id(facts, b),
                                      std::string(sim::to_string(area.kind)), threshold_ms},
                                     request)});
        }
    }
}

}  // namespace

std::vector<Layer> coverage_layers() {
    using geo::GeometryType;
    const std::vector<std::string> resources = {"providers", "basemap-50m", "latency-rtt-azure"};
    return {{"coverage", "Areas within each round-trip time of a provider at a date; modelled",
             GeometryType::multipolygon, coverage_fields(), resources, &produce_coverage, true},
            {"catchments", "What each region serves better than its provider's others; modelled",
             GeometryType::multipolygon, catchment_fields(), resources, &produce_catchments, true},
            {"gap", "What one of two providers reaches and the other does not; modelled",
             GeometryType::multipolygon, gap_fields(), resources, &produce_gap, true}};
}

}  // namespace footprint::cli
