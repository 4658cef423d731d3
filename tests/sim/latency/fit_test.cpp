#include "sim/latency/fit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "base/error.h"
#include "sim/latency/dense.h"
#include "sim/latency/validation.h"
#include "tests/support/scratch.h"

namespace footprint::sim {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::filesystem::path kDatasets = FOOTPRINT_SOURCE_DIR "/datasets";
const std::filesystem::path kShipped = kDatasets / "latency" / "backbone_parameters.json";
const Date kJune = Date::from_ymd(2025, 6, 14);

struct Measured {
    geo::Atlas atlas = geo::Atlas::load(kDatasets);
    Backbone backbone = Backbone::load(kDatasets, atlas);
    LandLinker linker{backbone};
    MeasuredTable table = read_measured(kDatasets / "latency" / "rtt_azure_2025-06.csv",
                                        kDatasets / "latency" / "rtt_places.csv", backbone, linker);
    BackboneFitter fitter{backbone, linker, table, kJune};
    std::vector<std::uint32_t> all() const {
        std::vector<std::uint32_t> pairs(table.pairs.size());
        std::iota(pairs.begin(), pairs.end(), 0U);
        return pairs;
    }
};

const Measured& measured() {
    static const Measured kMeasured;
    return kMeasured;
}

TEST(Dense, SolvesWhatWasMultiplied) {
    std::mt19937 random(3);
    std::uniform_real_distribution<double> any(-1, 1);
    const std::size_t n = 37;
    std::vector<double> g(n * n), a(n * n, 0), x(n), b(n, 0);
    for (auto& value : g) {
        value = any(random);
    }
    for (auto& value : x) {
        value = any(random);
    }
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            for (std::size_t k = 0; k < n; ++k) {
                a[i * n + j] += g[i * n + k] * g[j * n + k];
            }
            a[i * n + j] += i == j ? 1 : 0;
            b[i] += a[i * n + j] * x[j];
        }
    }
    const auto solved = solve_symmetric(a, b);
    for (std::size_t i = 0; i < n; ++i) {
        EXPECT_NEAR(solved[i], x[i], 1e-10);
    }
    EXPECT_THROW(solve_symmetric({1, 0, 2, 1}, {1, 1}), Error) << "not positive definite";
}

TEST(Fit, ReadsTheMeasuredTable) {
    const auto& table = measured().table;
    EXPECT_EQ(table.places.size(), 50U);  // two regions in Canberra are one place
    EXPECT_EQ(table.pairs.size(), 1177U);
    for (const auto& pair : table.pairs) {
        EXPECT_GT(pair.rtt_ms, 0);
        EXPECT_LT(pair.from, pair.to);
    }
}

TEST(Fit, FindsThePricesThatMadeAWorld) {
    auto world = measured().table;
    BackboneParameters made;
    made.access_ms = 2.0;
    made.hop_ms = 0.5;
    made.sea_factor = 1.25;
    made.land_factor = 2.1;
    const auto pairs = measured().all();
    const auto rtts = measured().fitter.predict(made, pairs, false);
    for (std::size_t k = 0; k < pairs.size(); ++k) {
        ASSERT_TRUE(std::isfinite(rtts[k]));
        world.pairs[k].rtt_ms = rtts[k];
    }
    const BackboneFitter fitter(measured().backbone, measured().linker, world, kJune);
    FitOptions options;
    options.residual = false;
    options.areas = false;
    const auto found = fitter.fit(pairs, options);
    EXPECT_NEAR(found.sea_factor, made.sea_factor, 0.02);
    EXPECT_NEAR(found.land_factor, made.land_factor, 0.05);
    const auto again = fitter.predict(found, pairs, false);
    double worst = 0;
    for (std::size_t k = 0; k < pairs.size(); ++k) {
        worst = std::max(worst, std::abs(again[k] / rtts[k] - 1));
    }
    EXPECT_LT(worst, 0.05);
}

TEST(Fit, GivesTheShippedParameters) {
    auto fitted = measured().fitter.fit(measured().all(), {});
    auto shipped = BackboneParameters::load(kShipped);
    EXPECT_NEAR(fitted.sea_factor, shipped.sea_factor, 1e-4);
    EXPECT_NEAR(fitted.land_factor, shipped.land_factor, 1e-4);
    EXPECT_NEAR(fitted.access_ms, shipped.access_ms, 1e-3);
    ASSERT_EQ(fitted.residual.places.size(), shipped.residual.places.size());
    // Six digits are shipped.
    for (std::size_t i = 0; i < fitted.residual.weights.size(); ++i) {
        EXPECT_NEAR(fitted.residual.weights[i], shipped.residual.weights[i], 1e-4);
    }
}

// A slice of what `footprint latency report` computes in full.
TEST(Validation, BeatsTheBaselinesOnRegionsThatWereLeftOut) {
    const auto& m = measured();
    constexpr std::size_t kFolds = 5;
    const auto of = [&](const Predictor& predictor) {
        return measure(cross_validate(m.table, Folds::by_region, predictor, kFolds));
    };
    const auto backbone = of(backbone_predictor(m.fitter, {}));
    const auto stretch = of(constant_stretch_predictor(m.table));
    const auto continents = of(continent_pair_predictor(m.table));
    for (const auto& baseline : {stretch, continents}) {
        EXPECT_LT(backbone.median_percent, baseline.median_percent);
        EXPECT_LT(backbone.p90_percent, baseline.p90_percent);
        EXPECT_LT(backbone.median_ms, baseline.median_ms);
        EXPECT_GT(backbone.r2, baseline.r2);
    }
    EXPECT_EQ(backbone.without_path, 0U);
    EXPECT_LT(backbone.median_percent, 6);
    EXPECT_LT(backbone.p90_percent, 20);
}

