#include "geo/io/geojson_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "base/text.h"
#include "geo/io/byte_sink.h"
#include "geo/io/rfc7946.h"
#include "geo/io/text_format.h"

namespace footprint::geo {
namespace {

char* put(char* at, std::string_view text) {
    std::memcpy(at, text.data(), text.size());
    return at + text.size();
}

std::string json_string(std::string_view text) {
    std::string out(6 * text.size() + 2, '\0');
    out.resize(static_cast<std::size_t>(put_json_string(out.data(), text) - out.data()));
    return out;
}

// West > east says that the box goes over ±180°, as RFC 7946 5.2 has it.
struct Box {
    double west = 180;
    double south = 90;
    double east = -180;
    double north = -90;

    bool is_empty() const { return south > north; }
    void add(LonLat p) {
        west = std::min(west, p.lon);
        east = std::max(east, p.lon);
        south = std::min(south, p.lat);
        north = std::max(north, p.lat);
    }
    void add(const Box& other) {
        west = std::min(west, other.west);
        east = std::max(east, other.east);
        south = std::min(south, other.south);
        north = std::max(north, other.north);
    }
};

void for_each_part(const Geometry& geometry, const auto& each) {
    if (const auto* points = std::get_if<Points>(&geometry)) {
        each(points->at);
    } else if (const auto* lines = std::get_if<Lines>(&geometry)) {
        std::ranges::for_each(lines->lines, each);
    } else if (const auto* polygons = std::get_if<Polygons>(&geometry)) {
        for (const PlanarPolygon& polygon : polygons->polygons) {
            if (!polygon.empty()) {
                each(polygon.front());
            }
        }
    }
}

Box box_of(const Geometry& geometry) {
    Box box;
    for_each_part(geometry, [&](const std::vector<LonLat>& part) {
        for (const LonLat p : part) {
            box.add(p);
        }
    });
    return box;
}

// The box of a geometry that was cut: its western parts lie east of ±180°.
Box wrapped_box(const Geometry& cut) {
    Box all = box_of(cut);
    if (all.west > -180 || all.east < 180) {
        return all;
    }
    Box positive;
    Box negative;
    for_each_part(cut, [&](const std::vector<LonLat>& part) {
        Box box;
        for (const LonLat p : part) {
            box.add(p);
        }
        (box.west + box.east > 0 ? positive : negative).add(box);
    });
    if (positive.is_empty() || negative.is_empty() || positive.west <= negative.east) {
        return all;
    }
    all.west = positive.west;
    all.east = negative.east;
    return all;
}

// Writes one feature as JSON. Rings are closed and turned while they are written, so the common
// case copies nothing.
class FeatureWriter {
  public:
    FeatureWriter(ByteSink& out, const Schema& schema, const VectorOutputOptions& options)
        : out_(&out), options_(options), schema_(schema) {
        for (std::size_t i = 0; i < schema.fields.size(); ++i) {
            keys_.push_back((i == 0 ? "" : ",") + json_string(schema.fields[i].name) + ":");
        }
    }

    void write(const Feature& feature) {
        ++count_;
        if (feature.values.size() != schema_.fields.size()) {
            fail(fmt::format("{} values for {} fields", feature.values.size(),
                             schema_.fields.size()));
        }
        write_head(feature);
        for (std::size_t i = 0; i < keys_.size(); ++i) {
            write_value(i, feature.values[i]);
        }
        write_geometry(feature.geometry);
    }

    const Box& box() const { return box_; }

    void write_box(const Box& box) {
        char* at = out_->reserve(4 * kNumberRoom + 16);
        at = put(at, R"("bbox":[)");
        at = put_fixed(at, box.west, options_.precision);
        *at++ = ',';
        at = put_fixed(at, box.south, options_.precision);
        *at++ = ',';
        at = put_fixed(at, box.east, options_.precision);
        *at++ = ',';
        at = put_fixed(at, box.north, options_.precision);
        *at++ = ']';
        out_->advance(at);
    }

  private:
    std::string where() const {
        return fmt::format("layer '{}', feature {}", schema_.layer, count_);
    }

    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ExitCode::invalid, where() + ": " + what);
    }

    void write_head(const Feature& feature) {
        char* at = out_->reserve(128);
        at = put(at, R"({"type":"Feature",)");
        if (feature.id) {
            at = put(at, R"("id":)");
            at = put_integer(at, *feature.id);
            *at++ = ',';
        }
        at = put(at, R"("properties":{)");
        out_->advance(at);
    }

