// --who-is-best: the best provider of every place, by how much, and who comes next.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.h"
#include "base/text.h"
#include "cli/questions/questions.h"
#include "sim/coverage/leaders.h"

namespace footprint::cli {
namespace {

using Set = std::vector<std::size_t>;  // of providers, by number, ascending

// What a provider is to some people.
struct Standing {
    sim::CompensatedSum alone, level, next, lead, with_lead;
    double best() const { return alone.value() + level.value(); }
};

// Those whom the same providers serve best.
struct Share {
    sim::CompensatedSum people, lead, with_lead;
    std::map<Set, sim::CompensatedSum> next;
};

template <typename T>
std::optional<double> mean_lead(const T& of) {
    const double people = of.with_lead.value();
    return people > 0 ? std::optional(of.lead.value() / people) : std::nullopt;
}

class BestAnswer {
  public:
    explicit BestAnswer(const QuestionInput& input)
        : input_(input),
          catalog_(input.engine.timeline().catalog()),
          points_(input.engine.points_of(input.area)),
          weights_(input.engine.weights(input.date)),
          providers_(input.providers) {
        if (providers_.size() < 2) {
            throw Error(ExitCode::usage,
                        "--who-is-best sets providers against each other; name two or more, or "
                        "none for all");
        }
        // In whichever order they are named, the answer is the same.
        std::ranges::sort(providers_);
        rtt_ms_.resize(input.points.size() * providers_.size());
        for (std::size_t i = 0; i < providers_.size(); ++i) {
            const auto rtt_ms =
                input.engine.field(sim::Serving{{providers_[i]}}, input.date).rtt_ms();
            for (const auto p : points_) {
                rtt_ms_[p * providers_.size() + i] = rtt_ms[p];
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
        const auto standings = count();
        const auto shares = divide(points_);
        answer.tables = {providers(standings), level(shares), countries(), places()};
        answer.bars = bars(standings);
        answer.notes.push_back(fmt::format(
            "Clouds within {:g} ms of the nearest are level with it: regions stand at their city's "
            "centre",
            sim::kLevel_ms));
        return answer;
    }

  private:
    sim::Leaders leaders_at(std::uint32_t point) const {
        return sim::leaders(
            std::span(rtt_ms_).subspan(point * providers_.size(), providers_.size()));
    }

    // "aws;azure"; empty for nobody.
    std::string ids(const Set& set) const {
        std::vector<std::string> names;
        for (const auto i : set) {
            names.push_back(catalog_.provider(providers_[i]).id);
        }
        return join(names, ";");
    }

    // "AWS, Azure + 4"
    std::string named(const Set& set) const {
        constexpr std::size_t kMost = 3;
        if (set.empty()) {
            return "nobody";
        }
        const std::size_t shown = set.size() <= kMost ? set.size() : kMost - 1;
        std::vector<std::string> names;
        for (std::size_t i = 0; i < shown; ++i) {
            names.push_back(input_.short_name(providers_[set[i]]));
        }
        const std::string more =
            set.size() > shown ? fmt::format(" + {}", set.size() - shown) : std::string();
        return join(names, ", ") + more;
    }

    std::vector<Standing> count() const {
        std::vector<Standing> standings(providers_.size());
        for (const auto p : points_) {
            const auto here = leaders_at(p);
            for (const auto i : here.first) {
                (here.is_alone() ? standings[i].alone : standings[i].level).add(weights_[p]);
            }
            for (const auto i : here.next) {
                standings[i].next.add(weights_[p]);
            }
            if (here.is_alone() && here.has_next()) {
                standings[here.first[0]].lead.add(weights_[p] * here.lead_ms());
                standings[here.first[0]].with_lead.add(weights_[p]);
            }
        }
        return standings;
    }

    std::map<Set, Share> divide(std::span<const std::uint32_t> points) const {
        std::map<Set, Share> shares;
        for (const auto p : points) {
            const auto here = leaders_at(p);
            auto& share = shares[here.first];
            share.people.add(weights_[p]);
            share.next[here.next].add(weights_[p]);
            if (here.has_next()) {
                share.lead.add(weights_[p] * here.lead_ms());
                share.with_lead.add(weights_[p]);
            }
        }
        return shares;
    }

    double people(std::span<const std::uint32_t> points) const {
        sim::CompensatedSum sum;
        for (const auto p : points) {
            sum.add(weights_[p]);
        }
        return sum.value();
    }

    std::vector<std::size_t> ranked(const std::vector<Standing>& standings) const {
        std::vector<std::size_t> order(standings.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            order[i] = i;
        }
        std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
            return standings[a].best() > standings[b].best();
        });
        return order;
    }

    AnswerTable providers(const std::vector<Standing>& standings) const {
        AnswerTable table{"providers",
                          "",
                          {{"provider", "", Unit::text},
                           {"name", " ", Unit::text},
                           {"people_best", "best for", Unit::people},
                           {"share_best", "share", Unit::share},
                           {"people_alone", "alone", Unit::people},
                           {"share_alone", "share", Unit::share},
                           {"mean_margin_ms", "by", Unit::ms},
                           {"people_level", "level with others", Unit::people},
                           {"people_second", "next best for", Unit::people}},
                          {}};
        const double all = people(points_);
        const auto share = [&](double part) { return all > 0 ? part / all : 0; };
        for (const auto i : ranked(standings)) {
            const auto& here = standings[i];
            table.rows.push_back(
                {{ids({i}), named({i}), here.best(), share(here.best()), here.alone.value(),
                  share(here.alone.value()), cell_of(mean_lead(here)), here.level.value(),
                  here.next.value()}});
        }
        return table;
    }

