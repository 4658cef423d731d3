// Words for whoever watches, on standard error.
#pragma once

#include <string_view>

namespace footprint {

// Writes and flushes. That nobody can read it (a closed pipe, a full disk) is no reason to fail:
// the work and its exit code stand.
void tell(std::string_view words) noexcept;

}  // namespace footprint
