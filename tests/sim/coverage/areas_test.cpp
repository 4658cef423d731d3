#include "sim/coverage/areas.h"

#include <gtest/gtest.h>

#include <array>
#include <boost/geometry.hpp>
#include <boost/geometry/geometries/point_xy.hpp>
#include <boost/geometry/geometries/polygon.hpp>
#include <cmath>
#include <map>

#include "base/error.h"
#include "geo/atlas/cities.h"
#include "geo/sphere/area.h"
#include "geo/sphere/cap.h"
#include "geo/sphere/geodesic.h"
#include "sim/coverage/rtt_raster.h"
#include "sim/latency/backbone_model.h"
#include "sim/latency/client_access.h"

namespace footprint::sim {
namespace {

namespace bg = boost::geometry;
using Polygon = bg::model::polygon<bg::model::d2::point_xy<double>, false>;

const std::filesystem::path kDatasets = std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets";

void expect_valid(const geo::Polygons& shape) {
    for (const auto& polygon : shape.polygons) {
        Polygon planar;
        planar.inners().resize(polygon.size() - 1);
        for (std::size_t r = 0; r < polygon.size(); ++r) {
            auto& ring = r == 0 ? planar.outer() : planar.inners()[r - 1];
            for (const auto& p : polygon[r]) {
                EXPECT_LE(std::abs(p.lon), 180);
                EXPECT_LE(std::abs(p.lat), 90);
                ring.emplace_back(p.lon, p.lat);
            }
        }
        std::string reason;
        EXPECT_TRUE(bg::is_valid(planar, reason)) << reason;
    }
}

// What a ring of the map encloses, whichever side of it is larger on the globe.
double enclosed_m2(const geo::PlanarRing& ring, bool is_hole) {
    // Edges are straight in longitude and latitude: cut fine enough for geodesics to be so.
    std::vector<geo::LonLat> open;
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
        for (int k = 0; k < 16; ++k) {
            const double t = k / 16.0;
            open.push_back({ring[i].lon + t * (ring[i + 1].lon - ring[i].lon),
                            ring[i].lat + t * (ring[i + 1].lat - ring[i].lat)});
        }
    }
    const double area = geo::signed_area_m2(open) * (is_hole ? -1 : 1);
    return area < 1 ? area + geo::kEarthArea_m2 : area;
}

double true_area_m2(const geo::Polygons& shape) {
    double sum = 0;
    for (const auto& polygon : shape.polygons) {
        for (std::size_t r = 0; r < polygon.size(); ++r) {
            sum += enclosed_m2(polygon[r], r > 0) * (r > 0 ? -1 : 1);
        }
    }
    return sum;
}

geo::Catalog one_region(geo::LonLat position) {
    geo::Provider provider;
    provider.id = "p";
    provider.counted.add(geo::RegionClass::public_);
    geo::Region region;
    region.id = "r";
    region.country = "NZ";
    region.position = position;
    region.opened = parse_date_interval("2010");
    region.as_of = parse_date_interval("2020");
    return geo::Catalog({provider}, {region}, {}, Date::from_ymd(2020, 1, 1));
}

CoverageOptions options_of(const geo::Catalog& catalog, std::vector<double> thresholds_ms) {
    CoverageOptions options;
    options.thresholds_ms = std::move(thresholds_ms);
    options.scope = RegionScope::published(catalog);
    return options;
}

TEST(CoverageAreas, AreGeodesicDiscsAlsoOverPolesAndTheDateLine) {
    const auto atlas = geo::Atlas::load_tables(kDatasets);
    const auto model = make_distance_model();
    const Date date = Date::from_ymd(2015, 1, 1);
    for (const geo::LonLat centre :
         {geo::LonLat{174.76, -36.85}, {179.9, -17}, {30, 89}, {-60, -90}, {10, 0}}) {
        const auto catalog = one_region(centre);
        const auto timeline = Timeline::from_catalog(catalog);
        CoverageAreas areas(timeline, atlas, *model, options_of(catalog, {20, 50, 300}), 1);
        const auto found = areas.within(std::array<ProviderIndex, 1>{0}, date);
        ASSERT_EQ(found.size(), 3U);
        for (const auto& area : found) {
            expect_valid(area.shape);
        }
        for (std::size_t i = 0; i < 2; ++i) {
            const double radius_m =
                (found[i].threshold_ms - 7.8) / (2 * 2 * 1.468 / 299.792458) * 1000;
            const double disc = geo::area_m2(geo::geodesic_disc(centre, radius_m, 720));
            EXPECT_NEAR(true_area_m2(found[i].shape), disc, 0.02 * disc)
                << centre.lon << ", " << centre.lat << " within " << found[i].threshold_ms;
        }
        // 300 ms reach 14,900 km: the globe but for a disc about the antipode.
        EXPECT_LT(true_area_m2(found[2].shape), geo::kEarthArea_m2);
        EXPECT_GT(true_area_m2(found[2].shape), 0.8 * geo::kEarthArea_m2);
    }
}

// The real world on a coarse grid, with China regions, whose audience is a country.
struct World {
    geo::Catalog catalog = geo::load_catalog_or_throw({kDatasets, {}});
    Timeline timeline = Timeline::from_catalog(catalog);
    geo::Atlas atlas;
    std::unique_ptr<LatencyModel> model = make_distance_model();
    CoverageAreas areas{timeline, atlas, *model, options_of(catalog, {20, 50, 100}), 2};
    std::array<ProviderIndex, 1> aws{catalog.require_provider("aws")};
    std::array<ProviderIndex, 1> alibaba{catalog.require_provider("alibaba")};
    Date date = Date::from_ymd(2025, 9, 30);

