#include "sim/coverage/latency_field.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "base/parallel.h"
#include "geo/sphere/geodesic.h"
#include "sim/coverage/place_distances.h"

namespace footprint::sim {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kA = geo::kEquatorialRadius_m;
constexpr double kB = geo::kPolarRadius_m;
// Bounds on distances are loosened by this much, far above the second-order formula's error (0.3 m
// at 15,000 km) and every rounding, so that pruning never drops a node that could win.
constexpr double kSlack_m = 2.0;
std::uint64_t mix(std::uint64_t seed, double value) {
    return (seed ^ std::bit_cast<std::uint64_t>(value)) * 0x9E3779B97F4A7C15ULL;
}

struct NodeHash {
    std::size_t operator()(const FieldNode& n) const {
        std::uint64_t h = mix(0x243F6A8885A308D3ULL, n.node.position.lon);
        h = mix(h ^ (h >> 29), n.node.position.lat);
        h = mix(h ^ (h >> 29), n.node.offset_ms);
        h = mix(h ^ (h >> 29), n.node.ms_per_km);
        h = mix(h ^ (h >> 29), static_cast<double>(n.node.region) * 65536 + n.audience);
        h = mix(h ^ (h >> 29), static_cast<double>(n.node.area));
        return h ^ (h >> 32);
    }
};

struct NodeEqual {
    bool operator()(const FieldNode& a, const FieldNode& b) const {
        return a.node.position == b.node.position && a.node.offset_ms == b.node.offset_ms &&
               a.node.ms_per_km == b.node.ms_per_km && a.node.region == b.node.region &&
               a.node.area == b.node.area && a.audience == b.audience;
    }
};

void check(const FieldNode& n, std::size_t index) {
    const auto fits = [](double v) { return std::isfinite(v) && v >= 0; };
    if (!geo::is_valid(n.node.position) || !fits(n.node.offset_ms) || !fits(n.node.ms_per_km)) {
        throw Error(ExitCode::invalid,
                    fmt::format("node {} has lon {}, lat {}, offset {} ms, {} ms/km; expected a "
                                "place on Earth and times of 0 or more",
                                index, n.node.position.lon, n.node.position.lat, n.node.offset_ms,
                                n.node.ms_per_km));
    }
}

// How the nodes of before stand among the nodes of now.
struct Change {
    std::vector<std::uint32_t> now_of;  // by old node; kNoNode: gone
    std::vector<bool> is_new;           // by node of now
    // By old node: now_of is not the same node but one at its place that costs less everywhere, so
    // that whom it served best, it serves best of all that were there.
    std::vector<bool> is_cheaper;
    bool keeps_order = true;  // else ties could fall differently
    bool identity = true;     // every old node is there under its old index
};

// Offsets that differ by less may round to equal times, whose ties would fall differently.
constexpr double kSurelyLess_ms = 1e-6;

bool is_cheaper(const FieldNode& now, const FieldNode& before) {
    return now.node.position == before.node.position && now.node.area == before.node.area &&
           now.audience == before.audience && now.node.ms_per_km <= before.node.ms_per_km &&
           now.node.offset_ms < before.node.offset_ms - kSurelyLess_ms;
}

// A new region or cable makes hubs cheaper: those that are gone are followed to what stands in
// their place. Of several the lowest index, whatever the order of the hash.
void follow_cheaper(std::span<const FieldNode> before, std::span<const FieldNode> now,
                    Change& change) {
    std::unordered_multimap<std::uint64_t, std::uint32_t> at;
    for (std::uint32_t i = 0; i < now.size(); ++i) {
        if (change.is_new[i]) {
            const auto& p = now[i].node.position;
            at.emplace(mix(mix(1, p.lon), p.lat), i);
        }
    }
    for (std::uint32_t i = 0; i < before.size(); ++i) {
        if (change.now_of[i] != kNoNode) {
            continue;
        }
        const auto& p = before[i].node.position;
        const auto [begin, end] = at.equal_range(mix(mix(1, p.lon), p.lat));
        std::uint32_t found = kNoNode;
        for (auto it = begin; it != end; ++it) {
            found = is_cheaper(now[it->second], before[i]) ? std::min(found, it->second) : found;
        }
        change.now_of[i] = found;
        change.is_cheaper[i] = found != kNoNode;
    }
}

// Finds equal nodes; of several the lowest index that was not taken yet.
class NodeIndex {
  public:
    explicit NodeIndex(std::span<const FieldNode> nodes)
        : nodes_(nodes), first_(std::bit_ceil(nodes.size() * 2 + 1), kNoNode), next_(nodes.size()) {
        for (auto i = static_cast<std::uint32_t>(nodes.size()); i-- > 0;) {
            auto& first = first_[slot(nodes[i])];
            next_[i] = first;
            first = i;
        }
    }

