// Coverage, catchments and gaps: modelled areas.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/error.h"
#include "cli/layers/layer.h"
#include "cli/layers/values.h"
#include "sim/coverage/areas.h"
#include "sim/coverage/engine.h"
#include "sim/coverage/outage.h"
#include "sim/latency/latency_model.h"

namespace footprint::cli {
namespace {

using geo::Field;
using geo::FieldType;

// What the areas of one run are traced with, and the people in them counted.
struct Tracer {
    sim::CoverageAreas areas;
    geo::DemandPoints points;
    sim::CoverageEngine engine;
    Date at;

    // For all dates of a series: what is found out of the grid's points holds for each.
    Tracer(LayerFacts& facts, const LayerRequest& request)
        : areas(facts.timeline(), facts.atlas(), *request.model, request.coverage, request.step_deg,
                request.tolerance_km),
          points(geo::DemandPoints::load(facts.datasets(), facts.tables())),
          engine(facts.timeline(), facts.tables(), points, *request.model, request.coverage),
          at(request.at) {}

    const sim::LatencyField& field(geo::ProviderIndex provider) {
        return engine.field(std::span(&provider, 1), at);
    }

    // People of the places that a kind of area holds, by kind; whole, as everywhere.
    template <typename KindOf>
    auto people_by(const KindOf& kind_of) {
        std::map<decltype(kind_of(std::size_t{})), sim::CompensatedSum> sums;
        const auto weights = engine.weights(at);
        for (std::size_t p = 0; p < weights.size(); ++p) {
            sums[kind_of(p)].add(weights[p]);
        }
        std::map<decltype(kind_of(std::size_t{})), std::int64_t> people;
        for (const auto& [kind, sum] : sums) {
            people[kind] = std::llround(sum.value());
        }
        return people;
    }

    // The world's people as `compare` counts them: of each place the share of clients whose round
    // trip is within a threshold; by the options' thresholds.
    std::vector<double> clients_within(geo::ProviderIndex provider) {
        return engine.coverage(std::array{world()}, {&provider, 1}, at)[0].people_within;
    }
    sim::Gap clients_gap(geo::ProviderIndex a, geo::ProviderIndex b, double threshold_ms) {
        return engine.gaps(std::array{world()}, {&a, 1}, {&b, 1}, at, threshold_ms)[0];
    }

