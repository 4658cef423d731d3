// The README's recipes and every verb's examples are run as they stand.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/support/program.h"
#include "tests/support/scratch.h"

namespace footprint::test {
namespace {

const std::filesystem::path kProgram = FOOTPRINT_PROGRAM;
const std::filesystem::path kSource = FOOTPRINT_SOURCE_DIR;

// Lines of ```sh blocks below "## Recipes", up to the next heading of that level.
std::vector<std::string> recipes() {
    std::ifstream readme(kSource / "README.md");
    std::vector<std::string> lines;
    std::string line;
    bool in_section = false;
    bool in_block = false;
    while (std::getline(readme, line)) {
        if (line.starts_with("## ")) {
            in_section = line == "## Recipes";
        } else if (line.starts_with("```")) {
            in_block = in_section && line == "```sh";
        } else if (in_block && !line.empty()) {
            lines.push_back(line);
        }
    }
    return lines;
}

Outcome run_in_shell(const std::string& command, const std::filesystem::path& folder) {
    RunOptions options;
    options.folder = folder;
    options.environment["PATH"] = kProgram.parent_path().string() + ":" + std::getenv("PATH");
    return run({"/bin/sh", "-ec", command}, options);
}

TEST(Readme, HasAtLeastFiveRecipesAndAllOfThemWork) {
    const auto commands = recipes();
    ASSERT_GE(commands.size(), 5U);
    const Scratch scratch;
    for (const auto& command : commands) {
        const auto outcome = run_in_shell(command, scratch.path());
        EXPECT_EQ(outcome.exit_code, 0) << command << "\n" << outcome.err;
    }
}

TEST(Readme, ShowsOnlyPicturesThatAreThere) {
    std::ifstream readme(kSource / "README.md");
    std::ostringstream text;
    text << readme.rdbuf();
    const std::string content = text.str();
    std::size_t pictures = 0;
    for (auto at = content.find("]("); at != std::string::npos; at = content.find("](", at + 2)) {
        const auto target = content.substr(at + 2, content.find(')', at) - at - 2);
        if (target.starts_with("http") || target.starts_with("#")) {
            continue;
        }
        EXPECT_TRUE(std::filesystem::exists(kSource / target)) << target;
        pictures += target.ends_with(".png") ? 1U : 0U;
    }
    EXPECT_GE(pictures, 1U);
}

// The files that examples take as given: a user's own regions, and layers written before.
void lay_out_inputs(const Scratch& scratch) {
    scratch.file("mine.csv", "provider,region_id,lon,lat\nmine,lagos-1,3.38,6.52\n");
    scratch.file("scenario.toml",
                 "schema_version = 1\nname = \"small\"\nstart = \"2026-12\"\nend = \"2030-01\"\n"
                 "most_places = 700\nmost_sites = 400\n"
                 "[[provider]]\nid = \"aws\"\npolicy = \"follow-the-rival\"\n");
    std::filesystem::copy_file(kSource / "docs/examples/camera.csv", scratch.path() / "camera.csv");
    scratch.file("told.csv", "date,text,lon,lat\n2014-10,Into the heart of Europe,8.68,50.11\n");
    scratch.file("pairs.csv", "from_lon,from_lat,to_lon,to_lat\n72.88,19.08,5.37,43.3\n");
    scratch.file("measured.csv",
                 "from_lon,from_lat,to_lon,to_lat,rtt_ms\n72.88,19.08,5.37,43.3,92\n"
                 "103.85,1.29,139.69,35.69,68\n");
    scratch.file("mine.geojson",
                 R"({"type":"FeatureCollection","features":[{"type":"Feature","geometry":)"
                 R"({"type":"Point","coordinates":[3.38,6.52]},)"
                 R"("properties":{"provider":"mine","region_id":"lagos-1"}}]})");
    scratch.file("sites.csv", "lon,lat\n103.85,1.29\n-46.63,-23.55\n");
    const auto outcome = run_in_shell("footprint export regions -o layers.gpkg", scratch.path());
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
}

TEST(Help, ShowsExamplesThatWork) {
    const Scratch scratch;
    lay_out_inputs(scratch);
    const auto verbs = run({kProgram.string(), "--help"}).out;
    std::istringstream lines(verbs);
    std::string line;
    bool in_list = false;
    while (std::getline(lines, line)) {
        if (line == "Verbs:") {
            in_list = true;
            continue;
        }
        if (!in_list || line.empty()) {
            in_list = false;
            continue;
        }
        std::string verb;
        std::istringstream(line) >> verb;
        if (verb == "view") {
            continue;  // opens a window; the window's own test runs it under Xvfb
        }
        std::istringstream help(run({kProgram.string(), verb, "--help"}).out);
        std::string example;
        while (std::getline(help, example)) {
            if (example.starts_with("  footprint ")) {
                const auto outcome = run_in_shell(example, scratch.path());
                EXPECT_EQ(outcome.exit_code, 0) << example << "\n" << outcome.err;
            }
        }
    }
}

}  // namespace
}  // namespace footprint::test
