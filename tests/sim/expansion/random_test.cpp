#include "sim/expansion/random.h"

#include <gtest/gtest.h>

#include <vector>

namespace footprint::sim {
namespace {

using Words = std::array<std::uint32_t, 4>;

// The known answers that Random123 ships (kat_vectors, philox4x32 10).
TEST(Philox, GivesTheKnownAnswersOfItsAuthors) {
    EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
              (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    constexpr std::uint32_t kOnes = 0xffffffff;
    EXPECT_EQ(philox4x32({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}),
              (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    EXPECT_EQ(
        philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
        (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, DependsOnSeedRunAndNameAndNothingElse) {
    RandomStream one(7, 0, "lead.aws");
    RandomStream same(7, 0, "lead.aws");
    RandomStream other_name(7, 0, "lead.azure");
    RandomStream other_run(7, 1, "lead.aws");
    RandomStream other_seed(8, 0, "lead.aws");
    for (int k = 0; k < 100; ++k) {
        const double value = one.uniform();
        EXPECT_EQ(value, same.uniform());
        EXPECT_NE(value, other_name.uniform());
        EXPECT_NE(value, other_run.uniform());
        EXPECT_NE(value, other_seed.uniform());
    }
}

TEST(RandomStream, IsUniformInsideItsInterval) {
    RandomStream stream(1, 0, "test");
    std::array<int, 10> tenths{};
    constexpr int kDraws = 100'000;
    for (int k = 0; k < kDraws; ++k) {
        const double u = stream.uniform();
        ASSERT_GT(u, 0);
        ASSERT_LT(u, 1);
        ++tenths[static_cast<std::size_t>(u * 10)];
    }
    double chi = 0;
    for (const int count : tenths) {
        chi += (count - kDraws / 10.0) * (count - kDraws / 10.0) / (kDraws / 10.0);
    }
    EXPECT_LT(chi, 27.9);  // 99.9 % of chi-squared with nine degrees of freedom
}

TEST(RandomStream, DrawsGumbelNumbersOfTheRightMean) {
    RandomStream stream(2, 0, "gumbel");
    double sum = 0;
    constexpr int kDraws = 100'000;
    for (int k = 0; k < kDraws; ++k) {
        sum += stream.gumbel();
    }
    EXPECT_NEAR(sum / kDraws, 0.5772, 0.02);  // Euler's constant
}

}  // namespace
}  // namespace footprint::sim
