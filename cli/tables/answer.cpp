#include "cli/tables/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/tables/table.h"
#include "geo/projection/cut.h"
#include "sim/timeline/future_text.h"

namespace footprint::cli {
namespace {

using nlohmann::ordered_json;

std::string signed_count(double value) {
    return value < 0 ? "−" + human_count(-value) : human_count(value);
}

std::string number_text(double value, Unit unit) {
    switch (unit) {
        case Unit::people:
            return signed_count(value);
        case Unit::share:
            return percent(value);
        case Unit::ms:
            return value < 0 ? "−" + milliseconds(-value) : milliseconds(value);
        case Unit::index:
            return fmt::format("{:.3f}", value);
        case Unit::count:
        case Unit::text:
            break;
    }
    return with_thousands(static_cast<long long>(value));
}

std::string csv_number(double value, Unit unit) {
    switch (unit) {
        case Unit::share:
        case Unit::index:
            return fmt::format("{:.6f}", value);
        case Unit::ms:
            return fmt::format("{:.3f}", value);
        default:
            return fmt::format("{:.0f}", value);
    }
}

ordered_json cell_json(const AnswerCell& cell, Unit unit) {
    if (const auto* text = std::get_if<std::string>(&cell)) {
        return *text;
    }
    if (const auto* number = std::get_if<double>(&cell)) {
        return unit == Unit::count ? ordered_json(static_cast<std::int64_t>(*number))
                                   : ordered_json(*number);
    }
    return nullptr;
}

ordered_json table_json(const AnswerTable& table) {
    ordered_json rows = ordered_json::array();
    for (const auto& row : table.rows) {
        ordered_json object = ordered_json::object();
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            object[table.columns[c].key] = cell_json(row.cells[c], table.columns[c].unit);
        }
        rows.push_back(std::move(object));
    }
    return rows;
}

void add_table(const AnswerTable& table, std::string& out) {
    std::vector<Align> aligns;
    std::vector<std::string> heads;
    for (const auto& column : table.columns) {
        if (!column.head.empty()) {
            aligns.push_back(column.unit == Unit::text ? Align::left : Align::right);
            heads.push_back(column.head);
        }
    }
    Table text(aligns);
    text.header(heads);
    const std::size_t shown =
        table.shown == 0 ? table.rows.size() : std::min(table.shown, table.rows.size());
    for (std::size_t r = 0; r < shown; ++r) {
        std::vector<std::string> cells;
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            if (!table.columns[c].head.empty()) {
                cells.push_back(cell_text(table.rows[r].cells[c], table.columns[c].unit));
            }
        }
        text.row(cells);
    }
    out += "\n" + (table.caption.empty() ? "" : table.caption + "\n\n") + text.text();
    if (shown < table.rows.size()) {
        const auto more = with_thousands(static_cast<long long>(table.rows.size() - shown));
        out += (table.rest.empty() ? fmt::format("and {} more", more) : table.rest) +
               "; --json has all\n";
    }
}

geo::Value layer_value(const AnswerCell& cell, Unit unit) {
    if (const auto* text = std::get_if<std::string>(&cell)) {
        return *text;
    }
    if (const auto* number = std::get_if<double>(&cell)) {
        return unit == Unit::count ? geo::Value(static_cast<std::int64_t>(*number))
                                   : geo::Value(*number);
    }
    return {};
}

geo::FieldType field_type(Unit unit) {
    return unit == Unit::text    ? geo::FieldType::text
           : unit == Unit::count ? geo::FieldType::integer
                                 : geo::FieldType::real;
}

geo::Schema table_schema(const Answer& answer, const AnswerTable& table,
                         const AnswerContext& context) {
    geo::Schema schema{table.key,
                       answer.title + "; " + answer.subtitle,
                       join(context.attributions, "; "),
                       table.geometry,
                       {}};
    for (const auto& column : table.columns) {
        const int decimals = column.unit == Unit::people  ? 1
                             : column.unit == Unit::ms    ? 3
                             : column.unit == Unit::share ? 6
                                                          : -1;
        schema.fields.push_back({column.key, field_type(column.unit), decimals});
    }
    schema.fields.push_back({"date", geo::FieldType::date, -1});
    schema.fields.push_back({"model", geo::FieldType::text, -1});
    return schema;
}

geo::Geometry shape_of(Session& session, const AnswerRow& row) {
    if (!row.country) {
        return row.geometry;
    }
    geo::Polygons shape{{}, true};
    for (const auto& polygon : session.atlas().shapes(*row.country)) {
        std::ranges::move(geo::cut_polygon(polygon, 0), std::back_inserter(shape.polygons));
    }
    return shape.polygons.empty() ? geo::Geometry() : geo::Geometry(std::move(shape));
}

