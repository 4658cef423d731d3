// --flip: the fewest new regions with which the one behind overtakes the one ahead.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "base/error.h"
#include "base/text.h"
#include "cli/questions/questions.h"
#include "geo/sphere/geodesic.h"
#include "sim/coverage/smallest_set.h"

namespace footprint::cli {
namespace {

constexpr std::size_t kMostCandidates = 60;
constexpr double kApart_m = 100'000;

class FlipAnswer {
  public:
    FlipAnswer(const QuestionInput& input, const std::vector<SitePlace>& places,
               const std::vector<geo::RegionIndex>& added)
        : input_(input),
          places_(places),
          added_(added),
          points_(input.engine.points_of(input.area)) {
        people_ = input.engine.people(input.date);
    }

    Answer answer() {
        const auto reach = reached();
        const std::size_t behind = reach[0] <= reach[1] ? 0 : 1;
        const std::size_t ahead = 1 - behind;
        const auto now = now_of(behind);
        const auto sites = site_reach(behind);
        const auto found = sim::smallest_set(now, sites, reach[ahead]);
        Answer answer;
        answer.question = "flip";
        answer.date = input_.date;
        answer.title = title(behind, found);
        answer.subtitle =
            input_.subtitle(fmt::format("by people within {}", input_.headline_text()));
        answer.tables = {summary(reach, behind, found), regions(sites, now, reach, ahead, found)};
        answer.bars = bars(answer.tables[1], behind);
        answer.notes.push_back(proof(found));
        answer.notes.push_back(
            places_.size() == 1
                ? "The one candidate: the largest city of the area"
                : fmt::format("Candidates: the {} largest cities of the area that are {:g} km "
                              "apart or more",
                              places_.size(), kApart_m / 1000));
        return answer;
    }

  private:
    const std::string& name(std::size_t side) const {
        return input_.short_name(input_.providers[side]);
    }
    double limit_ms() const { return input_.thresholds_ms()[input_.headline()]; }

    double share(std::uint32_t p, float rtt_ms) const {
        return people_.clients != nullptr
                   ? people_.clients->share_within(people_.countries[p], double{rtt_ms}, limit_ms())
                   : (double{rtt_ms} <= limit_ms() ? 1.0 : 0.0);
    }

    // The provider as it is, without what might be added.
    const sim::LatencyField& field(std::size_t side) {
        return input_.engine.field(sim::Serving{{input_.providers[side]}, added_}, input_.date);
    }

    std::array<double, 2> reached() {
        std::array<double, 2> result{};
        for (std::size_t side = 0; side < 2; ++side) {
            const auto rtt_ms = field(side).rtt_ms();
            sim::CompensatedSum sum;
            for (const auto p : points_) {
                sum.add(people_.weights[p] * share(p, rtt_ms[p]));
            }
            result[side] = sum.value();
        }
        return result;
    }

    // By place of the area: people reached now.
    std::vector<double> now_of(std::size_t side) {
        const auto rtt_ms = field(side).rtt_ms();
        std::vector<double> now;
        now.reserve(points_.size());
        for (const auto p : points_) {
            now.push_back(people_.weights[p] * share(p, rtt_ms[p]));
        }
        return now;
    }

    std::vector<std::vector<sim::SiteReach>> site_reach(std::size_t side) {
        const auto& engine = input_.engine;
        std::vector<geo::LonLat> positions;
        std::vector<geo::CountryIndex> countries;
        std::vector<geo::AccessAreaIndex> areas;
        const auto* all_areas = engine.model().areas();
        const auto labels = all_areas != nullptr ? all_areas->of(input_.points)
                                                 : std::vector<geo::AccessAreaIndex>{};
        for (const auto p : points_) {
            positions.push_back(input_.points.position[p]);
            countries.push_back(input_.points.country[p]);
            if (!labels.empty()) {
                areas.push_back(labels[p]);
            }
        }
        const sim::PlaceSet places(positions, countries, areas);
        sim::Audiences audiences(engine.atlas().countries().size());
        sim::LatencyField field(places, audiences, sim::Keep::best, engine.model().clients());
        const auto& catalog = engine.timeline().catalog();
        std::vector<geo::RegionIndex> others;
        for (const auto region : catalog.regions_of(input_.providers[side])) {
            others.push_back(region);
        }
        std::vector<std::vector<sim::SiteReach>> result;
        for (std::size_t s = 0; s < places_.size(); ++s) {
            const auto own = added_[side * places_.size() + s];
            auto lost = others;
            std::erase(lost, own);
            field.set_nodes(sim::serving_nodes(engine.timeline(), input_.date,
                                               std::array{input_.providers[side]}, input_.options(),
                                               engine.model(), engine.atlas(), audiences, 1, lost));
            result.push_back(reach_of(field.rtt_ms()));
        }
        return result;
    }

    std::vector<sim::SiteReach> reach_of(std::span<const float> rtt_ms) const {
        std::vector<sim::SiteReach> result;
        for (std::uint32_t i = 0; i < points_.size(); ++i) {
            const double people = people_.weights[points_[i]] * share(points_[i], rtt_ms[i]);
            if (people > 0) {
                result.push_back({i, people});
            }
        }
        return result;
    }

    std::string title(std::size_t behind, const sim::SmallestSet& found) const {
        if (!found.reached) {
            return fmt::format("No new regions in {}'s cities bring {} past {}", input_.area.name,
                               name(behind), name(1 - behind));
        }
        std::string many = number_word(found.sites.size());
        many[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(many[0])));
        return fmt::format("{} new {} would bring {} past {} in {}", many,
                           found.sites.size() == 1 ? "region" : "regions", name(behind),
                           name(1 - behind), input_.area.name);
    }

