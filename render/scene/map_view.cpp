#include "render/scene/map_view.h"

#include <algorithm>
#include <cmath>

namespace footprint::render {
namespace {

constexpr double kSouthernmost_deg = -57;
constexpr double kNorthernmost_deg = 84;

}  // namespace

geo::MapBounds MapView::inhabited(const geo::Projection& projection) {
    geo::MapBounds bounds = projection.bounds();
    if (projection.is_disc()) {
        return bounds;
    }
    if (const auto south = projection.forward({projection.lon0(), kSouthernmost_deg})) {
        bounds.min_y = std::max(bounds.min_y, south->y);
    }
    if (const auto north = projection.forward({projection.lon0(), kNorthernmost_deg})) {
        bounds.max_y = std::min(bounds.max_y, north->y);
    }
    return bounds;
}

MapView::MapView(geo::Projection projection, const Rect& area)
    : projection_(std::move(projection)), area_(area) {
    const geo::MapBounds bounds = inhabited(projection_);
    metres_per_pixel_ = std::max(bounds.width() / area.width, bounds.height() / area.height);
    const double height = bounds.height() / metres_per_pixel_;
    const double spare = area.height - height;
    origin_ = {area.x + area.width / 2 - (bounds.min_x + bounds.max_x) / 2 / metres_per_pixel_,
               area.y + spare / 2 + bounds.max_y / metres_per_pixel_};
}

MapView::MapView(geo::Projection projection, const Rect& area, geo::LonLat centre,
                 double metres_per_pixel)
    : MapView(projection, area, projection.forward(centre).value_or(geo::XY{}), metres_per_pixel) {}

MapView::MapView(geo::Projection projection, const Rect& area, geo::XY centre,
                 double metres_per_pixel)
    : projection_(std::move(projection)), area_(area), metres_per_pixel_(metres_per_pixel) {
    const Point at = area.centre();
    origin_ = {at.x - centre.x / metres_per_pixel_, at.y + centre.y / metres_per_pixel_};
}

std::optional<Point> MapView::to_pixel(geo::LonLat position) const {
    const auto projected = projection_.forward(position);
    return projected ? std::optional(placed(*projected)) : std::nullopt;
}

std::optional<geo::LonLat> MapView::to_lonlat(Point pixel) const {
    return projection_.inverse(
        {(pixel.x - origin_.x) * metres_per_pixel_, (origin_.y - pixel.y) * metres_per_pixel_});
}

namespace {

template <typename Place>
void add_ring(Path& path, const geo::XYRing& ring, const Place& place) {
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
        i == 0 ? path.move_to(place(ring[i])) : path.line_to(place(ring[i]));
    }
    path.close();
}

}  // namespace

Path MapView::outline() const {
    Path path;
    add_ring(path, projection_.outline(), [this](geo::XY p) { return placed(p); });
    return path;
}

Path MapView::polygons(std::span<const geo::SpherePolygon> shapes) const {
    Path path;
    for (const geo::SpherePolygon& shape : shapes) {
        for (const auto& polygon : geo::project_polygon(projection_, shape, metres_per_pixel_)) {
            for (const auto& ring : polygon) {
                add_ring(path, ring, [this](geo::XY p) { return placed(p); });
            }
        }
    }
    return path;
}

void MapView::add_line(Path& path, const geo::SphereLine& line) const {
    for (const auto& piece : geo::project_line(projection_, line, metres_per_pixel_)) {
        for (std::size_t i = 0; i < piece.size(); ++i) {
            i == 0 ? path.move_to(placed(piece[i])) : path.line_to(placed(piece[i]));
        }
    }
}

Path MapView::lines(std::span<const geo::SphereLine> lines) const {
    Path path;
    for (const geo::SphereLine& line : lines) {
        add_line(path, line);
    }
    return path;
}

Path MapView::graticule(double step_deg) const {
    constexpr double kFine_deg = 5;
    Path path;
    for (double lon = -180; lon < 180; lon += step_deg) {
        geo::SphereLine meridian;
        for (double lat = -90; lat <= 90; lat += kFine_deg) {
            meridian.push_back({lon, lat});
        }
        add_line(path, meridian);
    }
    // Parallels are not geodesics: short pieces follow them.
    for (double lat = -90 + step_deg; lat < 90; lat += step_deg) {
        geo::SphereLine parallel;
        for (double lon = -180; lon <= 180; lon += 1) {
            parallel.push_back({std::min(lon, 179.999999), lat});
        }
        add_line(path, parallel);
    }
    return path;
}

}  // namespace footprint::render
