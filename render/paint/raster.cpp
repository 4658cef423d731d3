#include "render/paint/raster.h"

#include <algorithm>
#include <cmath>

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

// x × a ÷ 255 for both 8-bit lanes of 0x00ff00ff, rounded; a in 0…255.
inline std::uint32_t scale_lanes(std::uint32_t lanes, std::uint32_t a) {
    const std::uint32_t product = lanes * a + 0x00800080U;
    return ((product + ((product >> 8) & 0x00ff00ffU)) >> 8) & 0x00ff00ffU;
}

inline std::uint32_t over(std::uint32_t source, std::uint32_t target) {
    const std::uint32_t keep = 255U - (source >> 24);
    const std::uint32_t rb = scale_lanes(target & 0x00ff00ffU, keep);
    const std::uint32_t ag = scale_lanes((target >> 8) & 0x00ff00ffU, keep);
    return source + (rb | (ag << 8));
}

inline std::uint32_t faded(std::uint32_t source, std::uint32_t opacity255) {
    const std::uint32_t rb = scale_lanes(source & 0x00ff00ffU, opacity255);
    const std::uint32_t ag = scale_lanes((source >> 8) & 0x00ff00ffU, opacity255);
    return rb | (ag << 8);
}

struct Rgb {
    int r = 0;
    int g = 0;
    int b = 0;
};

inline Rgb unpack(std::uint32_t pixel) {
    return {static_cast<int>((pixel >> 16) & 255U), static_cast<int>((pixel >> 8) & 255U),
            static_cast<int>(pixel & 255U)};
}

// ITU-R BT.709-6, items 3.2–3.4 and 4.6: Kr 0.2126, Kb 0.0722, luma 16…235, chroma 16…240;
// coefficients × 2^16, each row of chroma summing to zero, so that greys have no colour.
inline std::uint8_t luma(Rgb c) {
    return static_cast<std::uint8_t>(
        (11966 * c.r + 40254 * c.g + 4064 * c.b + (16 << 16) + 32768) >> 16);
}

// From sums over four pixels.
inline std::uint8_t chroma_blue(Rgb sum) {
    return static_cast<std::uint8_t>(
        (-6596 * sum.r - 22189 * sum.g + 28785 * sum.b + (128 << 18) + 131072) >> 18);
}
inline std::uint8_t chroma_red(Rgb sum) {
    return static_cast<std::uint8_t>(
        (28785 * sum.r - 26145 * sum.g - 2640 * sum.b + (128 << 18) + 131072) >> 18);
}

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
    return faded(opaque, color.a);
}

void blit_over(Image& target, const Image& source, int x, int y, unsigned opacity,
               const PixelRect& clip) {
    const int left = std::max({0, x, clip.left});
    const int right = std::min({target.width, x + source.width, clip.right});
    const int top = std::max({0, y, clip.top});
    const int bottom = std::min({target.height, y + source.height, clip.bottom});
    const std::uint32_t fade = std::min(opacity, 255U);
    for (int row = top; row < bottom; ++row) {
        const std::uint32_t* from = source.row(row - y) + (left - x);
        std::uint32_t* to = target.row(row) + left;
        for (int i = 0; i < right - left; ++i) {
            const std::uint32_t pixel = fade == 255U ? from[i] : faded(from[i], fade);
            if (pixel >> 24 == 255U) {
                to[i] = pixel;
            } else if (pixel != 0U) {
                to[i] = over(pixel, to[i]);
            }
        }
    }
}

void fill_over(Image& target, const PixelRect& rect, std::uint32_t premultiplied_color) {
    const int left = std::max(0, rect.left);
    const int right = std::min(target.width, rect.right);
    for (int y = std::max(0, rect.top); y < std::min(target.height, rect.bottom); ++y) {
        std::uint32_t* row = target.row(y);
        for (int x = left; x < right; ++x) {
            row[x] = over(premultiplied_color, row[x]);
        }
    }
}

void convert_to_yuv420(const Image& image, std::span<std::uint8_t> out) {
    const auto width = static_cast<std::size_t>(image.width);
    const auto height = static_cast<std::size_t>(image.height);
    std::uint8_t* y_plane = out.data();
    std::uint8_t* blue_plane = y_plane + width * height;
    std::uint8_t* red_plane = blue_plane + width * height / 4;
    for (std::size_t row = 0; row < height; row += 2) {
        const std::uint32_t* upper = image.pixels.data() + row * width;
        const std::uint32_t* lower = upper + width;
        std::uint8_t* y_upper = y_plane + row * width;
        std::uint8_t* y_lower = y_upper + width;
        for (std::size_t x = 0; x < width; ++x) {
            y_upper[x] = luma(unpack(upper[x]));
            y_lower[x] = luma(unpack(lower[x]));
        }
        std::uint8_t* blue = blue_plane + row / 2 * (width / 2);
        std::uint8_t* red = red_plane + row / 2 * (width / 2);
        for (std::size_t x = 0; x < width / 2; ++x) {
            const Rgb a = unpack(upper[2 * x]);
            const Rgb b = unpack(upper[2 * x + 1]);
            const Rgb c = unpack(lower[2 * x]);
            const Rgb d = unpack(lower[2 * x + 1]);
            const Rgb sum{a.r + b.r + c.r + d.r, a.g + b.g + c.g + d.g, a.b + b.b + c.b + d.b};
            blue[x] = chroma_blue(sum);
            red[x] = chroma_red(sum);
        }
    }
}

}  // namespace footprint::render
