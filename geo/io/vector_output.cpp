#include "geo/io/vector_output.h"

#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "base/text.h"
#include "geo/io/csv_writer.h"
#include "geo/io/geojson_writer.h"
#include "geo/io/ogr_writer.h"
#include "geo/io/text_format.h"

namespace footprint::geo {
namespace {

struct FormatInfo {
    VectorFormat format;
    std::string_view gdal_name;
    std::string_view name;
    std::array<std::string_view, 5> suffixes;
};

constexpr std::array<FormatInfo, 5> kFormats = {{
    {VectorFormat::geojson, "GeoJSON", "geojson", {".geojson", ".json"}},
    {VectorFormat::geojsonseq,
     "GeoJSONSeq",
     "geojsonseq",
     {".geojsonl", ".geojsons", ".geojsonseq", ".ndjson", ".jsonl"}},
    {VectorFormat::gpkg, "GPKG", "gpkg", {".gpkg"}},
    {VectorFormat::flatgeobuf, "FlatGeobuf", "flatgeobuf", {".fgb"}},
    {VectorFormat::csv, "CSV", "csv", {".csv"}},
}};

const FormatInfo& info(VectorFormat format) {
    return kFormats[static_cast<std::size_t>(format)];
}

std::optional<VectorFormat> format_of_suffix(const std::filesystem::path& target) {
    const std::string suffix = lower_ascii(target.extension().string());
    for (const FormatInfo& format : kFormats) {
        for (const std::string_view known : format.suffixes) {
            if (!suffix.empty() && suffix == known) {
                return format.format;
            }
        }
    }
    return std::nullopt;
}

VectorFormat require_format(const std::string& name) {
    if (const std::optional<VectorFormat> format = parse_vector_format(name)) {
        return *format;
    }
    throw Error(
        ExitCode::usage,
        fmt::format("unknown format '{}'; expected {}.{}", name, join(vector_format_names(), ", "),
                    did_you_mean(lower_ascii(name), vector_format_names())));
}

// One layer, in a format that we write ourselves.
class TextOutput final : public VectorOutput {
  public:
    TextOutput(std::filesystem::path target, VectorFormat format, VectorOutputOptions options)
        : target_(std::move(target)), format_(format), options_(options) {
        refuse_existing(target_, options_.overwrite);
    }

    FeatureSink& layer(const Schema& schema) override {
        if (sink_) {
            throw Error(ExitCode::usage,
                        fmt::format("{} holds one layer only; write '{}' to a file of its own or "
                                    "all of them to a GeoPackage",
                                    to_string(format_), schema.layer));
        }
        sink_ = make_text_sink(schema);
        return *sink_;
    }

    void commit() override {
        if (sink_) {
            sink_->commit();
        }
    }

  private:
    std::unique_ptr<FeatureSink> make_text_sink(const Schema& schema) const {
        switch (format_) {
            case VectorFormat::geojson:
                return make_geojson_sink(target_, schema, options_);
            case VectorFormat::geojsonseq:
                return make_geojsonseq_sink(target_, schema, options_);
            default:
                return make_csv_sink(target_, schema, options_);
        }
    }

    std::filesystem::path target_;
    VectorFormat format_;
    VectorOutputOptions options_;
    std::unique_ptr<FeatureSink> sink_;
};

// A whole output as one sink.
class SingleSink final : public FeatureSink {
  public:
    SingleSink(std::unique_ptr<VectorOutput> output, const Schema& schema)
        : output_(std::move(output)), sink_(&output_->layer(schema)) {}
    void write(const Feature& feature) override { sink_->write(feature); }
    void commit() override { output_->commit(); }

  private:
    std::unique_ptr<VectorOutput> output_;
    FeatureSink* sink_;
};

}  // namespace

std::string_view to_string(VectorFormat format) {
    return info(format).gdal_name;
}

std::string_view suffix(VectorFormat format) {
    return info(format).suffixes[0];
}

const std::vector<std::string>& vector_format_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const FormatInfo& format : kFormats) {
            all.emplace_back(format.name);
        }
        return all;
    }();
    return names;
}

std::optional<VectorFormat> parse_vector_format(std::string_view name) {
    const std::string lower = lower_ascii(name);
    for (const FormatInfo& format : kFormats) {
        if (lower == format.name || "." + lower == format.suffixes[0]) {
            return format.format;
        }
    }
    return std::nullopt;
}

VectorFormat choose_vector_format(const std::filesystem::path& target,
                                  const std::optional<std::string>& explicit_format) {
    const std::optional<VectorFormat> by_suffix = format_of_suffix(target);
    if (!explicit_format) {
        if (by_suffix) {
            return *by_suffix;
        }
        throw Error(ExitCode::usage,
                    fmt::format("the suffix of '{}' names no format; use .geojson, .geojsonl, "
                                ".gpkg, .fgb or .csv, or give -f",
                                target.string()));
    }
    const VectorFormat format = require_format(*explicit_format);
    if (by_suffix && *by_suffix != format) {
        throw Error(ExitCode::usage,
                    fmt::format("-f {} disagrees with '{}', whose suffix says {}", *explicit_format,
                                target.string(), info(*by_suffix).name));
    }
    return format;
}

std::unique_ptr<VectorOutput> make_vector_output(const std::filesystem::path& target,
                                                 VectorFormat format,
                                                 const VectorOutputOptions& options) {
    if (options.precision < 0 || options.precision > kMaxDecimals) {
        throw Error(ExitCode::usage, fmt::format("a precision of {} decimals; expected 0 to {}",
                                                 options.precision, kMaxDecimals));
    }
    const bool binary = format == VectorFormat::gpkg || format == VectorFormat::flatgeobuf;
    if (!binary) {
        return std::make_unique<TextOutput>(target, format, options);
    }
    if (target == "-") {
        throw Error(ExitCode::usage,
                    fmt::format("{} cannot be written to standard output; give a file name by -o",
                                to_string(format)));
    }
    return make_ogr_output(target, format, options);
}

std::unique_ptr<FeatureSink> make_sink(const std::filesystem::path& target, VectorFormat format,
                                       const Schema& schema, const VectorOutputOptions& options) {
    return std::make_unique<SingleSink>(make_vector_output(target, format, options), schema);
}

}  // namespace footprint::geo
