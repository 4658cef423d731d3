#include "geo/io/ogr_writer.h"

#include <cpl_string.h>
#include <fmt/format.h>
#include <ogr_spatialref.h>
#include <ogrsf_frmts.h>

#include <cmath>
#include <cstdlib>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "geo/io/gdal_session.h"
#include "geo/io/rfc7946.h"
#include "geo/io/vector_reader.h"

namespace footprint::geo {
namespace {
namespace fs = std::filesystem;

OGRwkbGeometryType ogr_type(GeometryType type) {
    switch (type) {
        case GeometryType::none:
            return wkbNone;
        case GeometryType::point:
            return wkbPoint;
        case GeometryType::multipoint:
            return wkbMultiPoint;
        case GeometryType::line:
        case GeometryType::multiline:
            return wkbMultiLineString;
        case GeometryType::polygon:
        case GeometryType::multipolygon:
            return wkbMultiPolygon;
        default:
            return wkbUnknown;
    }
}

void set_type(OGRFieldDefn& definition, FieldType type) {
    switch (type) {
        case FieldType::integer:
            definition.SetType(OFTInteger64);
            break;
        case FieldType::real:
            definition.SetType(OFTReal);
            break;
        case FieldType::date:
            definition.SetType(OFTDate);
            break;
        case FieldType::boolean:
            definition.SetType(OFTInteger);
            definition.SetSubType(OFSTBoolean);
            break;
        default:
            definition.SetType(OFTString);
    }
}

void fill(OGRSimpleCurve& curve, const std::vector<LonLat>& path) {
    curve.setNumPoints(static_cast<int>(path.size()), FALSE);
    for (std::size_t i = 0; i < path.size(); ++i) {
        curve.setPoint(static_cast<int>(i), path[i].lon, path[i].lat);
    }
}

using OgrGeometry = std::unique_ptr<OGRGeometry>;

OgrGeometry to_ogr(const std::monostate& /*none*/, bool /*multi*/) {
    return nullptr;
}

OgrGeometry to_ogr(const Points& points, bool multi) {
    if (!multi && !points.multi && points.at.size() == 1) {
        return std::make_unique<OGRPoint>(points.at[0].lon, points.at[0].lat);
    }
    auto out = std::make_unique<OGRMultiPoint>();
    for (const LonLat p : points.at) {
        out->addGeometryDirectly(std::make_unique<OGRPoint>(p.lon, p.lat).release());
    }
    return out;
}

OgrGeometry to_ogr(const Lines& lines, bool multi) {
    auto out = std::make_unique<OGRMultiLineString>();
    for (const Line& line : lines.lines) {
        auto part = std::make_unique<OGRLineString>();
        fill(*part, line);
        if (!multi && !lines.multi && lines.lines.size() == 1) {
            return part;
        }
        out->addGeometryDirectly(part.release());
    }
    return out;
}

OgrGeometry to_ogr(const Polygons& polygons, bool multi) {
    Polygons turned = polygons;
    orient(turned);
    auto out = std::make_unique<OGRMultiPolygon>();
    for (const PlanarPolygon& polygon : turned.polygons) {
        auto part = std::make_unique<OGRPolygon>();
        for (const PlanarRing& ring : polygon) {
            auto curve = std::make_unique<OGRLinearRing>();
            fill(*curve, ring);
            part->addRingDirectly(curve.release());
        }
        if (!multi && !polygons.multi && polygons.polygons.size() == 1) {
            return part;
        }
        out->addGeometryDirectly(part.release());
    }
    return out;
}

class OgrLayerSink final : public FeatureSink {
  public:
    OgrLayerSink(OGRLayer& layer, const Schema& schema, bool needs_geometry,
                 const GdalErrors& errors)
        : layer_(&layer),
          schema_(schema),
          errors_(&errors),
          feature_(layer.GetLayerDefn()),
          needs_geometry_(needs_geometry) {
        const OGRwkbGeometryType type = ogr_type(schema.geometry);
        multi_ = type != wkbUnknown && type != wkbPoint;
    }

    void write(const Feature& feature) override {
        ++count_;
        if (feature.values.size() != schema_.fields.size()) {
            fail(fmt::format("{} values for {} fields", feature.values.size(),
                             schema_.fields.size()));
        }
        if (count_ % 1024 == 0) {
            throw_if_interrupted();
        }
        feature_.Reset();
        if (feature.id) {
            feature_.SetFID(*feature.id);
        }
        for (std::size_t i = 0; i < feature.values.size(); ++i) {
            set_value(i, feature.values[i]);
        }
        set_geometry(feature.geometry);
        if (layer_->CreateFeature(&feature_) != OGRERR_NONE) {
            throw Error(ExitCode::failed, where() + ": cannot write it: " + errors_->reason());
        }
    }

