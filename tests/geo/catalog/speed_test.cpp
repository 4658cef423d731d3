// A large catalog of a user's own.
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>

#include "geo/catalog/catalog.h"
#include "tests/support/scratch.h"

namespace footprint::geo {
namespace {

TEST(UserCatalog, OfAMillionRowsLoadsInSeconds) {
    std::string text = "provider,region_id,lon,lat\n";
    std::mt19937 random(3);
    constexpr int kRows = 1'000'000;
    for (int i = 0; i < kRows; ++i) {
        text += "acme,r" + std::to_string(i) + "," +
                std::to_string(static_cast<int>(random() % 360) - 180) + "," +
                std::to_string(static_cast<int>(random() % 180) - 90) + "\n";
    }
    const test::Scratch scratch;
    const auto path = scratch.file("big.csv", text);
    const auto start = std::chrono::steady_clock::now();
    const auto loaded = load_catalog({FOOTPRINT_SOURCE_DIR "/datasets", {path}});
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    EXPECT_TRUE(loaded.diagnostics.empty());
    EXPECT_GT(loaded.catalog.regions().size(), static_cast<std::size_t>(kRows));
    EXPECT_LT(took.count(), 30);
    RecordProperty("seconds", std::to_string(took.count()));
}

}  // namespace
}  // namespace footprint::geo
