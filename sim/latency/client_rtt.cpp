#include "sim/latency/client_rtt.h"

#include <fmt/format.h>

namespace footprint::sim {

ClientRtt::ClientRtt(const Backbone& backbone, BackboneParameters parameters, ClientAccess clients,
                     Date date, const WhatIf& what_if)
    : PairRtt(backbone, std::move(parameters), date, what_if, Traffic::public_),
      clients_(std::move(clients)),
      intervals_(clients_),
      paths_(backbone, this->parameters(), network()) {}

void ClientRtt::prepare_place(RttPlace& place, PairEnd end) const {
    if (end == PairEnd::from) {
        return;
    }
    add_links(place);
    add_kernel(place);
    place.kernel = paths_.weighted(place.kernel);
}

void ClientRtt::prepare(std::span<const RttPlace* const>, std::span<const RttPlace* const> to) {
    std::vector<const NetworkPlace*> regions;
    regions.reserve(to.size());
    for (const auto* place : to) {
        regions.push_back(&place->place);
    }
    paths_.prepare(regions);
}

ClientPaths::Way ClientRtt::way(const RttPlace& from, const RttPlace& to) const {
    return paths_.way(from.place.position, from.place.land, to.place, to.kernel);
}

Rtt ClientRtt::answer(geo::CountryIndex country, const ClientPaths::Way& way) const {
    const auto interval = intervals_.at(country, way.path_ms);
    return {clients_.typical_ms(country, way.path_ms), interval.low_ms, interval.high_ms};
}

Rtt ClientRtt::between(const RttPlace& from, const RttPlace& to, std::string* path) const {
    const auto found = way(from, to);
    if (path != nullptr) {
        *path = found.exists() ? cables_text(backbone(), paths_.edges(found)) : std::string();
    }
    return found.exists() ? answer(from.place.land.country, found) : Rtt{};
}

RttDetail ClientRtt::detail(const RttPlace& from, const RttPlace& to) const {
    RttDetail result;
    const auto found = way(from, to);
    if (!found.exists()) {
        return result;
    }
    const auto country = from.place.land.country;
    result.rtt = answer(country, found);
    result.steps = paths_.tell(found, from.place.position, to.place, result.parts);
    add_client_parts(clients_, country, found.path_ms, result.parts);
    return result;
}

}  // namespace footprint::sim