    std::uint32_t take(const FieldNode& node) {
        for (std::uint32_t* at = &first_[slot(node)]; *at != kNoNode; at = &next_[*at]) {
            if (NodeEqual()(nodes_[*at], node)) {
                const std::uint32_t found = *at;
                *at = next_[found];
                return found;
            }
        }
        return kNoNode;
    }

  private:
    std::size_t slot(const FieldNode& node) const { return NodeHash()(node) & (first_.size() - 1); }

    std::span<const FieldNode> nodes_;
    std::vector<std::uint32_t> first_, next_;
};

Change compare(std::span<const FieldNode> before, std::span<const FieldNode> now, Keep keep) {
    Change change{std::vector<std::uint32_t>(before.size(), kNoNode),
                  std::vector<bool>(now.size(), true), std::vector<bool>(before.size(), false)};
    NodeIndex index(before);
    for (std::uint32_t i = 0; i < now.size(); ++i) {
        if (const auto same = index.take(now[i]); same != kNoNode) {
            change.now_of[same] = i;
            change.is_new[i] = false;
        }
    }
    std::uint32_t last = 0;
    for (std::uint32_t i = 0; i < before.size(); ++i) {
        change.identity = change.identity && change.now_of[i] == i;
        if (change.now_of[i] != kNoNode) {
            change.keeps_order = change.keeps_order && change.now_of[i] >= last;
            last = change.now_of[i];
        }
    }
    if (keep == Keep::best && !before.empty()) {
        follow_cheaper(before, now, change);
    }
    return change;
}

}  // namespace

// Bounds on an angle σ from h = sin²(σ/2), without an arc sine: with s = √h the quotient
// (asin s − s − s³/6) ÷ s⁵ grows from 3/40 at 0 to π/2 − 7/6 at 1.
struct AngleBounds {
    double least = 0;
    double most = 0;
};

inline AngleBounds angle_bounds(double h) {
    const double square = std::min(1.0, h);
    const double s = std::sqrt(square);
    const double first = s * (1 + square / 6);
    const double fifth = s * square * square;
    constexpr double kMost = std::numbers::pi / 2 - 7.0 / 6;
    return {2 * (first + 3.0 / 40 * fifth), 2 * (first + kMost * fifth)};
}

// The two least RTTs of different regions.
struct LeastTwo {
    std::array<double, 2> ms{kInfinity, kInfinity};
    std::array<geo::RegionIndex, 2> region{};

    void add(double value, geo::RegionIndex of) {
        if (ms[0] < kInfinity && of == region[0]) {
            ms[0] = std::min(ms[0], value);
        } else if (value < ms[0]) {
            ms = {value, ms[0]};
            region = {of, region[0]};
        } else if (value < ms[1]) {
            ms[1] = value;
            region[1] = of;
        }
    }
    void add(const LeastTwo& other) {
        for (std::size_t i = 0; i < 2; ++i) {
            if (other.ms[i] < kInfinity) {
                add(other.ms[i], other.region[i]);
            }
        }
    }
};

// One thread's work on one group of places: brings them from the old nodes to the new ones.
class FieldSearch {
  public:
    using Prepared = LatencyField::Prepared;
    using Nodes = std::vector<Prepared>;

