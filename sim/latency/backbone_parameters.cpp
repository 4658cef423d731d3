#include "sim/latency/backbone_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "geo/sphere/geodesic.h"

namespace footprint::sim {
namespace {

using nlohmann::ordered_json;

constexpr int kVersion = 1;

// Six significant digits: more is noise, and the file stays readable.
double rounded(double value) {
    if (value == 0 || !std::isfinite(value)) {
        return 0;
    }
    const double scale = std::pow(10.0, 5 - std::floor(std::log10(std::abs(value))));
    return std::round(value * scale) / scale;
}

double number_at(const nlohmann::json& object, const char* key, double low, double high) {
    const auto& value = object.at(key);
    if (!value.is_number() || value.get<double>() < low || value.get<double>() > high) {
        throw Error(ExitCode::invalid, fmt::format("'{}' is {}; expected a number from {} to {}",
                                                   key, value.dump(), low, high));
    }
    return value.get<double>();
}

std::map<std::string, double> numbers_at(const nlohmann::json& object, const char* key) {
    std::map<std::string, double> result;
    for (const auto& [name, value] : object.at(key).items()) {
        result[name] = value.get<double>();
    }
    return result;
}

void read_residual(const nlohmann::json& json, ResidualField& field) {
    field.length_km = number_at(json, "length_km", 1, 40'000);
    for (const auto& place : json.at("places")) {
        field.names.push_back(place.at("name").get<std::string>());
        field.places.push_back(
            {number_at(place, "lon", -180, 180), number_at(place, "lat", -90, 90)});
    }
    const std::size_t n = field.places.size();
    field.weights.assign(n * n, 0);
    for (const auto& entry : json.at("weights")) {
        const auto i = entry.at(0).get<std::size_t>();
        const auto j = entry.at(1).get<std::size_t>();
        if (i >= n || j >= n) {
            throw Error(ExitCode::invalid, fmt::format("a weight of place {} and {}; there are {} "
                                                       "places",
                                                       i, j, n));
        }
        field.weights[i * n + j] = field.weights[j * n + i] = entry.at(2).get<double>();
    }
}

}  // namespace

std::vector<double> ResidualField::kernel(geo::LonLat position) const {
    std::vector<double> result(places.size());
    ResidualKernels(*this).at(position, result);
    return result;
}

ResidualKernels::ResidualKernels(const ResidualField& field) : length_km_(field.length_km) {
    // What is eight lengths away says nothing (exp(−8) = 0.0003), and far geodesics are dear.
    constexpr double kRadius_km = 6371;
    least_cosine_ = std::cos(std::min(3.14159, 8 * length_km_ / kRadius_km));
    for (const auto& place : field.places) {
        unit_.push_back(geo::unit_vector(place));
        reduced_.push_back(geo::reduced_unit_vector(place));
    }
}

void ResidualKernels::at(geo::LonLat position, std::span<double> out) const {
    const auto here = geo::unit_vector(position);
    const auto here_reduced = geo::reduced_unit_vector(position);
    for (std::size_t i = 0; i < unit_.size(); ++i) {
        const bool is_near = dot(here, unit_[i]) > least_cosine_;
        out[i] = is_near ? std::exp(-geo::fast_distance_reduced_m(here_reduced, reduced_[i]) /
                                    1000 / length_km_)
                         : 0.0;
    }
}

double ResidualField::log_factor(const std::vector<double>& a, const std::vector<double>& b) const {
    const std::size_t n = places.size();
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
        if (a[i] == 0) {
            continue;
        }
        double row = 0;
        for (std::size_t j = 0; j < n; ++j) {
            row += weights[i * n + j] * b[j];
        }
        sum += a[i] * row;
    }
    return sum;
}

std::vector<ModelParameter> BackboneParameters::list() const {
    const auto from = [&](const char* name) {
        const auto it = provenance.find(name);
        const auto fit = provenance.find("fit");
        return it != provenance.end()    ? it->second
               : fit != provenance.end() ? fit->second
                                         : std::string("set by hand");
    };
    std::vector<ModelParameter> result{
        {"fibre_index", fibre_index, "", from("fibre_index")},
        {"access_ms", access_ms, "ms", from("access_ms")},
        {"hop_ms", hop_ms, "ms", from("hop_ms")},
        {"sea_factor", sea_factor, "", from("sea_factor")},
        {"land_factor", land_factor, "", from("land_factor")},
        {"public_factor", public_factor, "", from("public_factor")},
        {"fixed_access_ms", fixed_access_ms, "ms", from("fixed_access_ms")},
        {"wireless_access_ms", wireless_access_ms, "ms", from("wireless_access_ms")},
        {"residual_length_km", residual.length_km, "km", from("residual_length_km")},
    };
    for (const auto& [area, value] : land_by_area) {
        result.push_back({"land_factor: " + area, land_factor + value, "", from("land_by_area")});
    }
    return result;
}

std::string BackboneParameters::json() const {
    ordered_json root;
    root["schema"] = "footprint-backbone-parameters";
    root["version"] = kVersion;
    root["provenance"] = provenance;
    root["fibre_index"] = fibre_index;
    root["access_ms"] = rounded(access_ms);
    root["hop_ms"] = rounded(hop_ms);
    root["sea_factor"] = rounded(sea_factor);
    root["land_factor"] = rounded(land_factor);
    root["public_factor"] = public_factor;
    root["fixed_access_ms"] = fixed_access_ms;
    root["wireless_access_ms"] = wireless_access_ms;
    root["land_by_area"] = ordered_json::object();
    for (const auto& [area, value] : land_by_area) {
        root["land_by_area"][area] = rounded(value);
    }
    root["sea_by_cable"] = ordered_json::object();
    for (const auto& [cable, value] : sea_by_cable) {
        root["sea_by_cable"][cable] = rounded(value);
    }
    root["interval"] = ordered_json::array();
    for (const auto& c : interval) {
        root["interval"].push_back({{"up_to_ms", c.up_to_ms},
                                    {"low", rounded(c.low)},
                                    {"high", rounded(c.high)},
                                    {"pairs", c.pairs}});
    }
    auto& field = root["residual"];
    field["length_km"] = residual.length_km;
    field["places"] = ordered_json::array();
    const std::size_t n = residual.places.size();
    for (std::size_t i = 0; i < n; ++i) {
        field["places"].push_back({{"name", residual.names[i]},
                                   {"lon", residual.places[i].lon},
                                   {"lat", residual.places[i].lat}});
    }
    field["weights"] = ordered_json::array();
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = i; j < n; ++j) {
            const double weight = rounded(residual.weights[i * n + j]);
            if (weight != 0) {
                field["weights"].push_back({i, j, weight});
            }
        }
    }
    // One line for each top-level key and each element of the arrays: it can be read and compared.
    std::string text = "{\n";
    for (auto it = root.begin(); it != root.end(); ++it) {
        text += fmt::format("  {}: {}{}\n", ordered_json(it.key()).dump(), it.value().dump(),
                            std::next(it) == root.end() ? "" : ",");
    }
    return text + "}\n";
}

