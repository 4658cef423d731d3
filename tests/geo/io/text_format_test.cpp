#include "geo/io/text_format.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

#include "base/error.h"

namespace footprint::geo {
namespace {

std::string fixed(double value, int decimals) {
    char text[kNumberRoom];
    return {text, put_fixed(text, value, decimals)};
}

std::string shortest(double value) {
    char text[kNumberRoom];
    return {text, put_shortest(text, value)};
}

TEST(TextFormat, TrimsZerosAndNeverWritesMinusZero) {
    EXPECT_EQ(fixed(12.5, 7), "12.5");
    EXPECT_EQ(fixed(-180, 7), "-180");
    EXPECT_EQ(fixed(-0.0, 7), "0");
    EXPECT_EQ(fixed(-0.00000004, 7), "0");
    EXPECT_EQ(fixed(-0.00000006, 7), "-0.0000001");
    EXPECT_EQ(fixed(0.05, 3), "0.05");
    EXPECT_EQ(fixed(1234567, 0), "1234567");
    EXPECT_EQ(fixed(100, 0), "100");
    EXPECT_EQ(fixed(2.5, 0), "3");
    EXPECT_EQ(shortest(-0.0), "0");
    EXPECT_EQ(shortest(0.1), "0.1");
}

TEST(TextFormat, WritesNumbersTooLargeForIntegersWithoutAnExponent) {
    EXPECT_EQ(fixed(1e18, 2), "1000000000000000000");
    EXPECT_EQ(fixed(-1.5e15, 2), "-1500000000000000");
    EXPECT_EQ(fixed(1e300, 1).size(), 301U);
}

TEST(TextFormat, FixedAgreesWithTheStandardLibraryWithinHalfADigit) {
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> lon(-180, 180);
    for (int i = 0; i < 200'000; ++i) {
        const double value = lon(random);
        ASSERT_NEAR(std::strtod(fixed(value, 7).c_str(), nullptr), value, 0.5000001e-7);
    }
}

TEST(TextFormat, ShortestReadsBackEqual) {
    std::mt19937_64 random(8);
    for (int i = 0; i < 100'000; ++i) {
        const auto bits = random();
        double value = 0;
        std::memcpy(&value, &bits, sizeof value);
        if (std::isfinite(value)) {
            ASSERT_EQ(std::strtod(shortest(value).c_str(), nullptr), value);
        }
    }
}

TEST(TextFormat, EscapesWhatJsonMustEscape) {
    const std::string text = std::string("a\"b\\c\n\x01\x7F/é") + '\0';
    std::string out(6 * text.size() + 2, ' ');
    out.resize(static_cast<std::size_t>(put_json_string(out.data(), text) - out.data()));
    EXPECT_EQ(out, R"("a\"b\\c\n\u0001\u007f/é\u0000")");
}

TEST(TextFormat, WritesDatesInFullAndRefusesYearsOutOfReach) {
    char text[kDateRoom];
    EXPECT_EQ(std::string(text, put_date(text, Date::from_ymd(2024, 2, 29))), "2024-02-29");
    EXPECT_EQ(std::string(text, put_date(text, Date(0))), "1970-01-01");
    EXPECT_THROW(put_date(text, Date(2'000'000'000)), Error);
}

}  // namespace
}  // namespace footprint::geo
