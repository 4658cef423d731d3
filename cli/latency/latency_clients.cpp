#include "cli/latency/latency_clients.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/frame/coverage_options.h"
#include "cli/tables/table.h"
#include "sim/coverage/engine.h"

namespace footprint::cli {
namespace {

constexpr std::size_t kWorstCountries = 10;
// The threshold that is promised, and by which countries are called the worst.
constexpr double kCentral_ms = 100;

std::size_t central(const sim::ClientFit& fit) {
    const auto it = std::min_element(
        fit.thresholds_ms.begin(), fit.thresholds_ms.end(),
        [](double a, double b) { return std::abs(a - kCentral_ms) < std::abs(b - kCentral_ms); });
    return static_cast<std::size_t>(it - fit.thresholds_ms.begin());
}

// Those measured at the central threshold, the largest error first.
std::vector<sim::LeftOutCountry> by_error(const sim::ClientFit& fit) {
    const auto t = central(fit);
    auto countries = fit.left_out;
    std::erase_if(countries, [&](const auto& c) { return std::isnan(c.measured[t]); });
    std::stable_sort(countries.begin(), countries.end(), [&](const auto& a, const auto& b) {
        return std::abs(a.measured[t] - a.modelled[t]) > std::abs(b.measured[t] - b.modelled[t]);
    });
    return countries;
}

}  // namespace

std::vector<sim::ClientFit> fit_client_access(Session& session,
                                              const std::filesystem::path& measured,
                                              const std::vector<std::filesystem::path>& more_cables,
                                              Date date) {
    const auto& atlas = session.atlas();
    const auto shares = sim::read_measured_shares(measured, atlas);
    const auto paths =
        sim::make_backbone_model(load_backbone(session, more_cables),
                                 ClientFlags::path_parameters(load_backbone_parameters(session)));
    const auto points = geo::DemandPoints::load(session.datasets(), atlas);
    sim::CoverageOptions options;
    options.serve = sim::ServeRule::same_continent;
    options.scope = session.scope({}, {});
    sim::CoverageEngine engine(session.timeline(), atlas, points, *paths, options);
    const auto by_country = sim::country_paths(atlas, points, engine.weights(date),
                                               engine.field(session.providers({}), date).rtt_ms());
    std::vector<sim::ClientFit> fits;
    for (const auto kind : {sim::ClientKind::fixed, sim::ClientKind::wireless}) {
        fits.push_back(sim::fit_clients(kind, atlas, by_country, shares));
    }
    return fits;
}

std::string client_lines_csv(Session& session, const std::vector<sim::ClientFit>& fits,
                             const std::filesystem::path& measured, Date date) {
    return sim::clients_csv(session.atlas(), fits,
                            fmt::format("footprint latency fit --coverage {} at {}",
                                        measured.filename().string(), date.iso()));
}

std::string client_errors_line(const std::vector<sim::ClientFit>& fits) {
    std::string out;
    for (const auto& fit : fits) {
        out += fmt::format("{}{}: {} countries, each left out in turn", out.empty() ? "" : "\n",
                           to_string(fit.kind), fit.left_out.size());
        for (std::size_t t = 0; t < fit.thresholds_ms.size(); ++t) {
            out +=
                fmt::format("; {:g} ms: mean error {:.1f} points, {:.1f} % agree",
                            fit.thresholds_ms[t], 100 * fit.mean_error(t), 100 * fit.agreement(t));
        }
        out += fmt::format("; {:.1f} % of the samples lie inside the 90 % interval",
                           100 * fit.interval_coverage());
    }
    return out;
}

std::string client_errors_text(Session& session, const std::vector<sim::ClientFit>& fits) {
    std::string out;
    for (const auto& fit : fits) {
        out += fmt::format("{} lines: {} countries, each left out of the fit in turn\n",
                           to_string(fit.kind), fit.left_out.size());
        Table errors({Align::right, Align::right, Align::right});
        errors.header({"within", "mean error, points", "agree whether most are"});
        for (std::size_t t = 0; t < fit.thresholds_ms.size(); ++t) {
            errors.row({fmt::format("{:g} ms", fit.thresholds_ms[t]),
                        fmt::format("{:.1f}", 100 * fit.mean_error(t)),
                        fmt::format("{:.1f} %", 100 * fit.agreement(t))});
        }
        out += errors.text();
        out += fmt::format(
            "90 % intervals hold {:.1f} % of the samples of left-out countries (spread of ln "
            "detour {:.2f}), {:.1f} % where the country's own shares are known ({:.2f})\n\n",
            100 * fit.interval_coverage(), fit.detour_spread, 100 * fit.own_coverage,
            fit.own_spread);
        const auto t = central(fit);
        Table worst({Align::left, Align::right, Align::right, Align::right});
        worst.header({fmt::format("worst at {:g} ms", fit.thresholds_ms[t]), "measured", "modelled",
                      "detour"});
        const auto countries = by_error(fit);
        for (std::size_t i = 0; i < std::min(kWorstCountries, countries.size()); ++i) {
            const auto& c = countries[i];
            worst.row({session.tables().countries()[c.country].name, percent(c.measured[t]),
                       percent(c.modelled[t]), fmt::format("{:.2f}", c.detour)});
        }
        out += worst.text() + "\n";
    }
    return out;
}

std::string client_errors_json(Session& session, const std::vector<sim::ClientFit>& fits,
                               const std::filesystem::path& measured, Date date) {
    using nlohmann::ordered_json;
    ordered_json kinds = ordered_json::array();
    for (const auto& fit : fits) {
        ordered_json thresholds = ordered_json::array();
        for (std::size_t t = 0; t < fit.thresholds_ms.size(); ++t) {
            thresholds.push_back({{"within_ms", fit.thresholds_ms[t]},
                                  {"mean_error_points", 100 * fit.mean_error(t)},
                                  {"agree_percent", 100 * fit.agreement(t)}});
        }
        const auto t = central(fit);
        ordered_json countries = ordered_json::array();
        for (const auto& c : by_error(fit)) {
            countries.push_back({{"iso3", session.tables().countries()[c.country].iso3},
                                 {"measured_percent", 100 * c.measured[t]},
                                 {"modelled_percent", 100 * c.modelled[t]},
                                 {"detour", c.detour}});
        }
        kinds.push_back({{"clients", to_string(fit.kind)},
                         {"left_out", std::move(thresholds)},
                         {"interval_coverage", fit.interval_coverage()},
                         {"countries_within_ms", fit.thresholds_ms[t]},
                         {"countries", std::move(countries)}});
    }
    const ordered_json document{{"schema", "footprint-latency-1"},
                                {"kind", "clients"},
                                {"table", measured.filename().string()},
                                {"date", date.iso()},
                                {"kinds", std::move(kinds)}};
    return document.dump(2) + "\n";
}

}  // namespace footprint::cli
