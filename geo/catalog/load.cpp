#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "geo/catalog/catalog.h"
#include "geo/catalog/rows.h"

namespace footprint::geo {
namespace {

namespace fs = std::filesystem;

// ---- columns ----------------------------------------------------------------------------------

enum ProviderColumn : std::size_t {
    kProviderId,
    kProviderName,
    kShortName,
    kAliases,
    kBloc,
    kHomeCountry,
    kCounted,
    kProviderAsOf,
    kProviderSource,
    kProviderNote
};
constexpr std::array<ColumnName, 10> kProviderColumns{{
    {"provider", "", true},
    {"name", ""},
    {"short_name", ""},
    {"aliases", ""},
    {"bloc", ""},
    {"home_country", ""},
    {"counted_classes", ""},
    {"as_of", ""},
    {"source", ""},
    {"note", ""},
}};

enum RegionColumn : std::size_t {
    kId,
    kLon,
    kLat,
    kName,
    kCity,
    kCountry,
    kPrecision,
    kZones,
    kOpened,
    kTarget,
    kNotBefore,
    kNotAfter,
    kDatePrecision,
    kDateBasis,
    kStatus,
    kClass,
    kAsOf,
    kConfidence,
    kSource,
    kNote,
    kProvider,  // this and the rest: user catalogs only
    kStartDate,
    kEndDate,
    kTargetPrecision,
    kTargetNotBefore,
    kTargetNotAfter,
    kAsOfPrecision,
    kZoneKnowledge,
    kProvenance
};
constexpr std::array<ColumnName, 29> kRegionColumns{{
    {"region_id", "region;id;code;region_code;region_name_id", true},
    {"lon", "lng;long;longitude;x", true},
    {"lat", "latitude;y", true},
    {"name", "region_name;display_name;title"},
    {"city", "location;metro;place"},
    {"country", "country_code;iso2;iso_a2;cc"},
    {"precision_m", "precision;accuracy_m"},
    {"zones", "zone_count;availability_zones;az;azs;az_count"},
    {"opened", "open_date;opening_date;launched;launch_date;opened_date"},
    {"target", "target_date;planned_opening;expected;expected_date"},
    {"not_before", "earliest"},
    {"not_after", "latest"},
    {"date_precision", "start_precision"},
    {"date_basis", ""},
    {"status", "state"},
    {"class", "restricted;region_class;type;kind"},
    {"as_of", "checked;last_checked"},
    {"confidence", ""},
    {"source", "sources;reference"},
    {"note", "notes;comment;remark"},
    {"provider", "cloud;vendor;provider_id;csp", true},
    // What `footprint export` writes besides: the days on which a state began and ended, dates of a
    // promise and how well they are known, and two columns that follow from the others.
    {"start_date", ""},
    {"end_date", "closed_date;closing_date"},
    {"expected_precision", "target_precision"},
    {"expected_earliest", ""},
    {"expected_latest", ""},
    {"as_of_precision", ""},
    {"zone_knowledge", ""},
    {"provenance", ""},
}};
// The shipped files are named after their provider and have no such column.
constexpr std::span<const ColumnName> kShippedRegionColumns =
    std::span(kRegionColumns).first<kProvider>();

enum EventColumn : std::size_t {
    kEventProvider,
    kEventRegion,
    kEventKind,
    kEventDate,
    kEventNotBefore,
    kEventNotAfter,
    kEventPrecision,
    kEventZones,
    kEventSource,
    kEventConfidence,
    kEventNote
};
constexpr std::array<ColumnName, 11> kEventColumns{{
    {"provider", "", true},
    {"region_id", "", true},
    {"kind", "", true},
    {"date", "", true},
    {"not_before", ""},
    {"not_after", ""},
    {"date_precision", ""},
    {"zones", ""},
    {"source", ""},
    {"confidence", ""},
    {"note", ""},
}};

constexpr int kMostZones = 1000;

template <typename Enum>
std::vector<std::string> words_of(int count) {
    std::vector<std::string> words;
    for (int i = 0; i < count; ++i) {
        words.emplace_back(to_string(static_cast<Enum>(i)));
    }
    return words;
}

// ---- the loader -------------------------------------------------------------------------------

class Loader {
  public:
    explicit Loader(const CatalogInput& input) : input_(input) {}

