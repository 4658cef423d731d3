#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/output_folder.h"
#include "base/text.h"
#include "cli/frame/attribution.h"
#include "cli/frame/command.h"
#include "cli/frame/coverage_options.h"
#include "cli/layers/layer_output.h"
#include "cli/layers/layer_style.h"
#include "cli/layers/raster_export.h"
#include "cli/verbs.h"
#include "geo/io/raster_writer.h"
#include "geo/io/vector_output.h"
#include "geo/io/vector_reader.h"

namespace footprint::cli {
namespace {

namespace fs = std::filesystem;

std::string layer_list() {
    std::string list;
    for (const Layer& layer : all_layers()) {
        list += fmt::format("\n{}: {}.", layer.name, layer.summary);
    }
    return list;
}

geo::RegionClass require_class(const std::string& name) {
    if (const auto region_class = geo::parse_region_class(lower_ascii(name))) {
        return *region_class;
    }
    throw Error(ExitCode::usage, fmt::format("'{}' is not a class of regions", name));
}

class ExportVerb final : public Verb {
  public:
    std::string name() const override { return "export"; }
    std::string summary() const override { return "Write layers for GIS programs"; }
    std::string description() const override {
        return "Writes layers of the catalog and of what follows from it, or converts a vector "
               "file.\n\n"
               "Layers:" +
               layer_list() +
               "\n\n"
               "Formats: GeoJSON (RFC 7946), GeoJSONSeq, GeoPackage, FlatGeobuf and CSV, by the "
               "suffix or -f. A GeoPackage takes several layers; other formats take one, so with "
               "several give a folder, such as -o layers/. Dates are full dates in start_date and "
               "end_date (excluded), with start_precision beside them; QGIS's temporal controller "
               "finds them by itself.\n\n"
               "coverage is also a raster, of the best round-trip time of all providers named: "
               "-o coverage.tif, a Cloud Optimized GeoTIFF (-f geotiff: an uncompressed one). "
               "--bands "
               "adds the second best region, the margin and the regions' numbers. --sites takes "
               "places from a CSV instead of the catalog: -o field.tif is then uncompressed unless "
               "-f cog asks otherwise, round-trip times are by distance, and --measure distance "
               "gives "
               "metres.\n\n"
               "coverage, catchments and gap follow the cables of their date (docs/latency.md): "
               "--kind, --without, --with and --preset ask other questions, --latency distance "
               "takes the simple model. Areas are those of the median client, and people those who "
               "live there; people_by_client counts clients one by one, of whom in any place some "
               "are sooner and some later, over all of the world: the figures of compare. Land and "
               "its waters to 30 km are covered, and with --latency distance the sea too.\n\n"
               "Without --at, regions, zones and events give all of history; with it, what is "
               "known to be so on that day. coverage, catchments and gap describe one day, or with "
               "--from, --to and --every a series of days, each standing until the next "
               "(start_date, end_date).\n\n"
               "regions and pipeline are catalogs too: --catalog and validate read them back, in "
               "every format.\n\n"
               "With --style qml a QGIS style stands beside each layer, which QGIS takes by itself "
               "when the names are the same (clouds.geojson and clouds.qml; in a GeoPackage of "
               "several layers, load clouds.regions.qml and so on by hand): the colours and shapes "
               "of the program's maps, and the temporal controller set to the layer's dates. "
               "--style simple puts marker-color, stroke and fill into GeoJSON (simplestyle-spec "
               "1.1), as web pages draw it.\n\n"
               "With --from and no layer, a GeoJSON, GeoJSONSeq, GeoPackage, FlatGeobuf, CSV or "
               "ESRI Shapefile "
               "is converted: features stream through in bounded memory, other reference systems "
               "are brought to WGS 84, shapes are cut at ±180°. An output appears when it is "
               "complete, or not at all.";
    }
    std::vector<Example> examples() const override {
        return {{"footprint export regions -o regions.geojson", "Every region there ever was"},
                {"footprint export regions,zones,events -o clouds.gpkg",
                 "One GeoPackage with three layers, for QGIS"},
                {"footprint export coverage --provider alibaba --threshold 20,50 --at 2025-09 "
                 "-o coverage.geojson",
                 "Areas that Alibaba reached within 20 and 50 ms"},
                {"footprint export gap --provider alibaba,aws --threshold 50 -o gap.fgb",
                 "Who of the two reaches what"},
                {"footprint export coverage --provider aws --step 0.5 -o rtt.tif",
                 "AWS's round-trip times as a raster"},
                {"footprint export coverage --sites sites.csv --resolution 0.1 --measure distance "
                 "-o field.tif",
                 "Distance to the nearest of your own sites, everywhere"},
                {"footprint export coverage --provider oracle --threshold 50 --from 2023 --step 1 "
                 "--style qml -o oracle.gpkg",
                 "A series for QGIS's temporal controller"},
                {"footprint export --from regions.geojson -o regions.csv",
                 "Any vector file as another"},
                {"footprint export regions -f geojsonseq | footprint export --from - "
                 "--input-format geojsonseq -o regions.fgb",
                 "The same through a pipe"}};
    }

