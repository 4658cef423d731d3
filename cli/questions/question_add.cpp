// --add: what one more region would change.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "base/text.h"
#include "cli/questions/questions.h"
#include "cli/questions/shift_tables.h"
#include "geo/catalog/locate.h"

namespace footprint::cli {
namespace {

bool is_code(const std::string& word) {
    return word.size() == 2 &&
           std::all_of(word.begin(), word.end(), [](char c) { return (c >= 'A' && c <= 'Z'); });
}

SitePlace city_place(Session& session, const std::string& name) {
    const auto found = session.cities().find(name);
    if (found.empty()) {
        std::vector<std::string> known;
        for (const auto& city : session.cities().all()) {
            known.push_back(city.name);
        }
        throw Error(ExitCode::usage,
                    fmt::format("--add: there is no city '{}'.{} Write a city, a city with its "
                                "country (\"San Jose, CR\"), or longitude and latitude "
                                "(36.8,-1.3)",
                                name, did_you_mean(name, known)));
    }
    return {found[0]->name, found[0]->country, found[0]->position};
}

SitePlace coordinates(Session& session, double lon, double lat) {
    const geo::LonLat position{geo::normalized_lon(lon), lat};
    if (!geo::is_valid({lon, lat})) {
        throw Error(ExitCode::usage,
                    fmt::format("--add {},{}: expected a longitude from -180 to 180, then a "
                                "latitude from -90 to 90",
                                lon, lat));
    }
    const auto* nearest = session.cities().nearest(position);
    const std::string near = nearest != nullptr ? ", near " + nearest->name : std::string();
    return {fmt::format("{:g}, {:g}{}", lon, lat, near), "", position};
}

}  // namespace

// Lists come apart at commas: two numbers in a row are one place, and a country's code belongs to
// the city before it.
std::vector<SitePlace> site_places(Session& session, const std::vector<std::string>& words) {
    std::vector<SitePlace> places;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto lon = parse_number(words[i]);
        const auto next = i + 1 < words.size() ? parse_number(words[i + 1]) : std::nullopt;
        const std::string code = i + 1 < words.size() ? std::string(trimmed(words[i + 1])) : "";
        if (lon && next) {
            places.push_back(coordinates(session, *lon, *next));
            ++i;
        } else if (lon) {
            throw Error(ExitCode::usage,
                        fmt::format("--add {}: a longitude without a latitude; expected "
                                    "LON,LAT such as 36.8,-1.3",
                                    words[i]));
        } else if (is_code(code)) {
            places.push_back(city_place(session, words[i] + ", " + code));
            ++i;
        } else {
            places.push_back(city_place(session, words[i]));
        }
    }
    return places;
}

geo::Region new_region(geo::ProviderIndex provider, const SitePlace& place, std::size_t number,
                       Date date) {
    geo::Region region;
    region.provider = provider;
    region.id = fmt::format("new-{}", number + 1);
    region.name = place.name;
    region.city = place.name;
    region.country = place.country;
    region.position = place.position;
    region.opened = DateInterval{date, date.plus_days(1)};
    region.as_of = *region.opened;
    region.source = "--add";
    return region;
}

std::vector<geo::RegionIndex> add_sites(Session& session, const std::vector<SitePlace>& places,
                                        const std::vector<geo::ProviderIndex>& providers,
                                        Date date) {
    std::vector<geo::Region> regions;
    for (const auto provider : providers) {
        for (std::size_t i = 0; i < places.size(); ++i) {
            regions.push_back(new_region(provider, places[i], i, date));
        }
    }
    const auto first = session.add_regions(regions);
    if (geo::lacks_countries(session.catalog())) {
        session.locate_regions();
    }
    std::vector<geo::RegionIndex> added(regions.size());
    std::iota(added.begin(), added.end(), first);
    return added;
}

Answer answer_add(const QuestionInput& input, const std::vector<SitePlace>& places,
                  const std::vector<geo::RegionIndex>& added) {
    std::vector<std::string> names;
    for (const auto& place : places) {
        names.push_back(place.name);
    }
    Answer answer;
    answer.question = "add";
    answer.date = input.date;
    answer.title =
        fmt::format("{}{} in {}", places.size() == 1 ? "One more region" : "More regions",
                    input.of_whom(), join(names, " and "));
    answer.subtitle = input.subtitle("before and after");
    ShiftTables tables(input, ShiftKind::gain);
    for (const auto& group : input.groups()) {
        tables.add(group, input.engine.field(sim::Serving{group.providers, added}, input.date),
                   input.engine.field(sim::Serving{group.providers}, input.date));
    }
    tables.give(answer);
    answer.notes.emplace_back(
        "As if it were open that day; what it costs, and whether power and "
        "permits are to be had, is another question");
    return answer;
}

}  // namespace footprint::cli
