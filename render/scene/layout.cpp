#include "render/scene/layout.h"

#include <algorithm>
#include <cmath>

namespace footprint::render {
namespace {

constexpr double kWide = 1.45;  // aspect from which the legend lies beside the map, not under it

constexpr double kLegendHead = 22;
constexpr double kShaded = 156;  // people and classes

double legend_rows(std::size_t providers, int columns) {
    return std::ceil(static_cast<double>(std::max<std::size_t>(1, providers)) / columns);
}

void scale(FrameLayout& f) {
    for (Rect* r : {&f.title, &f.date, &f.map, &f.people, &f.classes, &f.providers, &f.key,
                    &f.chart, &f.credits, &f.progress}) {
        *r = {r->x * f.unit, r->y * f.unit, r->width * f.unit, r->height * f.unit};
    }
    f.row *= f.unit;
}

void lay_out_wide(FrameLayout& f, std::size_t providers, bool shaded) {
    const double w = f.width / f.unit;
    const double h = f.height / f.unit;
    constexpr double kMargin = 48;
    constexpr double kLegendWidth = 468;
    const double rows = legend_rows(providers, f.columns);
    f.progress = {0, h - 6, w, 6};
    f.credits = {kMargin, h - 56, w - 2 * kMargin, 40};
    f.title = {kMargin, 36, w - 2 * kMargin - 430, 88};
    f.date = {w - kMargin - 420, 30, 420, 122};
    f.key = {kMargin, h - 94, kLegendWidth + 260, 24};
    f.providers = {kMargin, f.key.y - 14 - kLegendHead - rows * f.row, kLegendWidth,
                   kLegendHead + rows * f.row};
    const double shaded_top = f.providers.y - (shaded ? kShaded : 0);
    if (shaded) {
        f.people = {kMargin, shaded_top, kLegendWidth, 62};
        f.classes = {kMargin, shaded_top + 74, kLegendWidth - 60, 48};
    }
    // South of Australia and New Zealand there is room for the chart, though not south of America:
    // the map may reach below the chart's top by the latitudes between them.
    constexpr double kChartHeight = 184;
    constexpr double kMapTop = 112;
    constexpr double kBelowNewZealand = 74;
    f.chart = {w - kMargin - 600, h - 70 - kChartHeight, 600, kChartHeight};
    f.map = {28, kMapTop, w - 56, f.chart.y + kBelowNewZealand - kMapTop};
}

void lay_out_stacked(FrameLayout& f, std::size_t providers, bool shaded) {
    const double w = f.width / f.unit;
    const double h = f.height / f.unit;
    constexpr double kMargin = 40;
    const double rows = legend_rows(providers, f.columns);
    f.progress = {0, h - 6, w, 6};
    f.credits = {kMargin, h - 76, w - 2 * kMargin, 60};
    f.title = {kMargin, 30, w - 2 * kMargin, 88};
    f.date = {kMargin, 124, w - 2 * kMargin, 100};
    const double legend_height = kLegendHead + rows * f.row + 24 + 14 + (shaded ? kShaded : 0);
    const double bottom = f.credits.y - 14;
    const double map_top = 226;
    // Tall frames have room for the chart below the legend; square ones put it beside.
    const bool beside = bottom - map_top - 0.5 * w < legend_height + 200;
    const double legend_width = beside ? 470 : w - 2 * kMargin;
    const double below = beside ? legend_height : legend_height + 260;
    const double map_height = std::min(bottom - map_top - below - 10, w * 0.5);
    f.map = {12, map_top, w - 24, std::max(120.0, map_height)};
    double y = f.map.bottom() + 16;
    if (shaded) {
        f.people = {kMargin, y, legend_width, 62};
        f.classes = {kMargin, y + 74, std::min(legend_width, 470.0) - 20, 48};
        y += kShaded;
    }
    f.providers = {kMargin, y, legend_width, kLegendHead + rows * f.row};
    f.key = {kMargin, f.providers.bottom() + 14, w - 2 * kMargin, 24};
    if (beside) {
        const double x = kMargin + legend_width + 30;
        f.chart = {x, f.map.bottom() + 20, w - kMargin - x, f.key.y - f.map.bottom() - 34};
    } else {
        const double top = f.key.bottom() + 24;
        f.chart = {kMargin, top, w - 2 * kMargin, std::max(80.0, bottom - top)};
    }
}

}  // namespace

FrameLayout lay_out(int width, int height, std::size_t providers, bool shaded) {
    FrameLayout f;
    f.width = width;
    f.height = height;
    const double aspect = static_cast<double>(width) / height;
    f.stacked = aspect < kWide;
    f.unit = f.stacked ? std::min(width / 1080.0, height / 1080.0)
                       : std::min(width / 1920.0, height / 1080.0);
    if (f.stacked) {
        lay_out_stacked(f, providers, shaded);
    } else {
        lay_out_wide(f, providers, shaded);
    }
    scale(f);
    return f;
}

Rect legend_cell(const FrameLayout& layout, std::size_t index) {
    const Rect& r = layout.providers;
    const double head = kLegendHead * layout.unit;
    const auto rows = std::max<std::size_t>(
        1, static_cast<std::size_t>(std::lround((r.height - head) / layout.row)));
    const double gap = 26 * layout.unit;
    const double width = (r.width - gap * (layout.columns - 1)) / layout.columns;
    return {r.x + static_cast<double>(index / rows) * (width + gap),
            r.y + head + static_cast<double>(index % rows) * layout.row, width, layout.row};
}

}  // namespace footprint::render