    explicit World(geo::MapDetail detail = geo::MapDetail::coarse)
        : atlas(geo::Atlas::load(kDatasets, detail)) {}
};

TEST(CoverageAreas, OfTheRealWorldAreValidAndNested) {
    World w;
    double before = 0;
    for (const auto& area : w.areas.within(w.aws, w.date)) {
        expect_valid(area.shape);
        const double now = true_area_m2(area.shape);
        EXPECT_GT(now, before);
        before = now;
    }
    EXPECT_GT(before, 0);
}

// Whether a place is in the shape, edges straight in longitude and latitude.
bool holds(const geo::Polygons& shape, geo::LonLat at) {
    bool inside = false;
    for (const auto& polygon : shape.polygons) {
        for (const auto& ring : polygon) {
            for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
                const auto& a = ring[i];
                const auto& b = ring[i + 1];
                const bool crosses = (a.lat > at.lat) != (b.lat > at.lat);
                inside ^= crosses &&
                          at.lon < a.lon + (at.lat - a.lat) / (b.lat - a.lat) * (b.lon - a.lon);
            }
        }
    }
    return inside;
}

// Along the cables, with the lines of clients, which differ from country to country.
std::unique_ptr<LatencyModel> clients_model(const geo::Atlas& atlas) {
    auto backbone = std::make_shared<const Backbone>(Backbone::load(kDatasets, atlas));
    auto parameters = BackboneParameters::load(kDatasets / "latency" / "backbone_parameters.json");
    parameters.fixed_access_ms = 0;  // the clients' lines are instead
    return with_clients(
        make_backbone_model(std::move(backbone), parameters),
        ClientAccess::load(kDatasets / "latency" / "clients.csv", atlas, ClientKind::fixed), atlas);
}

