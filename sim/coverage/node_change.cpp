#include "sim/coverage/node_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "base/error.h"

namespace footprint::sim {

namespace {

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
                    NodeChange& change) {
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
        change.is_cheaper[i] = found != kNoNode ? 1 : 0;
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
            if (nodes_[*at] == node) {
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

}  // namespace

NodeChange change_of(std::span<const FieldNode> before, std::span<const FieldNode> now, Keep keep) {
    NodeChange change{std::vector<std::uint32_t>(before.size(), kNoNode),
                      std::vector<bool>(now.size(), true),
                      std::vector<std::uint8_t>(before.size(), 0)};
    NodeIndex index(before);
    for (std::uint32_t i = 0; i < now.size(); ++i) {
        if (const auto same = index.take(now[i]); same != kNoNode) {
            change.now_of[same] = i;
            change.is_new[i] = false;
        }
    }
    std::uint32_t last = 0;
    for (std::uint32_t i = 0; i < before.size(); ++i) {
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

SlotChange::SlotChange(std::size_t slots) : now_of(slots), is_moved((slots + 63) / 64, 0) {
    std::iota(now_of.begin(), now_of.end(), 0U);
}

void SlotChange::move(std::uint32_t slot, std::uint32_t to) {
    now_of[slot] = to;
    is_moved[slot / 64] |= std::uint64_t{1} << slot % 64;
    moved.push_back(slot);
}

void check_nodes(std::span<const FieldNode> nodes) {
    const auto fits = [](double v) { return std::isfinite(v) && v >= 0; };
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const auto& n = nodes[i].node;
        if (!geo::is_valid(n.position) || !fits(n.offset_ms) || !fits(n.ms_per_km)) {
            throw Error(ExitCode::invalid,
                        fmt::format("node {} has lon {}, lat {}, offset {} ms, {} ms/km; expected "
                                    "a place on Earth and times of 0 or more",
                                    i, n.position.lon, n.position.lat, n.offset_ms, n.ms_per_km));
        }
    }
}

}  // namespace footprint::sim
