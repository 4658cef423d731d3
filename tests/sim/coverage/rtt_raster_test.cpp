#include "sim/coverage/rtt_raster.h"

#include <gtest/gtest.h>

#include <GeographicLib/Geodesic.hpp>
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/parallel.h"

namespace footprint::sim {
namespace {

struct Facts {
    geo::Atlas atlas = geo::Atlas::load(FOOTPRINT_SOURCE_DIR "/datasets");
    geo::Catalog catalog = geo::load_catalog_or_throw({FOOTPRINT_SOURCE_DIR "/datasets", {}});
    Timeline timeline = Timeline::from_catalog(catalog);
    std::unique_ptr<LatencyModel> model = make_distance_model();
    CoverageOptions options;

    Facts() { options.scope = RegionScope::published(catalog); }

    // One plane for each band, side by side.
    std::vector<std::vector<float>> rasters(const char* provider, double step_deg,
                                            const std::vector<RasterBand>& bands) const {
        const ProviderIndex index = catalog.require_provider(provider);
        const std::size_t rows = raster_rows(step_deg);
        const geo::Grid grid(2 * rows, rows);
        const RttRaster raster(timeline, atlas, *model, options, {&index, 1},
                               Date::from_ymd(2025, 9, 30));
        const geo::FillBlock fill = raster.source(bands)(grid);
        std::vector<std::vector<float>> planes(bands.size(), std::vector<float>(grid.size()));
        parallel_blocks(rows, 128, [&](std::size_t from, std::size_t to) {
            for (std::size_t column = 0; column < grid.columns(); column += 512) {
                std::vector<float*> at;
                for (auto& plane : planes) {
                    at.push_back(&plane[from * grid.columns() + column]);
                }
                fill({from, column, to - from, std::min<std::size_t>(512, grid.columns() - column)},
                     at, grid.columns());
            }
        });
        return planes;
    }
    std::vector<float> raster(const char* provider, double step_deg) const {
        return rasters(provider, step_deg, {RasterBand::best})[0];
    }
};

// The least RTT over all nodes that may serve the place, by GeographicLib, one by one.
double brute_force(const Facts& facts, const std::vector<FieldNode>& nodes,
                   const Audiences& audiences, geo::LonLat at) {
    double best = std::numeric_limits<double>::infinity();
    for (const FieldNode& n : nodes) {
        if (!audiences.serves(n.audience, facts.atlas.country_at(at))) {
            continue;
        }
        double distance_m = 0;
        GeographicLib::Geodesic::WGS84().Inverse(at.lat, at.lon, n.node.position.lat,
                                                 n.node.position.lon, distance_m);
        best = std::min(best, n.node.offset_ms + n.node.ms_per_km * distance_m / 1000);
    }
    return best;
}

TEST(RttRaster, AgreesWithBruteForceAtPixelCentres) {
    const Facts facts;
    for (const char* provider : {"digitalocean", "aws"}) {  // aws has regions for China alone
        const std::vector<float> rtt_ms = facts.raster(provider, 5);
        ASSERT_EQ(rtt_ms.size(), 72U * 36U);
        Audiences audiences(facts.atlas.countries().size());
        const ProviderIndex index = facts.catalog.require_provider(provider);
        const auto nodes = serving_nodes(facts.timeline, Date::from_ymd(2025, 9, 30), {&index, 1},
                                         facts.options, *facts.model, facts.atlas, audiences);
        for (std::size_t i = 0; i < rtt_ms.size(); ++i) {
            const geo::LonLat centre{-177.5 + 5.0 * static_cast<double>(i % 72),
                                     87.5 - 5.0 * static_cast<double>(i / 72)};
            ASSERT_NEAR(rtt_ms[i], brute_force(facts, nodes, audiences, centre), 1e-3)
                << provider << " at " << centre.lon << ", " << centre.lat;
        }
    }
}

TEST(RttRaster, SaysTheSecondBestRegionAndTheMarginAsTheFieldOfPlacesDoes) {
    const Facts facts;
    const double step_deg = 3;
    const auto planes = facts.rasters("aws", step_deg,
                                      {RasterBand::best, RasterBand::second, RasterBand::margin,
                                       RasterBand::region, RasterBand::second_region});
    Audiences audiences(facts.atlas.countries().size());
    const ProviderIndex index = facts.catalog.require_provider("aws");
    const auto nodes = serving_nodes(facts.timeline, Date::from_ymd(2025, 9, 30), {&index, 1},
                                     facts.options, *facts.model, facts.atlas, audiences);
    const geo::Grid grid(120, 60);
    std::vector<geo::LonLat> positions;
    std::vector<geo::CountryIndex> countries;
    for (std::size_t i = 0; i < grid.size(); ++i) {
        positions.push_back(grid.centre(i % 120, i / 120));
        countries.push_back(facts.atlas.country_at(positions.back()));
    }
    const PlaceSet places(positions, countries);
    LatencyField field(places, audiences, Keep::best_two);
    field.set_nodes(nodes);
    const RttRaster raster(facts.timeline, facts.atlas, *facts.model, facts.options, {&index, 1},
                           Date::from_ymd(2025, 9, 30));
    const auto region = [&](float number) {
        return raster.legend()[static_cast<std::size_t>(number) - 1];
    };
    for (std::size_t i = 0; i < grid.size(); ++i) {
        ASSERT_NEAR(planes[0][i], field.rtt_ms()[i], 1e-3);
        ASSERT_NEAR(planes[1][i], field.second_rtt_ms()[i], 1e-3);
        ASSERT_NEAR(planes[2][i], field.second_rtt_ms()[i] - field.rtt_ms()[i], 1e-3);
        if (planes[2][i] > 1e-3F) {  // else either may be named first
            ASSERT_EQ(region(planes[3][i]), nodes[field.node(i)].node.region);
        }
    }
}

TEST(RttRaster, IsTheSameOnAnyNumberOfThreads) {
    const Facts facts;
    std::vector<float> one;
    {
        const ThreadLimit limit(1);
        one = facts.raster("alibaba", 0.5);
    }
    EXPECT_EQ(one, facts.raster("alibaba", 0.5));
}

TEST(RttRaster, RefusesStepsThatDoNotDivide) {
    const Facts facts;
    for (const double step : {0.0, -1.0, 0.7, 11.0, 0.001, std::nan("")}) {
        EXPECT_THROW(static_cast<void>(facts.raster("aws", step)), Error) << step;
    }
}

}  // namespace
}  // namespace footprint::sim
