#include "sim/timeline/future_text.h"

#include <fmt/format.h>

namespace footprint::sim {

std::string future_claim(const geo::Catalog& catalog) {
    const std::string since = catalog.as_of().iso();
    return catalog.run() == nullptr
               ? fmt::format("as announced by {}, not fact", since)
               : fmt::format("simulated from {} by ‘{}’, not fact", since, catalog.run()->title);
}

std::string future_note(const geo::Catalog& catalog) {
    return fmt::format("after {} this is {}, not fact", catalog.as_of().iso(),
                       catalog.run() == nullptr ? "announced" : "simulated");
}

}  // namespace footprint::sim
