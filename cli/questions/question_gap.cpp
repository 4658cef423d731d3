// --gap: two providers against each other: people, places, countries, biggest cities.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "base/text.h"
#include "cli/questions/questions.h"
#include "sim/coverage/areas.h"

namespace footprint::cli {
namespace {

constexpr std::array kKinds{sim::GapKind::only_a, sim::GapKind::only_b, sim::GapKind::both,
                            sim::GapKind::neither};
constexpr std::size_t kCitiesOfAKind = 10;

// A place counts as reached when its median client is.
sim::GapKind kind_of(float a_ms, float b_ms, double threshold_ms) {
    return sim::gap_kind(double{a_ms} <= threshold_ms, double{b_ms} <= threshold_ms);
}

class GapAnswer {
  public:
    explicit GapAnswer(const QuestionInput& input)
        : input_(input),
          cities_(city_points(input.session)),
          city_engine_(input.engine.timeline(), input.engine.atlas(), cities_.points,
                       input.engine.model(), input.options()) {
        if (input.providers.size() != 2) {
            throw Error(ExitCode::usage,
                        fmt::format("--gap sets two providers against each other, {} were given; "
                                    "such as: footprint compare alibaba aws --gap",
                                    input.providers.size()));
        }
        a_ = {input.providers[0]};
        b_ = {input.providers[1]};
    }

    Answer answer() {
        Answer answer;
        answer.question = "gap";
        answer.date = input_.date;
        answer.title = fmt::format("{} or {}: who is reached within {}", name(a_), name(b_),
                                   input_.headline_text());
        answer.subtitle = input_.subtitle("");
        answer.tables = {reach(), cities(), countries()};
        answer.bars = bars(answer.tables[2]);
        answer.notes.emplace_back(
            "People: the share of each place's clients within the time. A place or city counts as "
            "reached when half of its clients are");
        return answer;
    }

  private:
    using One = std::array<geo::ProviderIndex, 1>;

    const std::string& name(const One& provider) const { return input_.short_name(provider[0]); }

    std::string kind_text(sim::GapKind kind) const {
        return kind == sim::GapKind::only_a   ? "only " + name(a_)
               : kind == sim::GapKind::only_b ? "only " + name(b_)
                                              : std::string(sim::to_string(kind));
    }

    double threshold_ms() const { return input_.thresholds_ms()[input_.headline()]; }

    // How many of some places are of each kind.
    std::array<double, 4> count(std::span<const std::uint32_t> of, std::span<const float> a_ms,
                                std::span<const float> b_ms, double threshold) const {
        std::array<double, 4> counts{};
        for (const auto p : of) {
            ++counts[static_cast<std::size_t>(kind_of(a_ms[p], b_ms[p], threshold))];
        }
        return counts;
    }

    // The headline's threshold first.
    std::vector<double> thresholds() const {
        std::vector<double> all(input_.thresholds_ms().begin(), input_.thresholds_ms().end());
        std::rotate(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(input_.headline()),
                    all.begin() + static_cast<std::ptrdiff_t>(input_.headline()) + 1);
        return all;
    }

    AnswerTable reach() {
        AnswerTable table{"reach",
                          "",
                          {{"threshold_ms", "", Unit::ms},
                           {"kind", "", Unit::text},
                           {"reached_by", "reached by", Unit::text},
                           {"people", "people", Unit::people},
                           {"people_share", "share", Unit::share},
                           {"places", "places", Unit::count},
                           {"cities", "cities", Unit::count}},
                          {}};
        table.shown = kKinds.size();
        table.rest = "within other times: --threshold";
        const auto a_ms = input_.engine.field(a_, input_.date).rtt_ms();
        const auto b_ms = input_.engine.field(b_, input_.date).rtt_ms();
        const auto city_a_ms = city_engine_.field(a_, input_.date).rtt_ms();
        const auto city_b_ms = city_engine_.field(b_, input_.date).rtt_ms();
        for (const double threshold : thresholds()) {
            const auto gap =
                input_.engine.gaps(std::span(&input_.area, 1), a_, b_, input_.date, threshold)[0];
            const double people = gap.only_a + gap.only_b + gap.both + gap.neither;
            const auto places = count(input_.engine.points_of(input_.area), a_ms, b_ms, threshold);
            const auto cities =
                count(city_engine_.points_of(input_.area), city_a_ms, city_b_ms, threshold);
            for (const auto kind : kKinds) {
                const auto k = static_cast<std::size_t>(kind);
                const double here = sim::people_of(gap, kind);
                table.rows.push_back(
                    {{threshold, std::string(sim::to_string(kind)), kind_text(kind), here,
                      people > 0 ? here / people : 0, places[k], cities[k]}});
            }
        }
        return table;
    }

