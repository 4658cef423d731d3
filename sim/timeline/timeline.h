// Dated events and what they add up to at a date. History, announcements and simulated futures are
// this one type; nothing downstream knows where an event came from, except by its provenance.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "geo/catalog/catalog.h"

namespace footprint::sim {

using geo::EventKind;
using geo::ProviderIndex;
using geo::RegionIndex;

enum class Provenance : std::uint8_t {
    fact,       // dated by a source
    undated,    // the date is unknown; stands at its source's date
    announced,  // promised, not yet seen: after the catalog's as_of
    simulated,
};

struct Event {
    Date date;  // the day that stands in: the middle of `when`, never before the region's opening
    DateInterval when;  // what is known of the date
    RegionIndex region = 0;
    EventKind kind = EventKind::announced;
    std::optional<int> zones;  // for EventKind::zones and opened: the count from then on
    Provenance provenance = Provenance::fact;
};

std::string_view to_string(Provenance value);

enum class RegionState : std::uint8_t { absent, announced, open, impaired, closed };

std::string_view to_string(RegionState value);

enum class ZoneKnowledge : std::uint8_t {
    unknown,       // at least 1
    none,          // a region without availability zones
    carried_back,  // the first known count, not yet observed at this date
    known,
};

std::string_view to_string(ZoneKnowledge value);

// One region at one date.
struct RegionAt {
    RegionIndex region = 0;
    RegionState state = RegionState::absent;
    int zones = 0;  // 0 when unknown or none; the promised count while announced
    ZoneKnowledge zone_knowledge = ZoneKnowledge::unknown;
    Date since;   // when this state began
    Date opened;  // first opening; meaningful when open, impaired or closed
    Provenance provenance = Provenance::fact;  // of the opening (or announcement)
    bool date_uncertain =
        false;  // the date falls inside the interval of its opening or closing, or it is undated

    bool is_open() const { return state == RegionState::open || state == RegionState::impaired; }
};

// All regions that are not absent at a date, ordered by region index.
struct Footprint {
    Date date;
    std::vector<RegionAt> regions;
};

// low: surely so, whatever days the dates turn out to be; mid: the middle of each interval stands
// in; high: possibly so. An undated row counts from its source's date on, in all three. Counts of
// zones that are carried back (not yet observed) stand as they are.
struct CountRange {
    int low = 0;
    int mid = 0;
    int high = 0;
    bool operator==(const CountRange&) const = default;
};

struct Totals {
    CountRange regions;  // open or impaired
    CountRange zones;    // a region with unknown zones counts 1; one without zones counts 0
    int regions_without_zone_count = 0;  // open, zones unknown (mid)
    int regions_with_carried_zones = 0;  // open, first known zone count carried back (mid)
    int countries = 0;                   // with at least one open region (mid)
    int impaired = 0;                    // of the regions: they count, and serve nobody (mid)
    int announced = 0;                   // pipeline (mid)
};

// Which regions count and which serve.
struct RegionScope {
    // Classes per provider; by default each provider's published scope.
    std::vector<geo::ClassSet> counted;
    // Classes that serve everyone (default public, local, partner); china serves China alone.
    geo::ClassSet serves_everyone;

    static RegionScope published(const geo::Catalog& catalog);
    // --include and --exclude: both count and service; an included china region still serves China
    // alone.
    void include(geo::RegionClass c);
    void exclude(geo::RegionClass c);
};

class Timeline {
  public:
    // Events of the catalog: openings (from the region rows), zone changes, impairments, closures,
    // announcements; openings promised for after as_of with provenance `announced`. Undated rows
    // stand at their as_of, or at the first event that saw them if that is earlier. Targets that
    // have passed without an opening do not open. Rows that contradict the life cycle are brought
    // into order, never doubled (geo/catalog/validate.h says them). Sorted by date, then region,
    // then kind. O(n log n). The catalog must outlive the timeline.
    static Timeline from_catalog(const geo::Catalog& catalog);

    // These events alone, checked as `with` checks them. The catalog must outlive the timeline.
    static Timeline from_events(const geo::Catalog& catalog, std::span<const Event> events);

    // The same timeline with more events (a scenario's); they are validated against the life cycle
    // (announced → opened → impaired/restored … → closed). Throws Error (invalid) that names the
    // event. Every event needs `when.begin <= date < when.end`.
    Timeline with(std::span<const Event> more) const;

    const geo::Catalog& catalog() const { return *catalog_; }
    std::span<const Event> events() const { return events_; }
    // Events of one region, in order.
    std::span<const std::uint32_t> events_of(RegionIndex region) const;
    // Events with from <= date < to. O(log n).
    std::span<const Event> between(Date from, Date to) const;

    // The first opening and the closing of a region; null if there is none.
    const Event* opening_of(RegionIndex region) const;
    const Event* closing_of(RegionIndex region) const;

    Date first_date() const;  // of the first opening; as_of when there is none
    Date as_of() const;

    RegionAt region_at(RegionIndex region, Date date) const;  // O(log events of the region)
    Footprint at(Date date) const;                            // O(regions × log)
    Totals totals(Date date, ProviderIndex provider, const RegionScope& scope) const;
    // The same over some regions, such as those of one provider in one country.
    Totals totals(Date date, std::span<const RegionIndex> regions, const RegionScope& scope) const;

  private:
    // What is looked up often of one region.
    struct Life {
        std::int64_t opening = -1;  // index into events_; -1: none
        std::int64_t closing = -1;
        Date zones_known_from;  // when a carried-back count counts as observed
    };

    Timeline(const geo::Catalog& catalog, std::vector<Event> events);
    void index();
    void replay(RegionIndex region);
    bool in_doubt(const Life& life, Date date) const;
    void add_zones(RegionIndex region, Date date, Totals& totals) const;

    const geo::Catalog* catalog_ = nullptr;
    std::vector<Event> events_;
    std::vector<std::uint32_t> by_region_;     // indices into events_, grouped by region, in order
    std::vector<std::uint32_t> region_begin_;  // regions + 1 offsets into by_region_
    std::vector<RegionAt> after_;              // the region after each event, as by_region_
    std::vector<Life> lives_;                  // by region
};

}  // namespace footprint::sim
