#include "geo/projection/domain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <numbers>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "geo/projection/projection.h"
#include "geo/sphere/geodesic.h"

namespace footprint::geo {

namespace {

constexpr std::size_t kLongestString = 16 * 1024;
// Where Web Mercator's map is square.
constexpr double kMercatorLimit = 85.0511287798066;

enum class Kind { world, cylinder, transverse, cone, disc, globe, perspective, flat };

struct Known {
    std::string_view proj;
    Kind kind;
    bool equal_area = false;
    bool gentle = false;
};

// The projections of PROJ whose maps end at lon0 ± 180°, at a parallel or at a circle. Others
// (interrupted, oblique, on polyhedra) are cut along lines that this room does not know.
constexpr Known kKnown[] = {
    {"eqearth", Kind::world, true, true},
    {"robin", Kind::world, false, true},
    {"natearth", Kind::world, false, true},
    {"natearth2", Kind::world, false, true},
    {"moll", Kind::world, true, true},
    {"wintri", Kind::world, false, true},
    {"eqc", Kind::world, false, true},
    {"cea", Kind::world, true},
    {"sinu", Kind::world, true, true},
    {"eck1", Kind::world},
    {"eck2", Kind::world, true},
    {"eck3", Kind::world, false, true},
    {"eck4", Kind::world, true, true},
    {"eck5", Kind::world, false, true},
    {"eck6", Kind::world, true, true},
    {"wag1", Kind::world, true},
    {"wag2", Kind::world},
    {"wag3", Kind::world},
    {"wag4", Kind::world, true},
    {"wag5", Kind::world},
    {"wag6", Kind::world},
    {"wag7", Kind::world, true},
    {"kav5", Kind::world},
    {"kav7", Kind::world},
    {"aitoff", Kind::world},
    {"hammer", Kind::world, true},
    {"vandg", Kind::world},
    {"fahey", Kind::world},
    {"goode", Kind::world, true},
    {"hatano", Kind::world, true},
    {"loxim", Kind::world},
    {"mbtfps", Kind::world, true},
    {"mbtfpp", Kind::world, true},
    {"mbtfpq", Kind::world, true},
    {"mbt_s", Kind::world},
    {"nell", Kind::world, true},
    {"nell_h", Kind::world},
    {"patterson", Kind::world},
    {"comill", Kind::world},
    {"mill", Kind::world},
    {"gall", Kind::world},
    {"times", Kind::world},
    {"tobmerc", Kind::cylinder},
    {"merc", Kind::cylinder},
    {"webmerc", Kind::cylinder},
    {"tmerc", Kind::transverse},
    {"utm", Kind::transverse},
    {"cass", Kind::transverse},
    {"lcc", Kind::cone},
    {"aea", Kind::world, true},
    {"leac", Kind::world, true},
    {"eqdc", Kind::world},
    {"bonne", Kind::world},
    {"laea", Kind::disc, true},
    {"aeqd", Kind::disc},
    {"airy", Kind::globe},
    {"ortho", Kind::globe, false, true},
    {"nsper", Kind::perspective},
    {"stere", Kind::flat},
    {"gnom", Kind::flat},
};

struct Named {
    std::string_view name;
    std::string_view proj_string;
    bool has_lat0 = false;
};

constexpr Named kNamed[] = {
    {"equal-earth", "+proj=eqearth +ellps=WGS84"},
    {"robinson", "+proj=robin +R=6378137"},
    {"natural-earth", "+proj=natearth +R=6378137"},
    {"mollweide", "+proj=moll +R=6378137"},
    {"winkel-tripel", "+proj=wintri +R=6378137"},
    {"orthographic", "+proj=ortho +R=6378137", true},
    {"web-mercator", "+proj=webmerc +ellps=WGS84"},
    {"azimuthal-equidistant", "+proj=aeqd +R=6371008.8", true},
};

// Parameters that only describe a figure or a map: none reads a file, none chains operations.
constexpr std::string_view kAllowed[] = {
    "proj", "lon_0", "lat_0", "lat_1", "lat_2", "lat_ts", "R",       "a",     "b",     "f",
    "rf",   "ellps", "h",     "W",     "M",     "n",      "q",       "k",     "k_0",   "x_0",
    "y_0",  "units", "zone",  "south", "mode",  "m",      "no_defs", "lat_b", "datum", "type"};

// What a parameter may be: degrees, metres or plain factors, each within reason, so that nothing
// overflows on the way to a pixel.
struct NumberRange {
    std::string_view key;
    double least;
    double most;
};
constexpr NumberRange kNumbers[] = {
    {"lon_0", -360, 360}, {"lat_0", -90, 90}, {"lat_1", -90, 90}, {"lat_2", -90, 90},
    {"lat_ts", -90, 90},  {"lat_b", -90, 90}, {"R", 1, 1e9},      {"a", 1, 1e9},
    {"b", 1, 1e9},        {"f", 0, 0.5},      {"rf", 2, 1e9},     {"h", 1, 1e12},
    {"W", -360, 360},     {"M", -1e3, 1e3},   {"n", -1e3, 1e3},   {"q", -1e3, 1e3},
    {"m", -1e3, 1e3},     {"k", 1e-3, 1e3},   {"k_0", 1e-3, 1e3}, {"x_0", -1e9, 1e9},
    {"y_0", -1e9, 1e9},   {"zone", 1, 60}};

[[noreturn]] void refuse(const std::string& what) {
    throw Error(ExitCode::usage, "projection: " + what);
}

struct Parameter {
    std::string key;
    std::string value;
};

std::vector<Parameter> parameters_of(std::string_view text) {
    std::vector<Parameter> parameters;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find_first_of(" \t\r\n", at), text.size());
        std::string_view token = text.substr(at, end - at);
        at = end + 1;
        if (token.empty()) {
            continue;
        }
        if (token.front() == '+') {
            token.remove_prefix(1);
        }
        const std::size_t equals = token.find('=');
        const std::string_view value =
            equals == std::string_view::npos ? std::string_view{} : token.substr(equals + 1);
        parameters.push_back({std::string(token.substr(0, equals)), std::string(value)});
    }
    return parameters;
}

