#include "render/scene/cable_layer.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace footprint::render {
namespace {

struct World {
    geo::Atlas atlas = geo::Atlas::load(FOOTPRINT_SOURCE_DIR "/datasets");
    sim::Backbone backbone = sim::Backbone::load(FOOTPRINT_SOURCE_DIR "/datasets", atlas);
    MapView view{geo::Projection::create("equal-earth", 11), Rect{0, 0, 1280, 720}};

    CableLayer layer() const { return {view, backbone, find_theme("dark"), 1}; }
    sim::CableDay day(double people) const {
        const std::size_t edges = backbone.edges().size();
        return {std::vector<bool>(edges, true), std::vector<double>(edges, people)};
    }
};

const World& world() {
    static const World kWorld;
    return kWorld;
}

// Strokes of two layers, whose paths are equal but not the same.
bool look_alike(const DisplayList& a, const DisplayList& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Op& left, const Op& right) {
        const auto& x = std::get<StrokePath>(left);
        const auto& y = std::get<StrokePath>(right);
        return x.color == y.color && x.width == y.width && x.path->points() == y.path->points();
    });
}

void settle(CableLayer& layer) {
    while (layer.advance(false)) {
    }
}

TEST(CableLayer, ShowsNothingBeforeItIsToldAnything) {
    auto layer = world().layer();
    EXPECT_FALSE(layer.advance(true));
    EXPECT_TRUE(layer.list().empty());
}

TEST(CableLayer, DrawsAQuietLineForEachUnusedSegmentAndMoreForOneInUse) {
    auto quiet = world().layer();
    quiet.set(world().day(0), true);
    quiet.advance(true);
    auto used = world().layer();
    used.set(world().day(5e7), true);
    used.advance(true);
    EXPECT_GT(quiet.list().size(), 1000U);
    EXPECT_EQ(used.list().size(), 4 * quiet.list().size());
}

TEST(CableLayer, ComesInStepsToWhereItWouldBeAtOnce) {
    auto slow = world().layer();
    auto fast = world().layer();
    for (const double people : {0.0, 5e7, 2e5}) {
        slow.set(world().day(people), false);
        fast.set(world().day(people), true);
        fast.advance(true);
        EXPECT_TRUE(slow.advance(false));
        settle(slow);
        EXPECT_TRUE(look_alike(slow.list(), fast.list())) << people;
    }
}

TEST(CableLayer, FlashesWhereACableComes) {
    auto layer = world().layer();
    layer.set(world().day(0), false);
    layer.advance(false);
    const auto on_the_day = layer.list().size();
    settle(layer);
    EXPECT_GT(on_the_day, layer.list().size());
}

TEST(CableLayer, LeavesNothingWhereCablesGo) {
    auto layer = world().layer();
    layer.set(world().day(1e9), true);
    layer.advance(true);
    sim::CableDay none = world().day(0);
    std::fill(none.in_service.begin(), none.in_service.end(), false);
    layer.set(none, false);
    settle(layer);
    EXPECT_TRUE(layer.list().empty());
}

}  // namespace
}  // namespace footprint::render
