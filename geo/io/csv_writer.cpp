#include "geo/io/csv_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"
#include "geo/io/byte_sink.h"
#include "geo/io/rfc7946.h"
#include "geo/io/text_format.h"

namespace footprint::geo {
namespace {

enum class Shape { none, lon_lat, wkt };

Shape shape_of(const Schema& schema) {
    if (schema.geometry == GeometryType::none) {
        return Shape::none;
    }
    if (schema.geometry != GeometryType::point) {
        return Shape::wkt;
    }
    const bool has_own = std::ranges::any_of(
        schema.fields, [](const Field& f) { return f.name == "lon" || f.name == "lat"; });
    return has_own ? Shape::none : Shape::lon_lat;
}

// Well-known text, appended to a string.
class WktWriter {
  public:
    explicit WktWriter(int precision) : precision_(precision) {}

    std::string text(const Geometry& geometry) {
        text_.clear();
        std::visit([this](const auto& g) { write(g); }, geometry);
        return text_;
    }

  private:
    void write(const std::monostate&) {}

    void write(const Points& points) {
        if (points.at.empty()) {
            return;
        }
        const bool multi = points.multi || points.at.size() > 1;
        text_ = multi ? "MULTIPOINT " : "POINT ";
        path(points.at);
    }

    void write(const Lines& lines) {
        if (lines.lines.empty()) {
            return;
        }
        if (!lines.multi && lines.lines.size() == 1) {
            text_ = "LINESTRING ";
            path(lines.lines[0]);
            return;
        }
        text_ = "MULTILINESTRING ";
        list(lines.lines, [this](const Line& line) { path(line); });
    }

    void write(Polygons polygons) {
        if (polygons.polygons.empty()) {
            return;
        }
        orient(polygons);
        const auto polygon = [this](const PlanarPolygon& p) {
            list(p, [this](const PlanarRing& ring) { path(ring); });
        };
        if (!polygons.multi && polygons.polygons.size() == 1) {
            text_ = "POLYGON ";
            polygon(polygons.polygons[0]);
            return;
        }
        text_ = "MULTIPOLYGON ";
        list(polygons.polygons, polygon);
    }

    void list(const auto& items, const auto& each) {
        char separator = '(';
        for (const auto& item : items) {
            text_ += separator;
            separator = ',';
            each(item);
        }
        text_ += ')';
    }

    void path(const std::vector<LonLat>& positions) {
        list(positions, [this](LonLat p) {
            number(p.lon);
            text_ += ' ';
            number(p.lat);
        });
    }

    void number(double value) {
        char digits[kNumberRoom];
        text_.append(digits, put_fixed(digits, value, precision_));
    }

    int precision_;
    std::string text_;
};

class CsvSink final : public FeatureSink {
  public:
    CsvSink(const std::filesystem::path& target, const Schema& schema,
            const VectorOutputOptions& options)
        : out_(target, options.overwrite),
          schema_(schema),
          precision_(options.precision),
          shape_(shape_of(schema)),
          wkt_(options.precision) {
        std::string header = shape_ == Shape::lon_lat ? "lon,lat" : "";
        header += shape_ == Shape::wkt ? "WKT" : "";
        for (const Field& field : schema.fields) {
            header += header.empty() ? "" : ",";
            header += csv_text(field.name);
        }
        out_.append(header + "\n");
    }

    void write(const Feature& feature) override {
        ++count_;
        if (feature.values.size() != schema_.fields.size()) {
            fail(fmt::format("{} values for {} fields", feature.values.size(),
                             schema_.fields.size()));
        }
        write_shape(feature.geometry);
        for (std::size_t i = 0; i < feature.values.size(); ++i) {
            if (i > 0 || shape_ != Shape::none) {
                out_.append(",");
            }
            write_value(i, feature.values[i]);
        }
        out_.append("\n");
    }

    void commit() override { out_.commit(); }

  private:
    std::string where() const {
        return fmt::format("layer '{}', feature {}", schema_.layer, count_);
    }

    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ExitCode::invalid, where() + ": " + what);
    }

    void write_shape(const Geometry& geometry) {
        if (check_geometry(geometry, where())) {
            write_ready(cut_at_antimeridian(geometry));
        } else {
            write_ready(geometry);
        }
    }

    void write_ready(const Geometry& geometry) {
        if (shape_ == Shape::wkt) {
            const std::string text = wkt_.text(geometry);
            out_.append(text.empty() ? "" : "\"" + text + "\"");
        } else if (shape_ == Shape::lon_lat) {
            write_point(geometry);
        }
    }

    void write_point(const Geometry& geometry) {
        if (std::holds_alternative<std::monostate>(geometry)) {
            out_.append(",");
            return;
        }
        const auto* points = std::get_if<Points>(&geometry);
        if (points == nullptr || points->at.size() != 1) {
            fail("expected a single point in a layer of points");
        }
        char* at = out_.reserve(2 * kNumberRoom + 1);
        at = put_fixed(at, points->at[0].lon, precision_);
        *at++ = ',';
        out_.advance(put_fixed(at, points->at[0].lat, precision_));
    }

    void write_value(std::size_t field, const Value& value) {
        if (const auto* text = std::get_if<std::string>(&value)) {
            write_text(field, *text);
            return;
        }
        char* at = out_.reserve(kNumberRoom);
        if (const auto* integer = std::get_if<std::int64_t>(&value)) {
            at = put_integer(at, *integer);
        } else if (const auto* real = std::get_if<double>(&value)) {
            at = put_real(at, field, *real);
        } else if (const auto* date = std::get_if<Date>(&value)) {
            at = put_date(at, *date);
        } else if (const auto* flag = std::get_if<bool>(&value)) {
            const std::string_view word = *flag ? "true" : "false";
            at = std::copy(word.begin(), word.end(), at);
        }
        out_.advance(at);
    }

    void write_text(std::size_t field, const std::string& text) {
        if (!is_utf8(text)) {
            fail(fmt::format("the text of field '{}' is not UTF-8", schema_.fields[field].name));
        }
        out_.append(csv_text(text));
    }

    char* put_real(char* at, std::size_t field, double value) const {
        if (!std::isfinite(value)) {
            fail(fmt::format("field '{}' is {}; expected a finite number",
                             schema_.fields[field].name, value));
        }
        const int decimals = schema_.fields[field].decimals;
        return decimals < 0 ? put_shortest(at, value)
                            : put_fixed(at, value, std::min(decimals, kMaxDecimals));
    }

    ByteSink out_;
    Schema schema_;
    int precision_;
    Shape shape_;
    WktWriter wkt_;
    std::uint64_t count_ = 0;
};

}  // namespace

std::unique_ptr<FeatureSink> make_csv_sink(const std::filesystem::path& target,
                                           const Schema& schema,
                                           const VectorOutputOptions& options) {
    return std::make_unique<CsvSink>(target, schema, options);
}

}  // namespace footprint::geo
