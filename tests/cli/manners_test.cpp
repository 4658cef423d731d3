// What verbs refuse before they work, and what they take from the user: standard input and events.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "tests/support/program.h"
#include "tests/support/scratch.h"

namespace footprint::cli {
namespace {

using test::run;
using testing::HasSubstr;

const std::string kProgram = FOOTPRINT_PROGRAM;

test::Outcome footprint(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), kProgram);
    return run(arguments);
}

void expect_refused(std::vector<std::string> arguments, int code, const char* message) {
    const auto outcome = footprint(std::move(arguments));
    EXPECT_EQ(outcome.exit_code, code) << message;
    EXPECT_THAT(outcome.err, HasSubstr(message));
    EXPECT_THAT(outcome.out, testing::IsEmpty());
}

TEST(Map, RefusesBeforeItPaints) {
    const test::Scratch scratch;
    const auto png = (scratch.path() / "x.png").string();
    expect_refused({"map", "-o", png, "--threshold", "20,50"}, 2, "one threshold");
    expect_refused({"map", "-o", png, "--threshold", "-1"}, 2, "from 0 to 10000");
    expect_refused({"map", "-o", png, "--lon0", "nan"}, 2, "--lon0");
    expect_refused({"map", "-o", png, "--cables", "--latency", "distance"}, 2, "--cables");
    expect_refused({"map", "-o", png, "--without", "cable:Dunantt"}, 2, "'Dunant'");
    expect_refused({"map", "-o", png, "--coverage", "none", "--cables", "--preset", "redsea"}, 2,
                   "'red-sea'");
    expect_refused({"map", "-o", png, "--lon0", "1e300"}, 2, "--lon0");
    expect_refused({"map", "-o", png, "--projection", "+proj=moll +R=1e300"}, 2, "+R=1e300");
    expect_refused({"map", "-o", png, "--projection", "+proj=moll +x_0=nan"}, 2, "+x_0=nan");
    expect_refused({"map", "-o", png, "--size", "16384x9216"}, 2, "--yes-large");
    expect_refused({"map", "-o", png, "-f", "pgn"}, 2, "Did you mean 'png'?");
    expect_refused({"map", "-o", png, "--include", "gov", "--exclude", "GOV"}, 2, "contradict");
    expect_refused({"map", "-o", (scratch.path() / "no" / "x.png").string()}, 1,
                   "there is no folder");
    expect_refused({"map", "-o", scratch.path().string(), "-f", "png", "-O"}, 1, "it is a folder");
    EXPECT_TRUE(scratch.entries().empty());
}

TEST(Animate, FailsInADryRunWhereTheRealOneWould) {
    const test::Scratch scratch;
    const auto film = (scratch.path() / "x.gif").string();
    expect_refused({"animate", "--dry-run", "-o", film, "--coverage", "nobody"}, 2, "nobody");
    expect_refused({"animate", "--dry-run", "-o", film, "--threshold", "1,2"}, 2, "one threshold");
    expect_refused({"animate", "--dry-run", "-o", film, "--resume"}, 2, "in one piece");
    expect_refused({"animate", "--dry-run", "-o", "-"}, 2, "standard output");
    expect_refused({"animate", "--dry-run", "-o", (scratch.path() / "no" / "x.gif").string()}, 1,
                   "there is no folder");
    expect_refused({"animate", "--dry-run", "-o", film, "-f", "gfi"}, 2, "Did you mean 'gif'?");
    std::ofstream(film) << "here already";
    expect_refused({"animate", "--dry-run", "-o", film}, 1, "-O");
}

TEST(Animate, NamesTheLineOfACaptionThatItCannotTell) {
    const test::Scratch scratch;
    const auto film = (scratch.path() / "x.gif").string();
    const auto refused = [&](const std::string& rows, int code, const std::string& word) {
        const auto file = scratch.path() / "told.csv";
        std::ofstream(file) << rows;
        expect_refused({"animate", "--dry-run", "-o", film, "--captions", file.string()}, code,
                       word.c_str());
    };
    refused("date,words\n2020,hello\n", 3, "no column 'text'");
    refused("date,text\n", 3, "no captions");
    refused("date,text\n2020,hello\nsoon,hello\n", 3, "told.csv:3");
    refused("date,text\n2020,\n", 3, "text is empty");
    refused("date,text\n2020," + std::string(101, 'x') + "\n", 3, "101 characters");
    refused("date,text,lon,lat\n2020,hello,10,\n", 3, "only one of lon and lat");
    refused("date,text,lon,lat\n2020,hello,10,91\n", 3, "lat is '91'");
    std::string many = "date,text\n";
    for (int i = 0; i < 30; ++i) {
        many += "2020,a caption that takes a while to be read\n";
    }
    refused(many, 2, "let it last");
    expect_refused({"animate", "--dry-run", "-o", film, "--captions", "nowhere.csv"}, 1,
                   "nowhere.csv");
    expect_refused({"animate", "--dry-run", "-o", film, "--beside", "postr"}, 2,
                   "Did you mean 'poster'?");
}

