#include "render/scene/compare_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/text.h"
#include "render/scene/labels.h"
#include "sim/timeline/totals_text.h"

namespace footprint::render {
namespace {

using sim::AreaComparison;
using sim::ProviderInArea;

double share(double part, double whole) {
    return whole > 0 ? part / whole : 0;
}

std::string ms_text(const std::optional<double>& rtt_ms) {
    return rtt_ms ? fmt::format("{:.0f} ms", *rtt_ms) : std::string("–");
}

bool is_world(const AreaComparison& area) {
    return lower_ascii(area.area) == "world";
}

std::string several(std::size_t clouds) {
    return number_word(clouds) + " clouds";
}

double axis_top(double most) {
    for (const double top : {0.05, 0.1, 0.2, 0.4, 0.6, 0.8}) {
        if (most <= top) {
            return top;
        }
    }
    return 1;
}

class Maker {
  public:
    Maker(const CompareChart& chart, const SheetOptions& options, const TextMeasure& measure)
        : chart_(chart),
          sheet_(options, measure),
          styles_(provider_styles(*chart.catalog)),
          headline_(sim::headline_threshold(chart.thresholds_ms)),
          theme_(sheet_.theme()) {}

    DisplayList make() {
        const Rect area = sheet_.frame(words());
        if (chart_.dates->size() > 1) {
            lines(area);
        } else if (first().areas.size() > 1) {
            dots(area);
        } else {
            bars(area);
        }
        return sheet_.take();
    }

  private:
    const sim::DateComparison& first() const { return chart_.dates->front(); }
    const sim::DateComparison& last() const { return chart_.dates->back(); }
    const geo::Provider& provider(const ProviderInArea& p) const {
        return chart_.catalog->provider(p.provider);
    }
    const std::string& name(const ProviderInArea& p) const { return provider(p).short_name; }
    const ProviderStyle& style(const ProviderInArea& p) const { return styles_[p.provider]; }
    double within(const ProviderInArea& p, std::size_t threshold) const {
        return share(p.coverage.people_within[threshold], p.coverage.people);
    }
    double headline_share(const ProviderInArea& p) const { return within(p, headline_); }
    std::string headline_ms() const {
        return fmt::format("{:g} ms", chart_.thresholds_ms[headline_]);
    }
    Sheet::Style quiet(double size, Align align = Align::left) const {
        return {size, theme_.quiet_text, FontWeight::regular, align};
    }
    Sheet::Style plain(double size, FontWeight weight = FontWeight::medium,
                       Align align = Align::left) const {
        return {size, theme_.text, weight, align};
    }

    // --- words ---

    SheetText words() const {
        SheetText result;
        result.title = chart_.title.empty() ? compare_title(chart_) : chart_.title;
        result.subtitle = claim();
        result.date = first().date == last().date
                          ? first().date.iso()
                          : first().date.year_month() + " – " + last().date.year_month();
        result.note = fmt::format("Round-trip times are modelled, not measured · facts as of {}",
                                  chart_.as_of.iso());
        if (last().date > chart_.as_of) {
            result.note += " · later is announced, not fact";
        }
        if (!chart_.note.empty()) {
            result.note += " · " + chart_.note;
        }
        result.credits = chart_.credits;
        return result;
    }

    // Later than the facts: what it would be if all that is announced came true.
    bool is_planned() const { return last().date > chart_.as_of; }

    std::string claim() const {
        const std::string said = plain_claim();
        return is_planned()
                   ? fmt::format("As announced by {}, not fact: {}", chart_.as_of.iso(), said)
                   : said;
    }

    std::string plain_claim() const {
        const AreaComparison& area = last().areas.front();
        if (first().date != last().date || first().areas.size() > 1) {
            return fmt::format("Share of {} within {} (round trip) of an open region", chart_.who,
                               headline_ms());
        }
        const auto ranking = ranked(area);
        const ProviderInArea& best = *ranking.front();
        const std::string people = human_count(best.coverage.people) + " " + chart_.who;
        if (ranking.size() == 1) {
            return fmt::format("{} of {} are within {} (round trip) of one of its regions",
                               percent_text(headline_share(best)), people, headline_ms());
        }
        const ProviderInArea& least = *ranking.back();
        if (ranking.size() == 2) {
            return fmt::format("Within {} (round trip), {} reaches {} of {} and {} {}",
                               headline_ms(), name(best), percent_text(headline_share(best)),
                               people, name(least), percent_text(headline_share(least)));
        }
        return fmt::format(
            "Within {} (round trip), {} reaches the most of {}: {}; {} the fewest: "
            "{}",
            headline_ms(), name(best), people, percent_text(headline_share(best)), name(least),
            percent_text(headline_share(least)));
    }

