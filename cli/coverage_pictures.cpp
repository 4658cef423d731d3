#include "cli/coverage_pictures.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/attribution.h"
#include "render/scene/compare_chart.h"
#include "render/scene/postcard.h"

namespace footprint::cli {
namespace {

std::string who(const sim::CoverageOptions& options) {
    return options.weight == geo::PeopleWeight::people ? "people" : "internet users";
}

std::string rule_note(const sim::CoverageOptions& options) {
    return options.serve == sim::ServeRule::anywhere
               ? std::string()
               : fmt::format("served from the {} only",
                             std::string(to_string(options.serve)).substr(0, 4) + " " +
                                 std::string(to_string(options.serve)).substr(5));
}

}  // namespace

std::string compare_picture(const CompareReport& report, PictureFormat format,
                            const ChartOptions& options) {
    render::CompareChart chart;
    chart.catalog = &report.catalog;
    chart.dates = &report.dates;
    chart.thresholds_ms = report.options.thresholds_ms;
    chart.as_of = report.catalog.as_of();
    chart.who = who(report.options);
    chart.title = options.title.value_or("");
    chart.note = rule_note(report.options);
    chart.credits = join(report.attributions, " · ");
    const render::FontSet fonts;
    const auto sheet = options.sheet();
    const auto list = render::compare_chart(chart, sheet, fonts);
    const std::string title = chart.title.empty() ? render::compare_title(chart) : chart.title;
    return picture_bytes(list, sheet, format, {title, chart.credits}, fonts);
}

std::string diff_picture(Session& session, const sim::CoverageEngine& engine,
                         const sim::Difference& difference, const geo::Atlas::Area& area,
                         PictureFormat format, const ChartOptions& options) {
    render::Postcard card;
    card.timeline = &session.timeline();
    card.atlas = &session.atlas();
    card.difference = &difference;
    card.scope = engine.options().scope;
    card.thresholds_ms = engine.options().thresholds_ms;
    card.area = area.name;
    card.is_world = area.is_world;
    card.countries = area.countries;
    card.who = who(engine.options());
    card.title = options.title.value_or("");
    card.note = rule_note(engine.options());
    card.credits = join(attributions(session.datasets(),
                                     {"providers", "countries", "demand-points", "basemap-50m"}),
                        " · ");
    const render::FontSet fonts;
    const auto sheet = options.sheet();
    const auto list = render::postcard(card, sheet, fonts);
    const std::string title = card.title.empty()
                                  ? render::postcard_title(render::postcard_totals(difference))
                                  : card.title;
    return picture_bytes(list, sheet, format, {title, card.credits}, fonts);
}

}  // namespace footprint::cli
