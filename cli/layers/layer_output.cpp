#include "cli/layers/layer_output.h"

#include "base/text.h"
#include "cli/frame/attribution.h"

namespace footprint::cli {

geo::Schema layer_schema(Session& session, const Layer& layer) {
    return {layer.name, layer.summary,
            join(attributions(session.datasets(), layer.resources), "; "), layer.geometry,
            layer.fields};
}

std::vector<LayerRequest> series(const LayerRequest& request, std::span<const Date> dates) {
    std::vector<LayerRequest> requests(dates.size(), request);
    for (std::size_t i = 0; i < dates.size(); ++i) {
        requests[i].at = dates[i];
        if (i + 1 < dates.size()) {
            requests[i].until = dates[i + 1];
        }
    }
    return requests;
}

void write_layers(Session& session, const std::vector<const Layer*>& layers,
                  std::span<const LayerRequest> requests, const std::filesystem::path& target,
                  geo::VectorFormat format, const geo::VectorOutputOptions& options) {
    SessionFacts facts(session);
    const auto output = geo::make_vector_output(target, format, options);
    for (const Layer* layer : layers) {
        geo::FeatureSink& sink = output->layer(layer_schema(session, *layer));
        layer->produce(facts, requests, sink);
    }
    output->commit();
}

}  // namespace footprint::cli
