// --equity: how evenly people are served, by provider and country.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "cli/questions/questions.h"
#include "sim/coverage/equity.h"

namespace footprint::cli {
namespace {

class EquityAnswer {
  public:
    explicit EquityAnswer(const QuestionInput& input) : input_(input), groups_(input.groups()) {
        const auto points = input.engine.points_of(input.area);
        for (const auto& group : groups_) {
            of_.push_back(equity_of(points, rtt_ms(group)));
        }
    }

    Answer answer() const {
        Answer answer;
        answer.question = "equity";
        answer.date = input_.date;
        answer.title = "How evenly people are served";
        answer.subtitle = input_.subtitle("round-trip times of each place's median client");
        answer.tables = {providers(), countries()};
        answer.bars = bars();
        answer.notes.emplace_back(
            "Gini of round-trip times over people: 0 if all wait equally; mean, Gini and tenths "
            "are of people with a path");
        return answer;
    }

  private:
    static constexpr double kLarge = 1'000'000;  // people

    std::span<const float> rtt_ms(const Together& group) const {
        return input_.engine.field(sim::Serving{group.providers}, input_.date).rtt_ms();
    }
    sim::Equity equity_of(std::span<const std::uint32_t> points,
                          std::span<const float> rtt_ms) const {
        return sim::equity(points, input_.engine.weights(input_.date), rtt_ms);
    }

    // Whose worst-served tenth waits least comes first.
    std::vector<std::size_t> ranked() const {
        std::vector<std::size_t> order(groups_.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            order[i] = i;
        }
        std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
            return of_[a].worst_decile_ms < of_[b].worst_decile_ms;
        });
        return order;
    }

    static void add_columns(AnswerTable& table) {
        table.columns.insert(table.columns.end(), {{"people", "", Unit::people},
                                                   {"people_without_path", "no path", Unit::people},
                                                   {"gini", "Gini", Unit::index},
                                                   {"mean_ms", "mean", Unit::ms},
                                                   {"median_ms", "median", Unit::ms},
                                                   {"p90_ms", "p90", Unit::ms},
                                                   {"p99_ms", "p99", Unit::ms},
                                                   {"best_decile_ms", "best tenth", Unit::ms},
                                                   {"worst_decile_ms", "worst tenth", Unit::ms}});
    }
    static void add_cells(const sim::Equity& e, AnswerRow& row) {
        row.cells.insert(row.cells.end(), {e.people, e.unserved, e.gini, e.mean_ms,
                                           cell_of(e.median_ms), cell_of(e.p90_ms),
                                           cell_of(e.p99_ms), e.best_decile_ms, e.worst_decile_ms});
    }

    AnswerTable providers() const {
        AnswerTable table{"providers", "", {{"provider", " ", Unit::text}}, {}};
        add_columns(table);
        for (const auto i : ranked()) {
            AnswerRow row{{groups_[i].name}};
            add_cells(of_[i], row);
            table.rows.push_back(std::move(row));
        }
        return table;
    }

    // Of all providers together, those first who wait longest.
    AnswerTable countries() const {
        const Together all = input_.together();
        AnswerTable table{
            "countries",
            fmt::format("Countries whose worst tenth waits longest for {}, those of {} first",
                        all.name, human_count(kLarge)),
            {{"country", "", Unit::text}, {"name", "country", Unit::text}},
            {}};
        add_columns(table);
        table.shown = 15;
        table.geometry = geo::GeometryType::multipolygon;
        const auto areas = countries_of(input_);
        std::vector<sim::Equity> found;
        std::vector<std::size_t> order;
        for (const auto& area : areas) {
            order.push_back(found.size());
            found.push_back(equity_of(input_.engine.points_of(area), rtt_ms(all)));
        }
        std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
            const bool large_a = found[a].people >= kLarge;
            const bool large_b = found[b].people >= kLarge;
            return large_a != large_b ? large_a
                                      : found[a].worst_decile_ms > found[b].worst_decile_ms;
        });
        for (const auto i : order) {
            const auto country = areas[i].countries[0];
            AnswerRow row{
                {country_code(input_.engine.atlas(), country), areas[i].name}, {}, country};
            add_cells(found[i], row);
            table.rows.push_back(std::move(row));
        }
        return table;
    }

    AnswerBars bars() const {
        AnswerBars bars;
        bars.axis = "mean round trip of the worst-served tenth, ms";
        bars.columns = {"worst tenth", "best tenth", "Gini", "p99"};
        for (const auto i : ranked()) {
            const auto& group = groups_[i];
            const auto& e = of_[i];
            bars.bars.push_back(
                {group.name,
                 "",
                 group.providers.size() == 1 ? std::optional(group.providers[0]) : std::nullopt,
                 {e.worst_decile_ms},
                 {cell_text(e.worst_decile_ms, Unit::ms), cell_text(e.best_decile_ms, Unit::ms),
                  fmt::format("{:.3f}", e.gini), cell_text(cell_of(e.p99_ms), Unit::ms)}});
        }
        return bars;
    }

    const QuestionInput& input_;
    std::vector<Together> groups_;
    std::vector<sim::Equity> of_;  // by group
};

}  // namespace

Answer answer_equity(const QuestionInput& input) {
    return EquityAnswer(input).answer();
}

}  // namespace footprint::cli
