// Reads vector files as hostile input: one layer at a time, feature by feature, in WGS 84 lon/lat.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "geo/io/feature.h"

namespace footprint::geo {

// What a file may ask of the machine. Every excess is an Error that names the limit.
struct ReadLimits {
    std::uint64_t features = 1'000'000;  // 0: any number, for callers that stream
    std::size_t vertices_per_feature = 1'000'000;
    std::size_t fields = 1'000;
    std::size_t text_bytes = std::size_t{64} << 10;  // one attribute
    int json_depth = 64;
};

// One feature that cannot be read: a coordinate that is no finite number on the globe, a line of
// one point, a text over the limit. The features after it can.
class BadFeature : public Error {
  public:
    explicit BadFeature(const std::string& message) : Error(ExitCode::invalid, message) {}
};

struct ReadOptions {
    std::optional<std::string> layer;  // nothing: the only layer; several are an Error listing them
    ReadLimits limits = {};
    // How messages name the file, instead of by its path.
    std::optional<std::string> shown = std::nullopt;
    // Told of each bad feature, by its number in the file from 1, which is then left out. Without
    // it the first one is thrown.
    std::function<void(std::uint64_t feature, const BadFeature& fault)> on_bad = nullptr;
};

struct LayerInfo {
    std::string name;
    GeometryType geometry = GeometryType::any;
    std::optional<std::uint64_t> features;  // where the format can tell without reading it all
};

// A layer read from front to back. Formats: GeoJSON, GeoJSONSeq (bare or RFC 8142), GeoPackage,
// FlatGeobuf, CSV (columns lon,lat or WKT), ESRI Shapefile. The format is told by the file's first
// bytes and its suffix, which must agree. Never opened: VRT or other XML, "/vsi…" names, URLs,
// JSON text in place of a name, folders and devices.
class VectorReader {
  public:
    virtual ~VectorReader() = default;
    virtual const Schema& schema() const = 0;
    // The next feature, its coordinates finite, |lat| <= 90 and |lon| <= 360, transformed to WGS 84
    // where the layer has another reference system; false at the end. Reuses the feature's memory.
    // Throws BadFeature that names file, layer and feature (unless on_bad takes it), and Error
    // (invalid) where reading cannot go on.
    virtual bool next(Feature& feature) = 0;
    // What a reader should know: columns left out, a reference system that was assumed.
    virtual const std::vector<std::string>& notes() const = 0;
};

std::unique_ptr<VectorReader> open_vector(const std::filesystem::path& path,
                                          const ReadOptions& options = {});

// The layers of a file, in the file's order.
std::vector<LayerInfo> list_layers(const std::filesystem::path& path);

// Reads a whole layer: calls `each` for every feature and answers the schema.
Schema read_features(const std::filesystem::path& path, const ReadOptions& options,
                     const std::function<void(const Feature&)>& each);

}  // namespace footprint::geo