    LoadedCatalog load() {
        read_providers();
        read_as_of();
        for (std::size_t i = 0; i < providers_.size() && !input_.only_user; ++i) {
            const std::string shown = fmt::format("providers/{}.csv", providers_[i].id);
            auto rows = csv_rows(input_.datasets / shown, shown);
            read_regions(*rows, static_cast<ProviderIndex>(i));
        }
        if (!input_.only_user) {
            read_events(*csv_rows(input_.datasets / "events.csv", "events.csv"));
        }
        for (const auto& path : input_.user_catalogs) {
            for (const auto& rows : open_user_catalog(path)) {
                read_regions(*rows, std::nullopt);
            }
        }
        for (const auto& path : input_.user_events) {
            read_events(*user_csv(path));
        }
        if (input_.only_user) {
            leave_out_providers_without_regions();
        }
        return {Catalog(std::move(providers_), std::move(regions_), std::move(events_), as_of_),
                std::move(diagnostics_), std::move(left_out_)};
    }

  private:
    void leave_out_providers_without_regions() {
        std::vector<std::optional<ProviderIndex>> now(providers_.size());
        for (const auto& region : regions_) {
            now[region.provider] = 0;
        }
        std::vector<Provider> kept;
        for (std::size_t i = 0; i < providers_.size(); ++i) {
            if (now[i]) {
                now[i] = static_cast<ProviderIndex>(kept.size());
                kept.push_back(std::move(providers_[i]));
            }
        }
        for (auto& region : regions_) {
            region.provider = *now[region.provider];
            // A table without dates stands for every date that it is asked about.
            if (region.status == RegionStatus::open && !region.opened) {
                const Date always = Date::from_ymd(1970, 1, 1);
                region.opened = DateInterval{always, always.plus_days(1), DatePrecision::day};
            }
        }
        providers_ = std::move(kept);
    }

    void finish(FaultList& faults, const RowSource& rows) {
        faults.add(rows.diagnostics());
        auto list = faults.take();
        std::stable_sort(list.begin(), list.end(),
                         [](const Diagnostic& a, const Diagnostic& b) { return a.line < b.line; });
        diagnostics_.insert(diagnostics_.end(), std::make_move_iterator(list.begin()),
                            std::make_move_iterator(list.end()));
    }

    // ---- providers ----

    void read_providers() {
        const auto rows = csv_rows(input_.datasets / "providers.csv", "providers.csv");
        FaultList faults;
        FieldReader row(*rows, kProviderColumns, faults);
        while (row.next()) {
            read_provider(row);
        }
        finish(faults, *rows);
        shipped_ = providers_.size();
    }

    void read_provider(FieldReader& row) {
        Provider provider;
        provider.id = lower_ascii(row.required_text(kProviderId));
        // Its file is opened by this name, which therefore must not lead elsewhere.
        const bool plain = provider.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") ==
                           std::string::npos;
        if (!plain) {
            row.fault(kProviderId, "bad-id", "expected lower-case letters, digits and '-'");
        }
        provider.name = row.has(kProviderName) ? row.string(kProviderName) : provider.id;
        provider.short_name = row.text(kShortName).empty() ? provider.name : row.string(kShortName);
        provider.aliases = split(row.text(kAliases), ';');
        provider.bloc = row.string(kBloc);
        provider.home_country = row.string(kHomeCountry);
        provider.counted = read_classes(row);
        const auto as_of = row.date(kProviderAsOf);
        if (!as_of) {
            row.fault(kProviderAsOf, "missing-value", "it must not be empty");
        }
        provider.as_of = as_of.value_or(DateInterval{});
        provider.source = row.string(kProviderSource);
        provider.note = row.string(kProviderNote);
        if (names_.contains(provider.id)) {
            row.fault(kProviderId, "duplicate-id", "the provider is there already");
        }
        if (row.row_ok()) {
            add_provider(std::move(provider));
        }
    }