void agree_with_the_raster(const World& w, const LatencyModel& model) {
    const auto options = options_of(w.catalog, {20, 50, 100});
    CoverageAreas areas(w.timeline, w.atlas, model, options, 0.25);
    const auto found = areas.within(w.alibaba, w.date);
    ASSERT_EQ(found.size(), 3U);

    const geo::Grid grid(3600, 1800);
    const RttRaster raster(w.timeline, w.atlas, model, options, w.alibaba, w.date);
    const auto fill = raster.source({RasterBand::best})(grid);
    std::vector<float> rtt_ms(grid.size());
    for (std::size_t row = 0; row < grid.rows(); row += 128) {
        float* const at = &rtt_ms[row * grid.columns()];
        fill({row, 0, std::min<std::size_t>(128, grid.rows() - row), grid.columns()}, {&at, 1},
             grid.columns());
    }
    const auto points = geo::DemandPoints::load(kDatasets, w.atlas);
    for (const auto& area : found) {
        double area_m2 = 0;
        for (std::size_t i = 0; i < rtt_ms.size(); ++i) {
            const bool within = static_cast<double>(rtt_ms[i]) <= area.threshold_ms;
            area_m2 += within ? grid.cell_area_m2(i / grid.columns()) : 0;
        }
        EXPECT_NEAR(true_area_m2(area.shape), area_m2, 0.005 * area_m2) << area.threshold_ms;
        double all = 0;
        double by_shape = 0;
        double by_raster = 0;
        for (std::size_t i = 0; i < points.size(); i += 41) {
            const geo::LonLat at = points.position[i];
            const auto people = static_cast<double>(points.people_2025[i]);
            all += people;
            by_shape += holds(area.shape, at) ? people : 0;
            const std::size_t cell = grid.row_of(at.lat) * grid.columns() + grid.column_of(at.lon);
            by_raster += static_cast<double>(rtt_ms[cell]) <= area.threshold_ms ? people : 0;
        }
        EXPECT_NEAR(by_shape, by_raster, 0.005 * all) << area.threshold_ms;
    }
}

TEST(CoverageAreas, AgreeWithTheRasterInAreaAndPeople) {
    const World w;
    agree_with_the_raster(w, *w.model);
}

TEST(CoverageAreas, AgreeWithTheRasterWhereEachCountryHasItsLine) {
    const World w(geo::MapDetail::fine);
    agree_with_the_raster(w, *clients_model(w.atlas));
}

// A cell is as fast as its places: who asks a raster and who asks for a place hear the same.
TEST(CoverageAreas, AndRastersSayOfCitiesWhatTheFieldOfPlacesDoes) {
    const World w(geo::MapDetail::fine);
    const auto model = clients_model(w.atlas);
    const auto options = options_of(w.catalog, {50});
    const geo::Grid grid(3600, 1800);
    const RttRaster raster(w.timeline, w.atlas, *model, options, w.aws, w.date);
    const auto fill = raster.source({RasterBand::best, RasterBand::second})(grid);
    std::vector<float> best(grid.size());
    std::vector<float> second(grid.size());
    for (std::size_t row = 0; row < grid.rows(); row += 128) {
        std::array<float*, 2> at{&best[row * grid.columns()], &second[row * grid.columns()]};
        fill({row, 0, std::min<std::size_t>(128, grid.rows() - row), grid.columns()}, at,
             grid.columns());
    }
    std::vector<std::size_t> cells;
    std::vector<geo::LonLat> centres;
    std::vector<geo::CountryIndex> countries;
    std::vector<geo::AccessAreaIndex> lands;
    const auto cities = geo::Cities::load(kDatasets);
    for (const auto& city : cities.all()) {
        cells.push_back(grid.row_of(city.position.lat) * grid.columns() +
                        grid.column_of(city.position.lon));
        centres.push_back(
            grid.centre(cells.back() % grid.columns(), cells.back() / grid.columns()));
        const auto shore = model->areas()->shore(centres.back());
        countries.push_back(shore.country);
        lands.push_back(shore.area);
    }
    ASSERT_GT(cells.size(), 10000U);
    const PlaceSet places(centres, countries, lands);
    Audiences audiences(w.atlas.countries().size());
    LatencyField field(places, audiences, Keep::best_two, model->clients());
    field.set_nodes(
        serving_nodes(w.timeline, w.date, w.aws, options, *model, w.atlas, audiences, 2));
    for (std::size_t i = 0; i < cells.size(); ++i) {
        ASSERT_EQ(std::isfinite(best[cells[i]]), std::isfinite(field.rtt_ms()[i])) << i;
        if (std::isfinite(field.rtt_ms()[i])) {
            ASSERT_NEAR(best[cells[i]], field.rtt_ms()[i], 0.01) << i;
        }
        if (std::isfinite(field.second_rtt_ms()[i])) {
            ASSERT_NEAR(second[cells[i]], field.second_rtt_ms()[i], 0.01) << i;
        }
    }
}

