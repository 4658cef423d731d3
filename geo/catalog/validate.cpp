#include "geo/catalog/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

#include "base/interrupt.h"
#include "base/text.h"
#include "geo/catalog/rows.h"
#include "geo/sphere/geodesic.h"

namespace footprint::geo {
namespace {

std::string shown(LonLat p) {
    return fmt::format("lon {:.4f}, lat {:.4f}", p.lon, p.lat);
}

std::string kilometres(double metres) {
    return fmt::format("{:.0f} km", metres / 1000);
}

Diagnostic at_row(const RowOrigin& origin, Severity severity, std::string code, std::string field,
                  std::string value, std::string message, std::string hint = "") {
    return {severity,         std::move(code),  origin.file,        origin.line,
            std::move(field), std::move(value), std::move(message), std::move(hint)};
}

// ---- places -----------------------------------------------------------------------------------

// Checks where rows say they are against the map and the cities.
class PlaceCheck {
  public:
    PlaceCheck(const Atlas& atlas, const Cities& cities, FaultList& faults)
        : atlas_(atlas), cities_(cities), faults_(faults) {
        for (const auto& country : atlas.countries()) {
            country_names_.push_back(country.name);
        }
    }

    void check(const Region& row) {
        throw_if_interrupted();
        const auto country = check_country_code(row.country, "country", row.origin);
        const Claim claim{country, named_city(row), std::max(kCityTolerance_m, row.precision_m)};
        constexpr double kNullIslandDegrees = 0.01;
        if (std::abs(row.position.lon) < kNullIslandDegrees &&
            std::abs(row.position.lat) < kNullIslandDegrees) {
            say(row, "null-island", "the point is at 0, 0, in the Gulf of Guinea",
                claim.city.empty() ? "give its real place" : city_hint(claim, row.position));
            return;
        }
        const Finding here = look(row.position, claim);
        if (here.fits(claim) || suggest_slip(row, claim)) {
            return;
        }
        say_misfit(row, claim, here);
    }

    // The country of a code, or a fault.
    std::optional<CountryIndex> check_country_code(const std::string& code, const char* field,
                                                   const RowOrigin& origin) {
        if (code.empty()) {
            return std::nullopt;
        }
        const auto found = atlas_.find_country(code);
        if (found && atlas_.countries()[*found].iso2 == code) {
            return found;
        }
        faults_.add(at_row(origin, Severity::error, "unknown-country", field, code,
                           "expected an ISO 3166-1 code of two capital letters",
                           code_hint(code, found)));
        return found;
    }

  private:
    // What a row says of its place.
    struct Claim {
        std::optional<CountryIndex> country;
        std::vector<const City*> city;  // every city of that name in the country
        double city_tolerance_m = kCityTolerance_m;
    };

    struct Finding {
        double to_country_m = 0;  // 0 without a claim, or if the map has no shape of it
        double to_land_m = 0;
        double to_city_m = 0;

        bool fits(const Claim& claim) const {
            return to_country_m <= kBorderTolerance_m && to_land_m <= kSeaTolerance_m &&
                   to_city_m <= claim.city_tolerance_m;
        }
    };

    // "Ashburn (Virginia)" and "Frankfurt/Main" are looked up by their first part. Without a
    // country there is no telling which city of a name is meant.
    std::vector<const City*> named_city(const Region& row) const {
        if (row.city.empty() || row.country.empty()) {
            return {};
        }
        const auto name = std::string_view(row.city).substr(0, row.city.find_first_of("(/,"));
        auto found = cities_.find(trimmed(name));
        std::erase_if(found, [&](const City* city) { return city->country != row.country; });
        return found;
    }

    Finding look(LonLat position, const Claim& claim) const {
        Finding finding;
        const CountryIndex here = atlas_.country_at(position);
        if (claim.country && here != *claim.country) {
            finding.to_country_m =
                atlas_.distance_to_country_m(position, *claim.country).value_or(0);
        }
        if (here == kNoCountry) {
            const bool near = claim.country && finding.to_country_m <= kSeaTolerance_m &&
                              !atlas_.shapes(*claim.country).empty();
            finding.to_land_m = near ? finding.to_country_m : atlas_.distance_to_land_m(position);
        }
        if (!claim.city.empty()) {
            finding.to_city_m = distance_m(position, nearest_of(claim, position)->position);
        }
        return finding;
    }

