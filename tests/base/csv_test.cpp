// CSV as hostile input.
#include "base/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "tests/support/scratch.h"

namespace footprint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Read {
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;
    std::vector<std::size_t> lines;
    std::vector<std::string> faults;  // "code:line"
    std::vector<std::string> messages;
};

Read read(const std::string& text) {
    auto reader = CsvReader::from_text("t.csv", text);
    Read result;
    while (reader.next()) {
        result.rows.emplace_back(reader.fields().begin(), reader.fields().end());
        result.lines.push_back(reader.line());
    }
    result.header = reader.header();
    for (const auto& fault : reader.diagnostics()) {
        EXPECT_EQ(fault.file, "t.csv");
        EXPECT_FALSE(fault.message.empty());
        result.faults.push_back(fault.code + ":" + std::to_string(fault.line));
        result.messages.push_back(fault.message);
    }
    return result;
}

TEST(Csv, ReadsQuotedFieldsWithCommasQuotesAndLines) {
    const auto csv = read("id,note\n1,\"a, b\"\n2,\"say \"\"hi\"\"\"\n3,\"two\nlines\"\n4,\"\"\n");
    EXPECT_THAT(csv.header, ElementsAre("id", "note"));
    EXPECT_THAT(csv.rows, ElementsAre(ElementsAre("1", "a, b"), ElementsAre("2", "say \"hi\""),
                                      ElementsAre("3", "two\nlines"), ElementsAre("4", "")));
    EXPECT_THAT(csv.lines, ElementsAre(2, 3, 4, 6));
    EXPECT_THAT(csv.faults, ElementsAre());
}

TEST(Csv, TakesAByteOrderMarkAndWindowsLineEnds) {
    const auto csv = read("\xEF\xBB\xBFid,name\r\n1,\"x\"\r\n2,y\r\n");
    EXPECT_THAT(csv.header, ElementsAre("id", "name"));
    EXPECT_THAT(csv.rows, ElementsAre(ElementsAre("1", "x"), ElementsAre("2", "y")));
    EXPECT_THAT(csv.faults, ElementsAre());
}

TEST(Csv, PassesOverBlankLinesAndAMissingLastLineEnd) {
    const auto csv = read("\n\nid,name\n\n1,x\n  \n2,");
    EXPECT_THAT(csv.header, ElementsAre("id", "name"));
    EXPECT_THAT(csv.rows, ElementsAre(ElementsAre("1", "x"), ElementsAre("2", "")));
    EXPECT_THAT(csv.lines, ElementsAre(5, 7));
}

TEST(Csv, OfTheWrongEncodingIsSaidOnce) {
    EXPECT_THAT(read(std::string("\xFF\xFEi\0d\0\n\0", 8)).faults, ElementsAre("bad-encoding:1"));
    EXPECT_THAT(read(std::string("\xFE\xFF\0i\0d\0\n", 8)).faults, ElementsAre("bad-encoding:1"));
    EXPECT_THAT(read(std::string("i\0d\0\n\0x\0\n\0", 10)).faults, ElementsAre("bad-encoding:1"))
        << "UTF-16 without a mark";
    EXPECT_THAT(read(std::string("\xFF\xFE\0\0i\0\0\0d\0\0\0", 12)).messages,
                ElementsAre("the file is UTF-32; expected UTF-8"));
    EXPECT_THAT(read(std::string("\0\0\0i\0\0\0d", 8)).messages,
                ElementsAre("the file is UTF-32; expected UTF-8"));
    EXPECT_THAT(read(std::string("\0i\0d\0\n", 6)).messages,
                ElementsAre("the file is UTF-16; expected UTF-8"));
}

TEST(Csv, WithOtherMarksThanCommasIsSaidOnce) {
    EXPECT_THAT(read("id;name\n1;a\n2;b\n").messages,
                ElementsAre("the file looks semicolon-separated; expected commas between the "
                            "fields"));
    EXPECT_THAT(read("id\tname\n1\ta\n").messages,
                ElementsAre("the file looks tab-separated; expected commas between the fields"));
    EXPECT_THAT(read("id\n1;2\n").faults, ElementsAre()) << "a text may hold what it likes";
}

