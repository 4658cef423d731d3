#include "render/scene/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace footprint::render {
namespace {

using sim::EventKind;

struct Span {
    Date begin;
    Date end;
    auto operator<=>(const Span&) const = default;
};

constexpr double kRead_s = 1.9;
constexpr double kLeast_s = 1.5;
// A caption that stands for longer than this on the map's calendar tells of what is long past.
constexpr double kStale_days = 2.5 * 365.25;

std::string verb(const sim::Event& event) {
    const bool is_fact =
        event.provenance == sim::Provenance::fact || event.provenance == sim::Provenance::undated;
    switch (event.kind) {
        case EventKind::opened:
            return is_fact ? "opens" : "plans to open";
        case EventKind::closed:
            return "closes";
        case EventKind::impaired:
            return "impaired:";
        case EventKind::restored:
            return "restored:";
        case EventKind::announced:
            return "announces";
        case EventKind::zones:
            return "grows";
    }
    return "";
}

struct Candidate {
    const sim::Event* event = nullptr;
    int weight = 0;
};

// Openings that are first in something, and endings.
std::vector<Candidate> candidates(const sim::Timeline& timeline,
                                  std::span<const geo::ProviderIndex> providers,
                                  const sim::RegionScope& scope) {
    std::vector<Candidate> result;
    std::set<geo::ProviderIndex> seen_providers;
    std::set<std::string> seen_countries;
    for (const sim::Event& event : timeline.events()) {
        const geo::Region& region = timeline.catalog().region(event.region);
        const bool shown =
            std::find(providers.begin(), providers.end(), region.provider) != providers.end() &&
            scope.counted[region.provider].has(region.region_class);
        if (!shown || event.provenance == sim::Provenance::undated) {
            continue;
        }
        if (event.kind == EventKind::closed || event.kind == EventKind::impaired) {
            result.push_back({&event, 4});
        } else if (event.kind == EventKind::opened) {
            const bool first_of_provider = seen_providers.insert(region.provider).second;
            const bool first_in_country = seen_countries.insert(region.country).second;
            result.push_back({&event, first_of_provider ? 5 : (first_in_country ? 3 : 1)});
        }
    }
    return result;
}

// Of what happens so shortly before time stands still that it can only be read then, the newest
// alone: a film must not end on old news.
void keep_newest_at_the_end(std::vector<Candidate>& found, const FilmClock& clock, int at_once) {
    const double still_s = clock.duration_s - clock.hold_end_s;
    int kept = 0;
    for (auto candidate = found.rbegin(); candidate != found.rend(); ++candidate) {
        const Date date = candidate->event->date;
        if (date > clock.to || clock.second_of(date.days()) <= still_s - kLeast_s) {
            continue;
        }
        candidate->weight = kept < at_once ? 10 : 0;
        kept += kept < at_once ? 1 : 0;
    }
    std::erase_if(found, [](const Candidate& candidate) { return candidate.weight == 0; });
}

// How many captions at most are seen together at any time in [from_s, to_s).
int most_at_once(const std::vector<Caption>& captions, double from_s, double to_s) {
    int most = 0;
    const auto count_at = [&](double second) {
        const auto count = std::count_if(captions.begin(), captions.end(), [&](const Caption& c) {
            return c.from_s <= second && second < c.to_s;
        });
        most = std::max(most, static_cast<int>(count));
    };
    count_at(from_s);
    for (const Caption& caption : captions) {
        if (caption.from_s > from_s && caption.from_s < to_s) {
            count_at(caption.from_s);
        }
    }
    return most;
}

}  // namespace

geo::Catalog with_openings_spread(const geo::Catalog& catalog) {
    std::vector<geo::Region> regions(catalog.regions().begin(), catalog.regions().end());
    std::map<Span, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < regions.size(); ++i) {
        const auto& opened = regions[i].opened;
        if (opened && !opened->is_exact()) {
            groups[{opened->begin, opened->end}].push_back(i);
        }
    }
    for (const auto& [span, members] : groups) {
        const auto days = static_cast<double>(span.end - span.begin);
        for (std::size_t k = 0; k < members.size(); ++k) {
            const double share =
                (static_cast<double>(k) + 0.5) / static_cast<double>(members.size());
            const Date day = span.begin.plus_days(static_cast<std::int32_t>(days * share));
            regions[members[k]].opened = DateInterval{day, day.plus_days(1), DatePrecision::day};
        }
    }
    return {{catalog.providers().begin(), catalog.providers().end()},
            std::move(regions),
            {catalog.events().begin(), catalog.events().end()},
            catalog.as_of()};
}

std::vector<Caption> choose_captions(const sim::Timeline& timeline,
                                     std::span<const geo::ProviderIndex> providers,
                                     const sim::RegionScope& scope, const FilmClock& clock,
                                     int at_once) {
    auto found = candidates(timeline, providers, scope);
    keep_newest_at_the_end(found, clock, at_once);
    const double still_s = clock.duration_s - clock.hold_end_s;
    const double moving_s = still_s - clock.hold_start_s;
    const bool is_too_fast = (clock.to - clock.from) * kRead_s > kStale_days * moving_s;
    std::stable_sort(found.begin(), found.end(),
                     [](const Candidate& a, const Candidate& b) { return a.weight > b.weight; });
    std::vector<Caption> chosen;
    for (const Candidate& candidate : found) {
        const sim::Event& event = *candidate.event;
        const double from_s = clock.second_of(event.date.days());
        if (event.date < clock.from || event.date > clock.to) {
            continue;
        }
        const bool is_last = from_s > still_s - kLeast_s;
        if (is_too_fast && !is_last) {
            continue;
        }
        const double to_s = is_last ? from_s + kRead_s : std::min(from_s + kRead_s, still_s);
        const int overlapping = most_at_once(chosen, from_s, to_s);
        if (overlapping >= at_once) {
            continue;
        }
        const geo::Region& region = timeline.catalog().region(event.region);
        const geo::Provider& provider = timeline.catalog().provider(region.provider);
        const std::string& place = region.city.empty() ? region.name : region.city;
        chosen.push_back({event.region, event.kind, event.date,
                          fmt::format("{} {} {}", provider.short_name, verb(event), place), from_s,
                          to_s});
    }
    std::sort(chosen.begin(), chosen.end(), [](const Caption& a, const Caption& b) {
        return std::tie(a.from_s, a.region) < std::tie(b.from_s, b.region);
    });
    return chosen;
}

}  // namespace footprint::render
