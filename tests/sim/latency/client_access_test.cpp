#include "sim/latency/client_access.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

#include "base/error.h"

namespace footprint::sim {
namespace {

const std::filesystem::path kDatasets = std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "datasets";

// P(A <= ms) by integrating the density of ln A (Simpson), without the error function.
double integrated(double ms, double median_ms, double spread) {
    const double high = std::log(ms / median_ms) / spread;
    const double low = -9;
    const int steps = 4000;
    double sum = 0;
    for (int i = 0; i <= steps; ++i) {
        const double z = low + (high - low) * i / steps;
        const double weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
        sum += weight * std::exp(-z * z / 2);
    }
    return sum * (high - low) / steps / 3 / std::sqrt(2 * 3.14159265358979323846);
}

TEST(ClientLine, IsAMixtureOfTwoLogNormals) {
    const ClientLine line{1, 8, 0.7, 0.1, 200};
    for (const double ms : {1.0, 5.0, 8.0, 20.0, 100.0, 250.0, 900.0}) {
        const double expected = 0.9 * integrated(ms, 8, 0.7) + 0.1 * integrated(ms, 200, 0.7);
        EXPECT_NEAR(line.share_within(ms), expected, 1e-9) << ms;
    }
    EXPECT_EQ(line.share_within(0), 0);
    EXPECT_EQ(line.share_within(-5), 0);
}

TEST(ClientAccess, SharesAreThoseOfTheLineAboutItsMedian) {
    const ClientLine line{1.3, 12, 0.6, 0.02, 300};
    const ClientAccess access(ClientKind::fixed, {line, {}}, {2, 20, 0.5, 0, 200});
    const double median_ms = access.typical_ms(0, 0);
    EXPECT_NEAR(line.share_within(median_ms), 0.5, 1e-9);
    EXPECT_NEAR(access.typical_ms(0, 40), 52 + median_ms, 1e-9);
    for (double typical_ms = 13; typical_ms < 300; typical_ms += 17.125) {
        for (double limit_ms = 0; limit_ms < 600; limit_ms += 7.25) {
            const double direct = line.share_within(limit_ms - typical_ms + median_ms);
            EXPECT_NEAR(access.share_within(0, typical_ms, limit_ms), direct, 2e-4)
                << typical_ms << " " << limit_ms;
        }
    }
    // Half of the clients have the typical RTT or less, wherever they are.
    EXPECT_NEAR(access.share_within(0, 77.7, 77.7), 0.5, 1e-6);
    EXPECT_NEAR(access.share_within(geo::kNoCountry, 50, 50), 0.5, 1e-6);
    EXPECT_EQ(access.detour(geo::kNoCountry), 2);
    EXPECT_EQ(access.detour(1), 1);
}

TEST(ClientAccess, SharesGrowWithTheLimitAndFallWithTheDistance) {
    const ClientAccess access(ClientKind::wireless, {}, {1, 25, 0.7, 0.01, 300});
    for (double typical_ms = 25; typical_ms < 900; typical_ms += 33.3) {
        double before = 0;
        for (double limit_ms = -50; limit_ms < 5000; limit_ms += 3.7) {
            const double share = access.share_within(0, typical_ms, limit_ms);
            EXPECT_GE(share, before);
            EXPECT_LE(share, 1);
            EXPECT_LE(access.share_within(0, typical_ms + 10, limit_ms), share);
            before = share;
        }
    }
    EXPECT_EQ(access.share_within(0, INFINITY, 100), 0);
}

TEST(ClientAccess, RefusesLinesThatCannotBe) {
    const auto make = [](const ClientLine& line) {
        return ClientAccess(ClientKind::fixed, {line}, {});
    };
    EXPECT_THROW(make({0, 8, 0.5, 0, 200}), Error);
    EXPECT_THROW(make({1, 0, 0.5, 0, 200}), Error);
    EXPECT_THROW(make({1, 8, -1, 0, 200}), Error);
    EXPECT_THROW(make({1, 8, 0.5, 1.5, 200}), Error);
    EXPECT_THROW(make({std::nan(""), 8, 0.5, 0, 200}), Error);
}

// Clients drawn from the line itself: detours and access at random.
TEST(ClientAccess, TellsTheIntervalOfNineInTenDrawnClients) {
    const ClientLine line{1.3, 12, 0.8, 0.02, 300, 0.25};
    const ClientAccess access(ClientKind::fixed, {line}, line);
    std::mt19937_64 random(3);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    for (const double path_ms : {0.0, 10.0, 80.0, 200.0}) {
        const auto interval = access.interval(0, path_ms);
        constexpr int kDrawn = 40'000;
        int below = 0, above = 0;
        for (int i = 0; i < kDrawn; ++i) {
            const double median_ms =
                uniform(random) < line.slow_share ? line.slow_ms : line.median_ms;
            const double access_ms = median_ms * std::exp(line.spread * normal(random));
            const double way_ms =
                line.detour * path_ms * std::exp(line.detour_spread * normal(random));
            below += way_ms + access_ms < interval.low_ms ? 1 : 0;
            above += way_ms + access_ms > interval.high_ms ? 1 : 0;
        }
        EXPECT_NEAR(below / double{kDrawn}, 0.05, 0.01) << path_ms;
        EXPECT_NEAR(above / double{kDrawn}, 0.05, 0.01) << path_ms;
    }
}

class WrittenClients : public ::testing::Test {
  protected:
    void SetUp() override {
        file_ = std::filesystem::temp_directory_path() /
                ("footprint_clients_" + std::to_string(::getpid()) + ".csv");
    }
    void TearDown() override { std::filesystem::remove(file_); }
    ClientAccess load(const std::string& rows, double most = ClientAccess::kAnyDetour) {
        std::ofstream(file_)
            << "kind,country,detour,median_ms,spread,slow_share,slow_ms,detour_spread\n"
            << rows;
        return ClientAccess::load(file_, atlas_, ClientKind::fixed, most);
    }
    geo::Atlas atlas_ = geo::Atlas::load_tables(kDatasets);
    std::filesystem::path file_;
};

TEST_F(WrittenClients, AreReadByKindAndCountry) {
    const std::string rows =
        "fixed,,1.1,8,0.8,0.01,300,0\nfixed,FR,2,9,0.7,0.01,300,0.2\n"
        "wireless,,1.2,25,0.7,0,300,0\n";
    const auto access = load(rows);
    const auto france = *atlas_.find_country("FR");
    EXPECT_EQ(access.line(france), (ClientLine{2, 9, 0.7, 0.01, 300, 0.2}));
    EXPECT_EQ(access.line(*atlas_.find_country("DE")).detour, 1.1);
    EXPECT_EQ(load(rows, 1.5).line(france).detour, 1.5);
}

TEST_F(WrittenClients, AreRefusedWithTheLineWhenWrong) {
    const auto complaint = [&](const std::string& rows) {
        try {
            load(rows);
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_NE(complaint("fixed,,1,8,wide,0,300,0\n").find(":2: column 'spread'"),
              std::string::npos);
    EXPECT_NE(complaint("fixed,,1,8,1,0,300,0\nfixed,XX,1,8,1,0,300,0\n").find("no country"),
              std::string::npos);
    EXPECT_NE(complaint("wireless,,1,8,1,0,300,0\n").find("no row of kind fixed"),
              std::string::npos);
}

}  // namespace
}  // namespace footprint::sim
