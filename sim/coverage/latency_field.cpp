#include "sim/coverage/latency_field.h"

#include <algorithm>
#include <utility>

#include "base/parallel.h"
#include "geo/sphere/geodesic.h"
#include "sim/coverage/field_search.h"
#include "sim/coverage/node_change.h"
#include "sim/coverage/place_distances.h"

namespace footprint::sim {

namespace {

constexpr double kNone = std::numeric_limits<double>::infinity();

}  // namespace

LatencyField::LatencyField(const PlaceSet& places, const Audiences& audiences, Keep keep,
                           const ClientAccess* clients, PlaceDistances* distances)
    : places_(&places),
      audiences_(&audiences),
      keep_(keep),
      clients_(clients),
      distances_(distances),
      best_(places.size()),
      best_ms_(places.size()),
      best_m_(keep == Keep::best ? places.size() : 0, 0),
      rtt_ms_(places.size()),
      node_(places.size()) {
    if (keep == Keep::best_two) {
        second_.resize(places.size());
        second_ms_.resize(places.size());
        second_rtt_ms_.resize(places.size());
        second_node_.resize(places.size());
    }
    clear();
}

void LatencyField::clear() {
    nodes_.clear();
    prepared_.clear();
    slot_.clear();
    free_slots_.clear();
    groups_.clear();
    for (const auto& cap : places_->groups_) {
        const std::size_t areas = std::max<std::size_t>(1, places_->areas_in(cap).size());
        groups_.push_back({{}, std::vector<double>(areas, kNone), step_ + 1});
    }
    for (auto* nodes : {&best_, &node_, &second_, &second_node_}) {
        std::fill(nodes->begin(), nodes->end(), kNoNode);
    }
    for (auto* costs_ms : {&best_ms_, &second_ms_}) {
        std::fill(costs_ms->begin(), costs_ms->end(), kNone);
    }
    for (auto* rtts_ms : {&rtt_ms_, &second_rtt_ms_}) {
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

SlotChange LatencyField::set_slots(std::span<const FieldNode> nodes, NodeChange change) {
    if (!change.keeps_order) {
        clear();
        change = change_of({}, nodes, keep_);
    }
    SlotChange result(prepared_.size());
    const auto before = std::exchange(slot_, std::vector<std::uint32_t>(nodes.size()));
    nodes_.assign(nodes.begin(), nodes.end());
    for (std::size_t i = 0; i < before.size(); ++i) {
        prepared_[before[i]].index = change.stays(i) ? change.now_of[i] : kNoNode;
        if (change.stays(i)) {
            slot_[change.now_of[i]] = before[i];
        }
    }
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
        if (change.is_new[i]) {
            result.added.push_back(take_slot(i));
        }
    }
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (!change.stays(i)) {
            const auto now = change.now_of[i];
            result.move(before[i], now == kNoNode ? kNoNode : slot_[now]);
        }
    }
    return result;
}

const LatencyField::Prepared& LatencyField::take_slot(std::uint32_t index) {
    if (free_slots_.empty()) {
        free_slots_.push_back(static_cast<std::uint32_t>(prepared_.size()));
        prepared_.emplace_back();
    }
    const std::uint32_t slot = free_slots_.back();
    free_slots_.pop_back();
    slot_[index] = slot;
    prepared_[slot] = prepare(nodes_[index]);
    prepared_[slot].index = index;
    prepared_[slot].slot = slot;
    return prepared_[slot];
}

void LatencyField::take_steps(std::span<const Step> steps) {
    std::vector<NodeChange> found(steps.size());
    parallel_blocks(steps.size(), 1, [&](std::size_t i, std::size_t) {
        check_nodes(steps[i].nodes);
        found[i] = change_of(steps[i].field->nodes_, steps[i].nodes, steps[i].field->keep_);
    });
    std::vector<SlotChange> changes;
    std::size_t groups = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        LatencyField& field = *steps[i].field;
        changes.push_back(field.set_slots(steps[i].nodes, std::move(found[i])));
        ++field.step_;
        groups = field.groups_.size();
    }
    parallel_blocks(groups, 1, [&](std::size_t begin, std::size_t end) {
        FieldSearch::Scratch scratch(*steps[0].field->places_);
        for (std::size_t group = begin; group < end; ++group) {
            for (std::size_t i = 0; i < steps.size(); ++i) {
                if (!changes[i].is_nothing()) {
                    FieldSearch(*steps[i].field, changes[i], scratch).group(group);
                }
            }
        }
    });
    for (std::size_t i = 0; i < steps.size(); ++i) {
        auto& free = steps[i].field->free_slots_;
        free.insert(free.end(), changes[i].moved.begin(), changes[i].moved.end());
    }
}

}  // namespace footprint::sim