// What a raster of 0.1° says of areas and, at its cells, of people.
struct Tally {
    std::map<std::uint32_t, double> area_m2;
    std::map<std::uint32_t, double> people;
};

TEST(CoverageAreas, CatchmentsAgreeWithTheRasterInAreaAndPeople) {
    World w;
    const auto options = options_of(w.catalog, {50});
    CoverageAreas areas(w.timeline, w.atlas, *w.model, options, 0.25);
    const geo::Grid grid(3600, 1800);
    const RttRaster raster(w.timeline, w.atlas, *w.model, options, w.alibaba, w.date);
    const auto fill = raster.source({RasterBand::region})(grid);
    std::vector<float> number(grid.size());
    for (std::size_t row = 0; row < grid.rows(); row += 128) {
        float* const at = &number[row * grid.columns()];
        fill({row, 0, std::min<std::size_t>(128, grid.rows() - row), grid.columns()}, {&at, 1},
             grid.columns());
    }
    const auto region_of = [&](std::size_t cell) {
        return raster.legend()[static_cast<std::size_t>(number[cell]) - 1];
    };
    Tally tally;
    for (std::size_t i = 0; i < number.size(); ++i) {
        tally.area_m2[region_of(i)] += grid.cell_area_m2(i / grid.columns());
    }
    const auto points = geo::DemandPoints::load(kDatasets, w.atlas);
    std::vector<std::size_t> sampled;
    double all = 0;
    for (std::size_t i = 0; i < points.size(); i += 41) {
        const geo::LonLat at = points.position[i];
        const auto people = static_cast<double>(points.people_2025[i]);
        tally.people[region_of(grid.row_of(at.lat) * grid.columns() + grid.column_of(at.lon))] +=
            people;
        all += people;
        sampled.push_back(i);
    }
    double shared_m2 = 0;
    for (const auto& catchment : areas.catchments(w.alibaba, w.date)) {
        const double area_m2 = true_area_m2(catchment.shape);
        const double expected_m2 = tally.area_m2[catchment.region];
        // The smallest catchments are a few cells of either grid.
        EXPECT_NEAR(area_m2, expected_m2, std::max(0.005 * expected_m2, 5e8))
            << w.catalog.region(catchment.region).id;
        shared_m2 += std::abs(area_m2 - expected_m2);
        double people = 0;
        for (const std::size_t i : sampled) {
            people += holds(catchment.shape, points.position[i])
                          ? static_cast<double>(points.people_2025[i])
                          : 0;
        }
        EXPECT_NEAR(people, tally.people[catchment.region], 0.005 * all)
            << w.catalog.region(catchment.region).id;
    }
    EXPECT_LT(shared_m2, 0.005 * geo::kEarthArea_m2);
}

