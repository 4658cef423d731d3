// A scenario file as JSON, for whoever checks it against scenario_schema().
#pragma once

#include <string>

namespace footprint::sim {

// The same keys and values; dates become texts. Throws Error (invalid) for what is no TOML.
std::string scenario_json(const std::string& name, const std::string& text);

}  // namespace footprint::sim
