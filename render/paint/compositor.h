// Frames from sprites: every op of a display list is painted once by the canvas, on its own small
// image, and copied from there. A pixel of a frame then depends only on the ops over it, in order,
// whatever thread paints and whatever was painted before.
#pragma once

#include <memory>
#include <mutex>
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

    struct OpHash {
        std::size_t operator()(const Op& op) const;
    };
    // Ops stay as keys, and with them their paths, by whose address they are told apart.
    using Sprites = std::unordered_map<Op, SpritePtr, OpHash>;

    static Placed placed(const Op& op);
    SpritePtr sprite(Op&& op);
    SpritePtr painted(const Op& op) const;

    const FontSet& fonts_;
    std::size_t limit_bytes_;
    std::mutex mutex_;
    std::size_t bytes_ = 0;
    Sprites sprites_;
    Sprites older_;
};

}  // namespace footprint::render
