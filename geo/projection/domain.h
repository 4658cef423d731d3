// What part of the globe a projection shows, and the PROJ string behind its name. Inside
// projection only.
#pragma once

#include <string>
#include <string_view>

namespace footprint::geo {

// Where a map ends. A window is lon0 ± half_width, min_lat to max_lat; a cap is everything within
// `cap_deg` of the centre.
struct Domain {
    bool is_cap = false;
    double half_width_deg = 180;
    double min_lat_deg = -90;
    double max_lat_deg = 90;
    double cap_deg = 90;
};

struct Definition {
    std::string name;         // as asked for
    std::string proj_string;  // with +lon_0=0: longitudes are given relative to lon0
    double lon0_deg = 0;
    double lat0_deg = 0;
    Domain domain;
    bool equal_area = false;
    // Gentle enough that the chord of an arc of θ radians bends by less than θ² of the radius
    // between 75° S and 75° N.
    bool gentle = false;
};

// Throws Error (usage); see Projection::create.
Definition define_projection(std::string_view name_or_proj_string, double lon0_deg,
                             double lat0_deg);

}  // namespace footprint::geo