    void write_value(std::size_t field, const Value& value) {
        const std::string& key = keys_[field];
        const auto* text = std::get_if<std::string>(&value);
        char* at = out_->reserve(key.size() + kNumberRoom + (text ? 6 * text->size() : 0));
        at = put(at, key);
        switch (value.index()) {
            case 0:
                at = put(at, "null");
                break;
            case 1:
                check_text(field, *text);
                at = put_json_string(at, *text);
                break;
            case 2:
                at = put_integer(at, std::get<std::int64_t>(value));
                break;
            case 3:
                at = put_real(at, field, std::get<double>(value));
                break;
            case 4:
                *at++ = '"';
                at = put_date(at, std::get<Date>(value));
                *at++ = '"';
                break;
            default:
                at = put(at, std::get<bool>(value) ? "true" : "false");
        }
        out_->advance(at);
    }

    void check_text(std::size_t field, const std::string& text) const {
        const bool ascii =
            std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
        if (!ascii && !is_utf8(text)) {
            fail(fmt::format("the text of field '{}' is not UTF-8", schema_.fields[field].name));
        }
    }

    char* put_real(char* at, std::size_t field, double value) const {
        if (!std::isfinite(value)) {
            fail(fmt::format("field '{}' is {}, which JSON cannot hold; expected a finite number",
                             schema_.fields[field].name, value));
        }
        const int decimals = schema_.fields[field].decimals;
        return decimals < 0 ? put_shortest(at, value)
                            : put_fixed(at, value, std::min(decimals, kMaxDecimals));
    }

    void write_geometry(const Geometry& geometry) {
        const bool cut = needs_check(geometry) && check_geometry(geometry, where());
        if (!cut) {
            write_ready(geometry, false);
            return;
        }
        write_ready(cut_at_antimeridian(geometry), true);
    }

    // A single point within the map, the commonest case by far, is checked right here.
    static bool needs_check(const Geometry& geometry) {
        const auto* points = std::get_if<Points>(&geometry);
        return !(points != nullptr && points->at.size() == 1 &&
                 std::abs(points->at[0].lon) <= 180 && std::abs(points->at[0].lat) <= 90);
    }

    void write_ready(const Geometry& geometry, bool was_cut) {
        out_->append("},");
        if (options_.bbox) {
            const Box box = was_cut ? wrapped_box(geometry) : box_of(geometry);
            if (!box.is_empty()) {
                write_box(box);
                out_->append(",");
                box_.add(was_cut ? box_of(geometry) : box);
            }
        }
        out_->append(R"("geometry":)");
        std::visit([this](const auto& g) { write_shape(g); }, geometry);
        out_->append("}");
    }

    void write_shape(const std::monostate&) { out_->append("null"); }

    void write_shape(const Points& points) {
        if (points.at.empty()) {
            out_->append("null");
        } else if (!points.multi && points.at.size() == 1) {
            char* at = out_->reserve(2 * kNumberRoom + 64);
            at = put(at, R"({"type":"Point","coordinates":)");
            at = put_position(at, points.at[0]);
            *at++ = '}';
            out_->advance(at);
        } else {
            out_->append(R"({"type":"MultiPoint","coordinates":)");
            write_path(points.at, false, false);
            out_->append("}");
        }
    }

    void write_shape(const Lines& lines) {
        if (lines.lines.empty()) {
            out_->append("null");
        } else if (!lines.multi && lines.lines.size() == 1) {
            out_->append(R"({"type":"LineString","coordinates":)");
            write_path(lines.lines[0], false, false);
            out_->append("}");
        } else {
            out_->append(R"({"type":"MultiLineString","coordinates":)");
            write_list(lines.lines, [this](const Line& line) { write_path(line, false, false); });
            out_->append("}");
        }
    }

    void write_shape(const Polygons& polygons) {
        if (polygons.polygons.empty()) {
            out_->append("null");
        } else if (!polygons.multi && polygons.polygons.size() == 1) {
            out_->append(R"({"type":"Polygon","coordinates":)");
            write_polygon(polygons.polygons[0]);
            out_->append("}");
        } else {
            out_->append(R"({"type":"MultiPolygon","coordinates":)");
            write_list(polygons.polygons, [this](const PlanarPolygon& p) { write_polygon(p); });
            out_->append("}");
        }
    }

