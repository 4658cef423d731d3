#include "geo/sphere/grid_field.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>

#include "base/error.h"
#include "base/parallel.h"
#include "geo/sphere/geodesic.h"

namespace footprint::geo {
namespace {

using Random = std::mt19937_64;

double uniform(Random& random, double low, double high) {
    return low + (high - low) * static_cast<double>(random() >> 11) * 0x1p-53;
}

LonLat anywhere(Random& random) {
    const double sine = uniform(random, -1, 1);
    return {uniform(random, -180, 180), std::asin(sine) * 180 / M_PI};
}

// Half of them in a few clusters, as data centres are.
std::vector<GridSite> clustered(std::size_t count, std::uint64_t seed) {
    Random random(seed);
    std::vector<LonLat> hubs(12);
    std::ranges::generate(hubs, [&] { return anywhere(random); });
    std::vector<GridSite> sites;
    for (std::size_t i = 0; i < count; ++i) {
        GridSite site{.position = anywhere(random), .group = static_cast<std::uint32_t>(i)};
        if (i % 2 == 0) {
            const LonLat hub = hubs[i % hubs.size()];
            site.position = {normalized_lon(hub.lon + uniform(random, -9, 9)),
                             std::clamp(hub.lat + uniform(random, -6, 6), -90.0, 90.0)};
        }
        sites.push_back(site);
    }
    return sites;
}

std::vector<GridSite> weighted(std::size_t count, std::uint64_t seed) {
    Random random(seed + 1);
    auto sites = clustered(count, seed);
    for (std::size_t i = 0; i < count; ++i) {
        sites[i].offset = uniform(random, 0, 30);
        sites[i].per_m = uniform(random, 0.9, 2.2) / 100'000;
        sites[i].group = static_cast<std::uint32_t>(i / 3);
    }
    return sites;
}

struct Cells {
    std::vector<float> best, second;
    std::vector<std::uint32_t> best_site, second_site;

    explicit Cells(std::size_t count)
        : best(count), second(count), best_site(count), second_site(count) {}
    GridPlanes planes() { return {best, best_site, second, second_site}; }
};

std::vector<GridBlock> blocks_of(const Grid& grid, std::size_t size) {
    std::vector<GridBlock> blocks;
    for (std::size_t row = 0; row < grid.rows(); row += size) {
        for (std::size_t column = 0; column < grid.columns(); column += size) {
            blocks.push_back({row, column, std::min(size, grid.rows() - row),
                              std::min(size, grid.columns() - column)});
        }
    }
    return blocks;
}

// What the field says, cell by cell, against GeographicLib over all sites.
class Truth {
  public:
    Truth(const Grid& grid, const std::vector<GridSite>& sites) : grid_(grid), sites_(sites) {}

    double value(const GridSite& site, LonLat cell) const {
        return site.offset + site.per_m * distance_m(cell, site.position);
    }

    void check(std::size_t column, std::size_t row, float best, std::uint32_t best_site,
               float second, std::uint32_t second_site) {
        const LonLat cell = grid_.centre(column, row);
        std::vector<double> values;
        for (const GridSite& site : sites_) {
            values.push_back(value(site, cell));
        }
        const double least = *std::ranges::min_element(values);
        ASSERT_LT(best_site, sites_.size());
        const double price = sites_[best_site].per_m;
        EXPECT_NEAR(best, least, 2 * price + half_ulp(best)) << cell.lon << " " << cell.lat;
        EXPECT_NEAR(values[best_site], least, 4 * price) << cell.lon << " " << cell.lat;
        double other = std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < sites_.size(); ++i) {
            if (sites_[i].group != sites_[best_site].group) {
                other = std::min(other, values[i]);
            }
        }
        if (std::isinf(other)) {
            EXPECT_TRUE(std::isinf(second));
            EXPECT_EQ(second_site, kNoSite);
            return;
        }
        ASSERT_LT(second_site, sites_.size());
        EXPECT_NE(sites_[second_site].group, sites_[best_site].group);
        const double next = 4 * std::max(price, sites_[second_site].per_m);
        EXPECT_NEAR(second, other, next + half_ulp(second)) << cell.lon << " " << cell.lat;
        EXPECT_NEAR(values[second_site], other, next) << cell.lon << " " << cell.lat;
    }

