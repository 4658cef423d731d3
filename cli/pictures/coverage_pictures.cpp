#include "cli/pictures/coverage_pictures.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/frame/attribution.h"
#include "cli/frame/latency_options.h"
#include "render/scene/compare_chart.h"
#include "render/scene/postcard.h"
#include "render/scene/rank_chart.h"
#include "sim/timeline/future_text.h"

namespace footprint::cli {
namespace {

std::string who(const sim::CoverageOptions& options) {
    return options.weight == geo::PeopleWeight::people ? "people" : "internet users";
}

std::string rule_note(const sim::CoverageOptions& options) {
    switch (options.serve) {
        case sim::ServeRule::same_continent:
            return "served from the same continent only";
        case sim::ServeRule::same_country:
            return "served from the same country only";
        case sim::ServeRule::same_bloc: {
            std::vector<std::string> names;
            for (const auto& bloc : options.blocs) {
                names.push_back(bloc.name);
            }
            return fmt::format(
                "served from the same country or bloc only ({})",
                names.size() > 3 ? fmt::format("{} blocs", names.size()) : join(names, ", "));
        }
        case sim::ServeRule::anywhere:
            break;
    }
    return {};
}

std::string picture_note(const Answer& answer, const AnswerContext& context) {
    std::vector<std::string> notes{
        fmt::format("Catalog as of {}; RTT by the {} model, not measured",
                    context.catalog.facts_as_of().iso(), context.model.name())};
    if (answer.date > context.catalog.as_of()) {
        notes.push_back(sim::future_note(context.catalog));
    }
    notes.insert(notes.end(), answer.notes.begin(), answer.notes.end());
    return join(notes, " · ");
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

std::string answer_picture(const Answer& answer, const AnswerContext& context, PictureFormat format,
                           const ChartOptions& options) {
    render::RankChart chart;
    chart.catalog = &context.catalog;
    chart.title = options.title.value_or(answer.title);
    chart.subtitle = answer.subtitle;
    chart.date = answer.date.iso();
    chart.axis = answer.bars.axis;
    chart.is_share = answer.bars.is_share;
    chart.parts = answer.bars.parts;
    chart.sides = answer.bars.sides;
    chart.columns = answer.bars.columns;
    for (const auto& bar : answer.bars.bars) {
        chart.rows.push_back({bar.label, bar.detail, bar.provider, bar.parts, bar.cells});
    }
    chart.note = picture_note(answer, context);
    chart.credits = join(context.attributions, " · ");
    const render::FontSet fonts;
    const auto sheet = options.sheet();
    const auto list = render::rank_chart(chart, sheet, fonts);
    return picture_bytes(list, sheet, format, {chart.title, chart.credits}, fonts);
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
    const auto used =
        model_sources(engine.model(), {"providers", "countries", "demand-points", "basemap-50m"});
    card.credits = join(attributions(session.datasets(), used), " · ");
    const render::FontSet fonts;
    const auto sheet = options.sheet();
    const auto list = render::postcard(card, sheet, fonts);
    const std::string title = card.title.empty()
                                  ? render::postcard_title(render::postcard_totals(difference))
                                  : card.title;
    return picture_bytes(list, sheet, format, {title, card.credits}, fonts);
}

}  // namespace footprint::cli
