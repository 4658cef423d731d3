// Round-trip times at the pixels of the land, kept up to date as regions open, and their colours.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "render/scene/display_list.h"
#include "render/scene/map_view.h"
#include "render/scene/theme.h"
#include "sim/coverage/latency_field.h"

namespace footprint::render {

// What the raster needs to know of each pixel of a frame; rows of `width`.
struct LandPixels {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> opacity;         // of land, 0 to 255
    std::vector<geo::CountryIndex> countries;  // kNoCountry where the pixel's centre is at sea
};

// Shown times move towards the true ones frame by frame, so that an opening makes the shades grow
// from it. The result of a sequence of updates does not depend on the number of threads. Memory:
// about 60 bytes a land pixel.
class CoverageRaster {
  public:
    // Times are those of the model's median clients; nodes are to be seen by its areas. `audiences`
    // and `model` must outlive it. O(land pixels); uses all threads.
    CoverageRaster(const MapView& view, LandPixels land, const sim::Audiences& audiences,
                   const sim::LatencyModel& model, const Theme& theme);

    // Sets who serves. Only what can change is searched again.
    void set_nodes(std::span<const sim::FieldNode> nodes);
    // Moves shown times by a share of their distance (1: at once) and returns whether any pixel
    // may be painted in another colour now. O(blocks of pixels + pixels of those that still move).
    bool advance(double share);

    // Paints the land of `target`: backdrop, then the class colours by the land's opacity, then the
    // overlay. All of one size. Only pixels whose colour may have changed since the last call,
    // unless `all`. Returns where.
    std::vector<PixelRect> paint(Image& target, const Image& backdrop, const Image& overlay,
                                 bool all);

    // The class colours alone, for vector pictures.
    Image image() const;

    std::size_t pixels() const { return pixel_.size(); }

  private:
    // Pixels that are moved and painted together.
    struct Block {
        PixelRect box;
        bool is_moving = true;   // times there may differ from the field's
        bool is_changed = true;  // colours there may differ from what was painted
    };
    void move(std::size_t block, float share);
    PixelRect box_of(std::size_t block) const;
    std::uint32_t color_at(std::size_t i) const;
    double half_width_ms(std::size_t i) const;

    LandPixels land_;
    const Theme* theme_;
    std::vector<std::uint32_t> pixel_;  // index into the frame, near ones together
    std::unique_ptr<sim::PlaceSet> places_;
    std::unique_ptr<sim::LatencyField> field_;
    std::vector<float> shown_ms_;
    std::vector<float> half_width_km_;  // of a pixel on the ground; one value if all are equal
    std::vector<std::uint8_t> changed_;
    std::vector<Block> blocks_;
    std::array<std::uint32_t, kClassCount> solid_{};  // class colours as pixels
    double most_ms_per_km_ = 0;                       // of any node there ever was
};

}  // namespace footprint::render
