// compare, explain and diff as a user runs them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/tables/table.h"
#include "tests/support/program.h"
#include "tests/support/scratch.h"

namespace footprint::cli {
namespace {

using nlohmann::json;
using test::run;
using testing::HasSubstr;

const std::string kProgram = FOOTPRINT_PROGRAM;

test::Outcome footprint(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), kProgram);
    return run(arguments);
}

json json_of(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const auto outcome = footprint(std::move(arguments));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_TRUE(outcome.err.empty()) << outcome.err;
    return json::parse(outcome.out);
}

TEST(Compare, AlibabaAgainstAwsInSouthEastAsiaIsOneShortCommand) {
    const auto outcome =
        footprint({"compare", "alibaba", "aws", "--in", "south-east-asia", "--at", "2025-09"});
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_TRUE(outcome.err.empty());
    for (const char* text : {"2025-09-30", "Alibaba", "AWS", "within 20 ms", "only Alibaba",
                             "modelled, not measured", "Catalog as of", "GeoNames"}) {
        EXPECT_THAT(outcome.out, HasSubstr(text));
    }
}

TEST(Compare, JsonHasPresenceAndPeopleForEachProviderAndDate) {
    const auto document = json_of(
        {"compare", "gcp", "azure", "--from", "2023", "--to", "2025", "--threshold", "20,7.5"});
    EXPECT_EQ(document["schema"], "footprint-compare-1");
    EXPECT_EQ(document["thresholds_ms"], json({7.5, 20}));
    ASSERT_EQ(document["results"].size(), 6U);
    for (const auto& result : document["results"]) {
        for (const char* key : {"provider", "date", "regions", "zones", "countries"}) {
            EXPECT_TRUE(result.contains(key)) << key;
        }
        EXPECT_LE(result["regions_range"]["low"], result["regions"]);
        EXPECT_LE(result["people_within_ms"]["7.5"], result["people_within_ms"]["20"]);
        EXPECT_LE(result["people_within_ms"]["20"], result["people"]);
    }
    EXPECT_EQ(document["results"][0]["provider"], "google");
    EXPECT_EQ(document["results"][5]["date"], "2025-12-31");
    for (const auto& gap : document["gaps"]) {
        const double sum = gap["only_a"].get<double>() + gap["only_b"].get<double>() +
                           gap["both"].get<double>() + gap["neither"].get<double>();
        EXPECT_GT(sum, 8e9);
        EXPECT_LT(sum, 8.5e9);
    }
    EXPECT_EQ(document["gaps"].size(), 6U);
}

TEST(Compare, ReadsTheSameOnAnyNumberOfThreads) {
    const auto one = footprint({"compare", "--threads", "1", "--json"});
    const auto many = footprint({"compare", "--threads", "5", "--json"});
    EXPECT_EQ(one.out, many.out);
    EXPECT_EQ(json::parse(one.out)["results"].size(), 11U);
}

TEST(Compare, WritesCsvWithUnitsInTheNamesAndNeverOverAFile) {
    const test::Scratch scratch;
    const auto target = (scratch.path() / "oracle.csv").string();
    const std::vector<std::string> command{"compare", "oracle", "--by", "continent", "-o", target};
    EXPECT_EQ(footprint(command).exit_code, 0);
    const auto text = test::read_text(target);
    EXPECT_THAT(text, HasSubstr("people_within_20_ms"));
    EXPECT_EQ(footprint({"compare", "oracle", "-O", "-o", target}).err, "wrote " + target + "\n");
    EXPECT_EQ(footprint({"compare", "oracle", "-q", "-O", "-o", target, "--by", "continent"}).err,
              "");
    EXPECT_THAT(text, HasSubstr("median_rtt_ms"));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 7);
    const auto again = footprint(command);
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_THAT(again.err, HasSubstr("-O"));
    EXPECT_EQ(scratch.entries().size(), 1U);
}

