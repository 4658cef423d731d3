#include "render/scene/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "base/error.h"
#include "base/text.h"

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

std::string caption_text(const sim::Timeline& timeline, const sim::Event& event) {
    const geo::Region& region = timeline.catalog().region(event.region);
    const geo::Provider& provider = timeline.catalog().provider(region.provider);
    const std::string& place = region.city.empty() ? region.name : region.city;
    return fmt::format("{} {} {}", provider.short_name, verb(event), place);
}

// The candidate that tells most and stands furthest from those chosen already.
const Candidate* next_caption(const std::vector<Candidate>& found,
                              const std::vector<Caption>& chosen, double spacing_days) {
    const Candidate* best = nullptr;
    double best_worth = 0;
    for (const Candidate& candidate : found) {
        double nearest = spacing_days;
        for (const Caption& other : chosen) {
            nearest = std::min(nearest, std::abs(1.0 * (candidate.event->date - other.date)));
        }
        const double worth = candidate.weight + 5 * nearest / spacing_days;
        if (nearest > 0.25 * spacing_days && (best == nullptr || worth > best_worth)) {
            best = &candidate;
            best_worth = worth;
        }
    }
    return best;
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
        chosen.push_back(
            {event.region, std::nullopt, event.date, caption_text(timeline, event), from_s, to_s});
    }
    std::sort(chosen.begin(), chosen.end(), [](const Caption& a, const Caption& b) {
        return std::tie(a.from_s, a.region) < std::tie(b.from_s, b.region);
    });
    return chosen;
}

double reading_s(const std::string& text) {
    constexpr double kPerCharacter_s = 0.06;
    constexpr double kLongest_s = 7;
    return std::clamp(0.5 + kPerCharacter_s * static_cast<double>(text.size()), 1.7, kLongest_s);
}

Narration paced(std::vector<Caption> captions, const FilmClock& clock, double most_share) {
    std::erase_if(captions, [&](const Caption& caption) {
        return caption.date < clock.from || caption.date > clock.to;
    });
    std::stable_sort(captions.begin(), captions.end(),
                     [](const Caption& a, const Caption& b) { return a.date < b.date; });
    Narration result{std::move(captions), clock};
    if (result.captions.empty()) {
        return result;
    }
    const double moving_s = clock.moving_s();
    const double even_rate = (clock.to - clock.from) / moving_s;
    double read_s = 0;
    for (const Caption& caption : result.captions) {
        read_s += reading_s(caption.text);
    }
    if (read_s > most_share * moving_s) {
        throw Error(
            ExitCode::usage,
            fmt::format(
                "{} captions take {:.0f} s to read, one after the other; a film of "
                "{:g} s has no time for them. Leave some out, or let it last {:.0f} "
                "s",
                result.captions.size(), read_s, clock.duration_s,
                std::ceil(read_s / most_share + clock.hold_start_s + clock.hold_end_s + 1)));
    }
    // Days that pass while each is read.
    std::vector<double> lags;
    double lag_days = 0;
    for (std::size_t i = 0; i < result.captions.size(); ++i) {
        const Caption& caption = result.captions[i];
        const Date next = i + 1 < result.captions.size() ? result.captions[i + 1].date : clock.to;
        lags.push_back(std::min(
            {kLongestLag_days, 1.0 * (next - caption.date), even_rate * reading_s(caption.text)}));
        lag_days += lags.back();
    }
    const double fast_rate = (clock.to - clock.from - lag_days) / (moving_s - read_s);
    auto& knots = result.clock.knots;
    knots = {{clock.hold_start_s, 1.0 * clock.from.days()}};
    for (std::size_t i = 0; i < result.captions.size(); ++i) {
        Caption& caption = result.captions[i];
        const double gap = caption.date.days() - knots.back().day;
        caption.from_s = knots.back().second + (gap > 0 ? gap / fast_rate : 0);
        caption.to_s = caption.from_s + reading_s(caption.text);
        knots.push_back({caption.from_s, 1.0 * caption.date.days()});
        knots.push_back({caption.to_s, caption.date.days() + lags[i]});
    }
    knots.push_back({clock.duration_s - clock.hold_end_s, 1.0 * clock.to.days()});
    return result;
}

Narration narrate(const sim::Timeline& timeline, std::span<const geo::ProviderIndex> providers,
                  const sim::RegionScope& scope, const FilmClock& clock) {
    constexpr double kShare = 0.55;
    const double span_days = clock.to - clock.from;
    if (span_days * kRead_s <= kLongestLag_days * clock.moving_s()) {
        return {choose_captions(timeline, providers, scope, clock, clock.duration_s < 12 ? 1 : 2),
                clock};
    }
    auto found = candidates(timeline, providers, scope);
    std::erase_if(found, [&](const Candidate& candidate) {
        return candidate.event->date < clock.from || candidate.event->date > clock.to;
    });
    const double most_s = kShare * clock.moving_s();
    const double spacing_days = span_days * 1.7 / most_s;
    std::vector<Caption> chosen;
    double read_s = 0;
    while (const Candidate* next = next_caption(found, chosen, spacing_days)) {
        Caption caption{next->event->region,
                        std::nullopt,
                        next->event->date,
                        caption_text(timeline, *next->event),
                        0,
                        0};
        read_s += reading_s(caption.text);
        if (read_s > most_s) {
            break;
        }
        chosen.push_back(std::move(caption));
    }
    return paced(std::move(chosen), clock, 1);
}

}  // namespace footprint::render
