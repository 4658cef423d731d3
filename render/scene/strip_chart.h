// The strip of curves beside or under the map: a line for each provider that grows with time, the
// band of many runs as haze round it, names at the lines' ends, and a ground of its own for what is
// not fact.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/date.h"
#include "geo/catalog/catalog.h"
#include "render/scene/display_list.h"
#include "render/scene/theme.h"

namespace footprint::render {

enum class StripKind : std::uint8_t { regions, zones, people, none };

// A value at a day since 1970-01-01, and what 5 and 95 % of many runs are below of: one run has all
// three alike.
struct StripPoint {
    double day = 0;
    double value = 0;
    double low = 0;
    double high = 0;
    bool operator==(const StripPoint&) const = default;
};

// What is known of one provider from elsewhere than the timeline.
struct StripSeries {
    geo::ProviderIndex provider = 0;
    std::vector<StripPoint> points;  // ascending days
};

// Of a scene: what the strip tells. Counts come from the scene's timeline.
struct StripOptions {
    StripKind kind = StripKind::regions;
    double least = 0;                 // the axis reaches at least so far
    std::vector<StripSeries> people;  // of `people`: per cent of the world's people
    std::vector<StripSeries> bands;   // of many runs, in the kind's unit, in place of one run's
    std::uint32_t runs = 1;           // that the bands are of
};

// One provider's line, ready to be drawn.
struct StripLine {
    geo::ProviderIndex provider = 0;
    std::string name;
    Color color;
    Shape shape = Shape::circle;
    bool is_dashed = false;          // the second of its hue
    std::vector<StripPoint> points;  // ascending days, not empty
    // Up to this day a value stays until the next; from it on the line goes straight to it.
    double straight_from = std::numeric_limits<double>::infinity();

    // Of the line at a day: low, value and high. Before the first point, that. O(log points).
    StripPoint at(double day) const;
};

struct StripInput {
    Rect area;        // pixels
    double unit = 1;  // one pixel of a 1920 × 1080 frame
    Date from;
    Date to;
    Date as_of;             // facts end here
    std::string head;       // what the axis counts
    std::string future;     // what comes after the facts: "facts end"
    bool is_share = false;  // per cent: names say the value, too
    double least = 0;       // the axis reaches at least so far
    std::vector<StripLine> lines;
};

// Immutable once made. Theme and measure must outlive it.
class StripChart {
  public:
    StripChart() = default;  // draws nothing
    StripChart(StripInput input, const Theme& theme, const TextMeasure& measure);

    // Head, axes, and the ground of what is not fact.
    void add_still(DisplayList& out) const;
    // Haze, lines, symbols and names up to a day.
    void add_changing(DisplayList& out, double day) const;

    const std::vector<StripLine>& lines() const { return input_.lines; }
    const Rect& plot() const { return plot_; }

  private:
    double u(double design_pixels) const { return design_pixels * input_.unit; }
    double x_of(double day) const;
    double y_of(double value) const;
    bool has_future() const { return input_.to > input_.as_of; }
    TextRun text(std::string content, Point anchor, double size, Color color,
                 Align align = Align::left, FontWeight weight = FontWeight::regular) const;
    std::string end_label(const StripLine& line, double value) const;
    void make_room_for_names();
    void make_paths();
    Path line_path(const StripLine& line) const;
    Path haze_path(const StripLine& line) const;
    void add_future_ground(DisplayList& out) const;
    void add_counts(DisplayList& out) const;
    void add_dates(DisplayList& out) const;
    void add_end_of_facts(DisplayList& out, const TextRun& head) const;
    void keep_highest(std::vector<double>& ends, std::vector<const StripLine*>& lines) const;
    void add_names(DisplayList& out, double day) const;

    StripInput input_;
    const Theme* theme_ = nullptr;
    const TextMeasure* measure_ = nullptr;
    Rect plot_;
    double name_size_ = 0;  // of the names at the ends of the lines; 0: no room for them
    std::size_t most_names_ = 0;
    double top_ = 10;  // of the axis
    struct Drawn {
        PathPtr line;
        PathPtr haze;  // nothing where all runs agree
    };
    std::vector<Drawn> drawn_;  // by line
};

}  // namespace footprint::render