    ClassSet read_classes(FieldReader& row) {
        ClassSet classes;
        for (const auto& word : split(row.text(kCounted), ';')) {
            if (const auto value = parse_region_class(word)) {
                classes.add(*value);
            } else {
                row.fault(kCounted, "unknown-word",
                          fmt::format("'{}' is no class of regions", word),
                          std::string(trimmed(did_you_mean(word, classes_))));
            }
        }
        return classes.empty() ? open_to_everyone() : classes;
    }

    ProviderIndex add_provider(Provider provider) {
        const auto index = static_cast<ProviderIndex>(providers_.size());
        names_.emplace(provider.id, index);
        names_.emplace(lower_ascii(provider.name), index);
        names_.emplace(lower_ascii(provider.short_name), index);
        for (const auto& alias : provider.aliases) {
            names_.emplace(lower_ascii(alias), index);
        }
        providers_.push_back(std::move(provider));
        region_ids_.emplace_back();
        return index;
    }

    // The date of the whole: what datapackage.json says, else the newest of the providers.
    void read_as_of() {
        for (const auto& provider : providers_) {
            as_of_ = std::max(as_of_, provider.as_of.middle());
        }
        constexpr std::size_t kLimitBytes = std::size_t{16} << 20;
        const fs::path path = input_.datasets / "datapackage.json";
        try {
            // Only the top level: the tables' descriptions are many and of no use here.
            const auto top = [](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
                return depth <= 1;
            };
            const auto package = nlohmann::json::parse(read_file(path, kLimitBytes), top);
            if (const auto found = package.find("as_of"); found != package.end()) {
                as_of_ = parse_date_as_of(found->get<std::string>());
            }
        } catch (const nlohmann::json::exception& error) {
            throw Error(ExitCode::invalid, fmt::format("{}: {}", path.string(), error.what()));
        }
    }

    // ---- regions ----

    // Standard input can be read once.
    std::unique_ptr<RowSource> user_csv(const fs::path& path) {
        if (path == "-" && std::exchange(stdin_is_read_, true)) {
            throw Error(ExitCode::usage,
                        "'-' was given twice; standard input holds one file, a catalog or events");
        }
        return csv_rows(path, path == "-" ? std::string("standard input") : path.string());
    }

    std::vector<std::unique_ptr<RowSource>> open_user_catalog(const fs::path& path) {
        if (path.string().find("://") != std::string::npos) {
            throw Error(ExitCode::usage,
                        fmt::format("{} is a URL; nothing is read from the network. Fetch it, then "
                                    "give the name of the file",
                                    path.string()));
        }
        std::error_code ignored;
        if (fs::is_directory(path, ignored)) {
            throw Error(
                ExitCode::failed,
                fmt::format("cannot read {}: it is a folder, not a regular file", path.string()));
        }
        const std::string suffix = lower_ascii(path.extension().string());
        if (suffix == ".csv" || path == "-") {
            std::vector<std::unique_ptr<RowSource>> one;
            one.push_back(user_csv(path));
            return one;
        }
        constexpr std::array<std::string_view, 6> kVector{".geojson",  ".json", ".geojsonl",
                                                          ".geojsons", ".gpkg", ".fgb"};
        if (std::find(kVector.begin(), kVector.end(), suffix) != kVector.end()) {
            return catalog_layers(path, path.string());
        }
        throw Error(ExitCode::usage,
                    fmt::format("cannot read the catalog {}: the suffix '{}' is not known; "
                                "expected .csv, .geojson, .geojsonl, .gpkg or .fgb",
                                path.string(), suffix));
    }

