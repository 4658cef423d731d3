// A verb's options as text, so that a run can tell whether another had the same.
#pragma once

#include <string>
#include <vector>

#include "cli/frame/options.h"

namespace footprint::cli {

// "--name: value", a line for each option but those whose first name is in `without`.
std::string recipe(const OptionSet& options, const std::vector<std::string>& without);

}  // namespace footprint::cli
