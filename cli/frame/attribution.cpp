#include "cli/frame/attribution.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"

namespace footprint::cli {

namespace {

nlohmann::json package_of(const std::filesystem::path& datasets) {
    constexpr std::size_t kLimitBytes = std::size_t{16} << 20;
    const auto path = datasets / "datapackage.json";
    auto package = nlohmann::json::parse(read_file(path, kLimitBytes), nullptr, false);
    if (!package.is_object()) {
        throw Error(ExitCode::invalid,
                    fmt::format("{} is not a JSON object; reinstall the datasets", path.string()));
    }
    return package;
}

void add_line(const nlohmann::json& from, std::vector<std::string>& lines) {
    const auto line = from.value("attribution", std::string());
    if (!line.empty() && std::find(lines.begin(), lines.end(), line) == lines.end()) {
        lines.push_back(line);
    }
}

}  // namespace

std::vector<std::string> attributions(const std::filesystem::path& datasets,
                                      const std::vector<std::string>& resources) {
    const auto package = package_of(datasets);
    std::vector<std::string> lines;
    add_line(package, lines);
    const auto all = package.value("resources", nlohmann::json::array());
    for (const auto& name : resources) {
        const auto found = std::find_if(all.begin(), all.end(), [&](const auto& resource) {
            return resource.value("name", std::string()) == name;
        });
        if (found == all.end()) {
            throw Error(ExitCode::invalid,
                        fmt::format("{} has no resource '{}'; expected the "
                                    "datasets that came with the program",
                                    (datasets / "datapackage.json").string(), name));
        }
        add_line(*found, lines);
    }
    return lines;
}

std::vector<std::string> all_attributions(const std::filesystem::path& datasets) {
    const auto package = package_of(datasets);
    std::vector<std::string> lines;
    add_line(package, lines);
    for (const auto& resource : package.value("resources", nlohmann::json::array())) {
        add_line(resource, lines);
    }
    return lines;
}

}  // namespace footprint::cli
