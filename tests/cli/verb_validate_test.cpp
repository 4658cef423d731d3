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

TEST(Validate, OfAFileThatIsNotThereFails) {
    const auto outcome = run({kProgram, "validate", "/nowhere/mine.csv"});
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.err, HasSubstr("/nowhere/mine.csv"));
    EXPECT_EQ(outcome.out, "");
}

}  // namespace
}  // namespace footprint::cli
