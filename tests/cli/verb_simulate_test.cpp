// simulate, and what other verbs make of its run folders, as a user runs them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "tests/support/json_schema.h"
#include "tests/support/program.h"
#include "tests/support/scratch.h"

namespace footprint::cli {
namespace {

using nlohmann::json;
using test::run;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kProgram = FOOTPRINT_PROGRAM;

// Few places and sites, so that a run is short.
std::string small(const std::string& more = "") {
    return "schema_version = 1\nname = \"small\"\nstart = \"2026-12\"\nend = \"2029-01\"\n"
           "most_places = 400\nmost_sites = 200\nlatency = \"distance\"\n" +
           more + "[[provider]]\nid = \"aws\"\npolicy = \"follow-the-rival\"\n";
}

test::Outcome footprint_in(const test::Scratch& scratch, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), kProgram);
    test::RunOptions options;
    options.folder = scratch.path();
    return run(arguments, options);
}

json schema(const std::string& name) {
    return json::parse(test::read_text(std::filesystem::path(FOOTPRINT_SOURCE_DIR) /
                                       "docs/schemas" / (name + ".schema.json")));
}

std::map<std::string, std::string> folder_bytes(const std::filesystem::path& folder) {
    std::map<std::string, std::string> bytes;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            bytes[entry.path().filename().string()] = test::read_text(entry.path());
        }
    }
    return bytes;
}

// One folder that several tests read.
class SimulatedFolders : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        scratch_ = new test::Scratch;
        scratch_->file("a.toml", small());
        scratch_->file("b.toml", small("[policy]\nspacing = { value = 900, unit = \"km\", source = "
                                       "\"assumption\" }\n"));
        for (const char* name : {"a", "b"}) {
            const std::string file = std::string(name) + ".toml";
            const auto outcome = footprint_in(*scratch_, {"simulate", file, "-o", name});
            EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
            EXPECT_THAT(outcome.out, HasSubstr("aws"));
        }
    }
    static void TearDownTestSuite() {
        delete scratch_;
        scratch_ = nullptr;
    }
    static test::Outcome footprint(std::vector<std::string> arguments) {
        return footprint_in(*scratch_, std::move(arguments));
    }
    static const std::filesystem::path& folder() { return scratch_->path(); }

  private:
    static test::Scratch* scratch_;
};
test::Scratch* SimulatedFolders::scratch_ = nullptr;

TEST_F(SimulatedFolders, HaveAManifestByTheSchema) {
    const auto manifest = json::parse(test::read_text(folder() / "a" / "run.json"));
    EXPECT_THAT(test::schema_faults(manifest, schema("run")), IsEmpty());
    auto without = manifest;
    without.erase("seed");
    EXPECT_THAT(test::schema_faults(without, schema("run")), testing::SizeIs(1));
    for (const auto& [name, digest] : manifest["outputs"].items()) {
        EXPECT_TRUE(std::filesystem::exists(folder() / "a" / name)) << name;
    }
    EXPECT_TRUE(manifest["inputs"].contains("datasets/announcements.csv"));
    EXPECT_THAT(manifest["scenario"].get<std::string>(), HasSubstr("assumption"));
}

TEST_F(SimulatedFolders, AreToldAboutByInfo) {
    const auto text = footprint({"info", "a"});
    EXPECT_EQ(text.exit_code, 0) << text.err;
    EXPECT_THAT(text.out, HasSubstr("follow-the-rival"));
    EXPECT_THAT(text.out, HasSubstr("pipeline.csv"));
    EXPECT_THAT(text.out, HasSubstr("not a forecast"));
    const auto outcome = footprint({"info", "a", "--json"});
    const auto document = json::parse(outcome.out);
    EXPECT_EQ(document["kind"], "run");
    EXPECT_THAT(test::schema_faults(document["run"], schema("run")), IsEmpty());
}

