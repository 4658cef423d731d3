#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/program.h"
#include "tests/support/scratch.h"

namespace footprint::cli {
namespace {

using test::run;
using testing::HasSubstr;
using testing::Not;

const std::string kProgram = FOOTPRINT_PROGRAM;

nlohmann::json report(const std::vector<std::string>& more = {}) {
    std::vector<std::string> argv{kProgram, "info", "--json"};
    argv.insert(argv.end(), more.begin(), more.end());
    const auto outcome = run(argv);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return nlohmann::json::parse(outcome.out);
}

TEST(Info, CountsTheCatalogAndItsDoubts) {
    const auto json = report();
    EXPECT_EQ(json["as_of"], "2026-11-22");
    EXPECT_EQ(json["providers"].size(), 11U);
    EXPECT_GE(json["regions"], 421);
    int sum = 0;
    for (const auto& [word, count] : json["regions_by_class"].items()) {
        sum += count.get<int>();
    }
    EXPECT_EQ(sum, json["regions"].get<int>());
    for (const auto& provider : json["providers"]) {
        if (provider["provider"] == "aws") {
            EXPECT_EQ(provider["regions"]["mid"], 39);
            EXPECT_EQ(provider["zones"]["mid"], 123);
            EXPECT_EQ(provider["impaired"], 2);
            EXPECT_EQ(provider["stale"], false);
        }
        if (provider["provider"] == "digitalocean") {
            EXPECT_EQ(provider["stale"], true) << "its facts end in January, the catalog's in "
                                                  "November";
            EXPECT_EQ(provider["days_behind"], 305);
        }
    }
    EXPECT_FALSE(json["attribution"].empty());
}

TEST(Info, TellsPeopleTheSame) {
    const auto outcome = run({kProgram, "info"});
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_THAT(outcome.out, HasSubstr("Facts up to 2026-11-22: 11 providers"));
    EXPECT_THAT(outcome.out, HasSubstr("what is known of DigitalOcean ends 305 days before"));
    EXPECT_THAT(outcome.out, HasSubstr("GeoNames"));
}

TEST(Info, HasTheUsersRegionsAmongTheRest) {
    const test::Scratch scratch;
    const auto file = scratch.file("mine.csv", "provider,region_id,lon,lat\nacme,a,10.75,59.91\n");
    const auto json = report({"--catalog", file});
    EXPECT_EQ(json["providers"].size(), 12U);
    EXPECT_EQ(json["providers"][11]["provider"], "acme");
    EXPECT_EQ(json["providers"][11]["regions"]["mid"], 1);
}

TEST(Info, OfAVectorFileIsItsLayers) {
    const test::Scratch scratch;
    const auto file = scratch.file("sites.geojson",
                                   R"({"type":"FeatureCollection","features":[
        {"type":"Feature","geometry":{"type":"Point","coordinates":[10.5,59.5]},"properties":{"n":1}},
        {"type":"Feature","geometry":{"type":"Point","coordinates":[-3,40]},"properties":{"n":2}}]})");
    const auto json = report({file});
    ASSERT_EQ(json["layers"].size(), 1U);
    EXPECT_EQ(json["layers"][0]["features"], 2);
    EXPECT_EQ(json["layers"][0]["bbox"], nlohmann::json({-3.0, 40.0, 10.5, 59.5}));
    EXPECT_EQ(json["layers"][0]["fields"][0]["name"], "n");
    EXPECT_EQ(json["layers"][0]["fields"][0]["type"], "integer");
    EXPECT_THAT(run({kProgram, "info", file}).out, HasSubstr("2 features"));
}

TEST(Info, OfAPictureIsItsFormatAndSize) {
    const test::Scratch scratch;
    const auto file = scratch.file("a.gif", std::string("GIF89a\x40\x01\xF0\x00\0\0\0;", 14));
    EXPECT_EQ(run({kProgram, "info", file}).out, "GIF, 320 × 240 pixels, 0 frames\n");
    EXPECT_EQ(report({file})["width"], 320);
}

TEST(Info, OfWhatTheProgramWritesIsWhatWasAskedOfIt) {
    const test::Scratch scratch;
    const auto path = [&](const char* name) { return (scratch.path() / name).string(); };
    ASSERT_EQ(run({kProgram, "map", "--size", "640x360", "-o", path("a.pdf")}).exit_code, 0);
    const auto pdf = report({path("a.pdf")});
    EXPECT_EQ(pdf["pages"], 1);
    EXPECT_EQ(pdf["width"], 640);
    EXPECT_EQ(pdf["height"], 360);
    EXPECT_TRUE(pdf["texts"].contains("Title")) << pdf;
    ASSERT_EQ(run({kProgram, "map", "--size", "640x360", "-o", path("a.svg")}).exit_code, 0);
    EXPECT_EQ(report({path("a.svg")})["width"], 640);
    ASSERT_EQ(run({kProgram, "export", "coverage", "--provider", "ovh", "--step", "1", "-o",
                   path("a.tif")})
                  .exit_code,
              0);
    const auto raster = report({path("a.tif")});
    EXPECT_EQ(raster["kind"], "raster");
    EXPECT_EQ(raster["width"], 360);
    EXPECT_EQ(raster["reference_system"], "EPSG:4326");
    EXPECT_EQ(raster["extent"], nlohmann::json({-180.0, -90.0, 180.0, 90.0}));
    EXPECT_EQ(raster["bands"][0]["name"], "rtt_ms");
    EXPECT_EQ(raster["bands"][0]["type"], "Float32");
    for (const char* film : {"a.mp4", "a.webm"}) {
        const auto made = run({kProgram, "animate", "--provider", "ovh", "--size", "640x360",
                               "--fps", "12", "--duration", "0.5", "-o", path(film)});
        ASSERT_EQ(made.exit_code, 0) << made.err;
        const auto told = report({path(film)});
        EXPECT_EQ(told["width"], 640) << film;
        EXPECT_EQ(told["height"], 360) << film;
        EXPECT_EQ(told["frames"], 6) << film;
        EXPECT_NEAR(told["seconds"].get<double>(), told["frames"].get<double>() / 12, 0.2) << film;
    }
    EXPECT_FALSE(report({path("a.mp4")})["texts"]["Title"].get<std::string>().empty());
    EXPECT_FALSE(report({path("a.webm")})["texts"].empty());
}

TEST(Info, OfWhatItDoesNotKnowFailsAndSaysWhatItKnows) {
    const test::Scratch scratch;
    const auto outcome = run({kProgram, "info", scratch.file("a.bin", "what is this")});
    EXPECT_NE(outcome.exit_code, 0);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr("expected GeoJSON"));
    EXPECT_THAT(run({kProgram, "info", "/nowhere/a.png"}).err, HasSubstr("/nowhere/a.png"));
}

}  // namespace
}  // namespace footprint::cli