    static std::string proof(const sim::SmallestSet& found) {
        if (!found.reached) {
            return "Proven: even a region in every candidate city does not suffice";
        }
        if (found.is_proven() && found.looked_at == 0) {
            return "Proven: without any it stays behind, and one suffices";
        }
        if (found.is_proven()) {
            return fmt::format(
                "Proven: no fewer of the candidates suffice (branch and bound, {} "
                "partial set{})",
                found.looked_at, found.looked_at == 1 ? "" : "s");
        }
        return fmt::format(
            "Not proven smallest: at least {} are needed; the search stopped after "
            "{} partial set{}",
            found.at_least, found.looked_at, found.looked_at == 1 ? "" : "s");
    }

    AnswerTable summary(const std::array<double, 2>& reach, std::size_t behind,
                        const sim::SmallestSet& found) const {
        const auto& catalog = input_.engine.timeline().catalog();
        AnswerTable table{"result",
                          "",
                          {{"behind", "", Unit::text},
                           {"behind_name", "behind", Unit::text},
                           {"people_within", "people within", Unit::people},
                           {"ahead", "", Unit::text},
                           {"ahead_name", "ahead", Unit::text},
                           {"people_within_ahead", "people within", Unit::people},
                           {"regions_needed", "new regions", Unit::count},
                           {"at_least", "at least", Unit::count},
                           {"people_then", "people then", Unit::people}},
                          {}};
        const auto some = [&](double value) {
            return cell_of(found.reached ? std::optional(value) : std::nullopt);
        };
        table.rows.push_back(
            {{catalog.provider(input_.providers[behind]).id, name(behind), reach[behind],
              catalog.provider(input_.providers[1 - behind]).id, name(1 - behind),
              reach[1 - behind], some(static_cast<double>(found.sites.size())),
              some(static_cast<double>(found.at_least)), some(found.people)}});
        return table;
    }

    AnswerTable regions(const std::vector<std::vector<sim::SiteReach>>& sites,
                        std::vector<double> now, const std::array<double, 2>& reach,
                        std::size_t ahead, const sim::SmallestSet& found) const {
        AnswerTable table{"regions",
                          "Where, in the order in which they add most",
                          {{"city", "city", Unit::text},
                           {"country", "", Unit::text},
                           {"people_added", "people added", Unit::people},
                           {"people_within", "people within then", Unit::people},
                           {"lead", "lead then", Unit::people}},
                          {}};
        table.geometry = geo::GeometryType::point;
        double total = reach[1 - ahead];
        for (const auto s : found.sites) {
            double added = 0;
            for (const auto& [place, people] : sites[s]) {
                added += std::max(0.0, people - now[place]);
                now[place] = std::max(now[place], people);
            }
            total += added;
            table.rows.push_back(
                {{places_[s].name, places_[s].country, added, total, total - reach[ahead]},
                 point_of(places_[s].position)});
        }
        return table;
    }

    AnswerBars bars(const AnswerTable& regions, std::size_t behind) const {
        AnswerBars result;
        result.axis = fmt::format("people added within {}", input_.headline_text());
        result.columns = {"people", "within then", "lead then"};
        for (const auto& row : regions.rows) {
            result.bars.push_back(
                {std::get<std::string>(row.cells[0]),
                 std::get<std::string>(row.cells[1]),
                 input_.providers[behind],
                 {std::get<double>(row.cells[2])},
                 {cell_text(row.cells[2], Unit::people), cell_text(row.cells[3], Unit::people),
                  cell_text(row.cells[4], Unit::people)}});
        }
        return result;
    }

    const QuestionInput& input_;
    const std::vector<SitePlace>& places_;
    const std::vector<geo::RegionIndex>& added_;
    std::span<const std::uint32_t> points_;
    sim::People people_;
};

}  // namespace

std::vector<SitePlace> flip_candidates(Session& session, const geo::Atlas::Area& area) {
    const auto& atlas = session.tables();
    std::vector<const geo::City*> cities;
    for (const auto& city : session.cities().all()) {
        const auto country = atlas.find_country(city.country);
        if (country && (area.is_world || std::binary_search(area.countries.begin(),
                                                            area.countries.end(), *country))) {
            cities.push_back(&city);
        }
    }
    std::stable_sort(cities.begin(), cities.end(),
                     [](const auto* a, const auto* b) { return a->population > b->population; });
    std::vector<SitePlace> places;
    for (const auto* city : cities) {
        const bool is_apart = std::all_of(places.begin(), places.end(), [&](const auto& place) {
            return geo::distance_m(place.position, city->position) >= kApart_m;
        });
        if (is_apart && places.size() < kMostCandidates) {
            places.push_back({city->name, city->country, city->position});
        }
    }
    return places;
}

Answer answer_flip(const QuestionInput& input, const std::vector<SitePlace>& places,
                   const std::vector<geo::RegionIndex>& added) {
    if (input.providers.size() != 2) {
        throw Error(ExitCode::usage,
                    fmt::format("--flip asks what brings one of two past the other, {} were given; "
                                "such as: footprint compare alibaba aws --in asean --flip",
                                input.providers.size()));
    }
    return FlipAnswer(input, places, added).answer();
}

}  // namespace footprint::cli
