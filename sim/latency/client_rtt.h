// Round-trip times of clients: from a place, over its access network and public routes, to a
// region.
#pragma once

#include <memory>

#include "sim/latency/client_intervals.h"
#include "sim/latency/client_paths.h"
#include "sim/latency/pair_rtt.h"

namespace footprint::sim {

// RTT = detour × path + access of the median client; the interval holds 90 % of clients. The same
// model as make_backbone_model() with with_clients() upon it: what coverage counts is what this
// says of a pair. `from` is the client.
class ClientRtt final : public PairRtt {
  public:
    // `parameters`: those of paths alone. `backbone` must outlive it. Throws what
    // Backbone::in_service throws.
    ClientRtt(const Backbone& backbone, BackboneParameters parameters, ClientAccess clients,
              Date date, const WhatIf& what_if);

    using PairRtt::prepare;
    // Ways start at `to`: 0.2 ms for each node that they are linked to and that was not asked for
    // before; `from` costs nothing.
    void prepare(std::span<const RttPlace* const> from,
                 std::span<const RttPlace* const> to) override;
    // About 5 µs.
    Rtt between(const RttPlace& from, const RttPlace& to,
                std::string* path = nullptr) const override;
    RttDetail detail(const RttPlace& from, const RttPlace& to) const override;

    const ClientAccess& clients() const { return clients_; }

  private:
    // A client goes over land to any node: it has no links. The kernel of a region is weighted.
    void prepare_place(RttPlace& place, PairEnd end) const override;
    Rtt answer(geo::CountryIndex country, const ClientPaths::Way& way) const;
    ClientPaths::Way way(const RttPlace& from, const RttPlace& to) const;

    ClientAccess clients_;
    ClientIntervals intervals_;
    ClientPaths paths_;
};

}  // namespace footprint::sim