    void write_list(const auto& items, const auto& write_one) {
        char separator = '[';
        for (const auto& item : items) {
            out_->append({&separator, 1});
            separator = ',';
            write_one(item);
        }
        out_->append(items.empty() ? "[]" : "]");
    }

    void write_polygon(const PlanarPolygon& polygon) {
        bool outer = true;
        write_list(polygon, [&](const PlanarRing& ring) {
            const double area = signed_area2(ring);
            write_path(ring, ring.front() != ring.back(), area != 0 && (area > 0) != outer);
            outer = false;
        });
    }

    void write_path(const std::vector<LonLat>& path, bool close, bool backwards) {
        out_->append("[");
        const std::size_t n = path.size();
        const std::size_t count = n + (close ? 1 : 0);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t k = i % n;
            char* at = out_->reserve(2 * kNumberRoom + 8);
            if (i > 0) {
                *at++ = ',';
            }
            out_->advance(put_position(at, path[backwards ? n - 1 - k : k]));
        }
        out_->append("]");
    }

    char* put_position(char* at, LonLat p) const {
        *at++ = '[';
        at = put_fixed(at, p.lon, options_.precision);
        *at++ = ',';
        at = put_fixed(at, p.lat, options_.precision);
        *at++ = ']';
        return at;
    }

    ByteSink* out_;
    VectorOutputOptions options_;
    Schema schema_;
    std::vector<std::string> keys_;  // ,"name":
    std::uint64_t count_ = 0;
    Box box_;
};

void check_schema(const Schema& schema) {
    const auto check = [&](const std::string& text) {
        if (!is_utf8(text)) {
            throw Error(ExitCode::invalid,
                        fmt::format("layer '{}': its name, a field's name, its description or "
                                    "attribution is not UTF-8",
                                    schema.layer));
        }
    };
    check(schema.layer);
    check(schema.description);
    check(schema.attribution);
    for (const Field& field : schema.fields) {
        check(field.name);
    }
}

std::string collection_head(const Schema& schema) {
    std::string head = R"({"type":"FeatureCollection",)";
    const auto member = [&head](std::string_view name, const std::string& text) {
        if (!text.empty()) {
            head += json_string(name) + ":" + json_string(text) + ",";
        }
    };
    member("name", schema.layer);
    member("description", schema.description);
    member("attribution", schema.attribution);
    return head + "\"features\":[\n";
}

class CollectionSink final : public FeatureSink {
  public:
    CollectionSink(const std::filesystem::path& target, const Schema& schema,
                   const VectorOutputOptions& options)
        : out_(target, options.overwrite), writer_(out_, schema, options), bbox_(options.bbox) {
        out_.append(collection_head(schema));
    }

    void write(const Feature& feature) override {
        if (!first_) {
            out_.append(",\n");
        }
        first_ = false;
        writer_.write(feature);
    }

    void commit() override {
        out_.append("\n]");
        if (bbox_ && !writer_.box().is_empty()) {
            out_.append(",");
            writer_.write_box(writer_.box());
        }
        out_.append("}\n");
        out_.commit();
    }

  private:
    ByteSink out_;
    FeatureWriter writer_;
    bool bbox_;
    bool first_ = true;
};

class SequenceSink final : public FeatureSink {
  public:
    SequenceSink(const std::filesystem::path& target, const Schema& schema,
                 const VectorOutputOptions& options)
        : out_(target, options.overwrite),
          writer_(out_, schema, options),
          before_(options.record_separator ? "\x1E" : "") {}

    void write(const Feature& feature) override {
        out_.append(before_);
        writer_.write(feature);
        out_.append("\n");
    }

    void commit() override { out_.commit(); }

  private:
    ByteSink out_;
    FeatureWriter writer_;
    std::string_view before_;
};

}  // namespace

std::unique_ptr<FeatureSink> make_geojson_sink(const std::filesystem::path& target,
                                               const Schema& schema,
                                               const VectorOutputOptions& options) {
    check_schema(schema);
    return std::make_unique<CollectionSink>(target, schema, options);
}

std::unique_ptr<FeatureSink> make_geojsonseq_sink(const std::filesystem::path& target,
                                                  const Schema& schema,
                                                  const VectorOutputOptions& options) {
    check_schema(schema);
    return std::make_unique<SequenceSink>(target, schema, options);
}

}  // namespace footprint::geo
