#include "render/scene/charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace footprint::render {
namespace {

constexpr double kMargin = 60;  // at a width of 1600

// Colours of n nested classes, fastest first: steps along the theme's, from a stronger first one.
std::vector<Color> class_colors(const Theme& theme, std::size_t count) {
    auto classes = theme.classes;
    classes[0] = mix(classes[0], theme.accent, 0.6);
    std::vector<Color> colors;
    for (std::size_t i = 0; i < count; ++i) {
        const double at = count == 1 ? 0
                                     : static_cast<double>(i) / static_cast<double>(count - 1) *
                                           static_cast<double>(kClassCount - 2);
        const auto low = static_cast<std::size_t>(at);
        const std::size_t high = std::min(low + 1, kClassCount - 2);
        colors.push_back(mix(classes[low], classes[high], at - std::floor(at)));
    }
    return colors;
}

// Black or white, whichever stands out more.
Color on(Color ground) {
    const double light = 0.2126 * ground.r + 0.7152 * ground.g + 0.0722 * ground.b;
    return light > 120 ? rgb(0x0b0f17) : rgb(0xf2f5f9);
}

std::string share_text(double share) {
    if (share < 1 - 1e-9 && share >= 0.995) {
        return ">99 %";
    }
    return fmt::format("{:.0f} %", share * 100);
}

// Puts ops on a list in units of a 1600 pixels wide picture.
class Pen {
  public:
    Pen(DisplayList& list, const Theme& theme, const TextMeasure& measure, double unit)
        : list_(list), theme_(theme), measure_(measure), unit_(unit) {}

    double unit() const { return unit_; }
    Font font(double size, FontWeight weight = FontWeight::regular) const {
        return {size * unit_, weight, true};
    }
    double width(const std::string& text, const Font& font) const {
        return measure_.measure(text, font).width;
    }
    // Text that fits, its end replaced by an ellipsis where it must.
    std::string fitted(std::string text, const Font& font, double room) const {
        if (width(text, font) <= room) {
            return text;
        }
        while (!text.empty() && width(text + "…", font) > room) {
            // Whole code points go.
            do {
                text.pop_back();
            } while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U);
            if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0U) {
                text.pop_back();
            }
        }
        return text + "…";
    }
    void text(const std::string& text, Point baseline, const Font& font, Color color,
              Align align = Align::left) {
        if (!text.empty()) {
            TextRun run;
            run.text = text;
            run.anchor = baseline;
            run.align = align;
            run.font = font;
            run.color = color;
            list_.push_back(run);
        }
    }
    void rect(const Rect& r, Color color) {
        if (r.width > 0 && r.height > 0) {
            list_.push_back(FillRect{r, color});
        }
    }
    void symbol(const ProviderStyle& style, Point centre, double radius) {
        SymbolMark mark;
        mark.shape = style.shape;
        mark.centre = centre;
        mark.radius = radius * unit_;
        mark.color = theme_.hues[style.hue];
        mark.edge = theme_.symbol_edge;
        list_.push_back(mark);
    }

  private:
    DisplayList& list_;
    const Theme& theme_;
    const TextMeasure& measure_;
    double unit_;
};

// Heights of a reach chart's parts at 1600 pixels of width.
constexpr double kHead = 150;
constexpr double kLine = 54;
constexpr double kGroup = 40;
constexpr double kAxis = 34;
constexpr double kGapHead = 96;
constexpr double kGapLine = 46;
constexpr double kNote = 24;

double lines_height(const ReachChart& chart) {
    double height = 0;
    for (const auto& line : chart.lines) {
        height += kLine + (line.name.group.empty() ? 0 : kGroup);
    }
    return height;
}

double needed(const ReachChart& chart) {
    const double gaps =
        chart.gaps.empty() ? 0 : kGapHead + kGapLine * static_cast<double>(chart.gaps.size());
    return kHead + kAxis + lines_height(chart) + gaps +
           kNote * static_cast<double>(chart.notes.size()) + kMargin + 40;
}