    // The ten biggest of each kind; they are in the file by rank of nothing, so sorted here.
    AnswerTable cities() {
        AnswerTable table{"cities",
                          fmt::format("The biggest cities of each, RTT of the median client"),
                          {{"kind", "", Unit::text},
                           {"reached_by", "reached by", Unit::text},
                           {"city", "city", Unit::text},
                           {"country", "", Unit::text},
                           {"people", "people", Unit::people},
                           {"a_ms", name(a_), Unit::ms},
                           {"b_ms", name(b_), Unit::ms}},
                          {}};
        table.geometry = geo::GeometryType::point;
        const auto a_ms = city_engine_.field(a_, input_.date).rtt_ms();
        const auto b_ms = city_engine_.field(b_, input_.date).rtt_ms();
        const auto in_area = city_engine_.points_of(input_.area);
        std::vector<std::uint32_t> order(in_area.begin(), in_area.end());
        std::stable_sort(order.begin(), order.end(), [&](auto x, auto y) {
            return cities_.city(x).population > cities_.city(y).population;
        });
        for (const auto kind : kKinds) {
            std::size_t taken = 0;
            for (const auto c : order) {
                if (taken < kCitiesOfAKind && kind_of(a_ms[c], b_ms[c], threshold_ms()) == kind) {
                    const auto& city = cities_.city(c);
                    table.rows.push_back(
                        {{std::string(sim::to_string(kind)),
                          taken == 0 ? kind_text(kind) : std::string(), city.name, city.country,
                          city.population, rtt_cell(a_ms[c]), rtt_cell(b_ms[c])},
                         point_of(city.position)});
                    ++taken;
                }
            }
        }
        return table;
    }

    AnswerTable countries() {
        AnswerTable table{"countries",
                          "Countries with most people",
                          {{"country", "", Unit::text},
                           {"name", "country", Unit::text},
                           {"people", "people", Unit::people},
                           {"only_a", "only " + name(a_), Unit::people},
                           {"both", "both", Unit::people},
                           {"only_b", "only " + name(b_), Unit::people},
                           {"neither", "neither", Unit::people}},
                          {}};
        table.shown = 12;
        const auto& atlas = input_.engine.atlas();
        const auto areas = countries_of(input_);
        const auto gaps = input_.engine.gaps(areas, a_, b_, input_.date, threshold_ms());
        for (std::size_t i = 0; i < areas.size(); ++i) {
            const auto& gap = gaps[i];
            table.rows.push_back({{atlas.countries()[areas[i].countries[0]].iso2, areas[i].name,
                                   gap.only_a + gap.only_b + gap.both + gap.neither, gap.only_a,
                                   gap.both, gap.only_b, gap.neither}});
        }
        return table;
    }

    AnswerBars bars(const AnswerTable& countries) const {
        AnswerBars result;
        result.is_share = true;
        result.axis = "share of people";
        result.parts = {"only " + name(a_), "both", "only " + name(b_), "neither"};
        result.sides = {a_[0], b_[0]};
        result.columns = {"people", "only " + name(a_), "only " + name(b_)};
        for (const auto& row : countries.rows) {
            const double people = std::get<double>(row.cells[2]);
            AnswerBar bar{std::get<std::string>(row.cells[1]), "", std::nullopt, {}, {}};
            for (std::size_t c = 3; c < row.cells.size(); ++c) {
                bar.parts.push_back(people > 0 ? std::get<double>(row.cells[c]) / people : 0);
            }
            bar.cells = {human_count(people), cell_text(row.cells[3], Unit::people),
                         cell_text(row.cells[5], Unit::people)};
            result.bars.push_back(std::move(bar));
        }
        return result;
    }

    const QuestionInput& input_;
    One a_{}, b_{};
    CityPoints cities_;
    sim::CoverageEngine city_engine_;
};

}  // namespace

Answer answer_gap(const QuestionInput& input) {
    return GapAnswer(input).answer();
}

}  // namespace footprint::cli
