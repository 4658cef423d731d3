#include "sim/coverage/people_raster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "base/error.h"
#include "base/parallel.h"
#include "geo/io/raster_writer.h"
#include "geo/sphere/geodesic.h"
#include "tests/geo/io/tiff_sample.h"
#include "tests/support/scratch.h"

namespace footprint::sim {
namespace {

using testing::HasSubstr;

const geo::Atlas& atlas() {
    static const geo::Atlas atlas = geo::Atlas::load(FOOTPRINT_SOURCE_DIR "/datasets");
    return atlas;
}

// People in some cells of a world of half degrees, by the demand points that we ship.
struct World {
    geo::Grid grid{720, 360};
    std::vector<float> people = std::vector<float>(720 * 360, 0.0F);

    void add(geo::LonLat at, float count) {
        people[grid.row_of(at.lat) * grid.columns() + grid.column_of(at.lon)] += count;
    }
    void write(const std::filesystem::path& file) const {
        const geo::RasterInfo info{grid, {{"people", "1", {}}}, "", ""};
        geo::write_raster(
            file, info, geo::RasterFormat::geotiff, Overwrite::replace,
            [this](const geo::Grid&) -> geo::FillBlock {
                return [this](const geo::GridBlock& block, std::span<float* const> bands,
                              std::size_t stride) {
                    for (std::size_t row = 0; row < block.rows; ++row) {
                        std::copy_n(&people[(block.row + row) * grid.columns() + block.column],
                                    block.columns, bands[0] + row * stride);
                    }
                };
            });
    }
};

std::map<geo::CountryIndex, double> by_country(const PeopleRaster& raster) {
    std::map<geo::CountryIndex, double> found;
    const auto weights = raster.points.weights(atlas().series(), 2010, geo::PeopleWeight::people);
    for (std::size_t i = 0; i < raster.points.size(); ++i) {
        found[raster.points.country[i]] += weights[i];
    }
    return found;
}

TEST(PeopleRaster, KeepsEachCountrysPeople) {
    const test::Scratch scratch;
    World world;
    const auto shipped = geo::DemandPoints::load(FOOTPRINT_SOURCE_DIR "/datasets", atlas());
    for (std::size_t i = 0; i < shipped.size(); i += 3) {
        // To cells whose centre is well inside the country, so that its people are known.
        const geo::LonLat at = world.grid.centre(world.grid.column_of(shipped.position[i].lon),
                                                 world.grid.row_of(shipped.position[i].lat));
        if (atlas().country_at(at) != geo::kNoCountry) {
            world.add(at, shipped.people_2025[i]);
        }
    }
    std::map<geo::CountryIndex, double> expected;
    double all = 0;
    for (std::size_t i = 0; i < world.people.size(); ++i) {
        const auto people = static_cast<double>(world.people[i]);
        if (people > 0) {
            expected[atlas().country_at(world.grid.centre(i % 720, i / 720))] += people;
            all += people;
        }
    }
    world.write(scratch.path() / "people.tif");
    const PeopleRaster raster = read_people_raster(scratch.path() / "people.tif", atlas());
    EXPECT_NEAR(raster.people, all, 1e-9 * all);
    EXPECT_EQ(raster.on_no_land, 0);
    auto found = by_country(raster);
    ASSERT_EQ(found.size(), expected.size());
    for (const auto& [country, people] : expected) {
        EXPECT_NEAR(found[country], people, 1e-3 * people) << atlas().countries()[country].name;
    }
}

// Of projections by their own formulas, on a sphere of the ellipsoid's longer half axis.
geo::LonLat of_mercator(double x, double y) {
    constexpr double kRadius_m = 6'378'137;
    return {x / kRadius_m * 180 / M_PI, std::atan(std::sinh(y / kRadius_m)) * 180 / M_PI};
}
geo::LonLat of_mollweide(double x, double y) {
    constexpr double kRoot_m = 6'378'137 * M_SQRT2;
    const double theta = std::asin(y / kRoot_m);
    return {180 * x / (2 * kRoot_m * std::cos(theta)),
            std::asin((2 * theta + std::sin(2 * theta)) / M_PI) * 180 / M_PI};
}

TEST(PeopleRaster, KeepsEachCountrysPeopleInOtherReferenceSystems) {
    const test::Scratch scratch;
    struct Case {
        const char* system;
        geo::LonLat (*place)(double x, double y);
        double step_m;
        double west_m, north_m;
    };
    for (const Case& of : {Case{"EPSG:3857", of_mercator, 50'000, -20'000'000, 12'000'000},
                           Case{"ESRI:54009", of_mollweide, 40'000, -18'040'000, 9'000'000}}) {
        SCOPED_TRACE(of.system);
        test::TiffSample sample{.columns = static_cast<int>(-2 * of.west_m / of.step_m),
                                .rows = static_cast<int>(2 * of.north_m / of.step_m),
                                .system = of.system,
                                .transform = {of.west_m, of.step_m, 0, of.north_m, 0, -of.step_m}};
        std::map<geo::CountryIndex, double> expected;
        std::vector<double> people;
        for (int i = 0; i < sample.columns * sample.rows; ++i) {
            const geo::LonLat at = of.place(of.west_m + (i % sample.columns + 0.5) * of.step_m,
                                            of.north_m - (i / sample.columns + 0.5) * of.step_m);
            const auto country = geo::is_valid(at) ? atlas().country_at(at) : geo::kNoCountry;
            people.push_back(country == geo::kNoCountry ? -9999 : 10.5 * (i % 97));
            if (people.back() > 0) {
                expected[country] += people.back();
            }
        }
        EXPECT_GT(expected.size(), 120U);
        test::write_tiff(scratch.path() / "people.tif", sample, people);
        const auto found = by_country(read_people_raster(scratch.path() / "people.tif", atlas()));
        EXPECT_EQ(found.size(), expected.size());
        for (const auto& [country, count] : expected) {
            EXPECT_NEAR(found.at(country), count, 1e-3 * count)
                << atlas().countries()[country].name;
        }
        // The same cells under a wrong name lie elsewhere, mostly at sea.
        sample.system = "EPSG:32633";
        test::write_tiff(scratch.path() / "people.tif", sample, people);
        EXPECT_THROW(static_cast<void>(read_people_raster(scratch.path() / "people.tif", atlas())),
                     Error);
    }
}

TEST(PeopleRaster, IsTheSameOnAnyNumberOfThreads) {
    const test::Scratch scratch;
    World world;
    for (int i = 0; i < 5000; ++i) {
        world.add({-10 + 0.7 * (i % 70), 36 + 0.4 * (i / 70)}, static_cast<float>(i % 97));
    }
    world.write(scratch.path() / "people.tif");
    const auto read = [&](int threads) {
        const ThreadLimit limit(threads);
        return read_people_raster(scratch.path() / "people.tif", atlas());
    };
    // A grid over Europe and its seas.
    EXPECT_THROW(read(1), Error);
    for (std::size_t i = 0; i < world.people.size(); ++i) {
        if (atlas().country_at(world.grid.centre(i % 720, i / 720)) == geo::kNoCountry) {
            world.people[i] = 0;
        }
    }
    world.write(scratch.path() / "people.tif");
    const PeopleRaster one = read(1);
    const PeopleRaster three = read(3);
    EXPECT_EQ(one.points.position, three.points.position);
    EXPECT_EQ(one.points.people_2025, three.points.people_2025);
    EXPECT_EQ(one.people, three.people);
}

TEST(PeopleRaster, SaysWhenPeopleAreAtSeaOrNowhere) {
    const test::Scratch scratch;
    const auto refusal = [&](const World& world) {
        world.write(scratch.path() / "people.tif");
        try {
            static_cast<void>(read_people_raster(scratch.path() / "people.tif", atlas()));
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string("nothing");
    };
    World at_sea;
    at_sea.add({-30, 0}, 1000);
    EXPECT_THAT(refusal(at_sea), HasSubstr("on no country's land; is its reference system"));
    EXPECT_THAT(refusal(World{}), HasSubstr("nobody is in it"));
}

TEST(PeopleRaster, RefusesWhatCannotBePeople) {
    const test::Scratch scratch;
    const auto file = scratch.path() / "people.tif";
    const auto fault = [&](float value, std::size_t cells) -> std::string {
        World world;
        for (std::size_t i = 0; i < cells; ++i) {
            world.add({2.25 + 0.5 * static_cast<double>(i % 10),
                       46.25 + 0.5 * static_cast<double>(i / 10)},
                      value);
        }
        world.write(file);
        try {
            read_people_raster(file, atlas());
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ExitCode::invalid);
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(fault(1e6F, 10), "");
    EXPECT_THAT(fault(3e38F, 1), HasSubstr("3e+38 people in the cell at 2.2500, 46.2500"));
    EXPECT_THAT(fault(std::numeric_limits<float>::infinity(), 1), HasSubstr("1 cell is infinite"));
    EXPECT_THAT(fault(9e8F, 120), HasSubstr("1.08e+11 people in all"));
}

}  // namespace
}  // namespace footprint::sim