    FieldSearch(LatencyField& field, const Change& change, std::span<const Prepared> added)
        : field_(field),
          places_(*field.places_),
          audiences_(*field.audiences_),
          change_(change),
          added_(added),
          distances_(field.distances_),
          two_(field.keep_ == Keep::best_two) {}

    void group(std::size_t index) {
        const std::size_t begin = index * PlaceSet::kGroup;
        const std::size_t end = std::min(places_.size(), begin + PlaceSet::kGroup);
        const Range range = renumber(begin, end);
        const auto& cap = places_.groups_[index];
        const auto angle = [&](const Prepared& n) {
            return distances_ != nullptr ? distances_->group_angle(index, n.point)
                                         : angle_to(n, cap);
        };
        if (range.orphans) {
            prune(cap, angle, field_.prepared_, kInfinity, group_all_);
        }
        prune(cap, angle, added_, range.worst_ms, group_added_);
        if (!range.orphans && group_added_.empty()) {
            return;
        }
        for (std::size_t at = begin; at < end; at += PlaceSet::kBlock) {
            block(at, std::min(end, at + PlaceSet::kBlock));
        }
    }

  private:
    // What is known of a range of places before the search.
    struct Range {
        bool orphans = false;  // places whose node is gone
        double worst_ms = 0;   // of the others
    };

    // A place whose node is gone is marked by this time, which no RTT can have.
    static constexpr float kOrphan = -1;

    Range renumber(std::size_t begin, std::size_t end) {
        if (!change_.identity) {
            for (std::size_t i = begin; i < end; ++i) {
                renumber_place(i);
            }
        }
        return look(begin, end);
    }

    void renumber_place(std::size_t i) {
        auto& best = field_.best_[i];
        if (best == kNoNode) {
            return;
        }
        const std::uint32_t before = best;
        best = change_.now_of[best];
        bool is_orphan = best == kNoNode;
        if (two_ && field_.second_[i] != kNoNode) {
            field_.second_[i] = change_.now_of[field_.second_[i]];
            is_orphan = is_orphan || field_.second_[i] == kNoNode;
            field_.second_node_[places_.order_[i]] = field_.second_[i];
        }
        if (best != before) {
            field_.node_[places_.order_[i]] = best;
        }
        if (!is_orphan && change_.is_cheaper[before]) {
            const double ms = cost_ms(i, field_.prepared_[best]);
            field_.best_ms_[i] = static_cast<float>(ms);
            field_.rtt_ms_[places_.order_[i]] = rtt_ms(i, ms);
        }
        if (is_orphan) {
            best = kNoNode;
            field_.best_ms_[i] = kOrphan;
        }
    }

    Range look(std::size_t begin, std::size_t end) const {
        Range range;
        float worst = 0;
        const auto& limit_ms = two_ ? field_.second_ms_ : field_.best_ms_;
        for (std::size_t i = begin; i < end; ++i) {
            range.orphans = range.orphans || field_.best_ms_[i] == kOrphan;
            worst = std::max(worst, limit_ms[i]);
        }
        range.worst_ms = loosened(worst);
        return range;
    }

    void block(std::size_t begin, std::size_t end) {
        const Range range = look(begin, end);
        const std::size_t index = begin / PlaceSet::kBlock;
        const auto& cap = places_.blocks_[index];
        const auto angle = [&](const Prepared& n) {
            return distances_ != nullptr ? distances_->block_angle(index, n.point)
                                         : angle_to(n, cap);
        };
        if (range.orphans) {
            prune(cap, angle, group_all_, kInfinity, block_nodes_);
            improve(begin, end, true);
        }
        prune(cap, angle, group_added_, range.worst_ms, block_nodes_);
        if (!block_nodes_.empty()) {
            improve(begin, end, false);
        }
    }

    static double angle_to(const Prepared& n, const PlaceSet::Cap& cap) {
        return 2 * std::asin(std::min(1.0, geo::norm(n.at - cap.centre) / 2));
    }

