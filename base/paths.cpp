#include "base/paths.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/error.h"

namespace footprint {
namespace fs = std::filesystem;
namespace {

bool holds_datasets(const fs::path& folder) {
    std::error_code ignored;
    return fs::is_regular_file(folder / "datapackage.json", ignored);
}

[[noreturn]] void not_there(const fs::path& folder, const char* origin) {
    throw Error(
        ExitCode::failed,
        fmt::format("{} says {}, but there is no datapackage.json in it; give the folder that "
                    "holds footprint's datasets",
                    origin, folder.string()));
}

}  // namespace

fs::path find_datasets(const std::optional<fs::path>& option) {
    if (option) {
        return holds_datasets(*option) ? *option : (not_there(*option, "--data"), fs::path());
    }
    if (const char* variable = std::getenv("FOOTPRINT_DATA");
        variable != nullptr && *variable != '\0') {
        return holds_datasets(variable) ? fs::path(variable)
                                        : (not_there(variable, "FOOTPRINT_DATA"), fs::path());
    }
    std::error_code ignored;
    const fs::path executable = fs::read_symlink("/proc/self/exe", ignored);
    std::vector<fs::path> places{executable.parent_path().parent_path() /
                                 "share/footprint/datasets"};
    // A build tree lies inside the source tree: build/release/bin/footprint.
    for (fs::path folder = executable.parent_path(); folder.has_relative_path();
         folder = folder.parent_path()) {
        places.push_back(folder / "datasets");
    }
    std::string looked;
    for (const auto& place : places) {
        if (holds_datasets(place)) {
            return place;
        }
        looked += "\n  " + place.string();
    }
    throw Error(
        ExitCode::failed,
        "cannot find footprint's datasets; give --data FOLDER or set FOOTPRINT_DATA. Looked at:" +
            looked);
}

}  // namespace footprint
