// Places as a user names them: a city, or lon,lat.
#pragma once

#include <optional>
#include <string>

#include "cli/frame/command.h"

namespace footprint::cli {

// "103.82,1.35"; nothing for what isn't two numbers. Throws Error (usage) for those not on Earth.
std::optional<geo::LonLat> parse_position(const std::string& text);

// The largest city of a name; the others are told with --verbose. Throws Error (usage) that begins
// with `unknown` ("no city is called") and suggests the nearest name.
const geo::City& require_city(Session& session, const std::string& name,
                              const std::string& unknown);

}  // namespace footprint::cli
