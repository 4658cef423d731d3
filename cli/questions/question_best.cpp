// --who-is-best: the best provider of every place, by how much, and the second best.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/text.h"
#include "cli/questions/questions.h"
#include "sim/coverage/outage.h"

namespace footprint::cli {
namespace {

constexpr std::size_t kNobody = static_cast<std::size_t>(-1);

// The two best providers of a place, by number.
struct BestTwo {
    std::size_t best = kNobody;
    std::size_t second = kNobody;
    float best_ms = std::numeric_limits<float>::infinity();
    float second_ms = std::numeric_limits<float>::infinity();

    // Ties go to the provider named first.
    void add(std::size_t provider, float rtt_ms) {
        if (rtt_ms < best_ms) {
            second = best;
            second_ms = best_ms;
            best = provider;
            best_ms = rtt_ms;
        } else if (rtt_ms < second_ms) {
            second = provider;
            second_ms = rtt_ms;
        }
    }
    bool has_margin() const { return std::isfinite(second_ms); }
    double margin_ms() const { return double{second_ms} - double{best_ms}; }
};

// What a provider is to some people.
struct Standing {
    sim::CompensatedSum best, second, margin, with_margin;
};

class BestAnswer {
  public:
    explicit BestAnswer(const QuestionInput& input)
        : input_(input),
          points_(input.engine.points_of(input.area)),
          best_(input.points.size()),
          world_(input.providers.size()) {
        if (input.providers.size() < 2) {
            throw Error(ExitCode::usage,
                        "--who-is-best sets providers against each other; name two or more, or "
                        "none for all");
        }
        for (std::size_t i = 0; i < input.providers.size(); ++i) {
            const auto rtt_ms =
                input.engine.field(sim::Serving{{input.providers[i]}}, input.date).rtt_ms();
            for (const auto p : points_) {
                best_[p].add(i, rtt_ms[p]);
            }
        }
    }

    Answer answer() {
        Answer answer;
        answer.question = "who-is-best";
        answer.date = input_.date;
        answer.title = "Which cloud is nearest in milliseconds, and by how much";
        answer.subtitle =
            input_.subtitle("round-trip times of each place's median client to its best region");
        count(points_, world_);
        answer.tables = {providers(), countries(), places()};
        answer.bars = bars();
        return answer;
    }

  private:
    std::string id(std::size_t provider) const {
        return provider == kNobody
                   ? std::string()
                   : input_.engine.timeline().catalog().provider(input_.providers[provider]).id;
    }

    void count(std::span<const std::uint32_t> points, std::vector<Standing>& standings) {
        const auto weights = input_.engine.weights(input_.date);
        for (const auto p : points) {
            const auto& here = best_[p];
            if (here.best == kNobody) {
                continue;
            }
            auto& first = standings[here.best];
            first.best.add(weights[p]);
            if (here.has_margin()) {
                standings[here.second].second.add(weights[p]);
                first.margin.add(weights[p] * here.margin_ms());
                first.with_margin.add(weights[p]);
            }
        }
    }

    static std::optional<double> mean_margin(const Standing& standing) {
        const double people = standing.with_margin.value();
        return people > 0 ? std::optional(standing.margin.value() / people) : std::nullopt;
    }

    double people() const {
        double sum = 0;
        const auto weights = input_.engine.weights(input_.date);
        for (const auto p : points_) {
            sum += weights[p];
        }
        return sum;
    }

    std::vector<std::size_t> ranked(const std::vector<Standing>& standings) const {
        std::vector<std::size_t> order(standings.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            order[i] = i;
        }
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return standings[a].best.value() > standings[b].best.value();
        });
        return order;
    }