TEST_F(SimulatedFolders, OfTwoRunsCompareSaysWhatDiffers) {
    const auto text = footprint({"compare", "a", "b"});
    EXPECT_EQ(text.exit_code, 0) << text.err;
    EXPECT_THAT(text.out, HasSubstr("policy.spacing"));
    EXPECT_THAT(text.out, HasSubstr("first alone"));
    const auto document = json::parse(footprint({"compare", "a", "b", "--json"}).out);
    EXPECT_THAT(test::schema_faults(document, schema("compare-runs")), IsEmpty());
    EXPECT_EQ(document["settings"].size(), 1U);
    EXPECT_EQ(document["providers"].size(), 11U);
    for (const auto& site : document["sites"]) {
        EXPECT_NE(site["first"], site["second"]);
    }
    const auto same = json::parse(footprint({"compare", "a", "a", "--json"}).out);
    EXPECT_THAT(same["settings"], IsEmpty());
    EXPECT_THAT(same["sites"], IsEmpty());
    EXPECT_GT(same["sites_same"], 0);
    EXPECT_THAT(footprint({"compare", "a", "b", "-o", "-", "-f", "csv"}).out,
                HasSubstr("first_opens"));
    EXPECT_EQ(footprint({"compare", "a", "b", "aws"}).exit_code, 2);
    EXPECT_EQ(footprint({"diff", "a", "b", "2027", "2028"}).exit_code, 2);
}

// One rule more is one setting more, whatever its place among the others.
TEST(CompareRuns, NameRulesAndProvidersByWhatTheyAre) {
    const test::Scratch scratch;
    const auto rule = [](const std::string& country) {
        return "[[rule]]\ncountry = \"" + country +
               "\"\nrule = \"ban\"\nfrom = \"2027\"\nsource = \"assumption\"\n";
    };
    scratch.file("a.toml", small(rule("KE")));
    scratch.file("b.toml", small(rule("PE") + rule("KE")));
    for (const char* name : {"a", "b"}) {
        const auto made =
            footprint_in(scratch, {"simulate", std::string(name) + ".toml", "-o", name});
        ASSERT_EQ(made.exit_code, 0) << made.err;
    }
    const auto told = json::parse(footprint_in(scratch, {"compare", "a", "b", "--json"}).out);
    ASSERT_EQ(told["settings"].size(), 1U) << told["settings"].dump();
    EXPECT_THAT(told["settings"][0].dump(), HasSubstr("rule PE, ban on providers of bloc, all"));
}

TEST_F(SimulatedFolders, AreInputsOfOtherVerbs) {
    const auto compared = footprint({"compare", "a", "aws", "--at", "2028-12", "--json"});
    EXPECT_EQ(compared.exit_code, 0) << compared.err;
    const auto today = footprint({"compare", "aws", "--at", "2026-12", "--json"});
    EXPECT_GE(json::parse(compared.out)["results"][0]["regions"],
              json::parse(today.out)["results"][0]["regions"]);
    EXPECT_EQ(footprint({"diff", "a", "2026-12", "2028-12"}).exit_code, 0);
    EXPECT_EQ(footprint({"export", "regions", "a", "-o", "regions.geojson"}).exit_code, 0);
    EXPECT_EQ(footprint({"map", "a", "--size", "640x360", "-o", "a.png"}).exit_code, 0);
    EXPECT_TRUE(std::filesystem::exists(folder() / "a.png"));
}

TEST_F(SimulatedFolders, AreNeverCalledAnnounced) {
    const auto compared = footprint({"compare", "a", "aws", "--at", "2028-12"});
    const auto differs = footprint({"diff", "a", "2026-06", "2028-12"});
    for (const auto& said : {compared.out, differs.out}) {
        EXPECT_NE(said.find("After 2026-12-01 this is simulated, not fact"), std::string::npos);
        EXPECT_NE(said.find("Catalog as of 2026-11-22"), std::string::npos);
        EXPECT_EQ(said.find("announced, not fact"), std::string::npos);
        EXPECT_EQ(said.find("as announced"), std::string::npos);
    }
    EXPECT_NE(compared.out.find("simulated from 2026-12-01 by ‘"), std::string::npos);
    const auto table =
        json::parse(footprint({"compare", "a", "aws", "--at", "2028-12", "--json"}).out);
    EXPECT_EQ(table["as_of"], "2026-11-22");
    EXPECT_EQ(table["simulated"]["from"], "2026-12-01");
    EXPECT_EQ(table["results"][0]["after_as_of"], true);
    const auto facts = json::parse(footprint({"compare", "aws", "--json"}).out);
    EXPECT_TRUE(facts["simulated"].is_null());
    for (const std::vector<std::string>& picture :
         {std::vector<std::string>{"compare", "a", "aws", "--at", "2028-12", "-o", "c.svg"},
          {"diff", "a", "2026-06", "2028-12", "-o", "d.svg"}}) {
        ASSERT_EQ(footprint(picture).exit_code, 0);
        const auto drawn = test::read_text(folder() / picture.back());
        EXPECT_NE(drawn.find("after 2026-12-01 this is simulated, not fact"), std::string::npos);
        EXPECT_NE(drawn.find("facts as of 2026-11-22"), std::string::npos);
        EXPECT_EQ(drawn.find("announced by"), std::string::npos);
        EXPECT_EQ(drawn.find("expected"), std::string::npos);
    }
}

