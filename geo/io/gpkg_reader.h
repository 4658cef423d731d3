// GeoPackage, read with SQLite alone: a foreign GeoPackage is a hostile database, and this is also
// several times faster than GDAL. Internal to geo/io; use open_vector().
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "geo/io/vector_reader.h"

namespace footprint::geo {

// The database is opened read-only and immutable, with schema functions untrusted, triggers, views
// and extensions off; only tables that gpkg_contents lists as features or attributes are read, and
// never a view or virtual table.
std::unique_ptr<VectorReader> open_gpkg(const std::filesystem::path& path,
                                        const ReadOptions& options);
std::vector<LayerInfo> list_gpkg_layers(const std::filesystem::path& path);

}  // namespace footprint::geo
