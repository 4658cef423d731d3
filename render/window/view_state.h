// What the window shows, as a plain value: where on the map, at what scale, which day, and whether
// the film is running. Everything that a hand can do to it is a function here; nothing here knows
// of windows.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "geo/catalog/catalog.h"
#include "geo/projection/projection.h"
#include "render/scene/camera.h"
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

// The world of one projection, as it is seen at home.
struct ViewWorld {
    geo::MapBounds bounds;  // projected metres
    bool is_globe = false;  // dragging turns it instead of moving it
    double lon0_deg = 0;    // at home
    double lat0_deg = 0;
};
// Throws Error (usage) for an unknown projection.
ViewWorld view_world(const std::string& projection, double lon0_deg);

// How the land is shaded: not at all, by the best of the providers, or by one of them.
inline constexpr int kNoShade = -2;
inline constexpr int kBestShade = -1;

// What can be chosen besides the place and the day. Providers are places in the legend's order.
struct ViewLook {
    std::string projection = "equal-earth";
    int shade = kNoShade;
    double threshold_ms = 50;
    bool comparing = false;  // the left provider's map beside the right one's
    int left = 0;
    int right = 1;

    bool is_shaded() const { return comparing || shade != kNoShade; }
    bool operator==(const ViewLook&) const = default;
};
inline constexpr std::array<double, 6> kViewThresholds_ms{10, 20, 50, 100, 150, 200};

// A region taken out from a day on, to see what would happen.
struct Outage {
    geo::RegionIndex region = 0;
    Date from;
    bool operator==(const Outage&) const = default;
};

// What a window is asked to do with the map; it stays the same while the window is open.
struct ViewSettings {
    ViewWorld world;
    ViewLook look;
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
    search,
    record,
    shade,
    threshold,
    projection,
    compare,
    split_left,
    split_right,
    pan_left,
    pan_right,
    pan_up,
    pan_down,
    outage,
    ask,
    next_region,
    previous_region,
};

struct KeyPress {
    Key key = Key::none;
    int digit = 0;  // of Key::digit
};

// What a key asks of the window itself.
enum class Request : std::uint8_t {
    nothing,
    close,
    screenshot,
    search,
    record,
    projection,
    outage,
    ask,
    next_region,
    previous_region,
};

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
    void show_help(bool is_shown) { help_ = is_shown; }
    const ViewLook& look() const { return look_; }
    const std::vector<Outage>& outages() const { return outages_; }
    bool is_out(geo::RegionIndex region) const;
    // Where the two compared maps meet, as a share of the map's width.
    double split() const { return split_; }
    bool is_globe() const { return world_.is_globe; }
    double home_metres_per_pixel() const;
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
    // Anywhere, as far as the world's edge allows.
    void look_at(const Camera& camera);
    // Another projection of the world, seen from its home.
    void set_world(const std::string& projection, const ViewWorld& world);

    // A wheel's turn: zooms as zoom_at() does, over the next moments of advance().
    void wheel(Point cursor, double factor);
    // A hand that takes the map, moves it, and lets it go; times are seconds of one clock. A map
    // that is let go in a swing glides on. A single jump is no swing.
    void grab();
    void drag(double right_px, double down_px, double now_s);
    void release(double now_s);
    // Travels there, as a film's camera does. Whatever else moves the map ends it.
    void fly(std::shared_ptr<const CameraPath> path, double length_s);
    // Is the map still on its way by itself?
    bool is_moving() const { return zoom_left_ != 0 || glide_ || flight_; }

    void set_shade(int shade);
    void set_threshold(double threshold_ms);
    void set_compare(bool comparing, int left, int right);
    void set_split(double share);
    // Takes a region out from the day that is shown on, or puts it back.
    void toggle_outage(geo::RegionIndex region);
    void set_speed(double speed);
    void set_shown(const std::vector<bool>& shown);
    // Shows a day and stops the film.
    void seek(double day);

    // At the end, starts from the beginning.
    void toggle_play();
    // Lets the film run on, to its end, and the map, if it glides, zooms or flies.
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
    struct Swing {  // of the hand or of the map after it, pixels a second
        double right = 0;
        double down = 0;
        bool operator==(const Swing&) const = default;
    };
    struct Pull {
        double second = 0;
        double right_px = 0;
        double down_px = 0;
        bool operator==(const Pull&) const = default;
    };
    struct Flight {
        std::shared_ptr<const CameraPath> path;
        double length_s = 0;
        double passed_s = 0;
        bool operator==(const Flight&) const = default;
    };
    struct Box {
        double min_x = 0, max_x = 0, min_y = 0, max_y = 0;
        bool is_globe = false;
        double lon0_deg = 0, lat0_deg = 0;
        bool operator==(const Box&) const = default;
    };
    static Box box_of(const ViewWorld& world);
    void move_by(double x_m, double y_m);
    void turn_by(double x_m, double y_m);
    void clamp_centre();
    void advance_zoom(double seconds);
    void advance_glide(double seconds);
    void advance_flight(double seconds);
    void stop();
    void next_shade();
    void next_threshold();
    void toggle_compare();

    Box world_;
    Date from_, to_;
    double film_s_ = 30;

    Rect area_;
    Camera camera_;
    double day_ = 0;
    bool playing_ = false;
    double speed_ = 1;
    std::vector<bool> shown_;
    bool help_ = false;
    ViewLook look_;
    double split_ = 0.5;
    std::vector<Outage> outages_;
    // What moves the map by itself.
    double zoom_left_ = 0;  // natural logarithm of the factor to come
    Point zoom_at_;
    std::vector<Pull> pulls_;
    std::optional<Swing> glide_;
    std::optional<Flight> flight_;
};

// `area` is the map's area in both; the turn between two central meridians is shown as a shift.
Placement placement(const Camera& painted, const Camera& now, const Rect& area,
                    double world_width_m);

}  // namespace footprint::render
