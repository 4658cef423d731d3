// Where the program's facts lie.
#pragma once

#include <filesystem>
#include <optional>

namespace footprint {

// The datasets folder: `option` (--data) first, then FOOTPRINT_DATA, then share/footprint/datasets
// beside the executable's prefix, then the source tree that the executable was built in. Throws
// Error that lists the places looked at when none holds datapackage.json.
std::filesystem::path find_datasets(const std::optional<std::filesystem::path>& option);

}  // namespace footprint
