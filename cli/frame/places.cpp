#include "cli/frame/places.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "base/text.h"

namespace footprint::cli {

std::optional<geo::LonLat> parse_position(const std::string& text) {
    const auto parts = split(text, ',');
    if (parts.size() != 2) {
        return std::nullopt;
    }
    const auto lon = parse_number(parts[0]);
    const auto lat = parse_number(parts[1]);
    if (!lon || !lat) {
        return std::nullopt;
    }
    if (!(std::abs(*lon) <= 180) || !(std::abs(*lat) <= 90)) {
        throw Error(ExitCode::usage,
                    fmt::format("'{}' is not on Earth; expected lon,lat in degrees: longitude "
                                "first, within ±180, latitude within ±90",
                                text));
    }
    return geo::LonLat{geo::normalized_lon(*lon), *lat};
}

const geo::City& require_city(Session& session, const std::string& name,
                              const std::string& unknown) {
    const auto cities = session.cities().find(name);
    if (cities.empty()) {
        std::vector<std::string> known;
        for (const auto& region : session.catalog().regions()) {
            known.push_back(region.id);
            known.push_back(region.city);
        }
        throw Error(ExitCode::usage, fmt::format("{} '{}'.{} A position is lon,lat in degrees",
                                                 unknown, name, did_you_mean(name, known)));
    }
    if (cities.size() > 1) {
        session.detail(
            fmt::format("{} places are called '{}'; took the largest. '{}, CC' picks "
                        "the country CC",
                        cities.size(), name, name));
    }
    return *cities.front();
}

}  // namespace footprint::cli