// Its encoder stands still in the third part, until the run is killed without warning.
TEST(Animate, GoesOnWithAKilledFilmToTheSameBytes) {
    const test::Scratch scratch;
    const auto encoder = scratch.file("slow/ffmpeg",
                                      "#!/bin/sh\nfor word; do last=$word; done\n"
                                      "case $last in *new-000001*) touch reached; head -c 1 "
                                      ">/dev/null; sleep 30; exit 1;; esac\n"
                                      "PATH=${PATH#*:} exec ffmpeg \"$@\"\n");
    std::filesystem::permissions(encoder, std::filesystem::perms::owner_all);
    const std::string film =
        kProgram + " animate --coverage alibaba --fps 2 --duration 40 --size 480x320 -o ";
    const auto outcome =
        run({"/bin/sh", "-c",
             film + "whole.mp4 && { PATH=$PWD/slow:$PATH; export PATH; " + film +
                 "film.mp4 & } && while ! [ -e reached ]; do sleep 0.05; done && kill -9 $! && "
                 "PATH=${PATH#*slow:} && " +
                 film + "film.mp4 --resume && cmp whole.mp4 film.mp4"},
            {scratch.path(), {}, {}});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("by a run before"));
    EXPECT_EQ(scratch.entries(),
              (std::vector<std::string>{"film.mp4", "reached", "slow", "whole.mp4"}));
}

TEST(Animate, RefusesSplitsThatMakeNoSense) {
    const test::Scratch scratch;
    const auto film = (scratch.path() / "x.gif").string();
    const std::vector<std::string> start{"animate", "--dry-run", "-o", film, "--split"};
    const auto refused = [&](std::vector<std::string> more, const char* word) {
        more.insert(more.begin(), start.begin(), start.end());
        expect_refused(more, 2, word);
    };
    refused({"aws"}, "two to four");
    refused({"aws,azure,google,ibm,ovh"}, "two to four");
    refused({"aws,nobody"}, "nobody");
    refused({"aws,azure", "--providers", "ibm"}, "leave out --providers");
}

TEST(Animate, RefusesCamerasThatMakeNoSense) {
    const test::Scratch scratch;
    const auto film = (scratch.path() / "x.mp4").string();
    const auto file = scratch.path() / "camera.csv";
    const std::vector<std::string> start{"animate", "--dry-run", "-o", film};
    const auto refused = [&](std::string content, const char* word) {
        std::ofstream(file) << content;
        auto words = start;
        words.insert(words.end(), {"--camera", file.string()});
        expect_refused(words, 3, word);
    };
    const std::string head = "date,lon,lat,zoom\n";
    refused(head, "has no rows");
    refused("date,lon,lat\n2012,0,0\n", "no column 'zoom'");
    refused("date,lon,lat,zoom,travel\n2012,0,0,1,2\n", "Did you mean 'travel_s'?");
    refused(head + "2012,0,0,2\n2011,0,0,1\n", "camera.csv:3: 2011-01-01 does not come after");
    refused(head + "2012,0,0,2\n2012,0,0,1\n", "does not come after");
    refused(head + "2012,nan,0,2\n", "lon is 'nan'");
    refused(head + "2012,0,0,nan\n", "zoom is 'nan'");
    refused(head + "2012,0,0,0.5\n", "from 1 to 50");
    refused(head + "2012,0,,2\n", "only one of lon and lat");
    refused(head + "someday,0,0,2\n", "camera.csv:2");
    refused("date,lon,lat,zoom,travel_s\n2012,0,0,2,0\n", "travel_s is '0'");
    const auto used = [&](std::vector<std::string> more, const char* word) {
        more.insert(more.begin(), start.begin(), start.end());
        expect_refused(more, 2, word);
    };
    used({"--camera", file.string(), "--spin", "90"}, "choose one");
    used({"--spin", "nan"}, "--spin");
    used({"--spin", "90", "--split", "aws,ibm", "--cables"}, "add --projection orthographic");
    used({"--spin", "90", "--coverage", "none"}, "add --projection orthographic");
}

