// One provider: its reach, and its numbers in large.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "render/scene/compare_page.h"
#include "sim/timeline/totals_text.h"

namespace footprint::render {

void ComparePage::solo(const Rect& r, const ProviderInArea& p) {
    const double facts = sheet_.is_tall() ? r.width : r.width * 0.3;
    const double facts_height = sheet_.is_tall() ? std::max(r.height * 0.3, 326.0) : r.height;
    const Rect stats{r.right() - facts, r.y, facts, facts_height};
    presence(stats, p);
    const Rect left =
        sheet_.is_tall() ? Rect{r.x, r.y + facts_height + 20, r.width, r.height - facts_height - 20}
                         : Rect{r.x, r.y, r.width - facts - 90, r.height};
    reach_rows(left, p);
}

void ComparePage::reach_rows(const Rect& r, const ProviderInArea& p) {
    const auto shown = shown_thresholds();
    sheet_.text_centred(fmt::format("{} within a round trip of",
                                    chart_.who == "people" ? "People" : "Internet users"),
                        {r.x, r.y + 12}, sheet_.plain(19));
    const double top = r.y + 40;
    const double row = std::min(104.0, (r.bottom() - top) / static_cast<double>(shown.size()));
    const double numbers = 230;
    const Color hue = sheet_.hue(style(p));
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const double middle = top + row * (static_cast<double>(i) + 0.5);
        const double part = within(p, shown[i]);
        const bool is_headline = shown[i] == headline_;
        sheet_.text_centred(fmt::format("{:g} ms", chart_.thresholds_ms[shown[i]]),
                            {r.x + 84, middle},
                            is_headline ? sheet_.plain(24, FontWeight::bold, Align::right)
                                        : sheet_.quiet(22, Align::right));
        const Rect track{r.x + 104, middle - row * 0.34, r.width - 104 - numbers, row * 0.68};
        sheet_.rect(track, theme_.sea);
        sheet_.rect({track.x, track.y, track.width * part, track.height},
                    step_color(hue, is_headline ? 0 : 1, 3));
        sheet_.text_centred(percent_text(part), {track.right() + 118, middle},
                            sheet_.plain(24, FontWeight::semibold, Align::right));
        sheet_.text_centred(human_count(p.coverage.people_within[shown[i]]), {r.right(), middle},
                            sheet_.quiet(20, Align::right));
    }
}

void ComparePage::presence(const Rect& r, const ProviderInArea& p) {
    sheet_.symbol(style(p), {r.x + 20, r.y + 22}, 16);
    sheet_.fitted(provider(p).name, {r.x + 54, r.y + 33}, r.width - 54,
                  sheet_.plain(30, FontWeight::bold));
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
        sheet_.fitted(facts[i].first, {x, y + 82}, width - 24, sheet_.plain(60, FontWeight::bold));
        sheet_.fitted(facts[i].second, {x, y + 114}, width - 24, sheet_.quiet(20));
    }
}

}  // namespace footprint::render
