#include "sim/expansion/run_bands.h"

#include "sim/expansion/run_table.h"

namespace footprint::sim {

std::vector<RunBand> load_bands(const LoadedRun& run, const std::string& metric) {
    const auto file = run.folder / "bands.csv";
    std::vector<RunBand> bands;
    if (!std::filesystem::is_regular_file(file)) {
        return bands;
    }
    RunTable table(file, {"date", "provider", "metric", "p5", "p50", "p95"});
    while (table.next()) {
        if (table.text("metric") != metric) {
            continue;
        }
        const auto provider = run.catalog->find_provider(table.text("provider"));
        if (!provider) {
            table.fail("provider", "one of providers.csv");
        }
        const RunBand band{table.date("date"), *provider, table.number("p5"), table.number("p50"),
                           table.number("p95")};
        if (!(band.p5 <= band.p50 && band.p50 <= band.p95)) {
            table.fail("p50", "a number from p5 to p95");
        }
        bands.push_back(band);
    }
    return bands;
}

}  // namespace footprint::sim
