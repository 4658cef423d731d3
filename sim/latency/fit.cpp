#include "sim/latency/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"
#include "geo/sphere/geodesic.h"
#include "sim/latency/dense.h"

namespace footprint::sim {
namespace {

// Where each price starts and is drawn to: two ends in a metro, equipment of a landing, slack of a
// laid cable, detours of land routes.
struct Prior {
    double value;
    double weight;  // in pairs with a relative error of 1
    double low, high;
};
constexpr std::array<Prior, 4> kPriors{
    {{1.5, 0.002, 0.2, 20}, {0.5, 0.02, 0.0, 5}, {1.15, 0.05, 1.0, 1.6}, {1.7, 0.01, 1.1, 3.0}}};
enum Price : std::size_t { kAccess, kHop, kSea, kLand, kAreas };
// A relative error below this weighs no more: it is within what two measurements differ by.
constexpr double kFine = 0.03;
constexpr double kMostLog = 0.5;  // of a single pair's residual: outliers do not teach

std::string continent_of(const Backbone& backbone, geo::CountryIndex index) {
    if (index == geo::kNoCountry) {
        return {};
    }
    const auto& country = backbone.atlas().countries()[index];
    return country.subregion == "Western Asia" ? "Middle East" : country.continent;
}

// Reads measured rows into a table; places are merged by position.
class MeasuredReader {
  public:
    MeasuredReader(const Backbone& backbone, const LandLinker& linker)
        : backbone_(backbone), linker_(linker) {}

    void read_places(const std::filesystem::path& file) {
        CsvReader reader(file);
        const auto provider = reader.column("provider");
        const auto region = reader.column("region");
        const auto lon = reader.column("lon");
        const auto lat = reader.column("lat");
        if (!provider || !region || !lon || !lat) {
            throw Error(
                ExitCode::invalid,
                fmt::format("{}: expected the columns provider, region, lon, lat", file.string()));
        }
        while (reader.next()) {
            const auto x = parse_number(reader.field(lon));
            const auto y = parse_number(reader.field(lat));
            if (x && y && std::abs(*x) <= 180 && std::abs(*y) <= 90) {
                known_[fmt::format("{}:{}", reader.field(provider), reader.field(region))] = {*x,
                                                                                              *y};
            }
        }
    }

    MeasuredTable read(const std::filesystem::path& file) {
        CsvReader reader(file);
        table_.name = file.filename().string();
        const bool by_position = reader.column("from_lon").has_value();
        const bool by_id = reader.column("from_id").has_value();
        if ((!by_position && !by_id) || !reader.column("rtt_ms")) {
            throw Error(ExitCode::invalid,
                        fmt::format("{}: expected the columns from_id,to_id,rtt_ms or "
                                    "from_lon,from_lat,to_lon,to_lat,rtt_ms",
                                    reader.name()));
        }
        while (reader.next()) {
            const auto text = reader.field(reader.column("rtt_ms"));
            const auto rtt_ms = parse_number(text);
            if (!rtt_ms || *rtt_ms <= 0 || *rtt_ms > 10'000) {
                fault(reader, "rtt_ms", text, "expected milliseconds over 0");
                continue;
            }
            const auto from = end(reader, by_position, "from");
            const auto to = end(reader, by_position, "to");
            if (from && to && *from != *to) {
                auto& sum = sums_[std::minmax(*from, *to)];
                sum.first += *rtt_ms;
                ++sum.second;
            }
            if (table_.source.empty()) {
                table_.source = reader.field(reader.column("source"));
            }
        }
        faults_.insert(faults_.end(), reader.diagnostics().begin(), reader.diagnostics().end());
        if (has_errors(faults_)) {
            throw Error(ExitCode::invalid, format(faults_, 20));
        }
        for (const auto& [ends, sum] : sums_) {
            table_.pairs.push_back({ends.first, ends.second, sum.first / sum.second});
        }
        return std::move(table_);
    }

  private:
    void fault(const CsvReader& reader, std::string field, std::string_view value,
               std::string message) {
        Diagnostic d;
        d.code = "measured-row";
        d.file = reader.name();
        d.line = reader.line();
        d.field = std::move(field);
        d.value = value;
        d.message = std::move(message);
        faults_.push_back(std::move(d));
    }

