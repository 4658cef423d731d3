#include "render/scene/spread.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace footprint::render {
namespace {

using Pair = std::pair<std::size_t, std::size_t>;

// Offsets in order of distance: rings a step apart, about a step between neighbours.
std::vector<Point> spiral(double step, double reach) {
    std::vector<Point> offsets{{0, 0}};
    for (double radius = step; radius <= reach; radius += step) {
        const int count = std::max(6, static_cast<int>(2 * std::numbers::pi * radius / step));
        for (int i = 0; i < count; ++i) {
            const int turn = (i + 1) / 2 * (i % 2 == 0 ? 1 : -1);
            const double angle = 2 * std::numbers::pi * turn / count;
            offsets.push_back({radius * std::cos(angle), radius * std::sin(angle)});
        }
    }
    return offsets;
}

Point clamped(Point p, double radius, const Rect& inside) {
    const double left = inside.x + radius;
    const double top = inside.y + radius;
    return {std::clamp(p.x, left, std::max(left, inside.right() - radius)),
            std::clamp(p.y, top, std::max(top, inside.bottom() - radius))};
}

// Every item where it belongs, or beside it in the order of seeds in a sunflower (Vogel 1979) if
// others belong there too.
std::vector<Point> sunflowers(std::span<const SpreadItem> items, double gap) {
    constexpr double kGolden = 2.399963229728653;
    std::vector<Point> places;
    for (std::size_t i = 0; i < items.size(); ++i) {
        std::size_t before = 0;
        for (std::size_t j = 0; j < i; ++j) {
            const double apart =
                std::hypot(items[i].at.x - items[j].at.x, items[i].at.y - items[j].at.y);
            before += apart < 0.5 * (items[i].radius + gap) ? 1U : 0U;
        }
        const double seed = static_cast<double>(before);
        const double away = 0.9 * (items[i].radius + gap) * std::sqrt(seed);
        places.push_back({items[i].at.x + away * std::cos(seed * kGolden),
                          items[i].at.y + away * std::sin(seed * kGolden)});
    }
    return places;
}

std::vector<Pair> neighbours(std::span<const SpreadItem> items, const std::vector<Point>& places,
                             double gap) {
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < items.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const double dx = places[i].x - places[j].x;
            const double dy = places[i].y - places[j].y;
            const double near = 2 * (items[i].radius + items[j].radius) + gap;
            if (dx * dx + dy * dy < near * near) {
                pairs.emplace_back(j, i);
            }
        }
    }
    return pairs;
}

// Moves the two of each pair apart by half of what they overlap.
void push_apart(std::span<const SpreadItem> items, const std::vector<Pair>& pairs, double gap,
                std::vector<Point>& places) {
    for (const auto& [i, j] : pairs) {
        const double dx = places[j].x - places[i].x;
        const double dy = places[j].y - places[i].y;
        const double wanted = items[i].radius + items[j].radius + gap;
        const double squared = dx * dx + dy * dy;
        if (squared >= wanted * wanted) {
            continue;
        }
        const double apart = std::sqrt(squared);
        const double share = apart > 1e-9 ? (wanted - apart) / 2 / apart : 0;
        const Point step =
            apart > 1e-9 ? Point{dx * share, dy * share} : Point{wanted / 2, wanted / 2};
        places[i] = {places[i].x - step.x, places[i].y - step.y};
        places[j] = {places[j].x + step.x, places[j].y + step.y};
    }
}

std::vector<Point> relaxed(std::span<const SpreadItem> items, const Rect& inside, double gap) {
    constexpr int kRounds = 240;
    constexpr int kFree = 60;  // the last rounds only push apart
    constexpr int kPairsLast = 8;
    constexpr double kPull = 0.12;
    std::vector<Point> places = sunflowers(items, gap);
    std::vector<Pair> pairs;
    for (int round = 0; round < kRounds; ++round) {
        if (round % kPairsLast == 0) {
            pairs = neighbours(items, places, gap);
        }
        const double left = 1 - static_cast<double>(round) / (kRounds - kFree);
        const double pull = kPull * std::max(0.0, left);
        for (std::size_t i = 0; i < items.size(); ++i) {
            places[i].x += (items[i].at.x - places[i].x) * pull;
            places[i].y += (items[i].at.y - places[i].y) * pull;
        }
        push_apart(items, pairs, gap, places);
        for (std::size_t i = 0; i < items.size(); ++i) {
            places[i] = clamped(places[i], items[i].radius, inside);
        }
    }
    return places;
}

struct Placed {
    Point at;
    double radius = 0;
};

bool is_free(Point at, double radius, double gap, const std::vector<Placed>& others) {
    return std::none_of(others.begin(), others.end(), [&](const Placed& other) {
        return std::hypot(at.x - other.at.x, at.y - other.at.y) < radius + other.radius + gap;
    });
}

}  // namespace

std::vector<Point> spread(std::span<const SpreadItem> items, const Rect& inside, double gap,
                          double reach) {
    // A little more room than asked for takes up what the rounds leave overlapping.
    const std::vector<Point> wanted = relaxed(items, inside, 1.25 * gap + 0.1);
    double smallest = reach;
    for (const SpreadItem& item : items) {
        smallest = std::min(smallest, item.radius);
    }
    const std::vector<Point> offsets = spiral(std::max(0.25, smallest / 8), reach);
    std::vector<Placed> placed;
    std::vector<Point> places;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const SpreadItem& item = items[i];
        Point chosen = item.at;
        for (const Point& offset : offsets) {
            const Point at{wanted[i].x + offset.x, wanted[i].y + offset.y};
            const Rect box{at.x - item.radius, at.y - item.radius, 2 * item.radius,
                           2 * item.radius};
            const bool is_near = std::hypot(at.x - item.at.x, at.y - item.at.y) <= reach;
            if (is_near && inside.grown(1e-6).contains(box) &&
                is_free(at, item.radius, gap, placed)) {
                chosen = at;
                break;
            }
        }
        placed.push_back({chosen, item.radius});
        places.push_back(chosen);
    }
    return places;
}

double crowding(std::span<const CrowdItem> items, double around_m) {
    constexpr double kEarth_m = 6371008.8;
    const double least_cosine = std::cos(std::min(std::numbers::pi, around_m / kEarth_m));
    double fullest = 0;
    for (const CrowdItem& centre : items) {
        double covered = 0;
        for (const CrowdItem& other : items) {
            if (geo::dot(centre.at, other.at) >= least_cosine) {
                covered += other.radius_m * other.radius_m;
            }
        }
        fullest = std::max(fullest, covered / (around_m * around_m));
    }
    return fullest;
}

}  // namespace footprint::render
