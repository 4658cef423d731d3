// Threads: one limit for the whole program, and a loop over blocks whose result does not depend on
// it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace footprint {

// Limits the program's threads for as long as it lives (0: as many as there are cores).
class ThreadLimit {
  public:
    explicit ThreadLimit(int threads);
    ~ThreadLimit();
    ThreadLimit(const ThreadLimit&) = delete;
    ThreadLimit& operator=(const ThreadLimit&) = delete;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// The number of threads that loops may use now.
int thread_count();

// Calls body(begin, end) for consecutive blocks of at most `block` indices of [0, count), on any
// thread and in any order. Bodies write to their own indices only, which is what makes results
// independent of the number of threads. Exceptions reach the caller; Ctrl-C is
// asked for between blocks. It returns with all of the work done, or throws: what another loop or
// pipeline around it throws meanwhile doesn't cut it short.
void parallel_blocks(std::size_t count, std::size_t block,
                     const std::function<void(std::size_t, std::size_t)>& body);

}  // namespace footprint
