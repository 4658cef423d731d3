// Frames from sprites: every op of a display list is painted once by the canvas, on its own small
// image, and copied from there. A pixel of a frame then depends only on the ops over it, in order,
// whatever thread paints and whatever was painted before.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>

#include "render/paint/canvas.h"
#include "render/paint/raster.h"
#include "render/paint/tiles.h"

namespace footprint::render {

class Composition;

// Safe to use from several threads at once.
class Compositor {
  public:
    // Sprites beyond `limit_bytes` push the older ones out. `fonts` must outlive it.
    explicit Compositor(const FontSet& fonts, std::size_t limit_bytes = std::size_t{96} << 20);

    // Paints the list over the image. Text and images are put at whole pixels, symbols and rings at
    // quarter pixels.
    void paint(Image& target, const DisplayList& list);
    // The same over a composition's ground, where that or the list is another than it was, and
    // where that is. One thread a composition. O(ops, and what is painted).
    std::vector<PixelRect> paint(Composition& frame, const DisplayList& list);

  private:
    friend class Composition;
    struct Sprite {
        Packed image;
        int left = 0;  // of the image, from the op's whole-pixel origin
        int top = 0;
        int width = 0;
        int height = 0;
    };
    using SpritePtr = std::shared_ptr<const Sprite>;
    struct Placed {
        Op op;  // moved to the origin, with the fraction of a pixel that stays
        int x = 0;
        int y = 0;
        unsigned opacity = 255;
        PixelRect clip;
    };
    struct Item {
        Op op;             // as it was given
        SpritePtr sprite;  // none for images and rects
        int x = 0;         // of the sprite's image
        int y = 0;
        unsigned opacity = 255;
        PixelRect clip;
        PixelRect box;  // outside of which it paints nothing
    };
    struct OpHash {
        std::size_t operator()(const Op& op) const;
    };
    // Ops stay as keys, and with them their paths, by whose address they are told apart.
    using Sprites = std::unordered_map<Op, SpritePtr, OpHash>;

    static Placed placed(const Op& op);
    Item item(const Op& op);
    std::vector<Item> follow(std::vector<Item> before, const DisplayList& list, Tiles& changed);
    static bool look_alike(const Item& a, const Item& b);
    static void draw(Image& target, const Item& item, const PixelRect& within);
    SpritePtr sprite(Op&& op);
    SpritePtr painted(const Op& op) const;

    const FontSet& fonts_;
    std::size_t limit_bytes_;
    std::mutex mutex_;
    std::size_t bytes_ = 0;
    Sprites sprites_;
    Sprites older_;
};

// A frame that is painted again and again, each time only where something is another.
class Composition {
  public:
    Composition() = default;
    Composition(int width, int height)
        : ground(width, height), image(width, height), changed_(width, height) {
        touch({0, 0, width, height});
    }

    // Over a ground that never changes, which is not copied and must outlive it.
    explicit Composition(const Image* still_ground)
        : image(still_ground->width, still_ground->height),
          still_ground_(still_ground),
          changed_(still_ground->width, still_ground->height) {
        touch({0, 0, still_ground->width, still_ground->height});
    }

    Image ground;                   // under all ops; who changes it says where
    std::uint64_t ground_step = 0;  // for whoever keeps it up
    void touch(const PixelRect& rect) { changed_.mark(rect); }

    Image image;  // as painted last

  private:
    friend class Compositor;
    const Image& under() const { return still_ground_ != nullptr ? *still_ground_ : ground; }

    const Image* still_ground_ = nullptr;
    std::vector<Compositor::Item> items_;  // in the image
    Tiles changed_;                        // since then
};

}  // namespace footprint::render
