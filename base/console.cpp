#include "base/console.h"

#include <cstdio>

namespace footprint {

void tell(std::string_view words) noexcept {
    static_cast<void>(std::fwrite(words.data(), 1, words.size(), stderr));
    static_cast<void>(std::fflush(stderr));
}

}  // namespace footprint
