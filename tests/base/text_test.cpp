#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "base/csv.h"
#include "base/diagnostic.h"

namespace footprint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Numbers, AreWordsUpToTwelve) {
    EXPECT_EQ(number_word(0), "no");
    EXPECT_EQ(number_word(4), "four");
    EXPECT_EQ(number_word(11), "eleven");
    EXPECT_EQ(number_word(13), "13");
}

TEST(Numbers, AreStrictAndFinite) {
    EXPECT_EQ(parse_number("1.5"), 1.5);
    EXPECT_EQ(parse_number("-1e-3"), -0.001);
    EXPECT_EQ(parse_number("0"), 0.0);
    for (const char* text : {"", " 1", "1 ", "1,5", "0x10", "nan", "NaN", "inf", "-Infinity",
                             "1e999", "1.5m", "--1", "+1"}) {
        EXPECT_FALSE(parse_number(text)) << text;
    }
    EXPECT_EQ(parse_integer("-42"), -42);
    for (const char* text : {"", "4.0", "99999999999999999999", "4 ", "0x4", "four"}) {
        EXPECT_FALSE(parse_integer(text)) << text;
    }
}

TEST(Utf8, AcceptsWhatIsWellFormedOnly) {
    EXPECT_TRUE(is_utf8(""));
    EXPECT_TRUE(is_utf8("Querétaro, São Paulo, 東京, 😀"));
    EXPECT_TRUE(is_utf8("\xF4\x8F\xBF\xBF")) << "U+10FFFF";
    for (const char* text :
         {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF0\x80\x80\xAF",
          "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xC3", "\xE2\x82", "S\xE3o Paulo"}) {
        EXPECT_FALSE(is_utf8(text));
    }
}

TEST(Words, AreSuggestedWhenNearAndOnlyThen) {
    const std::vector<std::string> words{"alibaba", "aws", "azure", "google"};
    EXPECT_EQ(nearest_word("alibab", words), "alibaba");
    EXPECT_EQ(nearest_word("AZUR", words), "azure");
    EXPECT_EQ(nearest_word("gogle", words), "google");
    EXPECT_EQ(nearest_word("asw", words), "aws") << "neighbours exchanged";
    EXPECT_FALSE(nearest_word("digitalocean", words));
    EXPECT_FALSE(nearest_word(std::string(10'000, 'a'), words));
    EXPECT_EQ(did_you_mean("awss", words), " Did you mean 'aws'?");
    EXPECT_EQ(did_you_mean("xyzzy", words), "");
}

TEST(Parts, AreTrimmedAndEmptyOnesDropped) {
    EXPECT_THAT(split(" a ;b;; c", ';'), ElementsAre("a", "b", "c"));
    EXPECT_THAT(split("", ';'), ElementsAre());
    EXPECT_EQ(join(std::vector<std::string>{"a", "b"}, ", "), "a, b");
    EXPECT_EQ(trimmed(" \t a b \r\n"), "a b");
    EXPECT_EQ(trimmed(" \t"), "");
}

TEST(Counts, AreToldToPeopleInThreeFigures) {
    EXPECT_EQ(human_count(8'205'900'000.0), "8.21 bn");
    EXPECT_EQ(human_count(14'200'000), "14.2 M");
    EXPECT_EQ(human_count(142'000'000), "142 M");
    EXPECT_EQ(human_count(99'960'000), "100 M");
    EXPECT_EQ(human_count(9'996'000), "10.0 M");
    EXPECT_EQ(human_count(999'900), "1.00 M");
    EXPECT_EQ(human_count(950), "950");
    EXPECT_EQ(human_count(0), "0");
    EXPECT_EQ(human_count(-1'500'000), "-1.50 M");
}

TEST(Thousands, AreSeparated) {
    EXPECT_EQ(with_thousands(0), "0");
    EXPECT_EQ(with_thousands(999), "999");
    EXPECT_EQ(with_thousands(1000), "1,000");
    EXPECT_EQ(with_thousands(-1234567), "-1,234,567");
    EXPECT_EQ(with_thousands(std::numeric_limits<long long>::min()), "-9,223,372,036,854,775,808");
}

TEST(FoldedNames, AreEqualWhateverAccentsAndPunctuation) {
    EXPECT_EQ(folded("Querétaro"), "queretaro");
    EXPECT_EQ(folded("São Paulo"), "saopaulo");
    EXPECT_EQ(folded("Ōsaka"), folded("osaka"));
    EXPECT_EQ(folded("Łódź"), "lodz");
    EXPECT_EQ(folded("Xi’an"), folded("Xi'an"));
    EXPECT_EQ(folded("Johor-Bahru"), folded("johor bahru"));
    EXPECT_EQ(folded("Cafe\xCC\x81"), "cafe") << "a combining accent";
    EXPECT_EQ(folded("2×2÷2"), "222");
    EXPECT_EQ(folded("東京"), "東京");
    EXPECT_EQ(folded("\xFF\xFE"), "");
}

TEST(Diagnostics, SayFileLineFieldValueAndHint) {
    const Diagnostic fault{Severity::error,
                           "out-of-range",
                           "mine.csv",
                           7,
                           "lat",
                           "91",
                           "a latitude lies between -90 and 90",
                           "check it"};
    EXPECT_EQ(format(fault),
              "mine.csv:7: error: lat = '91': a latitude lies between -90 and 90 [out-of-range]\n"
              "    hint: check it");
    const Diagnostics many(5, fault);
    EXPECT_THAT(format(many, 2), HasSubstr("… and 3 more"));
    EXPECT_TRUE(has_errors(many));
    EXPECT_FALSE(has_errors({}));
}

TEST(Diagnostics, ShowHostileValuesHarmlessly) {
    const auto shown = [](std::string value) {
        return format(Diagnostic{Severity::error, "", "", 0, "f", std::move(value), "m", ""});
    };
    EXPECT_EQ(shown("a\x1B[31mred\x07"), "error: f = 'a\\x1B[31mred\\x07': m");
    EXPECT_EQ(shown("São"), "error: f = 'São': m");
    EXPECT_EQ(shown("S\xE3o"), "error: f = 'S?o': m");
    EXPECT_LT(shown(std::string(100'000, 'x')).size(), 300U);
}

TEST(CsvText, QuotesAndGuardsFormulas) {
    EXPECT_EQ(csv_text("plain"), "plain");
    EXPECT_EQ(csv_text("a,b"), "\"a,b\"");
    EXPECT_EQ(csv_text("say \"hi\""), "\"say \"\"hi\"\"\"");
    EXPECT_EQ(csv_text("two\nlines"), "\"two\nlines\"");
    EXPECT_EQ(csv_text("=1+1"), "'=1+1");
    EXPECT_EQ(csv_text("@SUM(A1,B1)"), "\"'@SUM(A1,B1)\"");
    EXPECT_EQ(csv_text(""), "");
}

}  // namespace
}  // namespace footprint