    // Who shares the first place, most people first.
    AnswerTable level(const std::map<Set, Share>& shares) const {
        AnswerTable table{"level",
                          "Nearest together, none before the other",
                          {{"providers", "", Unit::text},
                           {"names", " ", Unit::text},
                           {"count", "clouds", Unit::count},
                           {"people", "people", Unit::people},
                           {"share", "share", Unit::share},
                           {"mean_margin_ms", "before the next by", Unit::ms}},
                          {}};
        table.shown = 10;
        const double all = people(points_);
        std::vector<std::pair<const Set*, const Share*>> order;
        for (const auto& [set, share] : shares) {
            if (set.size() > 1) {
                order.emplace_back(&set, &share);
            }
        }
        std::ranges::stable_sort(order, [](const auto& a, const auto& b) {
            return a.second->people.value() > b.second->people.value();
        });
        for (const auto& [set, share] : order) {
            const double people = share->people.value();
            table.rows.push_back({{ids(*set), named(*set), static_cast<double>(set->size()), people,
                                   all > 0 ? people / all : 0, cell_of(mean_lead(*share))}});
        }
        return table;
    }

    static const std::pair<const Set, sim::CompensatedSum>& most_next(const Share& share) {
        return *std::ranges::max_element(share.next, {},
                                         [](const auto& entry) { return entry.second.value(); });
    }

    AnswerTable countries() const {
        AnswerTable table{"countries",
                          "Countries with most people",
                          {{"country", "", Unit::text},
                           {"name", "country", Unit::text},
                           {"people", "people", Unit::people},
                           {"best", "", Unit::text},
                           {"best_names", "best for most", Unit::text},
                           {"people_best", "people", Unit::people},
                           {"mean_margin_ms", "by", Unit::ms},
                           {"second", "", Unit::text},
                           {"second_names", "before", Unit::text}},
                          {}};
        table.shown = 20;
        table.geometry = geo::GeometryType::multipolygon;
        for (const auto& area : countries_of(input_)) {
            const auto points = input_.engine.points_of(area);
            if (points.empty()) {
                continue;  // a raster of people need not hold every country
            }
            const auto shares = divide(points);
            const auto& [best, share] = *std::ranges::max_element(
                shares, {}, [](const auto& entry) { return entry.second.people.value(); });
            const Set& next = most_next(share).first;
            const auto country = area.countries[0];
            table.rows.push_back(
                {{country_code(input_.engine.atlas(), country), area.name, people(points),
                  ids(best), named(best), best.empty() ? 0 : share.people.value(),
                  cell_of(mean_lead(share)), ids(next),
                  next.empty() ? std::string("–") : named(next)},
                 {},
                 country});
        }
        return table;
    }

    // The map: every place with who is best there, who comes next and by how much.
    AnswerTable places() const {
        AnswerTable table{"places",
                          "",
                          {{"country", "", Unit::text},
                           {"people", "", Unit::people},
                           {"best", "", Unit::text},
                           {"level", "", Unit::count},
                           {"best_ms", "", Unit::ms},
                           {"second", "", Unit::text},
                           {"second_ms", "", Unit::ms},
                           {"margin_ms", "", Unit::ms}},
                          {}};
        table.only_layer = true;
        table.geometry = geo::GeometryType::point;
        for (const auto p : points_) {
            const auto here = leaders_at(p);
            const auto margin = here.has_next() ? std::optional(here.lead_ms()) : std::nullopt;
            table.rows.push_back(
                {{country_code(input_.engine.atlas(), input_.points.country[p]), weights_[p],
                  ids(here.first), static_cast<double>(here.first.size()), rtt_cell(here.first_ms),
                  ids(here.next), rtt_cell(here.next_ms), cell_of(margin)},
                 point_of(input_.points.position[p])});
        }
        return table;
    }

    AnswerBars bars(const std::vector<Standing>& standings) const {
        AnswerBars result;
        result.axis = "people for whom it is the nearest";
        result.parts = {"alone", "level with others"};
        result.columns = {"alone", "by", "level"};
        for (const auto i : ranked(standings)) {
            const auto& here = standings[i];
            result.bars.push_back(
                {named({i}),
                 "",
                 providers_[i],
                 {here.alone.value(), here.level.value()},
                 {human_count(here.alone.value()), cell_text(cell_of(mean_lead(here)), Unit::ms),
                  human_count(here.level.value())}});
        }
        return result;
    }

    const QuestionInput& input_;
    const geo::Catalog& catalog_;
    std::span<const std::uint32_t> points_;
    std::span<const double> weights_;
    std::vector<geo::ProviderIndex> providers_;  // ascending
    std::vector<float> rtt_ms_;                  // by demand point, then provider
};

}  // namespace

Answer answer_best(const QuestionInput& input) {
    return BestAnswer(input).answer();
}

}  // namespace footprint::cli