TEST(Animate, SaysWhatCannotBeSeen) {
    const test::Scratch scratch;
    const auto dry = [&](std::vector<std::string> more) {
        std::vector<std::string> words{kProgram,
                                       "animate",
                                       "--dry-run",
                                       "--coverage",
                                       "none",
                                       "-o",
                                       (scratch.path() / "x.mp4").string()};
        words.insert(words.end(), more.begin(), more.end());
        const auto made = run(words);
        EXPECT_EQ(made.exit_code, 0) << made.err;
        return made.err;
    };
    EXPECT_EQ(dry({"--title", "Łódź 東京 서울 Київ"}), "");
    EXPECT_NE(dry({"--title", "a \U00013080 b"}).find("'\U00013080' has no shape"),
              std::string::npos);
    EXPECT_NE(dry({"--provider", "baidu", "--from", "2007", "--to", "2008"}).find("still map"),
              std::string::npos);
}

TEST(Animate, MakesNoGifFasterThanPlayersShowIt) {
    const test::Scratch scratch;
    const auto dry = run({kProgram, "animate", "--dry-run", "--duration", "4", "--coverage", "none",
                          "-o", (scratch.path() / "x.gif").string()});
    EXPECT_EQ(dry.exit_code, 0) << dry.err;
    EXPECT_THAT(dry.err, HasSubstr("15 frames a second, not 30"));
    EXPECT_THAT(dry.out + dry.err, HasSubstr("60 of 1920"));
}

TEST(Animate, PutsSubtitlesPosterAndTextBesideTheFilm) {
    const test::Scratch scratch;
    const auto told = scratch.path() / "told.csv";
    std::ofstream(told) << "date,text,lon,lat\n"
                           "2012-05,\"One <first>, then & there\",103.8,1.35\n"
                           "2016-01-01,About no place at all,,\n"
                           "1980-01-01,Long ago,,\n";
    const auto made = run({kProgram,     "animate",
                           "--provider", "alibaba",
                           "--size",     "640x360",
                           "--fps",      "5",
                           "--from",     "2011",
                           "--to",       "2020",
                           "--duration", "10",
                           "--coverage", "none",
                           "--captions", told.string(),
                           "--beside",   "all",
                           "-o",         (scratch.path() / "film.mp4").string()});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    EXPECT_NE(made.err.find("1 of 3 captions have dates outside"), std::string::npos) << made.err;
    const auto vtt = test::read_text(scratch.path() / "film.vtt");
    EXPECT_EQ(vtt.rfind("WEBVTT\n\n1\n00:00:0", 0), 0U) << vtt;
    EXPECT_NE(vtt.find("2012-05 One &lt;first&gt;, then &amp; there"), std::string::npos) << vtt;
    EXPECT_EQ(vtt.find("Long ago"), std::string::npos);
    const auto alt = test::read_text(scratch.path() / "film.alt.txt");
    EXPECT_NE(alt.find("from 2011-01 to 2020-12"), std::string::npos) << alt;
    EXPECT_NE(alt.find("2016-01: About no place at all"), std::string::npos) << alt;
    const auto poster = test::read_text(scratch.path() / "film.poster.png");
    EXPECT_EQ(poster.substr(1, 3), "PNG");
    // Beside it, and only with -O once more.
    expect_refused(
        {"animate", "--dry-run", "-o", (scratch.path() / "film.gif").string(), "--beside", "vtt"},
        1, "-O");
}

TEST(Story, RefusesWhatItCannotTell) {
    const test::Scratch scratch;
    const auto folder = (scratch.path() / "story").string();
    expect_refused({"story"}, 2, "FOLDER is missing");
    expect_refused({"story", "-o", folder, "--coverage", "none"}, 2, "whom regions reach");
    expect_refused({"story", "-o", folder, "--jumps", "0"}, 2, "1 to 40");
    expect_refused({"story", "-o", folder, "--in", "Atlantis"}, 2, "no area 'Atlantis'");
    expect_refused({"story", "-o", folder, "--coverage", "baidu", "--in", "Brazil", "--latency",
                    "distance", "--threshold", "5"},
                   1, "nothing to tell");
    std::filesystem::create_directory(folder);
    std::ofstream(folder + "/mine.txt") << "not a story";
    expect_refused({"story", "-o", folder, "-O"}, 1, "story");
    EXPECT_EQ(scratch.entries().size(), 1U);
    EXPECT_TRUE(std::filesystem::exists(folder + "/mine.txt"));
}

