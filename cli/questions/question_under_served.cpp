// --under-served: who is served worst by all providers together.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/text.h"
#include "cli/questions/questions.h"
#include "sim/coverage/outage.h"

namespace footprint::cli {
namespace {

std::string ms_text(std::optional<double> value) {
    return cell_text(cell_of(value), Unit::ms);
}

struct ServedWorst {
    std::string label, detail;
    double beyond = 0;
    std::vector<std::string> cells;
};

// The longest bars first.
AnswerBars beyond_bars(const QuestionInput& input, std::vector<ServedWorst> rows,
                       std::vector<std::string> columns) {
    AnswerBars bars;
    bars.axis = fmt::format("people beyond {}", input.headline_text());
    bars.columns = std::move(columns);
    for (auto& row : rows) {
        bars.bars.push_back({std::move(row.label),
                             std::move(row.detail),
                             std::nullopt,
                             {row.beyond},
                             std::move(row.cells)});
    }
    return bars;
}

Answer under_served_base(const QuestionInput& input, const Together& group, const char* what) {
    Answer answer;
    answer.question = "under-served";
    answer.date = input.date;
    answer.title = fmt::format("{} that {} {} worst", what, group.name,
                               group.providers.size() > 1 ? "serve" : "serves");
    answer.subtitle = input.subtitle(
        fmt::format("ranked by people beyond {} of every region", input.headline_text()));
    return answer;
}

Answer under_served_countries(const QuestionInput& input) {
    const auto group = input.together();
    Answer answer = under_served_base(input, group, "Countries");
    AnswerTable table{"countries",
                      "",
                      {{"country", "", Unit::text},
                       {"name", "country", Unit::text},
                       {"people", "people", Unit::people}},
                      {}};
    add_threshold_columns(input, "people_beyond_", "_ms", "beyond " + input.headline_text(),
                          table.columns);
    table.columns.insert(table.columns.end(), {{"share_beyond", "share", Unit::share},
                                               {"median_rtt_ms", "median", Unit::ms},
                                               {"p90_rtt_ms", "p90", Unit::ms}});
    table.shown = 30;
    const auto areas = countries_of(input);
    const auto coverage = input.engine.coverage(areas, group.providers, input.date);
    const auto headline = input.headline();
    const auto beyond = [&](std::size_t i, std::size_t t) {
        return std::max(0.0, coverage[i].people - coverage[i].people_within[t]);
    };
    std::vector<std::size_t> order(areas.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return beyond(a, headline) > beyond(b, headline);
    });
    table.geometry = geo::GeometryType::multipolygon;
    std::vector<ServedWorst> bars;
    for (const auto i : order) {
        const auto& here = coverage[i];
        const auto country = areas[i].countries[0];
        const double share = here.people > 0 ? beyond(i, headline) / here.people : 0;
        AnswerRow row{
            {country_code(input.engine.atlas(), country), areas[i].name, here.people}, {}, country};
        for (std::size_t t = 0; t < input.thresholds_ms().size(); ++t) {
            row.cells.emplace_back(beyond(i, t));
        }
        row.cells.emplace_back(share);
        row.cells.push_back(cell_of(here.median_rtt_ms));
        row.cells.push_back(cell_of(here.p90_rtt_ms));
        table.rows.push_back(std::move(row));
        bars.push_back({areas[i].name,
                        "",
                        beyond(i, headline),
                        {human_count(beyond(i, headline)), cell_text(share, Unit::share),
                         ms_text(here.median_rtt_ms)}});
    }
    answer.tables.push_back(std::move(table));
    answer.bars = beyond_bars(input, std::move(bars), {"people", "share", "median"});
    return answer;
}

Answer under_served_cities(const QuestionInput& input) {
    const auto group = input.together();
    Answer answer = under_served_base(input, group, "Cities");
    const auto cities = city_points(input.session);
    sim::CoverageEngine engine(input.engine.timeline(), input.engine.atlas(), cities.points,
                               input.engine.model(), input.options());
    const auto& field = engine.field(sim::Serving{group.providers}, input.date);
    const auto regions = sim::best_regions(field);
    const auto& catalog = input.engine.timeline().catalog();
    const double limit_ms = input.thresholds_ms()[input.headline()];
    const auto* clients = input.engine.model().clients();
    const auto beyond = [&](std::uint32_t c) {
        const float rtt = field.rtt_ms()[c];
        const double within = clients != nullptr ? clients->share_within(cities.points.country[c],
                                                                         double{rtt}, limit_ms)
                                                 : (double{rtt} <= limit_ms ? 1.0 : 0.0);
        return cities.city(c).population * (1 - within);
    };
    const auto in_area = engine.points_of(input.area);
    std::vector<std::uint32_t> order(in_area.begin(), in_area.end());
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return beyond(a) > beyond(b); });
    constexpr std::size_t kMost = 1000;
    order.resize(std::min(order.size(), kMost));
    AnswerTable table{"cities",
                      "",
                      {{"city", "city", Unit::text},
                       {"country", "", Unit::text},
                       {"people", "people", Unit::people},
                       {"people_beyond", "beyond " + input.headline_text(), Unit::people},
                       {"rtt_ms", "median", Unit::ms},
                       {"region_id", "served by", Unit::text},
                       {"region_city", "", Unit::text}},
                      {}};
    table.shown = 30;
    table.geometry = geo::GeometryType::point;
    std::vector<ServedWorst> bars;
    for (const auto c : order) {
        const auto& city = cities.city(c);
        const float rtt = field.rtt_ms()[c];
        const bool served = regions[c] != sim::kNoRegion;
        table.rows.push_back({{city.name, city.country, city.population, beyond(c), rtt_cell(rtt),
                               region_text(catalog, regions[c]),
                               served ? catalog.region(regions[c]).city : std::string()},
                              point_of(city.position)});
        bars.push_back({city.name,
                        city.country,
                        beyond(c),
                        {human_count(beyond(c)), cell_text(rtt_cell(rtt), Unit::ms),
                         region_text(catalog, regions[c])}});
    }
    if (in_area.size() > kMost) {
        answer.notes.push_back(fmt::format("The first {} of {} cities", kMost, in_area.size()));
    }
    answer.tables.push_back(std::move(table));
    answer.bars = beyond_bars(input, std::move(bars), {"people", "median", "served by"});
    return answer;
}

}  // namespace

Answer answer_under_served(const QuestionInput& input, const std::string& level) {
    return level == "cities" ? under_served_cities(input) : under_served_countries(input);
}

}  // namespace footprint::cli
