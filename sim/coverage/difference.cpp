#include "sim/coverage/difference.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace footprint::sim {

namespace {

bool zones_count(const RegionAt& at) {
    return at.is_open() && (at.zone_knowledge == ZoneKnowledge::known ||
                            at.zone_knowledge == ZoneKnowledge::carried_back);
}

std::optional<int> zones_of(const RegionAt& at) {
    return zones_count(at) ? std::optional<int>(at.zones) : std::nullopt;
}

// The changes of one region from one state to another; a region may open and be impaired at once.
class RegionChanges {
  public:
    RegionChanges(const Timeline& timeline, RegionIndex region, Date from, Date to)
        : timeline_(timeline),
          region_(region),
          from_(from),
          to_(to),
          before_(timeline.region_at(region, from)),
          after_(timeline.region_at(region, to)) {}

    std::vector<RegionChange> find() {
        if (!before_.is_open() && after_.is_open()) {
            add(ChangeKind::opened, EventKind::opened);
        }
        if (before_.is_open() && after_.state == RegionState::closed) {
            add(ChangeKind::closed, EventKind::closed);
        }
        if (before_.state == RegionState::absent && after_.state == RegionState::announced) {
            add(ChangeKind::announced, EventKind::announced);
        }
        if (before_.state == RegionState::announced &&
            (after_.state == RegionState::absent || after_.state == RegionState::closed)) {
            add(ChangeKind::withdrawn, EventKind::closed);
        }
        if (before_.state != RegionState::impaired && after_.state == RegionState::impaired) {
            add(ChangeKind::impaired, EventKind::impaired);
        }
        if (before_.state == RegionState::impaired && after_.state == RegionState::open) {
            add(ChangeKind::restored, EventKind::restored);
        }
        const auto zones_before = zones_of(before_);
        const auto zones_after = zones_of(after_);
        if (zones_before && zones_after && *zones_before != *zones_after) {
            add(*zones_before < *zones_after ? ChangeKind::grew : ChangeKind::shrank,
                EventKind::zones);
        }
        return std::move(changes_);
    }

  private:
    void add(ChangeKind kind, EventKind by) {
        RegionChange change;
        change.kind = kind;
        change.region = region_;
        change.when = to_;
        for (const auto index : timeline_.events_of(region_)) {
            const auto& event = timeline_.events()[index];
            if (event.kind == by && event.date > from_ && event.date <= to_) {
                change.when = event.date;
                change.provenance = event.provenance;
                change.dated = event.provenance == Provenance::undated
                                   ? std::nullopt
                                   : std::optional<DateInterval>(event.when);
            }
        }
        const bool is_sight =
            kind == ChangeKind::opened && change.provenance == Provenance::undated;
        change.kind = is_sight ? ChangeKind::listed : kind;
        change.zones_before = zones_of(before_);
        change.zones_after = zones_of(after_);
        changes_.push_back(change);
    }

    const Timeline& timeline_;
    RegionIndex region_;
    Date from_, to_;
    RegionAt before_, after_;
    std::vector<RegionChange> changes_;
};

}  // namespace

std::string_view to_string(ChangeKind kind) {
    constexpr std::array<std::string_view, 9> kNames{"opened",    "listed",   "closed",
                                                     "grew",      "shrank",   "announced",
                                                     "withdrawn", "impaired", "restored"};
    return kNames[static_cast<std::size_t>(kind)];
}

Difference difference(CoverageEngine& engine, std::span<const ProviderIndex> providers, Date from,
                      Date to, const geo::Atlas::Area& area) {
    const auto& timeline = engine.timeline();
    const auto& catalog = timeline.catalog();
    const auto& scope = engine.options().scope;
    Difference result{from, to, {}, {}};
    for (const auto provider : providers) {
        std::vector<RegionChange> changes;
        for (const auto region : catalog.regions_of(provider)) {
            if (!scope.counted[provider].has(catalog.region(region).region_class)) {
                continue;
            }
            const auto found = RegionChanges(timeline, region, from, to).find();
            changes.insert(changes.end(), found.begin(), found.end());
        }
        std::stable_sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) {
            return std::tie(a.kind, a.when, a.region) < std::tie(b.kind, b.when, b.region);
        });
        result.changes.insert(result.changes.end(), changes.begin(), changes.end());

        const std::array one{provider};
        const std::array areas{area};
        result.providers.push_back(
            {provider, timeline.totals(from, provider, scope), timeline.totals(to, provider, scope),
             engine.coverage(areas, one, from, to)[0], engine.coverage(areas, one, to, to)[0]});
    }
    return result;
}

}  // namespace footprint::sim
