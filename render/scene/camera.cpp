#include "render/scene/camera.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/error.h"
#include "geo/sphere/lonlat.h"

namespace footprint::render {
namespace {

constexpr double kEarthRadius_m = 6371008.8;
// Of a turning globe, between moments at which symbols are packed anew.
constexpr double kTurnStep_deg = 30;
constexpr double kForever_s = std::numeric_limits<double>::infinity();

// Begins and ends at rest, in pace and in its change (Perlin's smoother step).
double eased(double t) {
    const double x = std::clamp(t, 0.0, 1.0);
    return x * x * x * (x * (6 * x - 15) + 10);
}

// How far along and how wide, after a share of van Wijk and Nuij's way.
struct Zoomed {
    double along = 0;  // share of the distance
    double width = 1;
};
Zoomed zoomed(double distance, double from_width, double to_width, double share) {
    constexpr double kRho = std::numbers::sqrt2;
    constexpr double kRho2 = kRho * kRho;
    if (share <= 0 || share >= 1) {
        return share <= 0 ? Zoomed{0, from_width} : Zoomed{1, to_width};
    }
    if (distance < 1e-6 * from_width) {
        return {share, from_width * std::pow(to_width / from_width, share)};
    }
    const double wider = to_width * to_width - from_width * from_width;
    const double bend = kRho2 * kRho2 * distance * distance;
    const double b0 = (wider + bend) / (2 * from_width * kRho2 * distance);
    const double b1 = (wider - bend) / (2 * to_width * kRho2 * distance);
    const double r0 = std::asinh(-b0);
    const double r1 = std::asinh(-b1);
    const double s = share * (r1 - r0) + r0;
    const double covered =
        from_width / kRho2 * (std::cosh(r0) * std::tanh(s) - std::sinh(r0)) / distance;
    return {std::clamp(covered, 0.0, 1.0), from_width * std::cosh(r0) / std::cosh(s)};
}

geo::LonLat between_on_sphere(geo::LonLat a, geo::LonLat b, double share) {
    const auto p = geo::unit_vector(a);
    const auto q = geo::unit_vector(b);
    const double cosine = std::clamp(p.x * q.x + p.y * q.y + p.z * q.z, -1.0, 1.0);
    const double angle = std::acos(cosine);
    const double sine = std::sin(angle);
    if (sine < 1e-9) {
        // The same place, or opposite ones, between which every way is as short: by degrees.
        return {a.lon + share * (b.lon - a.lon), a.lat + share * (b.lat - a.lat)};
    }
    const double keep = std::sin((1 - share) * angle) / sine;
    const double take = std::sin(share * angle) / sine;
    const double x = keep * p.x + take * q.x;
    const double y = keep * p.y + take * q.y;
    const double z = keep * p.z + take * q.z;
    constexpr double kDegrees = 180 / std::numbers::pi;
    return {std::atan2(y, x) * kDegrees, std::atan2(z, std::hypot(x, y)) * kDegrees};
}

double angle_m(geo::LonLat a, geo::LonLat b) {
    const auto p = geo::unit_vector(a);
    const auto q = geo::unit_vector(b);
    return kEarthRadius_m * std::acos(std::clamp(p.x * q.x + p.y * q.y + p.z * q.z, -1.0, 1.0));
}

double wrapped(double lon_deg) {
    const double turned = std::fmod(lon_deg + 180, 360);
    return turned < 0 ? turned + 180 : turned - 180;
}

}  // namespace

double covered_share(double zoom) {
    return std::clamp((zoom - 1) / 0.4, 0.0, 1.0);
}

CameraPath::World CameraPath::world_of(const geo::Projection& projection, const Rect& area) {
    const geo::MapBounds bounds = MapView::inhabited(projection);
    World world;
    world.centre = {(bounds.min_x + bounds.max_x) / 2, (bounds.min_y + bounds.max_y) / 2};
    world.metres_per_pixel = std::max(bounds.width() / area.width, bounds.height() / area.height);
    world.width_px = area.width;
    world.is_globe = projection.is_disc();
    world.lon0 = projection.lon0();
    world.lat0 = projection.lat0();
    return world;
}

CameraPath::CameraPath(const geo::Projection& projection, const Rect& area,
                       std::vector<CameraKey> keys, const std::optional<Rect>& free)
    : world_(world_of(projection, area)) {
    if (free) {
        shift_px_ = {free->x + free->width / 2 - area.x - area.width / 2,
                     free->y + free->height / 2 - area.y - area.height / 2};
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
        Rest rest;
        looks_.push_back(look_of(projection, keys[i]));
        rest.look = shifted(looks_.back());
        rest.from_s = i == 0 ? -kForever_s : keys[i].second;
        rest.to_s = kForever_s;
        if (i > 0) {
            const double gap = keys[i].second - keys[i - 1].second;
            rests_.back().to_s = keys[i].second - std::min(keys[i].travel_s, gap);
        }
        rests_.push_back(rest);
    }
}

CameraPath CameraPath::turning(const geo::Projection& projection, const Rect& area, double degrees,
                               double duration_s) {
    CameraPath path;
    path.world_ = world_of(projection, area);
    path.turn_deg_per_s_ = degrees / duration_s;
    const auto steps = std::max(1, static_cast<int>(std::ceil(std::abs(degrees) / kTurnStep_deg)));
    for (int i = 0; i <= steps; ++i) {
        Rest rest;
        rest.look = path.look_of(projection, {});
        rest.look.lon0 = wrapped(rest.look.lon0 + degrees * i / steps);
        rest.from_s = rest.to_s = duration_s * i / steps;
        path.rests_.push_back(rest);
    }
    return path;
}

CameraLook CameraPath::look_of(const geo::Projection& projection, const CameraKey& key) const {
    CameraLook look;
    look.lon0 = world_.lon0;
    look.zoom = key.zoom;
    look.closeup.lat0_deg = world_.lat0;
    look.closeup.centre = world_.centre;
    look.closeup.metres_per_pixel = world_.metres_per_pixel / key.zoom;
    if (!key.at) {
        return look;
    }
    if (world_.is_globe) {
        look.lon0 = wrapped(key.at->lon);
        look.closeup.lat0_deg = key.at->lat;
        return look;
    }
    const auto centre = projection.forward(*key.at);
    if (!centre) {
        throw Error(ExitCode::usage,
                    fmt::format("the camera cannot look at {:g}, {:g}: the projection {} does not "
                                "show it",
                                key.at->lon, key.at->lat, projection.name()));
    }
    look.closeup.centre = *centre;
    return look;
}

CameraLook CameraPath::shifted(CameraLook look) const {
    const double metres = look.closeup.metres_per_pixel * covered_share(look.zoom);
    look.closeup.centre.x -= shift_px_.x * metres;
    look.closeup.centre.y += shift_px_.y * metres;  // to the north, and pixels go down
    return look;
}

CameraLook CameraPath::between(const CameraLook& a, const CameraLook& b, double share) const {
    const geo::LonLat from{a.lon0, a.closeup.lat0_deg};
    const geo::LonLat to{b.lon0, b.closeup.lat0_deg};
    const geo::XY p = a.closeup.centre;
    const geo::XY q = b.closeup.centre;
    const double distance = world_.is_globe ? angle_m(from, to) : std::hypot(q.x - p.x, q.y - p.y);
    const Zoomed now = zoomed(distance, world_.width_px * a.closeup.metres_per_pixel,
                              world_.width_px * b.closeup.metres_per_pixel, share);
    CameraLook look = a;
    // Never further than the whole world, unless a key is.
    const double widest =
        std::max({world_.metres_per_pixel, a.closeup.metres_per_pixel, b.closeup.metres_per_pixel});
    look.closeup.metres_per_pixel = std::min(now.width / world_.width_px, widest);
    look.zoom = world_.metres_per_pixel / look.closeup.metres_per_pixel;
    look.closeup.centre = {p.x + now.along * (q.x - p.x), p.y + now.along * (q.y - p.y)};
    if (world_.is_globe) {
        const geo::LonLat middle = between_on_sphere(from, to, now.along);
        look.lon0 = wrapped(middle.lon);
        look.closeup.lat0_deg = middle.lat;
    }
    return look;
}

CameraPath::Place CameraPath::at(double second) const {
    Place place;
    if (turn_deg_per_s_ != 0) {
        place.is_moving = true;
        place.look = rests_.front().look;
        place.look.lon0 = wrapped(place.look.lon0 + turn_deg_per_s_ * second);
        const double steps = std::clamp(second / rests_.back().from_s, 0.0, 1.0) *
                             static_cast<double>(rests_.size() - 1);
        place.rest = std::min(static_cast<std::size_t>(steps), rests_.size() - 2);
        place.share = steps - static_cast<double>(place.rest);
        return place;
    }
    while (place.rest + 1 < rests_.size() && rests_[place.rest + 1].from_s <= second) {
        ++place.rest;
    }
    const Rest& rest = rests_[place.rest];
    place.look = rest.look;
    if (second > rest.to_s) {
        const Rest& next = rests_[place.rest + 1];
        place.is_moving = true;
        place.share = eased((second - rest.to_s) / (next.from_s - rest.to_s));
        place.look = shifted(between(looks_[place.rest], looks_[place.rest + 1], place.share));
    }
    return place;
}

}  // namespace footprint::render
