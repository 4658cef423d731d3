#include "geo/projection/projection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "base/error.h"
#include "geo/projection/projection_impl.h"

namespace footprint::geo {

namespace {

constexpr XY kNowhere{std::numeric_limits<double>::quiet_NaN(),
                      std::numeric_limits<double>::quiet_NaN()};

// What is east, north and up at the centre of a cap.
struct CapFrame {
    Vec3 east;
    Vec3 north;
    Vec3 up;
};

CapFrame cap_frame(double lat0_deg) {
    const double s = std::sin(lat0_deg * kRadians);
    const double c = std::cos(lat0_deg * kRadians);
    return {{0, 1, 0}, {-s, 0, c}, {c, 0, s}};
}

}  // namespace

XY cap_edge_point(const Definition& definition, double angle_rad) {
    const CapFrame frame = cap_frame(definition.lat0_deg);
    const double radius = definition.domain.cap_deg * kRadians;
    const double out = std::sin(radius);
    const Vec3 p = std::cos(radius) * frame.up + (out * std::cos(angle_rad)) * frame.east +
                   (out * std::sin(angle_rad)) * frame.north;
    const LonLat position = lonlat(p);
    return {position.lon, position.lat};
}

std::vector<XY> domain_edge(const Definition& definition) {
    const Domain& domain = definition.domain;
    std::vector<XY> edge;
    if (domain.is_cap) {
        constexpr int kSteps = 720;
        for (int i = 0; i < kSteps; ++i) {
            edge.push_back(cap_edge_point(definition, 2 * std::numbers::pi * i / kSteps));
        }
        return edge;
    }
    const double w = domain.half_width_deg;
    const auto along = [&](XY from, XY to) {
        const double length = std::max(std::abs(to.x - from.x), std::abs(to.y - from.y));
        const int steps = static_cast<int>(std::ceil(length / 0.5));
        for (int i = 0; i < steps; ++i) {
            const double t = static_cast<double>(i) / steps;
            edge.push_back({from.x + t * (to.x - from.x), from.y + t * (to.y - from.y)});
        }
    };
    along({-w, domain.min_lat_deg}, {w, domain.min_lat_deg});
    along({w, domain.min_lat_deg}, {w, domain.max_lat_deg});
    along({w, domain.max_lat_deg}, {-w, domain.max_lat_deg});
    along({-w, domain.max_lat_deg}, {-w, domain.min_lat_deg});
    return edge;
}

Projection::Impl::Impl(Definition given)
    : definition(std::move(given)),
      centre(unit_vector({0, definition.lat0_deg})),
      cos_cap(std::cos(definition.domain.cap_deg * kRadians)),
      context(proj_context_create()) {
    proj_context_set_enable_network(context.get(), 0);
    proj_log_level(context.get(), PJ_LOG_NONE);
    pj.reset(proj_create(context.get(), definition.proj_string.c_str()));
    if (!pj) {
        const int reason = proj_context_errno(context.get());
        const char* text = proj_context_errno_string(context.get(), reason);
        throw Error(ExitCode::usage,
                    fmt::format("projection '{}': PROJ refuses it: {}", definition.name,
                                text != nullptr ? text : "unknown reason"));
    }
}

XY Projection::Impl::forward_relative(XY relative) const {
    proj_errno_reset(pj.get());
    const PJ_COORD in = proj_coord(relative.x * kRadians, relative.y * kRadians, 0, 0);
    const PJ_COORD out = proj_trans(pj.get(), PJ_FWD, in);
    return is_finite({out.xy.x, out.xy.y}) ? XY{out.xy.x, out.xy.y} : kNowhere;
}

bool Projection::Impl::in_domain(XY relative) const {
    const Domain& domain = definition.domain;
    if (domain.is_cap) {
        return dot(unit_vector({relative.x, relative.y}), centre) >= cos_cap;
    }
    return std::abs(relative.x) <= domain.half_width_deg && relative.y >= domain.min_lat_deg &&
           relative.y <= domain.max_lat_deg;
}

Projection Projection::create(std::string_view name_or_proj_string, double lon0_deg,
                              double lat0_deg) {
    return Projection(
        std::make_unique<Impl>(define_projection(name_or_proj_string, lon0_deg, lat0_deg)));
}

Projection::Projection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Projection::Projection(const Projection& other)
    : impl_(std::make_unique<Impl>(other.impl_->definition)) {}
Projection::Projection(Projection&&) noexcept = default;
Projection& Projection::operator=(const Projection& other) {
    if (this != &other) {
        impl_ = std::make_unique<Impl>(other.impl_->definition);
    }
    return *this;
}
Projection& Projection::operator=(Projection&&) noexcept = default;
Projection::~Projection() = default;

const std::string& Projection::name() const {
    return impl_->definition.name;
}
double Projection::lon0() const {
    return impl_->definition.lon0_deg;
}
double Projection::lat0() const {
    return impl_->definition.lat0_deg;
}
bool Projection::is_equal_area() const {
    return impl_->definition.equal_area;
}
bool Projection::is_disc() const {
    return impl_->definition.domain.is_cap;
}

std::optional<XY> Projection::forward(LonLat position) const {
    if (!std::isfinite(position.lon) || !(std::abs(position.lat) <= 90)) {
        return std::nullopt;
    }
    const XY relative{normalized_lon(position.lon - lon0()), position.lat};
    if (!impl_->in_domain(relative)) {
        return std::nullopt;
    }
    const XY p = impl_->forward_relative(relative);
    return is_finite(p) ? std::optional(p) : std::nullopt;
}

void Projection::forward(std::span<const LonLat> positions, std::span<XY> projected) const {
    for (std::size_t i = 0; i < positions.size(); ++i) {
        projected[i] = forward(positions[i]).value_or(kNowhere);
    }
}

std::optional<LonLat> Projection::inverse(XY point) const {
    // PROJ answers for points outside the map too (it wraps longitudes); only an answer that comes
    // back to the point counts. Robinson's inverse is good to about two metres.
    constexpr double kTolerance_m = 20;
    constexpr double kFarthest_m = 1e9;
    if (!is_finite(point) || std::abs(point.x) > kFarthest_m || std::abs(point.y) > kFarthest_m) {
        return std::nullopt;
    }
    proj_errno_reset(impl_->pj.get());
    const PJ_COORD out = proj_trans(impl_->pj.get(), PJ_INV, proj_coord(point.x, point.y, 0, 0));
    XY relative{out.lp.lam * kDegrees, out.lp.phi * kDegrees};
    constexpr double kSlack_deg = 1e-9;
    if (!is_finite(relative) || std::abs(relative.x) > 180 + kSlack_deg ||
        std::abs(relative.y) > 90 + kSlack_deg) {
        return std::nullopt;
    }
    relative.x = std::clamp(relative.x, -180.0, 180.0);
    relative.y = std::clamp(relative.y, -90.0, 90.0);
    const XY back = impl_->forward_relative(relative);
    const double miss = std::hypot(back.x - point.x, back.y - point.y);
    if (!(miss <= kTolerance_m) || !impl_->in_domain(relative)) {
        return std::nullopt;
    }
    const double lon = std::abs(relative.y) == 90 ? 0.0 : normalized_lon(relative.x + lon0());
    return LonLat{lon, relative.y};
}

XYRing Projection::outline() const {
    XYRing ring;
    for (const XY p : domain_edge(impl_->definition)) {
        const XY projected = impl_->forward_relative(p);
        if (is_finite(projected) && (ring.empty() || !(ring.back() == projected))) {
            ring.push_back(projected);
        }
    }
    if (!ring.empty()) {
        ring.push_back(ring.front());
    }
    return ring;
}

MapBounds Projection::bounds() const {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    MapBounds bounds{infinity, infinity, -infinity, -infinity};
    const auto add = [&](XY p) {
        if (is_finite(p)) {
            bounds = {std::min(bounds.min_x, p.x), std::min(bounds.min_y, p.y),
                      std::max(bounds.max_x, p.x), std::max(bounds.max_y, p.y)};
        }
    };
    for (const XY p : outline()) {
        add(p);
    }
    // Cones reach beyond the image of their edge.
    for (double lon = -180; lon <= 180; lon += 5) {
        for (double lat = -90; lat <= 90; lat += 5) {
            if (impl_->in_domain({lon, lat})) {
                add(impl_->forward_relative({lon, lat}));
            }
        }
    }
    return bounds;
}

}  // namespace footprint::geo
