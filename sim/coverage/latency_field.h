// For many places at once: which region serves each best, and how fast. The one engine behind
// people counts, rasters, catchments and the shading of maps and films.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "geo/atlas/atlas.h"
#include "geo/sphere/lonlat.h"
#include "sim/latency/latency_model.h"

namespace footprint::sim {

// Who a node may serve: a set of countries, or everyone. Index 0 is always "everyone".
using AudienceIndex = std::uint16_t;
class Audiences {
  public:
    explicit Audiences(std::size_t countries);
    AudienceIndex everyone() const { return 0; }
    AudienceIndex only(std::span<const geo::CountryIndex> countries);  // equal sets share an index
    bool serves(AudienceIndex audience,
                geo::CountryIndex country) const;  // kNoCountry: everyone only
    std::size_t size() const;

  private:
    std::size_t countries_;
    std::vector<std::vector<bool>> sets_;
};

// Places as the search wants them: unit vectors by block, each block with its bounding cap. Order
// places so that neighbours on the globe are near in memory. Built once, used for many footprints.
class PlaceSet {
  public:
    // countries may be empty: then every node serves every place. O(n).
    PlaceSet(std::span<const geo::LonLat> positions, std::span<const geo::CountryIndex> countries);

    std::size_t size() const;

    static constexpr std::size_t kBlock = 64;

  private:
    friend class LatencyField;
    struct Block {
        geo::Vec3 centre;   // on the reduced-latitude sphere
        double radius_rad;  // of the cap that holds the block's places
    };
    std::vector<geo::LonLat> positions_;
    std::vector<double> x_, y_, z_;  // reduced-latitude unit vectors
    std::vector<geo::CountryIndex> countries_;
    std::vector<Block> blocks_;
};

inline constexpr std::uint32_t kNoNode = std::numeric_limits<std::uint32_t>::max();

struct FieldNode {
    AccessNode node;
    AudienceIndex audience = 0;
};

// Best RTT and node for every place of a set, exact to the WGS 84 geodesic within 1 m, ties to the
// lowest node index, identical on any number of threads. Nodes can be added and removed; only
// blocks that can change are touched. Without a node: +infinity and kNoNode.
class LatencyField {
  public:
    LatencyField(const PlaceSet& places,
                 const Audiences& audiences);  // both must outlive the field

    // Replaces the nodes. Incremental: nodes kept (equal node and audience) are not searched again.
    void set_nodes(std::span<const FieldNode> nodes);

    std::span<const float> rtt_ms() const { return rtt_ms_; }
    // Index into the nodes given to set_nodes last.
    std::span<const std::uint32_t> node() const { return node_; }
    std::span<const FieldNode> nodes() const { return nodes_; }

  private:
    void search_block(std::size_t block, std::span<const std::uint32_t> candidates);

    const PlaceSet* places_;
    const Audiences* audiences_;
    std::vector<FieldNode> nodes_;
    std::vector<geo::Vec3> node_vectors_;
    std::vector<float> rtt_ms_;
    std::vector<std::uint32_t> node_;
};

}  // namespace footprint::sim
