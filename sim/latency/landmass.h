// Which pieces of land hang together: what the land links of the backbone may join.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "geo/atlas/atlas.h"

namespace footprint::sim {

// Label of a landmass: shapes of the base map that share a stretch of border, whatever the border.
using Landmass = std::uint32_t;
inline constexpr Landmass kNoLandmass = 0xFFFFFFFF;

struct LandPlace {
    geo::CountryIndex country = geo::kNoCountry;
    Landmass landmass = kNoLandmass;
};

class Landmasses {
  public:
    // Reads the shapes of an atlas that has them. About 0.1 s.
    explicit Landmasses(const geo::Atlas& atlas);

    // Of a point that is known to be a country's: the piece that holds it, else the nearest of the
    // country's pieces, whatever the distance (landing points stand at sea on a coarse map).
    // kNoLandmass if the country has no shape.
    Landmass of(geo::LonLat position, geo::CountryIndex country) const;

    // Country and landmass at a position: what holds it, else the nearest coast within shore_km;
    // nothing farther out at sea. About 1 µs on land.
    std::optional<LandPlace> at(geo::LonLat position, double shore_km) const;

    struct Impl;

  private:
    std::shared_ptr<const Impl> impl_;
};

}  // namespace footprint::sim
