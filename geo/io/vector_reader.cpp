#include "geo/io/vector_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "geo/io/gpkg_reader.h"
#include "geo/io/json_guard.h"
#include "geo/io/ogr_reader.h"

namespace footprint::geo {
namespace {
namespace fs = std::filesystem;

using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

constexpr std::string_view kReadable =
    "expected GeoJSON, GeoJSONSeq, GeoPackage, FlatGeobuf, CSV or an ESRI Shapefile";

// Names that GDAL would take for something else than a file.
void refuse_tricks(const std::string& name) {
    const std::string lower = lower_ascii(trimmed(name));
    if (lower.starts_with("/vsi")) {
        throw Error(ExitCode::usage,
                    fmt::format("{} is a virtual file of GDAL; those are not read. "
                                "Give the name of a plain file",
                                name));
    }
    const auto scheme = lower.find("://");
    if (scheme != std::string::npos && lower.find('/') > scheme) {
        throw Error(
            ExitCode::usage,
            fmt::format("{} is a URL; nothing is read from the network. Fetch it, then give "
                        "the name of the file",
                        name));
    }
    if (lower.starts_with('{') || lower.starts_with('[')) {
        throw Error(ExitCode::usage,
                    fmt::format("'{}…' is JSON text, not the name of a file", name.substr(0, 20)));
    }
}

// The file itself, links followed: absolute, regular, not empty.
fs::path real_file(const fs::path& path, const std::string& shown) {
    refuse_tricks(path.string());
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    if (error) {
        throw Error(ExitCode::failed, fmt::format("cannot open {}: {}", shown, error.message()));
    }
    refuse_tricks(real.string());
    if (fs::is_directory(real)) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot read {}: it is a folder, not a regular file", shown));
    }
    if (!fs::is_regular_file(real)) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot read {}: it is not a regular file", shown));
    }
    if (fs::file_size(real) == 0) {
        throw Error(ExitCode::invalid,
                    fmt::format("cannot read {}: it is empty; {}", shown, kReadable));
    }
    return real;
}

File open_bytes(const fs::path& path) {
    File file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (!file) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot open {}: {}", path.string(), std::strerror(errno)));
    }
    return file;
}

enum class Format { geojson, geojsonseq, gpkg, flatgeobuf, csv, shapefile, unknown };

const char* driver_name(Format format) {
    switch (format) {
        case Format::geojson:
            return "GeoJSON";
        case Format::geojsonseq:
            return "GeoJSONSeq";
        case Format::gpkg:
            return "GPKG";
        case Format::flatgeobuf:
            return "FlatGeobuf";
        case Format::csv:
            return "CSV";
        case Format::shapefile:
            return "ESRI Shapefile";
        default:
            return "unknown";
    }
}

Format by_suffix(const fs::path& path) {
    const std::string suffix = lower_ascii(path.extension().string());
    constexpr std::array<std::pair<std::string_view, Format>, 12> kSuffixes = {{
        {".geojson", Format::geojson},
        {".json", Format::geojson},
        {".geojsonl", Format::geojsonseq},
        {".geojsons", Format::geojsonseq},
        {".geojsonseq", Format::geojsonseq},
        {".ndjson", Format::geojsonseq},
        {".jsonl", Format::geojsonseq},
        {".gpkg", Format::gpkg},
        {".fgb", Format::flatgeobuf},
        {".csv", Format::csv},
        {".tsv", Format::csv},
        {".shp", Format::shapefile},
    }};
    for (const auto& [text, format] : kSuffixes) {
        if (suffix == text) {
            return format;
        }
    }
    return Format::unknown;
}

bool is_json(Format format) {
    return format == Format::geojson || format == Format::geojsonseq;
}

// What the first bytes say; CSV has no mark of its own.
Format by_content(std::string_view head, Format suffix) {
    using namespace std::string_view_literals;
    if (head.starts_with("SQLite format 3\0"sv)) {
        return Format::gpkg;
    }
    if (head.starts_with("fgb\x03"sv)) {
        return Format::flatgeobuf;
    }
    if (head.starts_with("\0\0\x27\x0A"sv)) {
        return Format::shapefile;
    }
    if (head.starts_with("\xEF\xBB\xBF"sv)) {
        head.remove_prefix(3);
    }
    const auto first = head.find_first_not_of(" \t\r\n");
    const char mark = first == std::string_view::npos ? '\0' : head[first];
    if (mark == '\x1E') {
        return Format::geojsonseq;
    }
    if (mark == '{' || mark == '[') {
        return suffix == Format::geojsonseq ? Format::geojsonseq : Format::geojson;
    }
    const bool is_text = head.find('\0') == std::string_view::npos;
    return suffix == Format::csv && is_text && mark != '<' ? Format::csv : Format::unknown;
}

