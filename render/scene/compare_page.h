// The picture of a comparison while it is being drawn; of this room alone. Its parts are defined by
// what they draw: compare_chart.cpp (words), compare_bars.cpp, compare_pair.cpp, compare_solo.cpp,
// compare_areas.cpp and compare_lines.cpp.
#pragma once

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "render/scene/compare_chart.h"

namespace footprint::render {

using sim::AreaComparison;
using sim::ProviderInArea;

inline double share_of(double part, double whole) {
    return whole > 0 ? part / whole : 0;
}

// "25 ms"; "–" where there is none.
std::string ms_text(const std::optional<double>& rtt_ms);
// "four clouds"
std::string several_clouds(std::size_t clouds);

class ComparePage {
  public:
    ComparePage(const CompareChart& chart, const SheetOptions& options, const TextMeasure& measure)
        : chart_(chart),
          sheet_(options, measure),
          styles_(provider_styles(*chart.catalog)),
          headline_(sim::headline_threshold(chart.thresholds_ms)),
          theme_(sheet_.theme()) {}

    DisplayList make();

  private:
    const sim::DateComparison& first() const { return chart_.dates->front(); }
    const sim::DateComparison& last() const { return chart_.dates->back(); }
    const geo::Provider& provider(const ProviderInArea& p) const {
        return chart_.catalog->provider(p.provider);
    }
    const std::string& name(const ProviderInArea& p) const { return provider(p).short_name; }
    const ProviderStyle& style(const ProviderInArea& p) const { return styles_[p.provider]; }
    double within(const ProviderInArea& p, std::size_t threshold) const {
        return share_of(p.coverage.people_within[threshold], p.coverage.people);
    }
    double headline_share(const ProviderInArea& p) const { return within(p, headline_); }
    std::string headline_ms() const {
        return fmt::format("{:g} ms", chart_.thresholds_ms[headline_]);
    }

    // --- words ---

    SheetText words() const;

    // Later than the facts: what it would be if all that is announced came true.
    bool is_planned() const { return last().date > chart_.as_of; }
    std::string claim() const;
    std::string plain_claim() const;

    // Best first; equal ones as they were asked for.
    std::vector<const ProviderInArea*> ranked(const AreaComparison& area) const;

    // --- one date, one area ---

    // At most eight thresholds are shown, the headline among them.
    std::vector<std::size_t> shown_thresholds() const;
    Color step_color(Color hue, std::size_t step, std::size_t steps) const;
    void bars(const Rect& r);

    // "Share of people within a round trip of  ■ ≤ 10 ms  ■ ≤ 20 ms …"; the height used.
    double step_legend(const Rect& r);

    struct Column {
        std::string head;
        std::vector<std::string> cells;
        bool is_strong = false;
        double width = 0;
    };
    std::vector<Column> columns(const std::vector<const ProviderInArea*>& list) const;
    void rows(const Rect& r, const AreaComparison& area);
    double widest_name(const std::vector<const ProviderInArea*>& list) const;

    // Its left edge.
    double draw_column(const Column& column, double right, double top, double row, double words_at);

    // Quarters of the whole, written above or below.
    void share_axis(const Rect& plot, bool is_below = false);

    // Segments from the fastest on; the headline's end is notched.
    void nested_bar(const Rect& r, const ProviderInArea& p);

    // Share of people by round-trip time, a line a provider.
    void curves(const Rect& r, const AreaComparison& area);

    // Dashed where another provider before it has its hue.
    void provider_line(const std::vector<Point>& points, const std::vector<ProviderInArea>& all,
                       std::size_t p, double width);

    // --- a pair ---

    struct Part {
        std::string label;
        Color color;
    };
    std::array<Part, 4> parts(const AreaComparison& area) const;
    void gaps(const Rect& r, const AreaComparison& area);

    // Only A, both, only B, neither: A's whole is what begins at the left, B's what meets it.
    void gap_bar(const Rect& r, const sim::Gap& gap, const std::array<Part, 4>& kinds);

    // --- one provider ---

    void solo(const Rect& r, const ProviderInArea& p);
    void reach_rows(const Rect& r, const ProviderInArea& p);

    // The numbers of a provider, large.
    void presence(const Rect& r, const ProviderInArea& p);

    // --- several areas ---

    // Symbols and names in a line; the height used.
    double provider_legend(const Rect& r, const AreaComparison& area);
    void dots(const Rect& r);
    void area_row(const Rect& r, double left, double right, const AreaComparison& area);

    // Symbols that would hide each other stand above and below the line.
    void swarm(const Rect& r, const AreaComparison& area);

    // --- over time ---

    void lines(const Rect& r);
    double most_share() const;
    double date_x(const Rect& plot, Date date) const;
    void panel(const Rect& r, std::size_t area, bool is_large);
    std::string end_text(const ProviderInArea& p) const;
    double label_width() const;
    void end_labels(const Rect& plot, const std::vector<ProviderInArea>& providers,
                    const std::vector<double>& ends);
    void value_axis(const Rect& plot, double top, double size);

    // What is written under the axis of time, and where: every date; where there are several a
    // year, years at their beginning, as many as there is room for.
    std::vector<std::pair<Date, std::string>> date_ticks(double room) const;
    void date_axis(const Rect& plot, double size);

    // Where it ends.
    double line(const Rect& plot, std::size_t area, std::size_t p, double top, double width);

    const CompareChart& chart_;
    Sheet sheet_;
    std::vector<ProviderStyle> styles_;
    std::size_t headline_;
    const Theme& theme_;
};

}  // namespace footprint::render
