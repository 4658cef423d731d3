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
constexpr double kStep_px = 80;  // of a key that moves the map
constexpr double kSplitStep = 0.05;
constexpr double kZoomTime_s = 0.07;   // in which a wheel's turn is mostly done
constexpr double kZoomDone = 0.01;     // of a factor's logarithm: a picture's width by a percent
constexpr double kGlideTime_s = 0.28;  // in which a glide has mostly ended
constexpr double kLeastSwing_px_per_s = 120;
constexpr double kGlideDone_px_per_s = 25;
constexpr double kSwing_s = 0.1;        // of the hand's way, what counts as its swing
constexpr std::size_t kLeastPulls = 3;  // a hand sends many; a single jump is no swing

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

ViewWorld view_world(const std::string& projection, double lon0_deg) {
    const auto made = geo::Projection::create(projection, lon0_deg);
    return {MapView::inhabited(made), made.is_disc(), made.lon0(), made.lat0()};
}

ViewState::Box ViewState::box_of(const ViewWorld& world) {
    return {world.bounds.min_x, world.bounds.max_x,      world.bounds.min_y, world.bounds.max_y,
            world.is_globe,     wrapped(world.lon0_deg), world.lat0_deg};
}

ViewState::ViewState(const ViewSettings& settings, const Rect& area)
    : world_(box_of(settings.world)),
      from_(settings.from),
      to_(settings.to),
      film_s_(settings.film_s),
      area_(area),
      day_(std::clamp(settings.at, settings.from, std::max(settings.from, settings.to)).days()),
      shown_(static_cast<std::size_t>(std::max(settings.providers, 0)), true),
      look_(settings.look) {
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
    return std::max((world_.max_x - world_.min_x) / area_.width,
                    (world_.max_y - world_.min_y) / area_.height);
}

bool ViewState::is_whole() const {
    return camera_.metres_per_pixel >= home_metres_per_pixel();
}

void ViewState::reset() {
    stop();
    camera_ = {world_.lon0_deg, world_.lat0_deg, (world_.min_x + world_.max_x) / 2,
               (world_.min_y + world_.max_y) / 2, home_metres_per_pixel()};
}

