// What a film tells: the catalog with its doubtful dates spread out, and what is worth a caption.
#pragma once

#include <memory>
#include <optional>
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
    std::optional<geo::RegionIndex> region;  // whose symbol it points at
    std::optional<geo::LonLat> at;           // else the place that it points at, if any
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

// How long a text is to be read, seconds.
double reading_s(const std::string& text);

// Captions with their times, and the clock that runs slower while each can be read.
struct Narration {
    std::vector<Caption> captions;
    FilmClock clock;
};

// Shows captions one after the other, in order of their dates, each for its reading time from its
// date on; while it is read, at most kLongestLag_days pass, and the rest of the time runs faster
// for it. A clock that is slow enough as it is stays even. Captions outside of the film are left
// out. Throws Error (usage) when reading them takes more than `most_share` of the film's moving
// time; the message says how long the film would have to be.
inline constexpr double kLongestLag_days = 100;
Narration paced(std::vector<Caption> captions, const FilmClock& clock, double most_share);

// As many captions as can be read in about half of the film, spread over it, chosen by what they
// tell as choose_captions() does. Deterministic.
Narration narrate(const sim::Timeline& timeline, std::span<const geo::ProviderIndex> providers,
                  const sim::RegionScope& scope, const FilmClock& clock);

}  // namespace footprint::render
