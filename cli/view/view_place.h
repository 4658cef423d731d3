// Where the last view is remembered between sessions.
#pragma once

#include <filesystem>
#include <string>

namespace footprint::cli {

// $XDG_STATE_HOME/footprint/view.json, else ~/.local/state/footprint/view.json; empty where neither
// is known.
std::filesystem::path view_place();

// What was kept there; nothing where there is none or it cannot be read.
std::string kept_view();

// Keeps it; true if it could.
bool keep_view(const std::string& text);

}  // namespace footprint::cli