    // `samples` cells of the grid, or all of them when there are no more.
    void check_field(std::size_t samples, std::uint64_t seed) {
        const GridField field(grid_, sites_);
        Random random(seed);
        const auto blocks = blocks_of(grid_, 512);
        for (const GridBlock& block : blocks) {
            const std::size_t count = block.rows * block.columns;
            Cells cells(count);
            field.block(block, {}, cells.planes());
            const bool all = samples >= grid_.size();
            const std::size_t here = all ? count : samples / blocks.size() + 1;
            for (std::size_t s = 0; s < here && !testing::Test::HasFailure(); ++s) {
                const std::size_t i = all ? s : random() % count;
                check(block.column + i % block.columns, block.row + i / block.columns,
                      cells.best[i], cells.best_site[i], cells.second[i], cells.second_site[i]);
            }
        }
    }

  private:
    static double half_ulp(float value) {
        return static_cast<double>(std::nextafter(value, HUGE_VALF) - value) / 2;
    }

    Grid grid_;
    const std::vector<GridSite>& sites_;
};

TEST(GridField, AgreesWithGeographicLibOverAllSitesOnGridsOfEveryFineness) {
    const auto sites = clustered(120, 1);
    for (const std::size_t rows : {36U, 180U, 225U, 1801U, 6000U, 21600U}) {
        SCOPED_TRACE(rows);
        const Grid grid(2 * rows, rows);
        Truth truth(grid, sites);
        if (rows > 2000) {
            // Some blocks of a large grid: at the poles, the equator, ±180° and in between.
            const GridField field(grid, sites);
            Random random(rows);
            const std::size_t last_row = (rows - 1) / 128 * 128;
            const std::size_t last_column = (2 * rows - 1) / 128 * 128;
            for (const auto& [row, column] : {std::pair{0UL, 0UL},
                                              {last_row, last_column},
                                              {last_row / 2 / 128 * 128, 0UL},
                                              {128UL * 9, 128UL * 33},
                                              {128UL * 21, 128UL * 30},
                                              {128UL * 30, 128UL * 50}}) {
                const GridBlock block{row, column, std::min<std::size_t>(128, rows - row),
                                      std::min<std::size_t>(128, 2 * rows - column)};
                Cells cells(block.rows * block.columns);
                field.block(block, {}, cells.planes());
                for (int s = 0; s < 60; ++s) {
                    const std::size_t i = random() % cells.best.size();
                    truth.check(column + i % block.columns, row + i / block.columns, cells.best[i],
                                cells.best_site[i], cells.second[i], cells.second_site[i]);
                }
            }
        } else {
            truth.check_field(500, rows);
        }
    }
}

TEST(GridField, AgreesWithGeographicLibForOffsetsAndPrices) {
    const auto sites = weighted(300, 2);
    for (const std::size_t rows : {60U, 900U}) {
        Truth(Grid(2 * rows, rows), sites).check_field(500, rows);
    }
}

TEST(GridField, IsRightForOneSiteUpToItsAntipode) {
    for (const LonLat at : {LonLat{10, 50}, LonLat{-179.9, 0.1}, LonLat{77, -90}}) {
        const std::vector<GridSite> sites{{.position = at}};
        Truth(Grid(180, 90), sites).check_field(20'000, 3);
        Truth(Grid(3600, 1800), sites).check_field(4'000, 4);
    }
}

TEST(GridField, IsRightRoundTheAntipodeCellByCell) {
    const std::vector<GridSite> sites{{.position = {12.3, -20.05}}};
    const Grid grid(3600, 1800);
    // The antipode, (-167.7, 20.05), and the 70 km of cut locus east and west of it.
    const GridBlock block{640, 0, 128, 256};
    const GridField field(grid, sites);
    Cells cells(block.rows * block.columns);
    field.block(block, {}, cells.planes());
    Truth truth(grid, sites);
    for (std::size_t row = 680; row < 720; ++row) {
        for (std::size_t column = 110; column < 140; ++column) {
            const std::size_t i = (row - block.row) * block.columns + column;
            truth.check(column, row, cells.best[i], cells.best_site[i], cells.second[i],
                        cells.second_site[i]);
        }
    }
}

TEST(GridField, IsRightForSitesOnThePolesAndAt180Degrees) {
    std::vector<GridSite> sites;
    for (const LonLat at : {LonLat{0, 90}, LonLat{50, 90}, LonLat{0, -90}, LonLat{180, 0},
                            LonLat{-180, 40}, LonLat{180, -40}, LonLat{179.95, 66}}) {
        sites.push_back({.position = at, .group = static_cast<std::uint32_t>(sites.size())});
    }
    Truth(Grid(360, 180), sites).check_field(6'000, 5);
    Truth(Grid(7200, 3600), sites).check_field(6'000, 6);
}

TEST(GridField, IsRightForTenThousandSitesInOneCity) {
    Random random(7);
    std::vector<GridSite> sites;
    for (std::uint32_t i = 0; i < 10'000; ++i) {
        sites.push_back(
            {.position = {uniform(random, 121.3, 121.7), uniform(random, 31.1, 31.4)}, .group = i});
    }
    Truth(Grid(72, 36), sites).check_field(25, 8);
    const Grid fine(14'400, 7'200);
    const GridField field(fine, sites);
    const GridBlock city{2304, 11'904, 128, 256};  // 30.8 to 32.4° N, 117.6 to 124° E
    Cells cells(city.rows * city.columns);
    field.block(city, {}, cells.planes());
    Truth truth(fine, sites);
    for (int s = 0; s < 25; ++s) {
        const std::size_t i = random() % cells.best.size();
        truth.check(city.column + i % city.columns, city.row + i / city.columns, cells.best[i],
                    cells.best_site[i], cells.second[i], cells.second_site[i]);
    }
}

TEST(GridField, GivesTiesToTheLowerGroupThenToTheLowerIndex) {
    std::vector<GridSite> sites(4, GridSite{.position = {8.5, 50}});
    sites[0].group = 5;
    sites[1].group = 2;
    sites[2].group = 2;
    sites[3].group = 7;
    const Grid grid(720, 360);
    const GridField field(grid, sites);
    Cells cells(128 * 128);
    for (const GridBlock& block : {GridBlock{0, 256, 128, 128}, GridBlock{128, 0, 128, 128}}) {
        field.block(block, {}, cells.planes());
        EXPECT_TRUE(std::ranges::all_of(cells.best_site, [](auto site) { return site == 1; }));
        EXPECT_TRUE(std::ranges::all_of(cells.second_site, [](auto site) { return site == 0; }));
        EXPECT_EQ(cells.best, cells.second);
    }
}

TEST(GridField, LeavesEveryCellToNobodyWithoutSites) {
    const GridField field(Grid(72, 36), {});
    Cells cells(72 * 36);
    field.block({0, 0, 36, 72}, {}, cells.planes());
    EXPECT_TRUE(std::ranges::all_of(cells.best, [](float v) { return std::isinf(v); }));
    EXPECT_TRUE(std::ranges::all_of(cells.best_site, [](auto site) { return site == kNoSite; }));
}

TEST(GridField, RefusesSitesThatAreNowhereAndNumbersThatAreNone) {
    const Grid grid(72, 36);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto refused = [&](GridSite site) {
        const std::vector<GridSite> sites{{}, site};
        EXPECT_THROW(GridField(grid, sites), Error);
    };
    refused({.position = {nan, 0}});
    refused({.position = {0, 90.001}});
    refused({.offset = -1});
    refused({.offset = nan});
    refused({.per_m = HUGE_VAL});
}

TEST(GridField, ServesLabelsByTheSitesThatMayServeThem) {
    auto sites = weighted(60, 9);
    for (std::size_t i = 0; i < sites.size(); ++i) {
        sites[i].audience = static_cast<std::uint16_t>(i % 4);  // 3: serves everyone
    }
    const auto serves = [](std::uint16_t audience, std::uint16_t label) {
        return audience == 3 || audience == label;
    };
    const Grid grid(720, 360);
    const GridField field(grid, sites, serves);
    Random random(12);
    const GridBlock block{128, 256, 128, 384};
    std::vector<std::uint16_t> labels(block.rows * block.columns);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const std::size_t column = i % block.columns;
        labels[i] = column < 100 ? 0 : column < 200 ? 1 : static_cast<std::uint16_t>(random() % 3);
    }
    Cells cells(labels.size());
    field.block(block, labels, cells.planes());
    for (std::uint16_t label = 0; label < 3; ++label) {
        std::vector<GridSite> serving = sites;
        std::erase_if(serving, [&](const GridSite& s) { return !serves(s.audience, label); });
        const GridField alone(grid, serving);
        Cells expected(labels.size());
        alone.block(block, {}, expected.planes());
        for (std::size_t i = 0; i < labels.size(); ++i) {
            if (labels[i] == label) {
                ASSERT_EQ(cells.best[i], expected.best[i]);
                ASSERT_EQ(cells.second[i], expected.second[i]);
                ASSERT_EQ(sites[cells.best_site[i]].position,
                          serving[expected.best_site[i]].position);
            }
        }
    }
}

TEST(GridField, GivesTheSameBytesInBlocksOfAnySizeAndForEveryChoiceOfPlanes) {
    const auto sites = weighted(200, 10);
    const Grid grid(1800, 900);
    const GridField field(grid, sites);
    Cells whole(grid.size());
    field.block({0, 0, grid.rows(), grid.columns()}, {}, whole.planes());
    const auto blocks = blocks_of(grid, 256);
    parallel_blocks(blocks.size(), 1, [&](std::size_t index, std::size_t) {
        const GridBlock& block = blocks[index];
        Cells cells(block.rows * block.columns);
        field.block(block, {}, cells.planes());
        std::vector<float> values(cells.best.size());
        field.block(block, {}, {.best = values});
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::size_t at =
                (block.row + i / block.columns) * grid.columns() + block.column + i % block.columns;
            ASSERT_EQ(cells.best[i], whole.best[at]);
            ASSERT_EQ(values[i], whole.best[at]);
            ASSERT_EQ(cells.best_site[i], whole.best_site[at]);
            ASSERT_EQ(cells.second[i], whole.second[at]);
            ASSERT_EQ(cells.second_site[i], whole.second_site[at]);
        }
    });
}

TEST(GridField, GivesTheSameBytesOnEveryInstructionSet) {
    const auto sites = weighted(150, 11);
    const FieldKernels& baseline = *field_kernels(FieldIsa::baseline);
    std::size_t compared = 0;
    for (const FieldIsa isa : {FieldIsa::avx2, FieldIsa::avx512}) {
        const FieldKernels* const wide = field_kernels(isa);
        if (!wide) {
            continue;
        }
        ++compared;
        for (const std::size_t rows : {45U, 400U, 5500U}) {
            const Grid grid(2 * rows, rows);
            const GridField a(grid, sites, {}, baseline);
            const GridField b(grid, sites, {}, *wide);
            auto blocks = blocks_of(grid, 256);
            blocks.resize(std::min<std::size_t>(blocks.size(), 40));
            for (const GridBlock& block : blocks) {
                Cells ours(block.rows * block.columns);
                Cells theirs(block.rows * block.columns);
                a.block(block, {}, ours.planes());
                b.block(block, {}, theirs.planes());
                ASSERT_EQ(ours.best, theirs.best) << wide->name;
                ASSERT_EQ(ours.best_site, theirs.best_site) << wide->name;
                ASSERT_EQ(ours.second, theirs.second) << wide->name;
                ASSERT_EQ(ours.second_site, theirs.second_site) << wide->name;
            }
        }
    }
    if (compared == 0) {
        GTEST_SKIP() << "this processor has neither AVX2 nor AVX-512";
    }
}

}  // namespace
}  // namespace footprint::geo