    // The nodes that may be best (or second best) somewhere in the cap: those that somebody there
    // sees, whose lowest RTT is not above `limit_ms` nor above the least of the RTTs that nodes for
    // everyone surely reach in their area.
    template <typename Angle>
    void prune(const PlaceSet::Cap& cap, const Angle& angle_of, std::span<const Prepared> from,
               double limit_ms, Nodes& into) {
        const auto areas = places_.areas_in(cap);
        lower_.resize(from.size());
        LeastTwo everywhere;
        reached_.assign(areas.size(), {});
        likely_.clear();
        for (std::size_t i = 0; i < from.size(); ++i) {
            const auto& n = from[i];
            const double angle = angle_of(n);
            const double nearest = std::max(0.0, angle - cap.radius_rad);
            lower_[i] = n.offset_ms + n.ms_per_m * (kB * nearest - kSlack_m);
            const std::size_t slot = lower_[i] <= limit_ms ? slot_of(n, areas) : kUnseen;
            if (slot == kUnseen) {
                continue;
            }
            likely_.emplace_back(i, slot);
            if (serves_everyone(n)) {
                const double farthest = std::min(std::numbers::pi, angle + cap.radius_rad);
                const double upper = n.offset_ms + n.ms_per_m * (kA * farthest + kSlack_m);
                (slot == kSeenByAll ? everywhere : reached_[slot]).add(upper, n.region);
            }
        }
        const std::size_t rank = two_ ? 1 : 0;
        double worst = areas.empty() ? everywhere.ms[rank] : 0;
        for (auto& reached : reached_) {
            reached.add(everywhere);
            worst = std::max(worst, reached.ms[rank]);
        }
        into.clear();
        lower_of_kept_.clear();
        for (const auto& [i, slot] : likely_) {
            const double reached = slot == kSeenByAll ? worst : reached_[slot].ms[rank];
            if (lower_[i] <= reached) {
                into.push_back(from[i]);
                lower_of_kept_.push_back(lower_[i]);
            }
        }
    }

    static constexpr std::size_t kUnseen = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t kSeenByAll = kUnseen - 1;

    // Which of the cap's areas see a node.
    std::size_t slot_of(const Prepared& n, std::span<const geo::AccessAreaIndex> areas) const {
        if (n.area == geo::kAnyArea || places_.areas_.empty()) {
            return kSeenByAll;
        }
        const auto found = std::lower_bound(areas.begin(), areas.end(), n.area);
        return found != areas.end() && *found == n.area
                   ? static_cast<std::size_t>(found - areas.begin())
                   : kUnseen;
    }

    // Searches the orphans of [begin, end), at most a block, or the others among block_nodes_.
    void improve(std::size_t begin, std::size_t end, bool orphans) {
        if (distances_ != nullptr) {
            two_ ? improve_two_measured(begin, end, orphans)
                 : improve_measured(begin, end, orphans);
            return;
        }
        h_.resize(block_nodes_.size() * PlaceSet::kBlock);
        for (std::size_t c = 0; c < block_nodes_.size(); ++c) {
            chords(begin, block_nodes_[c].at, &h_[c * PlaceSet::kBlock]);
        }
        const bool uniform = std::all_of(block_nodes_.begin(), block_nodes_.end(), [&](auto& n) {
            return n.offset_ms == block_nodes_[0].offset_ms &&
                   n.ms_per_m == block_nodes_[0].ms_per_m;
        });
        for (std::size_t i = begin; i < end; ++i) {
            const bool is_orphan = field_.best_ms_[i] == kOrphan;
            if (is_orphan == orphans) {
                two_ ? place_two(i, i - begin) : place(i, i - begin, uniform);
            }
        }
    }

    void place(std::size_t i, std::size_t column, bool uniform) {
        const std::uint32_t before = field_.best_[i];
        const bool orphan = field_.best_ms_[i] == kOrphan;
        Best best{kInfinity, before};
        if (before != kNoNode) {
            best.ms = cost_ms(i, field_.prepared_[before]);
        }
        if (uniform && !block_nodes_.empty()) {
            choose_nearest(i, column, best);
        } else {
            choose_weighted(i, column, best);
        }
        if (orphan || best.node != before) {
            set(i, best);
        }
    }