bool is_plain(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '+' || c == '_';
    });
}

void check_number(const Parameter& parameter) {
    for (const auto& range : kNumbers) {
        if (range.key != parameter.key) {
            continue;
        }
        const auto value = parse_number(parameter.value);
        if (!value || !(*value >= range.least && *value <= range.most)) {
            refuse(fmt::format("'+{}={}': expected a number from {:g} to {:g}", parameter.key,
                               parameter.value, range.least, range.most));
        }
    }
}

void check_parameter(const Parameter& parameter) {
    const bool known =
        std::find(std::begin(kAllowed), std::end(kAllowed), parameter.key) != std::end(kAllowed);
    if (!known) {
        refuse(
            fmt::format("'+{}' is not accepted: a projection here may not read files or chain "
                        "operations; accepted parameters are {}",
                        parameter.key, fmt::join(kAllowed, ", ")));
    }
    if (!is_plain(parameter.value)) {
        refuse(fmt::format("'+{}={}': expected a plain number or name", parameter.key,
                           parameter.value));
    }
    check_number(parameter);
}

std::optional<double> number_of(std::span<const Parameter> parameters, std::string_view key) {
    for (const auto& parameter : parameters) {
        if (parameter.key != key) {
            continue;
        }
        const auto value = parse_number(parameter.value);
        if (!value) {
            refuse(fmt::format("'+{}={}': expected a number of degrees or metres", key,
                               parameter.value));
        }
        return value;
    }
    return std::nullopt;
}

const Known& known_projection(std::string_view proj) {
    std::vector<std::string> all;
    for (const auto& known : kKnown) {
        if (known.proj == proj) {
            return known;
        }
        all.emplace_back(known.proj);
    }
    refuse(
        fmt::format("'+proj={}' is not known, or its map is cut elsewhere than at 180° from "
                    "its middle.{} Expected one of: {}",
                    proj, did_you_mean(proj, all), join(all, ", ")));
}

double perspective_cap(std::span<const Parameter> parameters) {
    const double height = number_of(parameters, "h").value_or(0);
    if (!(height > 0)) {
        refuse("'+proj=nsper' needs +h, the height of the eye in metres above the ground");
    }
    return std::acos(kEquatorialRadius_m / (kEquatorialRadius_m + height)) * 180 /
           std::numbers::pi * 0.9999;
}

bool has_figure(std::span<const Parameter> parameters) {
    return std::any_of(parameters.begin(), parameters.end(), [](const Parameter& p) {
        return p.key == "R" || p.key == "a" || p.key == "ellps" || p.key == "datum";
    });
}

bool is_sphere(std::span<const Parameter> parameters) {
    return std::any_of(parameters.begin(), parameters.end(),
                       [](const Parameter& p) { return p.key == "R"; });
}

Domain cone_domain(std::span<const Parameter> parameters) {
    Domain domain;
    const bool north = number_of(parameters, "lat_1").value_or(1) >= 0;
    (north ? domain.min_lat_deg : domain.max_lat_deg) = north ? -60 : 60;
    return domain;
}

Domain domain_of(const Known& known, std::span<const Parameter> parameters) {
    Domain domain;
    switch (known.kind) {
        case Kind::world:
            return domain;
        case Kind::cylinder:
            domain.min_lat_deg = -kMercatorLimit;
            domain.max_lat_deg = kMercatorLimit;
            return domain;
        case Kind::transverse:
            domain.half_width_deg = 60;
            return domain;
        case Kind::cone:
            return cone_domain(parameters);
        case Kind::disc:
            // On the ellipsoid directions fold over within half a degree of the antipode.
            return {true, 180, -90, 90,
                    known.proj == "aeqd" && !is_sphere(parameters) ? 178.8 : 179.9};
        case Kind::globe:
            return {true, 180, -90, 90, 89.9999};
        case Kind::perspective:
            return {true, 180, -90, 90, perspective_cap(parameters)};
        case Kind::flat:
            return {true, 180, -90, 90, known.proj == "gnom" ? 60.0 : 120.0};
    }
    return domain;
}