class ReachLayout {
  public:
    ReachLayout(const ReachChart& chart, int width, int height, const Theme& theme,
                const TextMeasure& measure)
        : chart_(chart),
          width_(width),
          height_(height),
          theme_(theme),
          pen_(list_, theme, measure, width / 1600.0),
          colors_(class_colors(theme, chart.classes.size())) {
        const double u = pen_.unit();
        double name_width = 0;
        for (const auto& line : chart.lines) {
            name_width = std::max(name_width, pen_.width(line.name.name, pen_.font(22)));
        }
        figures_ = kMargin * u + 44 * u + name_width + 24 * u;
        figure_width_ = 108 * u;
        bars_ = {figures_ + figure_width_ * static_cast<double>(chart.columns.size()) + 30 * u, 0,
                 0, 0};
        bars_.width = width - kMargin * u - bars_.x;
    }

    DisplayList make() {
        pen_.rect({0, 0, static_cast<double>(width_), static_cast<double>(height_)},
                  theme_.background);
        head();
        double y = kHead * pen_.unit();
        y = axis(y);
        for (const auto& line : chart_.lines) {
            y = this->line(line, y);
        }
        gaps(y);
        notes();
        return std::move(list_);
    }

  private:
    void head() {
        const double u = pen_.unit();
        pen_.text(chart_.title, {kMargin * u, 66 * u}, pen_.font(36, FontWeight::bold),
                  theme_.text);
        pen_.text(chart_.subtitle, {kMargin * u, 100 * u}, pen_.font(20), theme_.quiet_text);
        // Legend of the classes, at the right.
        double x = width_ - kMargin * u;
        for (std::size_t i = chart_.classes.size(); i-- > 0;) {
            const Font font = pen_.font(17);
            const double w = pen_.width(chart_.classes[i], font);
            pen_.text(chart_.classes[i], {x - w, 64 * u}, font, theme_.quiet_text);
            x -= w + 8 * u;
            pen_.rect({x - 18 * u, 50 * u, 18 * u, 16 * u}, colors_[i]);
            x -= 18 * u + 20 * u;
        }
        pen_.text("within", {x, 64 * u}, pen_.font(17), theme_.quiet_text, Align::right);
    }

    double axis(double y) {
        const double u = pen_.unit();
        const Font font = pen_.font(17);
        for (std::size_t c = 0; c < chart_.columns.size(); ++c) {
            pen_.text(chart_.columns[c],
                      {figures_ + figure_width_ * static_cast<double>(c + 1), y + 16 * u}, font,
                      theme_.quiet_text, Align::right);
        }
        for (int percent = 0; percent <= 100; percent += 25) {
            const double x = bars_.x + bars_.width * percent / 100;
            pen_.text(fmt::format("{} %", percent), {x, y + 16 * u}, font, theme_.quiet_text,
                      percent == 100 ? Align::right
                      : percent == 0 ? Align::left
                                     : Align::centre);
        }
        const double top = y + kAxis * u;
        for (int percent = 0; percent <= 100; percent += 25) {
            pen_.rect({bars_.x + bars_.width * percent / 100, top, std::max(1.0, u),
                       lines_height(chart_) * u},
                      theme_.graticule);
        }
        return top;
    }

    double line(const ReachChart::Line& line, double y) {
        const double u = pen_.unit();
        if (!line.name.group.empty()) {
            pen_.text(line.name.group, {kMargin * u, y + 28 * u},
                      pen_.font(20, FontWeight::semibold), theme_.text);
            y += kGroup * u;
        }
        const double middle = y + kLine * u / 2;
        pen_.symbol(line.name.style, {kMargin * u + 12 * u, middle}, 10);
        pen_.text(line.name.name, {kMargin * u + 40 * u, middle + 8 * u}, pen_.font(22),
                  theme_.text);
        for (std::size_t c = 0; c < line.figures.size(); ++c) {
            pen_.text(line.figures[c],
                      {figures_ + figure_width_ * static_cast<double>(c + 1), middle + 8 * u},
                      pen_.font(21), theme_.text, Align::right);
        }
        bar(line, {bars_.x, y + 9 * u, bars_.width, (kLine - 18) * u});
        return y + kLine * u;
    }

