#include "render/window/view_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"

namespace footprint::render {
namespace {

constexpr double kEarth_m = 6378137;
constexpr double kZoomStep = 1.5;
constexpr double kSlowest = 1.0 / 16;
constexpr double kFastest = 16;

double wrapped(double lon_deg) {
    const double turned = std::fmod(lon_deg + 180, 360);
    return turned < 0 ? turned + 180 : turned - 180;
}

Date last_of_month(Date date) {
    return Date::from_ymd(date.year(), date.month(), 1).plus_months(1).plus_days(-1);
}

// Keeps a span of `half` on either side of `value` within [low, high]; the middle when it is wider.
double kept_inside(double value, double half, double low, double high) {
    if (high - low <= 2 * half) {
        return (low + high) / 2;
    }
    return std::clamp(value, low + half, high - half);
}

void require_usable(const Rect& area) {
    if (!(area.width >= 1) || !(area.height >= 1)) {
        throw Error(ExitCode::failed, fmt::format("the window leaves {} × {} pixels for the map; "
                                                  "expected at least one. Make it larger",
                                                  area.width, area.height));
    }
}

}  // namespace

ViewState::ViewState(const ViewSettings& settings, const Rect& area)
    : min_x_(settings.world.min_x),
      max_x_(settings.world.max_x),
      min_y_(settings.world.min_y),
      max_y_(settings.world.max_y),
      is_globe_(settings.is_globe),
      home_lon0_deg_(wrapped(settings.lon0_deg)),
      home_lat0_deg_(settings.lat0_deg),
      from_(settings.from),
      to_(settings.to),
      film_s_(settings.film_s),
      area_(area),
      day_(std::clamp(settings.at, settings.from, std::max(settings.from, settings.to)).days()),
      shown_(static_cast<std::size_t>(std::max(settings.providers, 0)), true) {
    require_usable(area);
    if (settings.from > settings.to) {
        throw Error(ExitCode::usage,
                    fmt::format("--from {} is after --to {}; expected an earlier day",
                                settings.from.iso(), settings.to.iso()));
    }
    reset();
}

Date ViewState::date() const {
    return Date(static_cast<std::int32_t>(std::floor(day_)));
}

double ViewState::home_metres_per_pixel() const {
    return std::max((max_x_ - min_x_) / area_.width, (max_y_ - min_y_) / area_.height);
}

bool ViewState::is_whole() const {
    return camera_.metres_per_pixel >= home_metres_per_pixel();
}

void ViewState::reset() {
    camera_ = {home_lon0_deg_, home_lat0_deg_, (min_x_ + max_x_) / 2, (min_y_ + max_y_) / 2,
               home_metres_per_pixel()};
}

void ViewState::clamp_centre() {
    const double half_width = area_.width / 2 * camera_.metres_per_pixel;
    const double half_height = area_.height / 2 * camera_.metres_per_pixel;
    camera_.x = kept_inside(camera_.x, half_width, min_x_, max_x_);
    camera_.y = kept_inside(camera_.y, half_height, min_y_, max_y_);
}

// Brings the point that lies (x_m, y_m) from the middle of a globe to its middle, near enough for a
// hand that follows with its eyes.
void ViewState::turn_by(double x_m, double y_m) {
    constexpr double kLeastCosine = 0.2;  // near the poles a globe would spin
    const double degrees = 180 / std::numbers::pi / kEarth_m;
    const double cosine = std::cos(camera_.lat0_deg * std::numbers::pi / 180);
    camera_.lon0_deg = wrapped(camera_.lon0_deg + x_m * degrees / std::max(cosine, kLeastCosine));
    camera_.lat0_deg = std::clamp(camera_.lat0_deg + y_m * degrees, -90.0, 90.0);
}

void ViewState::move_by(double x_m, double y_m) {
    if (is_globe_) {
        turn_by(x_m, y_m);
        return;
    }
    camera_.x += x_m;
    camera_.y += y_m;
    clamp_centre();
}

void ViewState::zoom_at(Point cursor, double factor) {
    if (!(factor > 0) || !std::isfinite(factor)) {
        return;
    }
    const double before = camera_.metres_per_pixel;
    const double home = home_metres_per_pixel();
    const double closest = std::min(home, kClosest_m_per_pixel);
    camera_.metres_per_pixel = std::clamp(before / factor, closest, home);
    const double lost = before - camera_.metres_per_pixel;
    const Point middle = area_.centre();
    move_by((cursor.x - middle.x) * lost, (middle.y - cursor.y) * lost);
}

void ViewState::pan(double right_px, double down_px) {
    const double asked_x = camera_.x - right_px * camera_.metres_per_pixel;
    move_by(-right_px * camera_.metres_per_pixel, down_px * camera_.metres_per_pixel);
    if (!is_globe_) {
        const double refused_m = asked_x - camera_.x;
        camera_.lon0_deg = wrapped(camera_.lon0_deg + refused_m / (max_x_ - min_x_) * 360);
    }
}

void ViewState::resize(const Rect& area) {
    require_usable(area);
    const bool was_whole = is_whole();
    area_ = area;
    const double home = home_metres_per_pixel();
    camera_.metres_per_pixel = was_whole ? home : std::min(camera_.metres_per_pixel, home);
    if (!is_globe_) {
        clamp_centre();
    }
}

void ViewState::toggle_play() {
    if (!playing_ && day_ >= to_.days()) {
        day_ = from_.days();
    }
    playing_ = !playing_;
}

void ViewState::advance(double seconds) {
    if (!playing_ || !(seconds > 0)) {
        return;
    }
    const double days_per_s = (to_ - from_) / film_s_ * speed_;
    day_ = std::min(day_ + seconds * days_per_s, static_cast<double>(to_.days()));
    playing_ = day_ < to_.days();
}

void ViewState::step_months(int count) {
    const Date target = last_of_month(last_of_month(date()).plus_months(count));
    day_ = std::clamp(target, from_, to_).days();
    playing_ = false;
}

void ViewState::go_to_start() {
    day_ = from_.days();
    playing_ = false;
}

void ViewState::go_to_end() {
    day_ = to_.days();
    playing_ = false;
}

void ViewState::change_speed(double factor) {
    speed_ = std::clamp(speed_ * factor, kSlowest, kFastest);
}

void ViewState::toggle_provider(int index) {
    if (index >= 0 && static_cast<std::size_t>(index) < shown_.size()) {
        shown_[static_cast<std::size_t>(index)].flip();
    }
}

Request ViewState::press(KeyPress press) {
    switch (press.key) {
        case Key::quit:
            return Request::close;
        case Key::screenshot:
            return Request::screenshot;
        case Key::space:
            toggle_play();
            break;
        case Key::left:
            step_months(-1);
            break;
        case Key::right:
            step_months(1);
            break;
        case Key::page_up:
            step_months(-12);
            break;
        case Key::page_down:
            step_months(12);
            break;
        case Key::up:
            change_speed(2);
            break;
        case Key::down:
            change_speed(0.5);
            break;
        case Key::home:
            go_to_start();
            break;
        case Key::end:
            go_to_end();
            break;
        case Key::plus:
            zoom_at(area_.centre(), kZoomStep);
            break;
        case Key::minus:
            zoom_at(area_.centre(), 1 / kZoomStep);
            break;
        case Key::zero:
            reset();
            break;
        case Key::digit:
            toggle_provider(press.digit - 1);
            break;
        case Key::help:
            help_ = !help_;
            break;
        case Key::none:
            break;
    }
    return Request::nothing;
}

Placement placement(const Camera& painted, const Camera& now, const Rect& area,
                    double world_width_m) {
    // A picture's pixel p shows painted.x + (p − middle) × painted scale; so does the screen's
    // with the other camera.
    const double turned_m = wrapped(now.lon0_deg - painted.lon0_deg) / 360 * world_width_m;
    const double east_m = painted.x - now.x - turned_m;
    const double north_m = painted.y - now.y;
    const double scale = painted.metres_per_pixel / now.metres_per_pixel;
    const Point middle = area.centre();
    return {scale,
            {middle.x * (1 - scale) + east_m / now.metres_per_pixel,
             middle.y * (1 - scale) - north_m / now.metres_per_pixel}};
}

}  // namespace footprint::render
