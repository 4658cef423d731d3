// What is on the screen, as a command of `animate`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/pictures/picture_options.h"
#include "render/window/viewer.h"

namespace footprint::cli {

// What a film needs besides what is on the screen.
struct FilmWish {
    const PictureOptions* picture = nullptr;  // as `view` was started
    GlobalOptions globals;
    const sim::Timeline* timeline = nullptr;  // with the dates as they are shown
    std::vector<std::string> providers;       // ids, in the legend's order
    Date from, to;
    double duration_s = 30;
    std::filesystem::path folder;  // of the film and of the files that it needs
};

// Writes what the command names (a camera, outages as events) beside the film to be. Throws Error
// (failed) when they cannot be written, and for a run folder with outages, which takes no events.
render::FilmOrder film_order(const FilmWish& wish, const render::ViewQuestion& seen);

// The words that say how these options differ from those of a fresh set: {"--theme", "light"}.
std::vector<std::string> option_words(const OptionSet& options, const OptionSet& plain);

}  // namespace footprint::cli
