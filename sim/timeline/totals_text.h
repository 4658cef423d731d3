// How totals are written, everywhere: tables, legends, headlines and reports say the same of the
// same numbers.
#pragma once

#include <string>

#include "sim/timeline/timeline.h"

namespace footprint::sim {

// "88", or "88–91" where the date falls inside intervals.
std::string count_text(const CountRange& range);

// A number of zones that may be less than the whole: regions whose number is not known count one.
struct ZoneTotal {
    CountRange zones;
    int regions = 0;  // open or impaired
    int unknown = 0;  // of these, without a known number of zones

    ZoneTotal() = default;
    ZoneTotal(const Totals& totals)  // NOLINT(google-explicit-constructor): one view of the same
        : zones(totals.zones),
          regions(totals.regions.mid),
          unknown(totals.regions_without_zone_count) {}
    // Is the number of no region known?
    bool none_known() const { return regions > 0 && unknown >= regions; }
    ZoneTotal& operator+=(const ZoneTotal& other);
};

// "85"; "85+", at least so many, where the number of some regions is not known; "–" where that of
// none is; "0" only where there are none. Ranges as count_text().
std::string zones_text(const ZoneTotal& total);
// The same where there is room for one number: the middle stands in for a range. With thousands.
std::string zones_short_text(const ZoneTotal& total);

}  // namespace footprint::sim