void ViewState::clamp_centre() {
    const double half_width = area_.width / 2 * camera_.metres_per_pixel;
    const double half_height = area_.height / 2 * camera_.metres_per_pixel;
    camera_.x = kept_inside(camera_.x, half_width, world_.min_x, world_.max_x);
    camera_.y = kept_inside(camera_.y, half_height, world_.min_y, world_.max_y);
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
    if (world_.is_globe) {
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
    if (!world_.is_globe) {
        const double refused_m = asked_x - camera_.x;
        camera_.lon0_deg =
            wrapped(camera_.lon0_deg + refused_m / (world_.max_x - world_.min_x) * 360);
    }
}

void ViewState::resize(const Rect& area) {
    require_usable(area);
    flight_.reset();
    const bool was_whole = is_whole();
    area_ = area;
    const double home = home_metres_per_pixel();
    camera_.metres_per_pixel = was_whole ? home : std::min(camera_.metres_per_pixel, home);
    if (!world_.is_globe) {
        clamp_centre();
    }
}

void ViewState::look_at(const Camera& camera) {
    const double home = home_metres_per_pixel();
    camera_ = camera;
    camera_.lon0_deg = wrapped(camera.lon0_deg);
    camera_.lat0_deg = std::clamp(camera.lat0_deg, -90.0, 90.0);
    camera_.metres_per_pixel =
        std::clamp(camera.metres_per_pixel, std::min(home, kClosest_m_per_pixel), home);
    if (!world_.is_globe) {
        clamp_centre();
    }
}

void ViewState::set_world(const std::string& projection, const ViewWorld& world) {
    look_.projection = projection;
    world_ = box_of(world);
    reset();
}

void ViewState::stop() {
    zoom_left_ = 0;
    pulls_.clear();
    glide_.reset();
    flight_.reset();
}

void ViewState::wheel(Point cursor, double factor) {
    if (!(factor > 0) || !std::isfinite(factor)) {
        return;
    }
    glide_.reset();
    flight_.reset();
    zoom_left_ += std::log(factor);
    zoom_at_ = cursor;
}

void ViewState::advance_zoom(double seconds) {
    if (zoom_left_ == 0) {
        return;
    }
    const double share = 1 - std::exp(-seconds / kZoomTime_s);
    const double step = std::abs(zoom_left_) < kZoomDone ? zoom_left_ : zoom_left_ * share;
    zoom_left_ = step == zoom_left_ ? 0 : zoom_left_ - step;
    const double before = camera_.metres_per_pixel;
    zoom_at(zoom_at_, std::exp(step));
    if (camera_.metres_per_pixel == before) {
        zoom_left_ = 0;  // the end of the scale
    }
}

void ViewState::grab() {
    stop();
}

void ViewState::drag(double right_px, double down_px, double now_s) {
    pan(right_px, down_px);
    pulls_.push_back({now_s, right_px, down_px});
    std::erase_if(pulls_, [&](const Pull& pull) { return pull.second < now_s - kSwing_s; });
}

void ViewState::release(double now_s) {
    std::erase_if(pulls_, [&](const Pull& pull) { return pull.second < now_s - kSwing_s; });
    if (pulls_.size() >= kLeastPulls) {
        Swing swing;
        for (const Pull& pull : pulls_) {
            swing.right += pull.right_px / kSwing_s;
            swing.down += pull.down_px / kSwing_s;
        }
        if (std::hypot(swing.right, swing.down) >= kLeastSwing_px_per_s) {
            glide_ = swing;
        }
    }
    pulls_.clear();
}

void ViewState::advance_glide(double seconds) {
    if (!glide_) {
        return;
    }
    pan(glide_->right * seconds, glide_->down * seconds);
    const double left = std::exp(-seconds / kGlideTime_s);
    *glide_ = {glide_->right * left, glide_->down * left};
    if (std::hypot(glide_->right, glide_->down) < kGlideDone_px_per_s) {
        glide_.reset();
    }
}

void ViewState::fly(std::shared_ptr<const CameraPath> path, double length_s) {
    stop();
    flight_ = {std::move(path), length_s, 0};
}

void ViewState::advance_flight(double seconds) {
    if (!flight_) {
        return;
    }
    flight_->passed_s += seconds;
    const CameraLook look = flight_->path->at(flight_->passed_s).look;
    look_at({look.lon0, look.closeup.lat0_deg, look.closeup.centre.x, look.closeup.centre.y,
             look.closeup.metres_per_pixel});
    if (flight_->passed_s >= flight_->length_s) {
        flight_.reset();
    }
}

void ViewState::set_shade(int shade) {
    look_.shade = std::clamp(shade, kNoShade, static_cast<int>(shown_.size()) - 1);
    look_.comparing = false;
}

void ViewState::set_threshold(double threshold_ms) {
    look_.threshold_ms = threshold_ms;
}

void ViewState::set_compare(bool comparing, int left, int right) {
    const int last = static_cast<int>(shown_.size()) - 1;
    look_.comparing = comparing && last >= 1;
    if (last >= 1) {
        look_.left = std::clamp(left, 0, last);
        look_.right = std::clamp(right, 0, last);
    }
}

void ViewState::set_split(double share) {
    split_ = std::clamp(share, 0.0, 1.0);
}

bool ViewState::is_out(geo::RegionIndex region) const {
    return std::any_of(outages_.begin(), outages_.end(),
                       [&](const Outage& outage) { return outage.region == region; });
}

void ViewState::toggle_outage(geo::RegionIndex region) {
    const auto is_it = [&](const Outage& outage) { return outage.region == region; };
    if (std::erase_if(outages_, is_it) == 0) {
        outages_.push_back({region, date()});
    }
}

void ViewState::set_speed(double speed) {
    if (std::isfinite(speed)) {
        speed_ = std::clamp(speed, kSlowest, kFastest);
    }
}

void ViewState::set_shown(const std::vector<bool>& shown) {
    if (shown.size() == shown_.size()) {
        shown_ = shown;
    }
}

void ViewState::seek(double day) {
    day_ = std::clamp(day, static_cast<double>(from_.days()), static_cast<double>(to_.days()));
    playing_ = false;
}

void ViewState::next_shade() {
    const int next = look_.comparing ? kNoShade : look_.shade + 1;
    set_shade(next >= static_cast<int>(shown_.size()) ? kNoShade : next);
}

void ViewState::next_threshold() {
    const auto next =
        std::upper_bound(kViewThresholds_ms.begin(), kViewThresholds_ms.end(), look_.threshold_ms);
    look_.threshold_ms = next == kViewThresholds_ms.end() ? kViewThresholds_ms.front() : *next;
}

void ViewState::toggle_compare() {
    set_compare(!look_.comparing, look_.left, look_.right);
}

void ViewState::toggle_play() {
    if (!playing_ && day_ >= to_.days()) {
        day_ = from_.days();
    }
    playing_ = !playing_;
}

void ViewState::advance(double seconds) {
    if (!(seconds > 0)) {
        return;
    }
    advance_zoom(seconds);
    advance_glide(seconds);
    advance_flight(seconds);
    if (!playing_) {
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
        case Key::search:
            return Request::search;
        case Key::record:
            return Request::record;
        case Key::projection:
            return Request::projection;
        case Key::outage:
            return Request::outage;
        case Key::ask:
            return Request::ask;
        case Key::next_region:
            return Request::next_region;
        case Key::previous_region:
            return Request::previous_region;
        case Key::shade:
            next_shade();
            break;
        case Key::threshold:
            next_threshold();
            break;
        case Key::compare:
            toggle_compare();
            break;
        case Key::split_left:
            set_split(split_ - kSplitStep);
            break;
        case Key::split_right:
            set_split(split_ + kSplitStep);
            break;
        case Key::pan_left:
            pan(kStep_px, 0);
            break;
        case Key::pan_right:
            pan(-kStep_px, 0);
            break;
        case Key::pan_up:
            pan(0, kStep_px);
            break;
        case Key::pan_down:
            pan(0, -kStep_px);
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
