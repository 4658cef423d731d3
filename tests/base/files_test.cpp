#include "base/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/output_folder.h"
#include "base/parallel.h"
#include "base/paths.h"
#include "tests/support/scratch.h"

namespace footprint {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string refusal(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

TEST(AtomicFile, AppearsWholeAtCommit) {
    const test::Scratch scratch;
    const fs::path target = scratch.path() / "out.txt";
    AtomicFile file(target, Overwrite::refuse);
    file.write("hello ");
    EXPECT_FALSE(fs::exists(target));
    file.write("world");
    file.commit();
    EXPECT_EQ(test::read_text(target), "hello world");
    EXPECT_THAT(scratch.entries(), ElementsAre("out.txt"));
}

TEST(AtomicFile, LeavesNothingWithoutCommit) {
    const test::Scratch scratch;
    const auto target = scratch.file("out.txt", "old");
    {
        AtomicFile file(target, Overwrite::replace);
        file.write("new");
    }
    EXPECT_EQ(test::read_text(target), "old");
    EXPECT_THAT(scratch.entries(), ElementsAre("out.txt"));
}

TEST(OutputFolder, GoesWhenNothingWasKeptInIt) {
    const test::Scratch scratch;
    const fs::path folder = scratch.path() / "layers/";
    { const OutputFolder made(folder); }
    EXPECT_FALSE(fs::exists(folder));
    {
        OutputFolder made(folder);
        EXPECT_TRUE(fs::is_directory(folder));
        made.keep();
    }
    EXPECT_TRUE(fs::is_directory(folder));
    { const OutputFolder there_before(folder); }
    EXPECT_TRUE(fs::is_directory(folder));
}

TEST(OutputFolder, SaysWhyItCannotBeMade) {
    const test::Scratch scratch;
    const auto file = scratch.file("layers", "a file");
    EXPECT_THAT(refusal([&] { OutputFolder(file / "deeper"); }),
                HasSubstr("cannot make the folder"));
}

TEST(AtomicFile, RefusesWhatExistsAndNamesTheFlag) {
    const test::Scratch scratch;
    const auto target = scratch.file("out.txt", "old");
    EXPECT_THAT(refusal([&] { AtomicFile(target, Overwrite::refuse); }), HasSubstr("-O"));
    AtomicFile file(target, Overwrite::replace);
    file.write("new");
    file.commit();
    EXPECT_EQ(test::read_text(target), "new");
}

TEST(AtomicFile, RefusesWhatAppearedMeanwhile) {
    const test::Scratch scratch;
    AtomicFile file(scratch.path() / "out.txt", Overwrite::refuse);
    file.write("ours");
    scratch.file("out.txt", "theirs");
    EXPECT_THROW(file.commit(), Error);
    EXPECT_EQ(test::read_text(scratch.path() / "out.txt"), "theirs");
}

TEST(AtomicFile, SaysWhyItCannotBe) {
    const test::Scratch scratch;
    EXPECT_THAT(refusal([&] { AtomicFile(scratch.path() / "no/out.txt", Overwrite::refuse); }),
                HasSubstr("there is no folder"));
    EXPECT_THAT(refusal([&] { AtomicFile(scratch.path(), Overwrite::replace); }),
                HasSubstr("it is a folder"));
    EXPECT_THAT(scratch.entries(), IsEmpty());
}

TEST(AtomicFile, HandsItsTemporaryToOtherWriters) {
    const test::Scratch scratch;
    AtomicFile file(scratch.path() / "out.gpkg", Overwrite::refuse);
    const fs::path temporary = file.release_path();
    EXPECT_EQ(temporary.extension(), ".gpkg");
    EXPECT_EQ(temporary.parent_path(), scratch.path());
    scratch.file(temporary.filename().string(), "by another");
    file.commit();
    EXPECT_EQ(test::read_text(scratch.path() / "out.gpkg"), "by another");
}

TEST(ReadFile, GivesTheWholeFileWithinItsLimit) {
    const test::Scratch scratch;
    const std::string text(600'000, 'x');
    const auto path = scratch.file("a", text);
    EXPECT_EQ(read_file(path, text.size()), text);
    EXPECT_THAT(refusal([&] { read_file(path, text.size() - 1); }), HasSubstr("limit"));
    EXPECT_THAT(refusal([&] { read_file(scratch.path(), 10); }), HasSubstr("not a regular file"));
    EXPECT_THAT(refusal([&] { read_file(scratch.path() / "b", 10); }), HasSubstr("cannot open"));
    EXPECT_THAT(refusal([] { read_file("/dev/zero", 1000); }), HasSubstr("limit"));
}

TEST(WriteText, WritesInOneGoAndRefusesAlike) {
    const test::Scratch scratch;
    write_text(scratch.path() / "a", "x", Overwrite::refuse);
    EXPECT_EQ(test::read_text(scratch.path() / "a"), "x");
    EXPECT_THROW(write_text(scratch.path() / "a", "y", Overwrite::refuse), Error);
    EXPECT_EQ(test::read_text(scratch.path() / "a"), "x");
}

TEST(Datasets, AreFoundWhereTheOptionSaysOrNotAtAll) {
    EXPECT_EQ(find_datasets(fs::path(FOOTPRINT_SOURCE_DIR "/datasets")),
              fs::path(FOOTPRINT_SOURCE_DIR "/datasets"));
    const test::Scratch scratch;
    EXPECT_THAT(refusal([&] { find_datasets(scratch.path()); }), HasSubstr("--data"));
}

TEST(ParallelBlocks, CoverEveryIndexOnceOnAnyNumberOfThreads) {
    for (const int threads : {1, 2, 5}) {
        const ThreadLimit limit(threads);
        std::vector<std::atomic<int>> visits(10'007);
        parallel_blocks(visits.size(), 64, [&](std::size_t begin, std::size_t end) {
            EXPECT_LE(end - begin, 64U);
            for (std::size_t i = begin; i < end; ++i) {
                ++visits[i];
            }
        });
        for (const auto& count : visits) {
            ASSERT_EQ(count, 1);
        }
        EXPECT_THROW(parallel_blocks(10, 1,
                                     [](std::size_t begin, std::size_t) {
                                         if (begin == 7) {
                                             throw Error(ExitCode::failed, "seven");
                                         }
                                     }),
                     Error);
    }
}

// An encoder that fails while the next frame is prepared: the preparing loop has to end whole.
TEST(ParallelBlocks, AreNotCutShortByWhatGoesWrongAroundThem) {
    using namespace std::chrono_literals;
    for (int round = 0; round < 20; ++round) {
        std::atomic<bool> has_begun = false;
        std::atomic<bool> was_whole = true;
        const auto inner_loop = [&] {
            has_begun = true;
            std::this_thread::sleep_for(2ms);  // meanwhile the other block throws
            std::atomic<int> visits = 0;
            parallel_blocks(500, 1, [&](std::size_t, std::size_t) { ++visits; });
            was_whole = was_whole && visits == 500;
        };
        const auto fail = [&] {
            for (int wait = 0; !has_begun && wait < 100; ++wait) {
                std::this_thread::sleep_for(1ms);
            }
            throw Error(ExitCode::failed, "the encoder is gone");
        };
        EXPECT_THROW(
            parallel_blocks(
                2, 1, [&](std::size_t begin, std::size_t) { begin == 0 ? fail() : inner_loop(); }),
            Error);
        EXPECT_TRUE(was_whole);
    }
}

}  // namespace
}  // namespace footprint
