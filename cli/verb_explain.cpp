#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/frame/attribution.h"
#include "cli/frame/command.h"
#include "cli/frame/coverage_options.h"
#include "cli/frame/places.h"
#include "cli/tables/compare_report.h"
#include "cli/tables/explain_country.h"
#include "cli/tables/explain_place.h"
#include "cli/tables/table.h"
#include "cli/verbs.h"
#include "geo/sphere/geodesic.h"
#include "sim/coverage/engine.h"

namespace footprint::cli {
namespace {

using nlohmann::ordered_json;

std::string position_text(geo::LonLat p) {
    return fmt::format("{:.4f}, {:.4f}", p.lon, p.lat);
}

ordered_json parts_json(const std::vector<sim::RttPart>& parts) {
    ordered_json result = ordered_json::array();
    for (const auto& part : parts) {
        result.push_back({{"name", part.name}, {"rtt_ms", part.rtt_ms}, {"formula", part.formula}});
    }
    return result;
}

ordered_json parameters_json(const sim::LatencyModel& model) {
    ordered_json result = ordered_json::array();
    for (const auto& p : model.parameters()) {
        result.push_back(
            {{"name", p.name}, {"value", p.value}, {"unit", p.unit}, {"source", p.source}});
    }
    return result;
}

ordered_json interval_json(const std::optional<DateInterval>& interval) {
    if (!interval) {
        return nullptr;
    }
    return {{"text", interval->text()},
            {"first_day", interval->first_day().iso()},
            {"last_day", interval->last_day().iso()}};
}

std::string_view state_text(sim::RegionState state) {
    constexpr std::array<std::string_view, 5> kNames{"absent", "announced", "open", "impaired",
                                                     "closed"};
    return kNames[static_cast<std::size_t>(state)];
}

// What the facts say of one region, and whom it serves.
struct RegionStory {
    geo::RegionIndex region = 0;
    sim::RegionAt now;
    std::vector<double> catchment_within;  // people whom it serves best of its provider's regions
    double catchment = 0;
};

class ExplainVerb final : public Verb {
  public:
    std::string name() const override { return "explain"; }
    std::string summary() const override {
        return "Explain a place, a country or a region: who serves it, by which rows and formula";
    }
    std::string description() const override {
        return "For a place (a city, or lon,lat): the region of each provider that serves it "
               "best, distance, RTT in its parts with their formulas, and the confidence and "
               "source of the region's row. For a region (aws:eu-west-1, or its id where that is "
               "unique): its row, its events, every source, and the people of its catchment: "
               "those whom no other region of the provider serves better. For a country: the share "
               "of "
               "its people whom each provider reaches within round-trip times, and from which "
               "regions; a name that is also a city's of that country, as Singapore's, is the "
               "city: write its code, SG, for the country.\n\n"
               "RTTs are modelled along the cables of the date, not measured (docs/latency.md), "
               "and "
               "are those of the median client there. A position west "
               "of Greenwich begins with a minus: write it as --position=-0.13,51.51. JSON is "
               "described by docs/schemas/explain.schema.json.";
    }
    std::vector<Example> examples() const override {
        return {
            {"footprint explain \"Johor Bahru\"", "Who serves Johor Bahru best"},
            {"footprint explain Kenya --provider aws,azure,google",
             "Who reaches Kenya, and from where"},
            {"footprint explain aws:me-south-1 --at 2026-06", "A region, its events and sources"},
            {"footprint explain --position=-0.1276,51.5072 --provider azure,google --json",
             "A position, two providers, as JSON"}};
    }
    void options(OptionSet& options) override {
        options.takes_runs();
        options
            .add("what", &what_, "PLACE|REGION|LON,LAT",
                 "A city, a country, a region's id, or a position")
            .add("--position", &position_, "LON,LAT", "A position in degrees, longitude first")
            .add("--at", &at_, "DATE", "The day; the catalog's own date by default")
            .add("--provider,--providers", &providers_, "NAMES", "Only these providers");
        coverage_.declare(options);
        clients_.declare(options);
        scope_.declare(options);
        options.flag("--json", json_, "Print JSON");
    }