TEST(Validation, LeavesOutWhatItSays) {
    const auto& table = measured().table;
    const Predictor checks = [&](const auto& train, const auto& test) {
        EXPECT_EQ(train.size() + test.size(), table.pairs.size());
        // One end is in every pair left out, and in no pair kept.
        const auto& first = table.pairs[test.front()];
        std::vector<std::uint32_t> common{first.from, first.to};
        for (const auto k : test) {
            std::erase_if(common, [&](std::uint32_t place) {
                return table.pairs[k].from != place && table.pairs[k].to != place;
            });
        }
        EXPECT_FALSE(common.empty());
        for (const auto k : train) {
            EXPECT_NE(table.pairs[k].from, common.front());
            EXPECT_NE(table.pairs[k].to, common.front());
        }
        return std::vector<double>(test.size(), 1.0);
    };
    const auto left_out = cross_validate(table, Folds::by_region, checks);
    EXPECT_EQ(left_out.size(), 2 * table.pairs.size());
}

TEST(Validation, MeasuresByHand) {
    const std::vector<LeftOut> left_out{
        {0, 100, 110}, {1, 200, 190}, {2, 50, 50}, {3, 10, 20}, {4, 5, INFINITY}};
    const auto m = measure(left_out);
    EXPECT_EQ(m.pairs, 4U);
    EXPECT_EQ(m.without_path, 1U);
    EXPECT_NEAR(m.median_percent, 7.5, 1e-9);
    EXPECT_NEAR(m.median_ms, 10, 1e-9);
    // Mean 90: total 100 + 12100 + 1600 + 6400, residual 100 + 100 + 0 + 100.
    EXPECT_NEAR(m.r2, 1 - 300.0 / 20200.0, 1e-9);
}

TEST(Validation, IntervalsHoldTheShareThatTheyPromise) {
    std::mt19937 random(5);
    std::lognormal_distribution<double> noise(0, 0.2);
    std::uniform_real_distribution<double> length(5, 300);
    const auto draw = [&](std::size_t count) {
        std::vector<LeftOut> result;
        for (std::uint32_t i = 0; i < count; ++i) {
            const double ms = length(random);
            result.push_back({i, ms * noise(random), ms});
        }
        return result;
    };
    const auto classes = conformal_intervals(draw(4000));
    std::size_t inside = 0;
    const auto fresh = draw(4000);
    for (const auto& one : fresh) {
        for (const auto& c : classes) {
            if (one.modelled_ms <= c.up_to_ms) {
                const double ratio = one.measured_ms / one.modelled_ms;
                inside += c.low <= ratio && ratio <= c.high ? 1U : 0U;
                break;
            }
        }
    }
    EXPECT_NEAR(static_cast<double>(inside) / 4000.0, 0.9, 0.02);
}

TEST(BackboneParameters, ReadBackWhatTheyWrote) {
    const auto shipped = BackboneParameters::load(kShipped);
    const test::Scratch scratch;
    const auto again = BackboneParameters::load(scratch.file("again.json", shipped.json()));
    EXPECT_EQ(again.json(), shipped.json());
    for (const auto& parameter : shipped.list()) {
        EXPECT_FALSE(parameter.source.empty()) << parameter.name;
    }
    ASSERT_FALSE(shipped.interval.empty());
    for (const auto& c : shipped.interval) {
        EXPECT_LT(c.low, 1);
        EXPECT_GT(c.high, 1);
    }
}

TEST(BackboneParameters, SayWhatIsWrongInAFile) {
    const test::Scratch scratch;
    const auto error_of = [&](const std::string& text) -> std::string {
        try {
            (void)BackboneParameters::load(scratch.file("p.json", text));
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    };
    EXPECT_THAT(error_of(""), HasSubstr("p.json"));
    EXPECT_THAT(error_of("{}"), AllOf(HasSubstr("p.json"), HasSubstr("schema")));
    auto text = BackboneParameters::load(kShipped).json();
    text.replace(text.find("\"hop_ms\": "), 10, "\"hop_ms\": -");
    EXPECT_THAT(error_of(text), HasSubstr("'hop_ms' is -"));
}

TEST(Fit, ListsFaultyRowsByLine) {
    const test::Scratch scratch;
    const auto file = scratch.file("pairs.csv",
                                   "from_lon,from_lat,to_lon,to_lat,rtt_ms\n"
                                   "0,51,2,48,10\n0,51,2,48,-1\n0,99,2,48,10\n-30,30,2,48,10\n");
    try {
        (void)read_measured(file, {}, measured().backbone, measured().linker);
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), AllOf(HasSubstr("pairs.csv:3"), HasSubstr("pairs.csv:4"),
                                        HasSubstr("pairs.csv:5"), HasSubstr("out at sea")));
    }
}

}  // namespace
}  // namespace footprint::sim
