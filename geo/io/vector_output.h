// Vector files out: one door for every format, complete or not there at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/files.h"
#include "geo/io/feature.h"

namespace footprint::geo {

enum class VectorFormat : std::uint8_t { geojson, geojsonseq, gpkg, flatgeobuf, csv };

std::string_view to_string(VectorFormat format);        // "GeoJSON", as GDAL names it
std::string_view suffix(VectorFormat format);           // ".geojson"
const std::vector<std::string>& vector_format_names();  // as -f takes them
// By name ("geojson", "geojsonseq", "gpkg", "flatgeobuf" or "fgb", "csv"), case-insensitive.
std::optional<VectorFormat> parse_vector_format(std::string_view name);
// The explicit format, else the suffix's. Throws Error (usage) when neither tells, or they
// disagree.
VectorFormat choose_vector_format(const std::filesystem::path& target,
                                  const std::optional<std::string>& explicit_format);

struct VectorOutputOptions {
    Overwrite overwrite = Overwrite::refuse;
    int precision = 7;  // decimals of coordinates in text formats, 0 to 12; 7 is about 1 cm
    bool bbox = false;  // GeoJSON: a bbox member for each feature and the collection
    bool record_separator = false;  // GeoJSONSeq: RS (0x1E) before each record, RFC 8142
    // What GPKG records as its last change in place of the clock; SOURCE_DATE_EPOCH goes first.
    std::optional<Date> last_change;
};

// An output file of one or, in a GeoPackage, several layers. commit() closes it, reopens it, counts
// its features and renames it into place; destroyed without commit it leaves nothing behind.
class VectorOutput {
  public:
    virtual ~VectorOutput() = default;
    // Begins a layer; it takes features until the next call or commit(). Only a GeoPackage takes a
    // second layer. The layer's own commit() is called by commit() here.
    virtual FeatureSink& layer(const Schema& schema) = 0;
    virtual void commit() = 0;
};

// `target` "-" is standard output, for GeoJSON, GeoJSONSeq and CSV.
std::unique_ptr<VectorOutput> make_vector_output(const std::filesystem::path& target,
                                                 VectorFormat format,
                                                 const VectorOutputOptions& options = {});

// The same for one layer.
std::unique_ptr<FeatureSink> make_sink(const std::filesystem::path& target, VectorFormat format,
                                       const Schema& schema,
                                       const VectorOutputOptions& options = {});

}  // namespace footprint::geo
