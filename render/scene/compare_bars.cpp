// One date, one area: a row a provider, and curves by round-trip time.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "render/scene/compare_page.h"
#include "sim/timeline/totals_text.h"

namespace footprint::render {

std::vector<std::size_t> ComparePage::shown_thresholds() const {
    constexpr std::size_t kMost = 8;
    const std::size_t count = chart_.thresholds_ms.size();
    std::vector<std::size_t> shown;
    for (std::size_t i = 0; i < std::min(count, kMost); ++i) {
        shown.push_back(count <= kMost ? i : i * (count - 1) / (kMost - 1));
    }
    if (std::find(shown.begin(), shown.end(), headline_) == shown.end()) {
        const auto at = std::lower_bound(shown.begin(), shown.end(), headline_);
        *at = headline_;
    }
    return shown;
}

Color ComparePage::step_color(Color hue, std::size_t step, std::size_t steps) const {
    constexpr double kFaintest = 0.2;
    const double t = steps < 2 ? 0 : static_cast<double>(step) / static_cast<double>(steps - 1);
    return mix(theme_.background, hue, 1 - (1 - kFaintest) * t);
}

void ComparePage::bars(const Rect& r) {
    const AreaComparison& area = first().areas.front();
    if (area.providers.size() == 1) {
        solo(r, area.providers.front());
        return;
    }
    if (area.gaps.empty()) {
        // A few rows leave room for how reach grows with patience.
        constexpr double kRow = 92;
        constexpr double kLeastCurves = 210;
        const double upper = 70 + kRow * static_cast<double>(area.providers.size());
        if (r.height - upper - 30 >= kLeastCurves && chart_.thresholds_ms.size() > 2) {
            rows({r.x, r.y, r.width, upper}, area);
            curves({r.x, r.y + upper + 30, r.width, r.height - upper - 30}, area);
        } else {
            rows(r, area);
        }
        return;
    }
    const double top = std::min(r.height * 0.36, 330.0);
    rows({r.x, r.y, r.width, top}, area);
    gaps({r.x, r.y + top + 24, r.width, r.height - top - 24}, area);
}

double ComparePage::step_legend(const Rect& r) {
    const auto shown = shown_thresholds();
    const std::string lead = fmt::format("Share of {} within a round trip of", chart_.who);
    sheet_.text_centred(lead, {r.x, r.y + 12}, sheet_.plain(19));
    double x = r.x + sheet_.text_width(lead, 19, FontWeight::medium) + 22;
    double y = r.y + 12;
    if (sheet_.is_tall()) {
        x = r.x;
        y += 34;
    }
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const std::string label = fmt::format("{:g} ms", chart_.thresholds_ms[shown[i]]);
        const double width = 26 + sheet_.text_width(label, 18) + 20;
        if (x + width > r.right() + 20) {
            x = r.x;
            y += 30;
        }
        sheet_.rect({x, y - 9, 18, 18}, step_color(theme_.quiet_text, i, shown.size()));
        sheet_.text_centred(
            label, {x + 26, y},
            shown[i] == headline_ ? sheet_.plain(18, FontWeight::semibold) : sheet_.quiet(18));
        x += width;
    }
    return y + 22 - r.y;
}

std::vector<ComparePage::Column> ComparePage::columns(
    const std::vector<const ProviderInArea*>& list) const {
    std::vector<Column> result{{"≤ " + headline_ms(), {}, true, 0},
                               {chart_.who, {}, false, 0},
                               {"regions", {}, false, 0},
                               {"zones", {}, false, 0},
                               {"countries", {}, false, 0},
                               {"median", {}, false, 0},
                               {"p90", {}, false, 0}};
    for (const ProviderInArea* p : list) {
        const std::array<std::string, 7> cells{percent_text(headline_share(*p)),
                                               human_count(p->coverage.people_within[headline_]),
                                               sim::count_text(p->presence.regions),
                                               sim::zones_text(p->presence),
                                               fmt::format("{}", p->presence.countries),
                                               ms_text(p->coverage.median_rtt_ms),
                                               ms_text(p->coverage.p90_rtt_ms)};
        for (std::size_t c = 0; c < cells.size(); ++c) {
            result[c].cells.push_back(cells[c]);
        }
    }
    for (Column& column : result) {
        column.width = sheet_.text_width(column.head, 16);
        for (const std::string& cell : column.cells) {
            column.width =
                std::max(column.width, sheet_.text_width(cell, 20, FontWeight::semibold));
        }
    }
    return result;
}