    // `fixed` is the provider of a shipped file; without it each row names its own.
    void read_regions(RowSource& rows, std::optional<ProviderIndex> fixed) {
        FaultList faults;
        if (rows.empty()) {
            faults.add({Severity::warning, "no-rows", rows.name(), 1, "", "",
                        "there are no features in it", ""});
            finish(faults, rows);
            return;
        }
        const std::span<const ColumnName> all = kRegionColumns;
        FieldReader row(rows, fixed ? kShippedRegionColumns : all, faults);
        const std::size_t own_rows = regions_.size();
        std::size_t count = 0;
        while (row.next()) {
            ++count;
            read_region(row, fixed, own_rows);
        }
        if (row.usable() && count == 0 && rows.diagnostics().empty()) {
            faults.add({Severity::warning, "no-rows", rows.name(), 1, "", "",
                        "there are no rows below the header", ""});
        }
        finish(faults, rows);
    }

    void read_region(FieldReader& row, std::optional<ProviderIndex> fixed, std::size_t own_rows) {
        Region region;
        region.origin = row.origin();
        region.id = row.required_text(kId);
        region.name = row.text(kName).empty() ? region.id : row.string(kName);
        region.city = row.string(kCity);
        region.country = row.string(kCountry);
        region.position = read_position(row);
        region.precision_m = read_precision(row);
        region.zones = row.whole_number(kZones, 0, kMostZones);
        region.status = row.word(kStatus, &parse_state, statuses_, default_status(row));
        region.region_class = row.word(kClass, &parse_region_class, classes_, RegionClass::public_);
        region.confidence =
            row.word(kConfidence, &parse_confidence, confidences_, Confidence::medium);
        region.as_of =
            at_precision(row, row.date(kAsOf), kAsOfPrecision)
                .value_or(fixed ? providers_[*fixed].as_of
                                : DateInterval{as_of_, as_of_.plus_days(1), DatePrecision::day});
        const auto started = at_precision(row, row.date(kStartDate), kDatePrecision);
        read_dates(row, region, started);
        region.date_basis = row.string(kDateBasis);
        region.source = row.string(kSource);
        region.note = row.string(kNote);
        if (!fixed) {
            row.required_text(kProvider);
        }
        const auto ended = row.date(kEndDate);
        if (row.row_ok()) {
            const auto placed = place_region(row, std::move(region), fixed, own_rows);
            if (placed && !fixed) {
                add_states(row, *placed, started, ended);
            }
        } else if (region.position != LonLat{}) {
            left_out_.push_back(std::move(region));
        }
    }

    // The states of a region at a date are a user's words as well: an impaired one is open.
    static std::optional<RegionStatus> parse_state(std::string_view text) {
        const std::string word = lower_ascii(text);
        if (word == "impaired") {
            return RegionStatus::open;
        }
        return word == "announced" ? RegionStatus::planned : parse_region_status(word);
    }

    static RegionStatus default_status(const FieldReader& row) {
        const bool promised =
            row.text(kOpened).empty() && row.text(kStartDate).empty() && !row.text(kTarget).empty();
        return promised ? RegionStatus::planned : RegionStatus::open;
    }

    // Changes of state that a row of a user's tells and no event does.
    void add_states(const FieldReader& row, RegionIndex index,
                    const std::optional<DateInterval>& started,
                    const std::optional<DateInterval>& ended) {
        const Region& region = regions_[index];
        if (region.status == RegionStatus::closed && ended) {
            add_event_once(row, index, EventKind::closed, ended);
        }
        if (region.status == RegionStatus::planned && started) {
            add_event_once(row, index, EventKind::announced, started);
        }
        if (lower_ascii(row.text(kStatus)) == "impaired") {
            add_event_once(row, index, EventKind::impaired, region.as_of);
        }
    }

    void add_event_once(const FieldReader& row, RegionIndex index, EventKind kind,
                        const std::optional<DateInterval>& date) {
        if (told_.emplace(index, kind).second) {
            const Region& region = regions_[index];
            events_.push_back({index, kind, date, std::nullopt, region.confidence, region.source,
                               region.note, row.origin()});
        }
    }

    // As stated, else half a unit of the last decimal of the latitude, taken as metres northward.
    static double read_precision(FieldReader& row) {
        const auto value = row.number(kPrecision);
        if (value && (*value < 0 || *value > 1e7)) {
            row.fault(kPrecision, "out-of-range", "expected metres from 0 to 10,000,000");
        }
        if (value) {
            return *value;
        }
        constexpr double kMetresPerDegree = 111'320;
        constexpr double kFinest_m = 100;
        const auto text = row.text(kLat);
        const auto point = text.find('.');
        const auto decimals = point == std::string_view::npos ? 0 : text.size() - point - 1;
        return std::max(kFinest_m,
                        kMetresPerDegree / 2 * std::pow(10, -static_cast<double>(decimals)));
    }

