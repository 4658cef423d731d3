#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/frame/command.h"
#include "tests/support/program.h"
#include "tests/support/scratch.h"

namespace footprint::cli {
namespace {

using test::run;
using testing::HasSubstr;

const std::string kProgram = FOOTPRINT_PROGRAM;
const std::filesystem::path kSource = FOOTPRINT_SOURCE_DIR;

TEST(Program, AnswersTwoAndHelpsWhenGivenNoVerb) {
    const auto outcome = run({kProgram});
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("Usage: footprint VERB"));
    EXPECT_TRUE(outcome.out.empty());
}

TEST(Program, SuggestsTheVerbThatWasMeant) {
    const auto outcome = run({kProgram, "anmate"});
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("Did you mean 'animate'?"));
}

TEST(Program, NamesItsLibrariesInTheVersion) {
    const auto outcome = run({kProgram, "--version"});
    EXPECT_EQ(outcome.exit_code, 0);
    for (const char* library : {"footprint", "GDAL", "PROJ", "cairo", "ffmpeg"}) {
        EXPECT_THAT(outcome.out, HasSubstr(library));
    }
}

TEST(Program, HelpsWithEveryVerbOnStandardOutput) {
    for (const auto& verb : all_verbs()) {
        const auto outcome = run({kProgram, verb->name(), "--help"});
        EXPECT_EQ(outcome.exit_code, 0) << verb->name();
        EXPECT_THAT(outcome.out, HasSubstr("Usage: footprint " + verb->name()));
        EXPECT_THAT(outcome.out, HasSubstr("Examples:"));
        EXPECT_TRUE(outcome.err.empty()) << verb->name();
        EXPECT_FALSE(verb->examples().empty()) << verb->name();
    }
}

TEST(Program, RefusesUnknownOptionsOfEveryVerbBeforeAnyWork) {
    for (const auto& verb : all_verbs()) {
        const auto outcome = run({kProgram, verb->name(), "--no-such-option"});
        EXPECT_EQ(outcome.exit_code, 2) << verb->name();
        EXPECT_THAT(outcome.err, HasSubstr("--no-such-option"));
    }
}

TEST(Program, SaysSoWhenStandardOutputIsFull) {
    test::RunOptions options;
    options.stdout_to = "/dev/full";
    const auto outcome = run({kProgram, "--help"}, options);
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.err, HasSubstr("standard output"));
}

TEST(Program, KeepsItsExitCodeWhenNobodyCanReadItsWords) {
    for (const char* nowhere : {"2> /dev/full", "2>&-"}) {
        const auto ended = [&](const std::string& arguments) {
            return run({"sh", "-c", kProgram + " " + arguments + " " + nowhere}).exit_code;
        };
        EXPECT_EQ(ended("--version > /dev/null"), 0) << nowhere;
        EXPECT_EQ(ended("no-such-verb"), 2) << nowhere;
        EXPECT_EQ(ended("info no-such-file"), 1) << nowhere;
        EXPECT_EQ(ended("export regions --provider ovh --progress yes -f geojson -o /dev/null"), 0)
            << nowhere;
    }
}

TEST(Program, SaysWhereItLookedWhenTheFactsAreNotThere) {
    const test::Scratch scratch;
    const auto outcome = run({kProgram, "info", "--data", scratch.path().string()});
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.err, HasSubstr("datapackage.json"));
}

TEST(ManPages, AreWhatTheProgramWouldWriteToday) {
    const auto folder = kSource / "docs/man";
    EXPECT_EQ(test::read_text(folder / "footprint.1"), program_man_page());
    for (const auto& verb : all_verbs()) {
        EXPECT_EQ(test::read_text(folder / ("footprint-" + verb->name() + ".1")),
                  verb_man_page(*verb))
            << "run scripts/manuals to write it anew";
    }
}

TEST(Completions, AreWhatTheProgramWouldWriteToday) {
    const auto folder = kSource / "docs/completions";
    EXPECT_EQ(test::read_text(folder / "footprint.bash"), completion("bash"))
        << "run scripts/manuals";
    EXPECT_EQ(test::read_text(folder / "_footprint"), completion("zsh")) << "run scripts/manuals";
    EXPECT_EQ(test::read_text(folder / "footprint.fish"), completion("fish"))
        << "run scripts/manuals";
}

}  // namespace
}  // namespace footprint::cli
