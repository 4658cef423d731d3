// Where on the screen things of the map are, and what is where a hand points.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "geo/projection/projection.h"
#include "render/window/desk.h"
#include "render/window/view_state.h"
#include "render/window/viewer.h"

namespace footprint::render {

// Between the painted picture, which is of a moment ago, and the camera as a hand has it by now.
// Pixels are those of the window, metres those of the projected plane.
class Whereabouts {
  public:
    // Looks at the state, which must outlive it.
    Whereabouts(const ViewState& state, double world_width_m);

    // That of the state's camera; made when it is asked for and kept until it turns.
    geo::Projection& projection();
    // Of the map round the world.
    double world_width_m() const { return world_width_m_; }
    void set_world_width_m(double width) { world_width_m_ = width; }

    // Nothing beside the world.
    std::optional<geo::LonLat> lonlat_at(Point at);
    std::optional<Point> point_of(geo::LonLat place);
    // Of the line between two that are compared.
    double split_px() const;

    // The symbol whose edge is nearest, at most so far away; of the compared side that is there.
    std::optional<geo::RegionIndex> region_at(Point here, double reach_px,
                                              const AnsweredPicture& seen) const;
    // A region's symbol in the picture, if there is one, else the place itself.
    std::optional<Point> place_of(const Target& target, const AnsweredPicture* seen);
    // The symbols of the map's area from west to east, with where they are.
    std::vector<std::pair<double, geo::RegionIndex>> from_west_to_east(
        const AnsweredPicture& seen) const;

  private:
    Placement placed(const AnsweredPicture& seen) const;
    std::optional<Point> symbol_of(geo::RegionIndex region, const AnsweredPicture& seen) const;

    const ViewState* state_;
    double world_width_m_;
    std::optional<geo::Projection> projection_;
    double lon0_ = 0;
    double lat0_ = 0;
};

}  // namespace footprint::render
