#include "render/scene/rank_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/text.h"

namespace footprint::render {
namespace {

constexpr double kTallest = 62;
constexpr double kLeast = 30;
constexpr double kText = 20;

class RankPage {
  public:
    RankPage(const RankChart& chart, const SheetOptions& options, const TextMeasure& measure)
        : chart_(chart),
          sheet_(options, measure),
          styles_(provider_styles(*chart.catalog)),
          theme_(sheet_.theme()) {}

    DisplayList make() {
        SheetText words;
        words.title = chart_.title;
        words.subtitle = chart_.subtitle;
        words.date = chart_.date;
        words.note = chart_.note;
        words.credits = chart_.credits;
        const Rect r = sheet_.frame(words);
        if (chart_.rows.empty()) {
            sheet_.text("None", {r.x, r.y + 80}, sheet_.quiet(24));
            sheet_.text_centred(chart_.axis, {r.x, r.y + 12}, sheet_.plain(19));
            return sheet_.take();
        }
        const double head = legend(r) + 34;
        const double room = r.height - head - 30;
        const auto fit = static_cast<std::size_t>(std::max(1.0, std::floor(room / kLeast)));
        const std::size_t count = std::min(chart_.rows.size(), fit);
        const double row = std::min(kTallest, room / static_cast<double>(count));
        size_ = std::clamp(row * 0.5, 15.0, kText + 2);
        const Rect body{r.x, r.y + head, r.width, row * static_cast<double>(count)};
        const double right = figures(body, count, row);
        const double left = names(body, count, row);
        const Rect plot{left, body.y, right - left, body.height};
        axis(plot, count);
        for (std::size_t i = 0; i < count; ++i) {
            bar({plot.x, plot.y + row * static_cast<double>(i) + row * 0.16, plot.width,
                 row * 0.68},
                chart_.rows[i]);
        }
        if (count < chart_.rows.size()) {
            sheet_.text(fmt::format("and {} more", chart_.rows.size() - count),
                        {r.x, body.bottom() + 28}, sheet_.quiet(17));
        }
        return sheet_.take();
    }

  private:
    bool has_parts() const { return chart_.parts.size() > 1; }

    bool are_of_providers() const {
        return std::ranges::all_of(chart_.rows,
                                   [](const auto& row) { return row.provider.has_value(); });
    }

    // Hues belong to providers: theirs or, where parts are nobody's, colours that no provider has.
    Color part_color(std::size_t part, std::optional<geo::ProviderIndex> provider) const {
        const std::size_t last = chart_.parts.size() - 1;
        if (chart_.is_share && part == last) {
            return mix(theme_.background, theme_.quiet_text, 0.28);  // what is left
        }
        if (are_of_providers()) {
            const Color hue = provider ? sheet_.hue(styles_[*provider]) : theme_.quiet_text;
            constexpr double kFaintest = 0.38;
            const double steps = static_cast<double>(chart_.is_share ? last : last + 1);
            const double t = steps > 1 ? static_cast<double>(part) / (steps - 1) : 0;
            return mix(theme_.background, hue, 1 - (1 - kFaintest) * t);
        }
        // Of four parts the middle one is what two share.
        const auto [first, second] = side_colors();
        return part == 0 ? first : part == 1 ? mix(theme_.background, theme_.text, 0.78) : second;
    }

    std::pair<Color, Color> side_colors() const {
        if (chart_.sides) {
            const Color first = sheet_.hue(styles_[(*chart_.sides)[0]]);
            const Color second = sheet_.hue(styles_[(*chart_.sides)[1]]);
            if (first != second) {
                return {first, second};
            }
        }
        return {theme_.accent, theme_.warning};
    }

    // The height used.
    double legend(const Rect& r) {
        sheet_.text_centred(chart_.axis, {r.x, r.y + 12}, sheet_.plain(19));
        if (!has_parts()) {
            return 24;
        }
        double x = r.x + sheet_.text_width(chart_.axis, 19, FontWeight::medium) + 40;
        double y = r.y + 12;
        for (std::size_t i = 0; i < chart_.parts.size(); ++i) {
            const double width = 28 + sheet_.text_width(chart_.parts[i], 18) + 24;
            if (x + width > r.right()) {
                x = r.x;
                y += 30;
            }
            sheet_.rect({x, y - 9, 18, 18}, part_color(i, std::nullopt));
            sheet_.text_centred(chart_.parts[i], {x + 26, y}, sheet_.quiet(18));
            x += width;
        }
        return y + 12 - r.y;
    }

