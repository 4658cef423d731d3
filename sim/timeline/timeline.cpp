#include "sim/timeline/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>

#include "base/error.h"
#include "sim/timeline/from_catalog.h"

namespace footprint::sim {
namespace {

constexpr Date kNever{std::numeric_limits<std::int32_t>::max()};

// The order of the house: date, region, kind; the rest only settles ties for good.
auto order_of(const Event& e) {
    return std::tuple(e.date, e.region, e.kind, e.when.middle(), e.when.begin, e.when.end, e.zones,
                      e.provenance);
}

bool precedes(const Event& a, const Event& b) {
    return order_of(a) < order_of(b);
}

std::vector<std::vector<const geo::EventRecord*>> records_by_region(const geo::Catalog& catalog) {
    std::vector<std::vector<const geo::EventRecord*>> records(catalog.regions().size());
    for (const auto& record : catalog.events()) {
        records[record.region].push_back(&record);
    }
    return records;
}

// May `kind` happen to a region in this state?
bool allowed(RegionState state, EventKind kind) {
    switch (kind) {
        case EventKind::announced:
            return state == RegionState::absent;
        case EventKind::opened:
            return state == RegionState::absent || state == RegionState::announced;
        case EventKind::zones:
            return state == RegionState::open || state == RegionState::impaired;
        case EventKind::impaired:
            return state == RegionState::open;
        case EventKind::restored:
            return state == RegionState::impaired;
        case EventKind::closed:
            return state == RegionState::open || state == RegionState::impaired;
    }
    return false;
}

RegionState state_after(RegionState state, EventKind kind) {
    switch (kind) {
        case EventKind::announced:
            return RegionState::announced;
        case EventKind::opened:
        case EventKind::restored:
            return RegionState::open;
        case EventKind::impaired:
            return RegionState::impaired;
        case EventKind::closed:
            return RegionState::closed;
        case EventKind::zones:
            return state;
    }
    return state;
}

std::string describe(const geo::Catalog& catalog, const Event& event) {
    return fmt::format("{} {} on {} ({})", catalog.qualified_id(event.region),
                       geo::to_string(event.kind), event.date.iso(), to_string(event.provenance));
}

void require_form(const geo::Catalog& catalog, const Event& event) {
    if (event.region >= catalog.regions().size()) {
        throw Error(ExitCode::invalid,
                    fmt::format("an event on {} names region number {}; the catalog has {}",
                                event.date.iso(), event.region, catalog.regions().size()));
    }
    if (!event.when.contains(event.date)) {
        throw Error(
            ExitCode::invalid,
            fmt::format("{}: its date lies outside of what is known of it, {} to {}",
                        describe(catalog, event), event.when.begin.iso(), event.when.end.iso()));
    }
    const bool bad_count = event.zones && *event.zones < 0;
    if (bad_count || (event.kind == EventKind::zones && !event.zones)) {
        throw Error(ExitCode::invalid, fmt::format("{}: expected a number of zones, 0 or more",
                                                   describe(catalog, event)));
    }
}

struct Count {
    int zones = 0;
    ZoneKnowledge knowledge = ZoneKnowledge::unknown;
};

Count count_of(std::optional<int> zones, ZoneKnowledge when_counted) {
    if (!zones) {
        return {0, ZoneKnowledge::unknown};
    }
    return {*zones, *zones == 0 ? ZoneKnowledge::none : when_counted};
}

// A region with an unknown number of zones has at least one; one without zones has none.
int counted_zones(std::optional<int> zones) {
    return zones.value_or(1);
}

}  // namespace

std::string_view to_string(Provenance value) {
    switch (value) {
        case Provenance::fact:
            return "fact";
        case Provenance::undated:
            return "undated";
        case Provenance::announced:
            return "announced";
        case Provenance::simulated:
            return "simulated";
    }
    return "fact";
}

std::string_view to_string(RegionState value) {
    switch (value) {
        case RegionState::absent:
            return "absent";
        case RegionState::announced:
            return "announced";
        case RegionState::open:
            return "open";
        case RegionState::impaired:
            return "impaired";
        case RegionState::closed:
            return "closed";
    }
    return "absent";
}

std::string_view to_string(ZoneKnowledge value) {
    switch (value) {
        case ZoneKnowledge::unknown:
            return "unknown";
        case ZoneKnowledge::none:
            return "none";
        case ZoneKnowledge::carried_back:
            return "carried back";
        case ZoneKnowledge::known:
            return "known";
    }
    return "unknown";
}

RegionScope RegionScope::published(const geo::Catalog& catalog) {
    RegionScope scope;
    for (const auto& provider : catalog.providers()) {
        scope.counted.push_back(provider.counted);
    }
    scope.serves_everyone = geo::open_to_everyone();
    return scope;
}

void RegionScope::include(geo::RegionClass c) {
    for (auto& classes : counted) {
        classes.add(c);
    }
    // A China partition serves China however it is counted.
    if (c != geo::RegionClass::china) {
        serves_everyone.add(c);
    }
}

void RegionScope::exclude(geo::RegionClass c) {
    for (auto& classes : counted) {
        classes.remove(c);
    }
    serves_everyone.remove(c);
}

Timeline::Timeline(const geo::Catalog& catalog, std::vector<Event> events)
    : catalog_(&catalog), events_(std::move(events)) {
    std::sort(events_.begin(), events_.end(), precedes);
    index();
}

Timeline Timeline::from_catalog(const geo::Catalog& catalog) {
    const auto records = records_by_region(catalog);
    std::vector<Event> events;
    for (RegionIndex region = 0; region < records.size(); ++region) {
        const auto life = life_of(catalog, region, records[region]);
        events.insert(events.end(), life.begin(), life.end());
    }
    return Timeline(catalog, std::move(events));
}

Timeline Timeline::from_events(const geo::Catalog& catalog, std::span<const Event> events) {
    for (const auto& event : events) {
        require_form(catalog, event);
    }
    return Timeline(catalog, {events.begin(), events.end()});
}

Timeline Timeline::with(std::span<const Event> more) const {
    for (const auto& event : more) {
        require_form(*catalog_, event);
    }
    std::vector<Event> events = events_;
    events.insert(events.end(), more.begin(), more.end());
    return Timeline(*catalog_, std::move(events));
}

// Groups the events by region and replays each region's life.
void Timeline::index() {
    const std::size_t regions = catalog_->regions().size();
    region_begin_.assign(regions + 1, 0);
    for (const auto& event : events_) {
        ++region_begin_[event.region + 1U];
    }
    for (std::size_t i = 0; i < regions; ++i) {
        region_begin_[i + 1] += region_begin_[i];
    }
    by_region_.resize(events_.size());
    auto next = region_begin_;
    for (std::uint32_t i = 0; i < events_.size(); ++i) {
        by_region_[next[events_[i].region]++] = i;
    }
    after_.resize(events_.size());
    lives_.assign(regions, {});
    for (RegionIndex region = 0; region < regions; ++region) {
        replay(region);
    }
}

void Timeline::replay(RegionIndex region) {
    Life& life = lives_[region];
    const geo::Region& row = catalog_->region(region);
    life.zones_known_from = row.as_of.middle();
    RegionAt now;
    now.region = region;
    const Count promised = count_of(row.zones, ZoneKnowledge::carried_back);
    now.zones = promised.zones;
    now.zone_knowledge = promised.knowledge;
    for (auto i = region_begin_[region]; i < region_begin_[region + 1U]; ++i) {
        const Event& event = events_[by_region_[i]];
        if (!allowed(now.state, event.kind)) {
            throw Error(ExitCode::invalid,
                        fmt::format("{}: the region is {} then; a life goes announced, opened, "
                                    "impaired and restored or zones changed, closed",
                                    describe(*catalog_, event), to_string(now.state)));
        }
        const RegionState state = state_after(now.state, event.kind);
        now.since = state == now.state ? now.since : event.date;
        now.state = state;
        if (event.kind == EventKind::announced) {
            now.provenance = event.provenance;
        } else if (event.kind == EventKind::opened) {
            life.opening = by_region_[i];
            now.opened = event.date;
            now.provenance = event.provenance;
            const bool made_so = event.provenance == Provenance::simulated;
            const Count count =
                count_of(event.zones, made_so ? ZoneKnowledge::known : ZoneKnowledge::carried_back);
            now.zones = count.zones;
            now.zone_knowledge = count.knowledge;
            if (event.provenance == Provenance::announced) {
                life.zones_known_from = kNever;
            }
        } else if (event.kind == EventKind::zones) {
            const Count count = count_of(event.zones, ZoneKnowledge::known);
            now.zones = count.zones;
            now.zone_knowledge = count.knowledge;
        } else if (event.kind == EventKind::closed) {
            life.closing = by_region_[i];
        }
        after_[i] = now;
    }
}

std::span<const std::uint32_t> Timeline::events_of(RegionIndex region) const {
    const auto begin = region_begin_[region];
    return std::span(by_region_).subspan(begin, region_begin_[region + 1U] - begin);
}

std::span<const Event> Timeline::between(Date from, Date to) const {
    const auto before = [](const Event& event, Date date) { return event.date < date; };
    const auto first = std::lower_bound(events_.begin(), events_.end(), from, before);
    const auto last = std::lower_bound(first, events_.end(), to, before);
    return {first, last};
}

const Event* Timeline::opening_of(RegionIndex region) const {
    const auto index = lives_[region].opening;
    return index < 0 ? nullptr : &events_[static_cast<std::size_t>(index)];
}

const Event* Timeline::closing_of(RegionIndex region) const {
    const auto index = lives_[region].closing;
    return index < 0 ? nullptr : &events_[static_cast<std::size_t>(index)];
}

Date Timeline::first_date() const {
    const auto first = std::find_if(events_.begin(), events_.end(), [](const Event& event) {
        return event.kind == EventKind::opened;
    });
    return first == events_.end() ? as_of() : first->date;
}

Date Timeline::as_of() const {
    return catalog_->as_of();
}

bool Timeline::in_doubt(const Life& life, Date date) const {
    for (const auto index : {life.opening, life.closing}) {
        if (index < 0) {
            continue;
        }
        const DateInterval& when = events_[static_cast<std::size_t>(index)].when;
        if (!when.is_exact() && when.contains(date)) {
            return true;
        }
    }
    return false;
}

RegionAt Timeline::region_at(RegionIndex region, Date date) const {
    const auto slice = events_of(region);
    const auto next =
        std::upper_bound(slice.begin(), slice.end(), date,
                         [&](Date d, std::uint32_t index) { return d < events_[index].date; });
    if (next == slice.begin()) {
        RegionAt absent;
        absent.region = region;
        return absent;
    }
    const auto position =
        region_begin_[region] + static_cast<std::size_t>(next - slice.begin()) - 1;
    RegionAt now = after_[position];
    const Life& life = lives_[region];
    if (now.zone_knowledge == ZoneKnowledge::carried_back && now.state != RegionState::announced &&
        date >= life.zones_known_from) {
        now.zone_knowledge = ZoneKnowledge::known;
    }
    now.date_uncertain = now.provenance == Provenance::undated || in_doubt(life, date);
    return now;
}

Footprint Timeline::at(Date date) const {
    Footprint footprint;
    footprint.date = date;
    for (RegionIndex region = 0; region < lives_.size(); ++region) {
        const RegionAt now = region_at(region, date);
        if (now.state != RegionState::absent) {
            footprint.regions.push_back(now);
        }
    }
    return footprint;
}

// Adds one region's part to the ranges: which of its dated steps have surely, probably and possibly
// been taken by the date.
void Timeline::add_zones(RegionIndex region, Date date, Totals& totals) const {
    const Event* opening = opening_of(region);
    if (opening == nullptr || opening->when.begin > date) {
        return;
    }
    const Event* closing = closing_of(region);
    const bool sure =
        opening->when.last_day() <= date && (closing == nullptr || date < closing->when.begin);
    const bool probable = opening->date <= date && (closing == nullptr || date < closing->date);
    const bool possible = closing == nullptr || date < closing->when.last_day();
    int mid = counted_zones(opening->zones);
    int low = mid;
    int high = mid;
    for (const auto index : events_of(region)) {
        const Event& event = events_[index];
        if (event.kind != EventKind::zones || event.when.begin > date) {
            continue;
        }
        const int zones = counted_zones(event.zones);
        if (event.when.last_day() <= date) {
            low = high = mid = zones;
            continue;
        }
        low = std::min(low, zones);
        high = std::max(high, zones);
        mid = event.date <= date ? zones : mid;
    }
    totals.regions.low += sure ? 1 : 0;
    totals.regions.mid += probable ? 1 : 0;
    totals.regions.high += possible ? 1 : 0;
    totals.zones.low += sure ? low : 0;
    totals.zones.mid += probable ? mid : 0;
    totals.zones.high += possible ? high : 0;
}

Totals Timeline::totals(Date date, ProviderIndex provider, const RegionScope& scope) const {
    return totals(date, catalog_->regions_of(provider), scope);
}

Totals Timeline::totals(Date date, std::span<const RegionIndex> regions,
                        const RegionScope& scope) const {
    Totals totals;
    std::vector<std::string_view> countries;
    for (const RegionIndex region : regions) {
        const geo::Region& row = catalog_->region(region);
        if (!scope.counted[row.provider].has(row.region_class)) {
            continue;
        }
        add_zones(region, date, totals);
        const RegionAt now = region_at(region, date);
        totals.announced += now.state == RegionState::announced ? 1 : 0;
        if (!now.is_open()) {
            continue;
        }
        totals.impaired += now.state == RegionState::impaired ? 1 : 0;
        const bool unknown = now.zone_knowledge == ZoneKnowledge::unknown;
        const bool carried = now.zone_knowledge == ZoneKnowledge::carried_back;
        totals.regions_without_zone_count += unknown ? 1 : 0;
        totals.regions_with_carried_zones += carried ? 1 : 0;
        countries.push_back(row.country);
    }
    std::sort(countries.begin(), countries.end());
    const auto end = std::unique(countries.begin(), countries.end());
    totals.countries = static_cast<int>(end - countries.begin());
    return totals;
}

}  // namespace footprint::sim