TEST(Csv, AFieldWithoutQuotesHasALimitToo) {
    const auto csv = read("id,name\n1," + std::string(100'000, 'x') + "\n2,b\n");
    EXPECT_THAT(csv.rows, ElementsAre(ElementsAre("2", "b")));
    EXPECT_THAT(csv.faults, ElementsAre("long-field:2"));
}

TEST(Csv, NulAndLatin1BytesSpoilTheirLineOnly) {
    const auto csv = read(std::string("id,name\n1,a\0b\n2,S\xE3o\n3,ok\n", 25));
    EXPECT_THAT(csv.rows, ElementsAre(ElementsAre("3", "ok")));
    EXPECT_THAT(csv.faults, ElementsAre("bad-encoding:2", "bad-encoding:3"));
}

TEST(Csv, AnUnclosedQuoteIsSaidWithTheLineWhereItBegins) {
    const auto csv = read("id,name\n1,a\n2,\"never\n3,b\n4,c\n");
    EXPECT_THAT(csv.rows, ElementsAre(ElementsAre("1", "a")));
    EXPECT_THAT(csv.faults, ElementsAre("unclosed-quote:3"));
    EXPECT_THAT(read("id,name\n1,\"" + std::string(100'000, 'x') + "\"\n").faults,
                ElementsAre("unclosed-quote:2"))
        << "longer than 64 KiB";
}

TEST(Csv, TextAfterAQuoteSpoilsItsLineOnly) {
    const auto csv = read("id,name\n1,\"a\"b\n2,c\n");
    EXPECT_THAT(csv.rows, ElementsAre(ElementsAre("2", "c")));
    EXPECT_THAT(csv.faults, ElementsAre("text-after-quote:2"));
}

TEST(Csv, RowsOfAnotherLengthAreLeftOutAndSaid) {
    const auto csv = read("a,b,c\n1,2\n1,2,3,4\n1,2,3\n");
    EXPECT_THAT(csv.rows, ElementsAre(ElementsAre("1", "2", "3")));
    EXPECT_THAT(csv.faults, ElementsAre("wrong-field-count:2", "wrong-field-count:3"));
}

TEST(Csv, EmptyOrHeaderOnlyFilesAreNoRows) {
    EXPECT_THAT(read("").faults, ElementsAre("empty-file:1"));
    EXPECT_THAT(read("\xEF\xBB\xBF").faults, ElementsAre("empty-file:1"));
    EXPECT_THAT(read("\n \n\n").faults, ElementsAre("empty-file:1"));
    EXPECT_THAT(read("a,b\n").rows, ElementsAre());
    EXPECT_THAT(read("a,b").header, ElementsAre("a", "b"));
}

TEST(Csv, WithLoneCarriageReturnsIsRefused) {
    EXPECT_THAT(read("a,b\r1,2\r").faults, ElementsAre("bad-line-ends:1"));
}

TEST(Csv, AMalformedHeaderEndsTheReading) {
    const auto csv = read("a,\"b\"x\n1,2\n3,4\n");
    EXPECT_THAT(csv.rows, ElementsAre());
    EXPECT_THAT(csv.faults, ElementsAre("text-after-quote:1"));
}

TEST(Csv, GivesUpAfterTenThousandFaults) {
    std::string text = "a,b\n";
    for (int i = 0; i < 50'000; ++i) {
        text += "1\n";
    }
    const auto csv = read(text);
    EXPECT_EQ(csv.faults.size(), CsvReader::kMostFaults + 1);
    EXPECT_THAT(csv.faults.back(), HasSubstr("too-many-faults"));
}

TEST(Csv, LargerThanItsLimitIsRefusedByName) {
    const test::Scratch scratch;
    const auto path = scratch.file("big.csv", "a,b\n" + std::string(3000, 'x') + ",y\n");
    EXPECT_NO_THROW(CsvReader{path});
    try {
        const CsvReader reader(path, 1000);
        FAIL() << "it was read";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("big.csv"));
        EXPECT_THAT(error.what(), HasSubstr("limit"));
    }
    EXPECT_THROW(CsvReader{scratch.path() / "none.csv"}, Error);
    EXPECT_THROW(CsvReader{scratch.path()}, Error) << "a folder";
}

TEST(Csv, AnyBytesEndWithoutACrashAndEveryRowIsWhole) {
    std::mt19937 random(11);
    const std::string alphabet = std::string("a1,\"\n\r \t\xC3\xA9\xFF", 12) + '\0';
    for (int round = 0; round < 3000; ++round) {
        std::string text = round % 2 == 0 ? "a,b\n" : "";
        const auto length = random() % 60;
        for (unsigned i = 0; i < length; ++i) {
            text += alphabet[random() % alphabet.size()];
        }
        auto reader = CsvReader::from_text("fuzz", text);
        while (reader.next()) {
            ASSERT_EQ(reader.fields().size(), reader.header().size());
        }
        ASSERT_TRUE(reader.header().empty() ? !reader.diagnostics().empty() : true);
    }
}

TEST(Csv, WhatCsvTextWritesReadsBackEqual) {
    std::mt19937 random(12);
    const std::string alphabet = "ab,\"\n é'";
    for (int round = 0; round < 2000; ++round) {
        std::string value = "x";
        const auto length = random() % 12;
        for (unsigned i = 0; i < length; ++i) {
            value += alphabet[random() % 6];
        }
        value += "x";
        const auto csv = read("a,b\n" + csv_text(value) + ",1\n");
        ASSERT_EQ(csv.rows.size(), 1U) << value;
        ASSERT_EQ(csv.rows[0][0], value);
    }
}

}  // namespace
}  // namespace footprint