    static LonLat read_position(FieldReader& row) {
        const auto lon = read_coordinate(row, kLon);
        const auto lat = read_coordinate(row, kLat);
        if (!lon || !lat) {
            return {};
        }
        if (std::abs(*lat) > 90 || std::abs(*lon) > 180) {
            reject_position(row, *lon, *lat);
            return {};
        }
        return {*lon == 180 ? -180.0 : *lon, *lat};
    }

    static void reject_position(FieldReader& row, double lon, double lat) {
        const bool swapped_would_do = std::abs(lat) <= 180 && std::abs(lon) <= 90;
        if (std::abs(lat) > 90) {
            row.fault(kLat, swapped_would_do ? "lat-lon-swapped" : "out-of-range",
                      "a latitude lies between -90 and 90",
                      swapped_would_do
                          ? fmt::format("they look swapped; write lon {}, lat {}", lat, lon)
                          : "");
        }
        if (std::abs(lon) > 180) {
            row.fault(kLon, "out-of-range", "a longitude lies between -180 and 180",
                      lon > 180 && lon <= 360
                          ? fmt::format("east of 180 is west: write {}", lon - 360)
                          : "");
        }
    }

    static std::optional<double> read_coordinate(FieldReader& row, std::size_t column) {
        row.required_text(column);
        return row.number(column);
    }

    // `started`: of a planned region the day of the announcement, else an opening.
    void read_dates(FieldReader& row, Region& region, const std::optional<DateInterval>& started) {
        const auto opened = at_precision(row, row.date(kOpened), kDatePrecision);
        const auto target = at_precision(row, row.date(kTarget), kTargetPrecision);
        const auto not_before = row.date(kNotBefore);
        const auto not_after = row.date(kNotAfter);
        const auto target_not_before = row.date(kTargetNotBefore);
        const auto target_not_after = row.date(kTargetNotAfter);
        if (region.status == RegionStatus::planned) {
            region.opened = opened;
            region.target =
                narrow(row, kTarget, target, target_not_before ? target_not_before : not_before,
                       target_not_after ? target_not_after : not_after, region.as_of);
        } else {
            region.opened = narrow(row, row.has(kOpened) ? kOpened : kStartDate,
                                   opened ? opened : started, not_before, not_after, region.as_of);
            region.target = target;
        }
    }

    // Tools that know only whole days write 2018-01-01 for 2018 and say the precision beside it.
    static std::optional<DateInterval> at_precision(const FieldReader& row,
                                                    std::optional<DateInterval> date,
                                                    std::size_t precision_column) {
        const std::string precision = lower_ascii(row.text(precision_column));
        if (!date || date->precision != DatePrecision::day) {
            return date;
        }
        if (precision == "none") {
            return std::nullopt;
        }
        const std::string iso = date->begin.iso();
        if (precision == "year") {
            return parse_date_interval(iso.substr(0, 4));
        }
        return precision == "month" ? parse_date_interval(iso.substr(0, 7)) : *date;
    }

    // The interval of a date and its bounds; see Region::opened.
    static std::optional<DateInterval> narrow(FieldReader& row, std::size_t column,
                                              std::optional<DateInterval> date,
                                              const std::optional<DateInterval>& not_before,
                                              const std::optional<DateInterval>& not_after,
                                              const DateInterval& as_of) {
        if (!not_before && !not_after) {
            return date;
        }
        std::optional<Date> first;
        std::optional<Date> last;
        if (not_before) {
            first = not_before->first_day();
        }
        if (not_after) {
            last = not_after->last_day();
        }
        if (!date) {
            const Date end = last ? *last : as_of.last_day();
            date = DateInterval{first.value_or(end), end.plus_days(1), DatePrecision::none};
        }
        if (date->end <= date->begin) {
            row.fault(column, "date-order", "not_before lies after not_after");
            return std::nullopt;
        }
        try {
            return date->narrowed(first, last);
        } catch (const Error& error) {
            row.fault(column, "date-order", error.what());
            return std::nullopt;
        }
    }