void ComparePage::rows(const Rect& r, const AreaComparison& area) {
    auto list = ranked(area);
    if (list.size() == 2) {
        list = {&area.providers[0], &area.providers[1]};
    }
    const double legend = step_legend(r) + 8;
    const bool two_lines = sheet_.height() > 1.4 * sheet_.width();
    const double head = 30;
    const double foot = two_lines ? 40 : 0;
    const double height = std::min(two_lines ? 130.0 : 118.0, (r.height - legend - head - foot) /
                                                                  static_cast<double>(list.size()));
    const auto table = columns(list);
    const double gap = sheet_.is_tall() ? 14 : 28;
    double right = r.right();
    const double top = r.y + legend + head;
    // Where the words of a row and its bar stand, as shares of its height.
    const double words_at = two_lines ? 0.24 : 0.5;
    const double bar_at = two_lines ? 0.68 : 0.5;
    for (auto column = table.rbegin(); column != table.rend(); ++column) {
        right = draw_column(*column, right, top, height, words_at) - gap;
    }
    const double left = two_lines ? r.x : r.x + widest_name(list) + 60;
    const Rect plot{left, top, (two_lines ? r.right() : right - 12) - left,
                    height * static_cast<double>(list.size())};
    share_axis(plot, two_lines);
    for (std::size_t i = 0; i < list.size(); ++i) {
        const double y = plot.y + height * static_cast<double>(i);
        const double words = y + height * words_at;
        sheet_.symbol(style(*list[i]), {r.x + 18, words}, 12);
        sheet_.text_centred(name(*list[i]), {r.x + 44, words},
                            sheet_.plain(22, FontWeight::semibold));
        const double half = std::min(22.0, height * (two_lines ? 0.2 : 0.34));
        nested_bar({plot.x, y + height * bar_at - half, plot.width, 2 * half}, *list[i]);
    }
}

double ComparePage::widest_name(const std::vector<const ProviderInArea*>& list) const {
    double widest = 0;
    for (const ProviderInArea* p : list) {
        widest = std::max(widest, sheet_.text_width(name(*p), 22, FontWeight::semibold));
    }
    return widest;
}

double ComparePage::draw_column(const Column& column, double right, double top, double row,
                                double words_at) {
    sheet_.text(column.head, {right, top - 12}, sheet_.quiet(16, Align::right));
    for (std::size_t i = 0; i < column.cells.size(); ++i) {
        const double middle = top + row * (static_cast<double>(i) + words_at);
        const auto weight = column.is_strong ? FontWeight::semibold : FontWeight::regular;
        sheet_.text_centred(column.cells[i], {right, middle},
                            sheet_.plain(20, weight, Align::right));
    }
    return right - column.width;
}

void ComparePage::share_axis(const Rect& plot, bool is_below) {
    for (const double part : {0.0, 0.25, 0.5, 0.75, 1.0}) {
        const double x = plot.x + part * plot.width;
        sheet_.rule({x, plot.y}, {x, plot.bottom()},
                    theme_.quiet_text.with_alpha(part == 0.0 ? 0.5 : 0.22));
        const bool is_written = plot.width > 420 || part == 0.0 || part == 0.5 || part == 1.0;
        if (is_written) {
            sheet_.text(
                part == 1.0 ? "100 %" : fmt::format("{:g}", 100 * part),
                {x, is_below ? plot.bottom() + 26 : plot.y - 12},
                sheet_.quiet(
                    16, part == 1.0 ? Align::right : (part == 0.0 ? Align::left : Align::centre)));
        }
    }
}

