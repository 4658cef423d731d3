// Is the catalog true to the map, to the calendar and to itself?
#pragma once

#include "geo/atlas/atlas.h"
#include "geo/atlas/cities.h"
#include "geo/catalog/catalog.h"

namespace footprint::geo {

// How far a row may be off before it is said.
inline constexpr double kBorderTolerance_m = 50'000;  // outside of its country
inline constexpr double kSeaTolerance_m = 25'000;     // from any land
inline constexpr double kCityTolerance_m = 100'000;   // from the city it names, or its precision_m
inline constexpr int kMostPlausibleZones = 20;

// All faults of the catalog in one go, those of form that loading found among them, in order of
// file and line. Each has file, line, field, value and, where one is known, what to write instead.
//
// Codes of errors: null-island, in-the-sea, wrong-country, sign-lost, lat-lon-swapped,
// far-from-city, unknown-country, date-order, opened-after-as-of, status-mismatch, out-of-range,
// and those of loading (bad-date, not-a-number, duplicate-id, unknown-word, missing-column,
// bad-encoding, …). Warnings: same-place, status-mismatch of lesser kinds, unknown-column.
//
// Needs an atlas with shapes. About 10 µs a row; one that is off costs up to 0.1 ms.
Diagnostics validate(const LoadedCatalog& loaded, const Atlas& atlas, const Cities& cities);

}  // namespace footprint::geo
