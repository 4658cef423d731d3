// What --version tells: the program, its libraries, GDAL's drivers and ffmpeg's encoders.
#pragma once

#include <string>

namespace footprint::cli {

std::string version_text();
std::string version_json();

}  // namespace footprint::cli
