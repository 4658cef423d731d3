// What every reader shares. Internal to geo/io.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"

namespace footprint::geo {

// The index of the layer asked for, or of the only one. Throws Error (usage when the name is wrong
// or missing, invalid when there is none) that lists the layers.
std::size_t choose_layer(const std::string& file, const std::vector<std::string>& names,
                         const std::optional<std::string>& wanted);

// "YYYY-MM-DD", years 0000 to 9999; nothing for any other text.
std::optional<Date> parse_iso_day(std::string_view text);

}  // namespace footprint::geo