TEST(Compare, DrawsTheSamePictureEveryTime) {
    const test::Scratch scratch;
    const auto a = (scratch.path() / "a.png").string();
    const auto b = (scratch.path() / "b.png").string();
    EXPECT_EQ(footprint({"compare", "aws", "alibaba", "-o", a}).exit_code, 0);
    EXPECT_EQ(footprint({"compare", "aws", "alibaba", "--threads", "1", "-o", b}).exit_code, 0);
    const auto picture = test::read_text(a);
    EXPECT_THAT(picture, testing::StartsWith("\x89PNG"));
    EXPECT_EQ(picture, test::read_text(b));
    const auto again = footprint({"compare", "aws", "alibaba", "-o", a});
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_THAT(again.err, HasSubstr("-O"));
    EXPECT_EQ(test::read_text(a), picture);
}

TEST(Compare, WritesTheGapOfTwoProvidersAsALayer) {
    const test::Scratch scratch;
    const auto target = (scratch.path() / "gap.geojson").string();
    const auto outcome = footprint(
        {"compare", "tencent", "alibaba", "--at", "2025-09", "--threshold", "50", "-o", target});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const auto layer = json::parse(test::read_text(target));
    EXPECT_EQ(layer["type"], "FeatureCollection");
    std::vector<std::string> kinds;
    for (const auto& feature : layer["features"]) {
        kinds.push_back(feature["properties"]["kind"]);
        EXPECT_EQ(feature["properties"]["threshold_ms"], 50.0);
        EXPECT_EQ(feature["geometry"]["type"], "MultiPolygon");
    }
    EXPECT_THAT(kinds, testing::ElementsAre("only_a", "only_b", "both", "neither"));
    EXPECT_EQ(footprint({"compare", "aws", "--in", "asia", "-f", "geojson"}).exit_code, 2);
    const auto both = (scratch.path() / "both.gpkg").string();
    const auto package =
        footprint({"compare", "tencent", "alibaba", "--threshold", "50", "-o", both});
    ASSERT_EQ(package.exit_code, 0) << package.err;
    EXPECT_THAT(test::read_text(both), testing::StartsWith("SQLite format 3"));
}

TEST(Compare, DrawsSeriesAndAreasInEveryFormatAndTheme) {
    const test::Scratch scratch;
    const auto png = (scratch.path() / "series.png").string();
    EXPECT_EQ(footprint({"compare", "aws", "ibm", "--from", "2023", "--size", "720p", "-o", png})
                  .exit_code,
              0);
    EXPECT_THAT(test::read_text(png), testing::StartsWith("\x89PNG"));
    const auto svg = (scratch.path() / "areas.svg").string();
    EXPECT_EQ(
        footprint({"compare", "aws", "ibm", "--by", "continent", "--theme", "light", "-o", svg})
            .exit_code,
        0);
    EXPECT_THAT(test::read_text(svg), HasSubstr("<svg"));
    const auto pdf = (scratch.path() / "one.pdf").string();
    EXPECT_EQ(footprint({"compare", "ibm", "--title", "IBM", "-o", pdf}).exit_code, 0);
    EXPECT_THAT(test::read_text(pdf), testing::StartsWith("%PDF"));
}

TEST(Compare, RefusesPicturesThatItCannotDraw) {
    const test::Scratch scratch;
    const auto wrong = [&](std::vector<std::string> more, const char* message) {
        std::vector<std::string> command{"compare", "aws"};
        command.insert(command.end(), more.begin(), more.end());
        const auto outcome = footprint(command);
        EXPECT_EQ(outcome.exit_code, 2) << message;
        EXPECT_THAT(outcome.err, HasSubstr(message));
    };
    const auto file = [&](const char* name) { return (scratch.path() / name).string(); };
    wrong({"-o", file("x.jpg")}, "compare does not write 'jpg'");
    wrong({"-o", file("x.png"), "--size", "huge"}, "'huge' is not a size");
    wrong({"-o", file("x.png"), "--theme", "mauve"}, "mauve");
    wrong({"-f", "png"}, "needs a file");
    EXPECT_TRUE(scratch.entries().empty());
}

