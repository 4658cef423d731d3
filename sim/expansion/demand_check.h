// Is modelled spending where others have found customers? A check against a fact that the model
// does not use: the metros in which a content network has its edges (metros.csv).
#pragma once

#include <cstddef>

#include "sim/expansion/world.h"

namespace footprint::sim {

struct DemandCheck {
    std::size_t metros = 0;  // with people
    std::size_t edges = 0;   // of these, with an edge
    // The chance that a metro with an edge has more than one without (Hanley and McNeil 1982, the
    // area under the ROC curve; 0.5: by lot): spending within 100 km at the start, and people
    // alone.
    double by_spending = 0.5;
    double by_people = 0.5;
};

// O(metros × (places + metros)). Before 2025 no edge is known, and the chances stay 0.5.
DemandCheck check_demand(const World& world);

// A share that the market was not fitted to: of AWS, Microsoft and Google together in Europe.
struct MarketCheck {
    bool known = false;  // by the start
    std::string period;
    double published = 0;
    double modelled = 0;
};
MarketCheck check_market(const World& world);

}  // namespace footprint::sim
