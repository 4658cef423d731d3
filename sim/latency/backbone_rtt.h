// Round-trip times between places over the backbone of one day, one pair or millions.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/latency/backbone_network.h"
#include "sim/latency/latency_model.h"

namespace footprint::sim {

// region: between two regions over a provider's own network. fixed: a client on a fixed line to a
// region over the public Internet. wireless: a client on a mobile network.
enum class LatencyKind : std::uint8_t { region, fixed, wireless };
std::string_view to_string(LatencyKind kind);
std::optional<LatencyKind> parse_latency_kind(std::string_view text);

// A place prepared for questions.
struct RttPlace {
    NetworkPlace place;
    std::vector<double> kernel;  // of the residual field
};

// One leg of a way: along a cable from landing to landing, or over land.
struct WayStep {
    std::string from;
    std::string to;
    std::string by;  // the cable's name; "land"
    bool is_cable = false;
    double km = 0;
    double rtt_ms = 0;
    std::vector<geo::LonLat> line;  // the points it passes, ends included
};

struct Rtt {
    double rtt_ms = BackboneNetwork::kNoPath;
    double low_ms = BackboneNetwork::kNoPath;  // 90 % interval
    double high_ms = BackboneNetwork::kNoPath;
    // An end lies where no provider's own network leads by its rules (Central Asia, Chad): this is
    // the public's way.
    bool by_public_ways = false;
    bool exists() const { return rtt_ms < BackboneNetwork::kNoPath; }
};

struct RttDetail {
    Rtt rtt;
    std::vector<RttPart> parts;  // their sum is rtt.rtt_ms
    std::vector<WayStep> steps;
};

class BackboneRtt {
  public:
    // `backbone` must outlive it. Throws what Backbone::in_service throws.
    BackboneRtt(const Backbone& backbone, BackboneParameters parameters, LatencyKind kind,
                Date date, const WhatIf& what_if);

    const BackboneParameters& parameters() const { return parameters_; }
    LatencyKind kind() const { return kind_; }

    // Nothing: too far out at sea. About 6 µs. Thread-safe.
    std::optional<RttPlace> place(geo::LonLat position) const;

    // Finds the ways from every node that these places are linked to, on all threads; to be called
    // before the questions from them. 0.5 ms a node that was not asked for before.
    void prepare(std::span<const RttPlace> places);

    // About 2 µs. Thread-safe. The same either way round.
    Rtt between(const RttPlace& from, const RttPlace& to) const;
    // The cables of the way, "MAREA > Dunant"; "land" where it uses none; empty where there is
    // none.
    std::string path(const RttPlace& from, const RttPlace& to) const;
    RttDetail detail(const RttPlace& from, const RttPlace& to) const;

    // The 90 % interval of a modelled RTT.
    Rtt with_interval(double rtt_ms, double way_ms) const;

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
    };
    double residual_factor(const RttPlace& a, const RttPlace& b) const;
    Route route(const RttPlace& from, const RttPlace& to) const;
    double access_ms() const;
    double total(const Route& route, double factor) const;
    std::vector<EdgeIndex> edges_of(const Route& route) const;
    void find_enclosed(Date date);
    bool is_enclosed(const RttPlace& place) const;
    Route own_route(const RttPlace& from, const RttPlace& to) const;
    NodeTree make_tree(BackboneNodeIndex node, BackboneNetwork::Tree& scratch) const;
    const NodeTree* tree(BackboneNodeIndex node) const;
    Rtt answer(const Route& route, double factor) const;

    const Backbone* backbone_;
    BackboneParameters parameters_;
    LatencyKind kind_;
    ResidualKernels kernels_;
    LandLinker linker_;
    BackboneNetwork network_;
    std::vector<std::unique_ptr<const NodeTree>> trees_;  // by node
    // For places that the private network does not reach; its trees are made when asked for.
    struct Lazy;
    std::shared_ptr<Lazy> lazy_;
    std::unique_ptr<const BackboneRtt> public_;
    std::vector<std::uint8_t> enclosed_;  // by node
};

}  // namespace footprint::sim
