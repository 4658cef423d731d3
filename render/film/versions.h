// Which libraries and encoders draw, for --version and bug reports.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace footprint::render {

// Name and version, in a fixed order; ffmpeg is "not found" when it is not on PATH.
std::vector<std::pair<std::string, std::string>> library_versions();

// Those of the encoders that films need which this machine's ffmpeg has.
std::vector<std::string> encoders();

}  // namespace footprint::render
