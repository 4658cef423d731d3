#include "cli/version.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace footprint::cli {
namespace {

std::vector<std::pair<std::string, std::string>> parts() {
    return {{"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
                                FMT_VERSION % 100)}};
}

}  // namespace

std::string version_text() {
    std::string text = fmt::format("footprint {}\n", FOOTPRINT_VERSION);
    for (const auto& [name, version] : parts()) {
        text += fmt::format("  {:<14}{}\n", name, version);
    }
    return text;
}

std::string version_json() {
    nlohmann::ordered_json json{{"version", FOOTPRINT_VERSION}};
    for (const auto& [name, version] : parts()) {
        json["libraries"][name] = version;
    }
    return json.dump(2) + "\n";
}

}  // namespace footprint::cli
