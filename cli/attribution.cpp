#include "cli/attribution.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"

namespace footprint::cli {

std::vector<std::string> attributions(const std::filesystem::path& datasets,
                                      const std::vector<std::string>& resources) {
    constexpr std::size_t kLimitBytes = std::size_t{16} << 20;
    const auto path = datasets / "datapackage.json";
    const auto package = nlohmann::json::parse(read_file(path, kLimitBytes), nullptr, false);
    if (!package.is_object()) {
        throw Error(ExitCode::invalid,
                    fmt::format("{} is not a JSON object; reinstall the datasets", path.string()));
    }
    std::vector<std::string> lines;
    const auto add = [&](const nlohmann::json& from) {
        const auto line = from.value("attribution", std::string());
        if (!line.empty() && std::find(lines.begin(), lines.end(), line) == lines.end()) {
            lines.push_back(line);
        }
    };
    add(package);
    const auto all = package.value("resources", nlohmann::json::array());
    for (const auto& name : resources) {
        const auto found = std::find_if(all.begin(), all.end(), [&](const auto& resource) {
            return resource.value("name", std::string()) == name;
        });
        if (found == all.end()) {
            throw Error(ExitCode::invalid, fmt::format("{} has no resource '{}'; expected the "
                                                       "datasets that came with the program",
                                                       path.string(), name));
        }
        add(*found);
    }
    return lines;
}

}  // namespace footprint::cli
