#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/program.h"
#include "tests/support/scratch.h"

namespace footprint::cli {
namespace {

using test::run;
using testing::HasSubstr;

const std::string kProgram = FOOTPRINT_PROGRAM;

TEST(Validate, FindsNoFaultInTheCatalogThatIsShipped) {
    const auto outcome = run({kProgram, "validate"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("0 errors and 0 warnings"));
    EXPECT_EQ(outcome.err, "");
}

TEST(Validate, SaysEveryFaultAndAnswersThree) {
    const test::Scratch scratch;
    const auto file = scratch.file("mine.csv",
                                   "provider,region_id,city,country,lon,lat\n"
                                   "google,africa-south1,Johannesburg,ZA,28.0473,26.2041\n"
                                   "acme,a,Oslo,NO,ten,59.91\n");
    const auto outcome = run({kProgram, "validate", file});
    EXPECT_EQ(outcome.exit_code, 3);
    EXPECT_THAT(outcome.out, HasSubstr("mine.csv:2: error: lat = '26.2041'"));
    EXPECT_THAT(outcome.out, HasSubstr("write lon 28.0473, lat -26.2041"));
    EXPECT_THAT(outcome.out, HasSubstr("mine.csv:3: error: lon = 'ten'"));
    EXPECT_THAT(outcome.err, HasSubstr("2 errors"));
}

TEST(Validate, WarningsAloneAreNoFailure) {
    const test::Scratch scratch;
    const auto file =
        scratch.file("mine.csv", "provider,region_id,lon,lat,zons\nacme,a,10.75,59.91,3\n");
    const auto outcome = run({kProgram, "validate", file});
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_THAT(outcome.out, HasSubstr("Did you mean 'zones'?"));
    EXPECT_THAT(outcome.out, HasSubstr("0 errors and 1 warning in"));
}

TEST(Validate, TellsProgramsInJson) {
    const test::Scratch scratch;
    const auto file = scratch.file(
        "mine.csv", "provider,region_id,lon,lat\nacme,\"S\xE3o\",10.75,59.91\nacme,b,1.35,103.8\n");
    const auto outcome = run({kProgram, "validate", "--json", file});
    EXPECT_EQ(outcome.exit_code, 3);
    const auto report = nlohmann::json::parse(outcome.out);
    EXPECT_EQ(report["errors"], 2);
    EXPECT_EQ(report["faults"][0]["code"], "bad-encoding");
    EXPECT_EQ(report["faults"][0]["line"], 2);
    EXPECT_EQ(report["faults"][1]["code"], "lat-lon-swapped");
    EXPECT_EQ(report["faults"][1]["severity"], "error");
}

TEST(Validate, TellsProgramsOfAFileThatCannotBeReadTheSameWay) {
    const test::Scratch scratch;
    const struct {
        std::string file;
        int exit_code;
        const char* says;
    } cases[] = {
        {"/nowhere/mine.csv", 1, "No such file"},
        {scratch.path().string() + ".csv", 1, "No such file"},
        {scratch.path().string(), 1, "it is a folder"},
        {"https://example.org/mine.csv", 2, "URL"},
        {scratch.file("a.geojson", "<VRT/>"), 3, "XML"},
        {scratch.file("a.gpkg", "nothing of the kind"), 3, "no format that is read"},
        {scratch.file("mine.xyz", "x"), 2, "suffix"},
    };
    for (const auto& c : cases) {
        const auto outcome = run({kProgram, "validate", "--json", c.file});
        EXPECT_EQ(outcome.exit_code, c.exit_code) << outcome.err;
        const auto report = nlohmann::json::parse(outcome.out);
        EXPECT_EQ(report["errors"], 1);
        EXPECT_EQ(report["files"][0], c.file);
        EXPECT_EQ(report["faults"][0]["code"], "unreadable-file");
        EXPECT_EQ(report["faults"][0]["file"], c.file);
        EXPECT_THAT(report["faults"][0]["message"].get<std::string>(), HasSubstr(c.says));
    }
}

TEST(Validate, SaysWhatIsWrongWithAWholeFile) {
    const test::Scratch scratch;
    const struct {
        const char* name;
        std::string text;
        const char* says;
    } cases[] = {
        {"a.csv", "provider;region_id;lon;lat\nacme;a;1;2\n", "looks semicolon-separated"},
        {"b.csv", std::string("p\0r\0o\0", 6), "the file is UTF-16"},
        {"c.csv", std::string("p\0\0\0r\0\0\0", 8), "the file is UTF-32"},
        {"d.csv", std::string("provider,region_id,lon,lat\nacme,a\0,1,2\n", 39), "NUL byte"},
        {"e.csv", "", "the file is empty"},
        {"f.csv", "provider,region_id,lon,lat\n", "no rows below the header"},
        {"g.geojson", R"({"type":"FeatureCollection","features":[]})", "no features in it"},
    };
    for (const auto& c : cases) {
        const auto outcome = run({kProgram, "validate", scratch.file(c.name, c.text)});
        EXPECT_THAT(outcome.out, HasSubstr(c.says)) << c.name;
        EXPECT_THAT(outcome.out, testing::ContainsRegex("1 error and 0|0 errors and 1")) << c.name;
    }
}

TEST(Validate, SaysEveryBadFeatureOfAVectorFile) {
    const test::Scratch scratch;
    const auto file = scratch.file("mine.geojson", R"({"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"provider":"acme","region_id":"a"},"geometry":{"type":"Point","coordinates":[10.75,null]}},
{"type":"Feature","properties":{"provider":"acme","region_id":"b"},"geometry":{"type":"Point","coordinates":[10.75,59.91]}},
{"type":"Feature","properties":{"provider":"acme","region_id":"c"},"geometry":{"type":"Point","coordinates":[1e999,59.91]}}]})");
    const auto outcome = run({kProgram, "validate", file});
    EXPECT_EQ(outcome.exit_code, 3);
    EXPECT_THAT(outcome.out, HasSubstr("feature 1 (line 2): a coordinate is 'null'"));
    EXPECT_THAT(outcome.out, HasSubstr("feature 3 (line 4): a coordinate is '1e999'"));
    EXPECT_THAT(outcome.out, HasSubstr("2 errors and 0 warnings in 422 regions"));
}

TEST(Validate, OfAFileThatIsNotThereFails) {
    const auto outcome = run({kProgram, "validate", "/nowhere/mine.csv"});
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.err, HasSubstr("/nowhere/mine.csv"));
    EXPECT_EQ(outcome.out, "");
}

}  // namespace
}  // namespace footprint::cli
