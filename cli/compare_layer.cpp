#include "cli/compare_layer.h"

#include <array>

#include "base/error.h"
#include "base/text.h"
#include "cli/attribution.h"
#include "geo/io/vector_output.h"
#include "sim/coverage/areas.h"

namespace footprint::cli {
namespace {

geo::Schema schema_of(bool is_gap, std::vector<std::string> attributions) {
    geo::Schema schema;
    schema.layer = is_gap ? "gap" : "coverage";
    schema.description = is_gap ? "Who reaches where within a modelled round-trip time"
                                : "Areas within a modelled round-trip time of a provider's regions";
    schema.attribution = join(attributions, " · ");
    schema.geometry = geo::GeometryType::multipolygon;
    if (is_gap) {
        schema.fields = {{"provider_a", geo::FieldType::text},
                         {"provider_b", geo::FieldType::text},
                         {"reached_by", geo::FieldType::text}};
    } else {
        schema.fields = {{"provider", geo::FieldType::text}};
    }
    schema.fields.push_back({"threshold_ms", geo::FieldType::real});
    schema.fields.push_back({"date", geo::FieldType::date});
    return schema;
}

geo::Polygons as_multi(geo::Polygons shape) {
    shape.multi = true;
    return shape;
}

class LayerWriter {
  public:
    LayerWriter(Session& session, const sim::CoverageOptions& options,
                const sim::LatencyModel& model, geo::FeatureSink& sink)
        : catalog_(session.catalog()),
          options_(options),
          areas_(session.timeline(), session.atlas(), model, options),
          sink_(sink) {}

    void gap(geo::ProviderIndex a, geo::ProviderIndex b, Date date) {
        for (const double threshold : options_.thresholds_ms) {
            for (auto& area : areas_.gap(std::array{a}, std::array{b}, date, threshold)) {
                write({catalog_.provider(a).id, catalog_.provider(b).id,
                       std::string(sim::to_string(area.kind)), threshold, date},
                      std::move(area.shape));
            }
        }
    }

    void within(geo::ProviderIndex provider, Date date) {
        for (auto& area : areas_.within(std::array{provider}, date)) {
            write({catalog_.provider(provider).id, area.threshold_ms, date}, std::move(area.shape));
        }
    }

  private:
    void write(std::vector<geo::Value> values, geo::Polygons shape) {
        geo::Feature feature;
        feature.geometry = as_multi(std::move(shape));
        feature.values = std::move(values);
        sink_.write(feature);
    }

    const geo::Catalog& catalog_;
    const sim::CoverageOptions& options_;
    sim::CoverageAreas areas_;
    geo::FeatureSink& sink_;
};

}  // namespace

void write_compare_layer(Session& session, const sim::ComparisonQuestion& question,
                         const sim::CoverageOptions& options, const sim::LatencyModel& model,
                         const std::filesystem::path& target, Overwrite overwrite) {
    if (question.areas.size() != 1 || !question.areas[0].is_world) {
        throw Error(ExitCode::usage,
                    "a layer shows the whole world; leave out --in and --by, and cut it to an area "
                    "in a GIS");
    }
    const bool is_gap = question.providers.size() == 2;
    geo::VectorOutputOptions output;
    output.overwrite = overwrite;
    output.precision = 5;  // a metre, far finer than the areas are
    const auto sink =
        geo::make_sink(target, geo::VectorFormat::geojson,
                       schema_of(is_gap, attributions(session.datasets(), {"providers"})), output);
    LayerWriter writer(session, options, model, *sink);
    for (const Date date : question.dates) {
        if (is_gap) {
            writer.gap(question.providers[0], question.providers[1], date);
            continue;
        }
        for (const auto provider : question.providers) {
            writer.within(provider, date);
        }
    }
    sink->commit();
}

}  // namespace footprint::cli
