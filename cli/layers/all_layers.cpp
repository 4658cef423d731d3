#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/error.h"
#include "base/text.h"
#include "cli/layers/layer.h"

namespace footprint::cli {

const std::vector<Layer>& all_layers() {
    static const std::vector<Layer> layers = [] {
        std::vector<Layer> all;
        for (auto* const some : {&place_layers, &coverage_layers, &world_layers}) {
            std::ranges::move((*some)(), std::back_inserter(all));
        }
        return all;
    }();
    return layers;
}

const Layer& require_layer(const std::string& name) {
    std::vector<std::string> names;
    for (const Layer& layer : all_layers()) {
        if (layer.name == lower_ascii(name)) {
            return layer;
        }
        names.push_back(layer.name);
    }
    throw Error(ExitCode::usage,
                fmt::format("there is no layer '{}'.{} Layers: {}", name,
                            did_you_mean(lower_ascii(name), names), join(names, ", ")));
}

}  // namespace footprint::cli