    void bar(const ReachChart::Line& line, const Rect& area) {
        const double u = pen_.unit();
        pen_.rect(area, theme_.sea);
        const Font font = pen_.font(17, FontWeight::medium);
        double from = 0;
        for (std::size_t i = 0; i < line.within.size(); ++i) {
            const double to = std::clamp(line.within[i], from, 1.0);
            const Rect part{area.x + area.width * from, area.y, area.width * (to - from),
                            area.height};
            pen_.rect(part, colors_[i]);
            const std::string text = share_text(to);
            if (pen_.width(text, font) + 14 * u < part.width) {
                pen_.text(text, {part.right() - 7 * u, part.centre().y + 6 * u}, font,
                          on(colors_[i]), Align::right);
            }
            from = to;
        }
    }

    void gaps(double y) {
        if (chart_.gaps.empty() || chart_.lines.size() < 2) {
            return;
        }
        const double u = pen_.unit();
        const auto& a = chart_.lines[0].name;
        const auto& b = chart_.lines[1].name;
        const Color color_a = theme_.hues[a.style.hue];
        const Color color_b = theme_.hues[b.style.hue];
        const Color both = mix(theme_.quiet_text, theme_.background, 0.35);
        const Rect area{kMargin * u + 190 * u, 0, width_ - 2 * kMargin * u - 190 * u, 0};
        pen_.text("Who is reached by whom", {kMargin * u, y + 58 * u},
                  pen_.font(22, FontWeight::semibold), theme_.text);
        legend(y + 58 * u, {{"only " + a.name, color_a},
                            {"both", both},
                            {"only " + b.name, color_b},
                            {"neither", theme_.sea}});
        y += kGapHead * u;
        for (const auto& gap : chart_.gaps) {
            const Rect row{area.x, y + 4 * u, area.width, (kGapLine - 10) * u};
            pen_.text(gap.label, {kMargin * u, row.centre().y + 7 * u}, pen_.font(20), theme_.text);
            double from = 0;
            const auto part = [&](double share, Color color, const std::string& text) {
                const Rect r{row.x + row.width * from, row.y, row.width * share, row.height};
                pen_.rect(r, color);
                const Font font = pen_.font(17, FontWeight::medium);
                if (pen_.width(text, font) + 14 * u < r.width) {
                    pen_.text(text, {r.centre().x, r.centre().y + 6 * u}, font, on(color),
                              Align::centre);
                }
                from += share;
            };
            part(gap.only_a, color_a, gap.only_a_text);
            part(gap.both, both, gap.both_text);
            part(gap.only_b, color_b, gap.only_b_text);
            part(std::max(0.0, 1 - from), theme_.sea, gap.neither_text);
            y += kGapLine * u;
        }
    }

    void legend(double baseline, const std::vector<std::pair<std::string, Color>>& entries) {
        const double u = pen_.unit();
        double x = width_ - kMargin * u;
        for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
            const Font font = pen_.font(17);
            const double w = pen_.width(entry->first, font);
            pen_.text(entry->first, {x - w, baseline}, font, theme_.quiet_text);
            x -= w + 8 * u;
            pen_.rect({x - 18 * u, baseline - 14 * u, 18 * u, 16 * u}, entry->second);
            x -= 18 * u + 20 * u;
        }
    }

    void notes() {
        const double u = pen_.unit();
        double y = height_ - 28 * u - kNote * u * static_cast<double>(chart_.notes.size() - 1);
        for (const auto& note : chart_.notes) {
            const Font font = pen_.font(15);
            pen_.text(pen_.fitted(note, font, width_ - 2 * kMargin * u), {kMargin * u, y}, font,
                      theme_.quiet_text);
            y += kNote * u;
        }
    }

    const ReachChart& chart_;
    int width_;
    int height_;
    const Theme& theme_;
    DisplayList list_;
    Pen pen_;
    std::vector<Color> colors_;
    double figures_ = 0;
    double figure_width_ = 0;
    Rect bars_;
};

