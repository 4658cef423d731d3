#include "cli/frame/coverage_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/text.h"

namespace footprint::cli {
namespace {

constexpr std::size_t kMostDates = 2000;

bool is_month_end(Date date) {
    return date.plus_days(1).day() == 1;
}

// `count` months on; the end of a month stays one.
Date months_on(Date date, int count) {
    if (!is_month_end(date)) {
        return date.plus_months(count);
    }
    return Date::from_ymd(date.year(), date.month(), 1).plus_months(count + 1).plus_days(-1);
}

}  // namespace

void DateOptions::declare(OptionSet& options) {
    options
        .add("--at", &at, "DATE",
             "The day, or the last day of the month or year; the catalog's own date by default")
        .add("--from", &from, "DATE", "First date of a series")
        .add("--to", &to, "DATE", "Last date of a series; the catalog's own date by default")
        .add("--every", &every, "STEP", "Step of a series, year by default; needs --from")
        .choices({"month", "quarter", "year"});
}

std::vector<Date> DateOptions::dates(Session& session) const {
    if (at && (from || to)) {
        throw Error(ExitCode::usage, "--at and --from/--to exclude each other");
    }
    if (!from && to) {
        throw Error(ExitCode::usage, "--to needs --from: where does the series begin?");
    }
    if (!from && every) {
        throw Error(ExitCode::usage, "--every needs --from: where does the series begin?");
    }
    if (!from) {
        return {session.date_or_as_of(at)};
    }
    const Date first = session.date_or_as_of(from);
    const Date last = session.date_or_as_of(to);
    if (last < first) {
        throw Error(ExitCode::usage,
                    fmt::format("--from {} comes after --to {}", first.iso(), last.iso()));
    }
    const std::string unit = every.value_or("year");
    const int step = unit == "month" ? 1 : unit == "quarter" ? 3 : 12;
    std::vector<Date> dates;
    for (int i = 0; dates.size() <= kMostDates && months_on(first, i * step) <= last; ++i) {
        dates.push_back(months_on(first, i * step));
    }
    if (dates.size() > kMostDates) {
        throw Error(ExitCode::usage, fmt::format("from {} to {} every {} is more than {} dates; "
                                                 "take a longer step",
                                                 first.iso(), last.iso(), unit, kMostDates));
    }
    if (dates.back() < last) {
        dates.push_back(last);  // the end that was asked for, though it is no whole step away
    }
    return dates;
}

void require_threshold(double threshold_ms) {
    if (!std::isfinite(threshold_ms) || threshold_ms < 0 || threshold_ms > 10'000) {
        throw Error(
            ExitCode::usage,
            fmt::format("--threshold {}: expected milliseconds from 0 to 10000", threshold_ms));
    }
}

void declare_serve(OptionSet& options, std::string& serve) {
    options.add("--serve", &serve, "RULE", "Whom a region may serve")
        .choices({"anywhere", "same-continent", "same-country"});
}

sim::ServeRule serve_rule(std::string_view serve) {
    return serve == "same-continent" ? sim::ServeRule::same_continent
           : serve == "same-country" ? sim::ServeRule::same_country
                                     : sim::ServeRule::anywhere;
}

void CoverageFlags::declare(OptionSet& options) {
    options
        .add("--threshold,--within", &thresholds_ms, "MS",
             "Round-trip times to count people within, inclusive, 0 to 10000; headlines take the "
             "one nearest to 50 ms")
        .add("--serve", &serve, "RULE",
             "Whom a region may serve: anywhere, same-continent, same-country, or same-bloc:NAME "
             "(eu, eea, gcc, asean, mercosur, eaeu or any area): its own country and its bloc's "
             "members at the date")
        .add("--blocs", &blocs, "FILE",
             "Your own blocs for --serve same-bloc:NAME: CSV with bloc and country, and if known "
             "name, since, until")
        .add("--weight", &weight, "WHO", "Whom to count")
        .choices({"people", "internet-users"});
}

sim::CoverageOptions CoverageFlags::options(Session& session, const ScopeOptions& scope) const {
    sim::CoverageOptions result;
    result.thresholds_ms = thresholds_ms;
    std::for_each(thresholds_ms.begin(), thresholds_ms.end(), require_threshold);
    auto& sorted = result.thresholds_ms;
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    read_serve(session, result);
    result.weight =
        weight == "people" ? geo::PeopleWeight::people : geo::PeopleWeight::internet_users;
    result.scope = session.scope(scope.include, scope.exclude);
    return result;
}

namespace {

sim::Bloc area_as_bloc(const geo::Atlas::Area& area, const std::string& id) {
    sim::Bloc bloc{id, area.name, {}};
    for (const auto country : area.countries) {
        bloc.members.push_back({country, Date(std::numeric_limits<std::int32_t>::min()),
                                Date(std::numeric_limits<std::int32_t>::max())});
    }
    return bloc;
}

}  // namespace

std::vector<sim::Bloc> CoverageFlags::chosen_blocs(Session& session,
                                                   const std::string& names) const {
    const auto& atlas = session.tables();
    auto known = sim::read_blocs(session.datasets() / "blocs.csv", atlas);
    if (blocs) {
        auto theirs = sim::read_blocs(*blocs, atlas);
        known.insert(known.begin(), theirs.begin(), theirs.end());
    }
    std::vector<sim::Bloc> chosen;
    for (const auto& name : split(names, ',')) {
        const auto bloc = std::find_if(known.begin(), known.end(), [&](const sim::Bloc& candidate) {
            return candidate.id == lower_ascii(name);
        });
        const auto area = atlas.find_area(name);
        if (bloc != known.end()) {
            chosen.push_back(*bloc);
        } else if (area && !area->is_world) {
            chosen.push_back(area_as_bloc(*area, lower_ascii(name)));
        } else {
            std::vector<std::string> ids;
            for (const auto& candidate : known) {
                ids.push_back(candidate.id);
            }
            throw Error(ExitCode::usage,
                        fmt::format("--serve same-bloc:{}: there is no such bloc.{} Blocs: {}; or "
                                    "an area such as middle-east, or your own by --blocs FILE",
                                    name, did_you_mean(name, ids), join(ids, ", ")));
        }
    }
    return chosen;
}

void CoverageFlags::read_serve(Session& session, sim::CoverageOptions& options) const {
    const std::string kBloc = "same-bloc:";
    if (serve == "anywhere") {
        options.serve = sim::ServeRule::anywhere;
    } else if (serve == "same-continent") {
        options.serve = sim::ServeRule::same_continent;
    } else if (serve == "same-country") {
        options.serve = sim::ServeRule::same_country;
    } else if (serve.starts_with(kBloc) && serve.size() > kBloc.size()) {
        options.serve = sim::ServeRule::same_bloc;
        options.blocs = chosen_blocs(session, serve.substr(kBloc.size()));
    } else {
        throw Error(ExitCode::usage,
                    fmt::format("--serve: '{}' is not one of anywhere, same-continent, "
                                "same-country, same-bloc:NAME",
                                serve));
    }
    if (blocs && options.serve != sim::ServeRule::same_bloc) {
        throw Error(ExitCode::usage,
                    "--blocs names blocs that nothing asks for; add --serve same-bloc:NAME");
    }
}

int people_year(Session& session, Date date) {
    return std::min(date.year(), static_cast<int>(session.tables().series().last_people_year()));
}

void note_held_people(Session& session, Date date) {
    const int last = people_year(session, date);
    if (date.year() > last) {
        session.say(fmt::format("note: no figures of population reach {}; those of {} stand in",
                                date.year(), last));
    }
}

std::optional<DateInterval> known_since(const sim::Timeline& timeline,
                                        const sim::RegionAt& region) {
    for (const auto index : timeline.events_of(region.region)) {
        const auto& event = timeline.events()[index];
        const bool begins = event.kind != sim::EventKind::zones && event.date == region.since;
        if (begins && event.provenance != sim::Provenance::undated) {
            return event.when;
        }
    }
    return std::nullopt;
}

std::vector<std::string> impaired_regions(Session& session, Date date,
                                          const std::vector<geo::ProviderIndex>& providers,
                                          const sim::RegionScope& scope,
                                          const std::vector<geo::Atlas::Area>& areas) {
    const auto& catalog = session.catalog();
    const auto in_areas = [&](const geo::Region& region) {
        const auto country = session.tables().find_country(region.country);
        return std::any_of(areas.begin(), areas.end(), [&](const auto& area) {
            return area.is_world || (country && std::binary_search(area.countries.begin(),
                                                                   area.countries.end(), *country));
        });
    };
    std::vector<std::string> result;
    for (const auto provider : providers) {
        for (const auto index : catalog.regions_of(provider)) {
            const auto& region = catalog.region(index);
            const auto now = session.timeline().region_at(index, date);
            if (now.state != sim::RegionState::impaired ||
                !scope.counted[provider].has(region.region_class) || !in_areas(region)) {
                continue;
            }
            const auto since = known_since(session.timeline(), now);
            result.push_back(fmt::format("{} {} ({}){}", catalog.provider(provider).short_name,
                                         region.id, region.city,
                                         since ? " since " + since->text() : std::string()));
        }
    }
    return result;
}

void ClientFlags::declare(OptionSet& options) {
    options.add("--kind", &kind, "KIND", "Whose RTT: clients on fixed or wireless lines")
        .choices({"fixed", "wireless"});
    latency.declare(options);
}

sim::BackboneParameters ClientFlags::path_parameters(sim::BackboneParameters parameters) {
    parameters.fixed_access_ms = 0;
    parameters.public_factor = 1;
    return parameters;
}

std::unique_ptr<sim::LatencyModel> ClientFlags::model(
    Session& session, sim::ServeRule serve, std::shared_ptr<const sim::Backbone> backbone) const {
    if (latency.by_distance()) {
        if (kind != "fixed") {
            throw Error(ExitCode::usage,
                        "--latency distance knows fixed lines only; leave out --kind wireless");
        }
        return latency.model(session);
    }
    if (!backbone) {
        backbone = load_backbone(session, latency.with);
    }
    auto paths = sim::make_backbone_model(std::move(backbone),
                                          path_parameters(load_backbone_parameters(session)),
                                          sim::LatencyKind::fixed, latency.what_if());
    return sim::with_clients(std::move(paths), load_clients(session, kind, serve), session.atlas());
}

sim::ClientAccess load_clients(Session& session, const std::string& kind, sim::ServeRule serve) {
    return sim::ClientAccess::load(
        session.datasets() / "latency" / "clients.csv", session.atlas(),
        kind == "wireless" ? sim::ClientKind::wireless : sim::ClientKind::fixed,
        serve == sim::ServeRule::anywhere ? sim::ClientAccess::kMostDetourAnywhere
                                          : sim::ClientAccess::kAnyDetour);
}

std::string ClientFlags::details() const {
    std::string text;
    if (kind != "fixed") {
        text += ", " + kind;
    }
    if (latency.preset) {
        text += ", preset " + *latency.preset;
    }
    if (!latency.without.empty()) {
        text += ", without " + join(latency.without, ", ");
    }
    for (const auto& file : latency.with) {
        text += ", with " + file.filename().string();
    }
    return text;
}

std::vector<geo::Atlas::Area> require_areas(const geo::Atlas& atlas,
                                            const std::vector<std::string>& names) {
    std::vector<geo::Atlas::Area> areas;
    auto known = atlas.area_names();
    for (const auto& country : atlas.countries()) {
        known.push_back(country.name);
    }
    for (const auto& name : names) {
        const auto area = atlas.find_area(name);
        if (!area) {
            throw Error(ExitCode::usage,
                        fmt::format("there is no area '{}'.{} An area is the world, a continent, a "
                                    "subregion such as south-east-asia, a country, or asean, gulf, "
                                    "eu, middle-east, latin-america",
                                    name, did_you_mean(name, known)));
        }
        areas.push_back(*area);
    }
    if (areas.empty()) {
        areas.push_back(atlas.find_area("world").value());
    }
    return areas;
}

}  // namespace footprint::cli
