// The formats that GDAL reads for us. Internal to geo/io; use open_vector().
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "geo/io/vector_reader.h"

namespace footprint::geo {

// `driver` is GDAL's name of the one driver that may open the file; `path` is absolute, an existing
// regular file, and not under /vsi; `shown` is how messages name it.
std::unique_ptr<VectorReader> open_ogr(const std::string& driver, const std::filesystem::path& path,
                                       const std::string& shown, const ReadOptions& options);
std::vector<LayerInfo> list_ogr_layers(const std::string& driver, const std::filesystem::path& path,
                                       const std::string& shown);

}  // namespace footprint::geo
