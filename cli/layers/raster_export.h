// Rasters of `export coverage`: of the catalog's regions, or of sites from a file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/frame/command.h"
#include "cli/layers/layer.h"
#include "geo/io/raster_writer.h"

namespace footprint::cli {

// --sites, --measure, --bands.
struct RasterOptions {
    std::optional<std::filesystem::path> sites;
    std::string measure = "rtt";
    std::vector<std::string> bands{"best"};

    void declare(OptionSet& options);
};

struct RasterTarget {
    std::filesystem::path path;
    geo::RasterFormat format = geo::RasterFormat::cog;
    Overwrite overwrite = Overwrite::refuse;
    double step_deg = 0.25;
};

// Both throw Error as their parts do. With --verbose they say what computing, packing and writing
// took.
void export_sites_raster(Session& session, const RasterOptions& options, const RasterTarget& to);
void export_coverage_raster(Session& session, const RasterOptions& options,
                            const LayerRequest& what, const std::string& attribution,
                            const RasterTarget& to);

}  // namespace footprint::cli
