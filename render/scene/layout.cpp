#include "render/scene/layout.h"

#include <algorithm>
#include <cmath>

namespace footprint::render {
namespace {

constexpr double kWide = 1.45;  // aspect from which the legend lies beside the map, not under it

constexpr double kShaded = 156;                 // people and classes
constexpr double kSmallestUnit = 720.0 / 1080;  // below, type can't be read
constexpr double kPeople = 62;
constexpr double kClasses = 48;

double legend_rows(std::size_t providers, int columns) {
    return std::ceil(static_cast<double>(std::max<std::size_t>(1, providers)) / columns);
}

void scale(FrameLayout& f) {
    for (Rect* r : {&f.title, &f.date, &f.map, &f.people, &f.classes, &f.providers, &f.key,
                    &f.chart, &f.credits, &f.progress}) {
        *r = {r->x * f.unit, r->y * f.unit, r->width * f.unit, r->height * f.unit};
    }
    f.row *= f.unit;
    f.head *= f.unit;
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
    f.providers = {kMargin, f.key.y - 14 - f.head - rows * f.row, kLegendWidth,
                   f.head + rows * f.row};
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
    const double legend_height = f.head + rows * f.row + 24 + 14 + (shaded ? kShaded : 0);
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
    f.providers = {kMargin, y, legend_width, f.head + rows * f.row};
    f.key = {kMargin, f.providers.bottom() + 14, w - 2 * kMargin, 24};
    if (beside) {
        const double x = kMargin + legend_width + 30;
        f.chart = {x, f.map.bottom() + 20, w - kMargin - x, f.key.y - f.map.bottom() - 34};
    } else {
        const double top = f.key.bottom() + 24;
        f.chart = {kMargin, top, w - 2 * kMargin, std::max(80.0, bottom - top)};
    }
}

// Small frames from here on. Their legend is one band: names and regions, in as many columns as
// fit.
void set_band(FrameLayout& f, std::size_t providers, double width) {
    constexpr double kCell = 146;
    constexpr double kGap = 18;
    f.head = 0;
    f.row = 25;
    f.columns = std::max(1, static_cast<int>((width + kGap) / (kCell + kGap)));
    const double rows = providers > 1 ? legend_rows(providers, f.columns) : 0;
    f.columns = rows > 0 ? static_cast<int>(std::ceil(static_cast<double>(providers) / rows)) : 1;
    const double cells = f.columns * (kCell + kGap) - kGap;
    f.providers = {0, 0, std::min(width, std::max(cells, 0.8 * width)), rows * f.row};
}

// About as many lines as the sources need.
void set_small_credits(FrameLayout& f, double margin, double w, double h) {
    const double inner = w - 2 * margin;
    const double height = 16 + 16 * (std::ceil(780 / inner) + std::ceil(2250 / inner) - 1);
    f.progress = {0, h - 5, w, 5};
    f.credits = {margin, h - 11 - height, inner, height};
    f.key = {margin, f.credits.y - 6, 0, 0};
    f.chart = {w, f.key.y, 0, 0};
}

void lay_out_small_wide(FrameLayout& f, std::size_t providers, bool shaded) {
    constexpr double kMargin = 28;
    const double w = f.width / f.unit;
    const double h = f.height / f.unit;
    const double inner = w - 2 * kMargin;
    set_small_credits(f, kMargin, w, h);
    constexpr double kDateWidth = 350;
    constexpr double kMapTop = 92;
    f.date_size = 52;
    f.title = {kMargin, 12, inner - kDateWidth, 78};
    f.date = {w - kMargin - kDateWidth, 12, kDateWidth, 80};
    const bool has_chart = w >= 1200;
    const double width = has_chart ? 0.54 * inner : inner;
    set_band(f, providers, width);
    f.providers.x = kMargin;
    f.providers.y = f.key.y - f.providers.height;
    double top = f.providers.y;
    if (shaded) {
        const bool is_beside = width >= 830;
        top -= kPeople + (is_beside ? 6 : kClasses + 4);
        f.people = {kMargin, top, 410, kPeople};
        const double x = is_beside ? kMargin + 470 : kMargin;
        f.classes = {x, is_beside ? top + 10 : top + kPeople + 4, 390, kClasses};
    }
    double map_bottom = top - 4;
    if (has_chart) {
        constexpr double kChartHeight = 168;
        constexpr double kBelowNewZealand = 50;
        f.chart = {w - kMargin - 0.42 * inner, f.key.y - kChartHeight, 0.42 * inner, kChartHeight};
        // People stand west of South America's end.
        map_bottom = std::min(f.chart.y + kBelowNewZealand, top + (shaded ? 34 : 0));
    }
    f.map = {14, kMapTop, w - 28, std::max(120.0, map_bottom - kMapTop)};
}

void lay_out_small_stacked(FrameLayout& f, std::size_t providers, bool shaded) {
    constexpr double kMargin = 28;
    constexpr double kSmallestChart = 190;
    constexpr double kLargestChart = 400;
    const double w = f.width / f.unit;
    const double h = f.height / f.unit;
    const double inner = w - 2 * kMargin;
    set_small_credits(f, kMargin, w, h);
    set_band(f, providers, inner);
    f.date_size = 52;
    f.title = {kMargin, 14, inner, 78};
    f.date = {kMargin, 98, inner, 84};
    double map_top = 184;
    // The smallest squares: shades need their classes more than the people's number.
    const bool is_tiny = h < 700;
    if (is_tiny) {
        f.credits.y += f.credits.height - 34;
        f.credits.height = 34;
        f.key.y = f.credits.y - 6;
        f.date_size = 40;
        f.title = {kMargin, 0, inner, 36};
        f.date = {kMargin, 36, inner, 64};
        map_top = 104;
    }
    const double people = shaded && !is_tiny ? kPeople + 6 : 0;
    const double below = people + (shaded ? kClasses + 10 : 0) + f.providers.height + 12;
    const double room = f.key.y - map_top - below;
    const double map_height = std::clamp(room, 90.0, 0.52 * w);
    const double left = room - map_height - 16;
    f.map = {8, map_top, w - 16, map_height};
    double y = f.map.bottom() + 10;
    f.people = {kMargin, y, people > 0 ? inner : 0, people > 0 ? kPeople : 0};
    y += people;
    f.classes = {kMargin, y, shaded ? std::min(inner, 450.0) : 0, shaded ? kClasses : 0};
    y += shaded ? kClasses + 10 : 0;
    f.providers.x = kMargin;
    f.providers.y = y;
    if (left >= kSmallestChart) {
        const double height = std::min(left, kLargestChart);
        f.chart = {kMargin, f.key.y - height, inner, height};
    }
}

}  // namespace

FrameLayout lay_out(int width, int height, std::size_t providers, bool shaded) {
    FrameLayout f;
    f.width = width;
    f.height = height;
    const double aspect = static_cast<double>(width) / height;
    f.stacked = aspect < kWide;
    const double own = f.stacked ? std::min(width / 1080.0, height / 1080.0)
                                 : std::min(width / 1920.0, height / 1080.0);
    f.unit = std::max(own, kSmallestUnit);
    f.crowding = f.unit / own;
    // Frames of 600 pixels and more across have room for everything below the map.
    f.compact = f.stacked ? width < 890 * f.unit || height < 1060 * f.unit : f.crowding > 1;
    if (f.compact && f.stacked) {
        lay_out_small_stacked(f, providers, shaded);
    } else if (f.compact) {
        lay_out_small_wide(f, providers, shaded);
    } else if (f.stacked) {
        lay_out_stacked(f, providers, shaded);
    } else {
        lay_out_wide(f, providers, shaded);
    }
    scale(f);
    return f;
}

Rect legend_cell(const FrameLayout& layout, std::size_t index) {
    const Rect& r = layout.providers;
    if (r.height <= 0) {
        return {};
    }
    const auto rows = std::max<std::size_t>(
        1, static_cast<std::size_t>(std::lround((r.height - layout.head) / layout.row)));
    const double gap = 26 * layout.unit;
    const double width = (r.width - gap * (layout.columns - 1)) / layout.columns;
    return {r.x + static_cast<double>(index / rows) * (width + gap),
            r.y + layout.head + static_cast<double>(index % rows) * layout.row, width, layout.row};
}

}  // namespace footprint::render
