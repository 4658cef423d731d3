#include "sim/expansion/run_difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "base/error.h"

namespace footprint::sim {
namespace {

using SiteKey = std::tuple<std::string, std::string, std::string>;  // provider, country, name

struct Opened {
    Date date;
    geo::LonLat position;
};

// What opens after `since`, by site, in order of date.
std::map<SiteKey, std::vector<Opened>> openings(const LoadedRun& run, Date since) {
    std::map<SiteKey, std::vector<Opened>> result;
    for (const auto& event : run.timeline->events()) {
        if (event.kind != EventKind::opened || event.date <= since || event.date > run.end) {
            continue;
        }
        const auto& row = run.catalog->region(event.region);
        result[{run.catalog->provider(row.provider).id, row.country, row.name}].push_back(
            {event.date, row.position});
    }
    for (auto& [key, list] : result) {
        std::stable_sort(list.begin(), list.end(),
                         [](const Opened& a, const Opened& b) { return a.date < b.date; });
    }
    return result;
}

void add_sites(const LoadedRun& a, const LoadedRun& b, RunDifference& result) {
    const Date since = std::max(a.start, b.start);
    const auto first = openings(a, since);
    const auto second = openings(b, since);
    std::set<SiteKey> keys;
    for (const auto& [key, list] : first) {
        keys.insert(key);
    }
    for (const auto& [key, list] : second) {
        keys.insert(key);
    }
    const std::vector<Opened> none;
    for (const auto& key : keys) {
        const auto one = first.find(key);
        const auto two = second.find(key);
        const auto& left = one == first.end() ? none : one->second;
        const auto& right = two == second.end() ? none : two->second;
        for (std::size_t k = 0; k < std::max(left.size(), right.size()); ++k) {
            SiteDifference site;
            std::tie(site.provider, site.country, site.site) = key;
            site.position = k < left.size() ? left[k].position : right[k].position;
            site.first = k < left.size() ? std::optional(left[k].date) : std::nullopt;
            site.second = k < right.size() ? std::optional(right[k].date) : std::nullopt;
            if (site.first && site.first == site.second) {
                ++result.same_sites;
            } else {
                result.sites.push_back(std::move(site));
            }
        }
    }
    const auto when = [](const SiteDifference& site) {
        return site.first && site.second ? std::min(*site.first, *site.second)
                                         : site.first.value_or(site.second.value_or(Date()));
    };
    std::stable_sort(result.sites.begin(), result.sites.end(), [&](const auto& x, const auto& y) {
        return std::pair(x.provider, when(x)) < std::pair(y.provider, when(y));
    });
}

void add_providers(const LoadedRun& a, const LoadedRun& b, RunDifference& result) {
    const auto first = load_metrics(a);
    const auto second = load_metrics(b);
    std::set<Date> dates;
    for (const auto& row : first) {
        dates.insert(row.date);
    }
    bool any = false;
    for (const auto& row : second) {
        if (dates.contains(row.date) && (!any || row.date > result.date)) {
            result.date = row.date;
            any = true;
        }
    }
    if (!any) {
        throw Error(ExitCode::usage,
                    fmt::format("{} ({} to {}) and {} ({} to {}) have no step in common", a.name,
                                a.start.iso(), a.end.iso(), b.name, b.start.iso(), b.end.iso()));
    }
    for (const auto& row : first) {
        if (row.date != result.date) {
            continue;
        }
        const auto& id = a.catalog->provider(static_cast<ProviderIndex>(row.provider)).id;
        for (const auto& other : second) {
            const auto theirs = static_cast<ProviderIndex>(other.provider);
            if (other.date == result.date && b.catalog->provider(theirs).id == id) {
                result.providers.push_back({id, row, other});
            }
        }
    }
}

}  // namespace

RunDifference difference_of(const LoadedRun& first, const LoadedRun& second) {
    RunDifference result;
    add_providers(first, second, result);
    add_sites(first, second, result);
    result.settings = setting_differences(first.scenario, second.scenario);
    return result;
}

}  // namespace footprint::sim