TEST(CoverageAreas, GapsAgreeWithTheRasterInAreaAndPeople) {
    World w;
    const auto options = options_of(w.catalog, {50});
    CoverageAreas areas(w.timeline, w.atlas, *w.model, options, 0.25);
    const geo::Grid grid(3600, 1800);
    const auto best_of = [&](std::span<const ProviderIndex> providers) {
        const RttRaster raster(w.timeline, w.atlas, *w.model, options, providers, w.date);
        const auto fill = raster.source({RasterBand::best})(grid);
        std::vector<float> rtt_ms(grid.size());
        for (std::size_t row = 0; row < grid.rows(); row += 128) {
            float* const at = &rtt_ms[row * grid.columns()];
            fill({row, 0, std::min<std::size_t>(128, grid.rows() - row), grid.columns()}, {&at, 1},
                 grid.columns());
        }
        return rtt_ms;
    };
    const auto a_ms = best_of(w.alibaba);
    const auto b_ms = best_of(w.aws);
    const auto kind_of = [&](std::size_t cell) {
        return static_cast<std::uint32_t>(gap_kind(a_ms[cell] <= 50, b_ms[cell] <= 50));
    };
    Tally tally;
    for (std::size_t i = 0; i < grid.size(); ++i) {
        tally.area_m2[kind_of(i)] += grid.cell_area_m2(i / grid.columns());
    }
    const auto points = geo::DemandPoints::load(kDatasets, w.atlas);
    double all = 0;
    for (std::size_t i = 0; i < points.size(); i += 41) {
        const geo::LonLat at = points.position[i];
        const auto people = static_cast<double>(points.people_2025[i]);
        tally.people[kind_of(grid.row_of(at.lat) * grid.columns() + grid.column_of(at.lon))] +=
            people;
        all += people;
    }
    const auto gaps = areas.gap(w.alibaba, w.aws, w.date, 50);
    ASSERT_EQ(gaps.size(), 4U);
    for (const auto& gap : gaps) {
        SCOPED_TRACE(to_string(gap.kind));
        const auto kind = static_cast<std::uint32_t>(gap.kind);
        EXPECT_NEAR(true_area_m2(gap.shape), tally.area_m2[kind], 0.005 * tally.area_m2[kind]);
        double people = 0;
        for (std::size_t i = 0; i < points.size(); i += 41) {
            people += holds(gap.shape, points.position[i])
                          ? static_cast<double>(points.people_2025[i])
                          : 0;
        }
        EXPECT_NEAR(people, tally.people[kind], 0.005 * all);
    }
}

TEST(CoverageAreas, CatchmentsTileTheGlobe) {
    World w;
    double sum = 0;
    RegionIndex last = 0;
    for (const auto& catchment : w.areas.catchments(w.aws, w.date)) {
        expect_valid(catchment.shape);
        EXPECT_EQ(w.catalog.region(catchment.region).provider, w.aws[0]);
        EXPECT_GE(catchment.region, last);
        last = catchment.region;
        sum += true_area_m2(catchment.shape);
    }
    EXPECT_NEAR(sum, geo::kEarthArea_m2, 1e-3 * geo::kEarthArea_m2);
    double limited = 0;
    for (const auto& catchment : w.areas.catchments(w.aws, w.date, 50)) {
        expect_valid(catchment.shape);
        limited += true_area_m2(catchment.shape);
    }
    EXPECT_NEAR(limited, true_area_m2(w.areas.within(w.aws, w.date)[1].shape),
                1e-3 * geo::kEarthArea_m2);
}

TEST(CoverageAreas, GapsTileTheGlobeAndVanishForEquals) {
    World w;
    double sum = 0;
    for (const auto& gap : w.areas.gap(w.alibaba, w.aws, w.date, 50)) {
        expect_valid(gap.shape);
        sum += true_area_m2(gap.shape);
    }
    EXPECT_NEAR(sum, geo::kEarthArea_m2, 1e-3 * geo::kEarthArea_m2);
    for (const auto& gap : w.areas.gap(w.aws, w.aws, w.date, 50)) {
        EXPECT_TRUE(gap.kind == GapKind::both || gap.kind == GapKind::neither);
    }
}

double planar_area(const geo::Polygons& shape) {
    double sum = 0;
    for (const auto& polygon : shape.polygons) {
        for (const auto& ring : polygon) {  // holes are clockwise
            for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
                sum += (ring[i].lon * ring[i + 1].lat - ring[i + 1].lon * ring[i].lat) / 2;
            }
        }
    }
    return sum;
}

std::size_t points_of(const std::vector<LabelShape>& shapes) {
    std::size_t count = 0;
    for (const auto& shape : shapes) {
        for (const auto& polygon : shape.shape.polygons) {
            for (const auto& ring : polygon) {
                count += ring.size();
            }
        }
    }
    return count;
}

