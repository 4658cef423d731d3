#include "sim/coverage/place_distances.h"

#include <algorithm>
#include <bit>
#include <cmath>

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

const double* PlaceDistances::block_m(std::size_t block, std::uint32_t point) {
    Group& group = groups_[block / kBlocks];
    Block& here = group.blocks[block % kBlocks];
    const std::uint32_t at = slot(group, point);
    make_room(here, at);
    auto& metres = here.metres[at];
    if (!metres) {
        metres = std::make_unique_for_overwrite<double[]>(PlaceSet::kBlock);
        const std::size_t begin = block * PlaceSet::kBlock;
        const std::size_t count = std::min(PlaceSet::kBlock, places_->size() - begin);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t p = begin + i;
            const geo::Vec3 place{places_->x_[p], places_->y_[p], places_->z_[p]};
            metres[i] = geo::fast_distance_reduced_m(place, at_[point]);
        }
        std::fill(metres.get() + count, metres.get() + PlaceSet::kBlock, 0.0);
    }
    return metres.get();
}

}  // namespace footprint::sim
