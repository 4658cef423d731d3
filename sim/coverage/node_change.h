// How a field's nodes of before stand among its nodes of now. Internal to sim/coverage.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/coverage/latency_field.h"

namespace footprint::sim {

struct NodeChange {
    std::vector<std::uint32_t> now_of;  // by old node; kNoNode: gone
    std::vector<bool> is_new;           // by node of now
    // By old node: now_of is not the same node but one at its place that costs less everywhere, so
    // that whom it served best, it serves best of all that were there.
    std::vector<std::uint8_t> is_cheaper;
    bool keeps_order = true;  // else ties could fall differently

    bool stays(std::size_t before) const {
        return now_of[before] != kNoNode && is_cheaper[before] == 0;
    }
};

// The same by the slots of a field's nodes.
struct SlotChange {
    explicit SlotChange(std::size_t slots);
    // Nobody has the slot any more; who had it has the other one, kNoNode for none.
    void move(std::uint32_t slot, std::uint32_t to);
    bool is_nothing() const { return moved.empty() && added.empty(); }

    std::vector<std::uint32_t> now_of;    // by slot of before
    std::vector<std::uint64_t> is_moved;  // a bit each
    std::vector<std::uint32_t> moved;     // free after the step
    std::vector<LatencyField::Prepared> added;
};

// Cheaper nodes are followed only where the best alone is kept: a second best may be another's.
// O(nodes).
NodeChange change_of(std::span<const FieldNode> before, std::span<const FieldNode> now, Keep keep);

// Throws Error when a node has a position that is not valid, or an offset or price that is negative
// or not finite.
void check_nodes(std::span<const FieldNode> nodes);

}  // namespace footprint::sim