    static geo::Atlas::Area world() {
        geo::Atlas::Area area;
        area.name = "World";
        area.is_world = true;
        return area;
    }
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
    return dated_fields({{"provider", FieldType::text, -1},
                         {"threshold_ms", FieldType::real, -1},
                         {"people", FieldType::integer, -1},
                         {"people_by_client", FieldType::integer, -1}});
}

void write_coverage(LayerFacts& facts, Tracer& tracer, const LayerRequest& request,
                    geo::FeatureSink& sink) {
    for (const geo::ProviderIndex provider : request.providers) {
        // The largest first, so that a drawing in order shows the smaller ones on top.
        auto areas = tracer.areas.within({&provider, 1}, request.at);
        const auto clients = tracer.clients_within(provider);
        const auto rtt_ms = tracer.field(provider).rtt_ms();
        const auto& thresholds_ms = request.coverage.thresholds_ms;
        for (auto area = areas.rbegin(); area != areas.rend(); ++area) {
            auto people = tracer.people_by([&](std::size_t p) {
                return static_cast<double>(rtt_ms[p]) <= area->threshold_ms;
            });
            const auto t = std::ranges::find(thresholds_ms, area->threshold_ms);
            const double by_client = clients[static_cast<std::size_t>(t - thresholds_ms.begin())];
            sink.write({std::nullopt, std::move(area->shape),
                        dated_values({provider_id(facts, provider), area->threshold_ms,
                                      people[true], std::int64_t{std::llround(by_client)}},
                                     request)});
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
                         {"class", FieldType::text, -1},
                         {"people", FieldType::integer, -1}});
}

void write_catchments(LayerFacts& facts, Tracer& tracer, const LayerRequest& request,
                      geo::FeatureSink& sink) {
    for (const geo::ProviderIndex provider : request.providers) {
        const auto& field = tracer.field(provider);
        const auto regions = sim::best_regions(field);
        auto people = tracer.people_by([&](std::size_t p) { return regions[p]; });
        for (sim::Catchment& catchment : tracer.areas.catchments({&provider, 1}, request.at)) {
            const geo::Region& region = facts.catalog().region(catchment.region);
            sink.write(
                {std::nullopt, std::move(catchment.shape),
                 dated_values({provider_id(facts, provider), region.id, region.name, region.city,
                               region.country, std::string(geo::to_string(region.region_class)),
                               people[catchment.region]},
                              request)});
        }
    }
}

// --- gap -----------------------------------------------------------------------------------------

std::vector<Field> gap_fields() {
    return dated_fields({{"a", FieldType::text, -1},
                         {"b", FieldType::text, -1},
                         {"kind", FieldType::text, -1},
                         {"threshold_ms", FieldType::real, -1},
                         {"people", FieldType::integer, -1},
                         {"people_by_client", FieldType::integer, -1}});
}

void write_gap(LayerFacts& facts, Tracer& tracer, const LayerRequest& request,
               geo::FeatureSink& sink) {
    if (request.providers.size() != 2) {
        throw Error(ExitCode::usage,
                    fmt::format("layer gap sets two providers against each other, {} were given; "
                                "use --provider A,B",
                                request.providers.size()));
    }
    const geo::ProviderIndex a = request.providers[0];
    const geo::ProviderIndex b = request.providers[1];
    const auto rtt_a_ms = tracer.field(a).rtt_ms();
    const auto rtt_b_ms = tracer.field(b).rtt_ms();
    for (const double threshold_ms : request.coverage.thresholds_ms) {
        auto people = tracer.people_by([&](std::size_t p) {
            return sim::gap_kind(static_cast<double>(rtt_a_ms[p]) <= threshold_ms,
                                 static_cast<double>(rtt_b_ms[p]) <= threshold_ms);
        });
        const auto clients = tracer.clients_gap(a, b, threshold_ms);
        for (sim::GapArea& area : tracer.areas.gap({&a, 1}, {&b, 1}, request.at, threshold_ms)) {
            sink.write(
                {std::nullopt, std::move(area.shape),
                 dated_values(
                     {provider_id(facts, a), provider_id(facts, b),
                      std::string(sim::to_string(area.kind)), threshold_ms, people[area.kind],
                      std::int64_t{std::llround(sim::people_of(clients, area.kind))}},
                     request)});
        }
    }
}

// --- all of them ---------------------------------------------------------------------------------

using WriteAreas = void (*)(LayerFacts&, Tracer&, const LayerRequest&, geo::FeatureSink&);

template <WriteAreas write>
void produce(LayerFacts& facts, std::span<const LayerRequest> requests, geo::FeatureSink& sink) {
    Tracer tracer(facts, requests.front());
    const bool is_series = requests.size() > 1;
    Progress progress(is_series ? facts.progress_style() : ProgressStyle::none, "dates",
                      requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
        tracer.at = requests[i].at;
        write(facts, tracer, requests[i], sink);
        progress.update(i + 1);
    }
}

}  // namespace

std::vector<Layer> coverage_layers() {
    using geo::GeometryType;
    const std::vector<std::string> resources = {"providers", "basemap-50m", "latency-rtt-azure"};
    return {
        {"coverage", "Areas within each round-trip time of a provider at a date; modelled",
         GeometryType::multipolygon, coverage_fields(), resources, &produce<write_coverage>, true},
        {"catchments", "What each region serves better than its provider's others; modelled",
         GeometryType::multipolygon, catchment_fields(), resources, &produce<write_catchments>,
         true},
        {"gap", "What one of two providers reaches and the other does not; modelled",
         GeometryType::multipolygon, gap_fields(), resources, &produce<write_gap>, true}};
}

}  // namespace footprint::cli
