// Things that are dear to make, lent to one thread at a time.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace footprint {

template <typename T>
class Pool {
  public:
    // One that nobody has now, as it was put back, or a new T(arguments…). Thread-safe.
    template <typename... Arguments>
    std::unique_ptr<T> take(Arguments&&... arguments) {
        {
            const std::lock_guard lock(mutex_);
            if (!idle_.empty()) {
                auto thing = std::move(idle_.back());
                idle_.pop_back();
                return thing;
            }
        }
        return std::make_unique<T>(std::forward<Arguments>(arguments)...);
    }
    void put_back(std::unique_ptr<T> thing) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(thing));
    }

  private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<T>> idle_;
};

}  // namespace footprint
