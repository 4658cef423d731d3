// Two runs side by side: what was set differently, what opens in one alone or at another date, and
// where each provider ends with people, shares and money.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/expansion/run_folder.h"
#include "sim/expansion/settings.h"

namespace footprint::sim {

// A site of a provider by its name; of several there, the first, second … to open are told apart.
struct SiteDifference {
    std::string provider;
    std::string site;     // name of the region
    std::string country;  // ISO alpha-2
    geo::LonLat position;
    std::optional<Date> first;  // opening in the first run before its end
    std::optional<Date> second;
    bool dates_differ() const { return first && second && *first != *second; }
};

// A provider at the last step that both runs have.
struct RunProviderDifference {
    std::string provider;
    Metric first;
    Metric second;
};

struct RunDifference {
    Date date;  // of the providers' rows
    std::vector<SettingDifference> settings;
    std::vector<SiteDifference> sites;  // those that differ; by provider, then by earlier opening
    std::size_t same_sites = 0;         // that open in both on the same day
    std::vector<RunProviderDifference> providers;
};

// Only openings after the later of the two starts count. Throws Error (usage) when the runs have no
// step in common.
RunDifference difference_of(const LoadedRun& first, const LoadedRun& second);

}  // namespace footprint::sim