    void options(OptionSet& options) override {
        options.takes_runs();
        options.add("layers", &layers_, "LAYER", "Layers to write, separated by commas")
            .add(
                "--from", &dates_.from, "DATE|FILE",
                "With a layer, the first date of a series; without one, the vector file to convert")
            .add("--input-format", &input_format_, "FORMAT",
                 "With --from -: what standard input holds")
            .choices(geo::vector_format_names())
            .add("--layer", &from_layer_, "NAME", "Layer of that file, when it has several");
        output_.declare(options, "File, or folder with a slash at its end; else standard output");
        options
            .add("--at", &dates_.at, "DATE",
                 "The day, or the last day of the month or year; the catalog's own by default")
            .add("--to", &dates_.to, "DATE",
                 "Last date of a series; the catalog's own date by default")
            .add("--every", &dates_.every, "STEP", "Step of a series")
            .choices({"month", "quarter", "year"})
            .add("--provider,--providers", &providers_, "PROVIDER,…",
                 "Providers by id, alias or name; all of "
                 "them by default");
        coverage_.declare(options);
        clients_.declare(options);
        scope_.declare(options);
        raster_.declare(options);
        options
            .add("--step,--resolution", &step_deg_, "DEGREES",
                 "Grid on which coverage, catchments and gap are traced, and of rasters; must "
                 "divide 180")
            .add("--tolerance", &tolerance_km_, "KM",
                 "Leave out points of traced borders that lie within this of what is left; shared "
                 "borders stay shared, and 0 keeps them all")
            .add("--precision", &precision_, "N", "Decimals of coordinates in text formats")
            .add("--style", &style_, "KIND",
                 "How layers look: qml writes a QGIS style beside each, simple gives GeoJSON "
                 "features colours (simplestyle)")
            .choices({"none", "qml", "simple"})
            .flag("--bbox", bbox_, "GeoJSON: a bbox member for each feature and the collection")
            .flag("--rs", record_separator_,
                  "GeoJSONSeq: a record separator before each record (RFC 8142)")
            .flag("--ids", ids_, "With --from FILE: keep the features' ids")
            .flag("--skip-bad", skip_bad_,
                  "With --from FILE: leave out features with bad coordinates, and say how many");
    }

    void run(Session& session) override {
        if (dates_.from && layers_.empty()) {
            convert(session, *dates_.from);
            return;
        }
        std::vector<const Layer*> asked;
        for (const std::string& layer : layers_) {
            const Layer* named = &require_layer(layer);
            if (std::find(asked.begin(), asked.end(), named) == asked.end()) {
                asked.push_back(named);
            }
        }
        if (asked.empty()) {
            throw Error(ExitCode::usage,
                        "export needs a layer, such as regions, or --from FILE; see footprint "
                        "help export");
        }
        check_series(asked);
        export_layers(session, asked);
    }

  private:
    // A series asks for layers that describe one date.
    void check_series(const std::vector<const Layer*>& asked) const {
        if (!dates_.from && !dates_.to) {
            return;
        }
        const bool is_file = dates_.from && dates_.from->find_first_of("./") != std::string::npos;
        if (is_file) {
            throw Error(ExitCode::usage,
                        fmt::format("--from '{}' names a file and '{}' a layer of the catalog; "
                                    "choose one: with a layer --from is a date",
                                    *dates_.from, asked.front()->name));
        }
        if (std::ranges::none_of(asked, &Layer::of_one_date)) {
            throw Error(ExitCode::usage,
                        fmt::format("layer {} has all dates in it already, in start_date and "
                                    "end_date; --from, --to and --every are for coverage, "
                                    "catchments and gap",
                                    asked.front()->name));
        }
    }

