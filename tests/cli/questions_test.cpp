// compare's questions as a user asks them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "geo/io/raster_writer.h"
#include "tests/support/json_schema.h"
#include "tests/support/program.h"
#include "tests/support/scratch.h"

namespace footprint::cli {
namespace {

using nlohmann::json;
using test::run;
using testing::HasSubstr;

const std::string kProgram = FOOTPRINT_PROGRAM;

test::Outcome compare(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {kProgram, "compare"});
    return run(arguments);
}

const json& schema() {
    static const json kSchema = json::parse(test::read_text(
        std::filesystem::path(FOOTPRINT_SOURCE_DIR) / "docs/schemas/question.schema.json"));
    return kSchema;
}

// Whatever is asked, the answer is as the schema says.
json answer(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const auto outcome = compare(std::move(arguments));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_TRUE(outcome.err.empty()) << outcome.err;
    const auto document = json::parse(outcome.out);
    EXPECT_EQ(document["schema"], "footprint-question-1");
    EXPECT_EQ(document["modelled"], true);
    EXPECT_THAT(test::schema_faults(document, schema()), testing::IsEmpty());
    return document;
}

TEST(Compare, BestHasTheRegionsThatItsProvidersHaveOneByOne) {
    const auto apart = json::parse(compare({"--json"}).out);
    const auto best = json::parse(compare({"--best", "--json"}).out);
    int regions = 0;
    for (const auto& row : apart["results"]) {
        regions += row["regions"].get<int>();
    }
    ASSERT_EQ(best["results"].size(), 1U);
    EXPECT_EQ(best["results"][0]["regions"], regions);
}

TEST(Questions, GapHasPeoplePlacesAndTheBiggestCitiesOfEach) {
    const auto document = answer({"alibaba", "aws", "--gap", "--at", "2025-09"});
    const auto& reach = document["tables"]["reach"];
    EXPECT_EQ(reach.size(), 4 * document["thresholds_ms"].size());
    EXPECT_EQ(reach[0]["threshold_ms"], 50.0);
    double people = 0, places = 0;
    for (std::size_t k = 0; k < 4; ++k) {
        people += reach[k]["people"].get<double>();
        places += reach[k]["places"].get<double>();
    }
    EXPECT_GT(people, 8.1e9);
    EXPECT_LT(people, 8.4e9);
    EXPECT_GT(places, 170'000);
    // The pair's table says the same of people.
    const auto table =
        compare({"alibaba", "aws", "--at", "2025-09", "--threshold", "50", "--json"});
    const auto gap = json::parse(table.out)["gaps"][0];
    EXPECT_NEAR(reach[0]["people"], gap["only_a"], 1);
    EXPECT_NEAR(reach[1]["people"], gap["only_b"], 1);
    std::map<std::string, std::vector<json>> cities;
    for (const auto& city : document["tables"]["cities"]) {
        cities[city["kind"]].push_back(city);
    }
    EXPECT_EQ(cities.size(), 4U);
    for (const auto& city : cities["only_a"]) {
        EXPECT_LE(city["a_ms"], 50.0);
        EXPECT_TRUE(city["b_ms"].is_null() || city["b_ms"] > 50.0) << city;
    }
    for (const auto& [kind, list] : cities) {
        EXPECT_LE(list.size(), 10U) << kind;
        for (std::size_t i = 1; i < list.size(); ++i) {
            EXPECT_LE(list[i]["people"], list[i - 1]["people"]) << kind;
        }
    }
}

TEST(Questions, TheWorstLossOfTheTableIsThatOfTheRegionAlone) {
    const auto table = answer({"aws", "alibaba", "--lose", "any-region", "--at", "2025-09"});
    const auto& regions = table["tables"]["regions"];
    EXPECT_GT(regions.size(), 50U);
    for (std::size_t i = 1; i < regions.size(); ++i) {
        EXPECT_LE(regions[i]["people_out_of_50_ms"], regions[i - 1]["people_out_of_50_ms"]);
    }
    const auto& worst = regions[0];
    const std::string id = worst["region_id"];
    const auto alone = answer({"aws", "alibaba", "--lose", "region:" + id, "--at", "2025-09"});
    const auto& providers = alone["tables"]["providers"];
    ASSERT_EQ(providers.size(), 1U);
    // A fifth region at a hub may come into view: docs/questions.md.
    const double served = worst["people_served"];
    EXPECT_NEAR(providers[0]["people_moved"], served, 1e-3 * served);
    EXPECT_NEAR(providers[0]["people_out_of_50_ms"], worst["people_out_of_50_ms"], 1e-3 * served);
    EXPECT_EQ(alone["tables"]["moves"][0]["from"], id);
    EXPECT_EQ(alone["tables"]["moves"][0]["to"], worst["next_region_id"]);
}

TEST(Questions, AZoneIsNotARegion) {
    const auto many = compare({"aws", "--lose", "zone:aws:us-east-1", "--latency", "distance"});
    EXPECT_EQ(many.exit_code, 0) << many.err;
    EXPECT_THAT(many.out, HasSubstr("serves on from 5"));
    const auto rows = answer({"--lose", "any-zone", "--latency", "distance"});
    for (const auto& region : rows["tables"]["regions"]) {
        EXPECT_TRUE(region["zones"] == "1" || region["zones"] == "0" || region["zones"] == "?")
            << region;
    }
}

TEST(Questions, LosingACableIsFeltAlongIt) {
    const auto document = answer({"aws", "--lose", "chokepoint:red-sea", "--at", "2025-06"});
    const auto& aws = document["tables"]["providers"][0];
    EXPECT_GT(aws["people_affected"], 1e6);
    EXPECT_GE(aws["mean_extra_ms"], 0.0);
    EXPECT_EQ(compare({"aws", "--lose", "cable:Atlantis"}).exit_code, 2);
    const auto blind = compare({"aws", "--lose", "cable:x", "--latency", "distance"});
    EXPECT_EQ(blind.exit_code, 2);
    EXPECT_THAT(blind.err, HasSubstr("--latency distance"));
}

TEST(Questions, SayWhatIsWrongWithWhatIsLost) {
    const auto err = [](const std::string& what) {
        const auto outcome = compare({"aws", "--lose", what, "--latency", "distance"});
        EXPECT_EQ(outcome.exit_code, 2) << what;
        return outcome.err;
    };
    EXPECT_THAT(err("region:aws:us-eats-1"), HasSubstr("aws:us-east-1"));
    EXPECT_THAT(err("planet:earth"), HasSubstr("expected zone:REGION"));
    EXPECT_THAT(err("region:"), HasSubstr("expected zone:REGION"));
    EXPECT_THAT(err("country:Atlantis"), HasSubstr("no country"));
    EXPECT_THAT(err("provider:aws"), HasSubstr("others"));
    EXPECT_THAT(err("provider:azure"), HasSubstr("not among"));
    EXPECT_THAT(compare({"aws", "azure", "--gap", "--equity"}).err,
                HasSubstr("--gap and --equity"));
}

TEST(Questions, OneMoreRegionHelpsWhoIsNearIt) {
    const auto document =
        answer({"alibaba", "--add", "Nairobi", "--at", "2025-09", "--latency", "distance"});
    const auto& alibaba = document["tables"]["providers"][0];
    EXPECT_GT(alibaba["people_into_50_ms"], 1e7);
    EXPECT_EQ(document["tables"]["moves"][0]["to"], "alibaba:new-1");
    EXPECT_EQ(document["tables"]["moves"][0]["to_city"], "Nairobi");
    const auto there =
        answer({"alibaba", "--add", "36.82,-1.28", "--at", "2025-09", "--latency", "distance"});
    EXPECT_NEAR(there["tables"]["providers"][0]["people_into_50_ms"], alibaba["people_into_50_ms"],
                0.05 * alibaba["people_into_50_ms"].get<double>());
    EXPECT_EQ(compare({"aws", "--add", "Nairobbi"}).exit_code, 2);
    EXPECT_THAT(compare({"aws", "--add", "36.82,95"}).err, HasSubstr("latitude"));
}

TEST(Questions, ResidencyFollowsTheBloc) {
    const auto own = answer({"google", "--residency", "--at", "2025-09", "--latency", "distance"});
    const auto bloc = answer({"google", "--residency", "--serve", "same-bloc:eu", "--at", "2025-09",
                              "--latency", "distance"});
    EXPECT_EQ(own["serve"], "same-country");
    EXPECT_EQ(bloc["serve"], "same-bloc:eu");
    const auto lacks = [](const json& document, const std::string& country) {
        const auto& rows = document["tables"]["countries_without"];
        return std::any_of(rows.begin(), rows.end(),
                           [&](const json& row) { return row["country"] == country; });
    };
    EXPECT_FALSE(lacks(own, "DE"));
    EXPECT_TRUE(lacks(own, "AT"));
    EXPECT_FALSE(lacks(bloc, "AT"));
    EXPECT_TRUE(lacks(bloc, "NO"));
    const test::Scratch scratch;
    const auto file = scratch.file("mine.csv", "bloc,country\nnorth,NO\nnorth,FI\n");
    const auto mine = answer({"google", "--residency", "--serve", "same-bloc:north", "--blocs",
                              file.string(), "--at", "2025-09", "--latency", "distance"});
    EXPECT_FALSE(lacks(mine, "NO"));
    EXPECT_TRUE(lacks(mine, "AT"));
    EXPECT_THAT(compare({"google", "--serve", "same-bloc:narnia"}).err, HasSubstr("no such bloc"));
    EXPECT_EQ(compare({"google", "--serve", "same-planet"}).exit_code, 2);
}

TEST(Questions, FlipIsProvenAndTheTableAgrees) {
    const auto document = answer({"alibaba", "aws", "--in", "middle-east", "--at", "2025-09",
                                  "--flip", "--latency", "distance"});
    const auto& result = document["tables"]["result"][0];
    EXPECT_LT(result["people_within"], result["people_within_ahead"]);
    ASSERT_FALSE(result["regions_needed"].is_null());
    EXPECT_EQ(result["regions_needed"], result["at_least"]);
    EXPECT_GT(result["people_then"], result["people_within_ahead"]);
    const auto& regions = document["tables"]["regions"];
    ASSERT_EQ(regions.size(), result["regions_needed"]);
    // The same regions, added for real.
    std::vector<std::string> add{result["behind"], "--in",      "middle-east", "--at",
                                 "2025-09",        "--latency", "distance",    "--add"};
    std::string places;
    for (const auto& region : regions) {
        places += (places.empty() ? "" : ",") + region["city"].get<std::string>() + "," +
                  region["country"].get<std::string>();
    }
    add.push_back(places);
    const auto real = answer(add);
    const auto& then = real["tables"]["providers"][0];
    EXPECT_NEAR(
        then["people_within_50_ms_before"].get<double>() + then["people_into_50_ms"].get<double>(),
        result["people_then"].get<double>(), 1000);
}

TEST(Questions, EquityAndTheUnderServedAndDualStackAnswer) {
    const auto equity = answer({"aws", "ovh", "--equity", "--latency", "distance"});
    for (const auto& row : equity["tables"]["providers"]) {
        EXPECT_GT(row["gini"], 0.0);
        EXPECT_LT(row["gini"], 1.0);
        EXPECT_LT(row["best_decile_ms"], row["mean_ms"]);
        EXPECT_LT(row["mean_ms"], row["worst_decile_ms"]);
        EXPECT_LE(row["p90_ms"], row["p99_ms"]);
    }
    EXPECT_GT(equity["tables"]["countries"].size(), 150U);
    double people = 0;
    for (const auto& row : equity["tables"]["countries"]) {
        people += row["people"].get<double>();
        EXPECT_LE(row["best_decile_ms"], row["worst_decile_ms"]) << row;
    }
    EXPECT_NEAR(people, equity["tables"]["providers"][0]["people"], 1e-6 * people);
    for (const char* level : {"countries", "cities"}) {
        const auto worst = answer({"--under-served", level, "--latency", "distance"});
        const auto& rows = worst["tables"][level];
        const char* key = level[1] == 'o' ? "people_beyond_50_ms" : "people_beyond";
        ASSERT_GT(rows.size(), 100U);
        for (std::size_t i = 1; i < rows.size(); ++i) {
            EXPECT_LE(rows[i][key], rows[i - 1][key]);
        }
    }
    const auto dual = answer({"--dual-stack", "--latency", "distance"});
    EXPECT_GE(dual["tables"]["areas"].size(), 5U);
    EXPECT_EQ(compare({"aws", "azure", "--dual-stack"}).exit_code, 2);
}

TEST(Questions, WhoIsBestNamesTheNearestWithItsMargin) {
    const auto document = answer({"alibaba", "aws", "azure", "--who-is-best", "--at", "2025-09",
                                  "--in", "middle-east", "--latency", "distance"});
    const auto& tables = document["tables"];
    double people = 0;
    for (const auto& row : tables["providers"]) {
        people += row["people_alone"].get<double>();
        EXPECT_NEAR(row["people_best"],
                    row["people_alone"].get<double>() + row["people_level"].get<double>(), 1);
    }
    for (const auto& row : tables["level"]) {
        people += row["people"].get<double>();
        EXPECT_GE(row["count"], 2);
    }
    // Everybody there has one that is best, or several that are level.
    double everybody = 0;
    for (const auto& row : tables["countries"]) {
        everybody += row["people"].get<double>();
        EXPECT_NE(row["best"], row["second"]) << row;
        if (!row["mean_margin_ms"].is_null()) {
            EXPECT_GT(row["mean_margin_ms"], 0.5) << row;
        }
    }
    EXPECT_GT(people, 1e8);
    EXPECT_NEAR(people / everybody, 1, 1e-9);
}

// Several have their regions in one city, where whoever is named first has no more of it.
TEST(Questions, WhoIsBestDoesNotDependOnTheOrderOfNames) {
    std::vector<std::string> names{"aws", "azure", "google"};
    std::vector<json> tables;
    do {
        auto arguments = names;
        arguments.insert(arguments.end(), {"--who-is-best", "--in", "europe"});
        tables.push_back(answer(arguments)["tables"]);
        EXPECT_EQ(tables.back(), tables.front());
    } while (std::ranges::next_permutation(names).found);
    ASSERT_EQ(tables.size(), 6U);
    EXPECT_GT(tables[0]["providers"][0]["people_level"], 1e7);
}

TEST(Questions, SayOfWhomWhereAndWithinWhatTheyAre) {
    const std::vector<std::string> question{"aws",       "alibaba",  "--gap", "--in",   "africa",
                                            "--latency", "distance", "--at",  "2028-06"};
    const auto document = answer(question);
    EXPECT_EQ(document["providers"], json({"aws", "alibaba"}));
    EXPECT_EQ(document["area"], "Africa");
    EXPECT_EQ(document["headline_ms"], 50);
    EXPECT_EQ(document["after_as_of"], true);
    EXPECT_THAT(compare(question).out, HasSubstr("After 2026-11-22 this is announced, not fact"));
    const test::Scratch scratch;
    auto table = question;
    table.insert(table.end(), {"-o", (scratch.path() / "gap.csv").string()});
    ASSERT_EQ(compare(table).exit_code, 0);
    EXPECT_THAT(test::read_text(scratch.path() / "gap.csv"),
                HasSubstr(",aws;alibaba,Africa,50,2028-06-30,modelled,true,"));
}

TEST(Questions, OfOneProviderNameIt) {
    const auto title = [](std::vector<std::string> question) {
        question.insert(question.end(), {"--latency", "distance"});
        return answer(question)["title"].get<std::string>();
    };
    EXPECT_EQ(title({"ovh", "--lose", "any-region"}),
              "What the loss of each region of OVH would do");
    EXPECT_EQ(title({"ovh", "--add", "Nairobi"}), "One more region of OVH in Nairobi");
}

TEST(Questions, AboutCitiesTakeNoPeopleOfARaster) {
    const auto outcome = compare({"ovh", "--under-served", "cities", "--people", "mine.tif"});
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("--under-served countries"));
}

// People of a raster in Japan, France and Antarctica, nobody elsewhere.
void write_people_of_three(const std::filesystem::path& file) {
    const geo::Grid grid(360, 180);
    std::vector<float> people(grid.size(), 0.0F);
    const auto put = [&](double lon, double lat, float count) {
        people[grid.row_of(lat) * grid.columns() + grid.column_of(lon)] = count;
    };
    put(138.5, 36.5, 3000);
    put(2.5, 48.5, 2000);
    put(20.5, -80.5, 1000);
    const auto fill = [&](const geo::Grid&) -> geo::FillBlock {
        return [&](const geo::GridBlock& block, std::span<float* const> bands, std::size_t stride) {
            for (std::size_t row = 0; row < block.rows; ++row) {
                std::copy_n(&people[(block.row + row) * grid.columns() + block.column],
                            block.columns, bands[0] + row * stride);
            }
        };
    };
    geo::write_raster(file, {grid, {{"people", "1", {}}}, "", ""}, geo::RasterFormat::geotiff,
                      Overwrite::replace, fill);
}

TEST(Questions, TakeARasterOfPeopleThatHoldsFewCountries) {
    const test::Scratch scratch;
    const auto file = (scratch.path() / "people.tif").string();
    write_people_of_three(file);
    const auto best = compare({"aws,azure", "--who-is-best", "--people", file, "--json"});
    ASSERT_EQ(best.exit_code, 0) << best.err;
    const auto rows = compare({"aws", "--by", "country", "--people", file, "--json"});
    ASSERT_EQ(rows.exit_code, 0) << rows.err;
    std::map<std::string, double> people;
    double all = 0;
    const auto document = json::parse(rows.out);
    for (const auto& row : document["results"]) {
        people[row["area"]] = row["people"].get<double>();
        all += row["people"].get<double>();
    }
    EXPECT_DOUBLE_EQ(people["Japan"], 3000);
    EXPECT_DOUBLE_EQ(people["Elsewhere"], 1000);
    EXPECT_DOUBLE_EQ(all, 6000);
}

TEST(Questions, ThatChangeNothingAreDrawnAllTheSame) {
    const test::Scratch scratch;
    const auto file = (scratch.path() / "none.svg").string();
    const auto outcome = compare({"aws", "--lose", "cable:unity", "-o", file});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(test::read_text(file), HasSubstr(">None<"));
}

// The schema is checked itself: an answer that lacks what it asks for is at fault.
TEST(Questions, TheSchemaKnowsAWrongAnswer) {
    auto document = answer({"ovh", "--equity", "--latency", "distance"});
    document["question"] = "which-way";
    EXPECT_THAT(test::schema_faults(document, schema()), testing::SizeIs(1));
    document["question"] = "equity";
    document.erase("tables");
    EXPECT_THAT(test::schema_faults(document, schema()), testing::SizeIs(1));
}

TEST(Questions, AreWrittenAsLayersPicturesAndTables) {
    const test::Scratch scratch;
    const auto at = [&](const char* name) { return (scratch.path() / name).string(); };
    for (const char* name : {"n1.geojson", "n1.csv", "n1.png", "n1.txt"}) {
        const auto outcome =
            compare({"ovh", "--lose", "any-region", "--latency", "distance", "-o", at(name)});
        EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
        EXPECT_EQ(outcome.err, "wrote " + at(name) + "\n");
    }
    const auto layer = json::parse(test::read_text(at("n1.geojson")));
    EXPECT_GT(layer["features"].size(), 10U);
    EXPECT_EQ(layer["features"][0]["geometry"]["type"], "Point");
    EXPECT_TRUE(layer["features"][0]["properties"].contains("people_out_of_50_ms"));
    const auto text = test::read_text(at("n1.csv"));
    EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')),
              layer["features"].size() + 1);
    EXPECT_THAT(test::read_text(at("n1.png")), testing::StartsWith("\x89PNG"));
    const auto shapes =
        compare({"ovh", "--residency", "--latency", "distance", "-o", at("own.geojson")});
    EXPECT_EQ(shapes.exit_code, 0) << shapes.err;
    EXPECT_EQ(json::parse(test::read_text(at("own.geojson")))["features"][0]["geometry"]["type"],
              "MultiPolygon");
}