    struct Best {
        double ms = kInfinity;
        std::uint32_t node = kNoNode;
        bool before(const Best& other) const {
            return ms < other.ms || (ms == other.ms && node < other.node);
        }
    };

    void set(std::size_t i, const Best& best) {
        field_.best_[i] = best.node;
        field_.best_ms_[i] = static_cast<float>(best.ms);
        field_.node_[places_.order_[i]] = best.node;
        field_.rtt_ms_[places_.order_[i]] = rtt_ms(i, best.ms);
    }

    // The best, and the best of the other regions.
    struct BestTwo {
        Best first, second;
    };

    void place_two(std::size_t i, std::size_t column) {
        BestTwo best;
        if (field_.best_ms_[i] != kOrphan) {
            for (const auto node : {field_.best_[i], field_.second_[i]}) {
                if (node != kNoNode) {
                    take(i, field_.prepared_[node], best);
                }
            }
        }
        bound(i, column, best.second.ms);
        for (std::size_t c = 0; c < block_nodes_.size(); ++c) {
            if (lower_[c] <= limit_ms_ && lower_[c] < kInfinity) {
                take(i, block_nodes_[c], best);
                limit_ms_ = std::min(limit_ms_, best.second.ms);
            }
        }
        set(i, best);
    }

    void set(std::size_t i, const BestTwo& best) {
        const std::uint32_t at = places_.order_[i];
        field_.best_[i] = field_.node_[at] = best.first.node;
        field_.best_ms_[i] = static_cast<float>(best.first.ms);
        field_.rtt_ms_[at] = rtt_ms(i, best.first.ms);
        field_.second_[i] = field_.second_node_[at] = best.second.node;
        field_.second_ms_[i] = static_cast<float>(best.second.ms);
        field_.second_rtt_ms_[at] = rtt_ms(i, best.second.ms);
    }

    // Of the median client at a place, given what its node prices.
    float rtt_ms(std::size_t i, double ms) const {
        if (field_.clients_ == nullptr) {
            return static_cast<float>(ms);
        }
        const auto country = places_.countries_.empty() ? geo::kNoCountry : places_.countries_[i];
        return static_cast<float>(field_.clients_->typical_ms(country, ms));
    }

    void take(std::size_t i, const Prepared& n, BestTwo& best) const {
        take(n, cost_ms(i, n), best);
    }
    void take(const Prepared& n, double ms, BestTwo& best) const {
        const Best here{ms, n.index};
        if (here.node == best.first.node || here.node == best.second.node) {
            return;
        }
        const bool same_region =
            best.first.node != kNoNode && field_.prepared_[best.first.node].region == n.region;
        if (here.before(best.first)) {
            best.second = same_region ? best.second : best.first;
            best.first = here;
        } else if (!same_region && here.before(best.second)) {
            best.second = here;
        }
    }

    // With distances at hand candidates are priced at every place of the block, in flat loops, the
    // most promising first: what is left when none can win any more need not even be measured.
    void improve_measured(std::size_t begin, std::size_t end, bool orphans) {
        std::array<double, PlaceSet::kBlock> least;
        std::array<std::uint64_t, PlaceSet::kBlock> node;  // as wide as RTTs: flat loops stay flat
        least.fill(-1);                                    // padding, and who is not asked
        node.fill(kNoNode);
        for (std::size_t i = begin; i < end; ++i) {
            const float known_ms = field_.best_ms_[i];
            if ((known_ms == kOrphan) == orphans) {
                least[i - begin] = orphans ? kInfinity : loosened(known_ms);
            }
        }
        for (const auto c : sorted_by_lower()) {
            if (lower_of_kept_[c] > *std::max_element(least.begin(), least.end())) {
                break;
            }
            const auto& n = block_nodes_[c];
            const double* const m = distances_->block_m(begin / PlaceSet::kBlock, n.point);
            if (serves_all(n, begin, end)) {
                price(n, m, least, node);
                continue;
            }
            for (std::size_t p = 0; p < end - begin; ++p) {
                const double ms = n.offset_ms + n.ms_per_m * m[p];
                const bool wins = ms < least[p] || (ms == least[p] && n.index < node[p]);
                if (wins && serves(n, begin + p)) {
                    least[p] = ms;
                    node[p] = n.index;
                }
            }
        }
        for (std::size_t i = begin; i < end; ++i) {
            const Best found{least[i - begin], static_cast<std::uint32_t>(node[i - begin])};
            const bool is_orphan = field_.best_ms_[i] == kOrphan;
            const std::uint32_t before = field_.best_[i];
            if (is_orphan && orphans) {
                set(i, found);
            } else if (found.node != kNoNode &&
                       (before == kNoNode ||
                        found.before({cost_ms(i, field_.prepared_[before]), before}))) {
                set(i, found);
            }
        }
    }