// The string given to PROJ: relative to the central meridian, with a figure of the Earth.
std::string normalized_string(std::span<const Parameter> parameters, const Known& known,
                              double lat0_deg) {
    std::string text;
    for (const auto& p : parameters) {
        if (p.key == "lon_0" || p.key == "type" || (p.key == "lat_0" && known.kind >= Kind::disc)) {
            continue;
        }
        text +=
            p.value.empty() ? fmt::format("+{} ", p.key) : fmt::format("+{}={} ", p.key, p.value);
    }
    if (!has_figure(parameters)) {
        const bool sphere = known.kind >= Kind::globe;
        text += sphere ? "+R=6378137 " : "+ellps=WGS84 ";
    }
    if (known.kind >= Kind::disc) {
        text += fmt::format("+lat_0={} ", lat0_deg);
    }
    return text + "+lon_0=0";
}

double utm_meridian(std::span<const Parameter> parameters) {
    const double zone = number_of(parameters, "zone").value_or(0);
    if (zone < 1 || zone > 60) {
        refuse("'+proj=utm' needs +zone from 1 to 60");
    }
    return std::floor(zone) * 6 - 183;
}

const Named* find_named(std::string_view name) {
    for (const auto& named : kNamed) {
        if (named.name == name) {
            return &named;
        }
    }
    return nullptr;
}

[[noreturn]] void refuse_name(std::string_view name) {
    std::vector<std::string> all;
    for (const auto& named : kNamed) {
        all.emplace_back(named.name);
    }
    refuse(
        fmt::format("unknown name '{}'.{} Expected one of {}, or a PROJ string such as "
                    "'+proj=eck4'",
                    name.substr(0, 80), did_you_mean(name.substr(0, 80), all), join(all, ", ")));
}

void check_angles(double lon0_deg, double lat0_deg) {
    if (!(std::abs(lon0_deg) <= 360)) {
        refuse(fmt::format("central meridian {}: expected -180 to 180 degrees", lon0_deg));
    }
    if (!(std::abs(lat0_deg) <= 90)) {
        refuse(fmt::format("latitude of the centre {}: expected -90 to 90 degrees", lat0_deg));
    }
}

}  // namespace

Definition define_projection(std::string_view name_or_proj_string, double lon0_deg,
                             double lat0_deg) {
    if (name_or_proj_string.size() > kLongestString) {
        refuse(fmt::format("a string of {} bytes: expected at most {}", name_or_proj_string.size(),
                           kLongestString));
    }
    const std::string_view text = trimmed(name_or_proj_string);
    const std::string lower = lower_ascii(text);
    const Named* named = find_named(lower);
    if (named == nullptr && text.find('=') == std::string_view::npos) {
        refuse_name(text);
    }
    check_angles(lon0_deg, lat0_deg);
    const auto parameters = parameters_of(named != nullptr ? named->proj_string : text);
    std::string proj;
    for (const auto& parameter : parameters) {
        check_parameter(parameter);
        if (parameter.key == "proj") {
            if (!proj.empty()) {
                refuse("more than one +proj: operations cannot be chained here");
            }
            proj = parameter.value;
        }
    }
    if (proj.empty()) {
        refuse(fmt::format("'{}' names no +proj", text.substr(0, 80)));
    }
    const Known& known = known_projection(proj);
    Definition result;
    result.name = std::string(text);
    if (proj == "utm") {
        // PROJ derives the meridian from the zone; longitudes stay relative to it.
        result.proj_string = "+proj=tmerc +k=0.9996 +ellps=WGS84 +lon_0=0";
        result.lon0_deg = normalized_lon(lon0_deg + utm_meridian(parameters));
    } else {
        const double own_lat0 = number_of(parameters, "lat_0").value_or(0);
        result.lat0_deg = known.kind >= Kind::disc ? std::clamp(lat0_deg + own_lat0, -90., 90.) : 0;
        result.lon0_deg = normalized_lon(lon0_deg + number_of(parameters, "lon_0").value_or(0));
        result.proj_string = normalized_string(parameters, known, result.lat0_deg);
    }
    result.domain = domain_of(known, parameters);
    result.equal_area = known.equal_area;
    result.gentle = known.gentle;
    return result;
}

std::span<const std::string_view> Projection::names() {
    static constexpr auto kNames = [] {
        std::array<std::string_view, std::size(kNamed)> names;
        for (std::size_t i = 0; i < names.size(); ++i) {
            names[i] = kNamed[i].name;
        }
        return names;
    }();
    return kNames;
}

}  // namespace footprint::geo