    // Where they begin, from the right.
    double figures(const Rect& body, std::size_t count, double row) {
        double right = body.right();
        const double gap = sheet_.is_tall() ? 16 : 30;
        for (std::size_t c = chart_.columns.size(); c-- > 0;) {
            double width = sheet_.text_width(chart_.columns[c], 16);
            for (std::size_t i = 0; i < count; ++i) {
                width = std::max(width, sheet_.text_width(cell(i, c), size_, FontWeight::medium));
            }
            // A narrow picture keeps the first figures.
            if (right - width < body.x + body.width * 0.45 && c > 0) {
                continue;
            }
            sheet_.text(chart_.columns[c], {right, body.y - 10}, sheet_.quiet(16, Align::right));
            for (std::size_t i = 0; i < count; ++i) {
                sheet_.text_centred(
                    cell(i, c), {right, body.y + row * (static_cast<double>(i) + 0.5)},
                    sheet_.plain(size_, c == 0 ? FontWeight::semibold : FontWeight::regular,
                                 Align::right));
            }
            right -= width + gap;
        }
        return right;
    }

    const std::string& cell(std::size_t row, std::size_t column) const {
        return chart_.rows[row].cells[column];
    }

    // Where they end.
    double names(const Rect& body, std::size_t count, double row) {
        const bool marked = std::any_of(chart_.rows.begin(),
                                        chart_.rows.begin() + static_cast<std::ptrdiff_t>(count),
                                        [](const RankRow& r) { return r.provider.has_value(); });
        const double indent = marked ? 40 : 0;
        const double most = body.width * (sheet_.is_tall() ? 0.34 : 0.27);
        double widest = 0;
        for (std::size_t i = 0; i < count; ++i) {
            widest = std::max(widest, name_width(chart_.rows[i]));
        }
        widest = std::min(widest, most - indent);
        for (std::size_t i = 0; i < count; ++i) {
            name(chart_.rows[i], {body.x, body.y + row * (static_cast<double>(i) + 0.5)}, indent,
                 widest);
        }
        return body.x + indent + widest + 24;
    }

    double name_width(const RankRow& row) const {
        const double label = sheet_.text_width(row.label, size_, FontWeight::semibold);
        return row.detail.empty() ? label : label + 10 + sheet_.text_width(row.detail, size_ - 3);
    }

    void name(const RankRow& row, Point middle, double indent, double width) {
        if (row.provider) {
            sheet_.symbol(styles_[*row.provider], {middle.x + 15, middle.y},
                          std::min(11.0, size_ * 0.55));
        }
        const double scale = std::min(1.0, width / name_width(row));
        const double size = size_ * scale;
        sheet_.text_centred(row.label, {middle.x + indent, middle.y},
                            sheet_.plain(size, FontWeight::semibold));
        const double label = sheet_.text_width(row.label, size, FontWeight::semibold);
        sheet_.text_centred(row.detail, {middle.x + indent + label + 10 * scale, middle.y},
                            sheet_.quiet((size_ - 3) * scale));
    }

    double whole(const RankRow& row) const {
        return std::accumulate(row.parts.begin(), row.parts.end(), 0.0);
    }

    double longest(std::size_t count) const {
        double most = 0;
        for (std::size_t i = 0; i < count; ++i) {
            most = std::max(most, whole(chart_.rows[i]));
        }
        return most > 0 ? most : 1;
    }

    void axis(const Rect& plot, std::size_t count) {
        scale_ = chart_.is_share ? 1 : longest(count);
        for (const double part : {0.0, 0.25, 0.5, 0.75, 1.0}) {
            const double x = plot.x + part * plot.width;
            if (chart_.is_share) {
                sheet_.rule({x, plot.y}, {x, plot.bottom()},
                            theme_.quiet_text.with_alpha(part == 0.0 ? 0.5 : 0.22));
                sheet_.text(part == 1.0 ? "100 %" : fmt::format("{:g}", 100 * part),
                            {x, plot.y - 10},
                            sheet_.quiet(16, part == 1.0   ? Align::right
                                             : part == 0.0 ? Align::left
                                                           : Align::centre));
            }
        }
        if (!chart_.is_share) {
            sheet_.rule({plot.x, plot.y}, {plot.x, plot.bottom()},
                        theme_.quiet_text.with_alpha(0.5));
        }
    }

    void bar(const Rect& r, const RankRow& row) {
        double from = 0;
        for (std::size_t i = 0; i < row.parts.size(); ++i) {
            const double to = from + row.parts[i];
            const Color color = has_parts()    ? part_color(i, row.provider)
                                : row.provider ? sheet_.hue(styles_[*row.provider])
                                               : theme_.accent;
            sheet_.rect(
                {r.x + from / scale_ * r.width, r.y, (to - from) / scale_ * r.width, r.height},
                color);
            from = to;
        }
    }

    const RankChart& chart_;
    Sheet sheet_;
    std::vector<ProviderStyle> styles_;
    const Theme& theme_;
    double size_ = kText;
    double scale_ = 1;
};

}  // namespace

DisplayList rank_chart(const RankChart& chart, const SheetOptions& options,
                       const TextMeasure& measure) {
    return RankPage(chart, options, measure).make();
}

}  // namespace footprint::render
