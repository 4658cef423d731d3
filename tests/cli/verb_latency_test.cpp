#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>

#include "base/csv.h"
#include "tests/support/program.h"
#include "tests/support/scratch.h"

namespace footprint::cli {
namespace {

using test::run;
using testing::AllOf;
using testing::HasSubstr;

const std::string kProgram = FOOTPRINT_PROGRAM;

test::Outcome latency(std::vector<std::string> more) {
    more.insert(more.begin(), {kProgram, "latency"});
    return run(more);
}

TEST(Latency, TellsTimeWayAndParts) {
    const auto outcome = latency({"Mumbai", "Marseille", "--json"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const auto json = nlohmann::json::parse(outcome.out);
    EXPECT_EQ(json["schema"], "footprint-latency-1");
    double parts = 0;
    for (const auto& part : json["parts"]) {
        parts += part["rtt_ms"].get<double>();
    }
    EXPECT_NEAR(parts, json["rtt_ms"].get<double>(), 1e-6);
    EXPECT_LT(json["rtt_low_ms"], json["rtt_ms"]);
    EXPECT_GT(json["rtt_high_ms"], json["rtt_ms"]);
    ASSERT_GE(json["way"].size(), 3U);
    EXPECT_EQ(json["way"].front()["from"], "Mumbai, IN");
    EXPECT_EQ(json["way"].back()["to"], "Marseille, FR");
    const auto cut = latency({"Mumbai", "Marseille", "--preset", "red-sea", "--json"});
    EXPECT_GT(nlohmann::json::parse(cut.out)["rtt_ms"].get<double>(),
              json["rtt_ms"].get<double>() + 50);
}

TEST(Latency, TakesPlacesPositionsAndRegions) {
    const auto outcome = latency({"aws:eu-west-2", "--to=-74.01,40.71"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("aws:eu-west-2 (London)"), HasSubstr("ms modelled"),
                                   HasSubstr("90 %")));
}

// `latency --kind fixed` and `explain` tell one place's RTT to one region; `explain` takes it from
// the nodes of coverage, `latency` from the pair.
TEST(Latency, TellsClientsWhatExplainTells) {
    for (const auto& [place, kind] : {std::pair<std::string, std::string>{"Nairobi", "fixed"},
                                      {"Cebu City", "fixed"},
                                      {"Tashkent", "wireless"}}) {
        const auto explained = run(
            {kProgram, "explain", place, "--provider", "aws,alibaba", "--kind", kind, "--json"});
        ASSERT_EQ(explained.exit_code, 0) << explained.err;
        const auto explained_json = nlohmann::json::parse(explained.out);
        for (const auto& provider : explained_json["providers"]) {
            const auto region = provider["region"].get<std::string>();
            const auto outcome = latency({region, place, "--kind", kind, "--json"});
            ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
            const auto json = nlohmann::json::parse(outcome.out);
            EXPECT_EQ(json["to"]["region"], region) << "the place is the client";
            const double rtt_ms = json["rtt_ms"].get<double>();
            EXPECT_NEAR(rtt_ms, provider["rtt_ms"].get<double>(), 0.05) << place << region;
            EXPECT_LT(json["rtt_low_ms"].get<double>(), rtt_ms);
            EXPECT_GT(json["rtt_high_ms"].get<double>(), rtt_ms);
        }
    }
}

TEST(Latency, ListsWhoHasNoPath) {
    const auto outcome = latency({"unreached", "--json"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const auto json = nlohmann::json::parse(outcome.out);
    EXPECT_EQ(json["kind"], "unreached");
    double people = 0;
    bool has_falklands = false;
    for (const auto& country : json["countries"]) {
        people += country["people"].get<double>();
        has_falklands |= country["iso3"] == "FLK";
    }
    EXPECT_NEAR(people, json["people"].get<double>(), 1);
    EXPECT_LT(people, 20e6);
    EXPECT_TRUE(has_falklands);
    const auto text = latency({"unreached"});
    EXPECT_THAT(text.out, HasSubstr("have no path to any region"));
}

// Shares of countries within 100 ms against measured ones, with the regions that were measured. The
// table is not ours to pass on: FOOTPRINT_MEASURED_COVERAGE and FOOTPRINT_MEASURED_ENDPOINTS name
// it and its regions where they are.
TEST(Latency, ReproducesMeasuredSharesOfCountriesWhereTheTableIsGiven) {
    const char* table = std::getenv("FOOTPRINT_MEASURED_COVERAGE");
    const char* endpoints = std::getenv("FOOTPRINT_MEASURED_ENDPOINTS");
    if (table == nullptr || endpoints == nullptr) {
        GTEST_SKIP() << "FOOTPRINT_MEASURED_COVERAGE and FOOTPRINT_MEASURED_ENDPOINTS are not set";
    }
    for (const std::string kind : {"fixed", "wireless"}) {
        const auto outcome = run({kProgram, "compare", "--catalog", endpoints, "--only-catalog",
                                  "--at", "2020-03-01", "--within", "20,100,250", "--by", "country",
                                  "--kind", kind, "--serve", "same-continent", "-f", "csv"});
        ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
        auto modelled = CsvReader::from_text("compare", outcome.out);
        std::map<std::string, double> percent;
        while (modelled.next()) {
            const auto [row, is_new] = percent.emplace(
                modelled.field(modelled.column("iso3")),
                std::stod(std::string(modelled.field(modelled.column("within_100_percent")))));
            EXPECT_TRUE(is_new) << row->first;
        }
        CsvReader measured(table);
        double error = 0;
        int count = 0;
        int agree = 0;
        while (measured.next()) {
            const bool fixed = measured.field(measured.column("platform")).starts_with("RIPE");
            const auto row = percent.find(std::string(measured.field(measured.column("iso3"))));
            if (measured.field(measured.column("threshold_ms")) != "100" ||
                fixed != (kind == "fixed") || row == percent.end()) {
                continue;
            }
            const double truth = std::stod(
                std::string(measured.field(measured.column("percent_of_samples_within"))));
            error += std::abs(truth - row->second);
            agree += (truth >= 50) == (row->second >= 50) ? 1 : 0;
            ++count;
        }
        EXPECT_GT(count, 50);
        EXPECT_LT(error / count, 6) << kind;
        EXPECT_GT(static_cast<double>(agree) / count, 0.95) << kind;
    }
}

// The same table, each country left out of the fit in turn.
TEST(Latency, IsHardlyWrongerOnCountriesLeftOutOfTheFitWhereTheTableIsGiven) {
    const char* table = std::getenv("FOOTPRINT_MEASURED_COVERAGE");
    const char* endpoints = std::getenv("FOOTPRINT_MEASURED_ENDPOINTS");
    if (table == nullptr || endpoints == nullptr) {
        GTEST_SKIP() << "FOOTPRINT_MEASURED_COVERAGE and FOOTPRINT_MEASURED_ENDPOINTS are not set";
    }
    const auto outcome = latency({"report", "--coverage", table, "--catalog", endpoints,
                                  "--only-catalog", "--at", "2020-03-01", "--json"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const auto json = nlohmann::json::parse(outcome.out);
    ASSERT_EQ(json["kinds"].size(), 2U);
    for (const auto& kind : json["kinds"]) {
        for (const auto& at : kind["left_out"]) {
            if (at["within_ms"] == 100) {
                EXPECT_LT(at["mean_error_points"].get<double>(), 10.1) << kind["clients"];
                EXPECT_GT(at["agree_percent"].get<double>(), 92) << kind["clients"];
            }
        }
        EXPECT_NEAR(kind["interval_coverage"].get<double>(), 0.9, 0.03) << kind["clients"];
    }
}

// Shares made up, so that nothing is said of how good the model is: that a table is judged at all,
// by either name of the option, and the same.
TEST(Latency, JudgesATableOfMeasuredSharesThatDataNames) {
    const test::Scratch scratch;
    std::string rows = "iso3,threshold_ms,percent_of_samples_within,kind\n";
    for (const std::string country :
         {"DEU", "FRA", "KEN", "IND", "BRA", "JPN", "USA", "AUS", "ZAF", "CHL", "POL", "THA"}) {
        for (const std::string kind : {"fixed", "wireless"}) {
            rows += fmt::format("{},20,40,{}\n{},100,80,{}\n", country, kind, country, kind);
        }
    }
    const auto table = scratch.file("shares.csv", rows).string();
    const auto by_data = latency({"report", "--data", table, "--at", "2020-03-01", "--json"});
    ASSERT_EQ(by_data.exit_code, 0) << by_data.err;
    const auto json = nlohmann::json::parse(by_data.out);
    EXPECT_EQ(json["kind"], "clients");
    EXPECT_EQ(json["table"], "shares.csv");
    EXPECT_EQ(json["kinds"][0]["countries"].size(), 12U);
    const auto by_name = latency({"report", "--coverage", table, "--at", "2020-03-01", "--json"});
    EXPECT_EQ(by_name.out, by_data.out);
    const auto both = latency({"report", "--data", table, "--coverage", table});
    EXPECT_EQ(both.exit_code, 2);
    EXPECT_THAT(both.err, HasSubstr("give one"));
    const auto elsewhere = latency({"London", "Paris", "--data", table});
    EXPECT_EQ(elsewhere.exit_code, 1);
    EXPECT_THAT(elsewhere.err, HasSubstr("folder"));
}

// A table that is the model's own answer times two is off by exactly half; by itself, not at all.
TEST(Latency, JudgesGivenParametersOnPairsThatTheyNeverSaw) {
    const test::Scratch scratch;
    const auto pairs = scratch.file("pairs.csv",
                                    "from_lon,from_lat,to_lon,to_lat\n72.88,19.08,5.37,43.3\n"
                                    "103.85,1.29,139.69,35.69\n-77.49,39.04,-0.13,51.51\n"
                                    "-46.63,-23.55,8.68,50.11\n");
    const auto answered = latency({"--pairs", pairs.string(), "--at", "2025-06-14", "-o",
                                   (scratch.path() / "out.csv").string()});
    ASSERT_EQ(answered.exit_code, 0) << answered.err;
    for (const double factor : {1.0, 2.0}) {
        CsvReader own(scratch.path() / "out.csv");
        std::string rows = "from_lon,from_lat,to_lon,to_lat,rtt_ms\n";
        while (own.next()) {
            const double rtt_ms = std::stod(std::string(own.field(own.column("rtt_ms"))));
            rows += fmt::format("{},{},{},{},{}\n", own.field(own.column("from_lon")),
                                own.field(own.column("from_lat")), own.field(own.column("to_lon")),
                                own.field(own.column("to_lat")), factor * rtt_ms);
        }
        const auto measured = scratch.file(fmt::format("measured{}.csv", factor), rows);
        const auto outcome = latency({"report", "--pairs", measured.string(), "--parameters",
                                      "shipped", "--at", "2025-06-14", "--json"});
        ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
        const auto json = nlohmann::json::parse(outcome.out);
        const auto& errors = json["as_given"];
        EXPECT_EQ(errors["pairs"], 4);
        // Answers are written with three decimals.
        EXPECT_NEAR(errors["median_percent"].get<double>(), factor == 1.0 ? 0 : 50, 0.01);
        EXPECT_EQ(json["interval_coverage"], factor == 1.0 ? 1 : 0);
        EXPECT_EQ(json["worst"].size(), 4U);
        const auto text = latency({"report", "--pairs", measured.string(), "--parameters",
                                   "shipped", "--at", "2025-06-14"});
        EXPECT_THAT(text.out, HasSubstr("judged by parameters as they are"));
    }
}

struct Wrong {
    std::vector<std::string> arguments;
    int exit_code;
    std::string says;
};

TEST(Latency, SaysWhatIsWrongWithItsInput) {
    const test::Scratch scratch;
    const auto twice =
        scratch.file("twice.csv", "from_lon,from_lat,from_lon,to_lon,to_lat\n0,51,1,2,48\n")
            .string();
    const auto nothing =
        scratch.file("nothing.csv", "from_lon,from_lat,to_lon,to_lat,rtt_ms\n").string();
    const std::vector<Wrong> all{
        {{"Atlantisburg", "London"}, 2, "neither a city nor a region is called 'Atlantisburg'"},
        {{"London"}, 2, "two places"},
        {{"London", "--to=-30,30"}, 2, "out at sea"},
        {{"London", "200,10"}, 2, "not on Earth"},
        {{"London", "Paris", "--at", "1970"}, 2, "before the first cable"},
        {{"London", "Paris", "--without", "cable:Dunantt"}, 2, "'Dunant'"},
        {{"London", "Paris", "--without", "chokepoint:malaca"}, 2, "'malacca'"},
        {{"London", "Paris", "--preset", "redsea"}, 2, "'red-sea'"},
        {{"London", "Paris", "--kind", "carrier-pigeon"}, 2, "--kind"},
        {{"London", "Paris", "--with", "no-such-file.csv"}, 1, "no-such-file.csv"},
        {{"London", "Paris", "--pairs", "x.csv"}, 2, "leave FROM and TO out"},
        {{"--pairs", "no-such-file.csv"}, 1, "no-such-file.csv"},
        {{"report", "--data", "no-such-file.csv"}, 1, "cannot open no-such-file.csv"},
        {{"--pairs", twice}, 3, "two columns are called 'from_lon'"},
        {{"report", "--pairs", nothing, "--parameters", "shipped"}, 3, "no usable pair"},
    };
    for (const auto& wrong : all) {
        const auto outcome = latency(wrong.arguments);
        EXPECT_EQ(outcome.exit_code, wrong.exit_code)
            << fmt::format("{}", fmt::join(wrong.arguments, " ")) << "\n"
            << outcome.err;
        EXPECT_THAT(outcome.err, HasSubstr(wrong.says));
    }
}

TEST(Latency, SaysThatThereIsNoPath) {
    const auto outcome = latency({"London", "--to=-57.85,-51.69"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("no path"));
}

TEST(LatencyPairs, AnswersATableAndPassesItsColumnsOn) {
    const test::Scratch scratch;
    const auto file = scratch.file("pairs.csv",
                                   "note,to_lat,to_lon,from_lat,from_lon\n"
                                   "\"a, \"\"b\"\"\",43.3,5.37,19.08,72.88\n"
                                   "=1+1,-51.69,-57.85,51.51,-0.13\n");
    const auto outcome = latency({"--pairs", file.string()});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out,
                testing::StartsWith("note,to_lat,to_lon,from_lat,from_lon,rtt_ms,rtt_low_ms,"
                                    "rtt_high_ms,path\n\"a, \"\"b\"\"\",43.3,5.37,19.08,72.88,"));
    EXPECT_THAT(outcome.out, HasSubstr("=1+1,-51.69,-57.85,51.51,-0.13,,,,\n"));
    EXPECT_THAT(outcome.err, HasSubstr("1 pair(s) have no path"));
    auto reader = CsvReader::from_text("out", outcome.out);
    ASSERT_TRUE(reader.next());
    const double rtt_ms = std::stod(std::string(reader.field(reader.column("rtt_ms"))));
    const auto one = latency({"Mumbai", "Marseille", "--json"});
    EXPECT_NEAR(rtt_ms, nlohmann::json::parse(one.out)["rtt_ms"].get<double>(), 2.0)
        << "the city's position differs a little";
}

TEST(LatencyPairs, NamesBadRowsAndGoesOnWhenAsked) {
    const test::Scratch scratch;
    const auto file = scratch.file("pairs.csv",
                                   "from_lon,from_lat,to_lon,to_lat\n"
                                   "0,51.5,2.35,48.86\nnan,51.5,2,48\n0,51.5,-30,30\n0,91,2,48\n");
    const auto refused = latency({"--pairs", file.string()});
    EXPECT_EQ(refused.exit_code, 3);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("pairs.csv:3"), HasSubstr("pairs.csv:4"),
                                   HasSubstr("pairs.csv:5"), HasSubstr("--skip-bad")));
    const auto skipped = latency({"--pairs", file.string(), "--skip-bad"});
    EXPECT_EQ(skipped.exit_code, 0);
    EXPECT_THAT(skipped.err, HasSubstr("left out 3 bad row(s)"));
    EXPECT_EQ(std::count(skipped.out.begin(), skipped.out.end(), '\n'), 2);
    const auto empty = latency({"--pairs", scratch.file("empty.csv", "").string()});
    EXPECT_EQ(empty.exit_code, 3);
    EXPECT_THAT(empty.err, HasSubstr("empty"));
}

// More rows, and more places, than are kept at a time; the first pair comes again at the end.
TEST(LatencyPairs, GiveTheSameBytesOnAnyNumberOfThreads) {
    const test::Scratch scratch;
    std::string text = "from_lon,from_lat,to_lon,to_lat\n";
    constexpr int kRows = 110'000;
    for (int i = 0; i <= kRows; ++i) {
        const int k = i % kRows;
        text += fmt::format("{:.4f},{:.4f},{:.4f},{:.4f}\n", 1 + 0.00005 * k, 46 + 0.01 * (k % 89),
                            -100 + 0.0001 * k, 35 + 0.05 * (k % 79));
    }
    const auto file = scratch.file("pairs.csv", text).string();
    const auto one = latency({"--pairs", file, "--threads", "1", "--skip-bad"});
    const auto two = latency({"--pairs", file, "--threads", "2", "--skip-bad"});
    EXPECT_EQ(one.exit_code, 0) << one.err;
    EXPECT_TRUE(one.out == two.out);
    const auto first = one.out.find('\n') + 1;
    const auto last = one.out.rfind('\n', one.out.size() - 2) + 1;
    EXPECT_EQ(one.out.substr(first, one.out.find('\n', first) - first),
              one.out.substr(last, one.out.size() - 1 - last));
    EXPECT_EQ(std::count(one.out.begin(), one.out.end(), '\n'), kRows + 2);
}

}  // namespace
}  // namespace footprint::cli
