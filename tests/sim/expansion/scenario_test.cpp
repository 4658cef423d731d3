#include "sim/expansion/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.h"
#include "sim/expansion/scenario_json.h"
#include "tests/support/json_schema.h"

namespace footprint::sim {
namespace {

using testing::HasSubstr;

const std::string kHead =
    "schema_version = 1\nname = \"t\"\nstart = \"2025-01\"\nend = \"2030-01\"\n";

std::string fault(const std::string& text) {
    try {
        parse_scenario("t.toml", text);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::invalid);
        return error.what();
    }
    return "no fault";
}

TEST(Scenario, NeedsNothingButNameStartAndEnd) {
    const auto scenario = parse_scenario("t.toml", kHead);
    EXPECT_EQ(scenario.start, Date::from_ymd(2025, 1, 1));
    EXPECT_EQ(scenario.parameters[Parameter::hot_limit_ms], info(Parameter::hot_limit_ms).standard);
}

TEST(Scenario, NamesAnUnknownKeyWithItsPlaceAndTheNearestOne) {
    const auto text = fault(kHead + "\n[demand]\nwrold_spend = 3\n");
    EXPECT_THAT(text, HasSubstr("t.toml:7:1"));
    EXPECT_THAT(text, HasSubstr("wrold_spend"));
    EXPECT_THAT(text, HasSubstr("Did you mean 'world_spend'"));
    EXPECT_THAT(fault(kHead + "polciy = 1\n"), HasSubstr("t.toml:5:1: unknown key 'polciy'"));
}

TEST(Scenario, WantsValueUnitAndSourceOfEveryNumber) {
    EXPECT_THAT(fault(kHead + "[demand]\nworld_spend = 400\n"),
                HasSubstr("unit = \"USD bn/year\""));
    EXPECT_THAT(
        fault(kHead + "[demand]\nworld_spend = { value = 1, unit = \"EUR\", source = \"x\" }\n"),
        HasSubstr("expected the unit \"USD bn/year\""));
    EXPECT_THAT(fault(kHead + "[demand]\nworld_spend = { value = 1, unit = \"USD bn/year\" }\n"),
                HasSubstr("needs 'source'"));
    EXPECT_THAT(fault(kHead + "[demand]\nworld_spend = { value = 1, unit = \"USD bn/year\", source "
                              "= \" \" }\n"),
                HasSubstr("assumption"));
    EXPECT_THAT(fault(kHead + "[workload]\nhot_share = { value = 1.5, unit = \"1\", source = "
                              "\"assumption\" }\n"),
                HasSubstr("from 0 to 1"));
}

TEST(Scenario, RefusesANegativeBudgetAndAnEndBeforeTheStart) {
    EXPECT_THAT(
        fault(kHead + "[[provider]]\nid = \"aws\"\npolicy = \"profit\"\n"
                      "[[provider.budget]]\nfrom = \"2025\"\nto = \"2026\"\n"
                      "total = { value = -5, unit = \"USD M\", source = \"assumption\" }\n"),
        HasSubstr("t.toml:11"));
    EXPECT_THAT(fault("schema_version = 1\nname = \"t\"\nstart = \"2025\"\nend = \"2024\"\n"),
                HasSubstr("t.toml:4"));
    EXPECT_THAT(fault("name = \"t\"\n"), HasSubstr("schema_version is missing"));
    EXPECT_THAT(fault(kHead + "x = [1,"), HasSubstr("t.toml:5"));
}

TEST(Scenario, SuggestsPoliciesAndKeepsPlansInItsOwnFolder) {
    EXPECT_THAT(fault(kHead + "[[provider]]\nid = \"aws\"\npolicy = \"proft\"\n"),
                HasSubstr("Did you mean 'profit'"));
    EXPECT_THAT(fault(kHead + "[[provider]]\nid = \"aws\"\npolicy = \"plan-file\"\n"
                              "plan = \"../../etc/passwd\"\n"),
                HasSubstr("own folder"));
    EXPECT_THAT(fault(kHead + "[[provider]]\nid = \"aws\"\npolicy = \"plan-file\"\n"),
                HasSubstr("plan-file"));
}

TEST(Scenario, ReadsBackWhatItWritesOut) {
    const auto scenario = parse_scenario(
        "t.toml",
        kHead +
            "areas = [\"asia\"]\n[demand]\nworld_spend = { value = 500, unit = \"USD bn/year\", "
            "source = \"a \\\"quoted\\\" source\" }\n"
            "[[provider]]\nid = \"aws\"\npolicy = \"profit\"\n"
            "[[provider.budget]]\nfrom = \"2025\"\nto = 2026-07-01\n"
            "total = { value = 12.5, unit = \"USD M\", source = \"assumption\" }\n"
            "[[rule]]\ncountry = \"TH\"\nrule = \"data residency\"\nfrom = \"2027\"\nsource = "
            "\"assumption\"\n"
            "[[shock]]\nkind = \"demand\"\ntarget = \"asia\"\nfrom = \"2026\"\nto = \"2027\"\n"
            "value = { value = 0.8, unit = \"1\", source = \"assumption\" }\n"
            "[[shock]]\nkind = \"region-lost\"\ntarget = \"aws:us-east-1\"\nfrom = \"2026\"\nto = "
            "\"2027\"\nsource = \"assumption\"\n");
    const auto text = resolved(scenario);
    EXPECT_EQ(resolved(parse_scenario("again.toml", text)), text);
    EXPECT_THAT(text, HasSubstr("total = { value = 12.5"));
    EXPECT_THAT(text, HasSubstr("hot_share"));
}

TEST(Scenario, EveryParameterHasAUnitASourceAndADefaultWithinItsBounds) {
    for (const auto& row : parameter_table()) {
        EXPECT_FALSE(row.unit.empty()) << row.key;
        EXPECT_FALSE(row.source.empty()) << row.key;
        EXPECT_FALSE(row.meaning.empty()) << row.key;
        EXPECT_LE(row.low, row.standard) << row.key;
        EXPECT_GE(row.high, row.standard) << row.key;
    }
}

TEST(ScenarioSchema, IsTheOneThatIsPublished) {
    std::ifstream file(std::string(FOOTPRINT_SOURCE_DIR) + "/docs/schemas/scenario.schema.json");
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_EQ(text.str(), scenario_schema())
        << "write it anew: FOOTPRINT_WRITE_SCHEMA=1 with this test";
    if (std::getenv("FOOTPRINT_WRITE_SCHEMA") != nullptr) {
        std::ofstream(std::string(FOOTPRINT_SOURCE_DIR) + "/docs/schemas/scenario.schema.json")
            << scenario_schema();
    }
}

// What the reader takes and refuses, the published schema takes and refuses.
TEST(ScenarioSchema, AgreesWithTheReader) {
    const auto schema = nlohmann::json::parse(scenario_schema());
    const auto faults = [&](const std::string& text) {
        return test::schema_faults(nlohmann::json::parse(scenario_json("t.toml", text)), schema);
    };
    const std::string aws = kHead + "[[provider]]\nid = \"aws\"\npolicy = \"profit\"\n";
    const auto all = parse_scenario(
        "t.toml", aws +
                      "[[provider.budget]]\nfrom = \"2025\"\nto = \"2026\"\ntotal = { value = 1, "
                      "unit = \"USD M\", source = \"x\" }\n[[rule]]\ncountry = \"KE\"\nrule = "
                      "\"ban\"\nfrom = \"2026\"\nsource = \"x\"\n[[shock]]\nkind = "
                      "\"price\"\nfrom = \"2026\"\nto = \"2027\"\ntarget = \"aws\"\nvalue = { "
                      "value = 2, unit = \"1\", source = \"x\" }\n");
    EXPECT_THAT(faults(resolved(all)), testing::IsEmpty());
    for (const auto& row : parameter_table()) {
        const auto text = kHead + "[" + std::string(row.section) + "]\n" + std::string(row.key) +
                          " = { value = " + std::to_string(row.high * 2 + 1) + ", unit = \"" +
                          std::string(row.unit) + "\", source = \"assumption\" }\n";
        EXPECT_THAT(faults(text), testing::SizeIs(1)) << row.key;
        EXPECT_THAT(fault(text), HasSubstr("a value from")) << row.key;
    }
    const std::string value = ", unit = \"USD M\", source = \"x\" }\n";
    for (const std::string& wrong :
         {kHead + "schema = 1\n", kHead + "seed = -1\n", kHead + "step_months = 13\n",
          kHead + "most_places = 1\n", kHead + "most_sites = 1\n", kHead + "areas = 3\n",
          kHead + "latency = \"light\"\n", kHead + "new_cables = 1\n",
          aws + "[[provider.budget]]\nfrom = \"2025\"\nto = \"2026\"\ntotal = { value = -1" + value,
          aws + "[[provider.budget]]\nfrom = \"2025\"\nto = \"2026\"\ntotal = { value = 2e9" +
              value,
          kHead + "[[provider]]\nid = \"aws\"\npolicy = \"greed\"\n",
          kHead + "[[provider]]\npolicy = \"profit\"\n",
          kHead + "[[shock]]\nkind = \"flood\"\nfrom = \"2026\"\nto = \"2027\"\ntarget = "
                  "\"aws\"\nsource = \"x\"\n",
          kHead + "[[rule]]\ncountry = \"KE\"\nrule = \"no\"\nfrom = \"2026\"\nsource = \"x\"\n",
          std::string("schema_version = 2\nname = \"t\"\nstart = \"2025\"\nend = \"2026\"\n")}) {
        EXPECT_THAT(faults(wrong), testing::Not(testing::IsEmpty())) << wrong;
        EXPECT_NE(fault(wrong), "no fault") << wrong;
    }
}

TEST(ShippedScenarios, AllRead) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(FOOTPRINT_SOURCE_DIR) +
                                                                 "/datasets/scenarios")) {
        if (entry.path().extension() == ".toml") {
            EXPECT_NO_THROW(read_scenario(entry.path())) << entry.path();
            ++count;
        }
    }
    EXPECT_GE(count, 1U);
}

}  // namespace
}  // namespace footprint::sim