void write_rows(Session& session, const Answer& answer, const AnswerTable& table,
                const AnswerContext& context, geo::FeatureSink& sink) {
    std::vector<std::string> without;
    for (const auto& row : table.rows) {
        geo::Feature feature{std::nullopt, shape_of(session, row), {}};
        if (std::holds_alternative<std::monostate>(feature.geometry)) {
            if (row.country) {
                without.push_back(session.atlas().countries()[*row.country].iso2);
            }
            continue;
        }
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            feature.values.push_back(layer_value(row.cells[c], table.columns[c].unit));
        }
        feature.values.emplace_back(answer.date);
        feature.values.emplace_back(context.model.name());
        sink.write(feature);
    }
    if (!without.empty()) {
        session.say(
            fmt::format("note: the base map has no shape of {}; the layer is without {}, "
                        "tables are not",
                        join(without, ", "), without.size() == 1 ? "it" : "them"));
    }
}

bool is_after_facts(const Answer& answer, const AnswerContext& context) {
    return answer.date > context.catalog.facts_as_of();
}

}  // namespace

std::string cell_text(const AnswerCell& cell, Unit unit) {
    if (const auto* text = std::get_if<std::string>(&cell)) {
        return *text;
    }
    const auto* number = std::get_if<double>(&cell);
    return number != nullptr ? number_text(*number, unit) : "–";
}

std::string answer_text(const Answer& answer, const AnswerContext& context) {
    std::string out = answer.title + "\n" + answer.subtitle + "\n";
    for (const auto& table : answer.tables) {
        if (!table.only_layer && !table.rows.empty()) {
            add_table(table, out);
        }
    }
    out += "\n";
    for (const auto& note : answer.notes) {
        out += note + "\n";
    }
    if (answer.date > context.catalog.as_of()) {
        out += capitalised(sim::future_note(context.catalog)) + "\n";
    }
    out += fmt::format("Catalog as of {}; RTT by the {} model (docs/latency.md)\n",
                       context.catalog.facts_as_of().iso(), context.model.name());
    for (const auto& line : context.attributions) {
        out += line + "\n";
    }
    return out;
}

std::string answer_json(const Answer& answer, const AnswerContext& context) {
    ordered_json tables = ordered_json::object();
    for (const auto& table : answer.tables) {
        if (!table.only_layer) {
            tables[table.key] = table_json(table);
        }
    }
    const ordered_json document{{"schema", "footprint-question-1"},
                                {"question", answer.question},
                                {"title", answer.title},
                                {"date", answer.date.iso()},
                                {"area", context.area},
                                {"providers", context.providers},
                                {"as_of", context.catalog.facts_as_of().iso()},
                                {"simulated", simulated_json(context.catalog)},
                                {"after_as_of", is_after_facts(answer, context)},
                                {"modelled", true},
                                {"model", model_json(context.model)},
                                {"thresholds_ms", context.options.thresholds_ms},
                                {"headline_ms", context.headline_ms},
                                {"weight", to_string(context.options.weight)},
                                {"serve", serve_text(context.options)},
                                {"tables", std::move(tables)},
                                {"notes", answer.notes},
                                {"attribution", context.attributions}};
    return document.dump(2) + "\n";
}

std::string answer_csv(const Answer& answer, const AnswerContext& context) {
    const auto& table = answer.tables.front();
    std::string out;
    for (const auto& column : table.columns) {
        out += column.key + ",";
    }
    out += "compared,area,headline_ms,date,basis,after_as_of,attribution\n";
    const std::string foot =
        fmt::format("{},{},{},{},modelled,{},{}\n", csv_text(join(context.providers, ";")),
                    csv_text(context.area), context.headline_ms, answer.date.iso(),
                    is_after_facts(answer, context), csv_text(join(context.attributions, "; ")));
    for (const auto& row : table.rows) {
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            if (const auto* text = std::get_if<std::string>(&row.cells[c])) {
                out += csv_text(*text);
            } else if (const auto* number = std::get_if<double>(&row.cells[c])) {
                out += csv_number(*number, table.columns[c].unit);
            }
            out += ",";
        }
        out += foot;
    }
    return out;
}

void write_answer_layer(Session& session, const Answer& answer, const AnswerContext& context,
                        const std::filesystem::path& target, geo::VectorFormat format,
                        const geo::VectorOutputOptions& options) {
    std::vector<const AnswerTable*> layers;
    for (const auto& table : answer.tables) {
        const bool fits = layers.empty() || format == geo::VectorFormat::gpkg;
        if (table.geometry != geo::GeometryType::none && fits) {
            layers.push_back(&table);
        }
    }
    if (layers.empty()) {
        throw Error(ExitCode::usage,
                    fmt::format("the answer to --{} has no places to draw a layer of; write it as "
                                ".csv, .json or .txt",
                                answer.question));
    }
    const auto output = geo::make_vector_output(target, format, options);
    for (const auto* table : layers) {
        geo::FeatureSink& sink = output->layer(table_schema(answer, *table, context));
        write_rows(session, answer, *table, context, sink);
    }
    output->commit();
}

}  // namespace footprint::cli
