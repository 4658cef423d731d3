// Several dates: lines, a panel an area.
#include <fmt/format.h>

#include <algorithm>

#include "render/scene/compare_page.h"
#include "render/scene/labels.h"

namespace footprint::render {

namespace {

double axis_top(double most) {
    for (const double top : {0.05, 0.1, 0.2, 0.4, 0.6, 0.8}) {
        if (most <= top) {
            return top;
        }
    }
    return 1;
}

// Years between labels, so that each has its room and all stand equally far apart.
int year_step(double years, double labels) {
    for (const int step : {1, 2, 5, 10, 20, 50}) {
        if (years <= step * labels) {
            return step;
        }
    }
    return 100;
}

}  // namespace

void ComparePage::lines(const Rect& r) {
    constexpr std::size_t kMostPanels = 12;
    const std::size_t count = std::min(first().areas.size(), kMostPanels);
    if (count == 1) {
        panel(r, 0, true);
        return;
    }
    const double legend = provider_legend(r, first().areas.front()) + 12;
    const std::size_t wide = count <= 4 ? 2 : (count <= 9 ? 3 : 4);
    const std::size_t across = sheet_.is_tall() ? 2 : wide;
    const std::size_t down = (count + across - 1) / across;
    const double gap = 44;
    const double width =
        (r.width - gap * static_cast<double>(across - 1)) / static_cast<double>(across);
    const double height =
        (r.height - legend - gap / 2 * static_cast<double>(down - 1)) / static_cast<double>(down);
    for (std::size_t i = 0; i < count; ++i) {
        panel({r.x + (width + gap) * static_cast<double>(i % across),
               r.y + legend + (height + gap / 2) * static_cast<double>(i / across), width, height},
              i, false);
    }
}

double ComparePage::most_share() const {
    double most = 0;
    for (const auto& date : *chart_.dates) {
        for (const auto& area : date.areas) {
            for (const auto& p : area.providers) {
                most = std::max(most, headline_share(p));
            }
        }
    }
    return most;
}

double ComparePage::date_x(const Rect& plot, Date date) const {
    return plot.x + plot.width * (date - first().date) / (last().date - first().date);
}

void ComparePage::panel(const Rect& r, std::size_t area, bool is_large) {
    const double axis = is_large ? 19 : 15;
    const double above = is_large ? 20 : 38;
    Rect plot{r.x + axis * 3.4, r.y + above, 0, r.height - above - axis * 2};
    plot.width = r.right() - plot.x - (is_large ? label_width() : 12);
    if (!is_large) {
        sheet_.fitted(first().areas[area].area, {r.x, r.y + 20}, r.width,
                      sheet_.plain(20, FontWeight::semibold));
    }
    const double top = axis_top(most_share());
    value_axis(plot, top, axis);
    date_axis(plot, axis);
    std::vector<double> ends;
    const auto& providers = last().areas[area].providers;
    for (std::size_t p = 0; p < providers.size(); ++p) {
        ends.push_back(line(plot, area, p, top, is_large ? 3.2 : 2.2));
    }
    if (is_large) {
        end_labels(plot, providers, ends);
        return;
    }
    for (std::size_t p = 0; p < providers.size(); ++p) {
        sheet_.symbol(style(providers[p]), {plot.right(), ends[p]}, 5.5);
    }
}

std::string ComparePage::end_text(const ProviderInArea& p) const {
    return fmt::format("{}  {}", name(p), percent_text(headline_share(p)));
}

double ComparePage::label_width() const {
    double widest = 0;
    for (const ProviderInArea& p : last().areas.front().providers) {
        widest = std::max(widest, sheet_.text_width(end_text(p), 21, FontWeight::semibold));
    }
    return widest + 76;
}

void ComparePage::end_labels(const Rect& plot, const std::vector<ProviderInArea>& providers,
                             const std::vector<double>& ends) {
    const auto places = kept_apart(ends, 29, plot.y, plot.bottom());
    for (std::size_t p = 0; p < providers.size(); ++p) {
        // Each line goes on to its own symbol, so that none hides another where lines end level.
        const double x = plot.right();
        provider_line({{x, ends[p]}, {x + 34, places[p]}}, providers, p, 1.6);
        sheet_.symbol(style(providers[p]), {x + 42, places[p]}, 8);
        sheet_.text_centred(end_text(providers[p]), {x + 60, places[p]},
                            sheet_.plain(21, FontWeight::semibold));
    }
}

void ComparePage::value_axis(const Rect& plot, double top, double size) {
    constexpr int kSteps = 4;
    for (int i = 0; i <= kSteps; ++i) {
        const double part = top * i / kSteps;
        const double y = plot.bottom() - plot.height * i / kSteps;
        sheet_.rule({plot.x, y}, {plot.right(), y},
                    theme_.quiet_text.with_alpha(i == 0 ? 0.6 : 0.22));
        sheet_.text_centred(
            i == kSteps ? fmt::format("{:g} %", 100 * part) : fmt::format("{:g}", 100 * part),
            {plot.x - 8, y}, sheet_.quiet(size, Align::right));
    }
}

std::vector<std::pair<Date, std::string>> ComparePage::date_ticks(double room) const {
    const int days = last().date - first().date;
    const bool by_month = days < 3 * 365;
    std::vector<std::pair<Date, std::string>> ticks;
    if (!by_month) {
        const int step = year_step(days / 365.25, room);
        for (int year = first().date.year() + 1; year <= last().date.year(); ++year) {
            if (year % step == 0) {
                ticks.emplace_back(Date::year_start(year), fmt::format("{}", year));
            }
        }
        return ticks;
    }
    for (const auto& date : *chart_.dates) {
        ticks.emplace_back(date.date, date.date.year_month());
    }
    return ticks;
}

void ComparePage::date_axis(const Rect& plot, double size) {
    const auto ticks = date_ticks(plot.width / (sheet_.text_width("2026", size) + 14));
    double taken = plot.x - 100;
    // The first and the last matter most.
    const double width = sheet_.text_width(ticks.back().second, size);
    const double last_left = date_x(plot, ticks.back().first) - width / 2;
    std::string last_label;
    for (std::size_t i = 0; i < ticks.size(); ++i) {
        const auto& [date, label] = ticks[i];
        const double x = date_x(plot, date);
        const bool is_last = i + 1 == ticks.size();
        const bool fits = x - width / 2 > taken + 14 && label != last_label &&
                          (is_last || x + width / 2 < last_left - 14);
        if (!fits) {
            continue;
        }
        last_label = label;
        sheet_.rule({x, plot.bottom()}, {x, plot.bottom() + 6}, theme_.quiet_text.with_alpha(0.6));
        sheet_.text(label, {x, plot.bottom() + 8 + size}, sheet_.quiet(size, Align::centre));
        taken = x + width / 2;
    }
    if (last().date > chart_.as_of && first().date < chart_.as_of) {
        const double x = date_x(plot, chart_.as_of);
        sheet_.rule({x, plot.y}, {x, plot.bottom()}, theme_.warning, 1.5, true);
        // Above the plot, clear of its lines.
        const std::string label = chart_.catalog->run() == nullptr ? "facts end" : "simulated";
        const double half = sheet_.text_width(label, size * 0.85) / 2;
        sheet_.text(label, {std::clamp(x, plot.x + half, plot.right() - half), plot.y - 5},
                    {size * 0.85, theme_.warning, FontWeight::regular, Align::centre});
    }
}

double ComparePage::line(const Rect& plot, std::size_t area, std::size_t p, double top,
                         double width) {
    std::vector<Point> points;
    double y = plot.bottom();
    for (const auto& date : *chart_.dates) {
        y = plot.bottom() - plot.height * headline_share(date.areas[area].providers[p]) / top;
        points.push_back({date_x(plot, date.date), y});
    }
    provider_line(points, last().areas[area].providers, p, width);
    return y;
}

}  // namespace footprint::render
