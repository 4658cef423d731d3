#include "render/scene/strip_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "render/scene/labels.h"

namespace footprint::render {
namespace {

PathPtr kept(Path path) {
    return std::make_shared<const Path>(std::move(path));
}

// A round number for the top of an axis.
double round_top(double most) {
    for (int step = 1;; step *= 10) {
        for (const int factor : {10, 12, 16, 20, 30, 40, 50, 60, 80}) {
            if (most <= step * factor) {
                return step * factor;
            }
        }
    }
}

// Dates that are written under the axis.
bool is_by_month(Date from, Date to) {
    return to - from < 3 * 365;
}

std::vector<Date> axis_dates(Date from, Date to) {
    const double years = (to - from) / 365.25;
    std::vector<Date> dates;
    if (is_by_month(from, to)) {
        const int step = years < 1 ? 1 : (years < 2 ? 3 : 6);
        for (Date d = Date::from_ymd(from.year(), 1, 1); d <= to; d = d.plus_months(step)) {
            if (d >= from) {
                dates.push_back(d);
            }
        }
        return dates;
    }
    const int step = years < 9 ? 1 : (years < 16 ? 2 : 5);
    for (int year = from.year(); year <= to.year(); ++year) {
        if (year % step == 0 && Date::year_start(year) >= from) {
            dates.push_back(Date::year_start(year));
        }
    }
    return dates;
}

// Between names' feet, of their size.
constexpr double kLineHeight = 1.06;
// The highest name's middle is above the plot, the lowest's above its foot.
constexpr double kNamesAbove = 8;
constexpr double kNamesAboveFoot = 4;

double between(double a, double b, double share) {
    return a + (b - a) * share;
}

}  // namespace

StripPoint StripLine::at(double day) const {
    const auto after =
        std::upper_bound(points.begin(), points.end(), day,
                         [](double wanted, const StripPoint& point) { return wanted < point.day; });
    if (after == points.begin()) {
        return points.front();
    }
    const StripPoint& before = *(after - 1);
    if (after == points.end() || before.day < straight_from) {
        return {day, before.value, before.low, before.high};
    }
    const double share = (day - before.day) / (after->day - before.day);
    return {day, between(before.value, after->value, share), between(before.low, after->low, share),
            between(before.high, after->high, share)};
}

StripChart::StripChart(StripInput input, const Theme& theme, const TextMeasure& measure)
    : input_(std::move(input)), theme_(&theme), measure_(&measure) {
    const Rect& r = input_.area;
    plot_ = {r.x + u(40), r.y + u(30), r.width - u(40) - u(14), r.height - u(30) - u(28)};
    make_room_for_names();
    double most = std::max(1.0, input_.least);
    for (const StripLine& line : input_.lines) {
        for (const StripPoint& point : line.points) {
            most = std::max({most, point.value, point.high});
        }
    }
    top_ = round_top(most);
    make_paths();
}

TextRun StripChart::text(std::string content, Point anchor, double size, Color color, Align align,
                         FontWeight weight) const {
    TextRun run;
    run.text = std::move(content);
    run.anchor = anchor;
    run.align = align;
    run.font = {u(size), weight, true};
    run.color = color;
    return run;
}

double StripChart::x_of(double day) const {
    const double share = (day - input_.from.days()) / (input_.to - input_.from);
    return plot_.x + std::clamp(share, 0.0, 1.0) * plot_.width;
}

double StripChart::y_of(double value) const {
    return plot_.bottom() - value / top_ * plot_.height;
}

// Counts stand in the legend; shares stand nowhere else.
std::string StripChart::end_label(const StripLine& line, double value) const {
    if (!input_.is_share) {
        return line.name;
    }
    return input_.lines.size() == 1 ? fmt::format("{:.0f} %", value)
                                    : fmt::format("{} {:.0f} %", line.name, value);
}

// The lines end where their names begin. Where there is no room for all names in type that can be
// read, the highest lines have theirs; symbols tell the others.
void StripChart::make_room_for_names() {
    constexpr double kLargest = 13.5;
    constexpr double kSmallest = 12;
    const double gaps = static_cast<double>(std::max<std::size_t>(2, input_.lines.size())) - 1;
    const double room = plot_.height / input_.unit + kNamesAbove - kNamesAboveFoot;
    const double size = std::clamp(room / gaps / kLineHeight, kSmallest, kLargest);
    const bool says_nothing = input_.lines.size() < 2 && !input_.is_share;
    most_names_ = 1 + static_cast<std::size_t>(room / (size * kLineHeight) + 1e-9);
    if (most_names_ < 2 || says_nothing) {
        return;
    }
    double widest = 0;
    for (const StripLine& line : input_.lines) {
        constexpr double kWidest = 88;  // two digits
        const TextRun run =
            text(end_label(line, kWidest), {}, size, theme_->text, Align::left, FontWeight::medium);
        widest = std::max(widest, measure_->measure(run.text, run.font).width);
    }
    name_size_ = size;
    plot_.width -= widest + u(2);
}

void StripChart::make_paths() {
    for (const StripLine& line : input_.lines) {
        const bool is_hazy =
            std::any_of(line.points.begin(), line.points.end(),
                        [](const StripPoint& point) { return point.low < point.high; });
        drawn_.push_back({kept(line_path(line)), is_hazy ? kept(haze_path(line)) : nullptr});
    }
}

// From its first region on: until then there is nothing to tell.
Path StripChart::line_path(const StripLine& line) const {
    const auto& points = line.points;
    const auto first = std::find_if(points.begin(), points.end(),
                                    [](const StripPoint& point) { return point.value > 0; });
    Path path;
    if (first == points.end()) {
        return path;
    }
    path.move_to({x_of(first->day), y_of(first == points.begin() ? first->value : 0)});
    path.line_to({x_of(first->day), y_of(first->value)});
    for (auto point = first + 1; point != points.end(); ++point) {
        if ((point - 1)->day < line.straight_from) {
            path.line_to({x_of(point->day), y_of((point - 1)->value)});
        }
        path.line_to({x_of(point->day), y_of(point->value)});
    }
    path.line_to({x_of(input_.to.days()), y_of(points.back().value)});
    return path;
}

Path StripChart::haze_path(const StripLine& line) const {
    Path path;
    for (const StripPoint& point : line.points) {
        const Point high{x_of(point.day), y_of(point.high)};
        if (point.day < line.straight_from) {
            continue;
        }
        if (path.empty()) {
            path.move_to(high);
        } else {
            path.line_to(high);
        }
    }
    for (auto point = line.points.rbegin(); point != line.points.rend(); ++point) {
        if (point->day >= line.straight_from) {
            path.line_to({x_of(point->day), y_of(point->low)});
        }
    }
    path.close();
    return path;
}

void StripChart::add_still(DisplayList& out) const {
    if (theme_ == nullptr) {
        return;
    }
    const Rect& r = input_.area;
    const TextRun head = text(input_.head, {r.x, r.y + u(14)}, 15, theme_->quiet_text);
    out.push_back(head);
    add_future_ground(out);
    add_counts(out);
    add_dates(out);
    add_end_of_facts(out, head);
}

// Hatched: seen without colour, too.
void StripChart::add_future_ground(DisplayList& out) const {
    if (!has_future()) {
        return;
    }
    const double left = x_of(input_.as_of.days());
    const Rect ground{left, plot_.y, plot_.right() - left, plot_.height};
    if (ground.width < 1) {
        return;
    }
    out.push_back(FillRect{ground, theme_->warning.with_alpha(0.06)});
    Path hatching;
    const double step = u(9);
    for (double x = ground.x - ground.height; x < ground.right(); x += step) {
        hatching.move_to({x, ground.bottom()});
        hatching.line_to({x + ground.height, ground.y});
    }
    out.push_back(StrokePath{kept(std::move(hatching)),
                             theme_->warning.with_alpha(0.16),
                             std::max(0.6, u(1)),
                             {},
                             ground});
}

void StripChart::add_counts(DisplayList& out) const {
    for (const double part : {0.0, 0.5, 1.0}) {
        const double y = y_of(part * top_);
        Path line;
        line.move_to({plot_.x, y});
        line.line_to({plot_.right(), y});
        out.push_back(StrokePath{kept(std::move(line)),
                                 theme_->quiet_text.with_alpha(part == 0.0 ? 0.5 : 0.22),
                                 std::max(0.6, u(1)),
                                 {},
                                 {}});
        out.push_back(text(fmt::format("{:g}", part * top_), {plot_.x - u(10), y + u(14 * kMiddle)},
                           14, theme_->quiet_text, Align::right));
    }
}

void StripChart::add_dates(DisplayList& out) const {
    const bool by_month = is_by_month(input_.from, input_.to);
    double last_right = -1e9;
    Path ticks;
    for (const Date date : axis_dates(input_.from, input_.to)) {
        const double x = x_of(date.days());
        const TextRun run =
            text(by_month ? date.year_month() : fmt::format("{}", date.year()),
                 {x, plot_.bottom() + u(21)}, 14, theme_->quiet_text, Align::centre);
        const Rect box = text_box(run, *measure_);
        if (box.x > last_right + u(8) && box.right() < input_.area.right() + u(10)) {
            out.push_back(run);
            last_right = box.right();
            ticks.move_to({x, plot_.bottom()});
            ticks.line_to({x, plot_.bottom() + u(5)});
        }
    }
    if (!ticks.empty()) {
        out.push_back(StrokePath{kept(std::move(ticks)),
                                 theme_->quiet_text.with_alpha(0.5),
                                 std::max(0.6, u(1)),
                                 {},
                                 {}});
    }
}

void StripChart::add_end_of_facts(DisplayList& out, const TextRun& head) const {
    if (!has_future() || input_.from >= input_.as_of) {
        return;
    }
    const double x = x_of(input_.as_of.days());
    Path line;
    line.move_to({x, plot_.y});
    line.line_to({x, plot_.bottom()});
    out.push_back(StrokePath{kept(std::move(line)),
                             theme_->warning.with_alpha(0.8),
                             std::max(0.8, u(1.2)),
                             {u(4), u(3)},
                             {}});
    // Above the plot, clear of its lines and of the chart's head.
    TextRun run = text(input_.future, {x, plot_.y - u(7)}, 13, theme_->warning, Align::centre);
    const double half = measure_->measure(run.text, run.font).width / 2;
    const double head_end = text_box(head, *measure_).right() + u(12);
    const double right = input_.area.right();
    run.anchor.x = std::clamp(x, std::min(head_end, right - 2 * half) + half, right - half);
    out.push_back(run);
}

void StripChart::add_changing(DisplayList& out, double day) const {
    const double x = theme_ == nullptr ? 0 : x_of(day);
    const Rect grown{plot_.x - u(2), plot_.y - u(4), x - plot_.x + u(2), plot_.height + u(8)};
    constexpr double kHaze = 0.2;
    for (std::size_t i = 0; i < drawn_.size(); ++i) {
        if (drawn_[i].haze) {
            out.push_back(
                FillPath{drawn_[i].haze, input_.lines[i].color.with_alpha(kHaze), false, grown});
        }
    }
    for (std::size_t i = 0; i < drawn_.size(); ++i) {
        const StripLine& line = input_.lines[i];
        const std::vector<double> dashes =
            line.is_dashed ? std::vector<double>{u(5), u(3)} : std::vector<double>{};
        out.push_back(
            StrokePath{drawn_[i].line, line.color.with_alpha(0.9), u(1.8), dashes, grown});
    }
    for (const StripLine& line : input_.lines) {
        const double value = line.at(day).value;
        if (value <= 0) {
            continue;
        }
        SymbolMark mark;
        mark.shape = line.shape;
        mark.centre = {x, y_of(value)};
        mark.radius = u(4.6);
        mark.color = line.color;
        mark.edge = theme_->background;
        out.push_back(mark);
    }
    add_names(out, day);
}

// As many as there is room for.
void StripChart::keep_highest(std::vector<double>& ends,
                              std::vector<const StripLine*>& lines) const {
    while (ends.size() > most_names_) {
        const auto lowest = std::max_element(ends.begin(), ends.end()) - ends.begin();
        ends.erase(ends.begin() + lowest);
        lines.erase(lines.begin() + lowest);
    }
}

// Beside the ends of the lines, of those who have a region by then.
void StripChart::add_names(DisplayList& out, double day) const {
    if (name_size_ <= 0) {
        return;
    }
    std::vector<double> wanted;
    std::vector<const StripLine*> whose;
    for (const StripLine& line : input_.lines) {
        const double value = line.at(day).value;
        if (value > 0) {
            wanted.push_back(y_of(value));
            whose.push_back(&line);
        }
    }
    keep_highest(wanted, whose);
    const auto places = kept_apart(wanted, u(kLineHeight * name_size_), plot_.y - u(kNamesAbove),
                                   plot_.bottom() - u(kNamesAboveFoot));
    for (std::size_t i = 0; i < whose.size(); ++i) {
        const Point at{x_of(day) + u(10), places[i] + u(name_size_ * kMiddle)};
        out.push_back(text(end_label(*whose[i], whose[i]->at(day).value), at, name_size_,
                           whose[i]->color, Align::left, FontWeight::medium));
    }
}

}  // namespace footprint::render
