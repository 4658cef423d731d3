// Pictures of tables: providers side by side, and what changed between two dates.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "render/scene/display_list.h"
#include "render/scene/symbols.h"
#include "render/scene/theme.h"

namespace footprint::render {

// What identifies a line: the provider's own shape and colour, and up to two texts.
struct ChartName {
    std::string name;
    std::string group;  // over the first line of a group; may be empty
    ProviderStyle style;
};

// How far each line reaches, as nested bars of a share of all people.
struct ReachChart {
    std::string title;
    std::string subtitle;
    std::vector<std::string> classes;  // "20 ms", fastest first
    std::vector<std::string> columns;  // headings of the figures: "regions", "zones"
    struct Line {
        ChartName name;
        std::vector<std::string> figures;  // by column
        std::vector<double> within;        // share of all, by class, never falling
    };
    std::vector<Line> lines;
    // A pair's gap by class: shares that add up to one.
    struct Gap {
        std::string label;  // "within 20 ms"
        double only_a = 0, both = 0, only_b = 0;
        std::string only_a_text, both_text, only_b_text, neither_text;
    };
    std::vector<Gap> gaps;           // empty, or two lines are compared
    std::vector<std::string> notes;  // at the foot, sources last
};

// The height that the chart needs at a width; lines are never squeezed.
int reach_chart_height(const ReachChart& chart, int width);
// Lays the chart out over an opaque ground.
DisplayList lay_out_reach_chart(const ReachChart& chart, int width, int height, const Theme& theme,
                                const TextMeasure& measure);

// The band under a map that says what changed.
struct ChangeCard {
    struct Change {
        std::string kind;  // "opened"
        std::string date;
        std::string what;  // "Bangkok"
        ProviderStyle style;
    };
    std::vector<Change> changes;
    std::string gained_title;  // "People gained within 50 ms"
    struct Gain {
        ChartName name;
        double people = 0;
        std::string text;
    };
    std::vector<Gain> gains;
    std::string note;  // at the foot
};

// Lays the card out in a rectangle; changes that do not fit are counted in a last line.
DisplayList lay_out_change_card(const ChangeCard& card, const Rect& area, const Theme& theme,
                                const TextMeasure& measure);

}  // namespace footprint::render
