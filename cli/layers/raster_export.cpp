#include "cli/layers/raster_export.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "cli/layers/sites_file.h"
#include "sim/coverage/rtt_raster.h"
#include "sim/latency/latency_model.h"

namespace footprint::cli {
namespace {

using sim::RasterBand;

std::vector<RasterBand> bands_of(const RasterOptions& options) {
    std::vector<RasterBand> bands;
    for (const std::string& name : options.bands) {
        bands.push_back(sim::parse_raster_band(lower_ascii(name)));
    }
    return bands;
}

bool is_number(RasterBand band) {
    return band == RasterBand::region || band == RasterBand::second_region;
}

// "rtt_ms", "second_rtt_ms", "margin_ms", "region", …
geo::RasterBand described(RasterBand band, const std::string& measure, const std::string& unit,
                          const std::string& thing) {
    switch (band) {
        case RasterBand::best:
            return {measure + "_" + unit, unit, {}};
        case RasterBand::second:
            return {"second_" + measure + "_" + unit, unit, {}};
        case RasterBand::margin:
            return {"margin_" + unit, unit, {}};
        case RasterBand::region:
            return {thing, "", {}};
        case RasterBand::second_region:
            return {"second_" + thing, "", {}};
    }
    return {};
}

geo::Grid world(double step_deg) {
    const std::size_t rows = sim::raster_rows(step_deg);
    return {2 * rows, rows};
}

void report(Session& session, const RasterTarget& to, const geo::RasterTimes& times) {
    const auto computed = [&](const char* what, std::uint64_t cells, double seconds) {
        session.detail(fmt::format("{}: {} cells in {:.3f} s of CPU, {:.0f} million a core-second",
                                   what, cells, seconds,
                                   static_cast<double>(cells) / 1e6 / std::max(seconds, 1e-9)));
    };
    computed("computed", times.cells, times.compute_s);
    if (times.overview_cells > 0) {
        computed("overviews", times.overview_cells, times.overview_s);
    }
    if (times.pack_s > 0) {
        session.detail(fmt::format("compressed: {:.3f} s of CPU", times.pack_s));
    }
    session.detail(fmt::format("written: {} bytes in {:.3f} s of CPU", times.bytes, times.write_s));
    session.detail(fmt::format("{}: {:.3f} s in all", to.path.string(), times.wall_s));
}

}  // namespace

void RasterOptions::declare(OptionSet& options) {
    options
        .add("--sites", &sites, "FILE",
             "Rasters: reach of these sites, a CSV with lon and lat, instead of the catalog's "
             "regions")
        .add("--measure", &measure, "WHAT",
             "With --sites: round-trip times in ms, or distances in metres")
        .choices({"rtt", "distance"})
        .add("--bands", &bands, "BAND,…",
             "Rasters: best, second (best of another region), margin, region, second-region");
}

void export_sites_raster(Session& session, const RasterOptions& options, const RasterTarget& to) {
    const std::vector<geo::LonLat> places = read_sites(*options.sites);
    const std::vector<RasterBand> bands = bands_of(options);
    const bool metres = options.measure == "distance";
    const sim::AccessNode shape = sim::distance_node({});
    std::vector<geo::GridSite> sites;
    std::vector<float> numbers;
    for (const geo::LonLat place : places) {
        const auto index = static_cast<std::uint32_t>(sites.size());
        sites.push_back({.position = place,
                         .offset = metres ? 0 : shape.offset_ms,
                         .per_m = metres ? 1 : shape.ms_per_km / 1000,
                         .group = index});
        numbers.push_back(static_cast<float>(index + 1));
    }
    geo::RasterInfo info{world(to.step_deg), {}, {}, {}};
    info.description =
        metres ? fmt::format("WGS 84 geodesic distance to the nearest of {} sites", places.size())
               : fmt::format("Round-trip time to the best of {} sites, modelled (distance)",
                             places.size());
    for (const RasterBand band : bands) {
        info.bands.push_back(
            described(band, metres ? "distance" : "rtt", metres ? "m" : "ms", "site"));
    }
    report(session, to,
           geo::write_raster(to.path, info, to.format, to.overwrite,
                             sim::raster_source(std::move(sites), std::move(numbers), bands)));
}

void export_coverage_raster(Session& session, const RasterOptions& options,
                            const LayerRequest& what, const std::string& attribution,
                            const RasterTarget& to) {
    if (options.measure != "rtt") {
        throw Error(ExitCode::usage,
                    "--measure distance is for --sites; regions have round-trip times");
    }
    const std::vector<RasterBand> bands = bands_of(options);
    geo::RasterInfo info{world(to.step_deg), {}, {}, attribution};
    const sim::RttRaster raster(session.timeline(), session.atlas(), *what.model, what.coverage,
                                what.providers, what.at);
    std::vector<std::string> names;
    for (const geo::ProviderIndex provider : what.providers) {
        names.push_back(session.catalog().provider(provider).id);
    }
    info.description = fmt::format("Best round-trip time on {}, modelled ({}): {}", what.at.iso(),
                                   what.model_text, join(names, ", "));
    for (const RasterBand band : bands) {
        info.bands.push_back(described(band, "rtt", "ms", "region"));
        for (std::size_t i = 0; is_number(band) && i < raster.legend().size(); ++i) {
            const geo::Region& region = session.catalog().region(raster.legend()[i]);
            info.bands.back().notes.emplace_back(
                fmt::format("region_{}", i + 1),
                fmt::format("{} {}", session.catalog().provider(region.provider).id, region.id));
        }
    }
    report(session, to,
           geo::write_raster(to.path, info, to.format, to.overwrite, raster.source(bands)));
}

}  // namespace footprint::cli
