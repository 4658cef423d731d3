#include "render/paint/compositor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace footprint::render {
namespace {

constexpr PixelRect kEverywhere{std::numeric_limits<int>::min(), std::numeric_limits<int>::min(),
                                std::numeric_limits<int>::max(), std::numeric_limits<int>::max()};

// An op's content as bytes: equal keys paint equal sprites.
class Key {
  public:
    template <typename T>
    requires(std::is_arithmetic_v<T> || std::is_enum_v<T> ||
             std::is_pointer_v<T>) Key& add(T value) {
        std::array<char, sizeof(T)> bytes{};
        std::memcpy(bytes.data(), &value, sizeof(T));
        text_.append(bytes.data(), bytes.size());
        return *this;
    }
    Key& add(Color c) { return add(c.r).add(c.g).add(c.b).add(c.a); }
    Key& add(Point p) { return add(p.x).add(p.y); }
    Key& add(const std::vector<double>& values) {
        for (const double value : values) {
            add(value);
        }
        return add(values.size());
    }
    Key& add(const std::string& text) {
        text_ += text;
        return add(text.size());
    }
    std::string take() { return std::move(text_); }

  private:
    std::string text_;
};

struct KeyOf {
    std::string operator()(const FillPath& op) const {
        return Key().add('F').add(op.path.get()).add(op.color).add(op.even_odd).take();
    }
    std::string operator()(const StrokePath& op) const {
        return Key().add('S').add(op.path.get()).add(op.color).add(op.width).add(op.dashes).take();
    }
    std::string operator()(const FillRect&) const { return {}; }
    std::string operator()(const Ring& op) const {
        return Key()
            .add('R')
            .add(op.centre)
            .add(op.radius)
            .add(op.width)
            .add(op.color)
            .add(op.dashes)
            .take();
    }
    std::string operator()(const SymbolMark& op) const {
        return Key()
            .add('M')
            .add(op.shape)
            .add(op.state)
            .add(op.date_uncertain)
            .add(op.centre)
            .add(op.radius)
            .add(op.color)
            .add(op.edge)
            .take();
    }
    std::string operator()(const TextRun& op) const {
        return Key()
            .add('T')
            .add(op.text)
            .add(op.align)
            .add(op.font.size)
            .add(op.font.weight)
            .add(op.font.tabular)
            .add(op.color)
            .add(op.halo)
            .add(op.halo_color)
            .take();
    }
    std::string operator()(const ImageOp&) const { return {}; }
};

// Splits a coordinate into whole pixels and a fraction rounded to a quarter.
int split_quarter(double& coordinate) {
    const double quarters = std::round(coordinate * 4);
    const double whole = std::floor(quarters / 4);
    coordinate = quarters / 4 - whole;
    return static_cast<int>(whole);
}

int split_whole(double& coordinate) {
    const double whole = std::round(coordinate);
    coordinate = 0;
    return static_cast<int>(whole);
}

double rounded_to(double value, double step) {
    return std::round(value / step) * step;
}

unsigned opacity_255(double opacity) {
    return static_cast<unsigned>(std::lround(std::clamp(opacity, 0.0, 1.0) * 255));
}

PixelRect pixel_rect(const Rect& r) {
    return {static_cast<int>(std::lround(r.x)), static_cast<int>(std::lround(r.y)),
            static_cast<int>(std::lround(r.right())), static_cast<int>(std::lround(r.bottom()))};
}

}  // namespace

Compositor::Compositor(const FontSet& fonts, std::size_t limit_bytes)
    : fonts_(fonts), limit_bytes_(limit_bytes) {}

Compositor::Placed Compositor::placed(const Op& given) {
    Placed result{given, 0, 0, 255, kEverywhere};
    if (auto* ring = std::get_if<Ring>(&result.op)) {
        result.x = split_quarter(ring->centre.x);
        result.y = split_quarter(ring->centre.y);
        ring->radius = rounded_to(ring->radius, 0.25);
        ring->width = rounded_to(ring->width, 0.125);
        result.opacity = opacity_255(ring->opacity);
        ring->opacity = 1;
    } else if (auto* symbol = std::get_if<SymbolMark>(&result.op)) {
        result.x = split_quarter(symbol->centre.x);
        result.y = split_quarter(symbol->centre.y);
        symbol->radius = rounded_to(symbol->radius, 0.125);
        result.opacity = opacity_255(symbol->opacity);
        symbol->opacity = 1;
    } else if (auto* text = std::get_if<TextRun>(&result.op)) {
        result.x = split_whole(text->anchor.x);
        result.y = split_whole(text->anchor.y);
        result.opacity = opacity_255(text->opacity);
        text->opacity = 1;
    } else if (auto* stroke = std::get_if<StrokePath>(&result.op)) {
        if (stroke->clip) {
            result.clip = pixel_rect(*stroke->clip);
        }
        stroke->clip.reset();
    } else if (auto* filled = std::get_if<FillPath>(&result.op)) {
        if (filled->clip) {
            result.clip = pixel_rect(*filled->clip);
        }
        filled->clip.reset();
    }
    return result;
}

Compositor::SpritePtr Compositor::sprite(const Op& op) {
    std::string key = std::visit(KeyOf{}, op);
    const std::lock_guard lock(mutex_);
    if (const auto found = sprites_.find(key); found != sprites_.end()) {
        return found->second;
    }
    SpritePtr made;
    if (const auto found = older_.find(key); found != older_.end()) {
        made = found->second;
    } else {
        const Rect bounds = paint_bounds(op, fonts_);
        auto fresh = std::make_shared<Sprite>();
        fresh->op = op;
        fresh->left = static_cast<int>(bounds.x);
        fresh->top = static_cast<int>(bounds.y);
        Image whole(std::max(1, static_cast<int>(bounds.width)),
                    std::max(1, static_cast<int>(bounds.height)));
        paint_moved(whole, op, {-bounds.x, -bounds.y}, fonts_);
        fresh->image = packed(whole);
        made = fresh;
    }
    bytes_ += made->image.pixels.size() * sizeof(std::uint32_t);
    sprites_.emplace(std::move(key), made);
    if (bytes_ > limit_bytes_ / 2) {
        older_ = std::move(sprites_);
        sprites_.clear();
        bytes_ = 0;
    }
    return made;
}

void Compositor::paint(Image& target, const DisplayList& list) {
    for (const Op& op : list) {
        if (const auto* rect = std::get_if<FillRect>(&op)) {
            fill_over(target, pixel_rect(rect->rect), premultiplied(rect->color));
        } else if (const auto* image = std::get_if<ImageOp>(&op)) {
            blit_over(target, *image->image, static_cast<int>(std::lround(image->at.x)),
                      static_cast<int>(std::lround(image->at.y)), 255, kEverywhere);
        } else {
            const Placed item = placed(op);
            const SpritePtr made = sprite(item.op);
            blit_packed(target, made->image, item.x + made->left, item.y + made->top, item.opacity,
                        item.clip);
        }
    }
}

}  // namespace footprint::render
