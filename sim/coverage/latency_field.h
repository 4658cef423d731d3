// For many places at once: which region serves each best, and how fast. The one engine behind
// people counts, rasters, catchments and the shading of maps and films.
#pragma once

#include <algorithm>
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

// Places as the search wants them: unit vectors by block of neighbours, blocks in groups, each with
// its bounding cap on the reduced-latitude sphere. The caller's order is free: places are sorted
// inside (Morton order), results come back in the caller's order. Built once, used for many
// footprints. 40 bytes a place.
class PlaceSet {
  public:
    // countries may be empty: then every node serves every place; so may areas: then every place
    // sees every node. A place of kNoArea sees only the nodes for any area. O(n log n). Throws
    // Error when lengths differ or a position is not valid.
    PlaceSet(std::span<const geo::LonLat> positions, std::span<const geo::CountryIndex> countries,
             std::span<const geo::AccessAreaIndex> areas = {});

    std::size_t size() const { return order_.size(); }

    static constexpr std::size_t kBlock = 64;           // places in a block
    static constexpr std::size_t kGroup = 16 * kBlock;  // places in a group

    template <typename Visit>
    void visit_group(std::size_t group, const Visit& visit) const {
        const std::size_t end = std::min(size(), (group + 1) * kGroup);
        for (std::size_t i = group * kGroup; i < end; ++i) {
            visit(order_[i]);
        }
    }

  private:
    friend class LatencyField;
    friend class FieldSearch;
    friend class NodePrune;
    friend class PlaceDistances;
    struct Cap {
        geo::Vec3 centre;
        double radius_rad = 0;
        std::uint32_t areas_begin = 0, areas_end = 0;          // of areas_of_caps_
        std::uint32_t countries_begin = 0, countries_end = 0;  // of countries_of_caps_
    };
    Cap cap_of(std::size_t begin, std::size_t end) const;
    void note_groupings(std::size_t begin, std::size_t end, Cap& cap);
    std::span<const geo::AccessAreaIndex> areas_in(const Cap& cap) const {
        return std::span(areas_of_caps_).subspan(cap.areas_begin, cap.areas_end - cap.areas_begin);
    }

    std::span<const geo::CountryIndex> countries_in(const Cap& cap) const {
        return std::span(countries_of_caps_)
            .subspan(cap.countries_begin, cap.countries_end - cap.countries_begin);
    }

    std::vector<std::uint32_t> order_;  // place of the caller, by inner index
    std::vector<double> x_, y_, z_;     // reduced-latitude unit vectors, padded to whole blocks
    std::vector<geo::CountryIndex> countries_;         // empty: every node serves every place
    std::vector<geo::AccessAreaIndex> areas_;          // empty: every place sees every node
    std::vector<geo::AccessAreaIndex> areas_of_caps_;  // sorted, by cap
    std::vector<geo::CountryIndex> countries_of_caps_;
    std::vector<Cap> blocks_;
    std::vector<Cap> groups_;
};

// What a field keeps of each place.
enum class Keep : std::uint8_t { best, best_two };

class PlaceDistances;
struct NodeChange;
struct SlotChange;

inline constexpr std::uint32_t kNoNode = std::numeric_limits<std::uint32_t>::max();

struct FieldNode {
    AccessNode node;
    AudienceIndex audience = 0;
    bool operator==(const FieldNode&) const = default;
};

// Best RTT and node for every place of a set: the minimum over the nodes that may serve it and that
// it sees (its own area's and those for any area) of offset + ms_per_km × geodesic distance; if
// asked for also the best among the nodes of other regions than the best node's. Distances are
// within 0.5 m of the WGS 84 geodesic, the choice of node is exact for these distances, ties go to
// the lowest node index. Identical on any number of threads and however the nodes came to be (fresh
// or by steps). Without a node: +infinity and kNoNode.
//
// How: b·σ <= s <= a·σ on the reduced-latitude sphere (Bessel's auxiliary sphere; a and b the
// ellipsoid's half axes) gives bounds from angles. Nodes are dropped first for whole groups and
// blocks by the triangle inequality on their caps, then for single places by chords; the few that
// are left are measured by the second-order formula of Forsyth and Thomas (Thomas 1970, "Spheroidal
// geodesics, reference systems and local geometry"), beyond 15,000 km by GeographicLib.
class LatencyField {
  public:
    // All must outlive the field. With `clients`, nodes price the path alone, and RTTs are those of
    // the places' median clients (by the places' countries, where they have them). With
    // `distances` (of the same places) what was measured once is not measured again, by whichever
    // of the fields that share it: several times faster for nodes that come back at other prices,
    // at 512 bytes a block and node near it. Fields that share it take turns at set_nodes().
    LatencyField(const PlaceSet& places, const Audiences& audiences, Keep keep = Keep::best,
                 const ClientAccess* clients = nullptr, PlaceDistances* distances = nullptr);

