// What a film tells: the catalog with its doubtful dates spread out, and what is worth a caption.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "geo/catalog/catalog.h"
#include "render/scene/clock.h"
#include "sim/timeline/timeline.h"

namespace footprint::render {

// The same catalog with every opening that is known only to a month or a year put on one day of its
// interval: those that share an interval are spread evenly over it, in the order of the catalog,
// instead of all standing at its middle. Nothing else changes.
geo::Catalog with_openings_spread(const geo::Catalog& catalog);

// Something that is shown for a while.
struct Caption {
    geo::RegionIndex region = 0;
    geo::EventKind kind = geo::EventKind::opened;
    Date date;
    std::string text;   // "Alibaba opens Mexico"
    double from_s = 0;  // film time
    double to_s = 0;
};

// At most `at_once` captions at a time, each long enough to read, chosen by what they tell: the
// first region of a provider, the first of any provider in a country, closures and impairments
// before the rest. None is shown while a film holds its last date, but for the newest; in a film so
// fast that years pass while one is read, the newest at its end are all. In order of time.
// Deterministic.
std::vector<Caption> choose_captions(const sim::Timeline& timeline,
                                     std::span<const geo::ProviderIndex> providers,
                                     const sim::RegionScope& scope, const FilmClock& clock,
                                     int at_once);

}  // namespace footprint::render
