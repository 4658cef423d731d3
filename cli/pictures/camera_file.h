// Files that say where a film looks from.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "cli/frame/command.h"
#include "render/scene/camera.h"

namespace footprint::cli {

// A row of a camera file.
struct CameraRow {
    Date date;
    std::optional<geo::LonLat> at;
    double zoom = 1;
    double travel_s = 2.5;
};
struct CameraRows {
    std::string name;  // of the file
    std::vector<CameraRow> rows;
};

// A CSV file with the columns date, lon, lat and zoom, and travel_s, in any order, dates rising;
// lon and lat may both be empty: the middle of the map. Throws Error (invalid) with the line for
// everything else, an unknown column among them.
CameraRows read_camera(const std::filesystem::path& file);

// When in a film the camera is where. Rows before its first date count from its beginning; those
// after its last are left out, which is said. Throws Error (invalid) when none is left.
std::vector<render::CameraKey> camera_keys(Session& session, const CameraRows& rows,
                                           const render::FilmClock& clock);

}  // namespace footprint::cli