// Degrees from a point to a shape's border.
double degrees_to_border(geo::LonLat p, const geo::Polygons& shape) {
    double least = 1e9;
    for (const auto& polygon : shape.polygons) {
        for (const auto& ring : polygon) {
            for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
                const double dx = ring[i + 1].lon - ring[i].lon;
                const double dy = ring[i + 1].lat - ring[i].lat;
                const double ax = p.lon - ring[i].lon;
                const double ay = p.lat - ring[i].lat;
                const double t = std::clamp((ax * dx + ay * dy) / (dx * dx + dy * dy), 0.0, 1.0);
                least = std::min(least, std::hypot(ax - t * dx, ay - t * dy));
            }
        }
    }
    return least;
}

// Waves with small islands in them, and noise in which hardly a point can go.
LabelGrid waves(bool noise) {
    LabelGrid grid;
    grid.columns = 120;
    grid.rows = 60;
    std::uint32_t random = 1;
    for (std::size_t row = 0; row <= grid.rows; ++row) {
        for (std::size_t column = 0; column <= grid.columns; ++column) {
            const auto x = static_cast<double>(column);
            const auto y = static_cast<double>(row);
            random = random * 1664525 + 1013904223;
            const double wave = std::sin(x / 9) + std::cos(y / 7) + 0.4 * std::sin(x * y / 40);
            const bool drawn = noise || (random >> 24) < 4;
            grid.labels.push_back(drawn         ? (random >> 20) % 4
                                  : wave > 0.7  ? 0
                                  : wave < -0.5 ? 1
                                                : 2);
        }
    }
    return grid;
}

TEST(CoverageAreas, SimplifiedStillTileTheMapAndKeepTheTolerance) {
    for (const bool noise : {false, true}) {
        const LabelGrid grid = waves(noise);
        const auto traced = trace_labels(grid, [](std::size_t from, std::size_t to) {
            return 0.1 + 0.8 * static_cast<double>((from * 7 + to * 13) % 101) / 101;
        });
        for (const double tolerance_km : {20.0, 100.0, 400.0}) {
            auto shapes = traced;
            simplify_shapes(shapes, tolerance_km);
            double sum = 0;
            for (const auto& shape : shapes) {
                expect_valid(shape.shape);
                sum += planar_area(shape.shape);
            }
            EXPECT_NEAR(sum, 360 * 180, 1e-6);  // neither gap nor overlap
            if (!noise) {
                EXPECT_LT(points_of(shapes), points_of(traced) * 9 / 10);
            }
            for (std::size_t i = 0; i < shapes.size(); ++i) {
                ASSERT_EQ(shapes[i].label, traced[i].label);
                for (const auto& p : traced[i].shape.polygons[0][0]) {
                    // A degree of longitude is at most as long as one of latitude.
                    EXPECT_LE(degrees_to_border(p, shapes[i].shape) * std::cos(p.lat * M_PI / 180) *
                                  111.32,
                              tolerance_km * 1.001);
                }
            }
        }
    }
}

TEST(CoverageAreas, SimplifiedGapsOfTheRealWorldHaveFewerPointsAndTheSameArea) {
    World w;
    const auto options = options_of(w.catalog, {50});
    CoverageAreas simple(w.timeline, w.atlas, *w.model, options, 1, 10);
    CoverageAreas whole(w.timeline, w.atlas, *w.model, options, 1);
    const auto a = simple.gap(w.alibaba, w.aws, w.date, 50);
    const auto b = whole.gap(w.alibaba, w.aws, w.date, 50);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        expect_valid(a[i].shape);
        const double area_m2 = true_area_m2(b[i].shape);
        EXPECT_NEAR(true_area_m2(a[i].shape), area_m2, 0.01 * area_m2);
    }
    EXPECT_THROW(CoverageAreas(w.timeline, w.atlas, *w.model, options, 1, -1), Error);
}

TEST(CoverageAreas, RefusesAGridThatDoesNotClose) {
    World w;
    EXPECT_THROW(CoverageAreas(w.timeline, w.atlas, *w.model, options_of(w.catalog, {20}), 0.7),
                 Error);
    EXPECT_THROW(CoverageAreas(w.timeline, w.atlas, *w.model, options_of(w.catalog, {20}), 0),
                 Error);
}

}  // namespace
}  // namespace footprint::sim