    std::optional<std::uint32_t> end(const CsvReader& reader, bool by_position,
                                     const std::string& which) {
        std::string name;
        std::optional<geo::LonLat> at;
        if (by_position) {
            const auto lon = parse_number(reader.field(reader.column(which + "_lon")));
            const auto lat = parse_number(reader.field(reader.column(which + "_lat")));
            if (lon && lat && std::abs(*lon) <= 180 && std::abs(*lat) <= 90) {
                at = geo::LonLat{*lon, *lat};
            }
            name = at ? fmt::format("{:.4f},{:.4f}", at->lon, at->lat) : "";
        } else {
            name = reader.field(reader.column(which + "_id"));
            const auto it = known_.find(name);
            if (it != known_.end()) {
                at = it->second;
            }
        }
        if (!at) {
            fault(reader, by_position ? which + "_lon" : which + "_id", name,
                  by_position ? "expected degrees, longitude within ±180, latitude within ±90"
                              : "no such place in the table of places");
            return std::nullopt;
        }
        return place(reader, which, name, *at);
    }

    std::optional<std::uint32_t> place(const CsvReader& reader, const std::string& which,
                                       const std::string& name, geo::LonLat at) {
        const auto key = std::pair{at.lon, at.lat};
        if (const auto it = by_position_.find(key); it != by_position_.end()) {
            return it->second;
        }
        auto placed = network_place(backbone_, linker_, at);
        if (!placed) {
            fault(reader, which, name,
                  fmt::format("lies more than {} km out at sea", Backbone::kShore_km));
            return std::nullopt;
        }
        const auto index = static_cast<std::uint32_t>(table_.places.size());
        const auto country = placed->land.country;
        table_.places.push_back({name, std::move(*placed), continent_of(backbone_, country)});
        by_position_[key] = index;
        return index;
    }