BackboneParameters BackboneParameters::load(const std::filesystem::path& file) {
    const auto text = read_file(file, std::size_t{16} << 20);
    try {
        const auto json = nlohmann::json::parse(text);
        if (json.at("schema") != "footprint-backbone-parameters" ||
            json.at("version") != kVersion) {
            throw Error(ExitCode::invalid,
                        "expected schema footprint-backbone-parameters, version 1, as "
                        "`footprint latency fit` writes it");
        }
        BackboneParameters p;
        p.provenance = json.at("provenance").get<std::map<std::string, std::string>>();
        p.fibre_index = number_at(json, "fibre_index", 1, 2);
        p.access_ms = number_at(json, "access_ms", 0, 100);
        p.hop_ms = number_at(json, "hop_ms", 0, 100);
        p.sea_factor = number_at(json, "sea_factor", 1, 5);
        p.land_factor = number_at(json, "land_factor", 1, 5);
        p.public_factor = number_at(json, "public_factor", 1, 5);
        p.fixed_access_ms = number_at(json, "fixed_access_ms", 0, 1000);
        p.wireless_access_ms = number_at(json, "wireless_access_ms", 0, 1000);
        p.land_by_area = numbers_at(json, "land_by_area");
        p.sea_by_cable = numbers_at(json, "sea_by_cable");
        for (const auto& c : json.at("interval")) {
            p.interval.push_back({number_at(c, "up_to_ms", 0, 1e9), number_at(c, "low", 0, 1),
                                  number_at(c, "high", 1, 100), c.at("pairs").get<int>()});
        }
        read_residual(json.at("residual"), p.residual);
        return p;
    } catch (const nlohmann::json::exception& error) {
        throw Error(ExitCode::invalid,
                    fmt::format("{}: not what 'footprint latency fit' writes: {}", file.string(),
                                error.what()));
    } catch (const Error& error) {
        throw Error(error.code(), fmt::format("{}: {}", file.string(), error.what()));
    }
}

}  // namespace footprint::sim