    AnswerTable providers() const {
        AnswerTable table{"providers",
                          "",
                          {{"provider", "", Unit::text},
                           {"name", " ", Unit::text},
                           {"people_best", "best for", Unit::people},
                           {"share_best", "share", Unit::share},
                           {"mean_margin_ms", "mean margin", Unit::ms},
                           {"people_second", "second best for", Unit::people}},
                          {}};
        const double all = people();
        for (const auto i : ranked(world_)) {
            const double best = world_[i].best.value();
            table.rows.push_back(
                {{id(i), input_.short_name(input_.providers[i]), best, all > 0 ? best / all : 0,
                  cell_of(mean_margin(world_[i])), world_[i].second.value()}});
        }
        return table;
    }

    AnswerTable countries() {
        AnswerTable table{"countries",
                          "Countries with most people",
                          {{"country", "", Unit::text},
                           {"name", "country", Unit::text},
                           {"people", "people", Unit::people},
                           {"best", "best for most", Unit::text},
                           {"people_best", "people", Unit::people},
                           {"mean_margin_ms", "mean margin", Unit::ms},
                           {"second", "second", Unit::text}},
                          {}};
        table.shown = 20;
        table.geometry = geo::GeometryType::multipolygon;
        const auto weights = input_.engine.weights(input_.date);
        for (const auto& area : countries_of(input_)) {
            std::vector<Standing> standings(input_.providers.size());
            const auto points = input_.engine.points_of(area);
            count(points, standings);
            sim::CompensatedSum people;
            for (const auto p : points) {
                people.add(weights[p]);
            }
            const auto best = ranked(standings)[0];
            const auto second = std::max_element(standings.begin(), standings.end(),
                                                 [](const Standing& a, const Standing& b) {
                                                     return a.second.value() < b.second.value();
                                                 });
            const bool is_served = standings[best].best.value() > 0;
            const auto country = area.countries[0];
            table.rows.push_back(
                {{country_code(input_.engine.atlas(), country), area.name, people.value(),
                  is_served ? id(best) : std::string("nobody"), standings[best].best.value(),
                  cell_of(mean_margin(standings[best])),
                  second->second.value() > 0
                      ? id(static_cast<std::size_t>(second - standings.begin()))
                      : std::string("nobody")},
                 {},
                 country});
        }
        return table;
    }

    // The map: every place with its best, its second best and the margin.
    AnswerTable places() {
        AnswerTable table{"places",
                          "",
                          {{"country", "", Unit::text},
                           {"people", "", Unit::people},
                           {"best", "", Unit::text},
                           {"best_ms", "", Unit::ms},
                           {"second", "", Unit::text},
                           {"second_ms", "", Unit::ms},
                           {"margin_ms", "", Unit::ms}},
                          {}};
        table.only_layer = true;
        table.geometry = geo::GeometryType::point;
        const auto weights = input_.engine.weights(input_.date);
        for (const auto p : points_) {
            const auto& here = best_[p];
            const auto margin = here.has_margin() ? std::optional(here.margin_ms()) : std::nullopt;
            table.rows.push_back({{country_code(input_.engine.atlas(), input_.points.country[p]),
                                   weights[p], id(here.best), rtt_cell(here.best_ms),
                                   id(here.second), rtt_cell(here.second_ms), cell_of(margin)},
                                  point_of(input_.points.position[p])});
        }
        return table;
    }

    AnswerBars bars() const {
        AnswerBars result;
        result.axis = "people for whom it is the nearest";
        result.columns = {"people", "mean margin", "second best for"};
        for (const auto i : ranked(world_)) {
            const double best = world_[i].best.value();
            result.bars.push_back(
                {input_.short_name(input_.providers[i]),
                 "",
                 input_.providers[i],
                 {best},
                 {human_count(best), cell_text(cell_of(mean_margin(world_[i])), Unit::ms),
                  human_count(world_[i].second.value())}});
        }
        return result;
    }

    const QuestionInput& input_;
    std::span<const std::uint32_t> points_;
    std::vector<BestTwo> best_;  // by demand point
    std::vector<Standing> world_;
};

}  // namespace

Answer answer_best(const QuestionInput& input) {
    return BestAnswer(input).answer();
}

}  // namespace footprint::cli
