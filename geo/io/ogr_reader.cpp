#include "geo/io/ogr_reader.h"

#include <cpl_string.h>
#include <fmt/format.h>
#include <ogrsf_frmts.h>

#include <cmath>
#include <initializer_list>
#include <span>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "geo/io/gdal_session.h"
#include "geo/io/layer_choice.h"
#include "geo/io/reference_system.h"
#include "geo/io/rfc7946.h"
#include "geo/io/wkb.h"

namespace footprint::geo {
namespace {

CPLStringList open_options(const std::string& driver) {
    CPLStringList options;
    if (driver == "CSV") {
        // Points are made here of columns lon and lat: GDAL takes a "ten" for 0.
        options.SetNameValue("GEOM_POSSIBLE_NAMES", "WKT,geometry");
        options.SetNameValue("KEEP_GEOM_COLUMNS", "NO");
        options.SetNameValue("AUTODETECT_TYPE", "YES");
        // All of the file: a word in a column of numbers would be left out otherwise.
        options.SetNameValue("AUTODETECT_SIZE_LIMIT", "0");
    }
    return options;
}

GDALDatasetUniquePtr open_dataset(const std::string& driver, const std::filesystem::path& path,
                                  const std::string& shown, const GdalErrors& errors) {
    const char* const drivers[] = {driver.c_str(), nullptr};
    const CPLStringList options = open_options(driver);
    // A sequence of one feature looks like plain GeoJSON; the prefix says what it is.
    const std::string name = (driver == "GeoJSONSeq" ? "GeoJSONSeq:" : "") + path.string();
    GDALDatasetUniquePtr dataset(
        GDALDataset::Open(name.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR,
                          drivers, options.List(), nullptr));
    if (!dataset) {
        throw Error(ExitCode::invalid,
                    fmt::format("cannot read {} as {}: {}", shown, driver,
                                errors.reason("it is damaged or another format")));
    }
    return dataset;
}

GeometryType geometry_type(OGRwkbGeometryType type) {
    switch (wkbFlatten(type)) {
        case wkbNone:
            return GeometryType::none;
        case wkbPoint:
            return GeometryType::point;
        case wkbMultiPoint:
            return GeometryType::multipoint;
        case wkbLineString:
            return GeometryType::line;
        case wkbMultiLineString:
            return GeometryType::multiline;
        case wkbPolygon:
            return GeometryType::polygon;
        case wkbMultiPolygon:
            return GeometryType::multipolygon;
        default:
            return GeometryType::any;
    }
}

FieldType field_type(const OGRFieldDefn& field) {
    switch (field.GetType()) {
        case OFTInteger:
            return field.GetSubType() == OFSTBoolean ? FieldType::boolean : FieldType::integer;
        case OFTInteger64:
            return FieldType::integer;
        case OFTReal:
            return FieldType::real;
        case OFTDate:
            return FieldType::date;
        default:
            return FieldType::text;
    }
}

// "2018-03-05T12:30:00Z"; seconds keep milliseconds where there are any.
std::string iso_time(const OGRFeature& feature, int field) {
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int zone = 0;
    float second = 0;
    feature.GetFieldAsDateTime(field, &year, &month, &day, &hour, &minute, &second, &zone);
    const bool whole = second == std::floor(second);
    std::string text =
        fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:", year, month, day, hour, minute);
    text +=
        whole ? fmt::format("{:02}", static_cast<int>(second)) : fmt::format("{:06.3f}", second);
    if (zone == 100) {
        text += 'Z';
    } else if (zone > 1) {
        const int offset = (zone - 100) * 15;
        text += fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', std::abs(offset) / 60,
                            std::abs(offset) % 60);
    }
    return text;
}

class OgrReader final : public VectorReader {
  public:
    OgrReader(const std::string& driver, const std::filesystem::path& path,
              const std::string& shown, const ReadOptions& options)
        : driver_(driver), limits_(options.limits), skips_(options.on_bad != nullptr) {
        dataset_ = open_dataset(driver, path, shown, errors_);
        std::vector<std::string> names;
        for (const OGRLayer* layer : dataset_->GetLayers()) {
            names.emplace_back(const_cast<OGRLayer*>(layer)->GetName());
        }
        layer_ = dataset_->GetLayer(static_cast<int>(choose_layer(shown, names, options.layer)));
        // Of a file under another name the layer's name, taken from it, says nothing.
        where_ = options.shown && layer_->GetName() == path.stem()
                     ? shown
                     : fmt::format("{}, layer '{}'", shown, layer_->GetName());
        schema_.layer = layer_->GetName();
        schema_.geometry = geometry_type(layer_->GetGeomType());
        find_point_columns();
        find_fields();
        find_reference_system();
        layer_->ResetReading();
        if (skips_) {
            errors_.forget();
        }
    }

