// --dual-stack: US-led against China-led clouds, area by area, country by country, over time.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/text.h"
#include "cli/frame/coverage_options.h"
#include "cli/questions/questions.h"

namespace footprint::cli {
namespace {

const std::vector<std::string> kAreas{"world",  "middle-east", "latin-america",  "asia-pacific",
                                      "africa", "europe",      "south-east-asia"};
// A battleground: both reach somebody to speak of, and neither leads by more than this.
constexpr double kClose = 0.1;
constexpr double kToSpeakOf = 0.1;

struct Sides {
    double people = 0;
    sim::Gap gap;

    double us() const { return share(gap.only_a + gap.both); }
    double china() const { return share(gap.only_b + gap.both); }
    double share(double part) const { return people > 0 ? part / people : 0; }
    bool is_battleground() const {
        return std::min(us(), china()) >= kToSpeakOf && std::abs(us() - china()) <= kClose;
    }
    std::string leader() const {
        const double lead = us() - china();
        return std::max(us(), china()) < kToSpeakOf ? "neither"
               : std::abs(lead) <= kClose           ? "contested"
               : lead > 0                           ? "US-led"
                                                    : "China-led";
    }
};

Sides sides(const sim::Gap& gap) {
    return {gap.only_a + gap.only_b + gap.both + gap.neither, gap};
}

class DualAnswer {
  public:
    explicit DualAnswer(const QuestionInput& input) : input_(input) {
        const auto& catalog = input.engine.timeline().catalog();
        for (const auto provider : input.providers) {
            const auto& bloc = catalog.provider(provider).bloc;
            if (bloc == "us") {
                us_.push_back(provider);
            } else if (bloc == "china") {
                china_.push_back(provider);
            }
        }
        if (us_.empty() || china_.empty()) {
            throw Error(ExitCode::usage,
                        fmt::format("--dual-stack sets US-led against China-led providers; of "
                                    "those compared {} are US-led and {} China-led",
                                    us_.size(), china_.size()));
        }
    }

    Answer answer() {
        Answer answer;
        answer.question = "dual-stack";
        answer.date = input_.date;
        answer.title = fmt::format("US-led and China-led clouds within {}", input_.headline_text());
        answer.subtitle = fmt::format("{} against {} · {}; modelled, not measured", names(us_),
                                      names(china_), input_.date.iso());
        answer.tables = {areas(), countries(), over_time()};
        answer.bars = bars(answer.tables[0]);
        answer.notes.push_back(fmt::format(
            "Contested: both reach at least {:.0f} % of the people there, and neither leads by "
            "more than {:.0f} points",
            100 * kToSpeakOf, 100 * kClose));
        return answer;
    }

  private:
    std::string names(const std::vector<geo::ProviderIndex>& providers) const {
        std::vector<std::string> all;
        for (const auto provider : providers) {
            all.push_back(input_.short_name(provider));
        }
        return join(all, ", ");
    }

    double threshold_ms() const { return input_.thresholds_ms()[input_.headline()]; }

    std::vector<sim::Gap> gaps(std::span<const geo::Atlas::Area> areas, Date date) {
        return input_.engine.gaps(areas, us_, china_, date, threshold_ms());
    }

    // The area asked for, or the usual ones.
    std::vector<geo::Atlas::Area> rows() const {
        if (!input_.area.is_world) {
            return {input_.area};
        }
        return require_areas(input_.engine.atlas(), kAreas);
    }

    std::vector<AnswerColumn> columns() const {
        return {{"people", "people", Unit::people},
                {"us_share", "US-led", Unit::share},
                {"china_share", "China-led", Unit::share},
                {"only_us", "only US-led", Unit::people},
                {"both", "both", Unit::people},
                {"only_china", "only China-led", Unit::people},
                {"neither", "neither", Unit::people},
                {"leader", "who leads", Unit::text}};
    }

    static void add_cells(const Sides& here, AnswerRow& row) {
        for (const double value : {here.people, here.us(), here.china(), here.gap.only_a,
                                   here.gap.both, here.gap.only_b, here.gap.neither}) {
            row.cells.emplace_back(value);
        }
        row.cells.emplace_back(here.leader());
    }