    void commit() override {}  // the file's commit() does it

    const std::string& name() const { return schema_.layer; }
    std::uint64_t count() const { return count_; }

  private:
    std::string where() const {
        return fmt::format("layer '{}', feature {}", schema_.layer, count_);
    }

    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ExitCode::invalid, where() + ": " + what);
    }

    void set_value(std::size_t field, const Value& value) {
        const int column = static_cast<int>(field);
        if (const auto* text = std::get_if<std::string>(&value)) {
            if (!is_utf8(*text)) {
                fail(
                    fmt::format("the text of field '{}' is not UTF-8", schema_.fields[field].name));
            }
            feature_.SetField(column, text->c_str());
        } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
            feature_.SetField(column, static_cast<GIntBig>(*integer));
        } else if (const auto* real = std::get_if<double>(&value)) {
            set_real(field, *real);
        } else if (const auto* date = std::get_if<Date>(&value)) {
            feature_.SetField(column, date->year(), date->month(), date->day());
        } else if (const auto* flag = std::get_if<bool>(&value)) {
            feature_.SetField(column, *flag ? 1 : 0);
        } else {
            feature_.SetFieldNull(column);
        }
    }

    void set_real(std::size_t field, double value) {
        if (!std::isfinite(value)) {
            fail(fmt::format("field '{}' is {}; expected a finite number",
                             schema_.fields[field].name, value));
        }
        const int decimals = schema_.fields[field].decimals;
        if (decimals >= 0 && decimals <= 12) {
            const double power = std::pow(10.0, decimals);
            const double rounded = std::round(value * power) / power;
            value = std::isfinite(rounded) ? rounded : value;
        }
        feature_.SetField(static_cast<int>(field), value);
    }

    void set_geometry(const Geometry& geometry) {
        if (schema_.geometry == GeometryType::none) {
            return;
        }
        if (needs_geometry_ && std::holds_alternative<std::monostate>(geometry)) {
            fail(
                "it has no geometry, which a FlatGeobuf with an index cannot hold; write a "
                "GeoPackage or GeoJSON");
        }
        const bool cut = check_geometry(geometry, where());
        const Geometry ready = cut ? cut_at_antimeridian(geometry) : geometry;
        feature_.SetGeometryDirectly(
            std::visit([this](const auto& g) { return to_ogr(g, multi_); }, ready).release());
    }

    OGRLayer* layer_;
    Schema schema_;
    const GdalErrors* errors_;
    OGRFeature feature_;
    bool needs_geometry_;
    bool multi_ = false;
    std::uint64_t count_ = 0;
};

// The time that a GeoPackage records, or nothing: the clock's.
std::optional<std::string> change_stamp(const VectorOutputOptions& options) {
    if (const char* epoch = std::getenv("SOURCE_DATE_EPOCH"); epoch != nullptr) {
        const std::optional<long long> seconds = parse_integer(epoch);
        if (!seconds || *seconds < 0 || *seconds > 253402300799LL) {
            throw Error(
                ExitCode::usage,
                fmt::format("SOURCE_DATE_EPOCH is '{}'; expected seconds since 1970", epoch));
        }
        const long long rest = *seconds % 86400;
        const Date day(static_cast<std::int32_t>(*seconds / 86400));
        return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.000Z", day.year(), day.month(),
                           day.day(), rest / 3600, rest / 60 % 60, rest % 60);
    }
    if (options.last_change) {
        return options.last_change->iso() + "T00:00:00.000Z";
    }
    return std::nullopt;
}

