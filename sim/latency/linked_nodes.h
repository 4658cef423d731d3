// Which nodes places hang on. Of this room.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "sim/latency/backbone_network.h"

namespace footprint::sim {

// The nodes that places are linked to and of which `is_known(node)` is false: ascending, each once.
// `network_place(element)` is the NetworkPlace of an element of `places`.
template <typename Places, typename NetworkPlaceOf, typename IsKnown>
std::vector<BackboneNodeIndex> unknown_nodes(const Places& places,
                                             const NetworkPlaceOf& network_place,
                                             const IsKnown& is_known) {
    std::vector<BackboneNodeIndex> nodes;
    for (const auto& element : places) {
        for (const auto& link : network_place(element).links) {
            if (!is_known(link.node)) {
                nodes.push_back(link.node);
            }
        }
    }
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    return nodes;
}

}  // namespace footprint::sim
