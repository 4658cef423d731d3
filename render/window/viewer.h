// The interactive window. It shows pictures that the one painter made, moves and scales the last of
// them at once when a hand asks, and swaps in the next when it is ready.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "render/scene/display_list.h"
#include "render/scene/scene.h"
#include "render/window/display.h"
#include "render/window/view_facts.h"
#include "render/window/view_state.h"

namespace footprint::render {

// What is to be painted.
struct ViewQuestion {
    int width = 0;  // of the picture, pixels
    int height = 0;
    Camera camera;
    bool is_whole = true;     // the whole world is seen
    double day = 0;           // since 1970-01-01
    bool playing = false;     // pulses and captions move
    std::vector<bool> shown;  // by provider, in the legend's order
    ViewLook look;
    std::vector<Outage> outages;

    bool operator==(const ViewQuestion&) const = default;
};

// All of the question's size. The map moves with the hand, what is over it stands still.
struct ViewPicture {
    Image map;        // opaque; when comparing, the left provider's
    Image furniture;  // title, date, legend: premultiplied, transparent where the map shows through
    std::optional<Image> right;     // when comparing
    std::vector<SymbolAt> symbols;  // of the map
    std::vector<SymbolAt> right_symbols;
    std::optional<PeopleCount> people;  // within the threshold, where the land is shaded
};

struct AnsweredPicture {
    ViewQuestion question;
    ViewPicture picture;
};

// Paints for the window. paint() is called on one other thread than the rest.
class ViewPainter {
  public:
    virtual ~ViewPainter() = default;
    // Where in a picture of this size the world is fitted in.
    virtual Rect map_area(int width, int height, const ViewLook& look) const = 0;
    // What stands over the map there: title, date, legend, chart, and what is below.
    virtual std::vector<Rect> furniture(int width, int height, const ViewLook& look) const = 0;
    // The legend's line of each provider there, by its place in the order.
    virtual std::vector<Rect> legend_lines(int width, int height, const ViewLook& look) const = 0;
    virtual ViewPicture paint(const ViewQuestion& question) = 0;
};

// A film of what is on the screen, as a command.
struct FilmOrder {
    std::vector<std::string> arguments;  // the program's own file first
    std::vector<std::string> shown;      // as a person would type it
    std::filesystem::path film;
};

struct ViewerOptions {
    int width = 1280;  // of the picture; the controls stand below it
    int height = 720;
    double scale = 1;  // of the controls, 1 to 3
    ViewSettings settings;
    std::string title = "footprint";              // of the window; the date is added
    std::string theme = "dark";                   // of the picture, and of the controls
    double lon0 = kLon0;                          // of the world at home
    std::filesystem::path screenshots;            // folder for the pictures of key S
    std::filesystem::path state_json;             // view_report() goes there, if not empty
    std::vector<std::string> providers;           // ids, in the legend's order
    std::vector<std::string> names;               // the same as people know them
    std::vector<ViewEvent> events;                // by day
    std::function<void(const std::string&)> say;  // told the name of every file written
    // Makes the command of a film of what a question shows; throws Error.
    std::function<FilmOrder(const ViewQuestion&)> film;
    std::string remembered;                            // what remember() was last given, or nothing
    std::function<void(const std::string&)> remember;  // called when the window is closed
};

inline constexpr int kSmallestWindow_px = 320;

// Opens the window and returns when it is closed. Throws Error (failed) where no window can
// be had or a screenshot cannot be written, Interrupted after a signal, and what the painter
// throws.
void run_viewer(const OpenDisplay& display, const ViewerOptions& options, ViewPainter& painter,
                ViewFacts& facts);

}  // namespace footprint::render
