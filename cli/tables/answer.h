// The answer to a question of `compare`, as tables with units: text, JSON, CSV and layers are made
// from the same cells.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/frame/command.h"
#include "cli/tables/compare_report.h"
#include "geo/io/vector_output.h"
#include "sim/coverage/coverage.h"

namespace footprint::cli {

// What a column holds; text is written accordingly ("1.2 M", "27 ms", "4 %"), other formats have
// the plain number.
enum class Unit : std::uint8_t { text, count, people, share, ms, index };

struct AnswerColumn {
    std::string key;   // with its unit: "people_moved", "mean_extra_ms"
    std::string head;  // of the text's table; empty: not in the text
    Unit unit = Unit::text;
};

using AnswerCell = std::variant<std::monostate, std::string, double>;

struct AnswerRow {
    std::vector<AnswerCell> cells;  // one a column
    geo::Geometry geometry{};
    std::optional<geo::CountryIndex> country{};  // whose shape is the geometry
};

struct AnswerTable {
    std::string key;      // "regions": of the JSON, and the layer's name
    std::string caption;  // over the text's table
    std::vector<AnswerColumn> columns;
    std::vector<AnswerRow> rows;
    std::size_t shown = 0;                                 // rows in the text; 0: all
    std::string rest{};                                    // of the others; empty: how many more
    geo::GeometryType geometry = geo::GeometryType::none;  // not none: a layer, too
    bool only_layer = false;                               // too long to be read
};

// A bar each, longest first as the rows stand; see render/scene/rank_chart.h.
struct AnswerBar {
    std::string label;
    std::string detail;  // quiet, after the label
    std::optional<geo::ProviderIndex> provider{};
    std::vector<double> parts;
    std::vector<std::string> cells;
};
struct AnswerBars {
    std::vector<std::string> parts;  // what the parts of a bar are; one: no legend
    std::optional<std::array<geo::ProviderIndex, 2>> sides{};  // as render::RankChart has them
    std::vector<std::string> columns;                          // over the cells
    std::vector<AnswerBar> bars;
    bool is_share = false;  // bars are shares of one, else people
    std::string axis;       // "people who fall out of 50 ms"
};

struct Answer {
    std::string question;  // "lose": of the JSON
    std::string title;     // "Losing aws:us-east-1"
    std::string subtitle;
    Date date;
    std::vector<AnswerTable> tables;  // the first one is the CSV
    AnswerBars bars;
    std::vector<std::string> notes;  // what to know when reading it
};

// What every answer is given with.
struct AnswerContext {
    const geo::Catalog& catalog;
    const sim::LatencyModel& model;
    const sim::CoverageOptions& options;
    std::vector<std::string> attributions;
    std::string area;
    std::vector<std::string> providers;  // ids of those compared
    double headline_ms = 0;              // the threshold that headlines and cities are about
};

std::string answer_text(const Answer& answer, const AnswerContext& context);
std::string answer_json(const Answer& answer, const AnswerContext& context);
std::string answer_csv(const Answer& answer, const AnswerContext& context);
// A GeoPackage holds every table that has places, other formats the first. Throws Error (usage)
// when there is none.
void write_answer_layer(Session& session, const Answer& answer, const AnswerContext& context,
                        const std::filesystem::path& target, geo::VectorFormat format,
                        const geo::VectorOutputOptions& options);

// As text shows it.
std::string cell_text(const AnswerCell& cell, Unit unit);

}  // namespace footprint::cli
