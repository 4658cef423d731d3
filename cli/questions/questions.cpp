#include "cli/questions/questions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/text.h"
#include "sim/coverage/outage.h"

namespace footprint::cli {

const std::string& QuestionInput::short_name(geo::ProviderIndex provider) const {
    return engine.timeline().catalog().provider(provider).short_name;
}

std::vector<Together> QuestionInput::groups() const {
    if (best) {
        return {together()};
    }
    std::vector<Together> result;
    for (const auto provider : providers) {
        result.push_back({short_name(provider), {provider}});
    }
    return result;
}

std::string QuestionInput::of_whom() const {
    constexpr std::size_t kMost = 3;
    if (providers.size() > kMost) {
        return {};
    }
    std::vector<std::string> names;
    for (const auto provider : providers) {
        names.push_back(short_name(provider));
    }
    return " of " + join(names, " and ");
}

Together QuestionInput::together() const {
    if (providers.size() > 3) {
        return {fmt::format("{} providers together", providers.size()), providers};
    }
    std::vector<std::string> names;
    for (const auto provider : providers) {
        names.push_back(short_name(provider));
    }
    return {join(names, ", ") + (names.size() > 1 ? " together" : ""), providers};
}

std::string QuestionInput::subtitle(const std::string& what) const {
    const auto points_of_area = engine.points_of(area);
    const auto weights = engine.weights(date);
    sim::CompensatedSum people;
    for (const auto p : points_of_area) {
        people.add(weights[p]);
    }
    const char* who = options().weight == geo::PeopleWeight::people ? "people" : "internet users";
    return fmt::format("{} · {} · {} {}; {}modelled, not measured", area.name, date.iso(),
                       human_count(people.value()), who, what.empty() ? "" : what + "; ");
}

void QuestionFlags::declare(OptionSet& options) {
    options
        .flag("--gap", gap_,
              "Of two providers: whom and where one alone reaches, both, or neither, with the "
              "biggest cities of each")
        .flag("--who-is-best", best_,
              "Which provider is nearest in milliseconds, for whom and by what margin, which are "
              "level (within 0.5 ms) and who comes next; as a layer the map of it")
        .add("--lose", &lose_, "WHAT",
             "What is lost, and who then moves where: zone:REGION, region:REGION, country:CC, "
             "provider:NAME, cable:NAME, chokepoint:NAME; any-region or any-zone tries each alone "
             "(N−1), the worst first")
        .add("--add", &add_, "PLACE",
             "What one more region of each provider would change: a city, or LON,LAT")
        .add("--under-served", &under_served_, "LEVEL",
             "Whom the providers together serve worst, ranked by people beyond the headline's time")
        .choices({"countries", "cities"})
        .flag("--equity", equity_,
              "How evenly people are served: Gini, best and worst tenth, 99th percentile")
        .flag("--residency", residency_,
              "Who has a region in their own country (or by --serve same-bloc:NAME bloc), and "
              "which countries have none")
        .flag("--dual-stack", dual_stack_,
              "US-led against China-led clouds by area and country, with the battlegrounds and "
              "the last ten years")
        .flag("--flip", flip_,
              "Of two providers: the fewest new regions with which the one behind overtakes the "
              "other in the area, and where; with a proof");
}

bool QuestionFlags::asked() const {
    const std::vector<std::pair<bool, std::string>> questions{
        {gap_, "--gap"},
        {best_, "--who-is-best"},
        {!lose_.empty(), "--lose"},
        {!add_.empty(), "--add"},
        {under_served_.has_value(), "--under-served"},
        {equity_, "--equity"},
        {residency_, "--residency"},
        {dual_stack_, "--dual-stack"},
        {flip_, "--flip"}};
    std::vector<std::string> given;
    for (const auto& [is_asked, name] : questions) {
        if (is_asked) {
            given.push_back(name);
        }
    }
    if (given.size() > 1) {
        throw Error(ExitCode::usage, fmt::format("{} are different questions; ask one at a time",
                                                 join(given, " and ")));
    }
    return !given.empty();
}

void QuestionFlags::prepare(Session& session, const std::vector<geo::ProviderIndex>& providers,
                            Date date, const geo::Atlas::Area& area) {
    if (flip_ && providers.size() == 2) {
        places_ = flip_candidates(session, area);
        added_ = add_sites(session, places_, providers, date);
    }
    if (!add_.empty()) {
        places_ = site_places(session, add_);
        added_ = add_sites(session, places_, providers, date);
    }
}

Answer QuestionFlags::answer(const QuestionInput& input) const {
    if (gap_) {
        return answer_gap(input);
    }
    if (best_) {
        return answer_best(input);
    }
    if (!lose_.empty()) {
        return answer_lose(input, lose_);
    }
    if (!add_.empty()) {
        return answer_add(input, places_, added_);
    }
    if (flip_) {
        return answer_flip(input, places_, added_);
    }
    if (under_served_) {
        return answer_under_served(input, *under_served_);
    }
    if (equity_) {
        return answer_equity(input);
    }
    return residency_ ? answer_residency(input) : answer_dual_stack(input);
}

AnswerCell cell_of(std::optional<double> number) {
    return number ? AnswerCell(*number) : AnswerCell();
}

AnswerCell rtt_cell(float rtt_ms) {
    return cell_of(std::isfinite(rtt_ms) ? std::optional(double{rtt_ms}) : std::nullopt);
}

std::string region_text(const geo::Catalog& catalog, geo::RegionIndex region) {
    return region == sim::kNoRegion ? "nobody" : catalog.qualified_id(region);
}

geo::Geometry point_of(geo::LonLat position) {
    return geo::Points{{position}, false};
}

std::string country_name(const geo::Atlas& atlas, geo::CountryIndex country) {
    return country < atlas.countries().size() ? atlas.countries()[country].name : "no country";
}

std::string country_code(const geo::Atlas& atlas, geo::CountryIndex country) {
    return country < atlas.countries().size() ? atlas.countries()[country].iso2 : std::string();
}

CityPoints city_points(Session& session) {
    CityPoints result;
    result.cities = &session.cities();
    result.points.as_given = true;
    const auto all = result.cities->all();
    for (std::uint32_t i = 0; i < all.size(); ++i) {
        if (const auto country = session.tables().find_country(all[i].country)) {
            result.points.position.push_back(all[i].position);
            result.points.country.push_back(*country);
            result.points.people_2025.push_back(static_cast<float>(all[i].population));
            result.points.rural_2025.push_back(0);
            result.index.push_back(i);
        }
    }
    return result;
}

std::vector<geo::Atlas::Area> countries_of(const QuestionInput& input) {
    const auto& atlas = input.engine.atlas();
    const double year = input.date.decimal_year();
    std::vector<geo::Atlas::Area> result;
    for (std::size_t i = 0; i < atlas.countries().size(); ++i) {
        const auto country = static_cast<geo::CountryIndex>(i);
        const bool inside =
            input.area.is_world ||
            std::binary_search(input.area.countries.begin(), input.area.countries.end(), country);
        if (inside && atlas.series().people(country, year) > 0) {
            result.push_back({atlas.countries()[i].name, {country}, false});
        }
    }
    std::stable_sort(result.begin(), result.end(), [&](const auto& a, const auto& b) {
        return atlas.series().people(a.countries[0], year) >
               atlas.series().people(b.countries[0], year);
    });
    return result;
}

void add_threshold_columns(const QuestionInput& input, const std::string& before,
                           const std::string& after, const std::string& head,
                           std::vector<AnswerColumn>& columns) {
    for (std::size_t t = 0; t < input.thresholds_ms().size(); ++t) {
        columns.push_back({before + threshold_text(input.thresholds_ms()[t]) + after,
                           t == input.headline() ? head : std::string(), Unit::people});
    }
}

}  // namespace footprint::cli
