#include "sim/coverage/field_search.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <span>

#include "geo/sphere/fast_distances.h"
#include "geo/sphere/geodesic.h"

namespace footprint::sim {

namespace {

constexpr double kA = geo::kEquatorialRadius_m;
constexpr double kB = geo::kPolarRadius_m;

// The greatest of RTTs, and 0 at least; several chains, so that none waits for the other.
double most(std::span<const double> rtts_ms) {
    std::array<double, 8> chains{};
    std::size_t i = 0;
    for (; i + chains.size() <= rtts_ms.size(); i += chains.size()) {
        for (std::size_t k = 0; k < chains.size(); ++k) {
            chains[k] = chains[k] < rtts_ms[i + k] ? rtts_ms[i + k] : chains[k];
        }
    }
    for (; i < rtts_ms.size(); ++i) {
        chains[0] = std::max(chains[0], rtts_ms[i]);
    }
    return *std::ranges::max_element(chains);
}

double angle_to(const LatencyField::Prepared& n, geo::Vec3 centre) {
    return 2 * std::asin(std::min(1.0, geo::norm(n.at - centre) / 2));
}

}  // namespace

FieldSearch::FieldSearch(LatencyField& field, const SlotChange& change, Scratch& scratch)
    : field_(field),
      places_(*field.places_),
      change_(change),
      distances_(field.distances_),
      two_(field.keep_ == Keep::best_two),
      scratch_(scratch) {
    scratch_.prune.set_audiences(*field.audiences_);
}

// Most steps change little: a group that neither has a place at a node that went nor comes near a
// node that came costs a look at both.
void FieldSearch::group(std::size_t index) {
    const std::size_t begin = index * PlaceSet::kGroup;
    const std::size_t end = std::min(places_.size(), begin + PlaceSet::kGroup);
    const auto& cap = places_.groups_[index];
    auto& state = field_.groups_[index];
    const bool moved = uses_moved(state);
    const bool orphans = moved && move(begin, end);
    if (moved) {
        look(cap, begin, end, state.worst_ms);
    }
    const auto angle = [&](const Prepared& n) {
        return distances_ != nullptr ? distances_->group_angle(index, n.point)
                                     : angle_to(n, cap.centre);
    };
    if (orphans) {
        scratch_.no_limit_ms.assign(state.worst_ms.size(), kInfinity);
        scratch_.prune(cap, angle, field_.prepared_, scratch_.no_limit_ms, two_, scratch_.of_group);
    }
    scratch_.prune(cap, angle, change_.added, state.worst_ms, two_, scratch_.added_of_group);
    const bool is_searched = orphans || !scratch_.added_of_group.empty();
    for (std::size_t at = begin; is_searched && at < end; at += PlaceSet::kBlock) {
        block(at, std::min(end, at + PlaceSet::kBlock), orphans);
    }
    if (is_searched) {
        look(cap, begin, end, state.worst_ms);
    }
    if (is_searched || moved) {
        note_used(begin, end, state);
        state.changed_at = field_.step_;
    }
}

bool FieldSearch::uses_moved(const LatencyField::Group& group) const {
    const std::size_t words = std::min(group.used.size(), change_.is_moved.size());
    for (std::size_t i = 0; i < words; ++i) {
        if ((group.used[i] & change_.is_moved[i]) != 0) {
            return true;
        }
    }
    return false;
}

void FieldSearch::note_used(std::size_t begin, std::size_t end, LatencyField::Group& group) const {
    group.used.assign((field_.prepared_.size() + 63) / 64, 0);
    const auto note = [&](std::uint32_t slot) {
        if (slot != kNoNode) {
            group.used[slot / 64] |= std::uint64_t{1} << slot % 64;
        }
    };
    for (std::size_t i = begin; i < end; ++i) {
        note(field_.best_[i]);
        if (two_) {
            note(field_.second_[i]);
        }
    }
}

bool FieldSearch::move(std::size_t begin, std::size_t end) {
    bool orphans = false;
    for (std::size_t i = begin; i < end; ++i) {
        if (is_moved(field_.best_[i]) || (two_ && is_moved(field_.second_[i]))) {
            move_place(i);
            orphans = orphans || is_orphan(i);
        }
    }
    return orphans;
}

// Of two, either may be gone; none is followed to a cheaper one.
void FieldSearch::move_place(std::size_t i) {
    const std::uint32_t now = two_ ? kNoNode : change_.now_of[field_.best_[i]];
    if (now == kNoNode) {
        field_.best_[i] = kNoNode;
        field_.best_ms_[i] = kOrphan;
        if (two_) {
            field_.second_ms_[i] = kOrphan;
        }
    } else {
        set(i, moved_to(i, field_.prepared_[now]));
    }
}

void FieldSearch::look(const PlaceSet::Cap& cap, std::size_t begin, std::size_t end,
                       std::vector<double>& worst_ms) const {
    const auto& limit_ms = two_ ? field_.second_ms_ : field_.best_ms_;
    const auto areas = places_.areas_in(cap);
    worst_ms.assign(std::max<std::size_t>(1, areas.size()), 0);
    if (areas.size() <= 1) {
        worst_ms[0] = most(std::span(limit_ms).subspan(begin, end - begin));
        return;
    }
    std::size_t slot = 0;
    for (std::size_t i = begin; i < end; ++i) {
        if (areas[slot] != places_.areas_[i]) {
            const auto found = std::lower_bound(areas.begin(), areas.end(), places_.areas_[i]);
            slot = static_cast<std::size_t>(found - areas.begin());
        }
        worst_ms[slot] = std::max(worst_ms[slot], limit_ms[i]);
    }
}

bool FieldSearch::has_orphans(std::size_t begin, std::size_t end) const {
    bool any = false;
    for (std::size_t i = begin; i < end; ++i) {
        any |= is_orphan(i);
    }
    return any;
}

void FieldSearch::block(std::size_t begin, std::size_t end, bool orphans) {
    const std::size_t index = begin / PlaceSet::kBlock;
    const auto& cap = places_.blocks_[index];
    const auto angle = [&](const Prepared& n) {
        return distances_ != nullptr ? distances_->block_angle(index, n.point)
                                     : angle_to(n, cap.centre);
    };
    look(cap, begin, end, scratch_.worst_ms);
    if (orphans && has_orphans(begin, end)) {
        scratch_.no_limit_ms.assign(scratch_.worst_ms.size(), kInfinity);
        scratch_.prune(cap, angle, scratch_.of_group, scratch_.no_limit_ms, two_,
                       scratch_.of_block);
        improve(begin, end, true);
    }
    scratch_.prune(cap, angle, scratch_.added_of_group, scratch_.worst_ms, two_, scratch_.of_block);
    if (!scratch_.of_block.empty()) {
        improve(begin, end, false);
    }
}

void FieldSearch::improve(std::size_t begin, std::size_t end, bool orphans) {
    const auto& candidates = scratch_.of_block;
    const bool all_cost_alike = std::ranges::all_of(candidates, [&](auto& n) {
        return n.offset_ms == candidates[0].offset_ms && n.ms_per_m == candidates[0].ms_per_m;
    });
    if (two_) {
        improve_two_measured(begin, end, orphans);
    } else if (distances_ != nullptr || candidates.empty() || !all_cost_alike) {
        improve_measured(begin, end, orphans);
    } else {
        improve_nearest(begin, end, orphans);
    }
}

// A geodesic is no shorter than its chord times the lesser radius.
bool FieldSearch::may_reach(std::size_t begin, std::size_t end, const Prepared& n,
                            const Least& limit_ms) const {
    if (distances_ != nullptr && distances_->is_measured(begin / PlaceSet::kBlock, n.point)) {
        return true;  // pricing costs no more
    }
    if (!(n.ms_per_m > 0)) {
        return true;
    }
    Least reach;
    const double per_ms = 1 / (n.ms_per_m * kB);
    for (std::size_t p = 0; p < reach.size(); ++p) {
        reach[p] = (limit_ms[p] - n.offset_ms) * per_ms + kDistanceSlack_m / kB;
    }
    const auto of_block = [&](const std::vector<double>& component) {
        return std::span(component).subspan(begin, end - begin);
    };
    return geo::any_within_reach(of_block(places_.x_), of_block(places_.y_), of_block(places_.z_),
                                 n.at, std::span(reach).first(end - begin));
}

const double* FieldSearch::block_m(std::size_t begin, std::size_t end, const Prepared& n) const {
    if (distances_ != nullptr) {
        return distances_->block_m(begin / PlaceSet::kBlock, n.point);
    }
    const auto of_block = [&](const std::vector<double>& component) {
        return std::span(component).subspan(begin, end - begin);
    };
    geo::fast_distances_reduced_m(of_block(places_.x_), of_block(places_.y_), of_block(places_.z_),
                                  n.at, std::span(scratch_.metres).first(end - begin));
    return scratch_.metres.data();
}

// Most often few are asked, so they stand in a heap rather than in order.
template <typename Visit>
void FieldSearch::by_promise(const Least& limit, const Visit& visit) {
    const auto lower_ms = scratch_.prune.lower_ms();
    auto& heap = scratch_.by_lower;
    heap.resize(scratch_.of_block.size());
    std::iota(heap.begin(), heap.end(), 0U);
    const auto is_later = [lower_ms](std::uint32_t a, std::uint32_t b) {
        return lower_ms[a] != lower_ms[b] ? lower_ms[a] > lower_ms[b] : a > b;
    };
    std::ranges::make_heap(heap, is_later);
    double worst_ms = *std::ranges::max_element(limit);
    while (!heap.empty() && lower_ms[heap.front()] <= worst_ms) {
        if (visit(scratch_.of_block[heap.front()])) {
            worst_ms = *std::ranges::max_element(limit);
        }
        std::ranges::pop_heap(heap, is_later);
        heap.pop_back();
    }
}

void FieldSearch::improve_measured(std::size_t begin, std::size_t end, bool orphans) {
    Least least;
    Nodes64 node;
    least.fill(-1);  // padding, and who is not asked
    node.fill(kNoNode);
    for (std::size_t i = begin; i < end; ++i) {
        if (is_orphan(i) == orphans) {
            least[i - begin] = orphans ? kInfinity : field_.best_ms_[i];
            node[i - begin] = field_.index_of(field_.best_[i]);
        }
    }
    by_promise(least, [&](const Prepared& n) {
        if (!may_reach(begin, end, n, least)) {
            return false;
        }
        const double* const m = block_m(begin, end, n);
        if (serves_all(n, begin, end)) {
            return price(n, m, least, node);
        }
        bool won = false;
        for (std::size_t p = 0; p < end - begin; ++p) {
            const double ms = n.offset_ms + n.ms_per_m * m[p];
            const bool wins = ms < least[p] || (ms == least[p] && n.index < node[p]);
            if (wins && serves(n, begin + p)) {
                least[p] = ms;
                node[p] = n.index;
                won = true;
            }
        }
        return won;
    });
    for (std::size_t i = begin; i < end; ++i) {
        const auto found = static_cast<std::uint32_t>(node[i - begin]);
        if (is_orphan(i) == orphans && (orphans || found != field_.index_of(field_.best_[i]))) {
            Best best{least[i - begin], found};
            if (found != kNoNode) {
                best.metres = metres(i, field_.prepared_[slot_of(best)]);
            }
            set(i, best);
        }
    }
}

bool FieldSearch::price(const Prepared& n, const double* m, Least& least, Nodes64& node) {
    const double offset_ms = n.offset_ms;
    const double ms_per_m = n.ms_per_m;
    const std::uint64_t ours = n.index;
    // Most candidates win nowhere, which costs less to find out than where they win.
    std::array<double, 8> gain_ms;
    gain_ms.fill(-1);
    for (std::size_t p = 0; p < PlaceSet::kBlock; p += gain_ms.size()) {
        for (std::size_t k = 0; k < gain_ms.size(); ++k) {
            const double gain = least[p + k] - (offset_ms + ms_per_m * m[p + k]);
            gain_ms[k] = gain_ms[k] < gain ? gain : gain_ms[k];
        }
    }
    if (*std::ranges::max_element(gain_ms) < 0) {
        return false;
    }
    std::uint64_t changed = 0;
    for (std::size_t p = 0; p < PlaceSet::kBlock; ++p) {
        const double ms = offset_ms + ms_per_m * m[p];
        const bool wins = (ms < least[p]) | ((ms == least[p]) & (ours < node[p]));
        changed |= wins ? node[p] ^ ours : 0;
        node[p] = wins ? ours : node[p];
        least[p] = wins ? ms : least[p];
    }
    return changed != 0;
}

void FieldSearch::improve_two_measured(std::size_t begin, std::size_t end, bool orphans) {
    std::array<BestTwo, PlaceSet::kBlock> best;
    Least limit;
    limit.fill(-1);  // nothing to be found there
    for (std::size_t i = begin; i < end; ++i) {
        if (is_orphan(i) == orphans) {
            best[i - begin] = known_two(i);
            limit[i - begin] = best[i - begin].second.ms;
        }
    }
    by_promise(limit, [&](const Prepared& n) {
        if (!may_reach(begin, end, n, limit)) {
            return false;
        }
        const double* const m = block_m(begin, end, n);
        bool won = false;
        for (std::size_t p = 0; p < end - begin; ++p) {
            const double ms = n.offset_ms + n.ms_per_m * m[p];
            if (ms <= limit[p] && serves(n, begin + p)) {
                take(Best{ms, n.index, m[p]}, best[p]);
                limit[p] = best[p].second.ms;
                won = true;
            }
        }
        return won;
    });
    for (std::size_t i = begin; i < end; ++i) {
        if (limit[i - begin] >= 0) {
            set(i, best[i - begin]);
        }
    }
}

// h = sin²(σ/2) from each place of the block (the last one is padded) to a node.
void FieldSearch::chords(std::size_t begin, geo::Vec3 to, double* h) const {
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

void FieldSearch::improve_nearest(std::size_t begin, std::size_t end, bool orphans) {
    scratch_.h.resize(scratch_.of_block.size() * PlaceSet::kBlock);
    for (std::size_t c = 0; c < scratch_.of_block.size(); ++c) {
        chords(begin, scratch_.of_block[c].at, &scratch_.h[c * PlaceSet::kBlock]);
    }
    for (std::size_t i = begin; i < end; ++i) {
        if (is_orphan(i) == orphans) {
            Best best = known(i);
            const std::uint32_t before = best.node;
            choose_nearest(i, i - begin, best);
            if (orphans || best.node != before) {
                set(i, best);
            }
        }
    }
}

// All candidates cost alike, so only distance matters, and h = sin²(σ/2) stands in for it: a node
// can win only if σ <= (a/b) σ_min, and sin(cx) <= c sin x makes that h <= (a/b)² h_min.
void FieldSearch::choose_nearest(std::size_t i, std::size_t column, Best& best) const {
    double nearest = kInfinity;
    for (std::size_t c = 0; c < scratch_.of_block.size(); ++c) {
        const double h = scratch_.h[c * PlaceSet::kBlock + column];
        if (h < nearest && serves(scratch_.of_block[c], i)) {
            nearest = h;
        }
    }
    const double sine = std::sqrt(nearest);
    const auto& any = scratch_.of_block[0];
    if (any.offset_ms + any.ms_per_m * (2 * kB * sine - kDistanceSlack_m) > best.ms) {
        return;  // even the chord is too long
    }
    const double reach = kA / kB * sine + kDistanceSlack_m / kB;
    const double limit = reach * reach;
    for (std::size_t c = 0; c < scratch_.of_block.size(); ++c) {
        const double h = scratch_.h[c * PlaceSet::kBlock + column];
        if (h <= limit && serves(scratch_.of_block[c], i)) {
            take(measured(i, scratch_.of_block[c]), best);
        }
    }
}

FieldSearch::Best FieldSearch::known(std::size_t i) const {
    return is_orphan(i) ? Best{} : Best{field_.best_ms_[i], field_.index_of(field_.best_[i])};
}

FieldSearch::BestTwo FieldSearch::known_two(std::size_t i) const {
    return is_orphan(i) ? BestTwo{}
                        : BestTwo{{field_.best_ms_[i], field_.index_of(field_.best_[i])},
                                  {field_.second_ms_[i], field_.index_of(field_.second_[i])}};
}

// To another node at the place of its best one.
FieldSearch::Best FieldSearch::moved_to(std::size_t i, const Prepared& n) const {
    if (field_.best_m_.empty()) {
        return measured(i, n);
    }
    const double metres = field_.best_m_[i];
    return {n.offset_ms + n.ms_per_m * metres, n.index, metres};
}

FieldSearch::Best FieldSearch::measured(std::size_t i, const Prepared& n) const {
    const double metres = this->metres(i, n);
    return {n.offset_ms + n.ms_per_m * metres, n.index, metres};
}

double FieldSearch::metres(std::size_t i, const Prepared& n) const {
    if (distances_ != nullptr) {
        return distances_->block_m(i / PlaceSet::kBlock, n.point)[i % PlaceSet::kBlock];
    }
    return geo::fast_distance_reduced_m({places_.x_[i], places_.y_[i], places_.z_[i]}, n.at);
}

void FieldSearch::take(const Best& here, Best& best) {
    if (here.before(best)) {
        best = here;
    }
}

void FieldSearch::take(const Best& here, BestTwo& best) const {
    if (here.node == best.first.node || here.node == best.second.node) {
        return;
    }
    const bool same_region =
        best.first.node != kNoNode &&
        field_.nodes_[best.first.node].node.region == field_.nodes_[here.node].node.region;
    if (here.before(best.first)) {
        best.second = same_region ? best.second : best.first;
        best.first = here;
    } else if (!same_region && here.before(best.second)) {
        best.second = here;
    }
}

void FieldSearch::set(std::size_t i, const Best& best) {
    const std::uint32_t at = places_.order_[i];
    field_.best_[i] = field_.node_[at] = slot_of(best);
    field_.best_ms_[i] = best.ms;
    if (!field_.best_m_.empty()) {
        field_.best_m_[i] = best.metres;
    }
    field_.rtt_ms_[at] = rtt_ms(i, best.ms);
}

void FieldSearch::set(std::size_t i, const BestTwo& best) {
    set(i, best.first);
    const std::uint32_t at = places_.order_[i];
    field_.second_[i] = field_.second_node_[at] = slot_of(best.second);
    field_.second_ms_[i] = best.second.ms;
    field_.second_rtt_ms_[at] = rtt_ms(i, best.second.ms);
}

// Of the median client at a place, given what its node prices.
float FieldSearch::rtt_ms(std::size_t i, double ms) const {
    if (field_.clients_ == nullptr) {
        return static_cast<float>(ms);
    }
    const auto country = places_.countries_.empty() ? geo::kNoCountry : places_.countries_[i];
    return static_cast<float>(field_.clients_->typical_ms(country, ms));
}

// Everybody in [begin, end), a block.
bool FieldSearch::serves_all(const Prepared& n, std::size_t begin, std::size_t end) const {
    const auto& cap = places_.blocks_[begin / PlaceSet::kBlock];
    const bool all_see = n.area == geo::kAnyArea || places_.areas_.empty() ||
                         (end > begin && places_.areas_in(cap).size() == 1);
    return all_see && scratch_.prune.serves_everyone(n);
}

bool FieldSearch::serves(const Prepared& n, std::size_t i) const {
    const bool is_seen =
        n.area == geo::kAnyArea || places_.areas_.empty() || places_.areas_[i] == n.area;
    return is_seen && (scratch_.prune.serves_everyone(n) ||
                       field_.audiences_->serves(n.audience, places_.countries_[i]));
}

}  // namespace footprint::sim
