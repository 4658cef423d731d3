// Round-trip times from locations to all demand places, a row a location, made when first asked
// for: most candidate sites are never looked at by any policy.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "geo/atlas/atlas.h"
#include "sim/latency/latency_model.h"

namespace footprint::sim {

class RttRows {
  public:
    RttRows() = default;
    // O(locations). The places are copied; the model is asked once, for its nodes at `date`.
    RttRows(const LatencyModel& model, const geo::DemandPoints& places,
            std::span<const geo::LonLat> locations, Date date);

    // Milliseconds by place; infinite where there is no path. The first call for a location costs
    // O(places), about 0.1 ms for 5,000; any number of threads may ask at once. The span lives as
    // long as the rows. Distances are within 1 m up to 15,000 km and within 0.6 % beyond, where no
    // threshold is near.
    std::span<const float> row(std::size_t location) const;
    // Places within a round-trip time, ascending. O(places), without making the row.
    std::vector<std::uint32_t> within(std::size_t location, double limit_ms) const;
    std::size_t size() const { return nodes_.size(); }

  private:
    struct Node {
        geo::Vec3 at;
        double offset_ms = 0;
        double ms_per_m = 0;
        geo::AccessAreaIndex area = geo::kAnyArea;
    };
    struct Row {
        std::once_flag made;
        std::vector<float> rtt_ms;
    };
    double rtt_ms(const Node& node, std::size_t place) const;
    bool sees(std::size_t place, const Node& node) const;

    std::vector<std::vector<Node>> nodes_;  // by location
    std::vector<geo::Vec3> places_;         // on the reduced-latitude sphere
    std::vector<geo::AccessAreaIndex> areas_;
    std::unique_ptr<Row[]> rows_;
};

}  // namespace footprint::sim
