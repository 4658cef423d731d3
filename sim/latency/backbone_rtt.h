// Round-trip times between regions over a provider's own network of one day.
#pragma once

#include <memory>
#include <vector>

#include "sim/latency/pair_rtt.h"

namespace footprint::sim {

// RTT = (access + way) × learned correction, the same either way round.
class BackboneRtt final : public PairRtt {
  public:
    // `backbone` must outlive it. Throws what Backbone::in_service throws.
    BackboneRtt(const Backbone& backbone, BackboneParameters parameters, Date date,
                const WhatIf& what_if);

    using PairRtt::prepare;
    // Ways start at `from`: 0.2 ms for each node that they are linked to and that was not asked for
    // before; `to` costs nothing.
    void prepare(std::span<const RttPlace* const> from,
                 std::span<const RttPlace* const> to) override;
    // About 2 µs.
    Rtt between(const RttPlace& from, const RttPlace& to,
                std::string* path = nullptr) const override;
    RttDetail detail(const RttPlace& from, const RttPlace& to) const override;

    // The 90 % interval of a modelled RTT.
    Rtt with_interval(double rtt_ms) const;

  private:
    struct NodeTree {
        std::vector<float> rtt_ms;  // by vertex
        std::vector<std::uint32_t> previous;
        std::vector<EdgeIndex> by;
    };
    struct Route {
        const BackboneRtt* on = nullptr;           // whose network; null: none
        double way_ms = BackboneNetwork::kNoPath;  // without access and residual
        const LandLink* first = nullptr;           // nothing: straight over land
        const LandLink* last = nullptr;
        bool exists() const { return way_ms < BackboneNetwork::kNoPath; }
    };
    BackboneRtt(const Backbone& backbone, BackboneParameters parameters, Date date,
                const WhatIf& what_if, Traffic traffic);
    double residual_factor(const RttPlace& a, const RttPlace& b) const;
    Route route(const RttPlace& from, const RttPlace& to) const;
    double total(const Route& route, double factor) const;
    std::vector<EdgeIndex> edges_of(const Route& route) const;
    void find_enclosed(Date date);
    bool is_enclosed(const NetworkPlace& place) const;
    void prepare_place(RttPlace& place, PairEnd end) const override;
    Route own_route(const RttPlace& from, const RttPlace& to) const;
    NodeTree make_tree(BackboneNodeIndex node, BackboneNetwork::Tree& scratch) const;
    const NodeTree* tree(BackboneNodeIndex node) const;
    Rtt answer(const Route& route, double factor) const;

    std::vector<std::unique_ptr<const NodeTree>> trees_;  // by node
    // For places that the private network does not reach; its trees are made when asked for.
    struct Lazy;
    std::shared_ptr<Lazy> lazy_;
    std::unique_ptr<const BackboneRtt> public_;
    std::vector<std::uint8_t> enclosed_;  // by node
};

}  // namespace footprint::sim
