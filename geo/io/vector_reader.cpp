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
fs::path real_file(const fs::path& path) {
    refuse_tricks(path.string());
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    if (error) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot open {}: {}", path.string(), error.message()));
    }
    refuse_tricks(real.string());
    if (!fs::is_regular_file(real)) {
        throw Error(ExitCode::failed,
                    fmt::format("cannot read {}: it is not a regular file", path.string()));
    }
    if (fs::file_size(real) == 0) {
        throw Error(ExitCode::invalid,
                    fmt::format("cannot read {}: it is empty; {}", path.string(), kReadable));
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

// Reads JSON before a parser does: counts how deep brackets nest, since parsers recurse, and looks
// for NaN and Infinity, which GDAL would take for missing geometries.
class JsonGuard {
  public:
    enum class Verdict { good, too_deep, not_a_number };

    explicit JsonGuard(int limit) : limit_(limit) {}

    Verdict feed(std::string_view bytes) {
        for (const char c : bytes) {
            if (in_string_) {
                in_string_ = escaped_ || c != '"';
                escaped_ = !escaped_ && c == '\\';
            } else if (c == '"') {
                in_string_ = true;
                escaped_ = false;
            } else if (c == '{' || c == '[') {
                if (++depth_ > limit_) {
                    return Verdict::too_deep;
                }
            } else if (c == '}' || c == ']') {
                --depth_;
            } else if (c == 'N' || c == 'I') {  // no word of JSON has them
                return Verdict::not_a_number;
            }
        }
        return Verdict::good;
    }

  private:
    int limit_;
    int depth_ = 0;
    bool in_string_ = false;
    bool escaped_ = false;
};

void check_json(const fs::path& real, const std::string& shown, int limit) {
    const File file = open_bytes(real);
    std::vector<char> buffer(std::size_t{1} << 18);
    JsonGuard guard(limit);
    while (true) {
        const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get());
        if (got == 0) {
            return;
        }
        const JsonGuard::Verdict verdict = guard.feed({buffer.data(), got});
        if (verdict != JsonGuard::Verdict::good) {
            const std::string why =
                verdict == JsonGuard::Verdict::too_deep
                    ? fmt::format("its JSON nests deeper than {} levels, the limit", limit)
                    : "it holds NaN or Infinity, which are not JSON; expected finite numbers";
            throw Error(ExitCode::invalid, fmt::format("cannot read {}: {}", shown, why));
        }
    }
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
    const fs::path real = real_file(path);
    const Format format = format_of(real, path.string());
    if (format == Format::gpkg) {
        refuse_unfinished(real, path.string());
        return open_gpkg(real, options);
    }
    if (is_json(format)) {
        check_json(real, path.string(), options.limits.json_depth);
    }
    return open_ogr(driver_name(format), real, path.string(), options);
}

std::vector<LayerInfo> list_layers(const fs::path& path) {
    const fs::path real = real_file(path);
    const Format format = format_of(real, path.string());
    if (format == Format::gpkg) {
        return list_gpkg_layers(real);
    }
    if (is_json(format)) {
        check_json(real, path.string(), ReadLimits{}.json_depth);
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
