// GDAL, tamed: only the drivers we name, no network, its complaints turned into our errors.
// Internal to geo/io.
#pragma once

#include <string>

#include "base/error.h"

namespace footprint::geo {

// Registers the drivers (GeoJSON, GeoJSONSeq, CSV, GPKG, FlatGeobuf, ESRI Shapefile, GTiff, COG)
// and closes the ways out: no HTTP, no PROJ network, no environment overrides. Once per process;
// thread-safe.
void start_gdal();

// Collects what GDAL complains about on this thread while it lives, instead of letting it print.
class GdalErrors {
  public:
    GdalErrors();
    ~GdalErrors();
    GdalErrors(const GdalErrors&) = delete;
    GdalErrors& operator=(const GdalErrors&) = delete;

    bool any() const { return !first_.empty(); }
    // The first failure, or what `otherwise` says.
    std::string reason(const std::string& otherwise = "no reason given") const;
    void forget() { first_.clear(); }
    void note(const std::string& message);

  private:
    std::string first_;
};

// A configuration option of GDAL, for this thread, while it lives.
class GdalOption {
  public:
    GdalOption(std::string name, const std::string& value);
    ~GdalOption();
    GdalOption(const GdalOption&) = delete;
    GdalOption& operator=(const GdalOption&) = delete;

  private:
    std::string name_;
};

}  // namespace footprint::geo
