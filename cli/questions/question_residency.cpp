// --residency: who has a region in their own country or bloc, and how near.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "cli/questions/questions.h"

namespace footprint::cli {
namespace {

class ResidencyAnswer {
  public:
    explicit ResidencyAnswer(const QuestionInput& input)
        : input_(input), countries_(countries_of(input)) {}

    Answer answer() {
        Answer answer;
        answer.question = "residency";
        answer.date = input_.date;
        answer.title = fmt::format("Who has a region of their own {}", where());
        answer.subtitle = input_.subtitle("each region serves " + whom());
        start_tables();
        for (const auto& group : input_.groups()) {
            add(group);
        }
        add_countries();
        answer.bars = std::move(bars_);
        answer.tables = {std::move(providers_), std::move(without_), std::move(with_)};
        return answer;
    }

  private:
    std::string where() const {
        switch (input_.options().serve) {
            case sim::ServeRule::same_bloc:
                return "country or bloc";
            case sim::ServeRule::same_continent:
                return "continent";
            default:
                return "country";
        }
    }

    std::string whom() const {
        if (input_.options().serve != sim::ServeRule::same_bloc) {
            return fmt::format("its own {} alone", where());
        }
        std::vector<std::string> names;
        for (const auto& bloc : input_.options().blocs) {
            names.push_back(bloc.name);
        }
        return fmt::format("its own country, and the members of {}", join(names, ", "));
    }

    void start_tables() {
        providers_ = {"providers",
                      "",
                      {{"provider", " ", Unit::text},
                       {"countries_with", "countries with one", Unit::count},
                       {"countries_without", "without", Unit::count},
                       {"people", "", Unit::people},
                       {"people_with", "people with one", Unit::people}},
                      {}};
        add_threshold_columns(input_, "people_within_", "_ms", "within " + input_.headline_text(),
                              providers_.columns);
        providers_.columns.push_back({"share_within", "share", Unit::share});
        bars_.is_share = true;
        bars_.axis = "share of people";
        bars_.parts = {"own region within " + input_.headline_text(), "own region, beyond", "none"};
        bars_.columns = {"within", "countries", "people"};
    }

    // Of the area, by country: is there anyone with a path to a region of their own?
    std::vector<bool> served(std::span<const float> rtt_ms) {
        std::vector<bool> result;
        for (const auto& country : countries_) {
            const auto points = input_.engine.points_of(country);
            result.push_back(std::any_of(points.begin(), points.end(),
                                         [&](auto p) { return std::isfinite(rtt_ms[p]); }));
        }
        return result;
    }

    void add(const Together& group) {
        const auto rtt_ms =
            input_.engine.field(sim::Serving{group.providers}, input_.date).rtt_ms();
        const auto weights = input_.engine.weights(input_.date);
        sim::CompensatedSum with;
        for (const auto p : input_.engine.points_of(input_.area)) {
            with.add(std::isfinite(rtt_ms[p]) ? weights[p] : 0);
        }
        const auto have = served(rtt_ms);
        const auto count = static_cast<double>(std::count(have.begin(), have.end(), true));
        const auto coverage =
            input_.engine.coverage(std::span(&input_.area, 1), group.providers, input_.date)[0];
        const double within = coverage.people_within[input_.headline()];
        const double share = coverage.people > 0 ? within / coverage.people : 0;
        AnswerRow row{{group.name, count, static_cast<double>(have.size()) - count, coverage.people,
                       with.value()}};
        row.cells.insert(row.cells.end(), coverage.people_within.begin(),
                         coverage.people_within.end());
        row.cells.emplace_back(share);
        providers_.rows.push_back(std::move(row));
        const double reach = coverage.people > 0 ? with.value() / coverage.people : 0;
        bars_.bars.push_back(
            {group.name,
             "",
             group.providers.size() == 1 ? std::optional(group.providers[0]) : std::nullopt,
             {share, std::max(0.0, reach - share), std::max(0.0, 1 - std::max(reach, share))},
             {cell_text(share, Unit::share), fmt::format("{}", static_cast<int>(count)),
              human_count(within)}});
    }

    // Which providers serve a country from its own soil or bloc.
    std::size_t providers_in(const geo::Atlas::Area& country) {
        std::size_t count = 0;
        for (const auto provider : input_.providers) {
            const auto rtt_ms = input_.engine.field(sim::Serving{{provider}}, input_.date).rtt_ms();
            const auto points = input_.engine.points_of(country);
            const bool serves = std::any_of(points.begin(), points.end(),
                                            [&](auto p) { return std::isfinite(rtt_ms[p]); });
            count += serves ? 1U : 0U;
        }
        return count;
    }

    void add_countries() {
        without_ = {"countries_without",
                    fmt::format("Without a region of their own {}, by any of them", where()),
                    {{"country", "", Unit::text},
                     {"name", "country", Unit::text},
                     {"continent", "continent", Unit::text},
                     {"people", "people", Unit::people}},
                    {}};
        without_.shown = 25;
        without_.geometry = geo::GeometryType::multipolygon;
        with_ = {"countries_with",
                 "With one",
                 {{"country", "", Unit::text},
                  {"name", "country", Unit::text},
                  {"people", "people", Unit::people},
                  {"providers", "providers", Unit::count}},
                 {}};
        add_threshold_columns(input_, "people_within_", "_ms", "within " + input_.headline_text(),
                              with_.columns);
        with_.columns.push_back({"median_rtt_ms", "median", Unit::ms});
        with_.shown = 15;
        with_.geometry = geo::GeometryType::multipolygon;
        const auto coverage = input_.engine.coverage(countries_, input_.providers, input_.date);
        const auto& atlas = input_.engine.atlas();
        for (std::size_t i = 0; i < countries_.size(); ++i) {
            const auto country = countries_[i].countries[0];
            const auto providers = providers_in(countries_[i]);
            if (providers == 0) {
                without_.rows.push_back({{country_code(atlas, country), countries_[i].name,
                                          atlas.countries()[country].continent, coverage[i].people},
                                         {},
                                         country});
                continue;
            }
            AnswerRow row{{country_code(atlas, country), countries_[i].name, coverage[i].people,
                           static_cast<double>(providers)},
                          {},
                          country};
            row.cells.insert(row.cells.end(), coverage[i].people_within.begin(),
                             coverage[i].people_within.end());
            row.cells.push_back(cell_of(coverage[i].median_rtt_ms));
            with_.rows.push_back(std::move(row));
        }
    }

    const QuestionInput& input_;
    std::vector<geo::Atlas::Area> countries_;
    AnswerTable providers_, without_, with_;
    AnswerBars bars_;
};

}  // namespace

Answer answer_residency(const QuestionInput& input) {
    return ResidencyAnswer(input).answer();
}

}  // namespace footprint::cli
