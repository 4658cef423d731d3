// A ranking as a picture: a row each with a name, a bar of one or several parts, and figures.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "geo/catalog/catalog.h"
#include "render/scene/sheet.h"

namespace footprint::render {

struct RankRow {
    std::string label;
    std::string detail;                          // quiet, after the label
    std::optional<geo::ProviderIndex> provider;  // its symbol before the label, its hue in the bar
    std::vector<double> parts;                   // of the bar, from the left; none negative
    std::vector<std::string> cells;              // figures at the right, one a column
};

struct RankChart {
    const geo::Catalog* catalog = nullptr;
    std::string title;
    std::string subtitle;
    std::string date;
    std::string axis;                // what the bars show
    std::vector<std::string> parts;  // names of a bar's parts; with one or none no legend
    // Of four parts whose are the first and the third: drawn in their hues where those differ, with
    // what both share in grey between.
    std::optional<std::array<geo::ProviderIndex, 2>> sides;
    std::vector<std::string> columns;  // over the figures
    std::vector<RankRow> rows;         // in order; as many as fit are drawn; "None" without any
    bool is_share = false;             // bars are parts of one, drawn on a scale to 100 %
    std::string note;
    std::string credits;
};

// Throws Error (usage) for sides under 320 pixels or an unknown theme.
DisplayList rank_chart(const RankChart& chart, const SheetOptions& options,
                       const TextMeasure& measure);

}  // namespace footprint::render