    using Least = std::array<double, PlaceSet::kBlock>;
    using Nodes64 = std::array<std::uint64_t, PlaceSet::kBlock>;
    static void price(const Prepared& n, const double* m, Least& least, Nodes64& node) {
        const double offset_ms = n.offset_ms;
        const double ms_per_m = n.ms_per_m;
        const std::uint64_t ours = n.index;
        for (std::size_t p = 0; p < PlaceSet::kBlock; ++p) {
            const double ms = offset_ms + ms_per_m * m[p];
            const bool wins = (ms < least[p]) | ((ms == least[p]) & (ours < node[p]));
            node[p] = wins ? ours : node[p];
            least[p] = wins ? ms : least[p];
        }
    }

    // Of block_nodes_, as prune() left them.
    const std::vector<std::uint32_t>& sorted_by_lower() {
        by_lower_.resize(block_nodes_.size());
        for (std::uint32_t c = 0; c < by_lower_.size(); ++c) {
            by_lower_[c] = c;
        }
        std::sort(by_lower_.begin(), by_lower_.end(), [this](std::uint32_t a, std::uint32_t b) {
            return lower_of_kept_[a] != lower_of_kept_[b] ? lower_of_kept_[a] < lower_of_kept_[b]
                                                          : a < b;
        });
        return by_lower_;
    }

    void improve_two_measured(std::size_t begin, std::size_t end, bool orphans) {
        std::array<BestTwo, PlaceSet::kBlock> best;
        Least limit;
        limit.fill(-1);  // nothing to be found there
        for (std::size_t i = begin; i < end; ++i) {
            const bool is_orphan = field_.best_ms_[i] == kOrphan;
            if (is_orphan != orphans) {
                continue;
            }
            auto& here = best[i - begin];
            for (const auto known : {field_.best_[i], field_.second_[i]}) {
                if (!is_orphan && known != kNoNode) {
                    take(i, field_.prepared_[known], here);
                }
            }
            limit[i - begin] = here.second.ms;
        }
        for (const auto c : sorted_by_lower()) {
            if (lower_of_kept_[c] > *std::max_element(limit.begin(), limit.end())) {
                break;
            }
            const auto& n = block_nodes_[c];
            const double* const m = distances_->block_m(begin / PlaceSet::kBlock, n.point);
            for (std::size_t p = 0; p < end - begin; ++p) {
                const double ms = n.offset_ms + n.ms_per_m * m[p];
                if (ms <= limit[p] && serves(n, begin + p)) {
                    take(n, ms, best[p]);
                    limit[p] = best[p].second.ms;
                }
            }
        }
        for (std::size_t i = begin; i < end; ++i) {
            if (limit[i - begin] >= 0) {
                set(i, best[i - begin]);
            }
        }
    }

    // Everybody in [begin, end), a block.
    bool serves_all(const Prepared& n, std::size_t begin, std::size_t end) const {
        const auto& cap = places_.blocks_[begin / PlaceSet::kBlock];
        const bool all_see = n.area == geo::kAnyArea || places_.areas_.empty() ||
                             (end > begin && places_.areas_in(cap).size() == 1);
        return all_see && serves_everyone(n);
    }

