#include "sim/timeline/from_catalog.h"

#include <algorithm>
#include <tuple>

namespace footprint::sim {
namespace {

// What happened to the region, before it is brought into the order of a life.
struct Dated {
    DateInterval when;
    std::optional<int> zones;
    Provenance provenance = Provenance::fact;
};

auto order_of(const Dated& d) {
    return std::tuple(d.when.middle(), d.when.begin, d.when.end, d.zones, d.provenance);
}

class LifeBuilder {
  public:
    LifeBuilder(const geo::Catalog& catalog, RegionIndex region,
                std::span<const geo::EventRecord* const> records)
        : row_(catalog.region(region)), region_(region), as_of_(catalog.as_of()) {
        for (const auto* record : records) {
            auto& list = recorded_[static_cast<std::size_t>(record->kind)];
            list.push_back(dated(record->date, record->zones));
        }
        for (auto& list : recorded_) {
            std::sort(list.begin(), list.end(),
                      [](const Dated& a, const Dated& b) { return order_of(a) < order_of(b); });
        }
    }

    std::vector<Event> build() {
        const auto opening = find_opening();
        if (opening) {
            opened_ = opening->when.middle();
        }
        add_announcement();
        if (opening) {
            const auto closing = find_closing();
            closed_ = closing ? std::max(closing->when.middle(), *opened_) : kNever;
            add(EventKind::opened, *opening, first_zone_count());
            add_zone_changes();
            add_impairments();
            if (closing) {
                add(EventKind::closed, *closing, std::nullopt);
            }
        }
        return std::move(life_);
    }

  private:
    static constexpr Date kNever{std::numeric_limits<std::int32_t>::max()};

    std::span<const Dated> recorded(EventKind kind) const {
        return recorded_[static_cast<std::size_t>(kind)];
    }

    // What has been seen has happened by the catalog's date.
    DateInterval seen(DateInterval when) const {
        if (when.begin <= as_of_ && when.end > as_of_.plus_days(1)) {
            when.end = as_of_.plus_days(1);
        }
        return when;
    }

    Dated dated(const std::optional<DateInterval>& when, std::optional<int> zones) const {
        if (!when) {
            return {seen(row_.as_of), zones, Provenance::undated};
        }
        const bool promised = when->begin > as_of_;
        return {seen(*when), zones, promised ? Provenance::announced : Provenance::fact};
    }

    std::optional<Dated> find_opening() const {
        const auto records = recorded(EventKind::opened);
        const bool recorded_opening =
            !records.empty() && records.front().provenance != Provenance::undated;
        if (row_.status == geo::RegionStatus::planned) {
            return recorded_opening ? std::optional(records.front()) : promised_opening();
        }
        if (row_.opened) {
            return dated(row_.opened, std::nullopt);
        }
        return recorded_opening ? records.front() : first_sight();
    }

    // A target that is still ahead; what was promised for a date now past has not happened.
    std::optional<Dated> promised_opening() const {
        if (!row_.target || row_.target->end <= as_of_.plus_days(1)) {
            return std::nullopt;
        }
        DateInterval when = *row_.target;
        when.begin = std::max(when.begin, as_of_.plus_days(1));
        return Dated{when, std::nullopt, Provenance::announced};
    }

    // Nobody says when it opened: it stands at the first date at which somebody saw it.
    Dated first_sight() const {
        Dated sight = dated(std::nullopt, std::nullopt);
        for (const auto kind : {EventKind::zones, EventKind::impaired, EventKind::closed}) {
            for (const auto& seen_then : recorded(kind)) {
                if (seen_then.when.middle() < sight.when.middle()) {
                    sight.when = seen_then.when;
                }
            }
        }
        return sight;
    }

    std::optional<Dated> find_closing() const {
        if (const auto records = recorded(EventKind::closed); !records.empty()) {
            return records.front();
        }
        if (row_.status == geo::RegionStatus::closed) {
            return dated(std::nullopt, std::nullopt);
        }
        return std::nullopt;
    }

    // The first known count, carried back.
    std::optional<int> first_zone_count() const {
        const auto records = recorded(EventKind::zones);
        return records.empty() ? row_.zones : records.front().zones;
    }

    void add_announcement() {
        const auto records = recorded(EventKind::announced);
        if (!records.empty() && (!opened_ || records.front().when.middle() < *opened_)) {
            add(EventKind::announced, records.front(), std::nullopt);
        } else if (records.empty() && row_.status == geo::RegionStatus::planned) {
            const Dated sight = dated(std::nullopt, std::nullopt);
            if (!opened_ || sight.when.middle() < *opened_) {
                add(EventKind::announced, sight, std::nullopt);
            }
        }
    }

    void add_zone_changes() {
        auto changes = recorded_[static_cast<std::size_t>(EventKind::zones)];
        // A count in the row that no event explains was seen at the row's date.
        const bool unexplained = !changes.empty() && row_.zones &&
                                 row_.status == geo::RegionStatus::open &&
                                 changes.back().zones != row_.zones &&
                                 changes.back().when.middle() < seen(row_.as_of).middle();
        if (unexplained) {
            changes.push_back(dated(std::nullopt, row_.zones));
        }
        for (std::size_t i = 0; i < changes.size(); ++i) {
            const bool superseded =
                i + 1 < changes.size() && changes[i + 1].when.middle() <= *opened_;
            if (!superseded) {
                add(EventKind::zones, changes[i], changes[i].zones);
            }
        }
    }

    void add_impairments() {
        std::vector<std::pair<EventKind, Dated>> steps;
        for (const auto kind : {EventKind::impaired, EventKind::restored}) {
            for (const auto& step : recorded(kind)) {
                steps.emplace_back(kind, step);
            }
        }
        std::stable_sort(steps.begin(), steps.end(), [](const auto& a, const auto& b) {
            return a.second.when.middle() < b.second.when.middle();
        });
        // Of several steps on one day (or brought to the day of the opening) the last one holds.
        bool impaired = false;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const auto& [kind, step] = steps[i];
            const bool last_of_day =
                i + 1 == steps.size() || day_of(steps[i + 1].second) > day_of(step);
            const bool impairs = kind == EventKind::impaired;
            if (last_of_day && impairs != impaired) {
                impaired = impairs;
                add(kind, step, std::nullopt);
            }
        }
    }

    // The day that stands for what happens to an open region.
    Date day_of(const Dated& dated) const { return std::max(dated.when.middle(), *opened_); }

    // Nothing precedes the opening, and nothing follows the closing.
    void add(EventKind kind, const Dated& dated, std::optional<int> zones) {
        Date date = dated.when.middle();
        const bool of_open_region = kind != EventKind::announced && kind != EventKind::opened;
        if (of_open_region) {
            date = std::max(date, *opened_);
        }
        if (of_open_region && kind != EventKind::closed && date >= closed_) {
            return;
        }
        life_.push_back({date, dated.when, region_, kind, zones, dated.provenance});
    }

    const geo::Region& row_;
    RegionIndex region_;
    Date as_of_;
    std::array<std::vector<Dated>, 6> recorded_;  // by kind, in order of date
    std::optional<Date> opened_;
    Date closed_ = kNever;
    std::vector<Event> life_;
};

}  // namespace

std::vector<Event> life_of(const geo::Catalog& catalog, RegionIndex region,
                           std::span<const geo::EventRecord* const> records) {
    return LifeBuilder(catalog, region, records).build();
}

}  // namespace footprint::sim
