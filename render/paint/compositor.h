// Frames from sprites: every op of a display list is painted once by the canvas, on its own small
// image, and copied from there. A pixel of a frame then depends only on the ops over it, in order,
// whatever thread paints and whatever was painted before.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "render/paint/canvas.h"
#include "render/paint/raster.h"

namespace footprint::render {

// Safe to use from several threads at once.
class Compositor {
  public:
    // Sprites beyond `limit_bytes` push the older ones out. `fonts` must outlive it.
    explicit Compositor(const FontSet& fonts, std::size_t limit_bytes = std::size_t{96} << 20);

    // Paints the list over the image. Text and images are put at whole pixels, symbols and rings at
    // quarter pixels.
    void paint(Image& target, const DisplayList& list);

  private:
    struct Sprite {
        Op op;  // keeps a path alive whose address is in the key
        Packed image;
        int left = 0;  // of the image, from the op's whole-pixel origin
        int top = 0;
    };
    using SpritePtr = std::shared_ptr<const Sprite>;
    struct Placed {
        Op op;  // moved to the origin, with the fraction of a pixel that stays
        int x = 0;
        int y = 0;
        unsigned opacity = 255;
        PixelRect clip;
    };

    static Placed placed(const Op& op);
    SpritePtr sprite(const Op& op);

    const FontSet& fonts_;
    std::size_t limit_bytes_;
    std::mutex mutex_;
    std::size_t bytes_ = 0;
    std::unordered_map<std::string, SpritePtr> sprites_;
    std::unordered_map<std::string, SpritePtr> older_;
};

}  // namespace footprint::render
