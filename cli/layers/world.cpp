// People, hubs and land.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/layers/layer.h"
#include "cli/layers/values.h"
#include "geo/atlas/people.h"
#include "geo/projection/cut.h"

namespace footprint::cli {
namespace {

using geo::Field;
using geo::FieldType;
using geo::Value;

// --- people --------------------------------------------------------------------------------------

std::vector<Field> people_fields() {
    return {{"country", FieldType::text, -1},
            {"people", FieldType::real, 1},
            {"internet_users", FieldType::real, 1},
            {"rural_share", FieldType::real, 3},
            {"year", FieldType::integer, -1}};
}

std::optional<double> rural_share(const geo::DemandPoints& points, std::size_t i) {
    if (points.people_2025[i] > 0) {
        return double{points.rural_2025[i]} / double{points.people_2025[i]};
    }
    return std::nullopt;
}

void produce_people(LayerFacts& facts, std::span<const LayerRequest> requests,
                    geo::FeatureSink& sink) {
    const LayerRequest& request = requests.back();
    const geo::Atlas& atlas = facts.tables();
    const auto points = geo::DemandPoints::load(facts.datasets(), atlas);
    const double year = request.at.decimal_year();
    const auto people = points.weights(atlas.series(), year, geo::PeopleWeight::people);
    const auto users = points.weights(atlas.series(), year, geo::PeopleWeight::internet_users);
    geo::Feature feature{std::nullopt, geo::Points{{{}}, false}, {}};
    for (std::size_t i = 0; i < points.size(); ++i) {
        std::get<geo::Points>(feature.geometry).at[0] = points.position[i];
        const geo::CountryIndex country = points.country[i];
        feature.values.clear();
        feature.values.push_back(
            text_or_null(country == geo::kNoCountry ? "" : atlas.countries()[country].iso2));
        feature.values.emplace_back(people[i]);
        feature.values.emplace_back(users[i]);
        feature.values.push_back(value_of(rural_share(points, i)));
        feature.values.emplace_back(std::int64_t{request.at.year()});
        sink.write(feature);
    }
}

// --- hubs ----------------------------------------------------------------------------------------

// Columns of hubs.csv that become fields as they are.
constexpr std::array<std::pair<const char*, FieldType>, 12> kHubColumns = {{
    {"hub", FieldType::text},
    {"cluster", FieldType::text},
    {"city", FieldType::text},
    {"role", FieldType::text},
    {"pue_target_max", FieldType::real},
    {"rack_utilization_target_pct", FieldType::real},
    {"latency_target_ms", FieldType::real},
    {"green_power_target_pct", FieldType::real},
    {"precision_m", FieldType::real},
    {"source", FieldType::text},
    {"confidence", FieldType::text},
    {"note", FieldType::text},
}};

std::vector<Field> hub_fields() {
    std::vector<Field> fields;
    for (const auto& [name, type] : kHubColumns) {
        fields.push_back({name, type, -1});
    }
    fields.push_back({"start_date", FieldType::date, -1});
    fields.push_back({"start_precision", FieldType::text, -1});
    return fields;
}

Value hub_value(std::string_view cell, FieldType type) {
    return type == FieldType::text ? text_or_null(cell) : value_of(parse_number(cell));
}

geo::LonLat hub_position(const CsvReader& rows) {
    const auto lon = parse_number(rows.field(rows.column("lon")));
    const auto lat = parse_number(rows.field(rows.column("lat")));
    if (!lon || !lat) {
        throw Error(ExitCode::invalid,
                    fmt::format("{}:{}: lon or lat is not a number", rows.name(), rows.line()));
    }
    return {*lon, *lat};
}

std::optional<DateInterval> interval(std::string_view text) {
    if (text.empty()) {
        return std::nullopt;
    }
    return parse_date_interval(text);
}

void produce_hubs(LayerFacts& facts, std::span<const LayerRequest> requests,
                  geo::FeatureSink& sink) {
    const LayerRequest& request = requests.back();
    CsvReader rows(facts.datasets() / "hubs.csv");
    while (rows.next()) {
        const auto when = interval(rows.field(rows.column("approval_date")));
        if (request.at_given && when && when->middle() > request.at) {
            continue;
        }
        geo::Feature feature{std::nullopt, geo::Points{{hub_position(rows)}, false}, {}};
        for (const auto& [name, type] : kHubColumns) {
            feature.values.push_back(hub_value(rows.field(rows.column(name)), type));
        }
        feature.values.push_back(value_of(middle_of(when)));
        feature.values.emplace_back(precision_of(when));
        sink.write(feature);
    }
    if (has_errors(rows.diagnostics())) {
        throw Error(ExitCode::invalid, format(rows.diagnostics(), 10));
    }
}

// --- land ----------------------------------------------------------------------------------------

std::vector<Field> land_fields() {
    return {{"iso2", FieldType::text, -1},      {"iso3", FieldType::text, -1},
            {"name", FieldType::text, -1},      {"continent", FieldType::text, -1},
            {"subregion", FieldType::text, -1}, {"people_2025", FieldType::real, 0}};
}

void produce_land(LayerFacts& facts, std::span<const LayerRequest> /*requests*/,
                  geo::FeatureSink& sink) {
    const geo::Atlas& atlas = facts.atlas();
    for (std::size_t i = 0; i < atlas.countries().size(); ++i) {
        geo::Polygons shape{{}, true};
        for (const auto& polygon : atlas.shapes(static_cast<geo::CountryIndex>(i))) {
            std::ranges::move(geo::cut_polygon(polygon, 0), std::back_inserter(shape.polygons));
        }
        if (shape.polygons.empty()) {
            continue;
        }
        const geo::Country& country = atlas.countries()[i];
        sink.write({std::nullopt,
                    std::move(shape),
                    {text_or_null(country.iso2), text_or_null(country.iso3), country.name,
                     text_or_null(country.continent), text_or_null(country.subregion),
                     country.people_2025}});
    }
}

}  // namespace

std::vector<Layer> world_layers() {
    using geo::GeometryType;
    return {{"people",
             "Where people are: demand points with people and internet users of the year",
             GeometryType::point,
             people_fields(),
             {"demand-points", "countries"},
             &produce_people},
            {"hubs",
             "China's national computing hubs and their clusters",
             GeometryType::point,
             hub_fields(),
             {"hubs"},
             &produce_hubs},
            {"land",
             "Countries and territories",
             GeometryType::multipolygon,
             land_fields(),
             {"basemap-50m", "countries"},
             &produce_land}};
}

}  // namespace footprint::cli
