// CSV as RFC 4180, with what spreadsheets need.
#pragma once

#include <filesystem>
#include <memory>

#include "geo/io/vector_output.h"

namespace footprint::geo {

// A header, then one row a feature; UTF-8, LF, '.' as the decimal point, ISO dates, nulls empty.
// Layers of single points begin with the columns lon,lat (unless the schema has them); other
// geometries, cut at ±180°, come first as a column WKT. Text cells that a spreadsheet would run as
// a formula are guarded by an apostrophe; numbers are left alone.
std::unique_ptr<FeatureSink> make_csv_sink(const std::filesystem::path& target,
                                           const Schema& schema,
                                           const VectorOutputOptions& options);

}  // namespace footprint::geo