    static const City* nearest_of(const Claim& claim, LonLat position) {
        return *std::min_element(
            claim.city.begin(), claim.city.end(), [&](const City* a, const City* b) {
                return distance_m(position, a->position) < distance_m(position, b->position);
            });
    }

    // Would the row be right with a sign turned or the two numbers exchanged?
    bool suggest_slip(const Region& row, const Claim& claim) {
        if (!claim.country && claim.city.empty()) {
            return false;
        }
        struct Slip {
            LonLat meant;
            const char* code;
            const char* field;
            const char* message;
        };
        const LonLat p = row.position;
        const std::array<Slip, 6> slips{{
            {{p.lat, p.lon}, "lat-lon-swapped", "lon", "longitude and latitude look swapped"},
            {{-p.lon, p.lat}, "sign-lost", "lon", "the longitude has the wrong sign"},
            {{p.lon, -p.lat}, "sign-lost", "lat", "the latitude has the wrong sign"},
            {{-p.lon, -p.lat}, "sign-lost", "lon", "both numbers have the wrong sign"},
            {{-p.lat, p.lon}, "lat-lon-swapped", "lon", "swapped, and a sign is lost"},
            {{p.lat, -p.lon}, "lat-lon-swapped", "lon", "swapped, and a sign is lost"},
        }};
        for (const auto& slip : slips) {
            if (!is_valid(slip.meant) || !look(slip.meant, claim).fits(claim)) {
                continue;
            }
            const double value = slip.field[1] == 'a' ? p.lat : p.lon;
            faults_.add(at_row(row.origin, Severity::error, slip.code, slip.field,
                               fmt::format("{}", value),
                               fmt::format("{}: {} is {}", slip.message, shown(p), where(p)),
                               fmt::format("write {}", shown(slip.meant))));
            return true;
        }
        return false;
    }

    void say_misfit(const Region& row, const Claim& claim, const Finding& here) {
        if (here.to_land_m > kSeaTolerance_m) {
            say(row, "in-the-sea",
                fmt::format("{} is {} from any land", shown(row.position),
                            kilometres(here.to_land_m)),
                city_hint(claim, row.position));
        } else if (here.to_country_m > kBorderTolerance_m) {
            say(row, "wrong-country",
                fmt::format("{} is {}, {} from {}", shown(row.position), where(row.position),
                            kilometres(here.to_country_m), row.country),
                claim.city.empty() ? country_hint(row.position) : city_hint(claim, row.position));
        }
        if (here.to_city_m > claim.city_tolerance_m) {
            say(row, "far-from-city",
                fmt::format("{} is {} from {}", shown(row.position), kilometres(here.to_city_m),
                            row.city),
                city_hint(claim, row.position));
        }
    }

    void say(const Region& row, std::string code, std::string message, std::string hint) {
        faults_.add(at_row(row.origin, Severity::error, std::move(code), "lon,lat",
                           fmt::format("{},{}", row.position.lon, row.position.lat),
                           std::move(message), std::move(hint)));
    }

    static std::string city_hint(const Claim& claim, LonLat position) {
        if (claim.city.empty()) {
            return "";
        }
        const City* city = nearest_of(claim, position);
        return fmt::format("{} is at {}", city->name, shown(city->position));
    }

    std::string country_hint(LonLat position) const {
        const CountryIndex here = atlas_.country_at(position);
        return here == kNoCountry ? ""
                                  : fmt::format("country '{}', if the point is right",
                                                atlas_.countries()[here].iso2);
    }

    std::string where(LonLat position) const {
        const CountryIndex here = atlas_.country_at(position);
        if (here == kNoCountry) {
            return "at sea";
        }
        const auto& country = atlas_.countries()[here];
        return fmt::format("in {} ({})", country.name, country.iso2);
    }

