// Where one can go without crossing the sea or a closed border: what a client's access network
// spans before the backbone begins.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "geo/atlas/atlas.h"
#include "geo/atlas/people.h"

namespace footprint::geo {

// Label of an area. Two places see each other over land exactly when their labels are equal.
using AccessAreaIndex = std::uint16_t;
inline constexpr AccessAreaIndex kNoArea = 0xFFFF;   // of a place: too far at sea
inline constexpr AccessAreaIndex kAnyArea = 0xFFFE;  // of a node: it is seen from everywhere

// Land that hangs together over open borders and fixed links; an island without one is an area.
struct AccessArea {
    std::string name;  // "Australia", "Russia and 80 more", "an island of Greece"
    std::vector<CountryIndex> countries;  // sorted; those with land in it
    double area_km2 = 0;                  // of its land
};

// Labels from the base map's shapes and backbone/access_borders.csv, whose rows say which borders
// are closed, which are crossed by backbone routes only ("gateway": else the two sides of a closed
// border would be joined the long way round), and which straits have a fixed link. Shapes that
// share a stretch of border hang together unless that border is closed or a gateway. The same at
// every date. Areas are numbered by size, the largest first.
class AccessAreas {
  public:
    // A place at sea belongs to the nearest land within this distance; else to none.
    static constexpr double kShore_m = 30'000;

    // Reads backbone/access_borders.csv. Throws Error (invalid) with file and line when a row is
    // malformed, when a closed border still has both its sides in one area, or when a link's end is
    // not near land of its country. `atlas` needs shapes. About 0.1 s.
    static AccessAreas load(const std::filesystem::path& datasets, const Atlas& atlas);

    std::span<const AccessArea> all() const;

    // The area at a position: the shape's that holds it, else the nearest within kShore_m. About
    // 1 µs on land. Thread-safe.
    AccessAreaIndex at(LonLat position) const;
    // The same with the country whose land it is: as Atlas::country_at on land, that of the nearest
    // land off the coast. kNoCountry and kNoArea: too far at sea.
    struct Shore {
        CountryIndex country = kNoCountry;
        AccessAreaIndex area = kNoArea;
    };
    Shore shore(LonLat position) const;
    // The same for a place that is known to count for a country (a demand point, a landing point):
    // land of that country within 200 km goes before land of others. A country without shapes
    // (Gibraltar, Tuvalu) takes the land within 5 km, else an area of its own.
    AccessAreaIndex at(LonLat position, CountryIndex country) const;
    // For each demand point, in its country.
    std::vector<AccessAreaIndex> of(const DemandPoints& points) const;

    // Countries and areas at `areas.size()` positions along a parallel, from `first_lon` on in
    // steps of `step_deg` (east), as shore() says but many times faster.
    // Either span may be empty. first_lon >= -180 and the last position below 180.
    void row(double lat, double first_lon, double step_deg, std::span<CountryIndex> countries,
             std::span<AccessAreaIndex> areas) const;

    struct Impl;  // of this room

  private:
    explicit AccessAreas(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
    std::shared_ptr<const Impl> impl_;
};

}  // namespace footprint::geo
