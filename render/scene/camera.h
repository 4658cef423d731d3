// Where a film looks from: over the map, or round the globe, from keyframe to keyframe.
#pragma once

#include <optional>
#include <vector>

#include "render/scene/map_view.h"
#include "render/scene/scene.h"

namespace footprint::render {

// What a camera file asks for: to look at a place, so close, by a moment of the film.
struct CameraKey {
    double second = 0;              // of film time; by then the camera is there
    std::optional<geo::LonLat> at;  // nothing: the middle of the map
    double zoom = 1;                // 1: the whole inhabited world, as without a camera
    double travel_s = 2.5;          // how long it takes to come here from the key before
};

// How far a map fills the frame and is covered by panels: 0 for the whole world, 1 for closer
// looks.
double covered_share(double zoom);

// One way to look: what a Scene's closeup and central meridian say.
struct CameraLook {
    double lon0 = 0;
    Closeup closeup;
    double zoom = 1;
};

// Rests at keyframes and travels between them. The way is van Wijk and Nuij's ("Smooth and
// efficient zooming and panning", 2003): out as far as the distance asks for, and in again, at a
// constant pace to the eye, eased at both ends; round a globe along the great circle.
class CameraPath {
  public:
    // A stretch of film time in which the camera does not move.
    struct Rest {
        double from_s = 0;
        double to_s = 0;
        CameraLook look;
    };
    // Where the camera is: at rest, or on its way from one rest to the next.
    struct Place {
        std::size_t rest = 0;
        double share = 0;  // of the way to the next rest; 0 at rest
        bool is_moving = false;
        CameraLook look;
    };

    // `keys` rise in time; there is at least one. `area` is the map's part of the frame; a place is
    // looked at in the middle of `free`, which of a map that fills the frame nothing covers (all of
    // `area` when left out). Throws Error (usage) for a place that the projection does not show.
    CameraPath(const geo::Projection& projection, const Rect& area, std::vector<CameraKey> keys,
               const std::optional<Rect>& free = std::nullopt);

    // Round a globe by `degrees` to the east over `duration_s`, evenly; it never rests, but passes
    // `rests()` on its way.
    static CameraPath turning(const geo::Projection& projection, const Rect& area, double degrees,
                              double duration_s);

    const std::vector<Rest>& rests() const { return rests_; }
    Place at(double second) const;

  private:
    struct World {
        geo::XY centre;
        double metres_per_pixel = 1;
        double width_px = 1;
        bool is_globe = false;
        double lon0 = 0;
        double lat0 = 0;
    };

    CameraPath() = default;
    static World world_of(const geo::Projection& projection, const Rect& area);
    CameraLook look_of(const geo::Projection& projection, const CameraKey& key) const;
    CameraLook shifted(CameraLook look) const;
    CameraLook between(const CameraLook& a, const CameraLook& b, double share) const;

    World world_;
    Point shift_px_;                 // from the middle of the area to that of its free part
    std::vector<CameraLook> looks_;  // of the rests, without the shift
    std::vector<Rest> rests_;
    double turn_deg_per_s_ = 0;
};

}  // namespace footprint::render