// metrics.csv, areas of it, info and compare count regions the same way: as providers publish them.
TEST_F(SimulatedFolders, CountRegionsAsCompareDoes) {
    for (const std::string date : {"2026-12-01", "2027-08-01", "2028-12-01"}) {
        const auto compared = json::parse(footprint({"compare", "a", "--at", date, "--json"}).out);
        std::map<std::string, std::pair<int, int>> published;
        for (const auto& row : compared["results"]) {
            published[row["provider"]] = {row["regions"], row["zones"]};
        }
        std::istringstream table(test::read_text(folder() / "a" / "metrics.csv"));
        std::size_t rows = 0;
        bool some_are_closed_to_most = false;
        for (std::string line; std::getline(table, line);) {
            std::vector<std::string> cells;
            std::istringstream text(line);
            for (std::string cell; std::getline(text, cell, ',');) {
                cells.push_back(cell);
            }
            if (cells[0] != date) {
                continue;
            }
            ++rows;
            EXPECT_EQ(std::stoi(cells[2]), published.at(cells[1]).first) << line;
            EXPECT_EQ(std::stoi(cells[3]), published.at(cells[1]).second) << line;
            some_are_closed_to_most |= std::stoi(cells[4]) < std::stoi(cells[2]);
        }
        EXPECT_EQ(rows, 11U) << date;
        EXPECT_EQ(rows, published.size());
        EXPECT_TRUE(some_are_closed_to_most);
    }
}

TEST_F(SimulatedFolders, AreFilmedBesideEachOtherByOneClock) {
    const std::vector<std::string> small_film{
        "--coverage", "none",     "--no-labels", "--size",     "960x540", "--fps",    "2",
        "-o",         "two.apng", "-O",          "--duration", "2",       "--beside", "alt"};
    std::vector<std::string> command{"animate", "a", "b"};
    command.insert(command.end(), small_film.begin(), small_film.end());
    const auto outcome = footprint(command);
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const auto words = test::read_text(folder() / "two.alt.txt");
    // Neither scenario has a title of its own: their folders' names tell them apart.
    EXPECT_THAT(words, HasSubstr("(a)\n"));
    EXPECT_THAT(words, HasSubstr("(b)\n"));
    const auto first = words.find("from 2026-12 to 2028-12");
    ASSERT_NE(first, std::string::npos) << words;
    EXPECT_NE(words.find("from 2026-12 to 2028-12", first + 1), std::string::npos) << words;
    for (const auto& more :
         std::vector<std::vector<std::string>>{{"--split", "aws,azure"}, {"--spin", "90"}, {"a"}}) {
        auto wrong = command;
        wrong.insert(wrong.end(), more.begin(), more.end());
        EXPECT_EQ(footprint(wrong).exit_code, 2) << more.front();
    }
}

TEST_F(SimulatedFolders, AreRefusedWhereTheyWouldBeOverlooked) {
    for (const char* verb : {"validate", "simulate"}) {
        const auto outcome = footprint({verb, "a"});
        EXPECT_EQ(outcome.exit_code, 2) << verb;
        EXPECT_THAT(outcome.err, HasSubstr("takes no run folder, and 'a' is one")) << verb;
    }
    EXPECT_THAT(footprint({"compare", "a", "b", "a"}).err, HasSubstr("up to 2 run folders"));
    EXPECT_THAT(footprint({"map", "c"}).err, HasSubstr("It is no run folder"));
}