// Every number of the text and the captions is in the table.
TEST(Story, TellsTheNumbersOfItsTable) {
    const test::Scratch scratch;
    const auto folder = scratch.path() / "story";
    const auto made =
        footprint({"story", "-o", folder.string(), "--coverage", "alibaba", "--jumps", "3", "--in",
                   "Asia", "--latency", "distance", "--size", "480x320", "--fps", "4"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    const auto csv = test::read_text(folder / "jumps.csv");
    std::istringstream rows(csv);
    std::string line;
    std::getline(rows, line);
    EXPECT_TRUE(line.starts_with("date,provider,events,regions,cities,threshold_ms,area,people,"));
    int jumps = 0;
    const auto text = test::read_text(folder / "story.md");
    const auto vtt = test::read_text(folder / "film.vtt");
    while (std::getline(rows, line)) {
        std::vector<std::string> cells;
        std::istringstream row(line);
        for (std::string cell; std::getline(row, cell, ',');) {
            cells.push_back(cell);
        }
        ASSERT_EQ(cells.size(), 13U) << line;
        EXPECT_EQ(cells[6], "Asia");
        const double before = std::stod(cells[8]);
        const double after = std::stod(cells[9]);
        EXPECT_NEAR(after - before, std::stod(cells[10]), 1.5);
        EXPECT_LE(after, std::stod(cells[7]));
        const std::string gain = human_count(std::abs(after - before));
        const std::string sign = after < before ? "\u2212" : "+";
        EXPECT_THAT(text, HasSubstr(gain));
        EXPECT_THAT(text, HasSubstr(human_count(after)));
        EXPECT_THAT(vtt, HasSubstr(sign + gain + " people in Asia within 50 ms"));
        EXPECT_THAT(text, HasSubstr("**" + cells[0].substr(0, 7) + "**"));
        ++jumps;
    }
    EXPECT_EQ(jumps, 3);
    for (const char* name : {"film.mp4", "film.poster.png", "film.alt.txt"}) {
        EXPECT_GT(std::filesystem::file_size(folder / name), 100U) << name;
    }
    expect_refused({"story", "-o", folder.string()}, 1, "-O");
    EXPECT_EQ(scratch.entries().size(), 1U) << "something was left beside the story";
}

TEST(UserFacts, ComeFromStandardInputAndWithEvents) {
    const test::Scratch scratch;
    const auto catalog = scratch.path() / "mine.csv";
    std::ofstream(catalog) << "provider,region_id,lon,lat,city,country,opened\n"
                              "acme,x1,36.8219,-1.2921,Nairobi,KE,2020-01-01\n";
    const auto events = scratch.path() / "events.csv";
    std::ofstream(events) << "provider,region_id,kind,date,zones\n"
                             "acme,x1,zones,2020-06-01,2\n"
                             "acme,x1,impaired,2021-05-01,\n";
    const auto outcome = run({"sh", "-c",
                              kProgram + " explain acme:x1 --at 2021-06 --catalog - --events " +
                                  events.string() + " <" + catalog.string()});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("impaired since 2021-05-01"));
    EXPECT_THAT(outcome.out, HasSubstr("standard input:2"));
    const auto twice =
        run({"sh", "-c", kProgram + " info --catalog - --events - <" + catalog.string()});
    EXPECT_EQ(twice.exit_code, 2);
    EXPECT_THAT(twice.err, HasSubstr("given twice"));
}

TEST(UserFacts, InTheWrongPlaceAreTakenButNotWithoutAWord) {
    const test::Scratch scratch;
    const auto catalog = scratch.path() / "mine.csv";
    // Google's Johannesburg with its sign lost, as it once was published; the row names no city.
    std::ofstream(catalog) << "provider,region_id,lon,lat\ngoogle,africa-south1,28.05,26.2\n";
    const auto outcome = run({kProgram, "compare", "google", "--catalog", catalog.string()});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("look wrong"));
    EXPECT_THAT(outcome.err, HasSubstr("mine.csv:2"));
    const auto checked = run({kProgram, "validate", catalog.string()});
    EXPECT_EQ(checked.exit_code, 3);
    EXPECT_THAT(checked.out, HasSubstr("-26.2"));
}

TEST(UserFacts, EventsOfRegionsThatAreNotThereAreFaults) {
    const test::Scratch scratch;
    const auto events = scratch.path() / "events.csv";
    std::ofstream(events) << "provider,region_id,kind,date\naws,us-esat-1,impaired,2025-05-01\n";
    const auto outcome = footprint({"validate", "--events", events.string()});
    EXPECT_EQ(outcome.exit_code, 3);
    EXPECT_THAT(outcome.out, HasSubstr("Did you mean 'us-east-1'?"));
    EXPECT_EQ(footprint({"compare", "aws", "--events", events.string()}).exit_code, 3);
}

}  // namespace
}  // namespace footprint::cli
