#include "cli/latency_clients.h"

#include <fmt/format.h>

#include "cli/coverage_options.h"
#include "sim/coverage/client_fit.h"
#include "sim/coverage/engine.h"

namespace footprint::cli {

FittedClients fit_client_access(Session& session, const std::filesystem::path& measured,
                                const std::vector<std::filesystem::path>& more_cables, Date date) {
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
    FittedClients result;
    std::vector<sim::ClientFit> fits;
    for (const auto kind : {sim::ClientKind::fixed, sim::ClientKind::wireless}) {
        fits.push_back(sim::fit_clients(kind, atlas, by_country, shares));
        const auto& fit = fits.back();
        result.report +=
            fmt::format("{}{}: {} countries, each left out in turn",
                        result.report.empty() ? "" : "\n", to_string(kind), fit.left_out.size());
        for (std::size_t t = 0; t < fit.thresholds_ms.size(); ++t) {
            result.report +=
                fmt::format("; {:g} ms: mean error {:.1f} points, {:.1f} % agree",
                            fit.thresholds_ms[t], 100 * fit.mean_error(t), 100 * fit.agreement(t));
        }
        result.report += fmt::format(
            "; of the clients measured there {:.1f} % lie inside the 90 % interval "
            "(spread of ln detour {:.2f}); {:.1f} % with their country's own shares "
            "known ({:.2f})",
            100 * fit.interval_coverage(), fit.detour_spread, 100 * fit.own_coverage,
            fit.own_spread);
    }
    result.csv = sim::clients_csv(atlas, fits,
                                  fmt::format("footprint latency fit --coverage {} at {}",
                                              measured.filename().string(), date.iso()));
    return result;
}

}  // namespace footprint::cli