    std::string code_hint(const std::string& code, std::optional<CountryIndex> found) const {
        // Codes in daily use that ISO keeps for nobody.
        const std::string lower = lower_ascii(code);
        if (lower == "uk" || lower == "el") {
            return fmt::format("write '{}'", lower == "uk" ? "GB" : "GR");
        }
        if (found) {
            return fmt::format("write '{}'", atlas_.countries()[*found].iso2);
        }
        // Every short code is a letter away from some other: only names are worth a guess.
        const auto near = code.size() <= 3 ? std::nullopt : nearest_word(code, country_names_);
        if (!near) {
            return "";
        }
        const auto country = atlas_.find_country(*near);
        return country ? fmt::format("Did you mean '{}' ({})?", atlas_.countries()[*country].iso2,
                                     atlas_.countries()[*country].name)
                       : "";
    }

    const Atlas& atlas_;
    const Cities& cities_;
    FaultList& faults_;
    std::vector<std::string> country_names_;
};

// ---- dates and states -------------------------------------------------------------------------

// Checks a row's dates and events against each other and against the catalog's date.
class LifeCheck {
  public:
    LifeCheck(const Catalog& catalog, FaultList& faults) : catalog_(catalog), faults_(faults) {
        records_.resize(catalog.regions().size());
        for (const auto& event : catalog.events()) {
            records_[event.region].push_back(&event);
        }
    }

    void check(RegionIndex index) {
        const Region& row = catalog_.region(index);
        check_zones(row.origin, row.zones);
        check_status(row, records_[index]);
        check_opening(row);
        for (const auto* event : records_[index]) {
            check_zones(event->origin, event->zones);
            check_event(row, *event);
        }
        check_closing(row, records_[index]);
    }

  private:
    using Records = std::vector<const EventRecord*>;

    void check_zones(const RowOrigin& origin, std::optional<int> zones) {
        if (zones && *zones > kMostPlausibleZones) {
            faults_.add(at_row(origin, Severity::error, "out-of-range", "zones",
                               std::to_string(*zones),
                               fmt::format("expected 0 (no zones) to {}, or nothing (unknown)",
                                           kMostPlausibleZones)));
        }
    }

    void check_status(const Region& row, const Records& records) {
        const bool closes = has(records, EventKind::closed);
        const auto status = std::string(to_string(row.status));
        if (row.status == RegionStatus::planned && row.opened) {
            faults_.add(at_row(
                row.origin, Severity::error, "status-mismatch", "status", status,
                fmt::format("a planned region has no day of opening ({})", row.opened->text()),
                "status open, or the date in target"));
        }
        if (row.status == RegionStatus::planned && has(records, EventKind::opened)) {
            faults_.add(at_row(row.origin, Severity::error, "status-mismatch", "status", status,
                               "it is planned, but an event says that it opened"));
        }
        if (row.status != RegionStatus::planned && row.target) {
            faults_.add(at_row(row.origin, Severity::warning, "status-mismatch", "target",
                               row.target->text(), "a target belongs to a planned region",
                               "leave it empty"));
        }
        if (row.status == RegionStatus::open && closes) {
            faults_.add(at_row(row.origin, Severity::error, "status-mismatch", "status", status,
                               "it is open, but an event says that it closed"));
        }
        if (row.status == RegionStatus::closed && !closes) {
            faults_.add(at_row(row.origin, Severity::warning, "status-mismatch", "status", status,
                               "no event says when it closed; its as_of stands in",
                               "add an event 'closed'"));
        }
    }

    static bool has(const Records& records, EventKind kind) {
        return std::any_of(records.begin(), records.end(),
                           [&](const EventRecord* event) { return event->kind == kind; });
    }

    void check_opening(const Region& row) {
        if (!row.opened || row.status == RegionStatus::planned) {
            return;
        }
        const bool ahead = row.opened->begin > catalog_.as_of();
        if (ahead || row.opened->begin > row.as_of.last_day()) {
            faults_.add(at_row(
                row.origin, Severity::error, "opened-after-as-of", "opened", row.opened->text(),
                fmt::format("it is {}, but opens after its facts end ({})", to_string(row.status),
                            ahead ? catalog_.as_of().iso() : row.as_of.text()),
                "status planned with the date in target, or a newer as_of"));
        }
    }