TEST(Diff, DrawsAPostcard) {
    const test::Scratch scratch;
    const auto target = (scratch.path() / "year.png").string();
    EXPECT_EQ(
        footprint({"diff", "2024", "2025", "--provider", "aws,alibaba", "-o", target}).exit_code,
        0);
    EXPECT_THAT(test::read_text(target), testing::StartsWith("\x89PNG"));
    EXPECT_EQ(footprint({"diff", "2024", "2025", "-f", "png"}).exit_code, 2);
}

TEST(Compare, SaysWhatIsWrongBeforeItWorks) {
    const auto wrong = [](std::vector<std::string> arguments, const char* message) {
        const auto outcome = footprint(std::move(arguments));
        EXPECT_EQ(outcome.exit_code, 2);
        EXPECT_THAT(outcome.err, HasSubstr(message));
        EXPECT_TRUE(outcome.out.empty());
    };
    wrong({"compare", "alibabba"}, "Did you mean 'alibaba'?");
    wrong({"compare", "aws", "--in", "Atlantis"}, "there is no area 'Atlantis'");
    wrong({"compare", "--at", "2025", "--from", "2020"}, "exclude each other");
    wrong({"compare", "--from", "2025", "--to", "2020"}, "comes after");
    wrong({"compare", "--from", "1950", "--every", "month", "--to", "2190"}, "longer step");
    wrong({"compare", "--threshold", "-5"}, "--threshold");
    wrong({"compare", "aws", "-o", "x.doc"}, "does not write 'doc'");
    wrong({"compare", "aws", "--json", "-o", "x.csv"}, "disagree");
    wrong({"compare", "aws", "--every", "month"}, "--every needs --from");
    wrong({"compare", "--include", "gov", "--exclude", "gov"}, "contradict");
    wrong({"compare", "aws", "-f", "cvs"}, "Did you mean 'csv'?");
    wrong({"diff", "2024", "2025", "-f", "pgn"}, "Did you mean 'png'?");
}

TEST(Explain, APlaceByItsNameGivesPartsThatAddUp) {
    const auto document = json_of({"explain", "Johor Bahru", "--at", "2025-09"});
    EXPECT_EQ(document["kind"], "place");
    EXPECT_EQ(document["place"]["country"], "MY");
    double before = 0;
    for (const auto& answer : document["providers"]) {
        double sum = 0;
        for (const auto& part : answer["parts"]) {
            sum += part["rtt_ms"].get<double>();
        }
        EXPECT_NEAR(sum, answer["rtt_ms"].get<double>(), 1e-4);
        EXPECT_GE(answer["rtt_ms"].get<double>(), before);
        before = answer["rtt_ms"].get<double>();
        EXPECT_FALSE(answer["source"].get<std::string>().empty());
    }
    EXPECT_EQ(document["providers"].size(), 11U);
}

TEST(Explain, APositionKnowsItsCountry) {
    const auto document = json_of({"explain", "--position=-0.1276,51.5072", "--provider", "aws"});
    EXPECT_EQ(document["place"]["country"], "GB");
    EXPECT_EQ(document["providers"][0]["region"], "aws:eu-west-2");
    const auto sea = json_of({"explain", "0,0", "--provider", "aws"});
    EXPECT_TRUE(sea["place"]["country"].is_null());
}

TEST(Explain, ARegionShowsItsEventsSourcesAndCatchment) {
    const auto document = json_of({"explain", "aws:me-south-1", "--at", "2026-06"});
    EXPECT_EQ(document["state"], "impaired");
    EXPECT_EQ(document["catchment_people"], 0.0);
    EXPECT_FALSE(document["events"].empty());
    const auto before = json_of({"explain", "me-south-1", "--at", "2026-01"});
    EXPECT_EQ(before["state"], "open");
    EXPECT_GT(before["catchment_people"].get<double>(), 1e6);
}