    // Replaces the nodes. Incremental: places whose best node went are searched anew, the others
    // only against the nodes that came, and only where those can win. Throws Error when a node has
    // a position that is not valid, or an offset or price that is negative or not finite.
    void set_nodes(std::span<const FieldNode> nodes) {
        Step step{this, nodes};
        take_steps({&step, 1});
    }
    // The same for several fields of the same places, at once on all threads; they may share
    // distances.
    struct Step {
        LatencyField* field;
        std::span<const FieldNode> nodes;
    };
    static void take_steps(std::span<const Step> steps);

    // By place, in the order in which the places were given.
    std::span<const float> rtt_ms() const { return rtt_ms_; }
    // Index into the nodes given to set_nodes last.
    std::uint32_t node(std::size_t place) const { return index_of(node_[place]); }
    std::span<const FieldNode> nodes() const { return nodes_; }
    // The second best region, if kept; +infinity and kNoNode where only one serves. The margin of
    // the best is the difference.
    bool keeps_second() const { return keep_ == Keep::best_two; }
    std::span<const float> second_rtt_ms() const { return second_rtt_ms_; }
    std::uint32_t second_node(std::size_t place) const { return index_of(second_node_[place]); }

    // How often its nodes were replaced. Calls visit(place) for those whose RTT may be another than
    // it was at an earlier step, in one of several parts that together are all places.
    std::uint64_t step() const { return step_; }
    template <typename Visit>
    void visit_changed_since(std::uint64_t step, std::size_t part, std::size_t parts,
                             const Visit& visit) const {
        const std::size_t end = (part + 1) * groups_.size() / parts;
        for (std::size_t group = part * groups_.size() / parts; group < end; ++group) {
            if (groups_[group].changed_at > step) {
                places_->visit_group(group, visit);
            }
        }
    }

    // A node with what the search needs of it, worked out once.
    struct Prepared {
        geo::Vec3 at;  // reduced-latitude unit vector
        double offset_ms = 0;
        double ms_per_m = 0;
        AudienceIndex audience = 0;
        geo::AccessAreaIndex area = geo::kAnyArea;
        std::uint32_t index = kNoNode;  // of nodes_
        std::uint32_t slot = 0;
        geo::RegionIndex region = 0;
        std::uint32_t point = 0;  // of the distances, where they are kept
    };

  private:
    friend class FieldSearch;
    void clear();
    Prepared prepare(const FieldNode& node) const;  // without index and slot
    SlotChange set_slots(std::span<const FieldNode> nodes, NodeChange change);
    const Prepared& take_slot(std::uint32_t index);  // for a node that is new
    std::uint32_t index_of(std::uint32_t slot) const {
        return slot == kNoNode ? kNoNode : prepared_[slot].index;
    }

    const PlaceSet* places_;
    const Audiences* audiences_;
    Keep keep_;
    const ClientAccess* clients_;
    PlaceDistances* distances_;
    std::vector<FieldNode> nodes_;
    // Nodes keep their slots from step to step, so that places whose node stays need no care.
    std::vector<Prepared> prepared_;   // by slot; free ones have no index
    std::vector<std::uint32_t> slot_;  // by node
    std::vector<std::uint32_t> free_slots_;
    // Of each group of places what the next step begins with.
    struct Group {
        // Bits of the slots that are the best or second best of somebody.
        std::vector<std::uint64_t> used;
        std::vector<double> worst_ms;  // by area of the group's cap, or of all
        std::uint64_t changed_at = 0;  // step
    };
    std::uint64_t step_ = 0;
    std::vector<Group> groups_;
    std::vector<std::uint32_t> best_;  // slot by inner index
    std::vector<double> best_ms_;      // what it prices there
    std::vector<double> best_m_;       // how far it is, where seconds are not kept
    std::vector<float> rtt_ms_;
    std::vector<std::uint32_t> node_;  // slot by place
    // The same of the second best region, where kept.
    std::vector<std::uint32_t> second_;
    std::vector<double> second_ms_;
    std::vector<float> second_rtt_ms_;
    std::vector<std::uint32_t> second_node_;
};

}  // namespace footprint::sim
