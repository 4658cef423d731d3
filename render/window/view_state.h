// What the window shows, as a plain value: where on the map, at what scale, which day, and whether
// the film is running. Everything that a hand can do to it is a function here; nothing here knows
// of windows.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/date.h"
#include "geo/projection/projection.h"
#include "render/scene/geometry.h"

namespace footprint::render {

// Where the map is looked at. The middle of the map's area shows the projected point (x, y).
struct Camera {
    double lon0_deg = 0;  // central meridian, in [-180, 180)
    double lat0_deg = 0;  // centre of a globe; 0 for maps that are not discs
    double x = 0;         // projected metres east of the central meridian
    double y = 0;         // projected metres
    double metres_per_pixel = 1;

    bool operator==(const Camera&) const = default;
};

// What a window is asked to do with the map; it stays the same while the window is open.
struct ViewSettings {
    geo::MapBounds world;   // what is seen of the map at home, projected metres
    bool is_globe = false;  // dragging turns it instead of moving it
    double lon0_deg = 0;    // at home
    double lat0_deg = 0;
    Date from;  // the film's span; `from` is not after `to`
    Date to;
    Date at;  // the day shown first
    double film_s = 30;
    int providers = 0;
};

// How a picture that was painted for one camera is to be put on the screen for another:
// screen = picture × scale + offset, in pixels. Exact but for turned maps.
struct Placement {
    double scale = 1;
    Point offset;

    bool operator==(const Placement&) const = default;
};

enum class Key : std::uint8_t {
    none,
    space,
    left,
    right,
    up,
    down,
    page_up,
    page_down,
    home,
    end,
    plus,
    minus,
    zero,
    digit,  // 1 to 9; with shift 10 to 18
    quit,
    screenshot,
    help,
};

struct KeyPress {
    Key key = Key::none;
    int digit = 0;  // of Key::digit
};

// What a key asks of the window itself.
enum class Request : std::uint8_t { nothing, close, screenshot };

class ViewState {
  public:
    // The inhabited world fitted into `area`. Throws Error (usage) when `from` is after `to`, and
    // (failed) when the area holds no pixel.
    ViewState(const ViewSettings& settings, const Rect& area);

    const Camera& camera() const { return camera_; }
    const Rect& area() const { return area_; }
    Date date() const;
    Date from() const { return from_; }
    Date to() const { return to_; }
    // Days since 1970-01-01, with the part of the day that has passed in the film.
    double day() const { return day_; }
    bool playing() const { return playing_; }
    // Film speed: 1 shows the whole span in film_s seconds.
    double speed() const { return speed_; }
    const std::vector<bool>& shown() const { return shown_; }
    bool help() const { return help_; }
    // Is the whole world seen, though it may have been turned?
    bool is_whole() const;

    // Keeps what is under `cursor` where it is, as far as the world's edge allows. factor > 1 looks
    // closer; the scale stays between home and kClosest_m_per_pixel.
    void zoom_at(Point cursor, double factor);
    // The map follows the hand by this many pixels. Where it cannot move east or west because the
    // world ends there, the world turns instead, so that any meridian can be brought to the middle.
    void pan(double right_px, double down_px);
    void reset();
    // Keeps the middle of the map and, as far as it fits, the scale.
    void resize(const Rect& area);

    // At the end, starts from the beginning.
    void toggle_play();
    // Lets the film run on; stops it at the end.
    void advance(double seconds);
    // To the last day of the month that lies so many months away, which is what "--at 2025-09"
    // means. Within the span; stops the film.
    void step_months(int count);
    void go_to_start();
    void go_to_end();
    void change_speed(double factor);
    void toggle_provider(int index);

    Request press(KeyPress press);

    static constexpr double kClosest_m_per_pixel = 250;

    bool operator==(const ViewState&) const = default;

  private:
    double home_metres_per_pixel() const;
    void move_by(double x_m, double y_m);
    void turn_by(double x_m, double y_m);
    void clamp_centre();

    // Of the settings, what is needed again.
    double min_x_ = 0, max_x_ = 0, min_y_ = 0, max_y_ = 0;
    bool is_globe_ = false;
    double home_lon0_deg_ = 0, home_lat0_deg_ = 0;
    Date from_, to_;
    double film_s_ = 30;

    Rect area_;
    Camera camera_;
    double day_ = 0;
    bool playing_ = false;
    double speed_ = 1;
    std::vector<bool> shown_;
    bool help_ = false;
};

// `area` is the map's area in both; the turn between two central meridians is shown as a shift.
Placement placement(const Camera& painted, const Camera& now, const Rect& area,
                    double world_width_m);

}  // namespace footprint::render
