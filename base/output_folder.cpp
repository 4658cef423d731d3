#include "base/output_folder.h"

#include <fmt/format.h>

#include "base/error.h"

namespace footprint {

OutputFolder::OutputFolder(std::filesystem::path path) : path_(std::move(path)) {
    std::error_code error;
    if (!path_.has_filename()) {
        path_ = path_.parent_path();  // "layers/": made, but not said to be, on some libraries
    }
    is_new_ = std::filesystem::create_directories(path_, error);
    if (error) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot make the folder {}: {}", path_.string(), error.message()));
    }
}

OutputFolder::~OutputFolder() {
    if (is_new_) {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
}

}  // namespace footprint
