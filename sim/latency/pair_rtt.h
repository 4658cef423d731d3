// Round-trip times between places, one pair or millions: what every kind of question has in common.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/latency/client_access.h"
#include "sim/latency/land_links.h"
#include "sim/latency/way_steps.h"

namespace footprint::sim {

// region: between two regions over a provider's own network. fixed: a client on a fixed line to a
// region over the public Internet. wireless: a client on a mobile network.
enum class LatencyKind : std::uint8_t { region, fixed, wireless };
std::string_view to_string(LatencyKind kind);
std::optional<LatencyKind> parse_latency_kind(std::string_view text);

// A place prepared for questions.
struct RttPlace {
    NetworkPlace place;
    std::vector<double> kernel;  // of the residual field, as the kind of question needs it
    bool enclosed = false;       // providers' own networks do not lead there
};

// Where in pairs a place will stand: a client (from) needs less preparing than a region.
enum class PairEnd : std::uint8_t { from, to, either };

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

// Answers pairs over the backbone of one day.
class PairRtt {
  public:
    virtual ~PairRtt() = default;
    PairRtt(const PairRtt&) = delete;
    PairRtt& operator=(const PairRtt&) = delete;

    const BackboneParameters& parameters() const { return parameters_; }

    // A position; `country` is known of a city. Nothing: too far out at sea. About 3 µs.
    // Thread-safe.
    std::optional<RttPlace> place(geo::LonLat position, geo::CountryIndex country = geo::kNoCountry,
                                  PairEnd end = PairEnd::either) const;

    // Finds ways between such places, on all threads; to be called before the questions of them.
    virtual void prepare(std::span<const RttPlace* const> from,
                         std::span<const RttPlace* const> to) = 0;
    void prepare(const RttPlace& from, const RttPlace& to) {
        const RttPlace* const a = &from;
        const RttPlace* const b = &to;
        prepare({&a, 1}, {&b, 1});
    }

    // `path`, if asked for: the cables of the way, "MAREA > Dunant"; "land" where it uses none;
    // empty where there is none. Thread-safe.
    virtual Rtt between(const RttPlace& from, const RttPlace& to,
                        std::string* path = nullptr) const = 0;
    virtual RttDetail detail(const RttPlace& from, const RttPlace& to) const = 0;

  protected:
    // `backbone` must outlive it. Throws what Backbone::in_service throws.
    PairRtt(const Backbone& backbone, BackboneParameters parameters, Date date,
            const WhatIf& what_if, Traffic traffic);

    const Backbone& backbone() const { return *backbone_; }
    const BackboneNetwork& network() const { return network_; }
    const LandLinker& linker() const { return linker_; }
    void add_links(RttPlace& place) const;
    void add_kernel(RttPlace& place) const;
    // Of a modelled RTT between regions: 90 % of measured ones over it.
    const IntervalClass& interval_class(double rtt_ms) const;

  private:
    // Links the place to the network and fills in its kernel, if such an end needs them.
    virtual void prepare_place(RttPlace& place, PairEnd end) const = 0;

    const Backbone* backbone_;
    BackboneParameters parameters_;
    ResidualKernels kernels_;
    LandLinker linker_;
    BackboneNetwork network_;
};

}  // namespace footprint::sim
