// Two providers: who is reached by one alone.
#include <fmt/format.h>

#include <array>
#include <numeric>

#include "base/text.h"
#include "render/scene/compare_page.h"

namespace footprint::render {

std::array<ComparePage::Part, 4> ComparePage::parts(const AreaComparison& area) const {
    const ProviderInArea& a = area.providers[0];
    const ProviderInArea& b = area.providers[1];
    return {{{"only " + name(a), sheet_.hue(style(a))},
             {"both", mix(theme_.background, theme_.text, 0.72)},
             {"only " + name(b), sheet_.hue(style(b))},
             {"neither", theme_.land}}};
}

void ComparePage::gaps(const Rect& r, const AreaComparison& area) {
    const auto kinds = parts(area);
    const std::string lead =
        fmt::format("Who is reached by whom, of {} {}",
                    human_count(area.providers.front().coverage.people), chart_.who);
    sheet_.text_centred(lead, {r.x, r.y + 12}, sheet_.plain(19));
    double x = r.x + sheet_.text_width(lead, 19, FontWeight::medium) + 30;
    double y = r.y + 12;
    for (const Part& kind : kinds) {
        const double width = 26 + sheet_.text_width(kind.label, 18) + 24;
        if (x + width > r.right() + 24) {
            x = r.x;
            y += 30;
        }
        sheet_.rect({x, y - 9, 18, 18}, kind.color);
        sheet_.text_centred(kind.label, {x + 26, y}, sheet_.quiet(18));
        x += width;
    }
    const double top = y + 26;
    const auto shown = shown_thresholds();
    const double row = std::min(90.0, (r.bottom() - top) / static_cast<double>(shown.size()));
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const double middle = top + row * (static_cast<double>(i) + 0.5);
        const bool is_headline = shown[i] == headline_;
        sheet_.text_centred(fmt::format("{:g} ms", chart_.thresholds_ms[shown[i]]),
                            {r.x + 84, middle},
                            is_headline ? sheet_.plain(22, FontWeight::bold, Align::right)
                                        : sheet_.quiet(20, Align::right));
        gap_bar({r.x + 104, middle - row * 0.38, r.width - 104, row * 0.76}, area.gaps[shown[i]],
                kinds);
    }
}

void ComparePage::gap_bar(const Rect& r, const sim::Gap& gap, const std::array<Part, 4>& kinds) {
    const std::array<double, 4> people{gap.only_a, gap.both, gap.only_b, gap.neither};
    const double all = std::accumulate(people.begin(), people.end(), 0.0);
    double from = r.x;
    for (std::size_t i = 0; i < people.size(); ++i) {
        const double width = share_of(people[i], all) * r.width;
        sheet_.rect({from, r.y, width, r.height}, kinds[i].color);
        const std::string count = human_count(people[i]);
        const std::string with_share =
            fmt::format("{} · {}", count, percent_text(share_of(people[i], all)));
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

}  // namespace footprint::render
