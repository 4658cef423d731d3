#include "cli/pictures/camera_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"

namespace footprint::cli {
namespace {

constexpr std::size_t kMostKeys = 1000;
constexpr double kLargestZoom = 50;
constexpr double kShortestTravel_s = 1;
constexpr double kLongestTravel_s = 3600;

[[noreturn]] void refuse_key(const CsvReader& rows, const std::string& what) {
    throw Error(ExitCode::invalid, fmt::format("{}:{}: {}", rows.name(), rows.line(), what));
}

void check_camera_columns(const CsvReader& rows) {
    const std::vector<std::string> known{"date", "lon", "lat", "zoom", "travel_s"};
    for (const std::string& name : rows.header()) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            throw Error(ExitCode::invalid,
                        fmt::format("{}:1: there is no column '{}'.{} A camera file has the "
                                    "columns date, lon, lat and zoom, and may have travel_s",
                                    rows.name(), name, did_you_mean(name, known)));
        }
    }
    for (const char* const name : {"date", "lon", "lat", "zoom"}) {
        if (!rows.column(name)) {
            throw Error(ExitCode::invalid,
                        fmt::format("{} has no column '{}'; a camera file has the columns date, "
                                    "lon, lat and zoom, and may have travel_s",
                                    rows.name(), name));
        }
    }
}

// A number within [least, most]; "nan" is none.
double key_number(const CsvReader& rows, const char* name, double least, double most) {
    const std::string_view text = rows.field(rows.column(name));
    const auto value = parse_number(text);
    if (!value || !(*value >= least && *value <= most)) {
        refuse_key(rows, fmt::format("{} is '{}'; expected a number from {} to {}", name, text,
                                     least, most));
    }
    return *value;
}

Date key_day(const CsvReader& rows) {
    try {
        return parse_date_interval(rows.field(rows.column("date"))).first_day();
    } catch (const Error& error) {
        refuse_key(rows, error.what());
    }
}

CameraRow key_row(const CsvReader& rows) {
    CameraRow row;
    row.date = key_day(rows);
    const bool has_lon = !rows.field(rows.column("lon")).empty();
    const bool has_lat = !rows.field(rows.column("lat")).empty();
    if (has_lon != has_lat) {
        refuse_key(rows, "only one of lon and lat is given; expected both, or neither");
    }
    if (has_lon) {
        row.at = geo::LonLat{key_number(rows, "lon", -180, 180), key_number(rows, "lat", -90, 90)};
    }
    row.zoom = key_number(rows, "zoom", 1, kLargestZoom);
    if (!rows.field(rows.column("travel_s")).empty()) {
        row.travel_s = key_number(rows, "travel_s", kShortestTravel_s, kLongestTravel_s);
    }
    return row;
}

}  // namespace

CameraRows read_camera(const std::filesystem::path& file) {
    CsvReader rows(file);
    check_camera_columns(rows);
    CameraRows read;
    read.name = rows.name();
    while (rows.next()) {
        const CameraRow row = key_row(rows);
        if (!read.rows.empty() && row.date <= read.rows.back().date) {
            refuse_key(rows, fmt::format("{} does not come after {} in the row before; a camera's "
                                         "dates rise",
                                         row.date.iso(), read.rows.back().date.iso()));
        }
        read.rows.push_back(row);
        if (read.rows.size() > kMostKeys) {
            refuse_key(rows, fmt::format("more than {} rows", kMostKeys));
        }
    }
    if (!rows.diagnostics().empty()) {
        const Diagnostic& first = rows.diagnostics().front();
        throw Error(ExitCode::invalid,
                    fmt::format("{}:{}: {}", rows.name(), first.line, first.message));
    }
    if (read.rows.empty()) {
        throw Error(
            ExitCode::invalid,
            fmt::format("{} has no rows; expected at least one with date and zoom", file.string()));
    }
    return read;
}

std::vector<render::CameraKey> camera_keys(Session& session, const CameraRows& rows,
                                           const render::FilmClock& clock) {
    std::vector<render::CameraKey> keys;
    std::size_t late = 0;
    for (const CameraRow& row : rows.rows) {
        if (row.date > clock.to) {
            ++late;
            continue;
        }
        if (row.date <= clock.from) {
            keys.clear();  // the last of these is where the film begins
        }
        keys.push_back(
            {std::max(0.0, clock.second_of(row.date.days())), row.at, row.zoom, row.travel_s});
    }
    if (keys.empty()) {
        throw Error(ExitCode::invalid, fmt::format("all dates of {} are after the film's last, {}",
                                                   rows.name, clock.to.iso()));
    }
    if (late > 0) {
        session.say(
            fmt::format("{} of {} camera rows have dates after the film's last, {}, and "
                        "are left out",
                        late, rows.rows.size(), clock.to.iso()));
    }
    if (keys.size() == 1) {
        session.say("the camera has one place: the film stays there throughout");
    }
    return keys;
}

}  // namespace footprint::cli
