#include "render/window/latest_worker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <optional>
#include <stdexcept>
#include <vector>

namespace footprint::render {
namespace {

// Asks again until there is an answer; a minute is far more than any machine needs.
template <typename Worker>
auto wait_for(Worker& worker) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    auto answer = worker.take();
    while (!answer && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        answer = worker.take();
    }
    return answer;
}

TEST(LatestWorker, AnswersOnAnotherThread) {
    std::thread::id answered_on;
    LatestWorker<int, int> worker([&](const int& n) {
        answered_on = std::this_thread::get_id();
        return n * n;
    });
    EXPECT_FALSE(worker.busy());
    worker.ask(12);
    EXPECT_EQ(wait_for(worker), 144);
    EXPECT_NE(answered_on, std::this_thread::get_id());
    EXPECT_FALSE(worker.busy());
    EXPECT_EQ(worker.take(), std::nullopt);
}

TEST(LatestWorker, DropsQuestionsThatWereOvertaken) {
    std::promise<void> begun;
    std::promise<void> gate;
    std::vector<int> answered;
    {
        LatestWorker<int, int> worker([&](const int& n) {
            answered.push_back(n);
            if (n == 1) {
                begun.set_value();
                gate.get_future().wait();
            }
            return n;
        });
        worker.ask(1);
        begun.get_future().wait();
        for (int n = 2; n <= 50; ++n) {
            worker.ask(n);
        }
        EXPECT_TRUE(worker.busy());
        gate.set_value();
        std::optional<int> last;
        while (last != 50) {
            last = wait_for(worker);
            ASSERT_TRUE(last);
        }
    }
    EXPECT_EQ(answered, (std::vector<int>{1, 50}));
}

TEST(LatestWorker, HandsOverWhatAQuestionThrewAndGoesOn) {
    LatestWorker<int, int> worker([](const int& n) {
        if (n < 0) {
            throw std::runtime_error("negative");
        }
        return n;
    });
    worker.ask(-1);
    EXPECT_THROW(wait_for(worker), std::runtime_error);
    worker.ask(5);
    EXPECT_EQ(wait_for(worker), 5);
}

TEST(LatestWorker, EndsWithAQuestionAtHandAndOneWaiting) {
    std::atomic<int> finished = 0;
    std::promise<void> begun;
    {
        LatestWorker<int, int> worker([&](const int& n) {
            if (n == 0) {
                begun.set_value();
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
            ++finished;
            return n;
        });
        worker.ask(0);
        begun.get_future().wait();
        worker.ask(1);
    }
    EXPECT_EQ(finished, 1);
}

}  // namespace
}  // namespace footprint::render
