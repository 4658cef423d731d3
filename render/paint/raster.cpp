#include "render/paint/raster.h"

#include <algorithm>
#include <cmath>

#include "render/paint/pixel_rows.h"

namespace footprint::render {
namespace {

// x of the crossings of each row's centre line.
class Crossings {
  public:
    explicit Crossings(int height) : rows_(static_cast<std::size_t>(height)) {}

    void add_edge(Point a, Point b) {
        if (a.y > b.y) {
            std::swap(a, b);
        }
        const int last = static_cast<int>(rows_.size());
        const int from = std::clamp(static_cast<int>(std::ceil(a.y - 0.5)), 0, last);
        const int to = std::clamp(static_cast<int>(std::ceil(b.y - 0.5)), 0, last);
        for (int y = from; y < to; ++y) {
            const double t = (y + 0.5 - a.y) / (b.y - a.y);
            rows_[static_cast<std::size_t>(y)].push_back(a.x + t * (b.x - a.x));
        }
        low_ = std::min(low_, from);
        high_ = std::max(high_, to);
    }

    void add_path(const Path& path) {
        const Point* p = path.points().data();
        Point start{};
        Point at{};
        for (const PathVerb verb : path.verbs()) {
            if (verb == PathVerb::close) {
                add_edge(at, start);
                at = start;
                continue;
            }
            const Point next = verb == PathVerb::cubic ? p[2] : p[0];
            if (verb == PathVerb::move) {
                start = next;
            } else {
                add_edge(at, next);
            }
            at = next;
            p += verb == PathVerb::cubic ? 3 : 1;
        }
    }

    // Calls span(y, from, to) for pixels whose centres lie inside, and starts anew.
    template <typename Span>
    void drain(int width, const Span& span) {
        for (int y = low_; y < high_; ++y) {
            auto& row = rows_[static_cast<std::size_t>(y)];
            std::sort(row.begin(), row.end());
            for (std::size_t i = 0; i + 1 < row.size(); i += 2) {
                const int from = std::clamp(static_cast<int>(std::ceil(row[i] - 0.5)), 0, width);
                const int to = std::clamp(static_cast<int>(std::ceil(row[i + 1] - 0.5)), 0, width);
                if (from < to) {
                    span(y, from, to);
                }
            }
            row.clear();
        }
        low_ = static_cast<int>(rows_.size());
        high_ = 0;
    }

  private:
    std::vector<std::vector<double>> rows_;
    int low_ = 0;
    int high_ = 0;
};

}  // namespace

std::vector<std::uint16_t> paint_indices(std::span<const Path> shapes, int width, int height) {
    std::vector<std::uint16_t> indices(
        static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 0xFFFF);
    Crossings crossings(height);
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        crossings.add_path(shapes[i]);
        crossings.drain(width, [&](int y, int from, int to) {
            auto* row = indices.data() + static_cast<std::ptrdiff_t>(y) * width;
            std::fill(row + from, row + to, static_cast<std::uint16_t>(i));
        });
    }
    return indices;
}

std::uint32_t premultiplied(Color color) {
    const std::uint32_t opaque =
        0xff000000U | (std::uint32_t{color.r} << 16) | (std::uint32_t{color.g} << 8) | color.b;
    std::uint32_t faded = 0;  // over nothing
    pixel_rows().blit(&faded, &opaque, 1, color.a);
    return faded;
}

void blit_over(Image& target, const Image& source, int x, int y, unsigned opacity,
               const PixelRect& clip) {
    const int left = std::max({0, x, clip.left});
    const int right = std::min({target.width, x + source.width, clip.right});
    const int top = std::max({0, y, clip.top});
    const int bottom = std::min({target.height, y + source.height, clip.bottom});
    const PixelRows& rows = pixel_rows();
    for (int row = top; row < bottom && left < right; ++row) {
        rows.blit(target.row(row) + left, source.row(row - y) + (left - x), right - left,
                  std::min(opacity, 255U));
    }
}

void copy_rect(Image& target, const Image& source, const PixelRect& rect) {
    for (int y = rect.top; y < rect.bottom; ++y) {
        std::copy(source.row(y) + rect.left, source.row(y) + rect.right, target.row(y) + rect.left);
    }
}

Packed packed(const Image& image) {
    constexpr int kShortGap = 12;
    Packed result;
    for (int y = 0; y < image.height; ++y) {
        const std::uint32_t* const row = image.row(y);
        int end = -kShortGap - 1;  // of the row's last span
        for (int x = 0; x < image.width; ++x) {
            if (row[x] == 0) {
                continue;
            }
            if (x - end > kShortGap) {
                result.spans.push_back({y, x, 0});
                end = x;
            }
            result.pixels.insert(result.pixels.end(), row + end, row + x + 1);
            end = x + 1;
            result.spans.back().count = end - result.spans.back().x;
        }
    }
    result.spans.shrink_to_fit();
    result.pixels.shrink_to_fit();
    return result;
}

void blit_packed(Image& target, const Packed& source, int x, int y, unsigned opacity,
                 const PixelRect& clip) {
    const int least = std::max(0, clip.left);
    const int most = std::min(target.width, clip.right);
    const int top = std::max(0, clip.top);
    const int bottom = std::min(target.height, clip.bottom);
    const PixelRows& rows = pixel_rows();
    const std::uint32_t* pixels = source.pixels.data();
    for (const Packed::Span& span : source.spans) {
        const int row = y + span.y;
        const int from = x + span.x;
        const int left = std::max(least, from);
        const int right = std::min(most, from + span.count);
        if (row >= top && row < bottom && left < right) {
            rows.blit(target.row(row) + left, pixels + (left - from), right - left,
                      std::min(opacity, 255U));
        }
        pixels += span.count;
    }
}

void fill_over(Image& target, const PixelRect& rect, std::uint32_t premultiplied_color) {
    const int left = std::max(0, rect.left);
    const int right = std::min(target.width, rect.right);
    const PixelRows& rows = pixel_rows();
    for (int y = std::max(0, rect.top); y < std::min(target.height, rect.bottom) && left < right;
         ++y) {
        rows.fill(target.row(y) + left, right - left, premultiplied_color);
    }
}

void convert_to_yuv420(const Image& image, std::span<const PixelRect> changed,
                       std::vector<std::uint8_t>& out) {
    const PixelRect all{0, 0, image.width, image.height};
    if (out.size() != image.pixels.size() * 3 / 2) {
        out.resize(image.pixels.size() * 3 / 2);
        changed = {&all, 1};
    }
    const auto width = static_cast<std::size_t>(image.width);
    std::uint8_t* const y_plane = out.data();
    std::uint8_t* const blue_plane = y_plane + image.pixels.size();
    std::uint8_t* const red_plane = blue_plane + image.pixels.size() / 4;
    const PixelRows& rows = pixel_rows();
    for (const PixelRect& rect : changed) {
        const int count = rect.right - rect.left;
        const auto left = static_cast<std::size_t>(rect.left);
        for (int y = rect.top; y < rect.bottom; y += 2) {
            const std::uint32_t* const upper = image.row(y) + left;
            const std::uint32_t* const lower = upper + width;
            const std::size_t at = static_cast<std::size_t>(y) * width + left;
            rows.luma(y_plane + at, upper, count);
            rows.luma(y_plane + at + width, lower, count);
            const std::size_t half = static_cast<std::size_t>(y) / 2 * (width / 2) + left / 2;
            rows.chroma(blue_plane + half, red_plane + half, upper, lower, count / 2);
        }
    }
}

}  // namespace footprint::render
