#include "render/scene/labels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

namespace footprint::render {
namespace {

// Top left corners of a box of the given size on eight sides of `around`, best first (Imhof 1962:
// right and slightly up, then the other side, above, below).
std::array<Point, 8> corners(const Rect& around, double width, double height, double gap) {
    const double middle_y = around.y + (around.height - height) / 2;
    const double middle_x = around.x + (around.width - width) / 2;
    const double right = around.right() + gap;
    const double left = around.x - gap - width;
    const double above = around.y - gap - height;
    const double below = around.bottom() + gap;
    return {{{right, middle_y},
             {left, middle_y},
             {middle_x, below},
             {middle_x, above},
             {right, above + height / 2},
             {right, below - height / 2},
             {left, above + height / 2},
             {left, below - height / 2}}};
}

bool is_clear(const Rect& box, std::span<const Rect> taken) {
    return std::none_of(taken.begin(), taken.end(),
                        [&](const Rect& other) { return box.overlaps(other); });
}

using Line = std::pair<Point, Point>;

double turn(Point a, Point b, Point c) {
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

bool cross(const Line& a, const Line& b) {
    return turn(a.first, a.second, b.first) * turn(a.first, a.second, b.second) < 0 &&
           turn(b.first, b.second, a.first) * turn(b.first, b.second, a.second) < 0;
}

bool crosses(const Line& line, const Rect& box) {
    const Point top_left{box.x, box.y};
    const Point top_right{box.right(), box.y};
    const Point bottom_left{box.x, box.bottom()};
    const Point bottom_right{box.right(), box.bottom()};
    return box.contains(line.first) || box.contains(line.second) ||
           cross(line, {top_left, bottom_right}) || cross(line, {top_right, bottom_left});
}

struct Surroundings {
    std::span<const Rect> obstacles;
    std::span<const Rect> labels;
    std::span<const Line> lines;
    Rect inside;
    double gap = 0;
};

struct Pointer {
    Rect box;
    Line leader;
};

// The label at the end of a line, if there is room for one.
std::optional<Pointer> pointed(const LabelWish& wish, double width, double height,
                               const Surroundings& all) {
    constexpr int kDirections = 32;
    constexpr int kRings = 14;
    std::optional<Pointer> best;
    double best_cost = 0;
    const Point target = *wish.pointed_at;
    for (int ring = 2; ring <= kRings; ++ring) {
        const double away = wish.longest_leader * ring / kRings;
        for (int d = 0; d < kDirections; ++d) {
            const double angle = 2 * std::numbers::pi * d / kDirections;
            const Point end{target.x + away * std::cos(angle), target.y + away * std::sin(angle)};
            // The line meets the middle of the side that faces the target.
            const bool is_sideways = std::abs(std::cos(angle)) > 0.5;
            const double x = is_sideways
                                 ? (std::cos(angle) > 0 ? end.x + all.gap : end.x - all.gap - width)
                                 : end.x - width / 2;
            const double y =
                is_sideways ? end.y - height / 2 : (std::sin(angle) > 0 ? end.y : end.y - height);
            const Rect box{x, y, width, height};
            const Rect wide = box.grown(all.gap);
            const Line line{end, target};
            const bool is_crossed =
                std::any_of(all.lines.begin(), all.lines.end(),
                            [&](const Line& other) {
                                return cross(line, other) || crosses(other, wide);
                            }) ||
                std::any_of(all.labels.begin(), all.labels.end(),
                            [&](const Rect& other) { return crosses(line, other); });
            if (is_crossed || !all.inside.contains(box) || !is_clear(wide, all.obstacles) ||
                !is_clear(wide, all.labels)) {
                continue;
            }
            const auto hidden =
                std::count_if(all.obstacles.begin(), all.obstacles.end(),
                              [&](const Rect& other) { return crosses(line, other); });
            const double cost = away / wish.longest_leader * 8 + static_cast<double>(hidden);
            if (!best || cost < best_cost) {
                best = Pointer{box, line};
                best_cost = cost;
            }
        }
    }
    return best;
}

std::optional<Rect> beside(const LabelWish& wish, double width, double height,
                           const Surroundings& all) {
    for (const Point& corner : corners(wish.around, width, height, all.gap)) {
        const Rect box{corner.x, corner.y, width, height};
        const Rect wide = box.grown(all.gap);
        const bool is_crossed = std::any_of(all.lines.begin(), all.lines.end(),
                                            [&](const Line& line) { return crosses(line, wide); });
        if (all.inside.contains(box) && !is_crossed && is_clear(wide, all.obstacles) &&
            is_clear(wide, all.labels)) {
            return box;
        }
    }
    return std::nullopt;
}

}  // namespace

std::vector<PlacedLabel> place_labels(std::span<const LabelWish> wishes,
                                      std::span<const Rect> obstacles, const Rect& inside,
                                      double gap, std::size_t most, const TextRun& style,
                                      const TextMeasure& measure) {
    std::vector<PlacedLabel> labels;
    std::vector<Rect> taken;
    std::vector<Line> lines;
    for (std::size_t i = 0; i < wishes.size() && labels.size() < most; ++i) {
        const LabelWish& wish = wishes[i];
        const TextExtent extent = measure.measure(wish.text, style.font);
        const double height = extent.ascent + extent.descent;
        const Surroundings all{obstacles, taken, lines, inside, gap};
        PlacedLabel label{i, style, {}, std::nullopt};
        const auto near = wish.may_touch ? beside(wish, extent.width, height, all) : std::nullopt;
        const auto far =
            !near && wish.pointed_at ? pointed(wish, extent.width, height, all) : std::nullopt;
        if (!near && !far) {
            continue;
        }
        label.box = near ? *near : far->box;
        if (far) {
            label.leader = far->leader;
            lines.push_back(far->leader);
        }
        label.run.text = wish.text;
        label.run.align = Align::left;
        label.run.anchor = {label.box.x, label.box.y + extent.ascent};
        taken.push_back(label.box);
        labels.push_back(std::move(label));
    }
    return labels;
}

std::vector<double> kept_apart(const std::vector<double>& wanted, double gap, double low,
                               double high) {
    std::vector<std::size_t> order(wanted.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return wanted[a] < wanted[b]; });
    std::vector<double> placed(wanted.size());
    double next = low;
    for (const std::size_t i : order) {
        placed[i] = std::max(wanted[i], next);
        next = placed[i] + gap;
    }
    double last = high;
    for (auto i = order.rbegin(); i != order.rend(); ++i) {
        placed[*i] = std::min(placed[*i], last);
        last = placed[*i] - gap;
    }
    return placed;
}

}  // namespace footprint::render
