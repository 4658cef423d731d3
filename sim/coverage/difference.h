// What changed between two dates: regions, and the people whom each provider gained by them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sim/coverage/engine.h"

namespace footprint::sim {

enum class ChangeKind : std::uint8_t {
    opened,  // or expected to, where the provenance is announced
    listed,  // seen for the first time, without any date: when it opened is not known
    closed,
    grew,    // more zones
    shrank,  // fewer zones
    announced,
    withdrawn,  // announced before, gone now, never open
    impaired,
    restored,
};
std::string_view to_string(ChangeKind kind);

struct RegionChange {
    ChangeKind kind = ChangeKind::opened;
    RegionIndex region = 0;
    Date when;                          // of the event that brought it, the day that stands in
    std::optional<DateInterval> dated;  // what is known of it; nothing: an undated row's
    Provenance provenance = Provenance::fact;  // of that event
    std::optional<int> zones_before;
    std::optional<int> zones_after;
};

struct ProviderDifference {
    ProviderIndex provider = 0;
    Totals before;
    Totals after;
    // With the people of the later date in both, so that growth of population is no gain.
    AreaCoverage reach_before;
    AreaCoverage reach_after;
};

struct Difference {
    Date from;
    Date to;
    std::vector<RegionChange> changes;          // by provider, kind, then region
    std::vector<ProviderDifference> providers;  // in the order asked for
};

// Changes of the regions that the scope counts, and reach over the area. from <= to.
Difference difference(CoverageEngine& engine, std::span<const ProviderIndex> providers, Date from,
                      Date to, const geo::Atlas::Area& area);

}  // namespace footprint::sim
