#include "render/paint/compositor.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <type_traits>

namespace footprint::render {
namespace {

constexpr PixelRect kEverywhere{std::numeric_limits<int>::min(), std::numeric_limits<int>::min(),
                                std::numeric_limits<int>::max(), std::numeric_limits<int>::max()};

// Of what decides an op's sprite.
class Hash {
  public:
    template <typename T>
    requires(std::is_integral_v<T> || std::is_enum_v<T>) Hash& add(T value) {
        state_ = (state_ ^ static_cast<std::uint64_t>(value)) * kOdd;
        state_ ^= state_ >> 32;
        return *this;
    }
    Hash& add(double value) { return add(std::bit_cast<std::uint64_t>(value)); }
    Hash& add(const PathPtr& path) { return add(std::bit_cast<std::uintptr_t>(path.get())); }
    Hash& add(Color c) { return add(std::bit_cast<std::uint32_t>(c)); }
    Hash& add(Point p) { return add(p.x).add(p.y); }
    Hash& add(const std::vector<double>& values) {
        for (const double value : values) {
            add(value);
        }
        return add(values.size());
    }
    Hash& add(const std::string& text) { return add(std::hash<std::string>()(text)); }
    std::size_t value() const { return state_; }

  private:
    static constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15U;
    std::uint64_t state_ = 0;
};

struct HashInto {
    Hash& hash;