    const Schema& schema() const override { return schema_; }
    const std::vector<std::string>& notes() const override { return notes_; }

    bool next(Feature& feature) override {
        const OGRFeatureUniquePtr read(layer_->GetNextFeature());
        if (!read) {
            if (errors_.any()) {
                throw Error(ExitCode::invalid, fmt::format("{}, after feature {}: {}", where_,
                                                           count_, errors_.reason()));
            }
            return false;
        }
        if (++count_ > limits_.features && limits_.features != 0) {
            throw Error(ExitCode::invalid, fmt::format("{}: more than {} features, the limit",
                                                       where_, limits_.features));
        }
        if (skips_) {
            errors_.forget();  // of a feature that is there: the guard has said so
        }
        try {
            read_feature(*read, feature);
        } catch (const BadFeature&) {
            throw;
        } catch (const Error& error) {
            throw BadFeature(error.what());
        }
        return true;
    }

  private:
    void read_feature(const OGRFeature& read, Feature& feature) {
        feature.id =
            read.GetFID() == OGRNullFID ? std::nullopt : std::optional<std::int64_t>(read.GetFID());
        feature.values.resize(columns_.size());
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            read_value(read, i, feature.values[i]);
        }
        if (lon_ >= 0 && lat_ >= 0) {
            read_point(read, feature.geometry);
        } else {
            read_geometry(read.GetGeometryRef(), feature.geometry);
        }
    }

    // The point of two columns of a table; none where both are empty.
    void read_point(const OGRFeature& read, Geometry& out) const {
        const auto lon = coordinate(read, lon_);
        const auto lat = coordinate(read, lat_);
        if (lon.has_value() != lat.has_value()) {
            throw BadFeature(
                fmt::format("{}: {} is missing; expected longitude and latitude, or "
                            "neither",
                            where(), lon ? "its latitude" : "its longitude"));
        }
        out = std::monostate{};
        if (lon) {
            out = Points{{{*lon, *lat}}, false};
            check_geometry(out, where());
        }
    }

    std::optional<double> coordinate(const OGRFeature& read, int column) const {
        if (!read.IsFieldSetAndNotNull(column)) {
            return std::nullopt;
        }
        if (read.GetFieldDefnRef(column)->GetType() != OFTString) {
            return read.GetFieldAsDouble(column);
        }
        const std::string text(trimmed(read.GetFieldAsString(column)));
        const auto number = parse_number(text);
        if (!text.empty() && !number) {
            throw BadFeature(fmt::format("{}: {} is '{}'; expected a finite number in degrees",
                                         where(), read.GetFieldDefnRef(column)->GetNameRef(),
                                         text.substr(0, 40)));
        }
        return number;
    }

    // The first column of a table that has one of these names.
    int column_of(std::initializer_list<std::string_view> names) const {
        const OGRFeatureDefn* definition = layer_->GetLayerDefn();
        for (const std::string_view name : names) {
            for (int i = 0; i < definition->GetFieldCount(); ++i) {
                if (lower_ascii(definition->GetFieldDefn(i)->GetNameRef()) == name) {
                    return i;
                }
            }
        }
        return -1;
    }

    // Of a table without a column of shapes.
    void find_point_columns() {
        if (driver_ != "CSV" || schema_.geometry != GeometryType::none) {
            return;
        }
        lon_ = column_of({"lon", "longitude", "lng", "long", "x"});
        lat_ = column_of({"lat", "latitude", "y"});
        if (lon_ >= 0 && lat_ >= 0) {
            schema_.geometry = GeometryType::point;
        } else {
            lon_ = lat_ = -1;
        }
    }

    std::string where() const { return fmt::format("{}, feature {}", where_, count_); }

    void find_fields() {
        const OGRFeatureDefn* definition = layer_->GetLayerDefn();
        for (int i = 0; i < definition->GetFieldCount(); ++i) {
            const OGRFieldDefn* field = definition->GetFieldDefn(i);
            if (i == lon_ || i == lat_) {
                continue;
            }
            if (field->GetType() == OFTBinary) {
                notes_.push_back(fmt::format("{}: field '{}' holds binary data and is left out",
                                             where_, field->GetNameRef()));
                continue;
            }
            schema_.fields.push_back({field->GetNameRef(), field_type(*field), -1});
            columns_.push_back(i);
            types_.push_back(field->GetType());
        }
        if (schema_.fields.size() > limits_.fields) {
            throw Error(ExitCode::invalid, fmt::format("{}: {} fields, the limit is {}", where_,
                                                       schema_.fields.size(), limits_.fields));
        }
    }

