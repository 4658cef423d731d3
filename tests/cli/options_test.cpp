#include "cli/frame/options.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace footprint::cli {
namespace {

struct Parsed {
    bool flag = false;
    int count = 3;
    std::optional<double> share;
    std::vector<std::string> names;
    std::vector<double> thresholds_ms{10, 20};
    std::string first;

    void parse(const std::vector<std::string>& arguments) {
        OptionSet options;
        options.add("first", &first, "FIRST", "A positional")
            .flag("-f,--flag", flag, "A flag")
            .add("--count", &count, "N", "A number")
            .add("--share", &share, "X", "A real number")
            .add("--names", &names, "NAME,…", "A list")
            .add("--threshold", &thresholds_ms, "MS,…", "Numbers");
        parse_options("footprint test", options, arguments);
    }
};

std::string usage_error(const std::vector<std::string>& arguments) {
    Parsed parsed;
    try {
        parsed.parse(arguments);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::usage);
        return error.what();
    }
    return "no error";
}

TEST(Options, KeepTheirDefaultsWhenNotGiven) {
    Parsed parsed;
    parsed.parse({"word"});
    EXPECT_EQ(parsed.first, "word");
    EXPECT_EQ(parsed.count, 3);
    EXPECT_FALSE(parsed.share.has_value());
    EXPECT_EQ(parsed.thresholds_ms, (std::vector<double>{10, 20}));
}

TEST(Options, TakeListsByCommaAndByRepetition) {
    Parsed parsed;
    parsed.parse({"--names", "aws,azure", "--names", "oracle", "--threshold", "5,50"});
    EXPECT_EQ(parsed.names, (std::vector<std::string>{"aws", "azure", "oracle"}));
    EXPECT_EQ(parsed.thresholds_ms, (std::vector<double>{5, 50}));
}

TEST(Options, OfListsTakeOneWordAndLeaveTheNextToThePositionals) {
    Parsed parsed;
    parsed.parse({"--names", "aws,azure", "word"});
    EXPECT_EQ(parsed.names, (std::vector<std::string>{"aws", "azure"}));
    EXPECT_EQ(parsed.first, "word");
    parsed.parse({"--threshold", "50", "other"});
    EXPECT_EQ(parsed.thresholds_ms, (std::vector<double>{50}));
    EXPECT_EQ(parsed.first, "other");
}

TEST(Options, EndAtTwoDashes) {
    Parsed parsed;
    parsed.parse({"--flag", "--", "-0.13,51.51"});
    EXPECT_TRUE(parsed.flag);
    EXPECT_EQ(parsed.first, "-0.13,51.51");
    Parsed other;
    other.parse({"--", "--flag"});
    EXPECT_FALSE(other.flag);
    EXPECT_EQ(other.first, "--flag");
}

TEST(Options, SuggestTheOptionThatWasMeant) {
    EXPECT_NE(usage_error({"--treshold", "5"}).find("Did you mean '--threshold'?"),
              std::string::npos);
}

TEST(Options, RefuseWordsWhereNumbersAreExpected) {
    EXPECT_NE(usage_error({"--count", "many"}).find("--count"), std::string::npos);
    EXPECT_NE(usage_error({"--share"}).find("--share"), std::string::npos);
}

TEST(Options, AskForWhatIsRequiredByTheNameThatHelpShows) {
    std::string from;
    OptionSet options;
    options.add("from", &from, "DATE1", "A date").required();
    try {
        parse_options("footprint test", options, {});
        FAIL() << "nothing was asked for";
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("DATE1 is missing"), std::string::npos);
    }
}

TEST(Options, RefuseEmptyWordsWhereNumbersAreExpected) {
    EXPECT_NE(usage_error({"--count", ""}).find("--count"), std::string::npos);
    EXPECT_NE(usage_error({"--share", ""}).find("--share"), std::string::npos);
    EXPECT_NE(usage_error({"--threshold", ""}).find("--threshold"), std::string::npos);
}

TEST(Options, RefuseArgumentsBeyondTheLast) {
    EXPECT_NE(usage_error({"one", "two"}).find("'two'"), std::string::npos);
}

TEST(Options, TellWhereAWordWithoutAPlaceBelongs) {
    std::vector<std::string> providers;
    OptionSet options;
    options.add("--providers", &providers, "NAMES", "Providers").takes_runs();
    try {
        parse_options("footprint test", options, {"alibaba"});
        FAIL() << "a word without a place was taken";
    } catch (const Error& error) {
        const std::string words = error.what();
        EXPECT_NE(words.find("'alibaba'"), std::string::npos);
        EXPECT_NE(words.find("It is no run folder"), std::string::npos);
        EXPECT_NE(words.find("named by --providers"), std::string::npos);
    }
}

}  // namespace
}  // namespace footprint::cli
