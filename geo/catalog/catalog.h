// Providers and their regions, with every row's source and doubt. Knows nothing of time passing:
// sim/timeline turns these rows into events.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/diagnostic.h"
#include "geo/sphere/lonlat.h"

namespace footprint::geo {

using ProviderIndex = std::uint16_t;
using RegionIndex = std::uint32_t;

// How a region is sold. `public_`, `local` and `partner` regions serve everyone, `china` serves
// China, every other class serves nobody but its own customers (datasets/README.md).
enum class RegionClass : std::uint8_t {
    public_,
    local,
    partner,
    limited,
    invite,
    gov,
    china,
    sovereign,
    dedicated,
    finance,
    automotive
};
inline constexpr int kRegionClassCount = 11;

enum class RegionStatus : std::uint8_t { open, planned, closed };
enum class Confidence : std::uint8_t { high, medium, low };
enum class EventKind : std::uint8_t { announced, opened, zones, impaired, restored, closed };

std::string_view to_string(RegionClass value);
std::string_view to_string(RegionStatus value);
std::string_view to_string(Confidence value);
std::string_view to_string(EventKind value);
std::optional<RegionClass> parse_region_class(std::string_view text);
std::optional<RegionStatus> parse_region_status(std::string_view text);
std::optional<Confidence> parse_confidence(std::string_view text);
std::optional<EventKind> parse_event_kind(std::string_view text);

// A set of region classes.
class ClassSet {
  public:
    constexpr ClassSet() = default;
    constexpr bool has(RegionClass c) const {
        return ((bits_ >> static_cast<unsigned>(c)) & 1U) != 0;
    }
    constexpr void add(RegionClass c) { bits_ |= bit(c); }
    constexpr void add(ClassSet others) { bits_ |= others.bits_; }
    constexpr void remove(RegionClass c) { bits_ &= ~bit(c); }
    constexpr bool empty() const { return bits_ == 0; }
    bool operator==(const ClassSet&) const = default;

  private:
    static constexpr std::uint32_t bit(RegionClass c) { return 1U << static_cast<unsigned>(c); }
    std::uint32_t bits_ = 0;
};

// The classes that serve everyone: public, local and partner.
ClassSet open_to_everyone();

// Where a row stands, for messages.
struct RowOrigin {
    std::string file;
    std::size_t line = 0;
};

struct Provider {
    std::string id;          // "alibaba"
    std::string name;        // "Alibaba Cloud"
    std::string short_name;  // "Alibaba"
    std::vector<std::string> aliases;
    std::string bloc;          // "us", "china", "eu", …
    std::string home_country;  // ISO 3166-1 alpha-2
    ClassSet counted;          // the provider's own published scope
    DateInterval as_of;        // how far knowledge of it reaches
    std::string source;
    std::string note;
};

struct Region {
    ProviderIndex provider = 0;
    std::string id;  // unique within its provider
    std::string name;
    std::string city;
    std::string country;  // ISO 3166-1 alpha-2
    LonLat position;
    double precision_m = 0;
    std::optional<int> zones;  // now; nothing: unknown; 0: a region without zones
    // Narrowed by not_before and not_after. Where only these bounds are given the opening lies
    // between them; a lone not_after means "seen on that day", a lone not_before "by its as_of".
    std::optional<DateInterval> opened;
    std::optional<DateInterval> target;  // announced opening of a planned region
    RegionStatus status = RegionStatus::open;
    RegionClass region_class = RegionClass::public_;
    DateInterval as_of;  // the date of the row's source
    Confidence confidence = Confidence::medium;
    std::string date_basis;  // source | memory | announcement | none
    std::string source;
    std::string note;
    RowOrigin origin;
};

// A dated change of one region, as recorded in events.csv.
struct EventRecord {
    RegionIndex region = 0;
    EventKind kind = EventKind::announced;
    std::optional<DateInterval> date;  // narrowed; nothing: undated
    std::optional<int> zones;          // for EventKind::zones
    Confidence confidence = Confidence::medium;
    std::string source;
    std::string note;
    RowOrigin origin;
};

// A simulated run whose regions a catalog holds beside those that are known.
struct SimulatedRun {
    std::string title;
    Date
        facts_as_of;  // of what the run went on from; its start, the catalog's as_of, is no earlier
};

// Value type; indices are positions in the spans and stay valid for its life. Order: providers as
// in providers.csv, regions by provider and file order, events as in events.csv, then user rows.
class Catalog {
  public:
    Catalog() = default;
    Catalog(std::vector<Provider> providers, std::vector<Region> regions,
            std::vector<EventRecord> events, Date as_of);

