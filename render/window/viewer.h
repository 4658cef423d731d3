// The interactive window. It shows pictures that the one painter made, moves and scales the last of
// them at once when a hand asks, and swaps in the next when it is ready.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "render/scene/display_list.h"
#include "render/window/display.h"
#include "render/window/view_state.h"

namespace footprint::render {

// What is to be painted.
struct ViewQuestion {
    int width = 0;  // of the window, pixels
    int height = 0;
    Camera camera;
    bool is_whole = true;     // the whole world is seen
    double day = 0;           // since 1970-01-01
    bool playing = false;     // pulses and captions move
    std::vector<bool> shown;  // by provider, in the legend's order
    bool help = false;

    bool operator==(const ViewQuestion&) const = default;
};

// Both of the question's size. The map moves with the hand, what is over it stands still.
struct ViewPicture {
    Image map;        // opaque
    Image furniture;  // title, date, legend: premultiplied, transparent where the map shows through
};

// Paints for the window. paint() is called on one other thread than the rest.
class ViewPainter {
  public:
    virtual ~ViewPainter() = default;
    // Where in a window of this size the world is fitted in.
    virtual Rect map_area(int width, int height) const = 0;
    // Whose line of the legend is at a point of such a window, by its place in the order.
    virtual std::optional<int> provider_at(int width, int height, Point at) const = 0;
    virtual ViewPicture paint(const ViewQuestion& question) = 0;
};

struct ViewerOptions {
    int width = 1280;
    int height = 720;
    ViewSettings settings;
    std::string title = "footprint";              // of the window; the date is added
    Color ground;                                 // what is seen where nothing is painted yet
    std::filesystem::path screenshots;            // folder for the pictures of key S
    std::filesystem::path state_json;             // view_report() goes there, if not empty
    std::vector<std::string> providers;           // ids, in the legend's order
    std::function<void(const std::string&)> say;  // told the name of every file written
};

inline constexpr int kSmallestWindow_px = 320;

// Opens the window and returns when it is closed. Throws Error (failed) where no window can
// be had or a screenshot cannot be written, Interrupted after a signal, and what the painter
// throws.
void run_viewer(const OpenDisplay& display, const ViewerOptions& options, ViewPainter& painter);

}  // namespace footprint::render
