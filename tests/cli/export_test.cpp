// `export` as a user runs it: every layer, every format, conversion, and what it refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "geo/io/vector_reader.h"
#include "tests/geo/io/geos_check.h"
#include "tests/geo/io/rfc7946_check.h"
#include "tests/support/program.h"
#include "tests/support/scratch.h"

namespace footprint::cli {
namespace {

using nlohmann::json;
using test::run;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

const std::string kProgram = FOOTPRINT_PROGRAM;

test::Outcome run_export(const fs::path& folder, std::vector<std::string> arguments,
                         const fs::path& stdout_to = {}) {
    arguments.insert(arguments.begin(), {kProgram, "export"});
    test::RunOptions options;
    options.folder = folder;
    options.stdout_to = stdout_to;
    return run(arguments, options);
}

// Every hundredth feature of a layer that has one on each line, as a collection of its own.
std::string sampled(const std::string& text) {
    std::istringstream lines(text);
    std::string head;
    std::getline(lines, head);
    std::string line;
    std::string features;
    for (std::size_t i = 0; std::getline(lines, line); ++i) {
        if (i % 100 == 0 && line.starts_with(R"({"type":"Feature")")) {
            features += features.empty() ? "" : ",";
            features += line.ends_with(',') ? line.substr(0, line.size() - 1) : line;
        }
    }
    return head + features + "]}";
}

json layer(const fs::path& path) {
    constexpr std::size_t kLarge = std::size_t{4} << 20;
    const std::string whole = test::read_text(path);
    const std::string text = whole.size() > kLarge ? sampled(whole) : whole;
    EXPECT_THAT(test::rfc7946_faults(text), IsEmpty()) << path;
    return json::parse(text);
}

geo::FieldType field_type(const geo::Schema& schema, const std::string& name) {
    for (const geo::Field& field : schema.fields) {
        if (field.name == name) {
            return field.type;
        }
    }
    ADD_FAILURE() << "no field " << name;
    return geo::FieldType::text;
}

TEST(Export, WritesEveryLayerAsStrictGeoJson) {
    const test::Scratch scratch;
    ASSERT_EQ(
        run_export(scratch.path(), {"regions,zones,pipeline,events,people,hubs,land", "-o", "out/"})
            .exit_code,
        0);
    ASSERT_EQ(run_export(scratch.path(), {"coverage,catchments", "--provider", "alibaba", "-o",
                                          "out/", "--step", "1"})
                  .exit_code,
              0);
    const auto gap = run_export(scratch.path(), {"gap", "--provider", "alibaba,aws", "--threshold",
                                                 "50", "-o", "out/", "--step", "1"});
    ASSERT_EQ(gap.exit_code, 0) << gap.err;
    for (const char* name : {"regions", "zones", "pipeline", "events", "people", "hubs", "land",
                             "coverage", "catchments", "gap"}) {
        const json written = layer(scratch.path() / "out" / (std::string(name) + ".geojson"));
        EXPECT_FALSE(written["features"].empty()) << name;
        EXPECT_EQ(written["name"], name);
        EXPECT_THAT(written["attribution"].get<std::string>(), HasSubstr("CC BY 4.0")) << name;
    }
}

TEST(Export, GivesDatesThatReadersSeeAsDates) {
    const test::Scratch scratch;
    ASSERT_EQ(run_export(scratch.path(), {"regions,zones,events,pipeline", "-o", "out/"}).exit_code,
              0);
    for (const char* name : {"regions", "zones", "events", "pipeline"}) {
        const auto reader =
            geo::open_vector(scratch.path() / "out" / (std::string(name) + ".geojson"));
        EXPECT_EQ(field_type(reader->schema(), "start_date"), geo::FieldType::date) << name;
    }
    const auto regions = geo::open_vector(scratch.path() / "out" / "regions.geojson");
    EXPECT_EQ(field_type(regions->schema(), "end_date"), geo::FieldType::date);
}

TEST(Export, RegionsHaveTheFieldsThatAreDocumented) {
    const test::Scratch scratch;
    ASSERT_EQ(run_export(scratch.path(), {"regions", "-o", "r.geojson"}).exit_code, 0);
    const json written = layer(scratch.path() / "r.geojson");
    for (const char* name : {"provider", "region_id", "name", "city", "country", "class", "state",
                             "zones", "start_date", "end_date", "start_precision", "confidence",
                             "precision_m", "source", "as_of"}) {
        EXPECT_TRUE(written["features"][0]["properties"].contains(name)) << name;
    }
    bool mumbai_closed = false;
    for (const json& feature : written["features"]) {
        const json& p = feature["properties"];
        mumbai_closed =
            mumbai_closed || (p["provider"] == "alibaba" && p["region_id"] == "ap-south-1" &&
                              p["state"] == "closed" && p["end_date"].is_string());
    }
    EXPECT_TRUE(mumbai_closed);
}

TEST(Export, AtADateHoldsOnlyWhatWasOpenThen) {
    const test::Scratch scratch;
    ASSERT_EQ(run_export(scratch.path(),
                         {"regions", "--at", "2006-12-31", "--provider", "aws", "-o", "r.geojson"})
                  .exit_code,
              0);
    const json written = layer(scratch.path() / "r.geojson");
    ASSERT_EQ(written["features"].size(), 1U);
    EXPECT_EQ(written["features"][0]["properties"]["region_id"], "us-east-1");
}

TEST(Export, PutsSeveralLayersInOneGeoPackageAndNothingElse) {
    const test::Scratch scratch;
    ASSERT_EQ(run_export(scratch.path(), {"regions,zones", "-o", "a.gpkg"}).exit_code, 0);
    const auto layers = geo::list_layers(scratch.path() / "a.gpkg");
    ASSERT_EQ(layers.size(), 2U);
    EXPECT_EQ(layers[0].name, "regions");
    EXPECT_EQ(layers[1].name, "zones");
    const auto refused = run_export(scratch.path(), {"regions,zones", "-o", "b.geojson"});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("folder"));
    EXPECT_THAT(scratch.entries(), ElementsAre("a.gpkg"));
}

TEST(Export, GivesTheSameBytesEachTime) {
    const test::Scratch scratch;
    for (const char* folder : {"one/", "two/"}) {
        const std::string package = std::string(folder) + "all.gpkg";
        ASSERT_EQ(run_export(scratch.path(), {"regions,events", "-o", folder}).exit_code, 0);
        ASSERT_EQ(run_export(scratch.path(), {"regions,events", "-o", package}).exit_code, 0);
    }
    for (const char* name : {"regions.geojson", "events.geojson", "all.gpkg"}) {
        EXPECT_EQ(test::read_text(scratch.path() / "one" / name),
                  test::read_text(scratch.path() / "two" / name))
            << name;
    }
}

TEST(Export, ConvertsBetweenAllFormatsWithoutLoss) {
    const test::Scratch scratch;
    ASSERT_EQ(run_export(scratch.path(), {"regions", "-o", "a.geojson"}).exit_code, 0);
    std::string from = "a.geojson";
    for (const char* to : {"b.gpkg", "c.geojsonl", "d.csv", "e.geojson"}) {
        const auto outcome = run_export(scratch.path(), {"--from", from, "-o", to});
        ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
        from = to;
    }
    const json first = layer(scratch.path() / "a.geojson");
    const json last = layer(scratch.path() / "e.geojson");
    ASSERT_EQ(first["features"].size(), last["features"].size());
    EXPECT_EQ(first["features"][0]["geometry"], last["features"][0]["geometry"]);
    EXPECT_EQ(first["features"][0]["properties"]["start_date"],
              last["features"][0]["properties"]["start_date"]);
    ASSERT_EQ(run_export(scratch.path(), {"--from", "a.geojson", "-o", "f.fgb"}).exit_code, 0);
    EXPECT_EQ(geo::list_layers(scratch.path() / "f.fgb")[0].features, first["features"].size());
}

TEST(Export, WritesToStandardOutputAndNoticesThatItIsFull) {
    const test::Scratch scratch;
    const auto outcome = run_export(scratch.path(), {"hubs"});
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_THAT(test::rfc7946_faults(outcome.out), IsEmpty());
    const auto full = run_export(scratch.path(), {"regions"}, "/dev/full");
    EXPECT_EQ(full.exit_code, 1);
    EXPECT_THAT(full.err, HasSubstr("standard output"));
}

// Simplified or not, by distance and along the cables, at date line and poles.
TEST(Export, AreasAreValidAndShareTheirBordersForGeosToo) {
    const test::Scratch scratch;
    const auto judged = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--step", "1", "-O", "-o", "a.gpkg"});
        const auto outcome = run_export(scratch.path(), std::move(arguments));
        EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
        auto verdict = test::judge_by_geos(scratch.path() / "a.gpkg");
        EXPECT_THAT(verdict.faults, IsEmpty());
        EXPECT_NEAR(verdict.area, verdict.united_area, 1e-9 * verdict.area);
        return verdict;
    };
    for (const std::string tolerance : {"0", "50"}) {
        SCOPED_TRACE(tolerance);
        for (const std::vector<std::string>& what :
             {std::vector<std::string>{"catchments", "--provider", "aws"},
              {"gap", "--provider", "alibaba,aws", "--threshold", "50"}}) {
            auto arguments = what;
            arguments.insert(arguments.end(), {"--tolerance", tolerance});
            const auto cables = judged(arguments);
            EXPECT_GT(cables.area, 10'000);
            arguments.insert(arguments.end(), {"--latency", "distance"});
            const auto whole = judged(arguments);
            EXPECT_NEAR(whole.united_area, 360 * 180, 1e-6);  // the map, without a sliver open
            EXPECT_EQ(whole.united_parts, 1U);
        }
    }
}

TEST(Export, WritesCoverageAsARasterThatIsCompleteOrNotThere) {
    const test::Scratch scratch;
    const auto outcome = run_export(
        scratch.path(), {"coverage", "--provider", "aws", "--step", "1", "-o", "rtt.tif"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(scratch.entries(), ElementsAre("rtt.tif"));
    EXPECT_THAT(test::read_text(scratch.path() / "rtt.tif"), HasSubstr("modelled (backbone): aws"));
}

TEST(Export, WritesTheReachOfSitesFromAFileWithItsColumnsInAnyOrder) {
    const test::Scratch scratch;
    scratch.file("sites.csv", "name,lat,elevation,lon\nA,50.1,100,8.7\nB,-33.9,,151.2\n");
    for (const std::string format : {"geotiff", "cog"}) {
        const auto outcome = run_export(
            scratch.path(), {"coverage", "--sites", "sites.csv", "--resolution", "2", "--measure",
                             "distance", "--bands", "best,second,margin,region,second-region", "-f",
                             format, "-O", "-o", "field.tif", "--verbose"});
        ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
        EXPECT_THAT(outcome.err, AllOf(HasSubstr("computed: 16200 cells"), HasSubstr("written:")));
        EXPECT_THAT(test::read_text(scratch.path() / "field.tif"),
                    AllOf(HasSubstr("nearest of 2 sites"), HasSubstr("second_distance_m")));
    }
}

TEST(Export, NamesFileLineAndValueOfASiteThatIsNone) {
    const test::Scratch scratch;
    const struct {
        const char* text;
        const char* says;
    } cases[] = {{"lon,lat\n", "no sites"},
                 {"", "no column 'lon'"},
                 {"lon,latitude\n1,2\n", "no column 'lat'"},
                 {"lon,lat\n1,2\nnan,3\n", "sites.csv:3: lon is 'nan'"},
                 {"lon,lat\n1,\n", "sites.csv:2: lat is ''"},
                 {"lon,lat\n1,90.5\n", "sites.csv:2: lat is '90.5'"},
                 {"lon,lat\n181,0\n", "sites.csv:2: lon is '181'"},
                 {"lon,lat\n1\n", "sites.csv:2:"}};
    for (const auto& bad : cases) {
        scratch.file("sites.csv", bad.text);
        const auto outcome =
            run_export(scratch.path(), {"coverage", "--sites", "sites.csv", "-o", "field.tif"});
        EXPECT_EQ(outcome.exit_code, 3) << bad.text;
        EXPECT_THAT(outcome.err, HasSubstr(bad.says));
        EXPECT_THAT(scratch.entries(), ElementsAre("sites.csv"));
    }
    scratch.file("sites.csv", "lon,lat\n180,90\n-180,-90\n");
    EXPECT_EQ(run_export(scratch.path(), {"coverage", "--sites", "sites.csv", "--resolution", "5",
                                          "-o", "field.tif"})
                  .exit_code,
              0);
    EXPECT_EQ(run_export(scratch.path(), {"coverage", "--sites", "sites.csv", "-o", "a.geojson"})
                  .exit_code,
              2);
}

TEST(Export, AnAreaStandsUntilTheNextOfItsSeriesAndTheLastHasNoEnd) {
    const test::Scratch scratch;
    const auto outcome =
        run_export(scratch.path(), {"coverage", "--provider", "ovh", "--threshold", "50", "--from",
                                    "2023", "--to", "2025", "--step", "2", "-o", "c.geojson"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const json written = layer(scratch.path() / "c.geojson");
    ASSERT_EQ(written["features"].size(), 3U);
    const char* days[] = {"2023-12-31", "2024-12-31", "2025-12-31"};
    for (std::size_t i = 0; i < 3; ++i) {
        const json& p = written["features"][i]["properties"];
        EXPECT_EQ(p["start_date"], days[i]);
        EXPECT_EQ(p["date"], days[i]);
        EXPECT_EQ(p["start_precision"], "day");
        EXPECT_EQ(p["end_date"], i < 2 ? json(days[i + 1]) : json(nullptr));
    }
    const auto reader = geo::open_vector(scratch.path() / "c.geojson");
    EXPECT_EQ(field_type(reader->schema(), "start_date"), geo::FieldType::date);
    EXPECT_EQ(field_type(reader->schema(), "end_date"), geo::FieldType::date);
}

TEST(Export, EveryLayerOfRegionsOrAreasHasTheFieldsOfATemporalController) {
    const test::Scratch scratch;
    ASSERT_EQ(run_export(scratch.path(),
                         {"regions,zones,pipeline,coverage,catchments,gap", "--provider",
                          "ovh,baidu", "--threshold", "50", "--step", "2", "-o", "all.gpkg"})
                  .exit_code,
              0);
    for (const auto& info : geo::list_layers(scratch.path() / "all.gpkg")) {
        geo::ReadOptions options;
        options.layer = info.name;
        const auto reader = geo::open_vector(scratch.path() / "all.gpkg", options);
        EXPECT_EQ(field_type(reader->schema(), "start_date"), geo::FieldType::date) << info.name;
        EXPECT_EQ(field_type(reader->schema(), "end_date"), geo::FieldType::date) << info.name;
        EXPECT_EQ(field_type(reader->schema(), "start_precision"), geo::FieldType::text);
    }
}

// By the median client a place is in or out; of its clients a share is.
TEST(Export, AreasSayBesideTheirPeopleWhatCompareCountsByClient) {
    const test::Scratch scratch;
    const std::vector<std::string> asked{"--at", "2026-06", "--threshold", "20,50", "--step", "5"};
    const auto layer = [&](const char* name) {
        std::vector<std::string> words{name, "--provider", "alibaba,ovh"};
        words.insert(words.end(), asked.begin(), asked.end());
        const auto outcome = run_export(scratch.path(), words);
        EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
        return json::parse(outcome.out)["features"];
    };
    const auto compared = json::parse(run({"/bin/sh", "-ec",
                                           kProgram + " compare alibaba ovh --at 2026-06 "
                                                      "--threshold 20,50 --json"},
                                          {})
                                          .out);
    std::map<std::string, json> within;
    for (const auto& result : compared["results"]) {
        within[result["provider"]] = result["people_within_ms"];
    }
    const auto areas = layer("coverage");
    ASSERT_EQ(areas.size(), 4U);
    for (const auto& area : areas) {
        const auto& said = area["properties"];
        const std::string threshold = std::to_string(said["threshold_ms"].get<int>());
        EXPECT_NEAR(said["people_by_client"].get<double>(),
                    within[said["provider"]][threshold].get<double>(), 1)
            << said;
        EXPECT_NE(said["people_by_client"], said["people"]);
    }
    std::map<int, std::map<std::string, double>> by_kind;
    for (const auto& area : layer("gap")) {
        const auto& said = area["properties"];
        by_kind[said["threshold_ms"]][said["kind"]] = said["people_by_client"];
    }
    for (auto& [threshold_ms, people] : by_kind) {
        const auto of = [&](const char* provider) {
            return within[provider][std::to_string(threshold_ms)].get<double>();
        };
        EXPECT_NEAR(people["only_a"] + people["both"], of("alibaba"), 2);
        EXPECT_NEAR(people["only_b"] + people["both"], of("ovh"), 2);
    }
    EXPECT_EQ(by_kind.size(), 2U);
}

TEST(Export, ReadsStandardInputAndLeavesNothingBehind) {
    const test::Scratch scratch;
    const fs::path temporary = scratch.path() / "tmp";
    fs::create_directory(temporary);
    test::RunOptions options;
    options.folder = scratch.path();
    options.environment["TMPDIR"] = temporary.string();
    const auto piped = run({"/bin/sh", "-ec",
                            kProgram + " export hubs -f geojsonseq | " + kProgram +
                                " export --from - --input-format geojsonseq -o hubs.gpkg"},
                           options);
    EXPECT_EQ(piped.exit_code, 0) << piped.err;
    EXPECT_EQ(geo::list_layers(scratch.path() / "hubs.gpkg")[0].features, 10U);
    const auto table =
        run({"/bin/sh", "-ec",
             "printf 'lon,lat,a\\n1,2,x\\n' | " + kProgram + " export --from - --input-format csv"},
            options);
    EXPECT_EQ(json::parse(table.out)["name"], "input");
    const auto bad = run(
        {"/bin/sh", "-ec",
         "printf 'lon,lat,a\\n1,999,x\\n' | " + kProgram + " export --from - --input-format csv"},
        options);
    EXPECT_EQ(bad.exit_code, 3);
    EXPECT_THAT(bad.err, HasSubstr("standard input, feature 1"));
    EXPECT_TRUE(fs::is_empty(temporary));
    EXPECT_THAT(run_export(scratch.path(), {"--from", "-"}).err, HasSubstr("--input-format"));
}

TEST(Export, SkipsBadFeaturesWhenAskedAndCountsThem) {
    const test::Scratch scratch;
    const auto table = scratch.file("a.csv", "lon,lat,a\n1,2,x\nten,3,y\n1e999,4,z\n");
    const auto refused = run_export(scratch.path(), {"--from", "a.csv", "-o", "b.geojson"});
    EXPECT_EQ(refused.exit_code, 3);
    EXPECT_THAT(refused.err, HasSubstr("feature 2: lon is 'ten'"));
    EXPECT_THAT(scratch.entries(), ElementsAre("a.csv"));
    const auto skipped =
        run_export(scratch.path(), {"--from", "a.csv", "-o", "b.geojson", "--skip-bad"});
    EXPECT_EQ(skipped.exit_code, 0);
    EXPECT_THAT(skipped.err, HasSubstr("left out: 2 of 3 features"));
    EXPECT_EQ(layer(scratch.path() / "b.geojson")["features"].size(), 1U);
}

// Tags of XML in the order they close; fails on those that do not match.
std::vector<std::string> elements(const std::string& xml) {
    std::vector<std::string> open;
    std::vector<std::string> closed;
    for (auto at = xml.find('<'); at != std::string::npos; at = xml.find('<', at + 1)) {
        const std::string tag = xml.substr(at + 1, xml.find('>', at) - at - 1);
        const std::string name = tag.substr(0, tag.find_first_of(" />", 1));
        if (tag.starts_with('!')) {
            continue;
        }
        if (tag.starts_with('/')) {
            EXPECT_FALSE(open.empty());
            EXPECT_EQ("/" + open.back(), tag);
            closed.push_back(open.back());
            open.pop_back();
        } else if (tag.ends_with('/')) {
            closed.push_back(name);
        } else {
            open.push_back(name);
        }
    }
    EXPECT_TRUE(open.empty());
    return closed;
}

TEST(Export, WritesQgisStylesThatAreWellFormedAndKnowTheDates) {
    const test::Scratch scratch;
    ASSERT_EQ(run_export(scratch.path(),
                         {"regions,events,land,coverage", "--provider", "aws,ovh", "--threshold",
                          "20,50", "--step", "2", "--style", "qml", "-o", "out/"})
                  .exit_code,
              0);
    const auto style = [&](const std::string& name) {
        return test::read_text(scratch.path() / "out" / (name + ".qml"));
    };
    for (const char* name : {"regions", "events", "land", "coverage"}) {
        const std::string text = style(name);
        EXPECT_THAT(text, testing::StartsWith("<!DOCTYPE qgis"));
        const auto closed = elements(text);
        EXPECT_EQ(closed.back(), "qgis");
        EXPECT_EQ(std::ranges::count(closed, "renderer-v2"), 1);
        EXPECT_GE(std::ranges::count(closed, "symbol"), 1);
    }
    EXPECT_THAT(style("regions"), HasSubstr(R"(attr="provider")"));
    EXPECT_THAT(style("regions"), HasSubstr(R"(<category value="aws" type="string")"));
    EXPECT_THAT(style("regions"), HasSubstr(R"(startField="start_date" endField="end_date")"));
    EXPECT_THAT(style("events"), HasSubstr(R"(mode="1")"));
    EXPECT_THAT(style("coverage"), HasSubstr(R"(<category value="50" type="double")"));
    EXPECT_THAT(style("coverage"), HasSubstr(R"(class="SimpleFill")"));
    EXPECT_THAT(style("land"), testing::Not(HasSubstr("<temporal")));
    const auto again =
        run_export(scratch.path(), {"regions", "--style", "qml", "-o", "out/regions.gpkg"});
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_THAT(again.err, HasSubstr("regions.qml"));
    EXPECT_FALSE(fs::exists(scratch.path() / "out" / "regions.gpkg"));
}

TEST(Export, GivesGeoJsonTheColoursOfSimplestyle) {
    const test::Scratch scratch;
    ASSERT_EQ(
        run_export(scratch.path(), {"regions", "--style", "simple", "-o", "r.geojson"}).exit_code,
        0);
    ASSERT_EQ(run_export(scratch.path(), {"coverage", "--provider", "ovh", "--threshold", "20,50",
                                          "--step", "2", "--style", "simple", "-o", "c.geojson"})
                  .exit_code,
              0);
    std::map<std::string, std::string> colours;
    const json regions = layer(scratch.path() / "r.geojson");
    for (const json& feature : regions["features"]) {
        const json& p = feature["properties"];
        const std::string colour = p["marker-color"];
        EXPECT_THAT(colour, testing::MatchesRegex("#[0-9a-f]+"));
        EXPECT_EQ(colours.emplace(p["provider"], colour).first->second, colour);
        EXPECT_EQ(p["marker-size"], "small");
    }
    EXPECT_EQ(colours.size(), 11U);
    const json areas = layer(scratch.path() / "c.geojson")["features"];
    EXPECT_NE(areas[0]["properties"]["fill"], areas[1]["properties"]["fill"]);
    EXPECT_EQ(areas[0]["properties"]["fill-opacity"], 0.4);
    EXPECT_EQ(
        run_export(scratch.path(), {"regions", "--style", "simple", "-o", "r.gpkg"}).exit_code, 2);
    EXPECT_EQ(run_export(scratch.path(), {"regions", "--style", "qml"}).exit_code, 2);
}

// Every area says which model and which cut it is of, and a cut takes land away.
TEST(Export, TracesAreasAlongTheCablesAndByDistance) {
    const test::Scratch scratch;
    const std::vector<std::string> what{"coverage", "--provider", "aws", "--threshold", "100",
                                        "--step",   "2",          "-f",  "csv"};
    const auto with = [&](const std::vector<std::string>& more) {
        auto arguments = what;
        arguments.insert(arguments.end(), more.begin(), more.end());
        const auto outcome = run_export(scratch.path(), arguments);
        EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
        return outcome.out;
    };
    const auto usual = with({});
    EXPECT_THAT(usual, HasSubstr(",backbone"));
    EXPECT_THAT(with({"--latency", "distance"}), HasSubstr(",distance"));
    const auto cut = with({"--preset", "red-sea"});
    EXPECT_THAT(cut, HasSubstr("preset red-sea"));
    const auto shapes = [](const std::string& text) {
        const auto from = text.find("POLYGON");
        return text.substr(from, text.rfind("))") - from);
    };
    EXPECT_NE(shapes(cut), shapes(usual));
    EXPECT_THAT(with({"--kind", "wireless"}), HasSubstr("backbone, wireless"));
}

TEST(Export, RefusesWithTheRightCodeAndLeavesNothing) {
    const test::Scratch scratch;
    const auto vrt = scratch.file("a.geojson", "<OGRVRTDataSource/>");
    const struct {
        std::vector<std::string> arguments;
        int exit_code;
        const char* says;
    } cases[] = {
        {{}, 2, "needs a layer"},
        {{"region"}, 2, "Did you mean 'regions'?"},
        {{"regions", "-o", "a.xyz"}, 2, "-f"},
        {{"regions", "-o", "b.gpkg", "-f", "csv"}, 2, "disagrees"},
        {{"regions", "-o", "b.tif"}, 2, "only layer coverage"},
        {{"coverage", "-o", "b.tif", "-f", "csv"}, 2, "disagrees"},
        {{"coverage", "-o", "b.tif", "--step", "0.7"}, 2, "dividing 180"},
        {{"coverage", "-o", "b.tif", "--step", "0"}, 2, "dividing 180"},
        {{"coverage", "-o", "b.tif", "--step", "0.5deg"}, 2, "--step = 0.5deg"},
        {{"coverage", "-o", "b.tif", "--resolution", "0.5deg"}, 2, "--resolution = 0.5deg"},
        {{"coverage", "-o", "b.tif", "--resolution=0.5deg"}, 2, "--resolution = 0.5deg"},
        {{"regions", "-f", "gpkg"}, 2, "standard output"},
        {{"regions", "--precision", "40", "-o", "b.geojson"}, 2, "precision"},
        {{"regions", "--provider", "amazn", "-o", "b.geojson"}, 2, "Did you mean"},
        {{"regions", "--at", "2018-02-30", "-o", "b.geojson"}, 2, "2018-02-30"},
        {{"gap", "--provider", "aws", "-o", "b.geojson"}, 2, "--provider A,B"},
        {{"regions", "-o", "a.geojson"}, 1, "--overwrite"},
        {{"regions", "-o", "none/b.geojson"}, 1, "no folder"},
        {{"regions", "--from", "a.geojson"}, 2, "choose one"},
        {{"regions", "--from", "2020", "-o", "b.geojson"}, 2, "has all dates in it already"},
        {{"coverage", "--to", "2020", "-o", "b.geojson"}, 2, "--to needs --from"},
        {{"coverage", "--from", "2020", "--at", "2021", "-o", "b.geojson"},
         2,
         "exclude each other"},
        {{"coverage", "--from", "2020", "-o", "b.tif"}, 2, "one date"},
        {{"coverage", "--sites", "a.geojson", "--latency", "backbone", "-o", "b.tif"},
         2,
         "--only-catalog"},
        {{"coverage", "--latency", "distance", "--kind", "wireless", "-o", "b.geojson"},
         2,
         "fixed lines only"},
        {{"gap", "--provider", "aws,ovh", "--without", "cable:Dunantt", "-o", "b.geojson"},
         2,
         "'Dunant'"},
        {{"--from", "a.geojson", "-o", "b.gpkg"}, 3, "XML"},
        {{"--from", "none.gpkg", "-o", "b.geojson"}, 1, "No such file"},
        {{"--from", "/vsicurl/http://localhost/a.geojson", "-o", "b.geojson"}, 2, "virtual file"},
        {{"--from", "https://example.org/a.geojson", "-o", "b.geojson"}, 2, "URL"},
    };
    for (const auto& c : cases) {
        const auto outcome = run_export(scratch.path(), c.arguments);
        EXPECT_EQ(outcome.exit_code, c.exit_code) << outcome.err;
        EXPECT_THAT(outcome.err, HasSubstr(c.says));
        EXPECT_THAT(scratch.entries(), ElementsAre("a.geojson")) << c.says;
    }
}

}  // namespace
}  // namespace footprint::cli