    // Its index; nothing when it could not be placed, which is a fault then.
    std::optional<RegionIndex> place_region(FieldReader& row, Region region,
                                            std::optional<ProviderIndex> fixed,
                                            std::size_t own_rows) {
        const auto provider = fixed ? fixed : user_provider(row);
        if (!provider) {
            return std::nullopt;
        }
        region.provider = *provider;
        auto& ids = region_ids_[*provider];
        const auto [found, is_new] =
            ids.emplace(lower_ascii(region.id), static_cast<RegionIndex>(regions_.size()));
        if (is_new) {
            regions_.push_back(std::move(region));
            return found->second;
        }
        Region& old = regions_[found->second];
        if (found->second >= own_rows || old.origin.file == region.origin.file) {
            row.fault(kId, "duplicate-id",
                      fmt::format("the region is there already, in line {}", old.origin.line),
                      "give it another id, or remove one of the rows");
            return std::nullopt;
        }
        keep_place_names(old, region);
        old = std::move(region);
        return found->second;
    }

    // A row that moves a known region stays accountable to the city that the region is in.
    static void keep_place_names(const Region& old, Region& row) {
        const bool same_country = row.country.empty() || row.country == old.country;
        if (row.city.empty() && same_country) {
            row.city = old.city;
            row.country = old.country;
        }
    }

    std::optional<ProviderIndex> user_provider(FieldReader& row) {
        const std::string id = lower_ascii(row.text(kProvider));
        if (const auto known = names_.find(id); known != names_.end()) {
            return known->second;
        }
        if (providers_.size() >= std::numeric_limits<ProviderIndex>::max()) {
            row.fault(kProvider, "too-many-providers", "there is room for 65,535 providers");
            return std::nullopt;
        }
        std::vector<std::string> words;
        for (std::size_t i = 0; i < shipped_; ++i) {
            words.push_back(providers_[i].id);
        }
        if (const auto near = nearest_word(id, words)) {
            row.warn(kProvider, "new-provider",
                     "a provider that is not in the catalog; it is added",
                     fmt::format("Did you mean '{}'?", *near));
        }
        Provider provider;
        provider.id = id;
        provider.name = row.string(kProvider);
        provider.short_name = provider.name;
        provider.counted = open_to_everyone();
        provider.as_of = {as_of_, as_of_.plus_days(1), DatePrecision::day};
        provider.source = row.origin().file;
        return add_provider(std::move(provider));
    }

    // ---- events ----

    void read_events(RowSource& rows) {
        FaultList faults;
        FieldReader row(rows, kEventColumns, faults);
        while (row.next()) {
            read_event(row);
        }
        finish(faults, rows);
    }

    void read_event(FieldReader& row) {
        EventRecord event;
        event.origin = row.origin();
        const auto region = find_region(row);
        event.region = region.value_or(0);
        row.required_text(kEventKind);
        event.kind = row.word(kEventKind, &parse_event_kind, kinds_, EventKind::announced);
        const DateInterval as_of =
            region ? regions_[*region].as_of : DateInterval{as_of_, as_of_.plus_days(1)};
        const auto date = row.date(kEventDate);
        const auto not_before = row.date(kEventNotBefore);
        const auto not_after = row.date(kEventNotAfter);
        event.date = narrow(row, kEventDate, date, not_before, not_after, as_of);
        event.zones = row.whole_number(kEventZones, 0, kMostZones);
        if (event.kind == EventKind::zones && !event.zones) {
            row.fault(kEventZones, "missing-value", "an event 'zones' needs a number of zones");
        }
        event.confidence =
            row.word(kEventConfidence, &parse_confidence, confidences_, Confidence::medium);
        event.source = row.string(kEventSource);
        event.note = row.string(kEventNote);
        if (row.row_ok()) {
            told_.emplace(event.region, event.kind);
            events_.push_back(std::move(event));
        }
    }

