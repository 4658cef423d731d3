// A picture in tiles, each with the step at which it was marked last.
#pragma once

#include <cstdint>
#include <vector>

#include "render/scene/display_list.h"

namespace footprint::render {

class Tiles {
  public:
    // Of a tile, in pixels; even, as planes of colour at half the size are cut along them.
    static constexpr int kWidth = 64;
    static constexpr int kHeight = 16;

    Tiles() = default;
    Tiles(int width, int height);

    // The tiles that a rect touches; what lies outside of the picture is left out. Steps are above
    // 0.
    void mark(const PixelRect& rect, std::uint64_t step = 1);
    void clear();
    // Disjoint rects, of whole tiles cut to the picture, that cover what was marked after a step.
    // O(tiles).
    std::vector<PixelRect> since(std::uint64_t step = 0) const;

  private:
    int width_ = 0;
    int height_ = 0;
    int columns_ = 0;
    std::vector<std::uint64_t> steps_;  // in rows
};

}  // namespace footprint::render