    void run(Session& session) override {
        if (what_.has_value() == position_.has_value()) {
            throw Error(ExitCode::usage,
                        "explain needs one thing to explain: a city, a country, a region's id, or "
                        "a position "
                        "such as 103.82,1.35");
        }
        const Date date = session.date_or_as_of(at_);
        const auto options = coverage_.options(session, scope_);
        const auto model = clients_.model(session, options.serve);
        const std::string asked = what_.value_or(position_.value_or(""));
        const auto position = parse_position(asked);
        if (!position && position_) {
            throw Error(ExitCode::usage,
                        fmt::format("--position {}: expected lon,lat in degrees", asked));
        }
        if (!position) {
            if (const auto region = find_region(session, asked)) {
                explain_region(session, *region, date, options, *model);
                return;
            }
            if (const auto country = find_country(session, asked)) {
                const auto& atlas = session.tables();
                const auto points = geo::DemandPoints::load(session.datasets(), atlas);
                sim::CoverageEngine engine(session.timeline(), atlas, points, *model, options);
                write_text("-",
                           explain_country(session, engine, *country, date,
                                           session.providers(providers_), json_),
                           Overwrite::refuse);
                note_held_people(session, date);
                return;
            }
        }
        const Place place =
            position ? place_at(session.atlas(), *position) : find_place(session, asked);
        const auto found = who_serves(session.tables(), place, session.timeline(),
                                      session.providers(providers_), date, options, *model);
        write_text("-",
                   json_ ? place_json(session, place, date, found, *model)
                         : place_text(session, place, date, found, *model),
                   Overwrite::refuse);
    }

  private:
    // Several providers use the same ids: --provider chooses, or the error names them all.
    std::optional<geo::RegionIndex> find_region(Session& session, const std::string& id) const {
        const auto& catalog = session.catalog();
        if (const auto region = catalog.find_region(id)) {
            return region;
        }
        const auto providers = session.providers(providers_);
        std::vector<geo::RegionIndex> found;
        std::vector<std::string> names;
        for (geo::RegionIndex i = 0; i < catalog.regions().size(); ++i) {
            const auto& region = catalog.region(i);
            const bool wanted =
                std::find(providers.begin(), providers.end(), region.provider) != providers.end();
            if (wanted && lower_ascii(region.id) == lower_ascii(id)) {
                found.push_back(i);
                names.push_back(catalog.qualified_id(i));
            }
        }
        if (found.size() > 1) {
            throw Error(ExitCode::usage,
                        fmt::format("several regions are called '{}': {}. Give one of these names",
                                    id, join(names, ", ")));
        }
        return found.empty() ? std::nullopt : std::optional(found.front());
    }

    // A country by name or code, unless the largest city of that name lies in it.
    static std::optional<geo::CountryIndex> find_country(Session& session,
                                                         const std::string& name) {
        const auto country = session.tables().find_country(name);
        if (!country) {
            return std::nullopt;
        }
        const auto cities = session.cities().find(name);
        const bool is_city = !cities.empty() &&
                             cities.front()->country == session.tables().countries()[*country].iso2;
        return is_city ? std::nullopt : country;
    }

    static Place find_place(Session& session, const std::string& name) {
        const auto& city = require_city(session, name, "no city, country or region is called");
        return {city.name, city.country, city.position};
    }

    static std::string place_text(Session& session, const Place& place, Date date,
                                  const std::vector<PlaceAnswer>& found,
                                  const sim::LatencyModel& model) {
        const auto& catalog = session.catalog();
        std::string out =
            fmt::format("{}{} · {} · {}\nBest region of each provider; modelled, not measured\n\n",
                        place.name, place.country.empty() ? "" : ", " + place.country,
                        position_text(place.position), date.iso());
        Table table({Align::left, Align::left, Align::left, Align::right, Align::right, Align::left,
                     Align::left});
        table.header({"provider", "region", "city", "distance", "RTT", "confidence", "source"});
        for (const auto& answer : found) {
            const auto& provider = catalog.provider(answer.provider).short_name;
            if (!answer.region) {
                table.row({provider, "none serves it", "", "–", "–"});
                continue;
            }
            const auto& region = catalog.region(*answer.region);
            table.row({provider, region.id, region.city + ", " + region.country,
                       with_thousands(std::llround(answer.distance_km)) + " km",
                       milliseconds(answer.rtt_ms), std::string(geo::to_string(region.confidence)),
                       fmt::format("{}:{}", region.origin.file, region.origin.line)});
        }
        out += table.text();
        if (!found.empty() && found.front().region) {
            out += "\n" + parts_text(catalog, found.front());
        }
        return out + impaired_text(session, date, found) + foot(session, model);
    }

