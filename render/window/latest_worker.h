// One thread that always works on the newest question.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace footprint::render {

// Answers questions on a thread of its own. A question that was not begun when the next one comes
// is dropped: whoever watches wants to see what is now, not what was. The destructor waits for the
// question at hand and drops the one that waits.
template <typename Question, typename Answer>
class LatestWorker {
  public:
    // `answer` runs on the worker's thread only; what it throws comes out of take().
    explicit LatestWorker(std::function<Answer(const Question&)> answer)
        : answer_(std::move(answer)),
          thread_([this](const std::stop_token& stop) { work(stop); }) {}

    // Never waits for work.
    void ask(Question question) {
        {
            const std::scoped_lock lock(mutex_);
            waiting_ = std::move(question);
        }
        changed_.notify_one();
    }

    // The newest answer that was not taken yet. Never waits for work. Rethrows what a question
    // threw.
    std::optional<Answer> take() {
        const std::scoped_lock lock(mutex_);
        if (failure_) {
            std::rethrow_exception(std::exchange(failure_, nullptr));
        }
        return std::exchange(ready_, std::nullopt);
    }

    // Is something waiting, being answered, or not taken yet?
    bool busy() const {
        const std::scoped_lock lock(mutex_);
        return waiting_ || working_ || ready_ || failure_;
    }

  private:
    void work(const std::stop_token& stop) {
        while (const auto question = next(stop)) {
            std::optional<Answer> answer;
            std::exception_ptr failure;
            try {
                answer = answer_(*question);
            } catch (...) {
                failure = std::current_exception();
            }
            const std::scoped_lock lock(mutex_);
            working_ = false;
            ready_ = std::move(answer);
            failure_ = failure;
        }
    }

    std::optional<Question> next(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, stop, [this] { return waiting_.has_value(); });
        if (stop.stop_requested()) {
            return std::nullopt;
        }
        working_ = true;
        return std::exchange(waiting_, std::nullopt);
    }

    std::function<Answer(const Question&)> answer_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::optional<Question> waiting_;
    std::optional<Answer> ready_;
    std::exception_ptr failure_;
    bool working_ = false;
    std::jthread thread_;  // last: it uses all of the above
};

}  // namespace footprint::render
