#include "cli/coverage_pictures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/text.h"
#include "cli/picture_options.h"
#include "cli/table.h"
#include "render/paint/canvas.h"
#include "render/paint/fonts.h"
#include "render/paint/png.h"
#include "render/scene/charts.h"

namespace footprint::cli {
namespace {

constexpr int kChartWidth = 1600;
constexpr int kTallest = 16'384;
constexpr int kCardHeight = 420;

double share(double part, double whole) {
    return whole > 0 ? part / whole : 0;
}

std::string count_text(const sim::CountRange& range) {
    return range.low == range.high ? fmt::format("{}", range.mid)
                                   : fmt::format("{}–{}", range.low, range.high);
}

render::ReachChart reach_chart(const CompareReport& report) {
    const auto& date = report.dates[0];
    const auto styles = render::provider_styles(report.catalog);
    const bool grouped = date.areas.size() > 1;
    const auto& first = date.areas[0];
    render::ReachChart chart;
    std::vector<std::string> names;
    for (const auto& p : first.providers) {
        names.push_back(report.catalog.provider(p.provider).short_name);
    }
    chart.title = names.size() > 3 ? fmt::format("{} clouds", names.size()) : join(names, ", ");
    chart.title += grouped ? "" : " · " + first.area;
    chart.subtitle = fmt::format(
        "{} · share of {} within a modelled round-trip time of their nearest region",
        date.date.iso(),
        report.options.weight == geo::PeopleWeight::people ? "people" : "internet users");
    chart.columns = {"regions", "zones", "countries", "median"};
    for (const double threshold : report.options.thresholds_ms) {
        chart.classes.push_back(threshold_text(threshold) + " ms");
    }
    for (const auto& area : date.areas) {
        for (const auto& p : area.providers) {
            render::ReachChart::Line line;
            line.name.name = report.catalog.provider(p.provider).short_name;
            line.name.style = styles[p.provider];
            line.name.group = grouped && &p == &area.providers.front() ? area.area : "";
            const bool some_unknown = p.presence.regions_without_zone_count > 0;
            line.figures = {count_text(p.presence.regions),
                            count_text(p.presence.zones) + (some_unknown ? "+" : ""),
                            fmt::format("{}", p.presence.countries),
                            milliseconds(p.coverage.median_rtt_ms)};
            for (const double people : p.coverage.people_within) {
                line.within.push_back(share(people, p.coverage.people));
            }
            chart.lines.push_back(std::move(line));
        }
    }
    return chart;
}

void add_gaps(const CompareReport& report, render::ReachChart& chart) {
    const auto& areas = report.dates[0].areas;
    if (areas.size() != 1) {
        return;
    }
    for (std::size_t t = 0; t < areas[0].gaps.size(); ++t) {
        const auto& gap = areas[0].gaps[t];
        const double people = gap.only_a + gap.only_b + gap.both + gap.neither;
        chart.gaps.push_back({"within " + threshold_text(report.options.thresholds_ms[t]) + " ms",
                              share(gap.only_a, people), share(gap.both, people),
                              share(gap.only_b, people), human_count(gap.only_a),
                              human_count(gap.both), human_count(gap.only_b),
                              human_count(gap.neither)});
    }
}

std::string signed_people(double people) {
    return std::abs(people) < 0.5 ? "0" : (people < 0 ? "−" : "+") + human_count(std::abs(people));
}

// The threshold nearest to 50 ms, by which gains are drawn.
std::size_t middle_threshold(const std::vector<double>& thresholds_ms) {
    const auto nearest =
        std::min_element(thresholds_ms.begin(), thresholds_ms.end(),
                         [](double a, double b) { return std::abs(a - 50) < std::abs(b - 50); });
    return static_cast<std::size_t>(nearest - thresholds_ms.begin());
}

render::ChangeCard change_card(const geo::Catalog& catalog, const sim::CoverageEngine& engine,
                               const sim::Difference& difference) {
    const auto styles = render::provider_styles(catalog);
    render::ChangeCard card;
    for (const auto& change : difference.changes) {
        const auto& region = catalog.region(change.region);
        std::string kind(sim::to_string(change.kind));
        if (change.zones_before && change.zones_after &&
            *change.zones_before != *change.zones_after) {
            kind += fmt::format(" {} → {} zones", *change.zones_before, *change.zones_after);
        }
        card.changes.push_back({kind, change.dated ? change.dated->text() : "undated", region.city,
                                styles[region.provider]});
    }
    const auto& thresholds = engine.options().thresholds_ms;
    const std::size_t at = middle_threshold(thresholds);
    card.gained_title =
        fmt::format("People gained within {} ms (modelled)", threshold_text(thresholds[at]));
    for (const auto& p : difference.providers) {
        const double people = p.reach_after.people_within[at] - p.reach_before.people_within[at];
        card.gains.push_back({{catalog.provider(p.provider).short_name, "", styles[p.provider]},
                              people,
                              signed_people(people)});
    }
    return card;
}

// A ring round every region that changed; what was lost is marked by the warning's colour.
render::DisplayList rings(const render::Scene& scene, const sim::Difference& difference) {
    render::DisplayList list;
    const double unit = scene.layout().unit;
    for (const auto& change : difference.changes) {
        const auto place = scene.place_of(change.region);
        if (!place) {
            continue;
        }
        const bool lost =
            change.kind == sim::ChangeKind::closed || change.kind == sim::ChangeKind::impaired ||
            change.kind == sim::ChangeKind::shrank || change.kind == sim::ChangeKind::withdrawn;
        render::Ring ring;
        ring.centre = *place;
        ring.radius = 17 * unit;
        ring.width = 2.5 * unit;
        ring.color = lost ? scene.theme().warning : scene.theme().accent;
        list.push_back(ring);
    }
    return list;
}

}  // namespace

std::string compare_png(const CompareReport& report) {
    if (report.dates.size() != 1) {
        throw Error(
            ExitCode::usage,
            "a picture compares at one date; take --at, or write the series as csv or json");
    }
    auto chart = reach_chart(report);
    add_gaps(report, chart);
    const Date as_of = report.catalog.as_of();
    chart.notes.push_back(fmt::format(
        "Modelled, not measured: RTT by the {} model. Catalog as of {}{}", report.model.name(),
        as_of.iso(),
        report.dates[0].date > as_of ? "; what comes after is announced, not fact" : ""));
    chart.notes.insert(chart.notes.end(), report.attributions.begin(), report.attributions.end());
    const int height = render::reach_chart_height(chart, kChartWidth);
    if (height > kTallest) {
        throw Error(ExitCode::usage,
                    "the picture would be taller than 16,384 pixels; compare "
                    "fewer areas, or write csv or json");
    }
    const render::FontSet fonts;
    render::Image image(kChartWidth, height);
    render::paint(
        image,
        render::lay_out_reach_chart(chart, kChartWidth, height, render::find_theme("dark"), fonts),
        fonts);
    return render::encode_png(image, {{"Title", chart.title}, {"Description", chart.subtitle}});
}

std::string diff_png(Session& session, const sim::CoverageEngine& engine,
                     const sim::Difference& difference, const std::string& area) {
    const auto& catalog = session.catalog();
    PictureOptions options;
    for (const auto& p : difference.providers) {
        options.providers.push_back(catalog.provider(p.provider).id);
    }
    options.title =
        fmt::format("What changed from {} to {}", difference.from.iso(), difference.to.iso());
    options.subtitle = fmt::format("{} changes, ringed", difference.changes.size());
    const Date first = std::min(session.timeline().first_date(), difference.to.plus_days(-365));
    Picture picture(session, options, render::FilmClock::make(first, difference.to, 1, 1), true);
    render::Moment moment;
    moment.day = difference.to.days();
    const auto map = picture.painter().still(moment);
    render::Image image(map.width, map.height + kCardHeight);
    std::copy(map.pixels.begin(), map.pixels.end(), image.pixels.begin());
    render::paint(image, rings(picture.scene(), difference), picture.fonts());
    auto card = change_card(catalog, engine, difference);
    card.note = fmt::format("People: {}, those of {} at both dates; modelled, not measured · {}",
                            area, difference.to.iso(),
                            attribution(session.datasets(), {"people/demand_points.csv"}));
    const render::Rect band{0, static_cast<double>(map.height), static_cast<double>(map.width),
                            static_cast<double>(kCardHeight)};
    render::paint(image,
                  render::lay_out_change_card(card, band, picture.scene().theme(), picture.fonts()),
                  picture.fonts());
    return render::encode_png(image,
                              {{"Title", *options.title}, {"Description", picture.credits()}});
}

}  // namespace footprint::cli
