// From the globe to the frame: a projection, fitted into a rectangle of pixels.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "geo/atlas/atlas.h"
#include "geo/projection/project.h"
#include "geo/projection/projection.h"
#include "render/scene/geometry.h"

namespace footprint::render {

// The middle of a world map: keeps Chukotka in one piece with the rest of Asia.
inline constexpr double kLon0 = 11;

// Not thread-safe, as its projection is not: copy it.
class MapView {
  public:
    // Fits the inhabited world (57° S to 84° N, or the projection's whole disc) into `area`,
    // centred across and at its top.
    MapView(geo::Projection projection, const Rect& area);
    // A closer look: `centre` in the middle of `area`, at the given scale.
    MapView(geo::Projection projection, const Rect& area, geo::LonLat centre,
            double metres_per_pixel);

    // The same with a projected point, metres, in the middle; it may lie off the map.
    MapView(geo::Projection projection, const Rect& area, geo::XY centre, double metres_per_pixel);

    // What the first of these fits in, projected metres.
    static geo::MapBounds inhabited(const geo::Projection& projection);

    const geo::Projection& projection() const { return projection_; }
    const Rect& area() const { return area_; }
    double metres_per_pixel() const { return metres_per_pixel_; }

    // Nothing where the map does not reach; the result may lie outside of `area`.
    std::optional<Point> to_pixel(geo::LonLat position) const;
    std::optional<geo::LonLat> to_lonlat(Point pixel) const;

    // The world's edge.
    Path outline() const;
    Path polygons(std::span<const geo::SpherePolygon> shapes) const;
    Path lines(std::span<const geo::SphereLine> lines) const;
    // Meridians and parallels every `step_deg`.
    Path graticule(double step_deg) const;

  private:
    Point placed(geo::XY p) const {
        return {origin_.x + p.x / metres_per_pixel_, origin_.y - p.y / metres_per_pixel_};
    }
    void add_line(Path& path, const geo::SphereLine& line) const;

    geo::Projection projection_;
    Rect area_;
    double metres_per_pixel_ = 1;
    Point origin_;  // where projected (0, 0) falls
};

}  // namespace footprint::render
