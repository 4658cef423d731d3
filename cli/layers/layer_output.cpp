#include "cli/layers/layer_output.h"

#include <fmt/format.h>

#include <algorithm>

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

namespace {

// Said before the work, to who sees no progress as well.
void tell_of_long_work(const Session& session, const std::vector<const Layer*>& layers,
                       std::span<const LayerRequest> requests) {
    constexpr std::size_t kMany = 400;  // half a minute and more
    const bool are_traced = std::ranges::any_of(layers, &Layer::of_one_date);
    const std::size_t footprints =
        requests.empty() ? 0 : requests.size() * requests.front().providers.size();
    if (are_traced && footprints > kMany) {
        session.say(fmt::format(
            "areas of {} providers at {} dates are traced, which takes minutes; fewer providers "
            "or dates (--every year) take less",
            requests.front().providers.size(), requests.size()));
    }
}

}  // namespace

void write_layers(Session& session, const std::vector<const Layer*>& layers,
                  std::span<const LayerRequest> requests, const std::filesystem::path& target,
                  geo::VectorFormat format, const geo::VectorOutputOptions& options) {
    tell_of_long_work(session, layers, requests);
    SessionFacts facts(session);
    const auto output = geo::make_vector_output(target, format, options);
    for (const Layer* layer : layers) {
        geo::FeatureSink& sink = output->layer(layer_schema(session, *layer));
        layer->produce(facts, requests, sink);
    }
    output->commit();
}

}  // namespace footprint::cli