class OgrOutput final : public VectorOutput {
  public:
    OgrOutput(const fs::path& target, VectorFormat format, const VectorOutputOptions& options)
        : format_(format), file_(target, options.overwrite), temporary_(file_.release_path()) {
        if (const std::optional<std::string> stamp = change_stamp(options)) {
            stamp_ = std::make_unique<GdalOption>("OGR_CURRENT_DATE", *stamp);
        }
        fs::remove(temporary_);  // GDAL makes files, it does not fill them
        GDALDriver* driver =
            GetGDALDriverManager()->GetDriverByName(std::string(to_string(format)).c_str());
        dataset_.reset(driver->Create(temporary_.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
        require(dataset_ != nullptr, "create");
    }

    ~OgrOutput() override {
        close();
        std::error_code ignored;
        for (const char* suffix : {"-journal", "-wal", "-shm"}) {
            fs::remove(temporary_.string() + suffix, ignored);
        }
    }

    FeatureSink& layer(const Schema& schema) override {
        if (!sinks_.empty() && format_ != VectorFormat::gpkg) {
            throw Error(ExitCode::usage,
                        fmt::format("{} holds one layer only; write '{}' to a file of its own or "
                                    "all of them to a GeoPackage",
                                    to_string(format_), schema.layer));
        }
        OGRLayer& made = create_layer(schema);
        const bool needs_geometry = format_ == VectorFormat::flatgeobuf;
        sinks_.push_back(std::make_unique<OgrLayerSink>(made, schema, needs_geometry, errors_));
        return *sinks_.back();
    }

    void commit() override {
        if (in_transaction_) {
            require(dataset_->CommitTransaction() == OGRERR_NONE, "write");
        }
        close();
        require(!errors_.any(), "write");
        check_counts();
        file_.commit();
    }

  private:
    void require(bool good, const char* what) const {
        if (!good) {
            throw Error(ExitCode::failed,
                        fmt::format("cannot {} {}: {}{}", what, file_.target().string(),
                                    errors_.reason(), hint()));
        }
    }

    // FlatGeobuf's words for a full disk do not say so, and its room is free again by now.
    const char* hint() const {
        const bool io = errors_.reason().find("I/O failure") != std::string::npos;
        return io ? " (is the disk full?)" : "";
    }

    void close() {
        sinks_counts_.clear();
        for (const auto& sink : sinks_) {
            sinks_counts_.emplace_back(sink->name(), sink->count());
        }
        sinks_.clear();  // they hold on to the layers' definitions
        dataset_.reset();
    }

    OGRLayer& create_layer(const Schema& schema) {
        OGRSpatialReference system;
        system.importFromEPSG(4326);
        system.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
        CPLStringList options;
        if (format_ == VectorFormat::gpkg) {
            options.SetNameValue("FID", "fid");
            options.SetNameValue("GEOMETRY_NAME", "geom");
            options.SetNameValue("IDENTIFIER", schema.layer.c_str());
            options.SetNameValue("DESCRIPTION", description(schema).c_str());
        } else if (schema.geometry == GeometryType::none) {
            options.SetNameValue("SPATIAL_INDEX", "NO");
        }
        const OGRwkbGeometryType type = ogr_type(schema.geometry);
        OGRLayer* layer = dataset_->CreateLayer(
            schema.layer.c_str(), type == wkbNone ? nullptr : &system, type, options.List());
        require(layer != nullptr, "create a layer in");
        for (const Field& field : schema.fields) {
            OGRFieldDefn definition(field.name.c_str(), OFTString);
            set_type(definition, field.type);
            require(layer->CreateField(&definition) == OGRERR_NONE, "create a field in");
        }
        if (format_ == VectorFormat::gpkg && !in_transaction_) {
            require(dataset_->StartTransaction() == OGRERR_NONE, "write");
            in_transaction_ = true;
        }
        return *layer;
    }

    static std::string description(const Schema& schema) {
        const bool both = !schema.description.empty() && !schema.attribution.empty();
        return schema.description + (both ? "\n" : "") + schema.attribution;
    }

    // Reads back what was written, before it takes the target's place.
    void check_counts() const {
        const std::vector<LayerInfo> found = list_layers(temporary_);
        if (found.size() != sinks_counts_.size()) {
            throw Error(ExitCode::failed,
                        fmt::format("{} was written with {} layers but reads back with {}",
                                    file_.target().string(), sinks_counts_.size(), found.size()));
        }
        for (std::size_t i = 0; i < found.size(); ++i) {
            const auto& [name, count] = sinks_counts_[i];
            if (found[i].features.value_or(count) != count) {
                throw Error(ExitCode::failed,
                            fmt::format("layer '{}' of {} was written with {} features but reads "
                                        "back with {}",
                                        name, file_.target().string(), count, *found[i].features));
            }
        }
    }

    VectorFormat format_;
    GdalErrors errors_;
    AtomicFile file_;
    fs::path temporary_;
    std::unique_ptr<GdalOption> stamp_;
    GDALDatasetUniquePtr dataset_;
    std::vector<std::unique_ptr<OgrLayerSink>> sinks_;
    std::vector<std::pair<std::string, std::uint64_t>> sinks_counts_;
    bool in_transaction_ = false;
};

}  // namespace

std::unique_ptr<VectorOutput> make_ogr_output(const fs::path& target, VectorFormat format,
                                              const VectorOutputOptions& options) {
    start_gdal();
    return std::make_unique<OgrOutput>(target, format, options);
}

}  // namespace footprint::geo