    // Best first; equal ones as they were asked for.
    std::vector<const ProviderInArea*> ranked(const AreaComparison& area) const {
        std::vector<const ProviderInArea*> result;
        for (const ProviderInArea& p : area.providers) {
            result.push_back(&p);
        }
        std::stable_sort(result.begin(), result.end(), [&](const auto* a, const auto* b) {
            return headline_share(*a) > headline_share(*b);
        });
        return result;
    }

    // --- one date, one area ---

    // At most eight thresholds are shown, the headline among them.
    std::vector<std::size_t> shown_thresholds() const {
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

    Color step_color(Color hue, std::size_t step, std::size_t steps) const {
        constexpr double kFaintest = 0.2;
        const double t = steps < 2 ? 0 : static_cast<double>(step) / static_cast<double>(steps - 1);
        return mix(theme_.background, hue, 1 - (1 - kFaintest) * t);
    }

    void bars(const Rect& r) {
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

    // "Share of people within a round trip of  ■ ≤ 10 ms  ■ ≤ 20 ms …"; the height used.
    double step_legend(const Rect& r) {
        const auto shown = shown_thresholds();
        const std::string lead = fmt::format("Share of {} within a round trip of", chart_.who);
        sheet_.text_centred(lead, {r.x, r.y + 12}, plain(19));
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
                shown[i] == headline_ ? plain(18, FontWeight::semibold) : quiet(18));
            x += width;
        }
        return y + 22 - r.y;
    }

    struct Column {
        std::string head;
        std::vector<std::string> cells;
        bool is_strong = false;
        double width = 0;
    };

