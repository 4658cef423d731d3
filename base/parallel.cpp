#include "base/parallel.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>

#include "base/interrupt.h"

namespace footprint {

struct ThreadLimit::Impl {
    explicit Impl(std::size_t threads)
        : control(tbb::global_control::max_allowed_parallelism, threads) {}
    tbb::global_control control;
};

ThreadLimit::ThreadLimit(int threads)
    : impl_(std::make_unique<Impl>(
          static_cast<std::size_t>(threads > 0 ? threads : tbb::info::default_concurrency()))) {}

ThreadLimit::~ThreadLimit() = default;

int thread_count() {
    return static_cast<int>(
        tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism));
}

void parallel_blocks(std::size_t count, std::size_t block,
                     const std::function<void(std::size_t, std::size_t)>& body) {
    const std::size_t size = std::max<std::size_t>(1, block);
    const std::size_t blocks = (count + size - 1) / size;
    const auto one = [&](std::size_t index) {
        throw_if_interrupted();
        const std::size_t begin = index * size;
        body(begin, std::min(count, begin + size));
    };
    // What goes wrong elsewhere cancels the loops inside of it without a word, unless they stand
    // apart; whoever called one would go on with half of its work.
    tbb::task_group_context apart(tbb::task_group_context::isolated);
    tbb::parallel_for(std::size_t{0}, blocks, one, apart);
}

}  // namespace footprint