    // An event is in order if any day that it may have stands in order with any day of the opening.
    void check_event(const Region& row, const EventRecord& event) {
        if (!event.date || !row.opened || row.status == RegionStatus::planned) {
            return;
        }
        const bool before = event.date->last_day() < row.opened->first_day();
        const bool after = event.date->first_day() > row.opened->last_day();
        const std::string kind(to_string(event.kind));
        if (event.kind == EventKind::announced ? after : before) {
            faults_.add(at_row(
                event.origin, Severity::error, "date-order", "date", event.date->text(),
                fmt::format("{} {} is {} {} the opening on {}", catalog_.provider(row.provider).id,
                            row.id, kind, before ? "before" : "after", row.opened->text()),
                fmt::format("see {}:{}", row.origin.file, row.origin.line)));
        }
    }

    void check_closing(const Region& row, const Records& records) {
        const EventRecord* closing = nullptr;
        for (const auto* event : records) {
            if (event->kind == EventKind::closed && event->date) {
                closing = event;
            }
        }
        if (closing == nullptr) {
            return;
        }
        for (const auto* event : records) {
            if (event->date && event != closing &&
                event->date->first_day() > closing->date->last_day()) {
                faults_.add(at_row(event->origin, Severity::error, "date-order", "date",
                                   event->date->text(),
                                   fmt::format("{} {} is {} after it closed on {}",
                                               catalog_.provider(row.provider).id, row.id,
                                               to_string(event->kind), closing->date->text())));
            }
        }
    }

    const Catalog& catalog_;
    FaultList& faults_;
    std::vector<Records> records_;  // by region
};

// ---- the same place twice ---------------------------------------------------------------------

// Metres within which two points are one. Rows that say to be no finer than a metro area may share
// its middle.
constexpr double kMetroPrecision_m = 5'000;

void check_same_place(const Catalog& catalog, FaultList& faults) {
    using Key = std::tuple<ProviderIndex, RegionClass, long, long>;
    constexpr double kCellsPerDegree = 1000;  // about 100 m
    std::map<Key, RegionIndex> seen;
    for (RegionIndex i = 0; i < catalog.regions().size(); ++i) {
        const Region& row = catalog.region(i);
        if (row.status != RegionStatus::open || row.precision_m >= kMetroPrecision_m) {
            continue;
        }
        const Key key{row.provider, row.region_class,
                      std::lround(row.position.lon * kCellsPerDegree),
                      std::lround(row.position.lat * kCellsPerDegree)};
        const auto [first, is_new] = seen.emplace(key, i);
        if (!is_new) {
            const Region& other = catalog.region(first->second);
            faults.add(at_row(row.origin, Severity::warning, "same-place", "lon,lat",
                              fmt::format("{},{}", row.position.lon, row.position.lat),
                              fmt::format("{} has another region there: {} ({}:{})",
                                          catalog.provider(row.provider).id, other.id,
                                          other.origin.file, other.origin.line),
                              "remove one, or state a coarser precision_m"));
        }
    }
}

}  // namespace

Diagnostics validate(const LoadedCatalog& loaded, const Atlas& atlas, const Cities& cities) {
    FaultList faults;
    faults.add(loaded.diagnostics);
    PlaceCheck places(atlas, cities, faults);
    for (const auto& provider : loaded.catalog.providers()) {
        places.check_country_code(provider.home_country, "home_country", {"providers.csv", 0});
    }
    LifeCheck lives(loaded.catalog, faults);
    for (RegionIndex i = 0; i < loaded.catalog.regions().size(); ++i) {
        if (faults.full()) {
            break;  // what more there is would not be said
        }
        places.check(loaded.catalog.region(i));
        lives.check(i);
    }
    for (const auto& row : loaded.left_out) {
        if (faults.full()) {
            break;
        }
        places.check(row);
    }
    check_same_place(loaded.catalog, faults);
    auto list = faults.take();
    std::stable_sort(list.begin(), list.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return std::tie(a.file, a.line) < std::tie(b.file, b.line);
    });
    return list;
}

}  // namespace footprint::geo
