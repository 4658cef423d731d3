#include "render/scene/compare_chart.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "render/scene/compare_page.h"
#include "sim/timeline/future_text.h"

namespace footprint::render {
namespace {

bool is_world(const AreaComparison& area) {
    return lower_ascii(area.area) == "world";
}

}  // namespace

std::string ms_text(const std::optional<double>& rtt_ms) {
    return rtt_ms ? fmt::format("{:.0f} ms", *rtt_ms) : std::string("–");
}

std::string several_clouds(std::size_t clouds) {
    return number_word(clouds) + " clouds";
}

DisplayList ComparePage::make() {
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

SheetText ComparePage::words() const {
    SheetText result;
    result.title = chart_.title.empty() ? compare_title(chart_) : chart_.title;
    result.subtitle = claim();
    result.date = first().date == last().date
                      ? first().date.iso()
                      : first().date.year_month() + " – " + last().date.year_month();
    result.note = fmt::format("Round-trip times are modelled, not measured · facts as of {}",
                              chart_.catalog->facts_as_of().iso());
    if (is_planned()) {
        result.note += " · " + sim::future_note(*chart_.catalog);
    }
    if (!chart_.note.empty()) {
        result.note += " · " + chart_.note;
    }
    result.credits = chart_.credits;
    return result;
}

std::string ComparePage::claim() const {
    const std::string said = plain_claim();
    return is_planned()
               ? fmt::format("{}: {}", capitalised(sim::future_claim(*chart_.catalog)), said)
               : said;
}

std::string ComparePage::plain_claim() const {
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
        return fmt::format("Within {} (round trip), {} reaches {} of {} and {} {}", headline_ms(),
                           name(best), percent_text(headline_share(best)), people, name(least),
                           percent_text(headline_share(least)));
    }
    return fmt::format(
        "Within {} (round trip), {} reaches the most of {}: {}; {} the fewest: "
        "{}",
        headline_ms(), name(best), people, percent_text(headline_share(best)), name(least),
        percent_text(headline_share(least)));
}

std::vector<const ProviderInArea*> ComparePage::ranked(const AreaComparison& area) const {
    std::vector<const ProviderInArea*> result;
    for (const ProviderInArea& p : area.providers) {
        result.push_back(&p);
    }
    std::stable_sort(result.begin(), result.end(), [&](const auto* a, const auto* b) {
        return headline_share(*a) > headline_share(*b);
    });
    return result;
}

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
        who = several_clouds(area.providers.size()) + reach(true);
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
    return ComparePage(chart, options, measure).make();
}

}  // namespace footprint::render