Format format_of(const fs::path& real, const std::string& shown) {
    std::array<char, 512> bytes{};
    const File file = open_bytes(real);
    const std::size_t got = std::fread(bytes.data(), 1, bytes.size(), file.get());
    const std::string_view head(bytes.data(), got);
    const Format suffix = by_suffix(real);
    const Format content = by_content(head, suffix);
    if (content == Format::unknown) {
        const bool is_xml = head.find('<') < head.find_first_not_of(" \t\r\n") + 1;
        throw Error(ExitCode::invalid,
                    fmt::format("cannot read {}: {}; {}", shown,
                                is_xml ? "it is XML (such as a VRT), which is never read"
                                       : "its first bytes are of no format that is read",
                                kReadable));
    }
    const bool agree =
        suffix == Format::unknown || suffix == content || (is_json(suffix) && is_json(content));
    if (!agree) {
        throw Error(ExitCode::invalid,
                    fmt::format("cannot read {}: its suffix says {}, its first bytes {}; rename it",
                                shown, driver_name(suffix), driver_name(content)));
    }
    return content;
}

std::string said_of(const std::string& shown, const BadGeometry& bad) {
    return fmt::format("{}, feature {} (line {}): {}", shown, bad.feature, bad.line, bad.reason);
}

// Leaves out bad features: those that are known to be (of JSON, looked through before) and those
// that the reader says are.
class Skipping final : public VectorReader {
  public:
    Skipping(std::unique_ptr<VectorReader> reader, std::string shown, std::vector<BadGeometry> bad,
             const ReadOptions& options)
        : reader_(std::move(reader)),
          shown_(std::move(shown)),
          bad_(std::move(bad)),
          on_bad_(options.on_bad) {}

    const Schema& schema() const override { return reader_->schema(); }
    const std::vector<std::string>& notes() const override { return reader_->notes(); }

    bool next(Feature& feature) override {
        while (true) {
            ++count_;
            const BadGeometry* known = known_bad();
            try {
                if (!reader_->next(feature)) {
                    return false;
                }
                if (known == nullptr) {
                    return true;
                }
                on_bad_(count_, BadFeature(said_of(shown_, *known)));
            } catch (const BadFeature& fault) {
                on_bad_(count_, known ? BadFeature(said_of(shown_, *known)) : fault);
            }
        }
    }

  private:
    // What the list says of the current feature.
    const BadGeometry* known_bad() {
        const bool is_next = at_ < bad_.size() && bad_[at_].feature == count_;
        return is_next ? &bad_[at_++] : nullptr;
    }

    std::unique_ptr<VectorReader> reader_;
    std::string shown_;
    std::vector<BadGeometry> bad_;
    std::function<void(std::uint64_t, const BadFeature&)> on_bad_;
    std::size_t at_ = 0;       // next of bad_
    std::uint64_t count_ = 0;  // features read
};

// The bad features of JSON; without on_bad the first is an Error.
std::vector<BadGeometry> bad_features(const fs::path& real, const std::string& shown,
                                      const ReadOptions& options) {
    constexpr std::size_t kMost = 1'000'000;
    auto bad = check_json(real, shown, options.limits.json_depth, options.on_bad ? kMost : 1);
    if (!bad.empty() && !options.on_bad) {
        throw BadFeature(said_of(shown, bad.front()));
    }
    if (bad.size() == kMost) {
        throw Error(
            ExitCode::invalid,
            fmt::format("{}: {} features are bad, the limit; is it the right file?", shown, kMost));
    }
    return bad;
}

// What another program is still writing is not in the file that we would read.
void refuse_unfinished(const fs::path& real, const std::string& shown) {
    std::error_code ignored;
    const fs::path log = real.string() + "-wal";
    if (fs::exists(log, ignored) && fs::file_size(log, ignored) > 0) {
        throw Error(
            ExitCode::failed,
            fmt::format("cannot read {}: {} beside it holds changes that are not in it yet; "
                        "close the program that writes it",
                        shown, log.filename().string()));
    }
}

}  // namespace

std::unique_ptr<VectorReader> open_vector(const fs::path& path, const ReadOptions& options) {
    const std::string shown = options.shown.value_or(path.string());
    const fs::path real = real_file(path, shown);
    const Format format = format_of(real, shown);
    std::vector<BadGeometry> bad;
    std::unique_ptr<VectorReader> reader;
    if (format == Format::gpkg) {
        refuse_unfinished(real, shown);
        reader = open_gpkg(real, options);
    } else {
        if (is_json(format)) {
            bad = bad_features(real, shown, options);
        }
        reader = open_ogr(driver_name(format), real, shown, options);
    }
    if (!options.on_bad) {
        return reader;
    }
    return std::make_unique<Skipping>(std::move(reader), shown, std::move(bad), options);
}

std::vector<LayerInfo> list_layers(const fs::path& path) {
    const fs::path real = real_file(path, path.string());
    const Format format = format_of(real, path.string());
    if (format == Format::gpkg) {
        return list_gpkg_layers(real);
    }
    if (is_json(format)) {
        check_json(real, path.string(), ReadLimits{}.json_depth, 1);
    }
    return list_ogr_layers(driver_name(format), real, path.string());
}

Schema read_features(const fs::path& path, const ReadOptions& options,
                     const std::function<void(const Feature&)>& each) {
    const std::unique_ptr<VectorReader> reader = open_vector(path, options);
    Feature feature;
    while (reader->next(feature)) {
        each(feature);
    }
    return reader->schema();
}

}  // namespace footprint::geo
