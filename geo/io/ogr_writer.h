// GeoPackage and FlatGeobuf, written through GDAL. Internal to geo/io; use make_vector_output().
#pragma once

#include <filesystem>
#include <memory>

#include "geo/io/vector_output.h"

namespace footprint::geo {

// Polygon and line layers are declared multi, because cutting at ±180° may split a feature. Dates
// are Date fields (GeoPackage) or DateTime at midnight (FlatGeobuf, which has no dates).
std::unique_ptr<VectorOutput> make_ogr_output(const std::filesystem::path& target,
                                              VectorFormat format,
                                              const VectorOutputOptions& options);

}  // namespace footprint::geo