    // What was rounded to a float may have been this much.
    static double loosened(float ms) { return static_cast<double>(ms) * (1 + 1e-6); }

    // Least RTTs of the candidates at a place into lower_, and into limit_ms_ what none that counts
    // is above.
    void bound(std::size_t i, std::size_t column, double known_ms) {
        lower_.assign(block_nodes_.size(), kInfinity);
        LeastTwo upper;
        for (std::size_t c = 0; c < block_nodes_.size(); ++c) {
            const auto& n = block_nodes_[c];
            if (!serves(n, i)) {
                continue;
            }
            const AngleBounds angle = angle_bounds(h_[c * PlaceSet::kBlock + column]);
            lower_[c] = n.offset_ms + n.ms_per_m * (kB * angle.least - kSlack_m);
            upper.add(n.offset_ms + n.ms_per_m * (kA * angle.most + kSlack_m), n.region);
        }
        limit_ms_ = std::min(known_ms, upper.ms[two_ ? 1 : 0]);
    }

    // All candidates cost alike, so only distance matters, and h = sin²(σ/2) stands in for it: a
    // node can win only if σ <= (a/b) σ_min, and sin(cx) <= c sin x makes that h <= (a/b)² h_min.
    void choose_nearest(std::size_t i, std::size_t column, Best& best) const {
        double nearest = kInfinity;
        for (std::size_t c = 0; c < block_nodes_.size(); ++c) {
            const double h = h_[c * PlaceSet::kBlock + column];
            if (h < nearest && serves(block_nodes_[c], i)) {
                nearest = h;
            }
        }
        const double sine = std::sqrt(nearest);
        const auto& any = block_nodes_[0];
        if (any.offset_ms + any.ms_per_m * (2 * kB * sine - kSlack_m) > best.ms) {
            return;  // even the chord is too long
        }
        const double reach = kA / kB * sine + kSlack_m / kB;
        const double limit = reach * reach;
        for (std::size_t c = 0; c < block_nodes_.size(); ++c) {
            const double h = h_[c * PlaceSet::kBlock + column];
            if (h <= limit && serves(block_nodes_[c], i)) {
                take(i, block_nodes_[c], best);
            }
        }
    }

    void choose_weighted(std::size_t i, std::size_t column, Best& best) {
        bound(i, column, best.ms);
        for (std::size_t c = 0; c < block_nodes_.size(); ++c) {
            if (lower_[c] <= limit_ms_ && lower_[c] < kInfinity) {
                take(i, block_nodes_[c], best);
                limit_ms_ = std::min(limit_ms_, best.ms);
            }
        }
    }

    void take(std::size_t i, const Prepared& n, Best& best) const {
        const Best here{cost_ms(i, n), n.index};
        if (here.before(best)) {
            best = here;
        }
    }

    double cost_ms(std::size_t i, const Prepared& n) const {
        if (distances_ != nullptr) {
            const double* const m = distances_->block_m(i / PlaceSet::kBlock, n.point);
            return n.offset_ms + n.ms_per_m * m[i % PlaceSet::kBlock];
        }
        const geo::Vec3 place{places_.x_[i], places_.y_[i], places_.z_[i]};
        return n.offset_ms + n.ms_per_m * geo::fast_distance_reduced_m(place, n.at);
    }

    bool serves_everyone(const Prepared& n) const {
        return n.audience == 0 || places_.countries_.empty();
    }

    bool serves(const Prepared& n, std::size_t i) const { return is_seen(n, i) && may_serve(n, i); }

    bool is_seen(const Prepared& n, std::size_t i) const {
        return n.area == geo::kAnyArea || places_.areas_.empty() || places_.areas_[i] == n.area;
    }

    bool may_serve(const Prepared& n, std::size_t i) const {
        return serves_everyone(n) || audiences_.serves(n.audience, places_.countries_[i]);
    }