    static std::string impaired_text(Session& session, Date date,
                                     const std::vector<PlaceAnswer>& found) {
        const auto& catalog = session.catalog();
        std::string out;
        for (const auto& answer : found) {
            for (const auto index : answer.impaired) {
                const auto now = session.timeline().region_at(index, date);
                const auto since = known_since(session.timeline(), now);
                out += fmt::format("\n{} ({}) is nearer, but impaired{}: it serves nobody\n",
                                   catalog.qualified_id(index), catalog.region(index).city,
                                   since ? " since " + since->text() : std::string());
            }
        }
        return out;
    }

    static std::string parts_text(const geo::Catalog& catalog, const PlaceAnswer& best) {
        Table table({Align::left, Align::right, Align::left});
        table.header({"RTT to " + catalog.qualified_id(*best.region), "", "formula"});
        for (const auto& part : best.parts) {
            table.row({part.name, fmt::format("{:.2f} ms", part.rtt_ms), part.formula});
        }
        table.row({"sum", fmt::format("{:.2f} ms", best.rtt_ms), ""});
        return table.text();
    }

    static std::vector<std::string> place_sources(Session& session,
                                                  const sim::LatencyModel& model) {
        return attributions(session.datasets(), model_sources(model, {"providers", "cities"}));
    }
    std::vector<std::string> catchment_sources(Session& session) const {
        return attributions(session.datasets(),
                            clients_.latency.sources({"providers", "countries", "demand-points"}));
    }

    static std::string foot(Session& session, const sim::LatencyModel& model) {
        std::string out = "\n";
        for (const auto& p : model.parameters()) {
            out += fmt::format("{} = {:.6g}{}{}: {}\n", p.name, p.value, p.unit.empty() ? "" : " ",
                               p.unit, p.source);
        }
        out += fmt::format("Catalog as of {}; model and error: docs/latency.md\n",
                           session.catalog().as_of().iso());
        for (const auto& line : place_sources(session, model)) {
            out += line + "\n";
        }
        return out;
    }

    static std::string place_json(Session& session, const Place& place, Date date,
                                  const std::vector<PlaceAnswer>& found,
                                  const sim::LatencyModel& model) {
        const auto& catalog = session.catalog();
        ordered_json list = ordered_json::array();
        for (const auto& answer : found) {
            ordered_json entry{{"provider", catalog.provider(answer.provider).id}};
            if (answer.region) {
                const auto& region = catalog.region(*answer.region);
                entry["region"] = catalog.qualified_id(*answer.region);
                entry["city"] = region.city;
                entry["country"] = region.country;
                entry["distance_km"] = answer.distance_km;
                entry["rtt_ms"] = answer.rtt_ms;
                entry["parts"] = parts_json(answer.parts);
                entry["confidence"] = geo::to_string(region.confidence);
                entry["precision_m"] = region.precision_m;
                entry["source"] = region.source;
                entry["row"] = fmt::format("{}:{}", region.origin.file, region.origin.line);
            } else {
                entry["region"] = nullptr;
            }
            entry["impaired_nearer"] = ordered_json::array();
            for (const auto index : answer.impaired) {
                entry["impaired_nearer"].push_back(catalog.qualified_id(index));
            }
            list.push_back(std::move(entry));
        }
        const ordered_json document{
            {"schema", "footprint-explain-1"},
            {"kind", "place"},
            {"place",
             {{"name", place.name},
              {"country",
               place.country.empty() ? ordered_json(nullptr) : ordered_json(place.country)},
              {"lon", place.position.lon},
              {"lat", place.position.lat}}},
            {"date", date.iso()},
            {"as_of", catalog.as_of().iso()},
            {"modelled", true},
            {"model", {{"name", model.name()}, {"parameters", parameters_json(model)}}},
            {"providers", std::move(list)},
            {"attribution", place_sources(session, model)}};
        return document.dump(2) + "\n";
    }