TEST(Simulate, WritesTheSameFolderOnAnyNumberOfThreads) {
    const test::Scratch scratch;
    scratch.file("s.toml", small());
    const std::vector<std::string> one{"simulate", "s.toml", "-o",        "one",
                                       "--runs",   "4",      "--threads", "1"};
    const std::vector<std::string> two{"simulate", "s.toml", "-o",        "two",
                                       "--runs",   "4",      "--threads", "2"};
    ASSERT_EQ(footprint_in(scratch, one).exit_code, 0);
    ASSERT_EQ(footprint_in(scratch, two).exit_code, 0);
    EXPECT_TRUE(folder_bytes(scratch.path() / "one") == folder_bytes(scratch.path() / "two"));
    const auto bands = test::read_text(scratch.path() / "one" / "bands.csv");
    EXPECT_THAT(bands, HasSubstr("p5,p25,p50,p75,p95"));
    EXPECT_THAT(test::read_text(scratch.path() / "one" / "sites.geojson"),
                HasSubstr("\"probability\""));
}

std::size_t lines_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return static_cast<std::size_t>(
        std::count(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>(), '\n'));
}

// Sends a signal to an ensemble as soon as some of its runs are on disk; what waitpid says.
int signal_amid(const test::Scratch& scratch, const std::vector<std::string>& argv, int signal) {
    const pid_t child = ::fork();
    if (child == 0) {
        test::RunOptions options;
        options.folder = scratch.path();
        test::become(argv, options, scratch.path() / "out", scratch.path() / "err");
    }
    const auto checkpoint = scratch.path() / "run.partial" / "checkpoint.jsonl";
    for (int wait = 0; wait < 60'000 && lines_of(checkpoint) < 3; ++wait) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    ::kill(child, signal);
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
}

TEST(Simulate, ResumedAfterKillEqualsAnUnbrokenRun) {
    const test::Scratch scratch;
    scratch.file("s.toml", small());
    std::vector<std::string> command{kProgram, "simulate", "s.toml",    "-o", "run",
                                     "--runs", "40",       "--threads", "1"};
    ASSERT_TRUE(WIFSIGNALED(signal_amid(scratch, command, SIGKILL)))
        << "it ended before it could be killed";
    EXPECT_FALSE(std::filesystem::exists(scratch.path() / "run"));
    const auto made = lines_of(scratch.path() / "run.partial" / "checkpoint.jsonl");
    EXPECT_GE(made, 3U);
    EXPECT_LT(made, 41U);

    scratch.file("other.toml", small("[policy]\nspacing = { value = 300, unit = \"km\", source = "
                                     "\"assumption\" }\n"));
    const auto other =
        footprint_in(scratch, {"simulate", "other.toml", "-o", "run", "--runs", "40", "--resume"});
    EXPECT_EQ(other.exit_code, 3) << other.err;
    EXPECT_THAT(other.err, HasSubstr("other.toml:9:11: policy.spacing is { value = 300,"));
    EXPECT_THAT(other.err, HasSubstr("in s.toml"));
    EXPECT_THAT(other.err, HasSubstr("run.partial keeps"));
    EXPECT_THAT(other.err, HasSubstr("begin anew with -O"));
    EXPECT_EQ(lines_of(scratch.path() / "run.partial" / "checkpoint.jsonl"), made);

    const auto anew = footprint_in(scratch, {"simulate", "s.toml", "-o", "run", "--runs", "40"});
    EXPECT_EQ(anew.exit_code, 1);
    EXPECT_THAT(anew.err, HasSubstr("--resume"));
    EXPECT_EQ(lines_of(scratch.path() / "run.partial" / "checkpoint.jsonl"), made);

    const auto resumed =
        footprint_in(scratch, {"simulate", "s.toml", "-o", "run", "--runs", "40", "--resume"});
    ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
    const auto unbroken =
        footprint_in(scratch, {"simulate", "s.toml", "-o", "whole", "--runs", "40"});
    ASSERT_EQ(unbroken.exit_code, 0) << unbroken.err;
    EXPECT_TRUE(folder_bytes(scratch.path() / "run") == folder_bytes(scratch.path() / "whole"));
}

// An ensemble that was killed once some of its runs were on disk.
void interrupt_ensemble(const test::Scratch& scratch) {
    const std::vector<std::string> command{kProgram, "simulate", "s.toml",    "-o", "run",
                                           "--runs", "400",      "--threads", "1"};
    ASSERT_TRUE(WIFSIGNALED(signal_amid(scratch, command, SIGKILL)))
        << "it ended before it could be killed";
}

TEST(Simulate, ResumedSaysWhatIsNotAsItWas) {
    const test::Scratch scratch;
    scratch.file("two.csv", "id,metro,country,date,kind,zones\na,Nairobi,KE,2027,leased,2\n");
    const auto planned = [](const std::string& before) {
        return small(before) +
               "[[provider]]\nid = \"azure\"\npolicy = \"plan-file\"\nplan = "
               "\"two.csv\"\n";
    };
    scratch.file("s.toml", planned(""));
    interrupt_ensemble(scratch);
    const auto checkpoint = scratch.path() / "run.partial" / "checkpoint.jsonl";
    const auto made = test::read_text(checkpoint);
    const auto refused = [&](const std::vector<std::string>& more, const std::string& says) {
        std::vector<std::string> command{"simulate", "s.toml", "-o",      "run",
                                         "--runs",   "4",      "--resume"};
        command.insert(command.end(), more.begin(), more.end());
        const auto outcome = footprint_in(scratch, command);
        EXPECT_EQ(outcome.exit_code, 3) << outcome.err;
        EXPECT_THAT(outcome.err, HasSubstr(says));
        EXPECT_EQ(test::read_text(checkpoint), made);
    };
    refused({"--seed", "7"}, "--seed: seed is 7 now, and was 1 in s.toml");
    scratch.file("s.toml", planned("step_months = 2\n[[rule]]\ncountry = \"PE\"\nrule = "
                                   "\"ban\"\nfrom = \"2027\"\nsource = \"assumption\"\n"));
    refused({}, "s.toml:8:15: step_months is 2 now, and was 1 in s.toml (1 more differ)");
    scratch.file("s.toml", planned("[[rule]]\ncountry = \"PE\"\nrule = \"ban\"\nfrom = "
                                   "\"2027\"\nsource = \"assumption\"\n"));
    refused({}, "s.toml:8:1: rule PE, ban");
    scratch.file("s.toml", planned("[policy]\nspacing = { value = 300, unit = \"km\", source = "
                                   "\"assumption\" }\n"));
    refused({}, "s.toml:9:11: policy.spacing is { value = 300,");
    scratch.file("s.toml", planned(""));
    scratch.file("two.csv", "id,metro,country,date,kind,zones\na,Nairobi,KE,2028,leased,2\n");
    refused({}, "two.csv: it is not what it was");
    // No run depends on the title, so another one is no other scenario.
    scratch.file("two.csv", "id,metro,country,date,kind,zones\na,Nairobi,KE,2027,leased,2\n");
    scratch.file("s.toml", planned("title = \"A better title\"\n"));
    const auto resumed =
        footprint_in(scratch, {"simulate", "s.toml", "-o", "run", "--runs", "2", "--resume"});
    ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
    const auto unbroken =
        footprint_in(scratch, {"simulate", "s.toml", "-o", "whole", "--runs", "2"});
    ASSERT_EQ(unbroken.exit_code, 0) << unbroken.err;
    EXPECT_TRUE(folder_bytes(scratch.path() / "run") == folder_bytes(scratch.path() / "whole"));
}

// Two programs, one folder: the second goes away, whatever it asks for, and the first ends as if
// it had been alone.
TEST(Simulate, LeavesAFolderToTheRunThatWritesIt) {
    const test::Scratch scratch;
    scratch.file("s.toml", small());
    const pid_t first = ::fork();
    if (first == 0) {
        test::RunOptions options;
        options.folder = scratch.path();
        test::become(
            {kProgram, "simulate", "s.toml", "-o", "run", "--runs", "60", "--threads", "1"},
            options, scratch.path() / "out", scratch.path() / "err");
    }
    const auto checkpoint = scratch.path() / "run.partial" / "checkpoint.jsonl";
    for (int wait = 0; wait < 60'000 && lines_of(checkpoint) < 3; ++wait) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    ::kill(first, SIGSTOP);  // so that it writes all the while
    for (const auto& more : std::vector<std::vector<std::string>>{
             {}, {"-O"}, {"--runs", "60"}, {"--runs", "60", "--resume"}}) {
        std::vector<std::string> command{"simulate", "s.toml", "-o", "run"};
        command.insert(command.end(), more.begin(), more.end());
        const auto second = footprint_in(scratch, command);
        EXPECT_EQ(second.exit_code, 1) << second.err;
        EXPECT_THAT(second.err, HasSubstr("run is being written by another run"));
        EXPECT_THAT(second.err, HasSubstr("another folder"));
    }
    ::kill(first, SIGCONT);
    int status = 0;
    ::waitpid(first, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0) << test::read_text(scratch.path() / "err");
    EXPECT_FALSE(std::filesystem::exists(scratch.path() / "run.partial"));
    const auto alone = footprint_in(scratch, {"simulate", "s.toml", "-o", "alone", "--runs", "60"});
    ASSERT_EQ(alone.exit_code, 0) << alone.err;
    EXPECT_TRUE(folder_bytes(scratch.path() / "run") == folder_bytes(scratch.path() / "alone"));
}

// Ctrl-C leaves the runs that are made, says so, and how to go on.
TEST(Simulate, SaysWhatStaysWhenInterrupted) {
    const test::Scratch scratch;
    scratch.file("s.toml", small());
    const std::vector<std::string> command{kProgram, "simulate", "s.toml",    "-o", "run",
                                           "--runs", "400",      "--threads", "1"};
    const int status = signal_amid(scratch, command, SIGINT);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 130);
    const auto said = test::read_text(scratch.path() / "err");
    EXPECT_THAT(said, HasSubstr("run.partial"));
    EXPECT_THAT(said, HasSubstr("--resume"));
    EXPECT_THAT(said, testing::Not(HasSubstr("nothing half-written")));
    const auto resumed =
        footprint_in(scratch, {"simulate", "s.toml", "-o", "run", "--runs", "4", "--resume"});
    EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
    EXPECT_FALSE(std::filesystem::exists(scratch.path() / "run.partial"));
}

TEST(Simulate, OfSeveralRunsMapsDrawTheBandsOfTheFolder) {
    const test::Scratch scratch;
    scratch.file("s.toml", small());
    auto made = footprint_in(scratch, {"simulate", "s.toml", "--runs", "3", "-o", "runs"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    const auto drawn = [&](const std::string& chart) {
        auto map = footprint_in(scratch, {"map", "runs", "--coverage", "none", "--providers", "aws",
                                          "--chart", chart, "-o", chart + ".svg"});
        EXPECT_EQ(map.exit_code, 0) << map.err;
        const auto says_none = map.err.find("no bands") != std::string::npos;
        EXPECT_EQ(says_none, chart == "zones") << map.err;
    };
    for (const char* chart : {"regions", "people", "zones"}) {
        drawn(chart);
    }
    // A table that was spoilt is refused with its line.
    scratch.file("runs/bands.csv",
                 "date,provider,metric,p5,p50,p95\n2027-01-01,aws,regions,5,4,6\n");
    const auto refused =
        footprint_in(scratch, {"map", "runs", "--coverage", "none", "-o", "x.png"});
    EXPECT_EQ(refused.exit_code, 3) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("bands.csv"));
}

TEST(Simulate, CountsSitesInDoubtByTheirChances) {
    const test::Scratch scratch;
    scratch.file("s.toml", small());
    ASSERT_EQ(footprint_in(scratch, {"simulate", "s.toml", "-o", "r", "--runs", "8"}).exit_code, 0);
    const auto outcome = footprint_in(scratch, {"map", "r", "--chances", "--coverage", "none",
                                                "--size", "640x360", "-o", "r.svg"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_TRUE(std::filesystem::exists(scratch.path() / "r.svg"));
    EXPECT_EQ(footprint_in(scratch, {"map", "--chances", "-o", "x.svg"}).exit_code, 2);
}

struct WrongInput {
    const char* name;
    std::string scenario;
    int exit_code;
    std::vector<std::string> says;
};

class SimulateRefuses : public testing::TestWithParam<WrongInput> {};

TEST_P(SimulateRefuses, WithItsPlaceAndLosesNothing) {
    const auto& wrong = GetParam();
    const test::Scratch scratch;
    scratch.file("s.toml", wrong.scenario);
    scratch.file("cycle.csv",
                 "id,metro,country,date,kind,zones,after\na,Nairobi,KE,2027,leased,2,b\n"
                 "b,Lagos,NG,2027,leased,2,a\n");
    scratch.file("nowhere.csv", "id,metro,country,date,kind,zones\na,Nairobbi,KE,2027,leased,2\n");
    scratch.file("kenya.csv", "id,metro,country,date,kind,zones\na,Nairobi,KE,2028,leased,2\n");
    const auto outcome = footprint_in(scratch, {"simulate", "s.toml", "-o", "run"});
    EXPECT_EQ(outcome.exit_code, wrong.exit_code) << outcome.err;
    for (const auto& text : wrong.says) {
        EXPECT_THAT(outcome.err, HasSubstr(text));
    }
    EXPECT_FALSE(std::filesystem::exists(scratch.path() / "run"));
    EXPECT_FALSE(std::filesystem::exists(scratch.path() / "run.partial"));
}

std::string head(const std::string& more) {
    return "schema_version = 1\nname = \"t\"\nstart = \"2026-12\"\nend = \"2029-01\"\n"
           "most_places = 400\nmost_sites = 1500\n" +
           more;
}

std::string plan(const std::string& file, const std::string& more = "") {
    return head("[[provider]]\nid = \"aws\"\npolicy = \"plan-file\"\nplan = \"" + file + "\"\n" +
                more);
}

INSTANTIATE_TEST_SUITE_P(
    Each, SimulateRefuses,
    testing::Values(
        WrongInput{"UnknownProvider",
                   head("[[provider]]\nid = \"awss\"\npolicy = \"profit\"\n"),
                   3,
                   {"s.toml:8:6", "awss", "Did you mean 'aws'"}},
        WrongInput{"NegativeBudget",
                   head("[[provider]]\nid = \"aws\"\npolicy = \"profit\"\n[[provider.budget]]\n"
                        "from = \"2027\"\nto = \"2028\"\ntotal = { value = -5, unit = \"USD M\", "
                        "source = \"assumption\" }\n"),
                   3,
                   {"s.toml:13:9", "-5"}},
        WrongInput{
            "BudgetBeyondAllMoney",
            head("[[provider]]\nid = \"aws\"\npolicy = \"profit\"\n[[provider.budget]]\n"
                 "from = \"2027\"\nto = \"2028\"\ntotal = { value = 1e308, unit = \"USD M\", "
                 "source = \"assumption\" }\n"),
            3,
            {"s.toml:13:9", "1e+308"}},
        WrongInput{"NumberThatIsNone",
                   head("[market]\nprice_elasticity = { value = nan, unit = \"1\", source = "
                        "\"assumption\" }\n"),
                   3,
                   {"s.toml:8:30", "finite"}},
        WrongInput{"StartBeforeAnythingIsKnown",
                   "schema_version = 1\nname = \"t\"\nstart = \"1990\"\nend = \"1995\"\n"
                   "most_places = 400\nlatency = \"distance\"\n",
                   3,
                   {"s.toml:3:9", "begin later"}},
        WrongInput{"PlanThatIsNotThere", plan("none.csv"), 1, {"s.toml:10:8", "none.csv"}},
        WrongInput{"EmptyFile", "", 3, {"s.toml:1:1", "schema_version is missing"}},
        WrongInput{"Garbage", std::string(1000, '\0') + "\xff\xfe[[", 3, {"s.toml:1:1"}},
        WrongInput{"EndBeforeStart",
                   "schema_version = 1\nname = \"t\"\nstart = \"2026-12\"\nend = \"2025-01\"\n",
                   3,
                   {"s.toml:4:7", "after the start"}},
        WrongInput{"CycleInPlan", plan("cycle.csv"), 3, {"cycle.csv:2, column after", "cycle"}},
        WrongInput{"PlaceThatIsNoMetro",
                   plan("nowhere.csv"),
                   3,
                   {"nowhere.csv:2, column metro", "Nairobbi", "Did you mean 'Nairobi'"}},
        WrongInput{
            "RulesThatLeaveNoWay",
            plan("kenya.csv",
                 "[[rule]]\ncountry = \"KE\"\nrule = \"build limit\"\nfrom = \"2027\"\n"
                 "source = \"a moratorium\"\n"),
            4,
            {"kenya.csv:2, column country", "build limit in KE", "a moratorium", "s.toml:12:11"}},
        WrongInput{"RulesThatLeaveAProviderNoCountry",
                   head("[[provider]]\nid = \"aws\"\npolicy = \"profit\"\n[[rule]]\ncountry = "
                        "\"world\"\nrule = \"build limit\"\nfrom = \"2026\"\nsource = \"a "
                        "pause everywhere\"\n"),
                   4,
                   {"s.toml:8:6", "no country is left", "a pause everywhere", "s.toml:11:11"}},
        WrongInput{"RuleForAnUnknownProvider",
                   head("[[rule]]\ncountry = \"KE\"\nrule = \"ban\"\naffects = "
                        "\"awss\"\nfrom = \"2027\"\nsource = \"assumption\"\n"),
                   3,
                   {"s.toml:10:11", "awss"}},
        WrongInput{"BudgetThatEndsBeforeItBegins",
                   head("[[provider]]\nid = \"aws\"\npolicy = \"profit\"\n[[provider.budget]]\n"
                        "from = \"2028\"\nto = \"2027\"\ntotal = { value = 5, unit = \"USD M\", "
                        "source = \"assumption\" }\n"),
                   3,
                   {"s.toml:12:6", "a date after 'from'"}},
        WrongInput{"UnknownCable",
                   head("[[shock]]\nkind = \"cable-cut\"\ntarget = \"chokepoint:red-see\"\n"
                        "from = \"2027\"\nto = \"2028\"\nsource = \"assumption\"\n"),
                   3,
                   {"s.toml:9:10", "Did you mean 'red-sea'"}},
        WrongInput{"UnknownKey",
                   head("[market]\nprice_elastcity = 2\n"),
                   3,
                   {"s.toml:8:1", "Did you mean 'price_elasticity'"}},
        WrongInput{"NumberWithoutSource",
                   head("[market]\nprice_elasticity = { value = 2, unit = \"1\" }\n"),
                   3,
                   {"s.toml:8:", "source"}},
        WrongInput{"UnknownArea",
                   head("areas = [\"world\", \"atlantis\"]\n"),
                   3,
                   {"s.toml:7:19", "atlantis"}}),
    [](const auto& instance) { return std::string(instance.param.name); });

TEST(Simulate, RefusesWhatCannotBe) {
    const test::Scratch scratch;
    scratch.file("s.toml", small());
    const auto code = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "simulate");
        return footprint_in(scratch, arguments).exit_code;
    };
    EXPECT_EQ(code({}), 2);
    EXPECT_EQ(code({"s.toml", "--hindcast", "2020"}), 2);
    EXPECT_EQ(code({"s.toml", "--runs", "3"}), 2);
    EXPECT_EQ(code({"s.toml", "--resume"}), 2);
    EXPECT_EQ(code({"s.toml", "--until", "2020"}), 2);
    EXPECT_EQ(code({"--hindcast", "2020", "--until", "2019"}), 2);
    EXPECT_EQ(code({"s.toml", "-o", "r", "--runs", "3", "--resume"}), 1);
    EXPECT_EQ(scratch.entries(), std::vector<std::string>{"s.toml"});
}

}  // namespace
}  // namespace footprint::cli
