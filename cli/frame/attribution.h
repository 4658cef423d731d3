// Who is to be named for the facts that an answer rests on, from datasets/datapackage.json.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace footprint::cli {

// The package's attribution and those of the named resources, each once, in order. Throws Error
// when the package cannot be read, or has no such resource.
std::vector<std::string> attributions(const std::filesystem::path& datasets,
                                      const std::vector<std::string>& resources);

// The package's attribution and those of all its resources. Throws as above.
std::vector<std::string> all_attributions(const std::filesystem::path& datasets);

}  // namespace footprint::cli
