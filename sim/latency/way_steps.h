// A way as it is told: its legs by cable and over land, and what they cost. Of this room.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/latency/backbone_network.h"
#include "sim/latency/latency_model.h"

namespace footprint::sim {

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

// Gathers a way from its start to its end; legs by one cable, or over land, become one step.
class WaySteps {
  public:
    WaySteps(const BackboneNetwork& network, const BackboneParameters& parameters,
             geo::LonLat start)
        : network_(network), parameters_(parameters), at_(start) {}

    // Over land from where the way is to a node, or to its end.
    void to_node(BackboneNodeIndex node, double km, double rtt_ms);
    void to_end(geo::LonLat end, double km, double rtt_ms);
    // Along edges that begin where the way is.
    void along(std::span<const EdgeIndex> edges);

    // Cables, landings and land, those that the way has.
    std::vector<RttPart> parts() const;
    std::vector<WayStep> take() { return std::move(steps_); }

  private:
    void over_land(const std::string& name, geo::LonLat to, double km, double rtt_ms);
    void add(const std::string& by, bool is_cable, const std::string& to, geo::LonLat to_at,
             double km, double rtt_ms);

    const BackboneNetwork& network_;
    const BackboneParameters& parameters_;
    std::vector<WayStep> steps_;
    std::string name_ = "from";
    geo::LonLat at_;
    BackboneNodeIndex node_ = 0;
    double sea_km_ = 0, sea_ms_ = 0, land_km_ = 0, land_ms_ = 0, hop_ms_ = 0;
};

// The cables of a way, "MAREA > Dunant"; "land" where it uses none.
std::string cables_text(const Backbone& backbone, std::span<const EdgeIndex> edges);

}  // namespace footprint::sim