TEST(Explain, ACountryByItsNameTellsWhoReachesItAndFromWhere) {
    const auto document = json_of({"explain", "Kenya", "--at", "2025", "--threshold", "20,50"});
    EXPECT_EQ(document["kind"], "country");
    EXPECT_EQ(document["country"]["iso3"], "KEN");
    EXPECT_EQ(document["providers"].size(), 11U);
    double before = 0;
    for (const auto& reach : document["providers"]) {
        double served = 0;
        for (const auto& source : reach["served_from"]) {
            served += source["people"].get<double>();
            EXPECT_FALSE(source["source"].get<std::string>().empty());
        }
        EXPECT_LE(served, document["people"].get<double>() * (1 + 1e-9));
        EXPECT_LE(reach["people_within_ms"]["20"], reach["people_within_ms"]["50"]);
        if (!reach["median_rtt_ms"].is_null()) {
            EXPECT_GE(reach["median_rtt_ms"].get<double>(), before);
            before = reach["median_rtt_ms"].get<double>();
        }
    }
    EXPECT_THAT(footprint({"explain", "kenya", "--provider", "aws"}).out, HasSubstr("served from"));
    EXPECT_EQ(json_of({"explain", "Singapore", "--provider", "aws"})["kind"], "place");
    EXPECT_EQ(json_of({"explain", "Lebanon", "--provider", "aws"})["kind"], "country");
}

TEST(Explain, SuggestsAndRefuses) {
    EXPECT_THAT(footprint({"explain", "Jakarto"}).err, HasSubstr("Did you mean 'Jakarta'?"));
    EXPECT_THAT(footprint({"explain", "200,5"}).err, HasSubstr("not on Earth"));
    EXPECT_EQ(footprint({"explain"}).exit_code, 2);
}

TEST(Diff, TellsTheImpairedRegionsOfSpring2026) {
    const auto document = json_of({"diff", "2026-02", "2026-06", "--provider", "aws"});
    std::vector<std::string> impaired;
    for (const auto& change : document["changes"]) {
        if (change["kind"] == "impaired") {
            impaired.push_back(change["region"]);
        }
    }
    EXPECT_THAT(impaired, testing::UnorderedElementsAre("me-south-1", "me-central-1"));
    EXPECT_LT(document["providers"][0]["people_gained_within_ms"]["20"].get<double>(), 0);
}

TEST(Diff, GainsNobodyWithoutTimeAndRefusesToRunBackwards) {
    const auto same = json_of({"diff", "2025-09", "2025-09", "--provider", "google"});
    EXPECT_TRUE(same["changes"].empty());
    EXPECT_EQ(same["providers"][0]["people_gained_within_ms"]["20"], 0.0);
    const auto backwards = footprint({"diff", "2025", "2024"});
    EXPECT_EQ(backwards.exit_code, 2);
    EXPECT_THAT(backwards.err, HasSubstr("earlier date first"));
}

TEST(Diff, DoesNotCallARegionWithoutADateOpened) {
    const auto document = json_of({"diff", "2005", "2026-10", "--include",
                                   "gov,china,sovereign,dedicated,finance,limited,invite"});
    int listed = 0;
    for (const auto& change : document["changes"]) {
        if (change["kind"] == "opened") {
            EXPECT_NE(change["provenance"], "undated") << change;
        }
        if (change["kind"] == "listed") {
            ++listed;
            EXPECT_TRUE(change["date"].is_null()) << change;
            const auto story = json_of({"explain", change["provider"].get<std::string>() + ":" +
                                                       change["region"].get<std::string>()});
            EXPECT_TRUE(story["opened"].is_null());
            EXPECT_FALSE(story["first_listed"].is_null());
            EXPECT_TRUE(story["since"].is_null() || story["state"] != "open");
            if (listed >= 2) {
                break;
            }
        }
    }
    EXPECT_GT(listed, 0);
    EXPECT_THAT(footprint({"diff", "2005", "2026-10"}).out, HasSubstr("first listed"));
}