    void find_reference_system() {
        const OGRSpatialReference* system = layer_->GetSpatialRef();
        if (system != nullptr) {
            to_wgs84_ = ToWgs84::from(*system, where_);
        } else if (schema_.geometry != GeometryType::none && driver_ != "CSV") {
            notes_.push_back(where_ +
                             ": no reference system is stated; its coordinates are taken as WGS 84 "
                             "longitude and latitude");
        }
    }

    void read_value(const OGRFeature& read, std::size_t i, Value& value) const {
        const int column = columns_[i];
        if (!read.IsFieldSetAndNotNull(column)) {
            value = std::monostate{};
            return;
        }
        switch (types_[i]) {
            case OFTInteger:
            case OFTInteger64:
                if (schema_.fields[i].type == FieldType::boolean) {
                    value = read.GetFieldAsInteger(column) != 0;
                } else {
                    value = static_cast<std::int64_t>(read.GetFieldAsInteger64(column));
                }
                break;
            case OFTReal:
                value = read.GetFieldAsDouble(column);
                break;
            case OFTDate:
                read_date(read, column, value);
                break;
            case OFTDateTime:
                value = time_text(read, column);
                break;
            default:
                value = text(read, i);
        }
    }

    static void read_date(const OGRFeature& read, int column, Value& value) {
        const std::string text = iso_time(read, column).substr(0, 10);
        if (const std::optional<Date> date = parse_iso_day(text)) {
            value = *date;
        } else {
            value = text;
        }
    }

    // FlatGeobuf has no type for dates: they are written as midnight, and come back as dates.
    std::string time_text(const OGRFeature& read, int column) const {
        std::string text = iso_time(read, column);
        return driver_ == "FlatGeobuf" && text.ends_with("T00:00:00") ? text.substr(0, 10) : text;
    }

    std::string text(const OGRFeature& read, std::size_t i) const {
        const bool is_list = types_[i] != OFTString && types_[i] != OFTTime;
        std::string out;
        if (is_list) {
            char* json = read.GetFieldAsSerializedJSon(columns_[i]);
            out = json == nullptr ? "" : json;
            CPLFree(json);
        } else {
            out = read.GetFieldAsString(columns_[i]);
        }
        if (out.size() > limits_.text_bytes) {
            throw Error(ExitCode::invalid,
                        fmt::format("{}: field '{}' holds {} bytes, the limit is {}", where(),
                                    schema_.fields[i].name, out.size(), limits_.text_bytes));
        }
        return out;
    }

    void read_geometry(const OGRGeometry* geometry, Geometry& out) {
        if (geometry == nullptr || geometry->IsEmpty() != 0) {
            out = std::monostate{};
            return;
        }
        wkb_.resize(geometry->WkbSize());
        geometry->exportToWkb(wkbNDR, reinterpret_cast<unsigned char*>(wkb_.data()), wkbVariantIso);
        const std::string place = where();
        if (!read_wkb(wkb_, limits_.vertices_per_feature, place, out)) {
            read_wkb(linearized_wkb(wkb_, place), limits_.vertices_per_feature, place, out);
        }
        to_wgs84_.apply(out, place);
        check_geometry(out, place);
    }

    GdalErrors errors_;
    std::string driver_;
    ReadLimits limits_;
    bool skips_;    // bad features are left out
    int lon_ = -1;  // columns of a table's points
    int lat_ = -1;
    GDALDatasetUniquePtr dataset_;
    OGRLayer* layer_ = nullptr;
    std::string where_;
    Schema schema_;
    std::vector<int> columns_;
    std::vector<OGRFieldType> types_;
    std::vector<std::string> notes_;
    ToWgs84 to_wgs84_;
    std::vector<std::byte> wkb_;
    std::uint64_t count_ = 0;
};

}  // namespace

std::unique_ptr<VectorReader> open_ogr(const std::string& driver, const std::filesystem::path& path,
                                       const std::string& shown, const ReadOptions& options) {
    start_gdal();
    return std::make_unique<OgrReader>(driver, path, shown, options);
}

std::vector<LayerInfo> list_ogr_layers(const std::string& driver, const std::filesystem::path& path,
                                       const std::string& shown) {
    start_gdal();
    const GdalErrors errors;
    const GDALDatasetUniquePtr dataset = open_dataset(driver, path, shown, errors);
    std::vector<LayerInfo> layers;
    for (OGRLayer* layer : dataset->GetLayers()) {
        LayerInfo info{layer->GetName(), geometry_type(layer->GetGeomType()), std::nullopt};
        if (const GIntBig count = layer->GetFeatureCount(FALSE); count >= 0) {
            info.features = static_cast<std::uint64_t>(count);
        }
        layers.push_back(std::move(info));
    }
    return layers;
}

}  // namespace footprint::geo