    bool is_folder() const {
        std::error_code ignored;
        return output_.output && (output_.output->string().ends_with('/') ||
                                  fs::is_directory(*output_.output, ignored));
    }

    fs::path target() const { return output_.output.value_or("-"); }

    // GeoJSON unless a suffix or -f says otherwise.
    geo::VectorFormat format() const {
        if (is_folder() || target() == "-") {
            return geo::choose_vector_format("-", output_.format.value_or("geojson"));
        }
        return geo::choose_vector_format(target(), output_.format);
    }

    geo::VectorOutputOptions output_options() const {
        geo::VectorOutputOptions options;
        options.overwrite = output_.overwrite ? Overwrite::replace : Overwrite::refuse;
        options.precision = precision_;
        options.bbox = bbox_;
        options.record_separator = record_separator_;
        return options;
    }

    // --- layers of the catalog ---

    // One for each date, ascending.
    std::vector<LayerRequest> requests(Session& session, const std::vector<const Layer*>& asked) {
        LayerRequest request;
        request.at_given = dates_.at.has_value();
        request.providers = session.providers(providers_);
        for (const std::string& name : scope_.exclude) {
            request.excluded.push_back(require_class(name));
        }
        request.coverage = coverage_.options(session, scope_);
        request.step_deg = step_deg_;
        request.tolerance_km = tolerance_km_;
        if (std::ranges::any_of(asked, &Layer::of_one_date)) {
            model_ = clients_.model(session, request.coverage.serve);
            request.model = model_.get();
            request.model_text = model_->name() + clients_.details();
        }
        const bool limited = coverage_.serve != "anywhere" || clients_.kind != "fixed";
        if (!request.model && (clients_.latency.any() || limited)) {
            session.say(
                fmt::format("note: layer {} has no round-trip times, so --latency, --serve, "
                            "--kind, --without, --with and --preset change nothing",
                            asked.front()->name));
        }
        return series(request, dates_.dates(session));
    }

    void export_layers(Session& session, const std::vector<const Layer*>& asked) {
        if (const auto raster = raster_format()) {
            export_raster(session, asked, *raster);
            return;
        }
        const geo::VectorFormat to = format();
        check_style(to);
        const std::vector<LayerRequest> what = requests(session, asked);
        geo::VectorOutputOptions options = output_options();
        options.last_change = session.catalog().as_of();
        if (is_folder()) {
            write_folder(session, asked, what, to, options);
            return;
        }
        if (asked.size() > 1 && to != geo::VectorFormat::gpkg) {
            throw Error(ExitCode::usage,
                        fmt::format("{} layers do not fit into one {}; give a folder (-o layers/) "
                                    "or a GeoPackage (-o layers.gpkg)",
                                    asked.size(), geo::to_string(to)));
        }
        for (const Layer* layer : asked) {
            refuse_existing_style(style_beside(*layer, asked.size()), options.overwrite);
        }
        if (style_ == "simple") {
            SessionFacts facts(session);
            const auto sink = geo::make_sink(target(), to, schema_of(session, *asked[0]), options);
            produce_styled(session, facts, *asked[0], what, *sink);
            sink->commit();
        } else {
            write_layers(session, asked, what, target(), to, options);
        }
        for (const Layer* layer : asked) {
            write_style(session, *layer, what, style_beside(*layer, asked.size()));
        }
    }

    // --- styles ---

    void check_style(geo::VectorFormat to) const {
        const bool is_json =
            to == geo::VectorFormat::geojson || to == geo::VectorFormat::geojsonseq;
        if (style_ == "simple" && !is_json) {
            throw Error(ExitCode::usage,
                        fmt::format("--style simple is for GeoJSON, not {}; use --style qml",
                                    geo::to_string(to)));
        }
        if (style_ == "qml" && target() == "-") {
            throw Error(ExitCode::usage,
                        "--style qml writes a file beside the layer; give the layer's by -o");
        }
    }