    std::vector<Column> columns(const std::vector<const ProviderInArea*>& list) const {
        std::vector<Column> result{{"≤ " + headline_ms(), {}, true, 0},
                                   {chart_.who, {}, false, 0},
                                   {"regions", {}, false, 0},
                                   {"zones", {}, false, 0},
                                   {"countries", {}, false, 0},
                                   {"median", {}, false, 0},
                                   {"p90", {}, false, 0}};
        for (const ProviderInArea* p : list) {
            const std::array<std::string, 7> cells{
                percent_text(headline_share(*p)),
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

    void rows(const Rect& r, const AreaComparison& area) {
        auto list = ranked(area);
        if (list.size() == 2) {
            list = {&area.providers[0], &area.providers[1]};
        }
        const double legend = step_legend(r) + 8;
        const bool two_lines = sheet_.height() > 1.4 * sheet_.width();
        const double head = 30;
        const double foot = two_lines ? 40 : 0;
        const double height =
            std::min(two_lines ? 130.0 : 118.0,
                     (r.height - legend - head - foot) / static_cast<double>(list.size()));
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
            sheet_.text_centred(name(*list[i]), {r.x + 44, words}, plain(22, FontWeight::semibold));
            const double half = std::min(22.0, height * (two_lines ? 0.2 : 0.34));
            nested_bar({plot.x, y + height * bar_at - half, plot.width, 2 * half}, *list[i]);
        }
    }

    double widest_name(const std::vector<const ProviderInArea*>& list) const {
        double widest = 0;
        for (const ProviderInArea* p : list) {
            widest = std::max(widest, sheet_.text_width(name(*p), 22, FontWeight::semibold));
        }
        return widest;
    }

    // Its left edge.
    double draw_column(const Column& column, double right, double top, double row,
                       double words_at) {
        sheet_.text(column.head, {right, top - 12}, quiet(16, Align::right));
        for (std::size_t i = 0; i < column.cells.size(); ++i) {
            const double middle = top + row * (static_cast<double>(i) + words_at);
            const auto weight = column.is_strong ? FontWeight::semibold : FontWeight::regular;
            sheet_.text_centred(column.cells[i], {right, middle}, plain(20, weight, Align::right));
        }
        return right - column.width;
    }

    // Quarters of the whole, written above or below.
    void share_axis(const Rect& plot, bool is_below = false) {
        for (const double part : {0.0, 0.25, 0.5, 0.75, 1.0}) {
            const double x = plot.x + part * plot.width;
            sheet_.rule({x, plot.y}, {x, plot.bottom()},
                        theme_.quiet_text.with_alpha(part == 0.0 ? 0.5 : 0.22));
            const bool is_written = plot.width > 420 || part == 0.0 || part == 0.5 || part == 1.0;
            if (is_written) {
                sheet_.text(part == 1.0 ? "100 %" : fmt::format("{:g}", 100 * part),
                            {x, is_below ? plot.bottom() + 26 : plot.y - 12},
                            quiet(16, part == 1.0 ? Align::right
                                                  : (part == 0.0 ? Align::left : Align::centre)));
            }
        }
    }

    // Segments from the fastest on; the headline's end is notched.
    void nested_bar(const Rect& r, const ProviderInArea& p) {
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

    // Share of people by round-trip time, a line a provider.
    void curves(const Rect& r, const AreaComparison& area) {
        constexpr double kAxis = 16;
        const std::string lead = fmt::format("Share of {} by round-trip time", chart_.who);
        const double beside = r.x + sheet_.text_width(lead, 19, FontWeight::medium) + 40;
        sheet_.text_centred(lead, {r.x, r.y + 12}, plain(19));
        const double legend = provider_legend({beside, r.y, r.right() - beside, r.height}, area);
        const Rect plot{r.x + 70, r.y + legend + 18, r.width - 96, r.height - legend - 52};
        value_axis(plot, 1, kAxis);
        const double longest_ms = chart_.thresholds_ms.back();
        double taken = plot.x;
        for (std::size_t t = 0; t < chart_.thresholds_ms.size(); ++t) {
            const double x = plot.x + plot.width * chart_.thresholds_ms[t] / longest_ms;
            const std::string label = fmt::format("{:g} ms", chart_.thresholds_ms[t]);
            const double half = sheet_.text_width(label, kAxis) / 2;
            sheet_.rule({x, plot.bottom()}, {x, plot.bottom() + 6},
                        theme_.quiet_text.with_alpha(0.6));
            if (x - half > taken + 12) {
                sheet_.text(label, {x, plot.bottom() + 26}, quiet(kAxis, Align::centre));
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

    // Dashed where another provider before it has its hue.
    void provider_line(const std::vector<Point>& points, const std::vector<ProviderInArea>& all,
                       std::size_t p, double width) {
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

    // --- a pair ---

    struct Part {
        std::string label;
        Color color;
    };

    std::array<Part, 4> parts(const AreaComparison& area) const {
        const ProviderInArea& a = area.providers[0];
        const ProviderInArea& b = area.providers[1];
        return {{{"only " + name(a), sheet_.hue(style(a))},
                 {"both", mix(theme_.background, theme_.text, 0.72)},
                 {"only " + name(b), sheet_.hue(style(b))},
                 {"neither", theme_.land}}};
    }

    void gaps(const Rect& r, const AreaComparison& area) {
        const auto kinds = parts(area);
        const std::string lead =
            fmt::format("Who is reached by whom, of {} {}",
                        human_count(area.providers.front().coverage.people), chart_.who);
        sheet_.text_centred(lead, {r.x, r.y + 12}, plain(19));
        double x = r.x + sheet_.text_width(lead, 19, FontWeight::medium) + 30;
        double y = r.y + 12;
        for (const Part& kind : kinds) {
            const double width = 26 + sheet_.text_width(kind.label, 18) + 24;
            if (x + width > r.right() + 24) {
                x = r.x;
                y += 30;
            }
            sheet_.rect({x, y - 9, 18, 18}, kind.color);
            sheet_.text_centred(kind.label, {x + 26, y}, quiet(18));
            x += width;
        }
        const double top = y + 26;
        const auto shown = shown_thresholds();
        const double row = std::min(90.0, (r.bottom() - top) / static_cast<double>(shown.size()));
        for (std::size_t i = 0; i < shown.size(); ++i) {
            const double middle = top + row * (static_cast<double>(i) + 0.5);
            const bool is_headline = shown[i] == headline_;
            sheet_.text_centred(
                fmt::format("{:g} ms", chart_.thresholds_ms[shown[i]]), {r.x + 84, middle},
                is_headline ? plain(22, FontWeight::bold, Align::right) : quiet(20, Align::right));
            gap_bar({r.x + 104, middle - row * 0.38, r.width - 104, row * 0.76},
                    area.gaps[shown[i]], kinds);
        }
    }

    // Only A, both, only B, neither: A's whole is what begins at the left, B's what meets it.
    void gap_bar(const Rect& r, const sim::Gap& gap, const std::array<Part, 4>& kinds) {
        const std::array<double, 4> people{gap.only_a, gap.both, gap.only_b, gap.neither};
        const double all = std::accumulate(people.begin(), people.end(), 0.0);
        double from = r.x;
        for (std::size_t i = 0; i < people.size(); ++i) {
            const double width = share(people[i], all) * r.width;
            sheet_.rect({from, r.y, width, r.height}, kinds[i].color);
            const std::string count = human_count(people[i]);
            const std::string with_share =
                fmt::format("{} · {}", count, percent_text(share(people[i], all)));
            for (const std::string& label : {with_share, count}) {
                if (sheet_.text_width(label, 18, FontWeight::semibold) + 16 < width) {
                    sheet_.text_centred(
                        label, {from + width / 2, r.centre().y},
                        {18, ink_on(kinds[i].color), FontWeight::semibold, Align::centre});
                    break;
                }
            }
            from += width;
            if (width > 3 && i + 1 < people.size()) {
                sheet_.rect({from - 1, r.y, 2, r.height}, theme_.background);
            }
        }
    }

    // --- one provider ---

    void solo(const Rect& r, const ProviderInArea& p) {
        const double facts = sheet_.is_tall() ? r.width : r.width * 0.3;
        const double facts_height = sheet_.is_tall() ? std::max(r.height * 0.3, 326.0) : r.height;
        const Rect stats{r.right() - facts, r.y, facts, facts_height};
        presence(stats, p);
        const Rect left = sheet_.is_tall() ? Rect{r.x, r.y + facts_height + 20, r.width,
                                                  r.height - facts_height - 20}
                                           : Rect{r.x, r.y, r.width - facts - 90, r.height};
        reach_rows(left, p);
    }

    void reach_rows(const Rect& r, const ProviderInArea& p) {
        const auto shown = shown_thresholds();
        sheet_.text_centred(fmt::format("{} within a round trip of",
                                        chart_.who == "people" ? "People" : "Internet users"),
                            {r.x, r.y + 12}, plain(19));
        const double top = r.y + 40;
        const double row = std::min(104.0, (r.bottom() - top) / static_cast<double>(shown.size()));
        const double numbers = 230;
        const Color hue = sheet_.hue(style(p));
        for (std::size_t i = 0; i < shown.size(); ++i) {
            const double middle = top + row * (static_cast<double>(i) + 0.5);
            const double part = within(p, shown[i]);
            const bool is_headline = shown[i] == headline_;
            sheet_.text_centred(
                fmt::format("{:g} ms", chart_.thresholds_ms[shown[i]]), {r.x + 84, middle},
                is_headline ? plain(24, FontWeight::bold, Align::right) : quiet(22, Align::right));
            const Rect track{r.x + 104, middle - row * 0.34, r.width - 104 - numbers, row * 0.68};
            sheet_.rect(track, theme_.sea);
            sheet_.rect({track.x, track.y, track.width * part, track.height},
                        step_color(hue, is_headline ? 0 : 1, 3));
            sheet_.text_centred(percent_text(part), {track.right() + 118, middle},
                                plain(24, FontWeight::semibold, Align::right));
            sheet_.text_centred(human_count(p.coverage.people_within[shown[i]]),
                                {r.right(), middle}, quiet(20, Align::right));
        }
    }

    // The numbers of a provider, large.
    void presence(const Rect& r, const ProviderInArea& p) {
        sheet_.symbol(style(p), {r.x + 20, r.y + 22}, 16);
        sheet_.fitted(provider(p).name, {r.x + 54, r.y + 33}, r.width - 54,
                      plain(30, FontWeight::bold));
        const std::array<std::pair<std::string, std::string>, 6> facts{
            {{sim::count_text(p.presence.regions),
              is_planned() ? "regions, as announced" : "regions open"},
             {sim::zones_text(p.presence), "availability zones"},
             {fmt::format("{}", p.presence.countries), "countries"},
             {fmt::format("{}", p.presence.announced), "regions announced"},
             {ms_text(p.coverage.median_rtt_ms), "median round trip"},
             {ms_text(p.coverage.p90_rtt_ms), "90th percentile"}}};
        const std::size_t across = sheet_.is_tall() ? 3 : 2;
        const double width = r.width / static_cast<double>(across);
        const double height =
            std::min(190.0, (r.height - 70) / std::ceil(6.0 / static_cast<double>(across)));
        for (std::size_t i = 0; i < facts.size(); ++i) {
            const double x = r.x + width * static_cast<double>(i % across);
            const double y = r.y + 70 + height * static_cast<double>(i / across);
            sheet_.rule({x, y + 8}, {x + width - 24, y + 8}, theme_.quiet_text.with_alpha(0.4));
            sheet_.fitted(facts[i].first, {x, y + 82}, width - 24, plain(60, FontWeight::bold));
            sheet_.fitted(facts[i].second, {x, y + 114}, width - 24, quiet(20));
        }
    }

    // --- several areas ---

    // Symbols and names in a line; the height used.
    double provider_legend(const Rect& r, const AreaComparison& area) {
        double x = r.x;
        double y = r.y + 12;
        for (const ProviderInArea& p : area.providers) {
            const double width = 28 + sheet_.text_width(name(p), 19, FontWeight::medium) + 28;
            if (x + width > r.right() + 28) {
                x = r.x;
                y += 32;
            }
            sheet_.symbol(style(p), {x + 10, y}, 9);
            sheet_.text_centred(name(p), {x + 28, y}, plain(19));
            x += width;
        }
        return y + 26 - r.y;
    }

    void dots(const Rect& r) {
        constexpr double kLeastRow = 32;
        const auto& areas = first().areas;
        const double legend = provider_legend(r, areas.front()) + 40;
        const auto fitting = static_cast<std::size_t>((r.height - legend) / kLeastRow);
        const bool has_more = areas.size() > fitting;
        const std::size_t count = has_more ? fitting - 1 : areas.size();
        const double left = sheet_.is_tall() ? 290 : 400;
        const double right = sheet_.is_tall() ? 220 : 290;
        const double row = has_more
                               ? (r.height - legend) / static_cast<double>(fitting)
                               : std::min(130.0, (r.height - legend) / static_cast<double>(count));
        const Rect plot{r.x + left, r.y + legend, r.width - left - right,
                        row * static_cast<double>(count)};
        share_axis(plot);
        sheet_.text("best", {plot.right() + 34, plot.y - 12}, quiet(16));
        sheet_.text(chart_.who, {plot.x - 24, plot.y - 12}, quiet(16, Align::right));
        for (std::size_t i = 0; i < count; ++i) {
            area_row({plot.x, plot.y + row * static_cast<double>(i), plot.width, row}, r.x,
                     r.right(), areas[i]);
        }
        if (has_more) {
            sheet_.text_centred(fmt::format("and {} more", areas.size() - count),
                                {r.x, plot.bottom() + row / 2}, quiet(18));
        }
    }

    void area_row(const Rect& r, double left, double right, const AreaComparison& area) {
        const double middle = r.centre().y;
        const std::string people = human_count(area.providers.front().coverage.people);
        const double people_width = sheet_.text_width(people, 18);
        sheet_.fitted(area.area, {left, middle + 8}, r.x - left - people_width - 44,
                      plain(21, FontWeight::semibold));
        sheet_.text_centred(people, {r.x - 24, middle}, quiet(18, Align::right));
        sheet_.rule({r.x, middle}, {r.right(), middle}, theme_.quiet_text.with_alpha(0.22));
        const auto ranking = ranked(area);
        const double from = r.x + headline_share(*ranking.back()) * r.width;
        const double to = r.x + headline_share(*ranking.front()) * r.width;
        sheet_.rule({from, middle}, {to, middle}, theme_.quiet_text.with_alpha(0.7), 2.5);
        swarm(r, area);
        const ProviderInArea& best = *ranking.front();
        const auto ties = std::count_if(ranking.begin(), ranking.end(), [&](const auto* p) {
            return headline_share(*p) >= headline_share(best) - 1e-9;
        });
        const std::string leader = headline_share(best) <= 0 ? std::string("nobody")
                                   : ties > 1 ? several(static_cast<std::size_t>(ties))
                                              : name(best);
        sheet_.fitted(fmt::format("{}  {}", percent_text(headline_share(best)), leader),
                      {r.right() + 34, middle + 7}, right - r.right() - 34, plain(19));
    }

    // Symbols that would hide each other stand above and below the line.
    void swarm(const Rect& r, const AreaComparison& area) {
        const double radius = std::clamp(r.height * 0.16, 6.0, 10.0);
        const double step = 2.1 * radius;
        const auto levels = static_cast<int>((r.height / 2 - radius) / step);
        std::vector<Point> placed;
        for (const ProviderInArea* p : ranked(area)) {
            const double x = r.x + headline_share(*p) * r.width;
            Point at{x, r.centre().y};
            for (int level = 0; level <= 2 * levels; ++level) {
                const int side = level % 2 == 0 ? level / 2 : -(level + 1) / 2;
                const Point tried{x, r.centre().y + side * step};
                const bool is_free = std::none_of(placed.begin(), placed.end(), [&](Point q) {
                    return std::hypot(q.x - tried.x, q.y - tried.y) < step;
                });
                if (is_free) {
                    at = tried;
                    break;
                }
            }
            placed.push_back(at);
            sheet_.symbol(style(*p), at, radius);
        }
    }

    // --- over time ---

    void lines(const Rect& r) {
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
        const double height = (r.height - legend - gap / 2 * static_cast<double>(down - 1)) /
                              static_cast<double>(down);
        for (std::size_t i = 0; i < count; ++i) {
            panel({r.x + (width + gap) * static_cast<double>(i % across),
                   r.y + legend + (height + gap / 2) * static_cast<double>(i / across), width,
                   height},
                  i, false);
        }
    }

    double most_share() const {
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

    double date_x(const Rect& plot, Date date) const {
        return plot.x + plot.width * (date - first().date) / (last().date - first().date);
    }

    void panel(const Rect& r, std::size_t area, bool is_large) {
        const double axis = is_large ? 19 : 15;
        const double above = is_large ? 20 : 38;
        Rect plot{r.x + axis * 3.4, r.y + above, 0, r.height - above - axis * 2};
        plot.width = r.right() - plot.x - (is_large ? label_width() : 12);
        if (!is_large) {
            sheet_.fitted(first().areas[area].area, {r.x, r.y + 20}, r.width,
                          plain(20, FontWeight::semibold));
        }
        const double top = axis_top(most_share());
        value_axis(plot, top, axis);
        date_axis(plot, axis);
        std::vector<double> ends;
        const auto& providers = last().areas[area].providers;
        for (std::size_t p = 0; p < providers.size(); ++p) {
            ends.push_back(line(plot, area, p, top, is_large ? 3.2 : 2.2));
        }
        for (std::size_t p = 0; p < providers.size(); ++p) {
            sheet_.symbol(style(providers[p]), {plot.right(), ends[p]}, is_large ? 8 : 5.5);
        }
        if (is_large) {
            end_labels(plot, providers, ends);
        }
    }

    std::string end_text(const ProviderInArea& p) const {
        return fmt::format("{}  {}", name(p), percent_text(headline_share(p)));
    }

    double label_width() const {
        double widest = 0;
        for (const ProviderInArea& p : last().areas.front().providers) {
            widest = std::max(widest, sheet_.text_width(end_text(p), 21, FontWeight::semibold));
        }
        return widest + 64;
    }

    void end_labels(const Rect& plot, const std::vector<ProviderInArea>& providers,
                    const std::vector<double>& ends) {
        const auto places = kept_apart(ends, 29, plot.y, plot.bottom());
        for (std::size_t p = 0; p < providers.size(); ++p) {
            const double x = plot.right();
            sheet_.rule({x + 15, ends[p]}, {x + 40, places[p]}, theme_.quiet_text.with_alpha(0.5));
            sheet_.text_centred(end_text(providers[p]), {x + 48, places[p]},
                                plain(21, FontWeight::semibold));
        }
    }

    void value_axis(const Rect& plot, double top, double size) {
        constexpr int kSteps = 4;
        for (int i = 0; i <= kSteps; ++i) {
            const double part = top * i / kSteps;
            const double y = plot.bottom() - plot.height * i / kSteps;
            sheet_.rule({plot.x, y}, {plot.right(), y},
                        theme_.quiet_text.with_alpha(i == 0 ? 0.6 : 0.22));
            sheet_.text_centred(
                i == kSteps ? fmt::format("{:g} %", 100 * part) : fmt::format("{:g}", 100 * part),
                {plot.x - 8, y}, quiet(size, Align::right));
        }
    }

    // What is written under the axis of time, and where: every date; where there are several a
    // year, every year at its beginning.
    std::vector<std::pair<Date, std::string>> date_ticks() const {
        const int days = last().date - first().date;
        const bool by_month = days < 3 * 365;
        const auto& dates = *chart_.dates;
        std::vector<std::pair<Date, std::string>> ticks;
        if (!by_month && static_cast<double>(dates.size()) > 1.5 + days / 365.25) {
            for (int year = first().date.year() + 1; year <= last().date.year(); ++year) {
                ticks.emplace_back(Date::year_start(year), fmt::format("{}", year));
            }
            return ticks;
        }
        for (const auto& date : dates) {
            ticks.emplace_back(
                date.date, by_month ? date.date.year_month() : fmt::format("{}", date.date.year()));
        }
        return ticks;
    }

    void date_axis(const Rect& plot, double size) {
        const auto ticks = date_ticks();
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
            sheet_.rule({x, plot.bottom()}, {x, plot.bottom() + 6},
                        theme_.quiet_text.with_alpha(0.6));
            sheet_.text(label, {x, plot.bottom() + 8 + size}, quiet(size, Align::centre));
            taken = x + width / 2;
        }
        if (last().date > chart_.as_of && first().date < chart_.as_of) {
            const double x = date_x(plot, chart_.as_of);
            sheet_.rule({x, plot.y}, {x, plot.bottom()}, theme_.warning, 1.5, true);
            // Above the plot, clear of its lines.
            const double half = sheet_.text_width("facts end", size * 0.85) / 2;
            sheet_.text("facts end",
                        {std::clamp(x, plot.x + half, plot.right() - half), plot.y - 5},
                        {size * 0.85, theme_.warning, FontWeight::regular, Align::centre});
        }
    }

    // Where it ends.
    double line(const Rect& plot, std::size_t area, std::size_t p, double top, double width) {
        std::vector<Point> points;
        double y = plot.bottom();
        for (const auto& date : *chart_.dates) {
            y = plot.bottom() - plot.height * headline_share(date.areas[area].providers[p]) / top;
            points.push_back({date_x(plot, date.date), y});
        }
        provider_line(points, last().areas[area].providers, p, width);
        return y;
    }

    const CompareChart& chart_;
    Sheet sheet_;
    std::vector<ProviderStyle> styles_;
    std::size_t headline_;
    const Theme& theme_;
};

}  // namespace

std::string compare_title(const CompareChart& chart) {
    const auto& first = chart.dates->front();
    const auto& area = first.areas.front();
    const auto short_name = [&](std::size_t i) {
        return chart.catalog->provider(area.providers[i].provider).short_name;
    };
    const bool is_planned = chart.dates->back().date > chart.as_of;
    const auto reach = [&](bool several_do) {
        return is_planned ? " would reach" : several_do ? " reach" : " reaches";
    };
    std::string who = chart.catalog->provider(area.providers.front().provider).name + reach(false);
    if (area.providers.size() == 2) {
        who = fmt::format("{} and {}{}", short_name(0), short_name(1), reach(true));
    } else if (area.providers.size() > 2) {
        who = several(area.providers.size()) + reach(true);
    }
    std::string where;
    if (first.areas.size() > 1) {
        where = fmt::format(", in {} areas", first.areas.size());
    } else if (!is_world(area)) {
        where = " in " + area.area;
    }
    return "Whom " + who + where;
}

DisplayList compare_chart(const CompareChart& chart, const SheetOptions& options,
                          const TextMeasure& measure) {
    return Maker(chart, options, measure).make();
}

}  // namespace footprint::render