TEST(Diff, SaysWhichZonesAreNotAllKnown) {
    const auto document = json_of({"diff", "2024", "2025"});
    const auto text = footprint({"diff", "2024", "2025"}).out;
    bool any = false;
    for (const auto& p : document["providers"]) {
        any = any || (p["after"]["regions_without_zone_count"] > 0 &&
                      p["after"]["regions_without_zone_count"] < p["after"]["regions"]);
    }
    EXPECT_EQ(any, text.find("+ ") != std::string::npos || text.find("+\n") != std::string::npos);
}

TEST(Explain, SaysWhenAMonthIsAllThatIsKnownAndWhomAnImpairedRegionServes) {
    const auto document = json_of({"explain", "aws:me-south-1", "--at", "2026-06"});
    EXPECT_EQ(document["impaired"], true);
    EXPECT_THAT(document["serves"].get<std::string>(), HasSubstr("nobody"));
    EXPECT_THAT(document["since"]["text"].get<std::string>(), HasSubstr("2026-03"));
    EXPECT_THAT(footprint({"explain", "aws:me-south-1", "--at", "2026-06"}).out,
                HasSubstr("nobody while impaired"));
    const auto place = footprint({"explain", "Manama", "--at", "2026-06", "--provider", "aws"});
    EXPECT_THAT(place.out, HasSubstr("aws:me-south-1 (Manama) is nearer, but impaired"));
}

TEST(Compare, SaysWhichRegionsAreImpaired) {
    const auto text = footprint({"compare", "aws", "google", "--at", "2026-06"}).out;
    EXPECT_THAT(text, HasSubstr("Impaired, counted but serving nobody: AWS me-"));
    EXPECT_THAT(text, HasSubstr("me-central-1"));
    const auto document = json_of({"compare", "aws", "google", "--at", "2026-06"});
    EXPECT_EQ(document["results"][0]["impaired"], 2);
    EXPECT_EQ(document["results"][1]["impaired"], 0);
    EXPECT_THAT(footprint({"compare", "aws", "--in", "europe", "--at", "2026-06"}).out,
                testing::Not(HasSubstr("Impaired")));
}

TEST(Compare, SaysWherePopulationIsHeld) {
    const auto outcome = footprint({"compare", "aws", "--at", "2040", "--json"});
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_THAT(outcome.err, HasSubstr("2035"));
    EXPECT_EQ(json::parse(outcome.out)["results"][0]["people_year"], 2035);
    EXPECT_THAT(footprint({"compare", "aws", "--at", "2040"}).out,
                HasSubstr("People after 2035 are those of 2035"));
}

TEST(Compare, CsvSaysThatItIsModelledAndWhomToName) {
    const auto outcome = footprint({"compare", "ibm", "-f", "csv"});
    EXPECT_THAT(outcome.out, HasSubstr(",basis,after_as_of,attribution\n"));
    EXPECT_THAT(outcome.out, HasSubstr(",modelled,false,"));
    EXPECT_THAT(outcome.out, HasSubstr("GeoNames"));
}

TEST(Table, AlignsByWhatTheTerminalShows) {
    EXPECT_EQ(display_width("Querétaro"), 9U);
    EXPECT_EQ(display_width("e\xCC\x81"), 1U);  // a combining accent
    EXPECT_EQ(display_width("東京"), 4U);
    Table table({Align::left, Align::left, Align::right});
    table.header({"city", "", "people"});
    table.row({"東京", "", "37 M"});
    table.row({"Querétaro", "", "1.1 M"});
    EXPECT_EQ(table.text(),
              "city       people\n"
              "─────────  ──────\n"
              "東京         37 M\n"
              "Querétaro   1.1 M\n");
}

TEST(Percent, NeverRoundsSomeToNoneNorMostToAll) {
    EXPECT_EQ(percent(0), "0 %");
    EXPECT_EQ(percent(0.0001), "<0.1 %");
    EXPECT_EQ(percent(0.0421), "4.2 %");
    EXPECT_EQ(percent(0.9951), ">99 %");
    EXPECT_EQ(percent(1), "100 %");
}

}  // namespace
}  // namespace footprint::cli
