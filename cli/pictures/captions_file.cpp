#include "cli/pictures/captions_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"

namespace footprint::cli {
namespace {

constexpr std::size_t kMostCaptions = 1000;
constexpr std::size_t kLongestCaption = 100;  // one line of a frame

[[noreturn]] void refuse_caption(const CsvReader& rows, const std::string& what) {
    throw Error(ExitCode::invalid, fmt::format("{}:{}: {}", rows.name(), rows.line(), what));
}

std::size_t caption_column(const CsvReader& rows, const char* name) {
    if (const auto column = rows.column(name)) {
        return *column;
    }
    throw Error(ExitCode::invalid,
                fmt::format("{} has no column '{}'; a captions file has the columns date and text, "
                            "and may have lon and lat",
                            rows.name(), name));
}

double caption_degrees(const CsvReader& rows, std::string_view text, const char* name,
                       double most) {
    const auto value = parse_number(text);
    if (!value || !(std::abs(*value) <= most)) {
        refuse_caption(rows, fmt::format("{} is '{}'; expected degrees from {} to {}", name, text,
                                         -most, most));
    }
    return *value;
}

std::optional<geo::LonLat> caption_place(const CsvReader& rows, std::string_view lon,
                                         std::string_view lat) {
    if (lon.empty() != lat.empty()) {
        refuse_caption(rows, "only one of lon and lat is given; expected both, or neither");
    }
    if (lon.empty()) {
        return std::nullopt;
    }
    return geo::LonLat{caption_degrees(rows, lon, "lon", 180),
                       caption_degrees(rows, lat, "lat", 90)};
}

Date caption_day(const CsvReader& rows, std::string_view text) {
    try {
        return parse_date_interval(text).first_day();
    } catch (const Error& error) {
        refuse_caption(rows, error.what());
    }
}

std::string caption_words(const CsvReader& rows, std::string_view text) {
    if (text.empty()) {
        refuse_caption(rows, "text is empty; expected what the caption says");
    }
    const auto characters =
        static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
            return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
        }));
    if (characters > kLongestCaption) {
        refuse_caption(rows,
                       fmt::format("text has {} characters; a caption is one line of at most {}",
                                   characters, kLongestCaption));
    }
    if (std::any_of(text.begin(), text.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
        refuse_caption(
            rows, "text holds a line break or another control character; a caption is one line");
    }
    return std::string(text);
}

// "00:01:02.345"
std::string vtt_time(double seconds) {
    const auto ms = std::llround(std::max(0.0, seconds) * 1000);
    return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3600000, ms / 60000 % 60, ms / 1000 % 60,
                       ms % 1000);
}

// What WebVTT reads as markup.
std::string vtt_text(const std::string& text) {
    std::string out;
    for (const char c : text) {
        out += c == '&' ? "&amp;" : (c == '<' ? "&lt;" : (c == '>' ? "&gt;" : std::string(1, c)));
    }
    return out;
}

}  // namespace

std::vector<render::Caption> read_captions(const std::filesystem::path& file) {
    CsvReader rows(file);
    const std::size_t date = caption_column(rows, "date");
    const std::size_t text = caption_column(rows, "text");
    const auto lon = rows.column("lon");
    const auto lat = rows.column("lat");
    std::vector<render::Caption> captions;
    while (rows.next()) {
        render::Caption caption;
        caption.date = caption_day(rows, rows.field(date));
        caption.text = caption_words(rows, rows.field(text));
        caption.at = caption_place(rows, rows.field(lon), rows.field(lat));
        captions.push_back(std::move(caption));
        if (captions.size() > kMostCaptions) {
            refuse_caption(rows, fmt::format("more than {} captions", kMostCaptions));
        }
    }
    if (!rows.diagnostics().empty()) {
        const Diagnostic& first = rows.diagnostics().front();
        throw Error(ExitCode::invalid,
                    fmt::format("{}:{}: {}", rows.name(), first.line, first.message));
    }
    if (captions.empty()) {
        throw Error(ExitCode::invalid,
                    fmt::format("{} has no captions; expected at least one row with date and text",
                                file.string()));
    }
    std::stable_sort(
        captions.begin(), captions.end(),
        [](const render::Caption& a, const render::Caption& b) { return a.date < b.date; });
    return captions;
}

std::string captions_vtt(const std::vector<render::Caption>& captions) {
    std::string vtt = "WEBVTT\n";
    std::size_t number = 0;
    for (const render::Caption& caption : captions) {
        vtt +=
            fmt::format("\n{}\n{} --> {}\n{} {}\n", ++number, vtt_time(caption.from_s),
                        vtt_time(caption.to_s), caption.date.year_month(), vtt_text(caption.text));
    }
    return vtt;
}

}  // namespace footprint::cli
