// Which libraries do the geographic work, for --version and bug reports.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace footprint::geo {

// Name and version, in a fixed order.
std::vector<std::pair<std::string, std::string>> library_versions();

// The vector and raster drivers that this program opens, and no others; sorted.
std::vector<std::string> drivers();

}  // namespace footprint::geo
