// Progress on standard error: a bar for people, one JSON object a line for programs, or nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace footprint {

enum class ProgressStyle { none, bar, json };

// Counts `done` of `total` steps with rate and time left. Not thread-safe: one owner updates it.
class Progress {
  public:
    Progress(ProgressStyle style, std::string what, std::uint64_t total);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // Throws Interrupted after Ctrl-C, so that every long loop that counts can be ended.
    void update(std::uint64_t done);

  private:
    void print(bool last);

    using Clock = std::chrono::steady_clock;
    ProgressStyle style_;
    std::string what_;
    std::uint64_t total_;
    std::uint64_t done_ = 0;
    Clock::time_point started_ = Clock::now();
    Clock::time_point printed_{};
};

}  // namespace footprint