    const Backbone& backbone_;
    const LandLinker& linker_;
    std::map<std::string, geo::LonLat, std::less<>> known_;
    std::map<std::pair<double, double>, std::uint32_t> by_position_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::pair<double, int>> sums_;
    MeasuredTable table_;
    Diagnostics faults_;
};

}  // namespace

std::optional<NetworkPlace> network_place(const Backbone& backbone, const LandLinker& linker,
                                          geo::LonLat position) {
    const auto land = backbone.land_place(position);
    if (!land) {
        return std::nullopt;
    }
    return NetworkPlace{position, *land, linker.links(position, *land)};
}

MeasuredTable read_measured(const std::filesystem::path& file, const std::filesystem::path& places,
                            const Backbone& backbone, const LandLinker& linker) {
    MeasuredReader reader(backbone, linker);
    if (!places.empty()) {
        reader.read_places(places);
    }
    return reader.read(file);
}

// What the ways of some pairs are made of, by price.
struct BackboneFitter::Ways {
    std::vector<std::vector<std::pair<std::size_t, double>>> parts;  // empty: no way
    std::vector<double> rtt_ms;                                      // at the prices of the search
};

BackboneFitter::BackboneFitter(const Backbone& backbone, const LandLinker& linker,
                               const MeasuredTable& table, Date date)
    : backbone_(&backbone),
      linker_(&linker),
      table_(&table),
      network_(backbone, backbone.in_service(date, {}), Traffic::private_) {}

BackboneFitter::Ways BackboneFitter::ways(BackboneNetwork& network,
                                          const BackboneParameters& parameters,
                                          std::span<const std::uint32_t> pairs) const {
    network.price(parameters);
    const double fibre = parameters.fibre_ms_per_km();
    const std::size_t cables = kAreas + backbone_->areas().size();
    Ways result;
    result.parts.resize(pairs.size());
    result.rtt_ms.assign(pairs.size(), BackboneNetwork::kNoPath);
    BackboneNetwork::Tree tree;
    std::optional<std::uint32_t> tree_of;
    for (std::size_t k = 0; k < pairs.size(); ++k) {
        const auto& pair = table_->pairs[pairs[k]];
        const auto& from = table_->places[pair.from].place;
        const auto& to = table_->places[pair.to].place;
        if (tree_of != pair.from) {
            network.from(from, tree);
            tree_of = pair.from;
        }
        const auto way = network.way(from, tree, to, *linker_);
        if (!way.exists()) {
            continue;
        }
        const auto made_of = network.parts(from, tree, to, way);
        auto& parts = result.parts[k];
        parts.emplace_back(kAccess, 1.0);
        parts.emplace_back(kHop, made_of.hops);
        double sea_km = 0;
        for (const auto& [cable, km] : made_of.sea_km) {
            sea_km += km;
            parts.emplace_back(cables + cable, fibre * km);
        }
        double land_km = 0;
        for (const auto& [area, km] : made_of.land_km) {
            land_km += km;
            parts.emplace_back(kAreas + area, fibre * km);
        }
        parts.emplace_back(kSea, fibre * sea_km);
        parts.emplace_back(kLand, fibre * land_km);
        result.rtt_ms[k] = parameters.access_ms + way.rtt_ms;
    }
    return result;
}

// Ridge regression of measured RTTs on what the ways are made of. Weights 1 ÷ (measured² ·
// |relative error|) make it a fit of absolute relative errors.
void BackboneFitter::fit_prices(const Ways& ways, std::span<const std::uint32_t> pairs,
                                const FitOptions& options, BackboneParameters& p) const {
    const auto areas = backbone_->areas();
    const auto cables = backbone_->cables();
    const std::size_t all = kAreas + areas.size() + cables.size();
    const auto wanted = [&](std::size_t price) {
        return price < kAreas                  ? true
               : price < kAreas + areas.size() ? options.areas
                                               : options.cables;
    };
    std::vector<std::size_t> used;
    std::vector<std::size_t> index(all, all);
    for (std::size_t i = 0; i < kAreas; ++i) {
        index[i] = used.size();
        used.push_back(i);
    }
    for (const auto& parts : ways.parts) {
        for (const auto& [price, amount] : parts) {
            if (index[price] == all && wanted(price)) {
                index[price] = used.size();
                used.push_back(price);
            }
        }
    }
    const std::size_t n = used.size();
    const auto count = static_cast<double>(pairs.size());
    std::vector<double> solution(all, 0);
    solution[kAccess] = p.access_ms;
    solution[kHop] = p.hop_ms;
    solution[kSea] = p.sea_factor;
    solution[kLand] = p.land_factor;
    for (std::size_t i = 0; i < areas.size(); ++i) {
        const auto it = p.land_by_area.find(areas[i]);
        solution[kAreas + i] = it == p.land_by_area.end() ? 0 : it->second;
    }
    for (std::size_t i = 0; i < cables.size(); ++i) {
        const auto it = p.sea_by_cable.find(cables[i].name);
        solution[kAreas + areas.size() + i] = it == p.sea_by_cable.end() ? 0 : it->second;
    }
    for (int round = 0; round < 2; ++round) {
        std::vector<double> a(n * n, 0);
        std::vector<double> b(n, 0);
        for (std::size_t k = 0; k < pairs.size(); ++k) {
            if (ways.parts[k].empty()) {
                continue;
            }
            const double measured = table_->pairs[pairs[k]].rtt_ms;
            double modelled = 0;
            for (const auto& [price, amount] : ways.parts[k]) {
                modelled += solution[price] * amount;
            }
            const double relative = std::abs(modelled - measured) / measured;
            const double weight = 1 / (std::max(relative, kFine) * measured * measured);
            for (const auto& [i, x] : ways.parts[k]) {
                if (index[i] == all) {
                    continue;
                }
                b[index[i]] += weight * x * measured;
                for (const auto& [j, y] : ways.parts[k]) {
                    if (index[j] != all) {
                        a[index[i] * n + index[j]] += weight * x * y;
                    }
                }
            }
        }
        for (std::size_t i = 0; i < n; ++i) {
            const auto price = used[i];
            const double shrinkage = price < kAreas                  ? kPriors[price].weight
                                     : price < kAreas + areas.size() ? options.area_shrinkage
                                                                     : options.cable_shrinkage;
            a[i * n + i] += shrinkage * count;
            b[i] += price < kAreas ? shrinkage * count * kPriors[price].value : 0;
        }
        const auto x = solve_symmetric(std::move(a), std::move(b));
        std::fill(solution.begin(), solution.end(), 0.0);
        for (std::size_t i = 0; i < n; ++i) {
            const auto price = used[i];
            solution[price] = price < kAreas
                                  ? std::clamp(x[i], kPriors[price].low, kPriors[price].high)
                              : price < kAreas + areas.size() ? std::clamp(x[i], -0.6, 1.5)
                                                              : std::clamp(x[i], -0.12, 1.0);
        }
    }
    p.access_ms = solution[kAccess];
    p.hop_ms = solution[kHop];
    p.sea_factor = solution[kSea];
    p.land_factor = solution[kLand];
    p.land_by_area.clear();
    p.sea_by_cable.clear();
    for (std::size_t i = 0; i < areas.size(); ++i) {
        if (solution[kAreas + i] != 0) {
            p.land_by_area[areas[i]] = solution[kAreas + i];
        }
    }
    for (std::size_t i = 0; i < cables.size(); ++i) {
        if (solution[kAreas + areas.size() + i] != 0) {
            p.sea_by_cable[cables[i].name] = solution[kAreas + areas.size() + i];
        }
    }
}

// Simple kriging of log(measured ÷ modelled) with the symmetric product kernel.
void BackboneFitter::fit_residual(const Ways& ways, std::span<const std::uint32_t> pairs,
                                  const FitOptions& options, BackboneParameters& p) const {
    p.residual = {};
    p.residual.length_km = options.length_km;
    std::vector<std::size_t> known;
    std::vector<bool> is_used(table_->places.size(), false);
    for (std::size_t k = 0; k < pairs.size(); ++k) {
        if (!ways.parts[k].empty()) {
            known.push_back(k);
            is_used[table_->pairs[pairs[k]].from] = true;
            is_used[table_->pairs[pairs[k]].to] = true;
        }
    }
    std::vector<std::size_t> place_index(table_->places.size(), 0);
    for (std::size_t i = 0; i < is_used.size(); ++i) {
        if (is_used[i]) {
            place_index[i] = p.residual.places.size();
            p.residual.names.push_back(table_->places[i].name);
            p.residual.places.push_back(table_->places[i].place.position);
        }
    }
    const std::size_t m = p.residual.places.size();
    const std::size_t n = known.size();
    std::vector<std::vector<double>> kernel(m);
    for (std::size_t i = 0; i < m; ++i) {
        kernel[i] = p.residual.kernel(p.residual.places[i]);
    }
    const auto ends = [&](std::size_t k) {
        const auto& pair = table_->pairs[pairs[known[k]]];
        return std::pair{place_index[pair.from], place_index[pair.to]};
    };
    std::vector<double> covariance(n * n, 0);
    std::vector<double> residual(n);
    const double half = options.field_variance / 2;
    for (std::size_t i = 0; i < n; ++i) {
        const auto [a, b] = ends(i);
        for (std::size_t j = 0; j <= i; ++j) {
            const auto [c, d] = ends(j);
            covariance[i * n + j] =
                half * (kernel[a][c] * kernel[b][d] + kernel[a][d] * kernel[b][c]);
        }
        const double measured = table_->pairs[pairs[known[i]]].rtt_ms;
        const double resolution = options.resolution_ms / measured;
        covariance[i * n + i] += options.noise_variance + resolution * resolution;
        residual[i] = std::clamp(std::log(measured / ways.rtt_ms[known[i]]), -kMostLog, kMostLog);
    }
    const auto alpha = solve_symmetric(std::move(covariance), std::move(residual));
    p.residual.weights.assign(m * m, 0);
    for (std::size_t k = 0; k < n; ++k) {
        const auto [a, b] = ends(k);
        p.residual.weights[a * m + b] += half * alpha[k];
        p.residual.weights[b * m + a] += half * alpha[k];
    }
}

BackboneParameters BackboneFitter::fit(std::span<const std::uint32_t> pairs,
                                       const FitOptions& options) const {
    if (pairs.size() < 10) {
        throw Error(ExitCode::invalid, fmt::format("{}: {} usable pairs; a fit needs at least 10",
                                                   table_->name, pairs.size()));
    }
    auto network = network_;
    BackboneParameters parameters;
    BackboneParameters best;
    double best_error = BackboneNetwork::kNoPath;
    for (int round = 0; round <= options.rounds; ++round) {
        const auto found = ways(network, parameters, pairs);
        double error = 0;
        for (std::size_t k = 0; k < pairs.size(); ++k) {
            const double measured = table_->pairs[pairs[k]].rtt_ms;
            error += std::min(1.0, std::abs(std::log(found.rtt_ms[k] / measured)));
        }
        if (error < best_error) {
            best_error = error;
            best = parameters;
        }
        fit_prices(found, pairs, options, parameters);
    }
    if (options.residual) {
        fit_residual(ways(network, best, pairs), pairs, options, best);
    }
    return best;
}

std::vector<double> BackboneFitter::predict(const BackboneParameters& parameters,
                                            std::span<const std::uint32_t> pairs,
                                            bool with_residual) const {
    auto network = network_;
    auto result = ways(network, parameters, pairs).rtt_ms;
    if (!with_residual || parameters.residual.empty()) {
        return result;
    }
    std::vector<std::vector<double>> kernel(table_->places.size());
    for (std::size_t k = 0; k < pairs.size(); ++k) {
        const auto& pair = table_->pairs[pairs[k]];
        for (const auto end : {pair.from, pair.to}) {
            if (kernel[end].empty()) {
                kernel[end] = parameters.residual.kernel(table_->places[end].place.position);
            }
        }
        result[k] *= std::exp(parameters.residual.log_factor(kernel[pair.from], kernel[pair.to]));
    }
    return result;
}

}  // namespace footprint::sim
