#include "render/window/film_job.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "base/error.h"

namespace footprint::render {
namespace {

FilmJob::Status ended(FilmJob& job) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    FilmJob::Status status = job.status();
    while (!status.exit_code && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        status = job.status();
    }
    return status;
}

TEST(FilmJob, FollowsProgressAndTheEnd) {
    FilmJob job(
        {"/bin/sh", "-c", "echo '{\"progress\":\"frames\",\"done\":3,\"total\":4}' >&2; exit 0"});
    const auto status = ended(job);
    EXPECT_EQ(status.exit_code, 0);
    EXPECT_EQ(status.share, 0.75);
    EXPECT_EQ(status.words, "");
}

TEST(FilmJob, KeepsTheWordsOfAFailure) {
    FilmJob job({"/bin/sh", "-c", "echo 'footprint: no ffmpeg' >&2; exit 1"});
    const auto status = ended(job);
    EXPECT_EQ(status.exit_code, 1);
    EXPECT_EQ(status.words, "footprint: no ffmpeg");
}

TEST(FilmJob, EndsTheProgramWithItself) {
    const auto begin = std::chrono::steady_clock::now();
    { FilmJob job({"/bin/sleep", "600"}); }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(300));
}

TEST(FilmJob, SaysWhatCannotBeStarted) {
    EXPECT_THROW(FilmJob({"/nowhere/footprint"}), Error);
}

TEST(FilmJob, QuotesWordsAsAShellNeedsThem) {
    EXPECT_EQ(shell_line({"footprint", "animate", "-o", "a b.mp4", "--title", "it's", ""}),
              "footprint animate -o 'a b.mp4' --title 'it'\\''s' ''");
}

}  // namespace
}  // namespace footprint::render