void ComparePage::nested_bar(const Rect& r, const ProviderInArea& p) {
    const auto shown = shown_thresholds();
    sheet_.rect(r, theme_.sea);
    double from = 0;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const double to = within(p, shown[i]);
        const Color color = step_color(sheet_.hue(style(p)), i, shown.size());
        const double width = (to - from) * r.width;
        sheet_.rect({r.x + from * r.width, r.y, width, r.height}, color);
        const bool nearly_all = to < 1 - 1e-9 && to >= 0.995;
        const std::string label = nearly_all ? ">99" : fmt::format("{:.0f}", 100 * to);
        if (sheet_.text_width(label, 15) + 12 < width && r.height > 20) {
            sheet_.text_centred(label, {r.x + to * r.width - 7, r.centre().y},
                                {15, ink_on(color), FontWeight::medium, Align::right});
        }
        from = to;
    }
    const double x = r.x + headline_share(p) * r.width;
    sheet_.rule({x, r.y - 5}, {x, r.bottom() + 5}, theme_.text, 2.5);
}

void ComparePage::curves(const Rect& r, const AreaComparison& area) {
    constexpr double kAxis = 16;
    const std::string lead = fmt::format("Share of {} by round-trip time", chart_.who);
    const double beside = r.x + sheet_.text_width(lead, 19, FontWeight::medium) + 40;
    sheet_.text_centred(lead, {r.x, r.y + 12}, sheet_.plain(19));
    const double legend = provider_legend({beside, r.y, r.right() - beside, r.height}, area);
    const Rect plot{r.x + 70, r.y + legend + 18, r.width - 96, r.height - legend - 52};
    value_axis(plot, 1, kAxis);
    const double longest_ms = chart_.thresholds_ms.back();
    double taken = plot.x;
    for (std::size_t t = 0; t < chart_.thresholds_ms.size(); ++t) {
        const double x = plot.x + plot.width * chart_.thresholds_ms[t] / longest_ms;
        const std::string label = fmt::format("{:g} ms", chart_.thresholds_ms[t]);
        const double half = sheet_.text_width(label, kAxis) / 2;
        sheet_.rule({x, plot.bottom()}, {x, plot.bottom() + 6}, theme_.quiet_text.with_alpha(0.6));
        if (x - half > taken + 12) {
            sheet_.text(label, {x, plot.bottom() + 26}, sheet_.quiet(kAxis, Align::centre));
            taken = x + half;
        }
    }
    for (std::size_t p = 0; p < area.providers.size(); ++p) {
        std::vector<Point> points{{plot.x, plot.bottom()}};
        for (std::size_t t = 0; t < chart_.thresholds_ms.size(); ++t) {
            points.push_back({plot.x + plot.width * chart_.thresholds_ms[t] / longest_ms,
                              plot.bottom() - plot.height * within(area.providers[p], t)});
        }
        provider_line(points, area.providers, p, 3);
        for (std::size_t i = 1; i < points.size(); ++i) {
            sheet_.symbol(style(area.providers[p]), points[i], 6.5);
        }
    }
}

void ComparePage::provider_line(const std::vector<Point>& points,
                                const std::vector<ProviderInArea>& all, std::size_t p,
                                double width) {
    const auto hue = style(all[p]).hue;
    const auto own = all.begin() + static_cast<std::ptrdiff_t>(p);
    const bool is_dashed = std::any_of(
        all.begin(), own, [&](const ProviderInArea& other) { return style(other).hue == hue; });
    Path path;
    for (const Point& point : points) {
        path.empty() ? path.move_to(sheet_.pixels(point)) : path.line_to(sheet_.pixels(point));
    }
    std::vector<double> dashes;
    if (is_dashed) {
        dashes = {9 * sheet_.unit(), 6 * sheet_.unit()};
    }
    sheet_.list().push_back(StrokePath{std::make_shared<const Path>(std::move(path)),
                                       theme_.hues[hue],
                                       width * sheet_.unit(),
                                       std::move(dashes),
                                       {}});
}

}  // namespace footprint::render
