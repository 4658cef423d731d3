#include "cli/latency/latency_unreached.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/frame/attribution.h"
#include "cli/tables/table.h"
#include "sim/coverage/engine.h"

namespace footprint::cli {
namespace {

using nlohmann::ordered_json;

struct Unreached {
    geo::CountryIndex country = geo::kNoCountry;
    double people = 0;
    double of = 0;       // people of the country
    double largest = 0;  // people of its largest demand point without a path
    geo::LonLat largest_at;
};

std::vector<Unreached> by_country(sim::CoverageEngine& engine,
                                  const std::vector<geo::ProviderIndex>& providers, Date date) {
    std::map<geo::CountryIndex, Unreached> found;
    const auto weights = engine.weights(date);
    const auto rtt_ms = engine.field(providers, date).rtt_ms();
    const auto& points = engine.points();
    for (std::size_t p = 0; p < points.size(); ++p) {
        auto& one = found[points.country[p]];
        one.country = points.country[p];
        one.of += weights[p];
        if (std::isfinite(rtt_ms[p])) {
            continue;
        }
        one.people += weights[p];
        if (weights[p] > one.largest) {
            one.largest = weights[p];
            one.largest_at = points.position[p];
        }
    }
    std::vector<Unreached> result;
    for (const auto& [country, one] : found) {
        if (one.people > 0) {
            result.push_back(one);
        }
    }
    std::stable_sort(result.begin(), result.end(),
                     [](const Unreached& a, const Unreached& b) { return a.people > b.people; });
    return result;
}

std::string country_name(const geo::Atlas& atlas, geo::CountryIndex country) {
    return country < atlas.countries().size() ? atlas.countries()[country].name : "no country";
}

std::string near_text(Session& session, geo::LonLat at) {
    const auto* city = session.cities().nearest(at);
    const auto position = fmt::format("{:.2f},{:.2f}", at.lon, at.lat);
    return city == nullptr ? position : fmt::format("{} (nearest city: {})", position, city->name);
}

}  // namespace

std::string unreached(Session& session, const LatencyFlags& flags, Date date, bool json) {
    ClientFlags clients;
    clients.latency = flags;
    const auto model = clients.model(session, sim::ServeRule::anywhere);
    const auto& atlas = session.tables();
    const auto points = geo::DemandPoints::load(session.datasets(), atlas);
    sim::CoverageOptions options;
    options.scope = session.scope({}, {});
    sim::CoverageEngine engine(session.timeline(), atlas, points, *model, options);
    const auto found = by_country(engine, session.providers({}), date);
    double people = 0;
    for (const auto& one : found) {
        people += one.people;
    }
    const auto lines =
        attributions(session.datasets(),
                     model_sources(*model, {"providers", "countries", "demand-points", "cities"}));
    if (json) {
        ordered_json countries = ordered_json::array();
        for (const auto& one : found) {
            const auto& country = atlas.countries()[one.country];
            countries.push_back({{"iso3", country.iso3},
                                 {"name", country.name},
                                 {"people", one.people},
                                 {"people_of_country", one.of},
                                 {"largest_lon", one.largest_at.lon},
                                 {"largest_lat", one.largest_at.lat}});
        }
        const ordered_json document{
            {"schema", "footprint-latency-1"},    {"kind", "unreached"}, {"date", date.iso()},
            {"without", flags.what_if().without}, {"modelled", true},    {"people", people},
            {"countries", std::move(countries)},  {"attribution", lines}};
        return document.dump(2) + "\n";
    }
    std::string out = fmt::format(
        "{} people in {} countries have no path to any region · {}\nModelled: nothing in the "
        "tables of cables, land routes and island links joins them (docs/latency.md)\n\n",
        human_count(people), found.size(), date.iso());
    Table table({Align::left, Align::right, Align::right, Align::left});
    table.header({"country", "people", "of the country", "most of them at"});
    for (const auto& one : found) {
        table.row({country_name(atlas, one.country), with_thousands(std::llround(one.people)),
                   percent(one.people / one.of), near_text(session, one.largest_at)});
    }
    out += table.text() + "\n";
    for (const auto& line : lines) {
        out += line + "\n";
    }
    return out;
}

}  // namespace footprint::cli
