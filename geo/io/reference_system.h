// From whatever reference system a layer has to WGS 84 lon/lat. Internal to geo/io.
#pragma once

#include <memory>
#include <string>

#include "geo/io/feature.h"

class OGRSpatialReference;

namespace footprint::geo {

// Brings geometries home. Made once per layer.
class ToWgs84 {
  public:
    ToWgs84();  // for layers that are in WGS 84 already
    ~ToWgs84();
    ToWgs84(ToWgs84&&) noexcept;
    ToWgs84& operator=(ToWgs84&&) noexcept;

    // `where` names file and layer. Throws Error (invalid) when PROJ knows no way.
    static ToWgs84 from(const OGRSpatialReference& system, const std::string& where);
    static ToWgs84 from_epsg(int code, const std::string& where);
    // WKT or a PROJ string, at most 16 KiB; never a file name or a URL.
    static ToWgs84 from_definition(const std::string& definition, const std::string& where);

    // Throws Error (invalid), starting with `where`, when a position cannot be transformed.
    void apply(Geometry& geometry, const std::string& where);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;  // none: nothing to do
};

}  // namespace footprint::geo