    void operator()(const FillPath& op) const { hash.add(op.path).add(op.color).add(op.even_odd); }
    void operator()(const StrokePath& op) const {
        hash.add(op.path).add(op.color).add(op.width).add(op.dashes);
    }
    void operator()(const Ring& op) const {
        hash.add(op.centre).add(op.radius).add(op.width).add(op.color).add(op.dashes);
    }
    void operator()(const SymbolMark& op) const {
        hash.add(op.shape).add(op.state).add(op.date_uncertain).add(op.centre);
        hash.add(op.radius).add(op.color).add(op.edge);
    }
    void operator()(const TextRun& op) const {
        hash.add(op.text).add(op.align).add(op.font.size).add(op.font.weight).add(op.font.tabular);
        hash.add(op.color).add(op.halo).add(op.halo_color);
    }
    // Painted without sprites.
    void operator()(const FillRect&) const {}
    void operator()(const ImageOp&) const {}
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

PixelRect common(const PixelRect& a, const PixelRect& b) {
    return {std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right),
            std::min(a.bottom, b.bottom)};
}

bool overlap(const PixelRect& a, const PixelRect& b) {
    const PixelRect both = common(a, b);
    return both.left < both.right && both.top < both.bottom;
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

std::size_t Compositor::OpHash::operator()(const Op& op) const {
    Hash hash;
    hash.add(op.index());
    std::visit(HashInto{hash}, op);
    return hash.value();
}

Compositor::SpritePtr Compositor::painted(const Op& op) const {
    const Rect bounds = paint_bounds(op, fonts_);
    auto fresh = std::make_shared<Sprite>();
    fresh->left = static_cast<int>(bounds.x);
    fresh->top = static_cast<int>(bounds.y);
    Image whole(std::max(1, static_cast<int>(bounds.width)),
                std::max(1, static_cast<int>(bounds.height)));
    paint_moved(whole, op, {-bounds.x, -bounds.y}, fonts_);
    fresh->width = whole.width;
    fresh->height = whole.height;
    fresh->image = packed(whole);
    return fresh;
}

Compositor::SpritePtr Compositor::sprite(Op&& op) {
    const std::lock_guard lock(mutex_);
    if (const auto found = sprites_.find(op); found != sprites_.end()) {
        return found->second;
    }
    const auto older = older_.find(op);
    const SpritePtr made = older != older_.end() ? older->second : painted(op);
    bytes_ += made->image.pixels.size() * sizeof(std::uint32_t);
    sprites_.emplace(std::move(op), made);
    if (bytes_ > limit_bytes_ / 2) {
        older_ = std::move(sprites_);
        sprites_.clear();
        bytes_ = 0;
    }
    return made;
}

Compositor::Item Compositor::item(const Op& op) {
    Item result{op, nullptr, 0, 0, 255, kEverywhere, {}};
    if (const auto* rect = std::get_if<FillRect>(&op)) {
        result.box = pixel_rect(rect->rect);
        return result;
    }
    if (const auto* image = std::get_if<ImageOp>(&op)) {
        result.x = static_cast<int>(std::lround(image->at.x));
        result.y = static_cast<int>(std::lround(image->at.y));
        result.box = {result.x, result.y, result.x + image->image->width,
                      result.y + image->image->height};
        return result;
    }
    Placed at = placed(op);
    result.sprite = sprite(std::move(at.op));
    result.x = at.x + result.sprite->left;
    result.y = at.y + result.sprite->top;
    result.opacity = at.opacity;
    result.clip = at.clip;
    result.box = common(
        {result.x, result.y, result.x + result.sprite->width, result.y + result.sprite->height},
        at.clip);
    return result;
}

void Compositor::draw(Image& target, const Item& item, const PixelRect& within) {
    if (const auto* rect = std::get_if<FillRect>(&item.op)) {
        fill_over(target, common(item.box, within), premultiplied(rect->color));
    } else if (const auto* image = std::get_if<ImageOp>(&item.op)) {
        blit_over(target, *image->image, item.x, item.y, 255, within);
    } else {
        blit_packed(target, item.sprite->image, item.x, item.y, item.opacity,
                    common(item.clip, within));
    }
}

void Compositor::paint(Image& target, const DisplayList& list) {
    for (const Op& op : list) {
        draw(target, item(op), kEverywhere);
    }
}

bool Compositor::look_alike(const Item& a, const Item& b) {
    const auto same = [](const PixelRect& x, const PixelRect& y) {
        return x.left == y.left && x.top == y.top && x.right == y.right && x.bottom == y.bottom;
    };
    return a.sprite != nullptr && a.sprite == b.sprite && a.x == b.x && a.y == b.y &&
           a.opacity == b.opacity && same(a.clip, b.clip);
}

// Ops that stay keep their order, so where none came or went the same ops lie over each other. One
// is looked for not far ahead in either list: an op that is overlooked is only painted again.
std::vector<Compositor::Item> Compositor::follow(std::vector<Item> before, const DisplayList& list,
                                                 Tiles& changed) {
    constexpr std::ptrdiff_t kAhead = 24;
    std::vector<Item> now;
    now.reserve(list.size());
    auto next = before.begin();
    const auto drop_until = [&](auto end) {
        for (; next != end; ++next) {
            changed.mark(next->box);
        }
    };
    for (auto op = list.begin(); op != list.end(); ++op) {
        const auto end = next + std::min(kAhead, before.end() - next);
        const auto found = std::find_if(next, end, [&](const Item& i) { return i.op == *op; });
        if (found != end) {
            drop_until(found);
            now.push_back(std::move(*next++));
            continue;
        }
        now.push_back(item(*op));
        const auto soon = op + std::min(kAhead, list.end() - op);
        const bool replaces = next != before.end() && std::find(op, soon, next->op) == soon;
        if (!replaces || !look_alike(*next, now.back())) {
            changed.mark(now.back().box);
            drop_until(next + (replaces ? 1 : 0));
        } else {
            ++next;
        }
    }
    drop_until(before.end());
    return now;
}

std::vector<PixelRect> Compositor::paint(Composition& frame, const DisplayList& list) {
    frame.items_ = follow(std::move(frame.items_), list, frame.changed_);
    auto rects = frame.changed_.since();
    frame.changed_.clear();
    for (const PixelRect& rect : rects) {
        copy_rect(frame.image, frame.under(), rect);
        for (const Item& item : frame.items_) {
            if (overlap(item.box, rect)) {
                draw(frame.image, item, rect);
            }
        }
    }
    return rects;
}

}  // namespace footprint::render
