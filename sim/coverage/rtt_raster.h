// The best RTT everywhere, and what goes with it, for rasters: the field on a grid of any fineness.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "geo/io/raster_writer.h"
#include "geo/sphere/grid_field.h"
#include "sim/coverage/coverage.h"

namespace footprint::sim {

// What a band of a raster can show of a cell. Numbers of regions are as RttRaster::legend says.
enum class RasterBand : std::uint8_t { best, second, margin, region, second_region };
// "best", "second", "margin", "region", "second-region". Throws Error (usage) for others.
RasterBand parse_raster_band(std::string_view name);
std::vector<std::string> raster_band_names();

// Rows of the world's grid at a resolution; it has twice as many columns. Throws Error (usage)
// unless step_deg divides 180 and lies between 0.004 and 10.
std::size_t raster_rows(double step_deg);

// What is known of cells beside where they are: labels that sites may be limited to, and the lines
// of their clients by country, RTT = factor × path + addend.
struct CellFacts {
    struct Line {
        float factor = 1;
        float addend_ms = 0;
    };
    geo::GridServes serves{};  // none: every site serves every cell
    std::vector<Line>
        lines{};  // by country, the last one of none; empty: sites price all of the way
    // Fills in a block's labels and countries, row by row; empty is what isn't needed.
    std::function<void(const geo::Grid&, const geo::GridBlock&, std::span<std::uint16_t> labels,
                       std::span<geo::CountryIndex> countries)>
        describe{};
};

// Fills bands from a field of sites, numbered for the bands that name them.
geo::FillOfGrid raster_source(std::vector<geo::GridSite> sites, std::vector<float> site_numbers,
                              std::vector<RasterBand> bands, CellFacts cells = {});

// Round-trip times of providers at a date; several serve together ("best of"), of the median client
// of each cell by the line of its country, as LatencyField has them of places. Exact as
// geo::GridField is, the same on any number of threads. NaN where nobody serves.
class RttRaster {
  public:
    // `atlas` needs shapes when a serve rule or a China region limits who is served, or the model
    // has areas or lines of clients. Everything must outlive the object.
    RttRaster(const Timeline& timeline, const geo::Atlas& atlas, const LatencyModel& model,
              const CoverageOptions& options, std::span<const ProviderIndex> providers, Date date);

    geo::FillOfGrid source(std::vector<RasterBand> bands) const;
    // The regions behind the numbers 1, 2, …
    std::span<const RegionIndex> legend() const { return legend_; }

  private:
    struct Labels;
    CellFacts cells() const;

    std::vector<FieldNode> nodes_;
    std::vector<RegionIndex> legend_;
    std::shared_ptr<const Labels> labels_;  // none: everyone serves everywhere
    const geo::Atlas* atlas_;
    const geo::AccessAreas* areas_;
    std::vector<CellFacts::Line> lines_;
};

}  // namespace footprint::sim
