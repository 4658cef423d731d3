// Map projections by name or PROJ string. One Projection per thread: copies are independent.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "geo/projection/plane.h"
#include "geo/sphere/lonlat.h"

namespace footprint::geo {

struct MapBounds {
    double min_x = 0;
    double min_y = 0;
    double max_x = 0;
    double max_y = 0;
    double width() const { return max_x - min_x; }
    double height() const { return max_y - min_y; }
};

// A projection of the WGS 84 ellipsoid, or of a sphere of its equatorial radius where the
// projection is only defined so. Projected units are metres, x to the east, y to the north, the
// central meridian at x = 0.
//
// Copying makes an independent object (own PROJ context), about 50 µs. One object must not be used
// by two threads at once.
class Projection {
  public:
    // A name of names(), or a PROJ string ("+proj=eck4", "+proj=lcc +lat_1=30 +lat_2=60"). lon0 is
    // the central meridian; +lon_0 in a PROJ string is added to it. lat0 is the centre's latitude,
    // for orthographic and azimuthal-equidistant only. Throws Error (usage) for an unknown name
    // (with a suggestion), a string over 16 KiB, a parameter that would read a file or chain
    // operations, a projection that is cut elsewhere than at lon0 ± 180°, or angles out of range.
    // Never touches the network.
    static Projection create(std::string_view name_or_proj_string, double lon0_deg = 0,
                             double lat0_deg = 0);

    // equal-earth, robinson, natural-earth, mollweide, winkel-tripel, orthographic, web-mercator,
    // azimuthal-equidistant
    static std::span<const std::string_view> names();

    Projection(const Projection& other);
    Projection(Projection&&) noexcept;
    Projection& operator=(const Projection& other);
    Projection& operator=(Projection&&) noexcept;
    ~Projection();

    const std::string& name() const;  // as it was asked for
    double lon0() const;              // in [-180, 180)
    double lat0() const;
    bool is_equal_area() const;
    // Is the world drawn as a disc round a centre (orthographic, azimuthal)?
    bool is_disc() const;

    // Nothing where the map does not reach (the far side of the globe, beyond 85.05° in Web
    // Mercator) or for a position that is not valid. About 0.1 µs.
    std::optional<XY> forward(LonLat position) const;
    // Many at once; NaN where forward() answers nothing. Sizes must be equal.
    void forward(std::span<const LonLat> positions, std::span<XY> projected) const;
    // Nothing outside the map. lon in [-180, 180).
    std::optional<LonLat> inverse(XY point) const;

    // Of the whole map.
    MapBounds bounds() const;
    // The world's edge: a closed counter-clockwise ring, ready to fill.
    XYRing outline() const;

    struct Impl;  // of this room
    const Impl& impl() const { return *impl_; }

  private:
    explicit Projection(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace footprint::geo