    // QGIS takes a style that is named as the file; of several layers in one file each has its own.
    fs::path style_beside(const Layer& layer, std::size_t count) const {
        fs::path path = target();
        const std::string stem = path.stem().string();
        return path.replace_filename(count == 1 ? stem + ".qml" : stem + "." + layer.name + ".qml");
    }

    void refuse_existing_style(const fs::path& path, Overwrite overwrite) const {
        if (style_ == "qml") {
            refuse_existing(path, overwrite);
        }
    }

    void write_style(Session& session, const Layer& layer, std::span<const LayerRequest> what,
                     const fs::path& path) const {
        if (style_ == "qml") {
            write_text(path, qgis_style(layer, layer_style(layer, session.catalog(), what.front())),
                       output_options().overwrite);
        }
    }

    geo::Schema schema_of(Session& session, const Layer& layer) const {
        const geo::Schema schema = layer_schema(session, layer);
        return style_ == "simple" ? simplestyle_schema(schema) : schema;
    }

    void produce_styled(Session& session, LayerFacts& facts, const Layer& layer,
                        std::span<const LayerRequest> what, geo::FeatureSink& sink) const {
        if (style_ != "simple") {
            layer.produce(facts, what, sink);
            return;
        }
        const auto styled = simplestyle_sink(sink, layer_schema(session, layer),
                                             layer_style(layer, session.catalog(), what.front()));
        layer.produce(facts, what, *styled);
    }

    // By -f, else by the suffix; nothing for vector formats. Throws Error when the two disagree.
    std::optional<geo::RasterFormat> raster_format() const {
        const std::string suffix = lower_ascii(target().extension().string());
        const bool tif = suffix == ".tif" || suffix == ".tiff";
        const char* const usual = raster_.sites ? "geotiff" : "cog";
        const std::string name = lower_ascii(output_.format.value_or(tif ? usual : ""));
        if (name != "cog" && name != "geotiff") {
            if (raster_.sites) {
                throw Error(ExitCode::usage,
                            fmt::format("--sites makes a raster; expected -o FILE.tif, not '{}'",
                                        target().string()));
            }
            if (tif) {
                throw Error(ExitCode::usage, fmt::format("-f {} disagrees with '{}'; expected cog "
                                                         "or geotiff",
                                                         *output_.format, target().string()));
            }
            return std::nullopt;
        }
        if (!tif) {
            throw Error(ExitCode::usage,
                        fmt::format("-f {} disagrees with '{}'; expected a name that ends in .tif",
                                    name, target().string()));
        }
        return name == "cog" ? geo::RasterFormat::cog : geo::RasterFormat::geotiff;
    }

    void export_raster(Session& session, const std::vector<const Layer*>& asked,
                       geo::RasterFormat to) {
        if (asked.size() != 1 || asked[0]->name != "coverage") {
            throw Error(ExitCode::usage,
                        fmt::format("only layer coverage can be a raster; '{}' is vector: use "
                                    ".geojson, .gpkg, .fgb or .csv",
                                    join(layers_, ",")));
        }
        refuse_existing(target(), output_options().overwrite);
        if (raster_.sites) {
            refuse_backbone_of_sites();
            export_sites_raster(session, raster_, raster_target(to));
            return;
        }
        const std::vector<LayerRequest> all = requests(session, asked);
        if (all.size() != 1) {
            throw Error(
                ExitCode::usage,
                fmt::format("a raster shows one date and the series has {}; use --at", all.size()));
        }
        export_coverage_raster(session, raster_, all.front(),
                               join(attributions(session.datasets(), asked[0]->resources), "; "),
                               raster_target(to));
    }

    void refuse_backbone_of_sites() const {
        const bool on_cables = clients_.latency.latency && !clients_.latency.by_distance();
        if (on_cables || !clients_.details().empty()) {
            throw Error(ExitCode::usage,
                        "--sites measures by distance from each site; for round-trip times along "
                        "the cables give the sites as a catalog: --catalog FILE --only-catalog");
        }
    }

    RasterTarget raster_target(geo::RasterFormat format) const {
        return {target(), format, output_options().overwrite, step_deg_};
    }

