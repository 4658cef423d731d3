#include "sim/expansion/known.h"

#include <algorithm>
#include <map>

namespace footprint::sim {
namespace {

DateInterval day(Date date) {
    return {date, date.plus_days(1), DatePrecision::day};
}

bool seen(const Event& event, Date date) {
    return event.provenance != Provenance::announced && event.when.last_day() <= date &&
           event.date <= date;
}

class Builder {
  public:
    Builder(const Timeline& timeline, const Facts& facts, Date date)
        : timeline_(timeline), date_(date), is_past_(date < timeline.as_of()) {
        known_.date = date;
        known_.facts = facts.known_at(date);
        for (const auto& row : known_.facts.announcements) {
            announcements_[{row.provider, row.region_id}] = &row;
        }
    }

    Known build() {
        const auto& catalog = timeline_.catalog();
        for (RegionIndex region = 0; region < catalog.regions().size(); ++region) {
            add(region);
        }
        known_.catalog = geo::Catalog({catalog.providers().begin(), catalog.providers().end()},
                                      std::move(rows_), {}, date_);
        return std::move(known_);
    }

  private:
    void add(RegionIndex region) {
        const Event* opening = timeline_.opening_of(region);
        const bool open = opening != nullptr && seen(*opening, date_);
        const auto announced = announcement_of(region);
        if (!open && !announced) {
            return;
        }
        geo::Region row = timeline_.catalog().region(region);
        const auto seen_zones = last_seen_zones(region);
        const bool counted = seen_zones.has_value() || !is_past_;
        if (!counted || !open) {
            row.zones.reset();
        } else if (is_past_) {
            row.zones = seen_zones;
        } else {
            const RegionAt now = timeline_.region_at(region, date_);
            row.zones = now.zone_knowledge == ZoneKnowledge::unknown ? std::nullopt
                                                                     : std::optional(now.zones);
        }
        row.as_of = is_past_ ? day(date_) : row.as_of;
        row.status = geo::RegionStatus::open;
        const auto index = static_cast<RegionIndex>(rows_.size());
        if (!open) {
            row.status = geo::RegionStatus::planned;
            row.opened.reset();
            row.target = announced->promised;
            known_.promises.push_back(
                {index, announced->announced, announced->promised, announced->kind});
        }
        keep_events(region, index, row, counted, open, announced);
        rows_.push_back(std::move(row));
    }

    // The last count whose date was over by then; a count that is carried back was not known.
    std::optional<int> last_seen_zones(RegionIndex region) const {
        std::optional<int> zones;
        for (const auto index : timeline_.events_of(region)) {
            const Event& event = timeline_.events()[index];
            if (event.kind == EventKind::zones && seen(event, date_)) {
                zones = event.zones;
            }
        }
        return zones;
    }

    std::optional<Promise> announcement_of(RegionIndex region) const {
        const auto& row = timeline_.catalog().region(region);
        const auto& provider = timeline_.catalog().provider(row.provider).id;
        Promise promise;
        promise.region = region;
        if (const auto found = announcements_.find({provider, row.id});
            found != announcements_.end() && !found->second->given_up) {
            promise.announced = found->second->known_from;
            promise.promised = found->second->promised;
            promise.kind = found->second->kind.value_or(BuildKind::leased);
            return promise;
        }
        for (const auto index : timeline_.events_of(region)) {
            const Event& event = timeline_.events()[index];
            if (event.kind == EventKind::announced && seen(event, date_)) {
                promise.announced = event.date;
                promise.promised = is_past_ ? std::nullopt : row.target;
                return promise;
            }
        }
        return std::nullopt;
    }

    void keep_events(RegionIndex region, RegionIndex index, geo::Region& row, bool counted,
                     bool open, const std::optional<Promise>& announced) {
        bool has_announcement = false;
        for (const auto at : timeline_.events_of(region)) {
            Event event = timeline_.events()[at];
            const bool wanted = seen(event, date_) && (open || event.kind == EventKind::announced);
            if (!wanted) {
                continue;
            }
            event.region = index;
            if (event.kind == EventKind::opened && !counted) {
                event.zones.reset();
            }
            has_announcement = has_announcement || event.kind == EventKind::announced;
            if (event.kind == EventKind::closed) {
                row.status = geo::RegionStatus::closed;
            }
            known_.events.push_back(event);
        }
        if (!open && !has_announcement && announced) {
            known_.events.push_back({announced->announced, day(announced->announced), index,
                                     EventKind::announced, std::nullopt, Provenance::fact});
        }
    }

    const Timeline& timeline_;
    Date date_;
    bool is_past_;
    Known known_;
    std::vector<geo::Region> rows_;
    std::map<std::pair<std::string, std::string>, const Announcement*> announcements_;
};

}  // namespace

Known known_at(const Timeline& timeline, const Facts& facts, Date date) {
    return Builder(timeline, facts, date).build();
}

}  // namespace footprint::sim