    void explain_region(Session& session, geo::RegionIndex region, Date date,
                        const sim::CoverageOptions& options, const sim::LatencyModel& model) {
        const auto& atlas = session.tables();
        RegionStory story{region, session.timeline().region_at(region, date), {}, 0};
        const auto points = geo::DemandPoints::load(session.datasets(), atlas);
        sim::CoverageEngine engine(session.timeline(), atlas, points, model, options);
        const auto catchment = catchment_of(engine, region, date);
        story.catchment = catchment.people;
        story.catchment_within = catchment.people_within;
        write_text("-",
                   json_ ? region_json(session, story, date, options)
                         : region_text(session, story, date, options),
                   Overwrite::refuse);
    }

    static ordered_json first_listed_json(Session& session, geo::RegionIndex region) {
        const auto* opening = session.timeline().opening_of(region);
        const bool is_sight = opening != nullptr && opening->provenance == sim::Provenance::undated;
        return is_sight ? interval_json(opening->when) : ordered_json(nullptr);
    }

    // Whom the region may serve at the date.
    static std::string serves_text(Session& session, const RegionStory& story,
                                   const sim::CoverageOptions& options) {
        const auto& r = session.catalog().region(story.region);
        if (story.now.state == sim::RegionState::impaired) {
            return "nobody while impaired; it still counts";
        }
        if (!story.now.is_open()) {
            return "nobody: it is not open";
        }
        if (!options.scope.counted[r.provider].has(r.region_class)) {
            return fmt::format("nobody but its own: class {} is not counted (--include {})",
                               geo::to_string(r.region_class), geo::to_string(r.region_class));
        }
        if (r.region_class == geo::RegionClass::china) {
            return "mainland China";
        }
        return options.scope.serves_everyone.has(r.region_class) ? "everyone"
                                                                 : "nobody but its own";
    }

    static std::vector<const geo::EventRecord*> records(const geo::Catalog& catalog,
                                                        geo::RegionIndex region) {
        std::vector<const geo::EventRecord*> result;
        for (const auto& record : catalog.events()) {
            if (record.region == region) {
                result.push_back(&record);
            }
        }
        return result;
    }

    std::string region_text(Session& session, const RegionStory& story, Date date,
                            const sim::CoverageOptions& options) {
        const auto& catalog = session.catalog();
        const auto& r = catalog.region(story.region);
        std::string out =
            fmt::format("{} · {} · {}, {} · {}\n\n", catalog.qualified_id(story.region), r.name,
                        r.city, r.country, date.iso());
        Table table({Align::left, Align::left});
        const auto since = known_since(session.timeline(), story.now);
        table.row({"state", std::string(state_text(story.now.state)) +
                                (since ? " since " + since->text() : std::string())});
        table.row({"serves", serves_text(session, story, options)});
        table.row({"zones", zones_text(story.now)});
        table.row({"opened", opened_text(session.timeline(), story.region)});
        if (r.target) {
            table.row({"target", r.target->text()});
        }
        table.row({"class", std::string(geo::to_string(r.region_class))});
        table.row({"position",
                   fmt::format("{} ± {:.0f} km", position_text(r.position), r.precision_m / 1000)});
        table.row({"confidence", std::string(geo::to_string(r.confidence))});
        table.row({"as of", r.as_of.text()});
        table.row({"source", r.source});
        if (!r.note.empty()) {
            table.row({"note", r.note});
        }
        table.row({"row", fmt::format("{}:{}", r.origin.file, r.origin.line)});
        out += table.text() + "\n" + events_text(catalog, story.region);
        out += catchment_text(story, options);
        out += fmt::format("\nModelled, not measured (docs/latency.md). Catalog as of {}\n",
                           catalog.as_of().iso());
        for (const auto& line : catchment_sources(session)) {
            out += line + "\n";
        }
        return out;
    }

