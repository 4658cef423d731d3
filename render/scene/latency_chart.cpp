#include "render/scene/latency_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "geo/projection/projection.h"
#include "render/scene/base_map.h"

namespace footprint::render {
namespace {

constexpr double kLeast_ms = 3;
constexpr double kMost_ms = 500;
constexpr std::array<double, 7> kTicks_ms{5, 10, 20, 50, 100, 200, 400};

SheetText sheet_text(const LatencyWords& words) {
    SheetText text;
    text.title = words.title;
    text.subtitle = words.subtitle;
    text.note = words.note;
    text.credits = words.credits;
    return text;
}

PathPtr circle(Point centre, double radius) {
    auto path = std::make_shared<Path>();
    path->add_circle(centre, radius);
    return path;
}

// A square plot with logarithmic axes, in units of the sheet.
class Axes {
  public:
    explicit Axes(const Rect& r) : r_(r) {}

    Point at(double x_ms, double y_ms) const {
        return {r_.x + r_.width * share(x_ms), r_.bottom() - r_.height * share(y_ms)};
    }

  private:
    static double share(double ms) {
        return std::log(std::clamp(ms, kLeast_ms, kMost_ms) / kLeast_ms) /
               std::log(kMost_ms / kLeast_ms);
    }
    Rect r_;
};

void draw_axes(Sheet& sheet, const Axes& axes) {
    const auto& theme = sheet.theme();
    for (const double ms : kTicks_ms) {
        sheet.rule(axes.at(ms, kLeast_ms), axes.at(ms, kMost_ms), theme.graticule);
        sheet.rule(axes.at(kLeast_ms, ms), axes.at(kMost_ms, ms), theme.graticule);
        auto below = axes.at(ms, kLeast_ms);
        sheet.text(fmt::format("{:.0f}", ms), {below.x, below.y + 26},
                   {17, theme.quiet_text, FontWeight::regular, Align::centre});
        auto left = axes.at(kLeast_ms, ms);
        sheet.text_centred(fmt::format("{:.0f}", ms), {left.x - 12, left.y},
                           {17, theme.quiet_text, FontWeight::regular, Align::right});
    }
    // ± 20 % and ± 10 % first, the identity over them.
    for (const double factor : {0.8, 0.9, 1.1, 1.25}) {
        const double low = std::max(kLeast_ms, kLeast_ms / factor);
        const double high = std::min(kMost_ms, kMost_ms / factor);
        sheet.rule(axes.at(low, low * factor), axes.at(high, high * factor), theme.quiet_text, 1,
                   true);
    }
    sheet.rule(axes.at(kLeast_ms, kLeast_ms), axes.at(kMost_ms, kMost_ms), theme.text, 2);
}

}  // namespace

DisplayList latency_scatter(const std::vector<LatencyPoint>& points, const LatencyWords& words,
                            const SheetOptions& options, const TextMeasure& measure) {
    Sheet sheet(options, measure);
    const auto& theme = sheet.theme();
    const Rect frame = sheet.frame(sheet_text(words));
    const double side = std::min(frame.width - 90, frame.height - 64);
    const Rect plot{frame.x + 70 + (frame.width - 90 - side) / 2, frame.y, side, side};
    const Axes axes(plot);
    draw_axes(sheet, axes);
    for (const auto& point : points) {
        if (std::isfinite(point.modelled_ms)) {
            sheet.list().push_back(
                FillPath{circle(sheet.pixels(axes.at(point.measured_ms, point.modelled_ms)),
                                3 * sheet.unit()),
                         theme.accent.with_alpha(0.45), false});
        }
    }
    sheet.text("measured, ms", {plot.centre().x, plot.bottom() + 54},
               {19, theme.text, FontWeight::medium, Align::centre});
    sheet.text("modelled, ms", {plot.x + 14, plot.y + 24}, {19, theme.text, FontWeight::medium});
    return sheet.take();
}

DisplayList latency_map(const std::vector<LatencyPlace>& places, const geo::Atlas& atlas,
                        const LatencyWords& words, const SheetOptions& options,
                        const TextMeasure& measure) {
    Sheet sheet(options, measure);
    const auto& theme = sheet.theme();
    const Rect frame = sheet.frame(sheet_text(words));
    constexpr double kKey = 44;
    const Rect area{frame.x, frame.y, frame.width, frame.height - kKey};
    const auto projection = geo::Projection::create("equal-earth", kLon0);
    const MapView view(projection, sheet.pixels(area));
    // The map fits its area without the Antarctic, which would lie under the words below.
    const std::size_t first = sheet.list().size();
    add_base_map(sheet.list(), view, atlas, theme, sheet.unit());
    for (auto& item : std::span(sheet.list()).subspan(first)) {
        if (auto* const filled = std::get_if<FillPath>(&item)) {
            filled->clip = view.area();
        } else if (auto* const line = std::get_if<StrokePath>(&item)) {
            line->clip = view.area();
        }
    }
    const Color fast = theme.warning;
    const Color slow = theme.accent;
    const auto disc = [&](Point centre_px, const Color& color, double percent) {
        const double radius = (3 + 3.2 * std::sqrt(std::min(percent, 60.0))) * sheet.unit();
        sheet.list().push_back(FillPath{circle(centre_px, radius), color.with_alpha(0.6), false});
        sheet.list().push_back(Ring{centre_px, radius, 1.5 * sheet.unit(), color, 1, {}});
    };
    // The worst last, so that nothing hides it; smaller discs over larger ones read well too.
    auto sorted = places;
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
        return a.error_percent > b.error_percent;
    });
    for (const auto& place : sorted) {
        if (const auto at = view.to_pixel(place.position)) {
            disc(*at, place.bias_percent < 0 ? fast : slow, place.error_percent);
        }
    }
    const double y = frame.bottom() - 14;
    double x = frame.x;
    const auto key = [&](const Color& color, double percent, const std::string& text) {
        disc(sheet.pixels(Point{x + 26, y - 6}), color, percent);
        sheet.text(text, {x + 60, y}, {18, theme.text});
        x += 74 + sheet.text_width(text, 18);
    };
    key(fast, 5, "model too fast, 5 %");
    key(slow, 5, "too slow, 5 %");
    key(slow, 20, "20 % (median error of the place's pairs)");
    return sheet.take();
}

}  // namespace footprint::render
