#include "cli/layers/compare_layer.h"

#include "base/error.h"
#include "cli/layers/layer_output.h"

namespace footprint::cli {

void write_compare_layer(Session& session, const sim::ComparisonQuestion& question,
                         const sim::CoverageOptions& options, const sim::LatencyModel& model,
                         const std::string& model_text, const std::filesystem::path& target,
                         geo::VectorFormat format, Overwrite overwrite) {
    if (question.areas.size() != 1 || !question.areas[0].is_world) {
        throw Error(ExitCode::usage,
                    "a layer shows the whole world; leave out --in and --by, and cut it to an area "
                    "in a GIS");
    }
    const bool is_pair = question.providers.size() == 2;
    std::vector<const Layer*> layers;
    if (!is_pair || format == geo::VectorFormat::gpkg) {
        layers.push_back(&require_layer("coverage"));
    }
    if (is_pair) {
        layers.push_back(&require_layer("gap"));
    }
    LayerRequest request;
    request.at_given = true;
    request.providers = question.providers;
    request.coverage = options;
    request.model = &model;
    request.model_text = model_text;
    const auto requests = series(request, question.dates);
    geo::VectorOutputOptions output;
    output.overwrite = overwrite;
    output.precision = 5;  // a metre, far finer than the areas are
    output.last_change = session.catalog().as_of();
    write_layers(session, layers, requests, target, format, output);
}

}  // namespace footprint::cli
