// Who serves a place, and whom a region serves: what `explain` and the window both tell.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/frame/command.h"
#include "sim/coverage/engine.h"
#include "sim/latency/latency_model.h"

namespace footprint::cli {

// A position with what is known of it.
struct Place {
    std::string name;
    std::string country;  // ISO alpha-2; empty at sea
    geo::LonLat position;
};

// With the country that it lies in, where it is on land.
Place place_at(const geo::Atlas& atlas, geo::LonLat position);

// One provider's best region for the place.
struct PlaceAnswer {
    geo::ProviderIndex provider = 0;
    std::optional<geo::RegionIndex> region;  // nothing: no region serves the place
    double distance_km = 0;
    double rtt_ms = 0;
    std::vector<sim::RttPart> parts;
    // Those that are impaired, serve nobody therefore, and stand nearer than the one that does.
    std::vector<geo::RegionIndex> impaired;
};

// Which region of each provider serves a place best; the fastest first, those without one last.
std::vector<PlaceAnswer> who_serves(const geo::Atlas& atlas, const Place& place,
                                    const sim::Timeline& timeline,
                                    const std::vector<geo::ProviderIndex>& providers, Date date,
                                    const sim::CoverageOptions& options,
                                    const sim::LatencyModel& model);

// The people whom no other region of its provider serves better, within the engine's thresholds.
sim::AreaCoverage catchment_of(sim::CoverageEngine& engine, geo::RegionIndex region, Date date);

// Who else those people would turn to first, and how much later they would be answered.
struct Rival {
    geo::RegionIndex region = 0;
    double people = 0;    // whom it would serve best
    double later_ms = 0;  // its RTT − the region's, mean over those people; negative: it is faster
};
// Of other providers than the region's own; nothing where none serves any of its people.
std::optional<Rival> rival_of(sim::CoverageEngine& engine, geo::RegionIndex region,
                              const std::vector<geo::ProviderIndex>& providers, Date date);

// "3", "none", "unknown, at least 1"
std::string zones_text(const sim::RegionAt& at);
std::string interval_text(const std::optional<DateInterval>& interval);
// "2017-03 (date from: source)"
std::string opened_text(const sim::Timeline& timeline, geo::RegionIndex region);

}  // namespace footprint::cli
