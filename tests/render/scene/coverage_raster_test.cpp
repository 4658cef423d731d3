#include "render/scene/coverage_raster.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <vector>

#include "sim/latency/latency_model.h"

namespace footprint::render {
namespace {

constexpr int kWidth = 640;
constexpr int kHeight = 320;

// All of a map is land, so that every pixel on it is shaded.
class Raster {
  public:
    explicit Raster(const char* projection) {
        const MapView view{geo::Projection::create(projection, 11),
                           Rect{0, 0, static_cast<double>(kWidth), static_cast<double>(kHeight)}};
        LandPixels land{kWidth, kHeight, {}, {}};
        land.opacity.assign(std::size_t{kWidth} * kHeight, 255);
        land.countries.assign(std::size_t{kWidth} * kHeight, geo::kNoCountry);
        raster_ = std::make_unique<CoverageRaster>(view, std::move(land), audiences_, *model_,
                                                   find_theme("dark"));
    }
    CoverageRaster& operator*() { return *raster_; }
    CoverageRaster* operator->() { return raster_.get(); }

  private:
    sim::Audiences audiences_{1};
    std::unique_ptr<sim::LatencyModel> model_ = sim::make_distance_model();
    std::unique_ptr<CoverageRaster> raster_;
};

sim::FieldNode node(double lon, double lat, double offset_ms = 5) {
    return {{{lon, lat}, offset_ms, 0.0146, 0}, 0};
}

std::size_t differences(const Image& a, const Image& b) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) {
        count += a.pixels[i] != b.pixels[i] ? 1U : 0U;
    }
    return count;
}

class CoverageRasterOn : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Projections, CoverageRasterOn,
                         testing::Values("equal-earth", "web-mercator", "orthographic"));

TEST_P(CoverageRasterOn, PaintsOnlyWhatChangesAndMissesNothing) {
    Raster raster(GetParam());
    const Image nothing(kWidth, kHeight);
    Image target(kWidth, kHeight);
    raster->paint(target, nothing, nothing, true);
    std::mt19937 random(7);
    std::uniform_real_distribution<double> lon(-180, 180);
    std::uniform_real_distribution<double> lat(-60, 75);
    std::vector<sim::FieldNode> nodes;
    for (int step = 0; step < 12; ++step) {
        nodes.push_back(node(lon(random), lat(random), 2.0 + step % 5));
        if (step % 4 == 3) {
            nodes.erase(nodes.begin());
        }
        raster->set_nodes(nodes);
        for (int frame = 0; frame < 4; ++frame) {
            const bool told = raster->advance(frame == 3 && step % 2 == 1 ? 1.0 : 0.3);
            const Image before = target;
            raster->paint(target, nothing, nothing, false);
            ASSERT_EQ(differences(target, raster->image()), 0U) << step << ", " << frame;
            ASSERT_TRUE(told || differences(before, target) == 0) << step << ", " << frame;
        }
    }
}

TEST(CoverageRaster, ComesToRestWhereItWouldHaveGoneAtOnce) {
    const Image nothing(kWidth, kHeight);
    const auto nodes = std::vector{node(8, 50), node(-100, 40, 12)};
    Raster slow("equal-earth");
    Image target(kWidth, kHeight);
    slow->set_nodes(nodes);
    int last_change = 0;
    for (int frame = 1; frame <= 60; ++frame) {
        last_change = slow->advance(0.3) ? frame : last_change;
        slow->paint(target, nothing, nothing, false);
    }
    EXPECT_GT(last_change, 5);
    EXPECT_LT(last_change, 40);
    Raster quick("equal-earth");
    quick->set_nodes(nodes);
    quick->advance(1);
    EXPECT_EQ(differences(target, quick->image()), 0U);
    quick->paint(target, nothing, nothing, false);
    EXPECT_FALSE(quick->advance(0.3));
}

}  // namespace
}  // namespace footprint::render
