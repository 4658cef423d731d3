#include "cli/questions/shift_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace footprint::cli {
ShiftTables::ShiftTables(const QuestionInput& input, ShiftKind kind) : input_(input), kind_(kind) {
    const bool is_loss = kind == ShiftKind::loss;
    const AnswerColumn mean = is_loss ? AnswerColumn{"mean_extra_ms", "mean extra", Unit::ms}
                                      : AnswerColumn{"mean_saved_ms", "mean saved", Unit::ms};
    const AnswerColumn most = is_loss ? AnswerColumn{"most_extra_ms", "most", Unit::ms}
                                      : AnswerColumn{"most_saved_ms", "most", Unit::ms};
    const std::string change = is_loss ? "people_out_of_" : "people_into_";
    out_ = (is_loss ? "fall out of " : "come into ") + input.headline_text();

    providers_.key = "providers";
    providers_.columns = {{"provider", "", Unit::text},
                          {"people", "", Unit::people},
                          {"people_affected", "affected", Unit::people},
                          {"people_moved", "moved", Unit::people},
                          mean,
                          most};
    providers_.columns.push_back(
        is_loss ? AnswerColumn{"people_without_path", "no path left", Unit::people}
                : AnswerColumn{"people_with_new_path", "path at last", Unit::people});
    providers_.columns[0].head = " ";
    add_threshold_columns(input, "people_within_", "_ms_before", "within " + input.headline_text(),
                          providers_.columns);
    add_threshold_columns(input, change, "_ms", out_, providers_.columns);

    moves_.key = "moves";
    moves_.caption = "Who moves where";
    moves_.columns = {{"provider", "", Unit::text},       {"from", "from", Unit::text},
                      {"to", "to", Unit::text},           {"to_city", "", Unit::text},
                      {"people", "people", Unit::people}, mean};
    moves_.shown = 15;

    countries_.key = "countries";
    countries_.caption = "Countries";
    countries_.columns = {{"provider", "", Unit::text},
                          {"country", "", Unit::text},
                          {"name", "country", Unit::text},
                          {"people", "people", Unit::people},
                          {"people_affected", "affected", Unit::people},
                          mean,
                          most};
    add_threshold_columns(input, change, "_ms", out_, countries_.columns);
    countries_.shown = 15;

    places_.key = "places";
    places_.columns = {{"provider", "", Unit::text}, {"country", "", Unit::text},
                       {"people", "", Unit::people}, {"from", "", Unit::text},
                       {"to", "", Unit::text},       {"before_ms", "", Unit::ms},
                       {"after_ms", "", Unit::ms}};
    places_.geometry = geo::GeometryType::point;
    places_.only_layer = true;
}

std::string ShiftTables::id_of(const Together& group) const {
    return group.providers.size() == 1
               ? input_.engine.timeline().catalog().provider(group.providers[0]).id
               : "best";
}

void ShiftTables::add(const Together& group, const sim::LatencyField& before,
                      const sim::LatencyField& after) {
    const auto result =
        sim::outage(input_.engine.points_of(input_.area), input_.engine.people(input_.date), before,
                    after, input_.thresholds_ms());
    add_shift(group, result);
    add_moves(group, result);
    add_countries(group, result);
    add_places(group, before, after);
}

void ShiftTables::add_changes(const sim::Shift& shift, AnswerRow& row) const {
    for (const double change : shift.within) {
        row.cells.emplace_back(toward(0 - change));
    }
}

void ShiftTables::add_shift(const Together& group, const sim::Outage& result) {
    const auto& shift = result.shift;
    AnswerRow row{{group.name, result.people, shift.affected, shift.moved, toward(shift.mean_ms()),
                   toward(shift.most_ms),
                   kind_ == ShiftKind::loss ? shift.unserved : shift.newly_served}};
    row.cells.insert(row.cells.end(), result.within_before.begin(), result.within_before.end());
    add_changes(shift, row);
    providers_.rows.push_back(std::move(row));
}

void ShiftTables::add_moves(const Together& group, const sim::Outage& result) {
    const auto& catalog = input_.engine.timeline().catalog();
    for (const auto& move : result.moves) {
        const bool has_both = move.from != sim::kNoRegion && move.to != sim::kNoRegion;
        moves_.rows.push_back(
            {{id_of(group), region_text(catalog, move.from), region_text(catalog, move.to),
              move.to == sim::kNoRegion ? std::string() : catalog.region(move.to).city, move.people,
              cell_of(has_both ? std::optional(toward(move.mean_ms())) : std::nullopt)}});
    }
}

void ShiftTables::add_countries(const Together& group, const sim::Outage& result) {
    const auto& atlas = input_.engine.atlas();
    for (const auto& here : result.countries) {
        AnswerRow row{{id_of(group), country_code(atlas, here.country),
                       country_name(atlas, here.country), here.people, here.shift.affected,
                       toward(here.shift.mean_ms()), toward(here.shift.most_ms)}};
        add_changes(here.shift, row);
        countries_.rows.push_back(std::move(row));
    }
}

// For layers: every place that feels it.
void ShiftTables::add_places(const Together& group, const sim::LatencyField& before,
                             const sim::LatencyField& after) {
    const auto& catalog = input_.engine.timeline().catalog();
    const auto from = sim::best_regions(before);
    const auto to = sim::best_regions(after);
    const auto weights = input_.engine.weights(input_.date);
    for (const auto p : input_.engine.points_of(input_.area)) {
        if (from[p] != to[p] || before.rtt_ms()[p] != after.rtt_ms()[p]) {
            places_.rows.push_back(
                {{id_of(group), country_code(input_.engine.atlas(), input_.points.country[p]),
                  weights[p], region_text(catalog, from[p]), region_text(catalog, to[p]),
                  rtt_cell(before.rtt_ms()[p]), rtt_cell(after.rtt_ms()[p])},
                 point_of(input_.points.position[p])});
        }
    }
}

AnswerBars ShiftTables::bars() const {
    constexpr std::size_t kAffected = 4;
    constexpr std::size_t kMean = 5;
    const std::size_t out = 7 + input_.headline();
    AnswerBars result;
    result.axis = "people affected";
    result.columns = {"people", kind_ == ShiftKind::loss ? "mean extra" : "mean saved", out_};
    const bool several = providers_.rows.size() > 1;
    const auto& catalog = input_.engine.timeline().catalog();
    for (const auto& row : countries_.rows) {
        const auto provider = catalog.find_provider(std::get<std::string>(row.cells[0]));
        result.bars.push_back(
            {std::get<std::string>(row.cells[2]),
             several && provider ? input_.short_name(*provider) : std::string(),
             provider,
             {std::get<double>(row.cells[kAffected])},
             {cell_text(row.cells[kAffected], Unit::people), cell_text(row.cells[kMean], Unit::ms),
              cell_text(row.cells[out], Unit::people)}});
    }
    std::stable_sort(result.bars.begin(), result.bars.end(),
                     [](const auto& a, const auto& b) { return a.parts[0] > b.parts[0]; });
    return result;
}

void ShiftTables::give(Answer& answer) {
    answer.bars = bars();
    answer.tables = {std::move(providers_), std::move(moves_), std::move(countries_),
                     std::move(places_)};
}

}  // namespace footprint::cli
