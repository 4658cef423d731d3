#include "sim/coverage/place_distances.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <span>

#include "geo/sphere/fast_distances.h"
#include "geo/sphere/geodesic.h"

namespace footprint::sim {

namespace {

double angle_between(geo::Vec3 a, geo::Vec3 b) {
    return 2 * std::asin(std::min(1.0, geo::norm(a - b) / 2));
}

}  // namespace

PlaceDistances::PlaceDistances(const PlaceSet& places)
    : places_(&places), groups_(places.groups_.size()) {}

std::uint32_t PlaceDistances::point(geo::LonLat position) {
    const auto hash = std::bit_cast<std::uint64_t>(position.lon) * 0x9E3779B97F4A7C15ULL ^
                      std::bit_cast<std::uint64_t>(position.lat);
    auto& same = by_hash_[hash];
    for (const auto known : same) {
        if (positions_[known] == position) {
            return known;
        }
    }
    same.push_back(static_cast<std::uint32_t>(positions_.size()));
    positions_.push_back(position);
    at_.push_back(geo::reduced_unit_vector(position));
    return same.back();
}

void PlaceDistances::make_room(Group& group) const {
    if (group.angle.size() < at_.size()) {
        group.angle.resize(at_.size(), -1);
        group.slots.resize(at_.size(), kNone);
    }
}

double PlaceDistances::group_angle(std::size_t group, std::uint32_t point) {
    Group& here = groups_[group];
    make_room(here);
    double& angle = here.angle[point];
    if (angle < 0) {
        angle = angle_between(at_[point], places_->groups_[group].centre);
    }
    return angle;
}

std::uint32_t PlaceDistances::slot(Group& group, std::uint32_t point) const {
    make_room(group);
    std::uint32_t& slot = group.slots[point];
    if (slot == kNone) {
        slot = group.used++;
    }
    return slot;
}

void PlaceDistances::make_room(Block& block, std::uint32_t slot) {
    if (block.angle.size() <= slot) {
        block.angle.resize(slot + 1, -1);
        block.metres.resize(slot + 1);
    }
}

double PlaceDistances::block_angle(std::size_t block, std::uint32_t point) {
    Group& group = groups_[block / kBlocks];
    Block& here = group.blocks[block % kBlocks];
    const std::uint32_t at = slot(group, point);
    make_room(here, at);
    if (here.angle[at] < 0) {
        here.angle[at] = angle_between(at_[point], places_->blocks_[block].centre);
    }
    return here.angle[at];
}

double* PlaceDistances::room_for_block(Group& group) {
    constexpr std::size_t kChunk = 32 * PlaceSet::kBlock;
    if (group.chunks.empty() || group.free == kChunk) {
        group.chunks.push_back(std::make_unique_for_overwrite<double[]>(kChunk));
        group.free = 0;
    }
    double* const room = group.chunks.back().get() + group.free;
    group.free += PlaceSet::kBlock;
    return room;
}

bool PlaceDistances::is_measured(std::size_t block, std::uint32_t point) const {
    const Group& group = groups_[block / kBlocks];
    const Block& here = group.blocks[block % kBlocks];
    const std::uint32_t at = point < group.slots.size() ? group.slots[point] : kNone;
    return at < here.metres.size() && here.metres[at] != nullptr;
}

const double* PlaceDistances::block_m(std::size_t block, std::uint32_t point) {
    Group& group = groups_[block / kBlocks];
    Block& here = group.blocks[block % kBlocks];
    const std::uint32_t at = slot(group, point);
    make_room(here, at);
    double*& metres = here.metres[at];
    if (metres == nullptr) {
        metres = room_for_block(group);
        const std::size_t begin = block * PlaceSet::kBlock;
        const std::size_t count = std::min(PlaceSet::kBlock, places_->size() - begin);
        const auto of_block = [&](const std::vector<double>& component) {
            return std::span(component).subspan(begin, count);
        };
        geo::fast_distances_reduced_m(of_block(places_->x_), of_block(places_->y_),
                                      of_block(places_->z_), at_[point], {metres, count});
        std::fill(metres + count, metres + PlaceSet::kBlock, 0.0);
    }
    return metres;
}

}  // namespace footprint::sim
