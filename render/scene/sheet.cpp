#include "render/scene/sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/text.h"

namespace footprint::render {
namespace {

constexpr int kSmallestSide = 320;
constexpr double kShortSide = 1080;
constexpr double kMargin = 56;

double linear(std::uint8_t channel) {
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(Color c) {
    return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
}

}  // namespace

// Contrast as WCAG 2.1 defines it.
Color ink_on(Color ground) {
    const double y = luminance(ground) + 0.05;
    return y / 0.05 >= 1.05 / y ? rgb(0x0a0e15) : rgb(0xffffff);
}

std::string percent_text(double share) {
    // A share of all is a sum over a sum, and may miss one by a rounding.
    const double percent = share > 1 - 1e-9 ? 100 : 100 * share;
    if (percent <= 0) {
        return "0 %";
    }
    if (percent < 0.05) {
        return "< 0.1 %";
    }
    if (percent < 9.95 || (percent > 99 && percent < 99.95)) {
        return fmt::format("{:.1f} %", percent);
    }
    if (percent < 100 && percent >= 99.95) {
        return "> 99.9 %";
    }
    return fmt::format("{:.0f} %", percent);
}

Sheet::Sheet(const SheetOptions& options, const TextMeasure& measure)
    : theme_(&find_theme(options.theme)), measure_(&measure) {
    const int least = std::min(options.width, options.height);
    if (least < kSmallestSide) {
        throw Error(ExitCode::usage,
                    fmt::format("a picture of {} × {} is too small to read; expected at least "
                                "{} × {}",
                                options.width, options.height, kSmallestSide, kSmallestSide));
    }
    unit_ = least / kShortSide;
    width_ = options.width / unit_;
    height_ = options.height / unit_;
    rect({0, 0, width_, height_}, theme_->background);
}

Rect Sheet::frame(const SheetText& words) {
    const double inner = width_ - 2 * kMargin;
    const double date_width = text_width(words.date, 40, FontWeight::semibold);
    // Beside the date where there is room for both.
    const bool stacked = is_tall() || date_width > 0.4 * inner;
    double y = kMargin + 44;
    fitted(words.title, {kMargin, y}, stacked ? inner : inner - date_width - 60,
           {50, theme_->text, FontWeight::bold, Align::left});
    if (stacked && !words.date.empty()) {
        y += 48;
        fitted(words.date, {kMargin, y}, inner,
               {34, theme_->accent, FontWeight::semibold, Align::left});
    } else {
        fitted(words.date, {width_ - kMargin, y}, inner * 0.4,
               {40, theme_->accent, FontWeight::semibold, Align::right});
    }
    y += 42;
    fitted(words.subtitle, {kMargin, y}, inner,
           {24, theme_->quiet_text, FontWeight::regular, Align::left});
    const double top = y + 34;
    const double bottom = footer(words) - 26;
    return {kMargin, top, inner, bottom - top};
}

// Its top.
double Sheet::footer(const SheetText& words) {
    const double inner = width_ - 2 * kMargin;
    const double line = 22;
    const auto credits = wrapped(words.credits, 15, inner);
    const auto notes = wrapped(words.note, 17, inner);
    const double lines = static_cast<double>(credits.size()) * line;
    const double first = height_ - 26 - lines - static_cast<double>(notes.size() - 1) * 24;
    double y = first;
    for (const std::string& note : notes) {
        fitted(note, {kMargin, y}, inner, {17, theme_->text, FontWeight::medium, Align::left});
        y += 24;
    }
    y += line - 24;
    for (const std::string& credit : credits) {
        fitted(credit, {kMargin, y}, inner,
               {15, theme_->quiet_text, FontWeight::regular, Align::left});
        y += line;
    }
    const double top = first - 32;
    rule({kMargin, top}, {width_ - kMargin, top}, theme_->quiet_text.with_alpha(0.4));
    return top;
}

// The parts between " · ", on as many lines as they need; a part that is wider than a line is
// broken between words.
std::vector<std::string> Sheet::wrapped(const std::string& content, double size,
                                        double width) const {
    constexpr std::string_view kBetween = " · ";
    std::vector<std::string> lines(1);
    const auto add = [&](const std::string& part, std::string_view between) {
        const std::string longer =
            lines.back().empty() ? part : lines.back() + std::string(between) + part;
        if (lines.back().empty() || text_width(longer, size, FontWeight::medium) <= width) {
            lines.back() = longer;
        } else {
            lines.push_back(part);
        }
    };
    for (std::size_t from = 0; from < content.size();) {
        const std::size_t at = std::min(content.find(kBetween, from), content.size());
        const std::string part = content.substr(from, at - from);
        if (text_width(part, size, FontWeight::medium) <= width) {
            add(part, kBetween);
        } else {
            std::string_view between = kBetween;
            for (const std::string& word : split(part, ' ')) {
                add(word, between);
                between = " ";
            }
        }
        from = std::min(at + kBetween.size(), content.size());
    }
    return lines;
}

void Sheet::text(const std::string& content, Point anchor, const Style& style) {
    if (content.empty()) {
        return;
    }
    TextRun run;
    run.text = content;
    run.anchor = pixels(anchor);
    run.align = style.align;
    run.font = {style.size * unit_, style.weight, true};
    run.color = style.color;
    list_.push_back(std::move(run));
}

void Sheet::text_centred(const std::string& content, Point middle, const Style& style) {
    text(content, {middle.x, middle.y + style.size * kMiddle}, style);
}

void Sheet::fitted(const std::string& content, Point anchor, double width, Style style) {
    const double natural = text_width(content, style.size, style.weight);
    if (natural > width) {
        style.size *= width / natural;
    }
    text(content, anchor, style);
}

double Sheet::text_width(const std::string& content, double size, FontWeight weight) const {
    return measure_->measure(content, {size * unit_, weight, true}).width / unit_;
}

void Sheet::rect(const Rect& r, Color color) {
    list_.push_back(FillRect{pixels(r), color});
}

void Sheet::rule(Point from, Point to, Color color, double width, bool dashed) {
    Path path;
    path.move_to(pixels(from));
    path.line_to(pixels(to));
    std::vector<double> dashes;
    if (dashed) {
        dashes = {5 * unit_, 4 * unit_};
    }
    list_.push_back(StrokePath{std::make_shared<const Path>(std::move(path)),
                               color,
                               std::max(0.6, width * unit_),
                               std::move(dashes),
                               {}});
}

void Sheet::symbol(const ProviderStyle& style, Point centre, double radius) {
    SymbolMark mark;
    mark.shape = style.shape;
    mark.centre = pixels(centre);
    mark.radius = radius * unit_;
    mark.color = hue(style);
    mark.edge = theme_->background;
    list_.push_back(mark);
}

}  // namespace footprint::render