    AnswerTable areas() {
        AnswerTable table{"areas", "", {{"area", " ", Unit::text}}, {}};
        const auto more = columns();
        table.columns.insert(table.columns.end(), more.begin(), more.end());
        const auto areas = rows();
        const auto found = gaps(areas, input_.date);
        for (std::size_t i = 0; i < areas.size(); ++i) {
            AnswerRow row{{areas[i].name}};
            add_cells(sides(found[i]), row);
            table.rows.push_back(std::move(row));
        }
        return table;
    }

    // Battlegrounds first, then the others, by people.
    AnswerTable countries() {
        AnswerTable table{"countries",
                          "Battlegrounds, most people first",
                          {{"country", "", Unit::text}, {"name", "country", Unit::text}},
                          {}};
        const auto more = columns();
        table.columns.insert(table.columns.end(), more.begin(), more.end());
        table.geometry = geo::GeometryType::multipolygon;
        const auto areas = countries_of(input_);
        const auto found = gaps(areas, input_.date);
        for (const bool contested : {true, false}) {
            for (std::size_t i = 0; i < areas.size(); ++i) {
                const Sides here = sides(found[i]);
                if (here.is_battleground() != contested) {
                    continue;
                }
                const auto country = areas[i].countries[0];
                AnswerRow row{
                    {country_code(input_.engine.atlas(), country), areas[i].name}, {}, country};
                add_cells(here, row);
                table.rows.push_back(std::move(row));
                table.shown += contested ? 1U : 0U;
            }
        }
        constexpr std::size_t kMost = 20;
        table.shown = std::clamp<std::size_t>(table.shown, 1, kMost);
        return table;
    }

    // By the year, from the first that has somebody of both sides.
    AnswerTable over_time() {
        AnswerTable table{"over_time",
                          "Shares over the years",
                          {{"on", "date", Unit::text},
                           {"area", "area", Unit::text},
                           {"us_share", "US-led", Unit::share},
                           {"china_share", "China-led", Unit::share},
                           {"only_us", "only US-led", Unit::people},
                           {"only_china", "only China-led", Unit::people},
                           {"leader", "who leads", Unit::text}},
                          {}};
        const auto areas = rows();
        constexpr int kYears = 10;
        table.shown = kYears + 1;  // the first area's
        for (int ago = kYears; ago >= 0; --ago) {
            const Date date = input_.date.plus_months(-12 * ago);
            const auto found = gaps(areas, date);
            for (std::size_t i = 0; i < areas.size(); ++i) {
                const Sides here = sides(found[i]);
                table.rows.push_back({{date.iso(), areas[i].name, here.us(), here.china(),
                                       here.gap.only_a, here.gap.only_b, here.leader()}});
            }
        }
        std::stable_sort(
            table.rows.begin(), table.rows.end(), [&](const AnswerRow& a, const AnswerRow& b) {
                const auto place = [&](const AnswerRow& row) {
                    return std::find_if(areas.begin(), areas.end(), [&](const auto& area) {
                        return area.name == std::get<std::string>(row.cells[1]);
                    });
                };
                return place(a) < place(b);
            });
        return table;
    }

    AnswerBars bars(const AnswerTable& areas) const {
        AnswerBars result;
        result.is_share = true;
        result.axis = "share of people";
        result.parts = {"only US-led", "both", "only China-led", "neither"};
        result.columns = {"US-led", "China-led", "people"};
        for (const auto& row : areas.rows) {
            const double people = std::get<double>(row.cells[1]);
            AnswerBar bar{std::get<std::string>(row.cells[0]),
                          std::get<std::string>(row.cells[8]),
                          std::nullopt,
                          {},
                          {}};
            for (std::size_t c = 4; c < 8; ++c) {
                bar.parts.push_back(people > 0 ? std::get<double>(row.cells[c]) / people : 0);
            }
            bar.cells = {cell_text(row.cells[2], Unit::share), cell_text(row.cells[3], Unit::share),
                         human_count(people)};
            result.bars.push_back(std::move(bar));
        }
        return result;
    }

    const QuestionInput& input_;
    std::vector<geo::ProviderIndex> us_, china_;
};

}  // namespace

Answer answer_dual_stack(const QuestionInput& input) {
    return DualAnswer(input).answer();
}

}  // namespace footprint::cli
