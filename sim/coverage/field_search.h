// The work behind LatencyField::set_nodes(). Internal to sim/coverage.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sim/coverage/latency_field.h"
#include "sim/coverage/node_change.h"
#include "sim/coverage/node_prune.h"
#include "sim/coverage/place_distances.h"

namespace footprint::sim {

// One thread's work for one field: brings groups of places from the old nodes to the new ones.
// Nodes are named by their index while they compete, which is what ties are decided by, and kept by
// their slot.
class FieldSearch {
  public:
    using Prepared = LatencyField::Prepared;

    // Memory that a thread works with, whatever the field of these places.
    struct Scratch {
        explicit Scratch(const PlaceSet& places) : prune(places) {}

        NodePrune prune;
        NodePrune::Nodes of_group, added_of_group, of_block;
        std::vector<double> worst_ms;  // of a block, by area
        std::vector<double> no_limit_ms;
        std::vector<std::uint32_t> by_lower;  // of of_block
        std::vector<double> h;                // by node of of_block, then place of the block
        std::array<double, PlaceSet::kBlock> metres{};  // to a node, by place of the block
    };

    FieldSearch(LatencyField& field, const SlotChange& change, Scratch& scratch);

    void group(std::size_t index);

  private:
    static constexpr double kInfinity = std::numeric_limits<double>::infinity();
    // A place whose node is gone is marked by this time, which no RTT can have.
    static constexpr double kOrphan = -1;

    struct Best {
        double ms = kInfinity;
        std::uint32_t node = kNoNode;
        double metres = 0;  // to the node
        bool before(const Best& other) const {
            return ms < other.ms || (ms == other.ms && node < other.node);
        }
    };
    // The best, and the best of the other regions.
    struct BestTwo {
        Best first, second;
    };
    // By place of a block.
    using Least = std::array<double, PlaceSet::kBlock>;
    using Nodes64 = std::array<std::uint64_t, PlaceSet::kBlock>;  // as wide as RTTs: loops are flat

    // Whether somebody is left without a node.
    bool move(std::size_t begin, std::size_t end);
    void move_place(std::size_t i);
    bool is_moved(std::uint32_t slot) const {
        return slot != kNoNode && (change_.is_moved[slot / 64] >> slot % 64 & 1) != 0;
    }
    bool uses_moved(const LatencyField::Group& group) const;
    void note_used(std::size_t begin, std::size_t end, LatencyField::Group& group) const;
    // The RTTs that nobody of a range is above, by area of its cap.
    void look(const PlaceSet::Cap& cap, std::size_t begin, std::size_t end,
              std::vector<double>& worst_ms) const;
    bool has_orphans(std::size_t begin, std::size_t end) const;
    bool is_orphan(std::size_t i) const { return field_.best_ms_[i] == kOrphan; }

    void block(std::size_t begin, std::size_t end, bool orphans);
    // Searches the orphans of [begin, end), at most a block, or the others among of_block.
    void improve(std::size_t begin, std::size_t end, bool orphans);

    // Candidates are priced at every place of the block, in flat loops, the most promising first:
    // what is left when none can win any more need not even be measured.
    void improve_measured(std::size_t begin, std::size_t end, bool orphans);
    void improve_two_measured(std::size_t begin, std::size_t end, bool orphans);
    // Whether a node may be within its limit anywhere in a block; where distances are not at hand
    // they are measured only then.
    bool may_reach(std::size_t begin, std::size_t end, const Prepared& n,
                   const Least& limit_ms) const;
    // Distances from the places of a block; valid until the next ones.
    const double* block_m(std::size_t begin, std::size_t end, const Prepared& n) const;
    // Calls visit(node) of of_block's while one may still be below a limit that visits lower; they
    // return whether they did.
    template <typename Visit>
    void by_promise(const Least& limit, const Visit& visit);
    static bool price(const Prepared& n, const double* m, Least& least, Nodes64& node);

    // Where only distance counts, and none is kept, places are asked one by one, and chords decide
    // what is measured.
    void improve_nearest(std::size_t begin, std::size_t end, bool orphans);
    void chords(std::size_t begin, geo::Vec3 to, double* h) const;
    void choose_nearest(std::size_t i, std::size_t column, Best& best) const;

    Best known(std::size_t i) const;
    BestTwo known_two(std::size_t i) const;
    Best moved_to(std::size_t i, const Prepared& n) const;
    Best measured(std::size_t i, const Prepared& n) const;
    double metres(std::size_t i, const Prepared& n) const;
    static void take(const Best& here, Best& best);
    void take(const Best& here, BestTwo& best) const;
    void set(std::size_t i, const Best& best);
    void set(std::size_t i, const BestTwo& best);
    std::uint32_t slot_of(const Best& best) const {
        return best.node == kNoNode ? kNoNode : field_.slot_[best.node];
    }
    float rtt_ms(std::size_t i, double ms) const;

    bool serves_all(const Prepared& n, std::size_t begin, std::size_t end) const;
    bool serves(const Prepared& n, std::size_t i) const;

    LatencyField& field_;
    const PlaceSet& places_;
    const SlotChange& change_;
    PlaceDistances* distances_;
    bool two_;
    Scratch& scratch_;
};

}  // namespace footprint::sim