void change_column(Pen& pen, const Theme& theme, const ChangeCard& card, const Rect& area) {
    const double u = pen.unit();
    const double row = 30 * u;
    const double column = 400 * u;
    const auto rows = static_cast<std::size_t>(std::max(1.0, area.height / row));
    const auto columns = static_cast<std::size_t>(std::max(1.0, area.width / column));
    const std::size_t room = rows * columns;
    const std::size_t shown = card.changes.size() <= room ? card.changes.size() : room - 1;
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& change = card.changes[i];
        const Point at{area.x + column * static_cast<double>(i / rows),
                       area.y + row * static_cast<double>(i % rows) + row / 2};
        pen.symbol(change.style, {at.x + 10 * u, at.y}, 8);
        pen.text(change.date, {at.x + 30 * u, at.y + 6 * u}, pen.font(17), theme.quiet_text);
        const Font font = pen.font(17);
        pen.text(pen.fitted(change.what + ", " + change.kind, font, column - 172 * u),
                 {at.x + 142 * u, at.y + 6 * u}, font, theme.text);
    }
    if (shown < card.changes.size()) {
        pen.text(fmt::format("and {} more", card.changes.size() - shown),
                 {area.x + column * static_cast<double>(shown / rows) + 30 * u,
                  area.y + row * static_cast<double>(shown % rows) + row / 2 + 6 * u},
                 pen.font(17), theme.quiet_text);
    }
}

void gain_column(Pen& pen, const Theme& theme, const ChangeCard& card, const Rect& area) {
    const double u = pen.unit();
    pen.text(card.gained_title, {area.x, area.y + 20 * u}, pen.font(18, FontWeight::semibold),
             theme.text);
    const double row =
        std::min(30 * u, (area.height - 34 * u) /
                             static_cast<double>(std::max<std::size_t>(1, card.gains.size())));
    double most = 1;
    for (const auto& gain : card.gains) {
        most = std::max(most, std::abs(gain.people));
    }
    double y = area.y + 34 * u;
    for (const auto& gain : card.gains) {
        pen.symbol(gain.name.style, {area.x + 10 * u, y + row / 2}, 8);
        pen.text(gain.name.name, {area.x + 30 * u, y + row / 2 + 6 * u}, pen.font(17), theme.text);
        const double width = (area.width - 290 * u) * std::abs(gain.people) / most;
        const Color color = gain.people < 0 ? theme.warning : theme.hues[gain.name.style.hue];
        pen.rect({area.x + 180 * u, y + row / 2 - 8 * u, width, 16 * u}, color);
        pen.text(gain.text, {area.x + 190 * u + width, y + row / 2 + 6 * u}, pen.font(17),
                 theme.text);
        y += row;
    }
}

}  // namespace

int reach_chart_height(const ReachChart& chart, int width) {
    return static_cast<int>(std::ceil(needed(chart) * width / 1600.0 / 2)) * 2;
}

DisplayList lay_out_reach_chart(const ReachChart& chart, int width, int height, const Theme& theme,
                                const TextMeasure& measure) {
    return ReachLayout(chart, width, height, theme, measure).make();
}

DisplayList lay_out_change_card(const ChangeCard& card, const Rect& area, const Theme& theme,
                                const TextMeasure& measure) {
    DisplayList list;
    const double u = area.width / 1920;
    Pen pen(list, theme, measure, u);
    pen.rect(area, theme.background);
    const Rect inner{area.x + 58 * u, area.y + 24 * u, area.width - 116 * u, area.height - 68 * u};
    const double gains = 560 * u;
    pen.text(card.note, {inner.x, area.bottom() - 18 * u}, pen.font(15), theme.quiet_text);
    change_column(pen, theme, card, {inner.x, inner.y, inner.width - gains - 40 * u, inner.height});
    gain_column(pen, theme, card, {inner.right() - gains, inner.y, gains, inner.height});
    return list;
}

}  // namespace footprint::render
