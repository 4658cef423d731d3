// The catalog as it was known on a day: what is needed to start a simulation there.
#pragma once

#include <optional>
#include <vector>

#include "sim/expansion/facts.h"
#include "sim/timeline/timeline.h"

namespace footprint::sim {

// A region that was announced and not open on that day.
struct Promise {
    RegionIndex region = 0;  // in the known catalog
    Date announced;
    std::optional<DateInterval> promised;
    BuildKind kind = BuildKind::leased;
};

struct Known {
    Date date;
    geo::Catalog catalog;       // regions open, closed or announced by then; as_of is the day
    std::vector<Event> events;  // of these regions up to that day
    std::vector<Promise> promises;
    Facts facts;
};

// A region is known from the last day of its opening's interval, or from its announcement; zone
// counts from their own date. Rows without a date are known from the date of their source. What
// lies after `date` is left out. Linear.
Known known_at(const Timeline& timeline, const Facts& facts, Date date);

}  // namespace footprint::sim
