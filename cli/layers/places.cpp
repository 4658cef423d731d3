// Regions, zones, pipeline and events.
#include <algorithm>
#include <array>

#include "cli/layers/layer.h"
#include "cli/layers/values.h"
#include "geo/sphere/geodesic.h"

namespace footprint::cli {
namespace {

using geo::Field;
using geo::FieldType;

bool is_asked(const LayerRequest& request, const geo::Region& region) {
    return std::ranges::find(request.providers, region.provider) != request.providers.end() &&
           std::ranges::find(request.excluded, region.region_class) == request.excluded.end();
}

std::string text(std::string_view value) {
    return std::string(value);
}

std::string_view state_name(sim::RegionState state) {
    constexpr std::array<std::string_view, 5> kNames = {"absent", "announced", "open", "impaired",
                                                        "closed"};
    return kNames[static_cast<std::size_t>(state)];
}

std::string_view provenance_name(sim::Provenance provenance) {
    constexpr std::array<std::string_view, 4> kNames = {"fact", "undated", "announced",
                                                        "simulated"};
    return kNames[static_cast<std::size_t>(provenance)];
}

std::string_view knowledge_name(sim::ZoneKnowledge knowledge) {
    constexpr std::array<std::string_view, 4> kNames = {"unknown", "none", "carried_back", "known"};
    return kNames[static_cast<std::size_t>(knowledge)];
}

std::optional<int> zone_count(const sim::RegionAt& now) {
    if (now.zone_knowledge == sim::ZoneKnowledge::unknown) {
        return std::nullopt;
    }
    return now.zones;
}

std::string precision_name(const std::optional<DateInterval>& when, sim::Provenance provenance) {
    return provenance == sim::Provenance::undated ? "none" : precision_of(when);
}

// The day on which the region closed for good, as far as is known at all.
std::optional<Date> closing_date(const sim::Timeline& timeline, geo::RegionIndex region) {
    const sim::Event* closing = timeline.closing_of(region);
    return closing == nullptr ? std::nullopt : std::optional(closing->date);
}

std::optional<Date> first_day(const std::optional<DateInterval>& when) {
    return when ? std::optional(when->first_day()) : std::nullopt;
}
std::optional<Date> last_day(const std::optional<DateInterval>& when) {
    return when ? std::optional(when->last_day()) : std::nullopt;
}

geo::Geometry at(geo::LonLat position) {
    return geo::Points{{position}, false};
}

// With a date: what is open then. Without: all that ever opened, so that a temporal controller can
// play it.
bool shows(const LayerRequest& request, const sim::RegionAt& now) {
    return now.is_open() || (!request.at_given && now.state == sim::RegionState::closed);
}

// --- regions -------------------------------------------------------------------------------------

std::vector<Field> region_fields() {
    return {{"provider", FieldType::text, -1},       {"region_id", FieldType::text, -1},
            {"name", FieldType::text, -1},           {"city", FieldType::text, -1},
            {"country", FieldType::text, -1},        {"class", FieldType::text, -1},
            {"state", FieldType::text, -1},          {"zones", FieldType::integer, -1},
            {"zone_knowledge", FieldType::text, -1}, {"start_date", FieldType::date, -1},
            {"end_date", FieldType::date, -1},       {"start_precision", FieldType::text, -1},
            {"earliest", FieldType::date, -1},       {"latest", FieldType::date, -1},
            {"provenance", FieldType::text, -1},     {"date_basis", FieldType::text, -1},
            {"confidence", FieldType::text, -1},     {"precision_m", FieldType::real, 0},
            {"source", FieldType::text, -1},         {"note", FieldType::text, -1},
            {"as_of", FieldType::date, -1},          {"as_of_precision", FieldType::text, -1}};
}

void produce_regions(LayerFacts& facts, std::span<const LayerRequest> requests,
                     geo::FeatureSink& sink) {
    const LayerRequest& request = requests.back();
    const sim::Timeline& timeline = facts.timeline();
    for (const sim::RegionAt& now : timeline.at(request.at).regions) {
        const geo::Region& region = facts.catalog().region(now.region);
        if (!is_asked(request, region) || !shows(request, now)) {
            continue;
        }
        sink.write({std::nullopt,
                    at(region.position),
                    {facts.catalog().provider(region.provider).id,
                     region.id,
                     region.name,
                     region.city,
                     region.country,
                     text(geo::to_string(region.region_class)),
                     text(state_name(now.state)),
                     value_of(zone_count(now)),
                     text(knowledge_name(now.zone_knowledge)),
                     now.opened,
                     value_of(closing_date(timeline, now.region)),
                     precision_name(region.opened, now.provenance),
                     value_of(first_day(region.opened)),
                     value_of(last_day(region.opened)),
                     text(provenance_name(now.provenance)),
                     text_or_null(region.date_basis),
                     text(geo::to_string(region.confidence)),
                     region.precision_m,
                     region.source,
                     text_or_null(region.note),
                     region.as_of.middle(),
                     precision_of(region.as_of)}});
    }
}

// --- zones ---------------------------------------------------------------------------------------

constexpr double kSpread_m = 8'000;

std::vector<Field> zone_fields() {
    return {{"provider", FieldType::text, -1},
            {"region_id", FieldType::text, -1},
            {"name", FieldType::text, -1},
            {"city", FieldType::text, -1},
            {"country", FieldType::text, -1},
            {"zone", FieldType::integer, -1},
            {"zones", FieldType::integer, -1},
            {"zone_knowledge", FieldType::text, -1},
            {"start_date", FieldType::date, -1},
            {"end_date", FieldType::date, -1},
            {"start_precision", FieldType::text, -1},
            {"precision_m", FieldType::real, 0},
            {"spread_m", FieldType::real, 0}};
}

struct ZoneStart {
    Date date;
    DatePrecision precision = DatePrecision::none;
};

// When the count of zones first reached each number, up to the date.
std::vector<ZoneStart> zone_starts(const sim::Timeline& timeline, const sim::RegionAt& now,
                                   std::size_t count, Date until) {
    std::vector<ZoneStart> starts;
    for (const std::uint32_t index : timeline.events_of(now.region)) {
        const sim::Event& event = timeline.events()[index];
        if (event.date > until || !event.zones) {
            continue;
        }
        while (starts.size() < std::min(count, static_cast<std::size_t>(*event.zones))) {
            starts.push_back({event.date, event.when.precision});
        }
    }
    while (starts.size() < count) {
        starts.push_back({now.opened, DatePrecision::none});
    }
    return starts;
}

// A region's zones stand in a ring round its position, for display only: where they really are is
// not known, which is what precision_m says.
geo::LonLat zone_position(geo::LonLat centre, std::size_t index, std::size_t count) {
    if (count < 2) {
        return centre;
    }
    const double azimuth = 360.0 * static_cast<double>(index) / static_cast<double>(count);
    return geo::direct(centre, azimuth, kSpread_m);
}

void produce_zones(LayerFacts& facts, std::span<const LayerRequest> requests,
                   geo::FeatureSink& sink) {
    const LayerRequest& request = requests.back();
    const sim::Timeline& timeline = facts.timeline();
    for (const sim::RegionAt& now : timeline.at(request.at).regions) {
        const geo::Region& region = facts.catalog().region(now.region);
        const bool without = now.zone_knowledge == sim::ZoneKnowledge::none;
        if (!is_asked(request, region) || !shows(request, now) || without) {
            continue;
        }
        const auto count = static_cast<std::size_t>(std::max(now.zones, 1));
        const auto starts = zone_starts(timeline, now, count, request.at);
        for (std::size_t i = 0; i < count; ++i) {
            sink.write({std::nullopt,
                        at(zone_position(region.position, i, count)),
                        {facts.catalog().provider(region.provider).id, region.id, region.name,
                         region.city, region.country, static_cast<std::int64_t>(i + 1),
                         value_of(zone_count(now)), text(knowledge_name(now.zone_knowledge)),
                         starts[i].date, value_of(closing_date(timeline, now.region)),
                         text(to_string(starts[i].precision)), region.precision_m,
                         count < 2 ? 0 : kSpread_m}});
        }
    }
}

// --- pipeline ------------------------------------------------------------------------------------

std::vector<Field> pipeline_fields() {
    return {{"provider", FieldType::text, -1},
            {"region_id", FieldType::text, -1},
            {"name", FieldType::text, -1},
            {"city", FieldType::text, -1},
            {"country", FieldType::text, -1},
            {"class", FieldType::text, -1},
            {"state", FieldType::text, -1},
            {"zones", FieldType::integer, -1},
            {"start_date", FieldType::date, -1},
            {"end_date", FieldType::date, -1},
            {"start_precision", FieldType::text, -1},
            {"expected_date", FieldType::date, -1},
            {"expected_precision", FieldType::text, -1},
            {"expected_earliest", FieldType::date, -1},
            {"expected_latest", FieldType::date, -1},
            {"date_basis", FieldType::text, -1},
            {"confidence", FieldType::text, -1},
            {"precision_m", FieldType::real, 0},
            {"source", FieldType::text, -1},
            {"note", FieldType::text, -1},
            {"as_of", FieldType::date, -1},
            {"as_of_precision", FieldType::text, -1}};
}

// How well the day of the announcement is known.
std::string announcement_precision(const sim::Timeline& timeline, geo::RegionIndex region) {
    for (const std::uint32_t index : timeline.events_of(region)) {
        const sim::Event& event = timeline.events()[index];
        if (event.kind == geo::EventKind::announced) {
            return precision_name(event.when, event.provenance);
        }
    }
    return std::string(to_string(DatePrecision::none));
}

// When it leaves the pipeline: the promised opening if that lies ahead, or the day it was given up.
std::optional<Date> end_of_waiting(const sim::Timeline& timeline, geo::RegionIndex region) {
    if (const sim::Event* opening = timeline.opening_of(region)) {
        return opening->date;
    }
    return closing_date(timeline, region);
}

void produce_pipeline(LayerFacts& facts, std::span<const LayerRequest> requests,
                      geo::FeatureSink& sink) {
    const LayerRequest& request = requests.back();
    const sim::Timeline& timeline = facts.timeline();
    for (const sim::RegionAt& now : timeline.at(request.at).regions) {
        const geo::Region& region = facts.catalog().region(now.region);
        if (!is_asked(request, region) || now.state != sim::RegionState::announced) {
            continue;
        }
        sink.write({std::nullopt,
                    at(region.position),
                    {facts.catalog().provider(region.provider).id,
                     region.id,
                     region.name,
                     region.city,
                     region.country,
                     text(geo::to_string(region.region_class)),
                     text(state_name(now.state)),
                     value_of(region.zones),
                     now.since,
                     value_of(end_of_waiting(timeline, now.region)),
                     announcement_precision(timeline, now.region),
                     value_of(middle_of(region.target)),
                     precision_of(region.target),
                     value_of(first_day(region.target)),
                     value_of(last_day(region.target)),
                     text_or_null(region.date_basis),
                     text(geo::to_string(region.confidence)),
                     region.precision_m,
                     region.source,
                     text_or_null(region.note),
                     region.as_of.middle(),
                     precision_of(region.as_of)}});
    }
}

// --- events --------------------------------------------------------------------------------------

std::vector<Field> event_fields() {
    return {{"provider", FieldType::text, -1},   {"region_id", FieldType::text, -1},
            {"name", FieldType::text, -1},       {"city", FieldType::text, -1},
            {"country", FieldType::text, -1},    {"class", FieldType::text, -1},
            {"event", FieldType::text, -1},      {"zones", FieldType::integer, -1},
            {"start_date", FieldType::date, -1}, {"earliest", FieldType::date, -1},
            {"latest", FieldType::date, -1},     {"start_precision", FieldType::text, -1},
            {"provenance", FieldType::text, -1}, {"confidence", FieldType::text, -1},
            {"precision_m", FieldType::real, 0}, {"source", FieldType::text, -1}};
}

// The row of events.csv that an event came from; nothing for openings, which come from region rows.
const geo::EventRecord* record_of(const geo::Catalog& catalog, const sim::Event& event) {
    for (const geo::EventRecord& record : catalog.events()) {
        if (record.region == event.region && record.kind == event.kind &&
            record.zones == event.zones && record.date == event.when) {
            return &record;
        }
    }
    return nullptr;
}

void produce_events(LayerFacts& facts, std::span<const LayerRequest> requests,
                    geo::FeatureSink& sink) {
    const LayerRequest& request = requests.back();
    const geo::Catalog& catalog = facts.catalog();
    for (const sim::Event& event : facts.timeline().events()) {
        const geo::Region& region = catalog.region(event.region);
        if (!is_asked(request, region) || (request.at_given && event.date > request.at)) {
            continue;
        }
        const geo::EventRecord* record = record_of(catalog, event);
        std::optional<DateInterval> when;
        if (event.provenance != sim::Provenance::undated) {
            when = event.when;
        }
        sink.write({std::nullopt,
                    at(region.position),
                    {catalog.provider(region.provider).id, region.id, region.name, region.city,
                     region.country, text(geo::to_string(region.region_class)),
                     text(geo::to_string(event.kind)), value_of(event.zones), event.date,
                     value_of(first_day(when)), value_of(last_day(when)), precision_of(when),
                     text(provenance_name(event.provenance)),
                     text(geo::to_string(record ? record->confidence : region.confidence)),
                     region.precision_m, record ? record->source : region.source}});
    }
}

}  // namespace

std::vector<Layer> place_layers() {
    using geo::GeometryType;
    const std::vector<std::string> catalog = {"providers", "events"};
    return {
        {"regions", "Cloud regions: all that ever opened, or those open at a date",
         GeometryType::point, region_fields(), catalog, &produce_regions},
        {"zones", "Availability zones, at their metro's position, spread round it for display only",
         GeometryType::point, zone_fields(), catalog, &produce_zones},
        {"pipeline", "Regions announced and not yet open", GeometryType::point, pipeline_fields(),
         catalog, &produce_pipeline},
        {"events", "Announcements, openings, zone changes, outages and closures",
         GeometryType::point, event_fields(), catalog, &produce_events}};
}

}  // namespace footprint::cli
