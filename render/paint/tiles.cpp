#include "render/paint/tiles.h"

#include <algorithm>
#include <cstddef>

namespace footprint::render {

Tiles::Tiles(int width, int height)
    : width_(width),
      height_(height),
      columns_((width + kWidth - 1) / kWidth),
      steps_(static_cast<std::size_t>(columns_) *
             static_cast<std::size_t>((height + kHeight - 1) / kHeight)) {}

void Tiles::mark(const PixelRect& rect, std::uint64_t step) {
    const int left = std::max(rect.left, 0);
    const int right = std::min(rect.right, width_);
    const int top = std::max(rect.top, 0);
    const int bottom = std::min(rect.bottom, height_);
    if (left >= right || top >= bottom) {
        return;
    }
    for (int row = top / kHeight; row <= (bottom - 1) / kHeight; ++row) {
        auto* const tiles = steps_.data() + static_cast<std::ptrdiff_t>(row) * columns_;
        std::fill(tiles + left / kWidth, tiles + (right - 1) / kWidth + 1, step);
    }
}

void Tiles::clear() {
    std::ranges::fill(steps_, 0U);
}

// Runs of tiles, each joined to the one above it where both begin and end alike.
std::vector<PixelRect> Tiles::since(std::uint64_t step) const {
    std::vector<PixelRect> rects;
    std::size_t above = 0;  // first rect of the row before
    const int rows = columns_ == 0 ? 0 : static_cast<int>(steps_.size()) / columns_;
    for (int row = 0; row < rows; ++row) {
        const auto* const tiles = steps_.data() + static_cast<std::ptrdiff_t>(row) * columns_;
        const int top = row * kHeight;
        std::vector<PixelRect> runs;
        for (int column = 0; column < columns_; ++column) {
            if (tiles[column] <= step) {
                continue;
            }
            const int left = column * kWidth;
            while (column < columns_ && tiles[column] > step) {
                ++column;
            }
            runs.push_back(
                {left, top, std::min(width_, column * kWidth), std::min(height_, top + kHeight)});
        }
        std::vector<PixelRect> open;
        const std::size_t end = rects.size();
        for (PixelRect& run : runs) {
            for (std::size_t i = above; i < end; ++i) {
                const PixelRect& over = rects[i];
                if (over.bottom == top && over.left == run.left && over.right == run.right) {
                    run.top = over.top;
                    rects[i].right = rects[i].left;  // is in the run now
                }
            }
            open.push_back(run);
        }
        above = end;
        rects.insert(rects.end(), open.begin(), open.end());
    }
    std::erase_if(rects, [](const PixelRect& rect) { return rect.left >= rect.right; });
    return rects;
}

}  // namespace footprint::render