    std::span<const Provider> providers() const { return providers_; }
    std::span<const Region> regions() const { return regions_; }
    std::span<const EventRecord> events() const { return events_; }
    const Provider& provider(ProviderIndex i) const { return providers_[i]; }
    const Region& region(RegionIndex i) const { return regions_[i]; }

    // The regions of one provider, in order of their indices. O(log n).
    std::span<const RegionIndex> regions_of(ProviderIndex provider) const;

    // The date that "future" and "stale" are measured from.
    Date as_of() const { return as_of_; }
    // The run that says what follows as_of; nullptr where nothing but announcements does.
    const SimulatedRun* run() const { return run_ ? &*run_ : nullptr; }
    void set_run(SimulatedRun run) { run_ = std::move(run); }
    // How far facts reach: as_of, unless a run begins later.
    Date facts_as_of() const { return run_ ? run_->facts_as_of : as_of_; }

    // By id, alias or name, case-insensitive.
    std::optional<ProviderIndex> find_provider(std::string_view name) const;
    // As above; throws Error (usage) with a suggestion.
    ProviderIndex require_provider(std::string_view name) const;
    // "aws:us-east-1" (the provider by id, alias or name), or "us-east-1" where only one provider
    // has that id; case-insensitive. O(log n).
    std::optional<RegionIndex> find_region(std::string_view id) const;
    // "aws:us-east-1"
    std::string qualified_id(RegionIndex region) const;

  private:
    std::vector<Provider> providers_;
    std::vector<Region> regions_;
    std::vector<EventRecord> events_;
    Date as_of_;
    std::optional<SimulatedRun> run_;
    std::vector<RegionIndex> by_provider_;     // stable order by provider
    std::vector<std::size_t> provider_begin_;  // providers + 1 offsets into by_provider_
    std::vector<std::pair<std::string, RegionIndex>> by_id_;  // lower-case id, sorted
};

struct CatalogInput {
    std::filesystem::path datasets;  // the folder of datapackage.json
    std::vector<std::filesystem::path>
        user_catalogs;  // --catalog: CSV, GeoJSON or GPKG, layered over ours; "-": CSV from stdin
    std::vector<std::filesystem::path> user_events =
        {};                  // --events: CSV in the form of events.csv, of our regions or theirs
    bool only_user = false;  // --only-catalog: without our regions and events
};

struct LoadedCatalog {
    Catalog catalog;
    Diagnostics diagnostics;       // faults of form; rows with errors are left out
    std::vector<Region> left_out;  // such rows with a position, for validate() to say the rest
};

// Reads providers.csv, providers/*.csv, events.csv and the user's catalogs. Throws Error only when
// a file cannot be read at all; faults in rows are diagnostics. A user row with a provider and id
// that exist replaces ours, and keeps our events of it, and its city unless it names one or another
// country; an unknown provider is added. One row is
// enough: provider, region_id, lon, lat are required, the rest has defaults. Linear time.
LoadedCatalog load_catalog(const CatalogInput& input);

// The regions of some providers as those of one with id "best": what they reach together. counted
// has the classes that count, by provider of the catalog; regions of others are left out, as one
// provider's own scope cannot say them apart. Linear.
Catalog together(const Catalog& catalog, std::span<const ProviderIndex> providers,
                 std::span<const ClassSet> counted);

// Throws Error (invalid) that lists the first errors of form, when there are any.
void require_no_errors(const LoadedCatalog& loaded);

// load_catalog, with errors thrown as one Error (invalid) that lists them.
Catalog load_catalog_or_throw(const CatalogInput& input);

}  // namespace footprint::geo