    void write_folder(Session& session, const std::vector<const Layer*>& asked,
                      std::span<const LayerRequest> what, geo::VectorFormat to,
                      const geo::VectorOutputOptions& options) const {
        const fs::path folder = *output_.output;
        OutputFolder made(folder);
        SessionFacts facts(session);
        // All are complete before the first takes its place.
        std::vector<std::unique_ptr<geo::FeatureSink>> done;
        for (const Layer* layer : asked) {
            refuse_existing(file_in(folder, *layer, to), options.overwrite);
            refuse_existing_style(folder / (layer->name + ".qml"), options.overwrite);
        }
        for (const Layer* layer : asked) {
            done.push_back(geo::make_sink(file_in(folder, *layer, to), to,
                                          schema_of(session, *layer), options));
            produce_styled(session, facts, *layer, what, *done.back());
        }
        for (const auto& sink : done) {
            sink->commit();
        }
        made.keep();
        for (const Layer* layer : asked) {
            write_style(session, *layer, what, folder / (layer->name + ".qml"));
            session.detail(file_in(folder, *layer, to).string());
        }
    }

    static fs::path file_in(const fs::path& folder, const Layer& layer, geo::VectorFormat format) {
        return folder / (layer.name + std::string(geo::suffix(format)));
    }

    // --- conversion ---

    // Standard input as a file; nothing when --from names one.
    std::unique_ptr<SpooledInput> spooled(const fs::path& from) const {
        if (from != "-") {
            if (input_format_) {
                throw Error(
                    ExitCode::usage,
                    fmt::format("--input-format is for standard input, --from -; the format "
                                "of '{}' is told by the file itself",
                                from.string()));
            }
            return nullptr;
        }
        const auto format = geo::parse_vector_format(input_format_.value_or(""));
        if (!format) {
            throw Error(ExitCode::usage,
                        "--from - needs --input-format, such as geojson or csv: standard input has "
                        "no suffix to tell it");
        }
        constexpr std::uint64_t kLimitBytes = std::uint64_t{8} << 30;
        return std::make_unique<SpooledInput>(geo::suffix(*format), kLimitBytes);
    }

    void convert(Session& session, const fs::path& from) const {
        const geo::VectorFormat to = format();
        if (is_folder()) {
            throw Error(ExitCode::usage,
                        fmt::format("--from writes one file; {} is a folder", target().string()));
        }
        refuse_existing(target(), output_options().overwrite);
        geo::ReadOptions options;
        options.layer = from_layer_;
        options.limits.features = 0;  // they stream: memory does not grow with them
        std::uint64_t skipped = 0;
        if (skip_bad_) {
            options.on_bad = [&](std::uint64_t, const geo::BadFeature& fault) {
                constexpr std::uint64_t kTold = 10;
                if (++skipped <= kTold) {
                    session.say(fmt::format("left out: {}", fault.what()));
                }
            };
        }
        const auto input = spooled(from);
        if (input) {
            options.shown = "standard input";
        }
        const auto reader = geo::open_vector(input ? input->path() : from, options);
        for (const std::string& note : reader->notes()) {
            session.say("note: " + note);
        }
        geo::Schema schema = reader->schema();
        if (input && schema.layer == input->path().stem()) {
            schema.layer = "input";  // not by the name of a temporary
        }
        const auto sink = geo::make_sink(target(), to, schema, output_options());
        geo::Feature feature;
        std::uint64_t count = 0;
        while (reader->next(feature)) {
            if (!ids_) {
                feature.id.reset();
            }
            sink->write(feature);
            ++count;
        }
        sink->commit();
        if (skipped > 0) {
            session.say(fmt::format("left out: {} of {} features", skipped, skipped + count));
        }
        session.detail(
            fmt::format("{}: {} features from {}", target().string(), count, from.string()));
    }

    std::vector<std::string> layers_;
    std::optional<std::string> from_layer_;
    std::optional<std::string> input_format_;
    OutputOptions output_;
    DateOptions dates_;
    std::vector<std::string> providers_;
    CoverageFlags coverage_;
    ClientFlags clients_;
    std::unique_ptr<sim::LatencyModel> model_;
    RasterOptions raster_;
    ScopeOptions scope_;
    double step_deg_ = 0.25;
    double tolerance_km_ = 1;
    int precision_ = 7;
    std::string style_ = "none";
    bool bbox_ = false;
    bool record_separator_ = false;
    bool ids_ = false;
    bool skip_bad_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_export_verb() {
    return std::make_unique<ExportVerb>();
}

}  // namespace footprint::cli