// Layer and picture of each question; tables and JSON are asked for above.
TEST(Questions, AllAreWrittenInEveryForm) {
    const test::Scratch scratch;
    const std::vector<std::vector<std::string>> questions{
        {"alibaba", "aws", "--gap"},
        {"alibaba", "aws", "--who-is-best"},
        {"ovh", "--lose", "any-region"},
        {"ovh", "--lose", "country:FR"},
        {"ovh", "--add", "Nairobi"},
        {"ovh", "--under-served", "countries"},
        {"ovh", "--under-served", "cities"},
        {"ovh", "--equity"},
        {"ovh", "--residency"},
        {"aws", "alibaba", "--dual-stack"},
        {"alibaba", "aws", "--flip", "--in", "middle-east"}};
    for (const auto& question : questions) {
        SCOPED_TRACE(question.back());
        for (const char* name : {"a.geojson", "a.png"}) {
            auto arguments = question;
            const auto file = (scratch.path() / name).string();
            arguments.insert(arguments.end(), {"--latency", "distance", "-O", "-o", file});
            const auto outcome = compare(arguments);
            EXPECT_EQ(outcome.exit_code, 0) << name << ": " << outcome.err;
            EXPECT_GT(std::filesystem::file_size(file), 500U) << name;
        }
        const auto layer = json::parse(test::read_text(scratch.path() / "a.geojson"));
        EXPECT_FALSE(layer["features"].empty());
    }
}

TEST(Questions, CurvesAreTheTableOfEveryMonth) {
    const test::Scratch scratch;
    const auto file = (scratch.path() / "curves.csv").string();
    ASSERT_EQ(compare({"oracle", "ovh", "--over-time", "--from", "2023-01", "--to", "2025-09",
                       "--threshold", "50", "-o", file})
                  .exit_code,
              0);
    const auto text = test::read_text(file);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + 2 * 33);
    // The last month's row is that of the date alone.
    const auto alone =
        compare({"oracle", "ovh", "--at", "2025-09", "--threshold", "50", "-f", "csv"});
    const auto last = alone.out.substr(alone.out.find("oracle,"));
    EXPECT_THAT(text, HasSubstr(last.substr(0, last.find('\n'))));
    EXPECT_EQ(compare({"aws", "--over-time", "--at", "2020"}).exit_code, 2);
}

}  // namespace
}  // namespace footprint::cli