    static std::string events_text(const geo::Catalog& catalog, geo::RegionIndex region) {
        const auto list = records(catalog, region);
        if (list.empty()) {
            return "";
        }
        Table table({Align::left, Align::left, Align::right, Align::left, Align::left});
        table.header({"event", "date", "zones", "confidence", "source"});
        for (const auto* record : list) {
            table.row({std::string(geo::to_string(record->kind)), interval_text(record->date),
                       record->zones ? fmt::format("{}", *record->zones) : "",
                       std::string(geo::to_string(record->confidence)), record->source});
        }
        return table.text() + "\n";
    }

    static std::string catchment_text(const RegionStory& story,
                                      const sim::CoverageOptions& options) {
        std::string out = fmt::format(
            "Catchment: {} people whom no other region of the provider "
            "serves better\n",
            human_count(story.catchment));
        for (std::size_t t = 0; t < options.thresholds_ms.size(); ++t) {
            out += fmt::format("  within {:>3} ms  {}\n", threshold_text(options.thresholds_ms[t]),
                               human_count(story.catchment_within[t]));
        }
        return out;
    }

    std::string region_json(Session& session, const RegionStory& story, Date date,
                            const sim::CoverageOptions& options) {
        const auto& catalog = session.catalog();
        const auto& r = catalog.region(story.region);
        ordered_json events = ordered_json::array();
        for (const auto* record : records(catalog, story.region)) {
            events.push_back(
                {{"kind", geo::to_string(record->kind)},
                 {"date", interval_json(record->date)},
                 {"zones", record->zones ? ordered_json(*record->zones) : ordered_json(nullptr)},
                 {"confidence", geo::to_string(record->confidence)},
                 {"source", record->source},
                 {"note", record->note},
                 {"row", fmt::format("{}:{}", record->origin.file, record->origin.line)}});
        }
        ordered_json within = ordered_json::object();
        for (std::size_t t = 0; t < options.thresholds_ms.size(); ++t) {
            within[threshold_text(options.thresholds_ms[t])] = story.catchment_within[t];
        }
        const bool has_count = story.now.zone_knowledge == sim::ZoneKnowledge::known ||
                               story.now.zone_knowledge == sim::ZoneKnowledge::carried_back ||
                               story.now.zone_knowledge == sim::ZoneKnowledge::none;
        const ordered_json document{
            {"schema", "footprint-explain-1"},
            {"kind", "region"},
            {"region", catalog.qualified_id(story.region)},
            {"name", r.name},
            {"city", r.city},
            {"country", r.country},
            {"lon", r.position.lon},
            {"lat", r.position.lat},
            {"precision_m", r.precision_m},
            {"class", geo::to_string(r.region_class)},
            {"date", date.iso()},
            {"state", state_text(story.now.state)},
            {"since", interval_json(known_since(session.timeline(), story.now))},
            {"serves", serves_text(session, story, options)},
            {"impaired", story.now.state == sim::RegionState::impaired},
            {"zones", has_count ? ordered_json(story.now.zones) : ordered_json(nullptr)},
            {"opened", interval_json(r.opened)},
            {"first_listed", first_listed_json(session, story.region)},
            {"target", interval_json(r.target)},
            {"date_basis", r.date_basis},
            {"confidence", geo::to_string(r.confidence)},
            {"as_of", r.as_of.text()},
            {"source", r.source},
            {"note", r.note},
            {"row", fmt::format("{}:{}", r.origin.file, r.origin.line)},
            {"events", std::move(events)},
            {"catchment_people", story.catchment},
            {"catchment_people_within_ms", std::move(within)},
            {"modelled", true},
            {"attribution", catchment_sources(session)}};
        return document.dump(2) + "\n";
    }

    std::optional<std::string> what_;
    std::optional<std::string> position_;
    std::optional<std::string> at_;
    std::vector<std::string> providers_;
    CoverageFlags coverage_;
    ClientFlags clients_;
    ScopeOptions scope_;
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_explain_verb() {
    return std::make_unique<ExplainVerb>();
}

}  // namespace footprint::cli
