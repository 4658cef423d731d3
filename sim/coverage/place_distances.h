// Distances from the places of a set to points that come again and again, such as the hubs of a
// backbone: worked out once, whatever the providers and dates. Internal to sim/coverage.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "sim/coverage/latency_field.h"

namespace footprint::sim {

// One group of places is one thread's business at a time; point() belongs to whoever owns it.
// Memory: 512 bytes for each block of places and point that was measured there.
class PlaceDistances {
  public:
    // `places` must outlive it.
    explicit PlaceDistances(const PlaceSet& places);

    // The number of a point; points at one position share it.
    std::uint32_t point(geo::LonLat position);

    // The angle on the reduced-latitude sphere from the centre of a group's cap, or a block's.
    double group_angle(std::size_t group, std::uint32_t point);
    double block_angle(std::size_t block, std::uint32_t point);
    // Geodesic distances in metres of the PlaceSet::kBlock places of a block; what follows the
    // last place is padding.
    const double* block_m(std::size_t block, std::uint32_t point);
    bool is_measured(std::size_t block, std::uint32_t point) const;

  private:
    static constexpr std::size_t kBlocks = PlaceSet::kGroup / PlaceSet::kBlock;
    static constexpr std::uint32_t kNone = 0xFFFFFFFF;

    // Of one block, by slot.
    struct Block {
        std::vector<double> angle;
        std::vector<double*> metres;  // in the group's chunks; null: not measured yet
    };
    // Points that have come as far as one of a group's blocks have a slot there.
    struct Group {
        std::vector<double> angle;         // by point; negative: not known yet
        std::vector<std::uint32_t> slots;  // by point
        std::uint32_t used = 0;
        Block blocks[kBlocks];
        std::vector<std::unique_ptr<double[]>> chunks;  // room for many blocks each
        std::size_t free = 0;                           // first free number of the last chunk
    };
    void make_room(Group& group) const;
    std::uint32_t slot(Group& group, std::uint32_t point) const;
    static void make_room(Block& block, std::uint32_t slot);
    static double* room_for_block(Group& group);

    const PlaceSet* places_;
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> by_hash_;
    std::vector<geo::LonLat> positions_;
    std::vector<geo::Vec3> at_;  // reduced-latitude unit vectors, by point
    std::vector<Group> groups_;
};

}  // namespace footprint::sim
