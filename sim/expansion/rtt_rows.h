// Round-trip times from locations to all demand places, a row a location, made when first asked
// for: most candidate sites are never looked at by any policy.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <tuple>
#include <vector>

#include "geo/atlas/atlas.h"
#include "sim/latency/latency_model.h"

namespace footprint::sim {

class RttRows {
  public:
    RttRows() = default;
    // The places are copied; the model, asked for its nodes at `date`, must outlive the rows. Ways
    // over land from the nodes that locations share (the hubs of a backbone) to all places that see
    // them are measured here, once: O(locations × backbone + hubs × places), some 10 MB.
    RttRows(const LatencyModel& model, const geo::DemandPoints& places,
            std::span<const geo::LonLat> locations, Date date);

    // Milliseconds by place, of the median client where clients' access is a distribution; infinite
    // where there is no path. The first call for a location costs one search of the backbone and
    // O(hubs × places that see them), about 3 ms for 5,000 places; any number of threads may ask at
    // once. The span lives as long as the rows. Distances are within 1 m up to 15,000 km and within
    // 0.6 % beyond, where no threshold is near.
    std::span<const float> row(std::size_t location) const;
    // Places within a round-trip time, ascending. As long as a row, and none is kept.
    std::vector<std::uint32_t> within(std::size_t location, double limit_ms) const;
    std::size_t size() const { return locations_; }
    // Of the people at a place whose median client has this round-trip time, the share within a
    // limit: 0 or 1 where every client has the same.
    double share_within(std::size_t place, float rtt_ms, double limit_ms) const;

  private:
    struct Row {
        std::once_flag made;
        std::vector<float> rtt_ms;
    };
    using NodeKey = std::tuple<double, double, double, geo::AccessAreaIndex>;
    static NodeKey key_of(const AccessNode& node) {
        return {node.position.lon, node.position.lat, node.ms_per_km, node.area};
    }
    // Places that see a node stand side by side in the order of areas.
    struct Range {
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
    };
    Range seen_by(geo::AccessAreaIndex area) const;
    float land_ms(const AccessNode& node, const geo::Vec3& at, std::size_t k) const;
    void find_hubs(std::span<const geo::LonLat> locations);
    std::vector<float> make_row(std::size_t location) const;

    const LatencyModel* model_ = nullptr;
    Date date_;
    std::size_t locations_ = 0;
    geo::Catalog catalog_;                        // location i is region i
    std::vector<geo::CountryIndex> countries_;    // by place
    std::vector<std::uint32_t> order_;            // places, by area
    std::vector<Range> areas_;                    // in that order
    std::vector<geo::Vec3> at_;                   // in that order, on the reduced-latitude sphere
    std::map<NodeKey, std::vector<float>> hubs_;  // ms over land to those who see the hub
    std::unique_ptr<Row[]> rows_;
};

}  // namespace footprint::sim
