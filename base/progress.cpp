#include "base/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/console.h"
#include "base/interrupt.h"

namespace footprint {

Progress::Progress(ProgressStyle style, std::string what, std::uint64_t total)
    : style_(style), what_(std::move(what)), total_(std::max<std::uint64_t>(1, total)) {}

Progress::~Progress() {
    if (style_ != ProgressStyle::none) {
        print(true);
    }
}

void Progress::update(std::uint64_t done) {
    throw_if_interrupted();
    done_ = done;
    constexpr auto kInterval = std::chrono::milliseconds(200);
    if (style_ == ProgressStyle::none || Clock::now() - printed_ < kInterval) {
        return;
    }
    print(false);
}

void Progress::print(bool last) {
    printed_ = Clock::now();
    const double elapsed_s = std::chrono::duration<double>(printed_ - started_).count();
    const double rate = elapsed_s > 0 ? static_cast<double>(done_) / elapsed_s : 0;
    const double left_s =
        rate > 0 ? static_cast<double>(total_ - std::min(done_, total_)) / rate : 0;
    if (style_ == ProgressStyle::json) {
        tell(fmt::format(
            R"({{"progress":"{}","done":{},"total":{},"elapsed_s":{:.2f},"left_s":{:.1f}}})"
            "\n",
            what_, done_, total_, elapsed_s, left_s));
        return;
    }
    const auto percent = 100 * std::min(done_, total_) / total_;
    tell(fmt::format("\r{} {:3d} % ({} of {}, {:.1f}/s, {:.0f} s left) {}", what_, percent, done_,
                     total_, rate, left_s, last ? "\n" : ""));
}

}  // namespace footprint
