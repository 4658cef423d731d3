// The base map: countries, borders, lakes; which country a point is in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/date.h"
#include "geo/sphere/lonlat.h"
#include "geo/sphere/ring.h"

namespace footprint::geo {

using CountryIndex = std::uint16_t;
inline constexpr CountryIndex kNoCountry = 0xFFFF;

struct Country {
    std::string iso2;  // "FR"; pseudo codes only for shapes without one
    std::string iso3;
    std::string name;
    std::string
        continent;  // Africa, Antarctica, Asia, Europe, North America, Oceania, South America
    std::string subregion;  // UN M49: "South-eastern Asia"
    double people_2025 = 0;
};

// Population and internet use by year, from countries.csv, interpolated between its columns and
// held at the ends (people: 2000 and 2035; internet: each country's first and last known year).
// A country without any figure of internet use has its subregion's mean. The countries that only
// the base map knows have nobody.
class CountrySeries {
  public:
    double people(CountryIndex country, double year) const;
    // The last year that any country has people for; later ones hold its figures.
    double last_people_year() const;
    // Share of people online, 0 to 1, for urban and rural people; the two are equal where no split
    // is known.
    struct Internet {
        double urban = 0;
        double rural = 0;
    };
    Internet internet(CountryIndex country, double year) const;
    // Share of all people online, 0 to 1.
    double internet_share(CountryIndex country, double year) const;

    struct Row {
        std::vector<std::pair<double, double>> people;    // year, people
        std::vector<std::pair<double, double>> internet;  // year, share
        double urban_share = 0.5;
        double urban_to_rural = 1.0;  // internet use, urban over rural
    };
    CountrySeries() = default;
    explicit CountrySeries(std::vector<Row> rows) : rows_(std::move(rows)) {}

  private:
    std::vector<Row> rows_;
};

enum class MapDetail { coarse, fine };  // 1:110m, 1:50m

class Atlas {
  public:
    // Reads countries.csv and basemap/. Throws Error when a file is missing or malformed. Countries
    // stand in the order of countries.csv; those that only the base map knows (Antarctica, South
    // Georgia, …) follow.
    static Atlas load(const std::filesystem::path& datasets, MapDetail detail = MapDetail::fine);
    // Only countries.csv: names, continents, people by year, with the same indices. No shapes:
    // country_at answers kNoCountry everywhere.
    static Atlas load_tables(const std::filesystem::path& datasets);

    std::span<const Country> countries() const;
    const CountrySeries& series() const;
    // By ISO alpha-2, alpha-3 or English name ("South Korea", "USA", "Ivory Coast"), whatever its
    // case and accents.
    std::optional<CountryIndex> find_country(std::string_view name) const;

    // A named area: "world", a continent, a subregion ("South-East Asia" and "South-eastern Asia"
    // both work), a country, or a user-facing group ("middle-east", "latin-america",
    // "asean", "gulf", "eu"). Case, accents, spaces and
    // hyphens do not matter.
    struct Area {
        std::string name;
        std::vector<CountryIndex> countries;  // sorted; empty for the world
        bool is_world = false;
    };
    std::optional<Area> find_area(std::string_view name) const;
    // Names that find_area knows besides countries, for help and suggestions.
    std::vector<std::string> area_names() const;

    // Shapes, by country index (empty where the base map has none).
    std::span<const SpherePolygon> shapes(CountryIndex country) const;
    std::span<const SpherePolygon> land() const;   // all countries in one, without borders
    std::span<const SphereLine> borders() const;   // between two countries
    std::span<const SphereLine> coasts() const;    // one country's edge
    std::span<const SphereLine> disputed() const;  // drawn dashed; 1:50m only
    std::span<const SpherePolygon> lakes() const;  // largest first; 1:50m only

    // The country whose shape holds the point; kNoCountry at sea. About 1 µs, and 10 ms at the
    // first call. Thread-safe.
    CountryIndex country_at(LonLat position) const;
    // The same at out.size() places along a parallel, from first_lon (>= -180) on in steps of
    // `step_deg`, all below 180; many times faster. Thread-safe.
    void country_row(double lat, double first_lon, double step_deg,
                     std::span<CountryIndex> out) const;
    // Distance to the nearest point of the country's shape in metres (0 inside), or nothing if it
    // has no shape. About 1 µs, and 50 ms at the first call. Thread-safe.
    std::optional<double> distance_to_country_m(LonLat position, CountryIndex country) const;
    // The same to the nearest land of all; infinite without shapes. About 5 µs.
    double distance_to_land_m(LonLat position) const;

    struct Impl;  // of this room

  private:
    explicit Atlas(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
    std::shared_ptr<const Impl> impl_;
};

}  // namespace footprint::geo
