#include "cli/layer_output.h"

#include "base/text.h"
#include "cli/attribution.h"

namespace footprint::cli {

geo::Schema layer_schema(Session& session, const Layer& layer) {
    return {layer.name, layer.summary,
            join(attributions(session.datasets(), layer.resources), "; "), layer.geometry,
            layer.fields};
}

void write_layers(Session& session, const std::vector<const Layer*>& layers,
                  std::span<const LayerRequest> requests, const std::filesystem::path& target,
                  geo::VectorFormat format, const geo::VectorOutputOptions& options) {
    SessionFacts facts(session);
    const auto output = geo::make_vector_output(target, format, options);
    for (const Layer* layer : layers) {
        geo::FeatureSink& sink = output->layer(layer_schema(session, *layer));
        for (const LayerRequest& request : requests) {
            layer->produce(facts, request, sink);
        }
    }
    output->commit();
}

}  // namespace footprint::cli
