// What a GeoTIFF says of itself.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace footprint::geo {

struct BandDescription {
    std::string name;
    std::string type;  // "Float32", as GDAL names it
    std::string unit;
    std::optional<double> nodata;
    int overviews = 0;
};

struct RasterDescription {
    int columns = 0;
    int rows = 0;
    std::string reference_system;  // "EPSG:4326" or its name; empty: none is stated
    // Of the outer edges, in the reference system's units; nothing without a position, or turned.
    struct Extent {
        double west = 0;
        double south = 0;
        double east = 0;
        double north = 0;
    };
    std::optional<Extent> extent;
    std::string description;
    std::vector<BandDescription> bands;
};

// Nothing if the first bytes are not those of a TIFF. Only headers are read. Throws Error (invalid)
// with GDAL's reason when it is broken, and for more than 1,000 bands.
std::optional<RasterDescription> describe_raster(const std::filesystem::path& path);

}  // namespace footprint::geo
