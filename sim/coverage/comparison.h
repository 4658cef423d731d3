// Providers side by side: presence and people reached, by area and date, and for pairs the gap.
#pragma once

#include <vector>

#include "sim/coverage/engine.h"

namespace footprint::sim {

struct ComparisonQuestion {
    std::vector<ProviderIndex> providers;
    std::vector<Date> dates;  // ascending
    std::vector<geo::Atlas::Area> areas;
};

struct ProviderInArea {
    ProviderIndex provider = 0;
    Totals presence;  // of the regions in the area
    AreaCoverage coverage;
};

struct AreaComparison {
    std::string area;
    std::string iso3;                       // of an area that is one country
    std::vector<ProviderInArea> providers;  // in the order asked for
    std::vector<Gap> gaps;                  // by threshold; only when two providers are compared
};

struct DateComparison {
    Date date;
    std::vector<AreaComparison> areas;  // in the order asked for
};

// Answers by date, ascending. Dates cost only what changed between them.
std::vector<DateComparison> compare(CoverageEngine& engine, const ComparisonQuestion& question);

}  // namespace footprint::sim