    // h = sin²(σ/2) from each place of the block (the last one is padded) to a node.
    void chords(std::size_t begin, geo::Vec3 to, double* h) const {
        const double* x = &places_.x_[begin];
        const double* y = &places_.y_[begin];
        const double* z = &places_.z_[begin];
        for (std::size_t p = 0; p < PlaceSet::kBlock; ++p) {
            const double dx = x[p] - to.x;
            const double dy = y[p] - to.y;
            const double dz = z[p] - to.z;
            h[p] = (dx * dx + dy * dy + dz * dz) / 4;
        }
    }

    LatencyField& field_;
    const PlaceSet& places_;
    const Audiences& audiences_;
    const Change& change_;
    std::span<const Prepared> added_;
    PlaceDistances* distances_;
    bool two_;
    Nodes group_all_, group_added_, block_nodes_;
    std::vector<LeastTwo> reached_;  // by area of the cap
    std::vector<double> lower_;
    std::vector<std::pair<std::size_t, std::size_t>> likely_;  // candidates and their areas' slots
    std::vector<double> lower_of_kept_;                        // of what prune() left, there
    std::vector<std::uint32_t> by_lower_;
    double limit_ms_ = 0;
    std::vector<double> h_;  // by candidate, then place of the block
};

LatencyField::LatencyField(const PlaceSet& places, const Audiences& audiences, Keep keep,
                           const ClientAccess* clients, PlaceDistances* distances)
    : places_(&places),
      audiences_(&audiences),
      keep_(keep),
      clients_(clients),
      distances_(distances),
      best_(places.size(), kNoNode),
      best_ms_(places.size(), std::numeric_limits<float>::infinity()),
      rtt_ms_(places.size(), std::numeric_limits<float>::infinity()),
      node_(places.size(), kNoNode) {
    if (keep == Keep::best_two) {
        second_.resize(places.size());
        second_ms_.resize(places.size());
        second_rtt_ms_.resize(places.size());
        second_node_.resize(places.size());
        clear();
    }
}

void LatencyField::clear() {
    nodes_.clear();
    prepared_.clear();
    for (auto* nodes : {&best_, &node_, &second_, &second_node_}) {
        std::fill(nodes->begin(), nodes->end(), kNoNode);
    }
    for (auto* rtts_ms : {&best_ms_, &rtt_ms_, &second_ms_, &second_rtt_ms_}) {
        std::fill(rtts_ms->begin(), rtts_ms->end(), std::numeric_limits<float>::infinity());
    }
}

LatencyField::Prepared LatencyField::prepare(const FieldNode& n) const {
    Prepared result;
    result.at = geo::reduced_unit_vector(n.node.position);
    result.offset_ms = n.node.offset_ms;
    result.ms_per_m = n.node.ms_per_km / 1000;
    result.audience = n.audience;
    result.area = n.node.area;
    result.region = n.node.region;
    result.point = distances_ != nullptr ? distances_->point(n.node.position) : 0;
    return result;
}

void LatencyField::set_nodes(std::span<const FieldNode> nodes) {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        check(nodes[i], i);
    }
    Change change = compare(nodes_, nodes, keep_);
    if (!change.keeps_order) {
        clear();
        change = compare({}, nodes, keep_);
    }
    nodes_.assign(nodes.begin(), nodes.end());
    const auto before = std::exchange(prepared_, std::vector<Prepared>(nodes.size()));
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (const auto now = change.now_of[i]; now != kNoNode) {
            prepared_[now] = before[i];
        }
    }
    std::vector<Prepared> added;
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
        auto& prepared = prepared_[i];
        if (change.is_new[i]) {
            prepared = prepare(nodes_[i]);
        }
        prepared.index = i;
        if (change.is_new[i]) {
            added.push_back(prepared);
        }
    }
    if (change.identity && added.empty()) {
        return;
    }
    parallel_blocks(places_->groups_.size(), 1, [&](std::size_t begin, std::size_t end) {
        FieldSearch search(*this, change, added);
        for (std::size_t group = begin; group < end; ++group) {
            search.group(group);
        }
    });
}

}  // namespace footprint::sim
