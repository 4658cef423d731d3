#include "geo/atlas/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"

namespace footprint::geo {

namespace {

using Points = std::vector<std::pair<double, double>>;

struct YearColumn {
    double year = 0;
    std::size_t column = 0;
};

struct CountryColumns {
    std::optional<std::size_t> iso2, iso3, name, continent, subregion;
    std::vector<YearColumn> people;
    std::vector<YearColumn> internet;
    std::optional<std::size_t> latest_internet, latest_internet_year;
    std::optional<std::size_t> urban_share, urban_internet, rural_internet;
};

// CountryColumns named prefix + four digits.
std::vector<YearColumn> year_columns(const std::vector<std::string>& header,
                                     std::string_view prefix) {
    std::vector<YearColumn> result;
    for (std::size_t i = 0; i < header.size(); ++i) {
        if (!header[i].starts_with(prefix)) {
            continue;
        }
        const auto year = parse_integer(std::string_view(header[i]).substr(prefix.size()));
        if (year && *year >= 1900 && *year <= 2200) {
            result.push_back({static_cast<double>(*year), i});
        }
    }
    return result;
}

[[noreturn]] void fail(const std::string& file, std::size_t line, const std::string& what) {
    throw Error(ExitCode::invalid, fmt::format("{}:{}: {}", file, line, what));
}

CountryColumns country_columns(const CsvReader& csv) {
    const auto require = [&](std::string_view name) {
        const auto column = csv.column(name);
        if (!column) {
            fail(csv.name(), 1, fmt::format("column '{}' is missing", name));
        }
        return column;
    };
    CountryColumns columns;
    columns.iso2 = require("iso2");
    columns.iso3 = require("iso3");
    columns.name = require("name");
    columns.continent = require("continent");
    columns.subregion = require("subregion");
    columns.people = year_columns(csv.header(), "population_");
    columns.internet = year_columns(csv.header(), "internet_users_percent_");
    columns.latest_internet = csv.column("internet_users_percent_sim");
    columns.latest_internet_year = csv.column("internet_users_sim_year");
    columns.urban_share = csv.column("urban_share_percent");
    columns.urban_internet = csv.column("internet_users_urban_percent");
    columns.rural_internet = csv.column("internet_users_rural_percent");
    if (columns.people.empty()) {
        fail(csv.name(), 1, "no column 'population_YYYY'; expected at least one");
    }
    return columns;
}

// A number of the row in [0, most], nothing where the cell is empty.
std::optional<double> number_in(const CsvReader& csv, std::optional<std::size_t> column,
                                double most) {
    const std::string_view text = csv.field(column);
    if (text.empty()) {
        return std::nullopt;
    }
    const auto value = parse_number(text);
    if (!value || *value < 0 || *value > most) {
        fail(csv.name(), csv.line(),
             fmt::format("column '{}': '{}': expected a number from 0 to {:.0f}",
                         csv.header()[*column], text, most));
    }
    return value;
}

Points points_in(const CsvReader& csv, const std::vector<YearColumn>& columns, double most,
                 double unit) {
    Points points;
    for (const auto& [year, column] : columns) {
        if (const auto value = number_in(csv, column, most)) {
            points.emplace_back(year, *value * unit);
        }
    }
    std::sort(points.begin(), points.end());
    return points;
}

constexpr double kMostPeople = 1e11;

Points internet_points(const CsvReader& csv, const CountryColumns& columns) {
    Points points = points_in(csv, columns.internet, 100, 0.01);
    const auto latest = number_in(csv, columns.latest_internet, 100);
    const auto year = number_in(csv, columns.latest_internet_year, 2200);
    if (latest && year && (points.empty() || points.back().first < *year)) {
        points.emplace_back(*year, *latest / 100);
    }
    return points;
}

CountrySeries::Row series_row(const CsvReader& csv, const CountryColumns& columns) {
    CountrySeries::Row row;
    row.people = points_in(csv, columns.people, kMostPeople, 1);
    row.internet = internet_points(csv, columns);
    row.urban_share = number_in(csv, columns.urban_share, 100).value_or(50) / 100;
    const auto urban = number_in(csv, columns.urban_internet, 100);
    const auto rural = number_in(csv, columns.rural_internet, 100);
    if (urban && rural && *rural > 0) {
        row.urban_to_rural = *urban / *rural;
    }
    return row;
}

double interpolated(const Points& points, double year) {
    if (points.empty()) {
        return 0;
    }
    const auto after = std::lower_bound(points.begin(), points.end(), year,
                                        [](const auto& p, double y) { return p.first < y; });
    if (after == points.begin()) {
        return points.front().second;
    }
    if (after == points.end()) {
        return points.back().second;
    }
    const auto before = after - 1;
    const double t = (year - before->first) / (after->first - before->first);
    return before->second + t * (after->second - before->second);
}

// Countries without internet figures take the mean of their subregion's, weighted by people.
void fill_internet(const std::vector<Country>& countries, std::vector<CountrySeries::Row>& rows) {
    struct Sum {
        double people = 0;
        double online = 0;
    };
    constexpr double kYear = 2024;
    std::map<std::string, Sum> sums;
    Sum world;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].internet.empty()) {
            continue;
        }
        const double people = interpolated(rows[i].people, kYear);
        const double online = people * interpolated(rows[i].internet, kYear);
        for (Sum* sum : {&sums[countries[i].subregion], &world}) {
            sum->people += people;
            sum->online += online;
        }
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Sum& near = sums[countries[i].subregion];
        const Sum& used = near.people > 0 ? near : world;
        if (rows[i].internet.empty() && used.people > 0) {
            rows[i].internet.emplace_back(kYear, used.online / used.people);
        }
    }
}

