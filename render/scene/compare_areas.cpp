// One date, several areas: a dot a provider, a row an area.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "render/scene/compare_page.h"

namespace footprint::render {

double ComparePage::provider_legend(const Rect& r, const AreaComparison& area) {
    double x = r.x;
    double y = r.y + 12;
    for (const ProviderInArea& p : area.providers) {
        const double width = 28 + sheet_.text_width(name(p), 19, FontWeight::medium) + 28;
        if (x + width > r.right() + 28) {
            x = r.x;
            y += 32;
        }
        sheet_.symbol(style(p), {x + 10, y}, 9);
        sheet_.text_centred(name(p), {x + 28, y}, sheet_.plain(19));
        x += width;
    }
    return y + 26 - r.y;
}

void ComparePage::dots(const Rect& r) {
    constexpr double kLeastRow = 32;
    const auto& areas = first().areas;
    const double legend = provider_legend(r, areas.front()) + 40;
    const auto fitting = static_cast<std::size_t>((r.height - legend) / kLeastRow);
    const bool has_more = areas.size() > fitting;
    const std::size_t count = has_more ? fitting - 1 : areas.size();
    const double left = sheet_.is_tall() ? 290 : 400;
    const double right = sheet_.is_tall() ? 220 : 290;
    const double row = has_more ? (r.height - legend) / static_cast<double>(fitting)
                                : std::min(130.0, (r.height - legend) / static_cast<double>(count));
    const Rect plot{r.x + left, r.y + legend, r.width - left - right,
                    row * static_cast<double>(count)};
    share_axis(plot);
    sheet_.text("best", {plot.right() + 34, plot.y - 12}, sheet_.quiet(16));
    sheet_.text(chart_.who, {plot.x - 24, plot.y - 12}, sheet_.quiet(16, Align::right));
    for (std::size_t i = 0; i < count; ++i) {
        area_row({plot.x, plot.y + row * static_cast<double>(i), plot.width, row}, r.x, r.right(),
                 areas[i]);
    }
    if (has_more) {
        sheet_.text_centred(fmt::format("and {} more", areas.size() - count),
                            {r.x, plot.bottom() + row / 2}, sheet_.quiet(18));
    }
}

void ComparePage::area_row(const Rect& r, double left, double right, const AreaComparison& area) {
    const double middle = r.centre().y;
    const std::string people = human_count(area.providers.front().coverage.people);
    const double people_width = sheet_.text_width(people, 18);
    sheet_.fitted(area.area, {left, middle + 8}, r.x - left - people_width - 44,
                  sheet_.plain(21, FontWeight::semibold));
    sheet_.text_centred(people, {r.x - 24, middle}, sheet_.quiet(18, Align::right));
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
                               : ties > 1 ? several_clouds(static_cast<std::size_t>(ties))
                                          : name(best);
    sheet_.fitted(fmt::format("{}  {}", percent_text(headline_share(best)), leader),
                  {r.right() + 34, middle + 7}, right - r.right() - 34, sheet_.plain(19));
}

void ComparePage::swarm(const Rect& r, const AreaComparison& area) {
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

}  // namespace footprint::render
