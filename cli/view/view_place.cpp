#include "cli/view/view_place.h"

#include <cstdlib>

#include "base/error.h"
#include "base/files.h"

namespace footprint::cli {
namespace {

constexpr std::size_t kMostBytes = 1 << 16;

}  // namespace

std::filesystem::path view_place() {
    const char* state = std::getenv("XDG_STATE_HOME");
    // Its specification: a relative path is to be ignored.
    if (state != nullptr && *state == '/') {
        return std::filesystem::path(state) / "footprint" / "view.json";
    }
    const char* home = std::getenv("HOME");
    if (home != nullptr && *home == '/') {
        return std::filesystem::path(home) / ".local" / "state" / "footprint" / "view.json";
    }
    return {};
}

std::string kept_view() {
    const auto place = view_place();
    std::error_code error;
    if (place.empty() || !std::filesystem::is_regular_file(place, error)) {
        return {};
    }
    try {
        return read_file(place, kMostBytes);
    } catch (const Error&) {
        return {};
    }
}

bool keep_view(const std::string& text) {
    const auto place = view_place();
    if (place.empty()) {
        return false;
    }
    std::error_code error;
    std::filesystem::create_directories(place.parent_path(), error);
    try {
        write_text(place, text, Overwrite::replace);
    } catch (const Error&) {
        return false;
    }
    return true;
}

}  // namespace footprint::cli