// Names people write, beside those of countries.csv.
constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
    {"usa", "US"},
    {"united states", "US"},
    {"united states of america", "US"},
    {"america", "US"},
    {"united kingdom", "GB"},
    {"great britain", "GB"},
    {"britain", "GB"},
    {"uae", "AE"},
    {"emirates", "AE"},
    {"korea", "KR"},
    {"republic of korea", "KR"},
    {"turkey", "TR"},
    {"czech republic", "CZ"},
    {"ivory coast", "CI"},
    {"bosnia and herzegovina", "BA"},
    {"macau", "MO"},
    {"dr congo", "CD"},
    {"drc", "CD"},
    {"democratic republic of the congo", "CD"},
    {"congo", "CG"},
    {"republic of the congo", "CG"},
    {"burma", "MM"},
    {"swaziland", "SZ"},
    {"macedonia", "MK"},
    {"cabo verde", "CV"},
    {"east timor", "TL"},
    {"russian federation", "RU"},
    {"viet nam", "VN"},
    {"holland", "NL"},
    {"the netherlands", "NL"},
    {"mainland china", "CN"},
    {"trinidad and tobago", "TT"},
    {"antigua and barbuda", "AG"},
    {"saint lucia", "LC"},
    {"vatican", "VA"},
};

void add_names(CountryTable& table, CountryIndex index) {
    const Country& country = table.countries[index];
    for (const std::string* text : {&country.iso2, &country.iso3, &country.name}) {
        if (!text->empty()) {
            table.by_name.try_emplace(folded(*text), index);
        }
    }
}

void add_aliases(CountryTable& table) {
    for (const auto& [alias, iso2] : kAliases) {
        if (const auto index = table.find(iso2)) {
            table.by_name.try_emplace(folded(alias), *index);
        }
    }
}

}  // namespace

double CountrySeries::last_people_year() const {
    double last = 0;
    for (const auto& row : rows_) {
        last = row.people.empty() ? last : std::max(last, row.people.back().first);
    }
    return last;
}

double CountrySeries::people(CountryIndex country, double year) const {
    return country < rows_.size() ? interpolated(rows_[country].people, year) : 0;
}

double CountrySeries::internet_share(CountryIndex country, double year) const {
    return country < rows_.size() ? interpolated(rows_[country].internet, year) : 0;
}

CountrySeries::Internet CountrySeries::internet(CountryIndex country, double year) const {
    if (country >= rows_.size()) {
        return {};
    }
    const Row& row = rows_[country];
    const double share = interpolated(row.internet, year);
    const double u = row.urban_share;
    Internet result;
    // share = u·urban + (1 − u)·rural with urban = ratio·rural, neither above 1.
    result.rural = share / (u * row.urban_to_rural + (1 - u));
    result.urban = result.rural * row.urban_to_rural;
    if (result.urban > 1 && u < 1) {
        result = {1, (share - u) / (1 - u)};
    } else if (result.rural > 1 && u > 0) {
        result = {(share - (1 - u)) / u, 1};
    }
    return result;
}

CountryIndex CountryTable::add(Country country) {
    if (countries.size() >= kNoCountry) {
        throw Error(ExitCode::invalid, "more countries than the program can count (65,534)");
    }
    const auto index = static_cast<CountryIndex>(countries.size());
    countries.push_back(std::move(country));
    add_names(*this, index);
    return index;
}

std::optional<CountryIndex> CountryTable::find(std::string_view name) const {
    const auto found = by_name.find(folded(name));
    return found == by_name.end() ? std::nullopt : std::optional(found->second);
}

CountryTable read_countries(const std::filesystem::path& file) {
    CsvReader csv(file);
    const CountryColumns columns = country_columns(csv);
    CountryTable table;
    std::vector<CountrySeries::Row> rows;
    while (csv.next()) {
        Country country;
        country.iso2 = csv.field(columns.iso2);
        country.iso3 = csv.field(columns.iso3);
        country.name = csv.field(columns.name);
        country.continent = csv.field(columns.continent);
        country.subregion = csv.field(columns.subregion);
        if (country.iso2.size() != 2 || country.iso3.size() != 3) {
            fail(csv.name(), csv.line(),
                 fmt::format("codes '{}' and '{}': expected ISO 3166-1 alpha-2 and alpha-3",
                             country.iso2, country.iso3));
        }
        if (table.by_name.contains(folded(country.iso2))) {
            fail(csv.name(), csv.line(), fmt::format("country '{}' stands twice", country.iso2));
        }
        rows.push_back(series_row(csv, columns));
        country.people_2025 = interpolated(rows.back().people, 2025);
        table.add(std::move(country));
    }
    if (has_errors(csv.diagnostics())) {
        throw Error(ExitCode::invalid, format(csv.diagnostics(), 10));
    }
    if (table.countries.empty()) {
        fail(csv.name(), 1, "no countries; expected one a row");
    }
    fill_internet(table.countries, rows);
    table.series = CountrySeries(std::move(rows));
    add_aliases(table);
    return table;
}

}  // namespace footprint::geo
