#include "geo/atlas/cities.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"
#include "geo/sphere/geodesic.h"

namespace footprint::geo {

namespace {

struct CityColumns {
    std::size_t name, ascii_name, country, lon, lat, population, rank, alt_names;
};

CityColumns city_columns(const CsvReader& csv) {
    const auto require = [&](std::string_view name) {
        const auto column = csv.column(name);
        if (!column) {
            throw Error(ExitCode::invalid,
                        fmt::format("{}:1: column '{}' is missing", csv.name(), name));
        }
        return *column;
    };
    return {require("name"), require("ascii_name"), require("country"), require("lon"),
            require("lat"),  require("population"), require("rank"),    require("alt_names")};
}

double number(const CsvReader& csv, std::size_t column, double low, double high) {
    const auto value = parse_number(csv.fields()[column]);
    if (!value || *value < low || *value > high) {
        throw Error(
            ExitCode::invalid,
            fmt::format("{}:{}: column '{}': '{}': expected a number from {} to {}", csv.name(),
                        csv.line(), csv.header()[column], csv.fields()[column], low, high));
    }
    return *value;
}

template <typename Take>
void each_part(std::string_view text, Take take) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(';'), text.size());
        take(text.substr(0, end));
        text.remove_prefix(std::min(text.size(), end + 1));
    }
}

}  // namespace

Cities Cities::load(const std::filesystem::path& datasets) {
    CsvReader csv(datasets / "cities.csv");
    const CityColumns columns = city_columns(csv);
    Cities result;
    while (csv.next()) {
        const auto& fields = csv.fields();
        City city;
        city.name = fields[columns.name];
        city.country = fields[columns.country];
        city.position = {normalized_lon(number(csv, columns.lon, -180, 180)),
                         number(csv, columns.lat, -90, 90)};
        city.population = number(csv, columns.population, 0, 1e9);
        city.rank = static_cast<int>(number(csv, columns.rank, 0, 1000));
        const auto index = static_cast<std::uint32_t>(result.cities_.size());
        const auto add = [&](std::string_view name) {
            std::string key = folded(name);
            if (!key.empty()) {
                result.by_folded_name_.emplace_back(std::move(key), index);
            }
        };
        add(city.name);
        if (fields[columns.ascii_name] != city.name) {
            add(fields[columns.ascii_name]);
        }
        each_part(fields[columns.alt_names], add);
        result.vectors_.push_back(reduced_unit_vector(city.position));
        result.cities_.push_back(std::move(city));
    }
    if (has_errors(csv.diagnostics())) {
        throw Error(ExitCode::invalid, format(csv.diagnostics(), 10));
    }
    auto& names = result.by_folded_name_;
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return result;
}

std::vector<const City*> Cities::find(std::string_view name) const {
    std::string_view city = name;
    std::string country;
    if (const std::size_t comma = name.rfind(','); comma != std::string_view::npos) {
        city = name.substr(0, comma);
        country = lower_ascii(trimmed(name.substr(comma + 1)));
    }
    const std::string key = folded(city);
    auto at = std::lower_bound(by_folded_name_.begin(), by_folded_name_.end(), key,
                               [](const auto& entry, const auto& k) { return entry.first < k; });
    std::vector<const City*> found;
    for (; at != by_folded_name_.end() && at->first == key; ++at) {
        const City& candidate = cities_[at->second];
        if (country.empty() || lower_ascii(candidate.country) == country) {
            found.push_back(&candidate);
        }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const City* a, const City* b) { return a->population > b->population; });
    return found;
}

const City* Cities::nearest(LonLat position) const {
    const Vec3 here = reduced_unit_vector(position);
    double least = std::numeric_limits<double>::infinity();
    const auto square = [&](const Vec3& v) { return dot(v - here, v - here); };
    for (const Vec3& v : vectors_) {
        least = std::min(least, square(v));
    }
    // The geodesic lies between b and a times the angle, so no city whose chord is 1 % longer than
    // the shortest is nearer.
    const City* best = nullptr;
    double best_m = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < vectors_.size(); ++i) {
        if (square(vectors_[i]) > least * 1.0201 + 1e-18) {
            continue;
        }
        const double here_m = distance_m(position, cities_[i].position);
        const bool tie = here_m == best_m && cities_[i].population > best->population;
        if (here_m < best_m || tie) {
            best_m = here_m;
            best = &cities_[i];
        }
    }
    return best;
}

}  // namespace footprint::geo