    std::optional<RegionIndex> find_region(FieldReader& row) {
        const auto provider = names_.find(lower_ascii(row.required_text(kEventProvider)));
        if (provider == names_.end()) {
            row.fault(kEventProvider, "unknown-provider", "there is no such provider");
            return std::nullopt;
        }
        const auto& ids = region_ids_[provider->second];
        const auto found = ids.find(lower_ascii(row.required_text(kEventRegion)));
        if (found != ids.end()) {
            return found->second;
        }
        std::vector<std::string> words;
        for (const auto& [id, index] : ids) {
            words.push_back(id);
        }
        std::sort(words.begin(), words.end());
        row.fault(kEventRegion, "unknown-region",
                  fmt::format("{} has no such region", row.text(kEventProvider)),
                  std::string(trimmed(did_you_mean(row.text(kEventRegion), words))));
        return std::nullopt;
    }

    const CatalogInput& input_;
    const std::vector<std::string> classes_ = words_of<RegionClass>(kRegionClassCount);
    const std::vector<std::string> statuses_{"open", "planned", "closed", "announced", "impaired"};
    const std::vector<std::string> confidences_ = words_of<Confidence>(3);
    const std::vector<std::string> kinds_ = words_of<EventKind>(6);
    std::vector<Provider> providers_;
    std::size_t shipped_ = 0;  // providers that are not the user's
    std::vector<Region> regions_;
    std::vector<EventRecord> events_;
    std::set<std::pair<RegionIndex, EventKind>> told_;  // kinds of events_, by region
    std::vector<Region> left_out_;
    Date as_of_{std::numeric_limits<std::int32_t>::min()};
    Diagnostics diagnostics_;
    bool stdin_is_read_ = false;
    std::unordered_map<std::string, ProviderIndex> names_;  // lower-case ids, names and aliases
    std::vector<std::unordered_map<std::string, RegionIndex>> region_ids_;  // by provider
};

}  // namespace

Catalog together(const Catalog& catalog, std::span<const ProviderIndex> providers,
                 std::span<const ClassSet> counted) {
    Provider all;
    all.id = "best";
    all.name = fmt::format("best of {} providers", providers.size());
    all.short_name = "best";
    for (const auto index : providers) {
        const Provider& one = catalog.provider(index);
        all.counted.add(counted[index]);
        all.as_of = all.as_of.middle() < one.as_of.middle() ? one.as_of : all.as_of;
    }
    std::vector<std::optional<RegionIndex>> now(catalog.regions().size());
    std::vector<Region> regions;
    for (std::size_t i = 0; i < now.size(); ++i) {
        Region region = catalog.regions()[i];
        if (std::find(providers.begin(), providers.end(), region.provider) != providers.end() &&
            counted[region.provider].has(region.region_class)) {
            now[i] = static_cast<RegionIndex>(regions.size());
            region.provider = 0;
            regions.push_back(std::move(region));
        }
    }
    std::vector<EventRecord> events;
    for (EventRecord event : catalog.events()) {
        if (now[event.region]) {
            event.region = *now[event.region];
            events.push_back(std::move(event));
        }
    }
    return {{std::move(all)}, std::move(regions), std::move(events), catalog.as_of()};
}

LoadedCatalog load_catalog(const CatalogInput& input) {
    return Loader(input).load();
}

void require_no_errors(const LoadedCatalog& loaded) {
    if (!has_errors(loaded.diagnostics)) {
        return;
    }
    Diagnostics errors = loaded.diagnostics;
    std::erase_if(errors, [](const Diagnostic& d) { return d.severity != Severity::error; });
    constexpr std::size_t kShown = 20;
    throw Error(ExitCode::invalid, "the catalog has faults:\n" + format(errors, kShown));
}

Catalog load_catalog_or_throw(const CatalogInput& input) {
    auto loaded = load_catalog(input);
    require_no_errors(loaded);
    return std::move(loaded.catalog);
}

}  // namespace footprint::geo
