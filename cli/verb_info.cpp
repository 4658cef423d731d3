#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/media.h"
#include "base/text.h"
#include "cli/frame/attribution.h"
#include "cli/frame/command.h"
#include "cli/tables/catalog_report.h"
#include "cli/tables/run_report.h"
#include "cli/verbs.h"
#include "geo/io/raster_description.h"
#include "geo/io/vector_reader.h"

namespace footprint::cli {
namespace {

using nlohmann::ordered_json;

// ---- vector files -----------------------------------------------------------------------------

struct Extent {
    double west = 180;
    double south = 90;
    double east = -180;
    double north = -90;
    bool is_empty() const { return south > north; }
    void add(geo::LonLat p) {
        west = std::min(west, p.lon);
        east = std::max(east, p.lon);
        south = std::min(south, p.lat);
        north = std::max(north, p.lat);
    }
};

struct ExtentOf {
    Extent& extent;
    void operator()(std::monostate) const {}
    void operator()(const geo::Points& points) const { add(points.at); }
    void operator()(const geo::Lines& lines) const {
        for (const auto& line : lines.lines) {
            add(line);
        }
    }
    void operator()(const geo::Polygons& polygons) const {
        for (const auto& polygon : polygons.polygons) {
            if (!polygon.empty()) {
                add(polygon.front());
            }
        }
    }
    void add(const std::vector<geo::LonLat>& positions) const {
        for (const auto& position : positions) {
            extent.add(position);
        }
    }
};

struct LayerReport {
    geo::Schema schema;
    std::uint64_t features = 0;
    Extent extent;
    std::vector<std::string> notes;
};

std::string_view word(geo::FieldType type) {
    constexpr std::array<std::string_view, 5> kWords{"text", "integer", "real", "date", "boolean"};
    return kWords[static_cast<std::size_t>(type)];
}

std::string_view word(geo::GeometryType type) {
    constexpr std::array<std::string_view, 8> kWords{"no geometry",  "point",       "multipoint",
                                                     "line",         "multiline",   "polygon",
                                                     "multipolygon", "any geometry"};
    return kWords[static_cast<std::size_t>(type)];
}

LayerReport read_layer(const std::filesystem::path& path, const std::string& layer) {
    geo::ReadOptions options;
    options.layer = layer;
    options.limits.features = 0;
    const auto reader = geo::open_vector(path, options);
    LayerReport report;
    report.schema = reader->schema();
    geo::Feature feature;
    while (reader->next(feature)) {
        ++report.features;
        std::visit(ExtentOf{report.extent}, feature.geometry);
    }
    report.notes = reader->notes();
    return report;
}

std::string as_text(const LayerReport& layer) {
    std::string text = fmt::format("layer {}: {} features, {}\n", layer.schema.layer,
                                   with_thousands(static_cast<long long>(layer.features)),
                                   word(layer.schema.geometry));
    if (!layer.extent.is_empty()) {
        text +=
            fmt::format("  extent  lon {:.4f} to {:.4f}, lat {:.4f} to {:.4f}\n", layer.extent.west,
                        layer.extent.east, layer.extent.south, layer.extent.north);
    }
    for (const auto& field : layer.schema.fields) {
        text += fmt::format("  field   {} ({})\n", field.name, word(field.type));
    }
    for (const auto& note : layer.notes) {
        text += fmt::format("  note    {}\n", note);
    }
    return text;
}

ordered_json as_object(const LayerReport& layer) {
    ordered_json object;
    object["layer"] = layer.schema.layer;
    object["geometry"] = word(layer.schema.geometry);
    object["features"] = layer.features;
    object["bbox"] = nullptr;
    if (!layer.extent.is_empty()) {
        object["bbox"] = {layer.extent.west, layer.extent.south, layer.extent.east,
                          layer.extent.north};
    }
    object["fields"] = ordered_json::array();
    for (const auto& field : layer.schema.fields) {
        object["fields"].push_back({{"name", field.name}, {"type", word(field.type)}});
    }
    object["notes"] = layer.notes;
    return object;
}

// ---- pictures and films -----------------------------------------------------------------------

std::string as_text(const MediaInfo& media) {
    std::string text = media.format;
    if (media.width && media.height) {
        text += fmt::format(", {} × {} {}", *media.width, *media.height,
                            media.format == "PDF" ? "points" : "pixels");
    }
    if (media.pages) {
        text += fmt::format(", {} page{}", *media.pages, *media.pages == 1 ? "" : "s");
    }
    if (media.frames) {
        text += fmt::format(", {} frame{}", *media.frames, *media.frames == 1 ? "" : "s");
    }
    if (media.seconds) {
        text += fmt::format(", {:.2f} seconds", *media.seconds);
    }
    text += "\n";
    for (const auto& [key, value] : media.texts) {
        text += fmt::format("  {}: {}\n", key, value);
    }
    return text;
}

template <typename T>
ordered_json or_null(const std::optional<T>& value) {
    return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json as_object(const MediaInfo& media) {
    ordered_json object;
    object["format"] = media.format;
    object["width"] = or_null(media.width);
    object["height"] = or_null(media.height);
    object["frames"] = or_null(media.frames);
    object["seconds"] = or_null(media.seconds);
    object["pages"] = or_null(media.pages);
    object["texts"] = ordered_json::object();
    for (const auto& [key, value] : media.texts) {
        object["texts"][key] = value;
    }
    return object;
}

// ---- rasters ----------------------------------------------------------------------------------

std::string as_text(const geo::RasterDescription& raster) {
    std::string text = fmt::format(
        "GeoTIFF, {} × {} pixels, {}\n", raster.columns, raster.rows,
        raster.reference_system.empty() ? "no reference system" : raster.reference_system);
    if (raster.extent) {
        text += fmt::format("  extent  {:g} to {:g} eastward, {:g} to {:g} northward\n",
                            raster.extent->west, raster.extent->east, raster.extent->south,
                            raster.extent->north);
    }
    for (std::size_t i = 0; i < raster.bands.size(); ++i) {
        const auto& band = raster.bands[i];
        text += fmt::format("  band    {}{}{} ({}{}{}, {} overviews)\n", i + 1,
                            band.name.empty() ? "" : " ", band.name, band.type,
                            band.unit.empty() ? "" : " in ", band.unit, band.overviews);
    }
    if (!raster.description.empty()) {
        text += fmt::format("  text    {}\n", raster.description);
    }
    return text;
}

ordered_json as_object(const geo::RasterDescription& raster) {
    ordered_json object;
    object["format"] = "GeoTIFF";
    object["width"] = raster.columns;
    object["height"] = raster.rows;
    object["reference_system"] = raster.reference_system.empty()
                                     ? ordered_json(nullptr)
                                     : ordered_json(raster.reference_system);
    object["extent"] = nullptr;
    if (raster.extent) {
        object["extent"] = {raster.extent->west, raster.extent->south, raster.extent->east,
                            raster.extent->north};
    }
    object["description"] = raster.description;
    object["bands"] = ordered_json::array();
    for (const auto& band : raster.bands) {
        // NaN, the usual one, is no number of JSON.
        const bool finite = band.nodata && std::isfinite(*band.nodata);
        object["bands"].push_back({{"name", band.name},
                                   {"type", band.type},
                                   {"unit", band.unit},
                                   {"nodata", finite        ? ordered_json(*band.nodata)
                                              : band.nodata ? ordered_json("NaN")
                                                            : ordered_json(nullptr)},
                                   {"overviews", band.overviews}});
    }
    return object;
}

// ---- the verb ---------------------------------------------------------------------------------

class InfoVerb final : public Verb {
  public:
    std::string name() const override { return "info"; }
    std::string summary() const override { return "Tell what the catalog or a file holds"; }
    std::string description() const override {
        return "Without a file: what the catalog knows, at the date that its facts reach to. For "
               "each provider the open regions in its own published scope, how many of them are "
               "impaired, what is announced or closed, its countries and availability zones (a "
               "range where dates or counts are uncertain), when it began, and how far knowledge "
               "of it reaches; then how sure the rows are, how exact their dates, where these come "
               "from, and whom to name when you show them. With --catalog your own regions are "
               "among them.\n"
               "\n"
               "A provider is stale when what is known of it ends more than 180 days before the "
               "catalog's date. Both dates are those of the facts; the clock has no part in it.\n"
               "\n"
               "With a file: what it holds. Vector files (GeoJSON, GeoJSONSeq, GeoPackage, "
               "FlatGeobuf, CSV with lon and lat, Shapefile): layers, features, fields, extent. "
               "Rasters (GeoTIFF): size, reference system, extent, bands. Pictures and films (PNG, "
               "APNG, GIF, MP4, WebM, SVG, PDF): format, size, frames and length, pages, and the "
               "title, credits and other texts that it carries. Folders that simulate wrote: what "
               "was asked, where each provider ends, the files. With --json the same for "
               "programs.";
    }
    std::vector<Example> examples() const override {
        return {{"footprint info", "What the catalog holds, and how far to trust it"},
                {"footprint info --json", "The same for programs"},
                {"footprint info layers.gpkg", "The layers of a file"}};
    }
    void options(OptionSet& options) override {
        options.takes_runs();
        options
            .add("file", &file_, "FILE|RUN",
                 "The file or run folder to tell about, else the catalog")
            .flag("--json", json_, "Print JSON");
    }
    void run(Session& session) override {
        const auto& runs = session.options().runs;
        if (runs.size() > 1 || (!runs.empty() && file_)) {
            throw Error(ExitCode::usage, "one file or run folder at a time");
        }
        write_text("-",
                   !runs.empty() ? json_ ? run_json(runs.front()) : run_text(runs.front())
                   : file_ ? about_file(*file_)
                                 : about_catalog(session),
                   Overwrite::refuse);
    }

  private:
    std::string about_catalog(Session& session) const {
        const auto report = report_on(session.timeline());
        const auto attribution = all_attributions(session.datasets());
        if (json_) {
            return cli::as_json(report, attribution);
        }
        std::string text = cli::as_text(report) + "\nWhen you show any of this, name:\n";
        for (const auto& line : attribution) {
            text += fmt::format("  {}\n", line);
        }
        return text;
    }

    std::string about_file(const std::filesystem::path& path) const {
        if (const auto media = read_media_info(path)) {
            return json_ ? with_name("media", path, as_object(*media)) : as_text(*media);
        }
        if (const auto raster = geo::describe_raster(path)) {
            return json_ ? with_name("raster", path, as_object(*raster)) : as_text(*raster);
        }
        std::string text;
        ordered_json layers = ordered_json::array();
        for (const auto& layer : geo::list_layers(path)) {
            const auto report = read_layer(path, layer.name);
            text += as_text(report);
            layers.push_back(as_object(report));
        }
        return json_ ? with_name("vector", path, {{"layers", layers}}) : text;
    }

    static std::string with_name(const char* kind, const std::filesystem::path& path,
                                 const ordered_json& about) {
        ordered_json object;
        object["schema"] = "footprint-info-1";
        object["kind"] = kind;
        object["file"] = path.string();
        object.update(about);
        return object.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
    }

    std::optional<std::filesystem::path> file_;
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_info_verb() {
    return std::make_unique<InfoVerb>();
}

}  // namespace footprint::cli
