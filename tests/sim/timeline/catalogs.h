// Small catalogs made in the test, and random ones.
#pragma once

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "geo/catalog/catalog.h"

namespace footprint::test {

inline DateInterval on(const std::string& text) {
    return parse_date_interval(text);
}

inline geo::Provider provider(std::string id) {
    geo::Provider p;
    p.id = std::move(id);
    p.name = p.short_name = p.id;
    p.counted = geo::open_to_everyone();
    p.as_of = on("2026-06-30");
    return p;
}

inline geo::Region region(std::string id, std::optional<DateInterval> opened,
                          std::optional<int> zones = std::nullopt) {
    geo::Region r;
    r.id = r.name = std::move(id);
    r.country = "DE";
    r.opened = opened;
    r.zones = zones;
    r.as_of = on("2026-06-30");
    return r;
}

inline geo::EventRecord event(geo::RegionIndex region, geo::EventKind kind,
                              std::optional<DateInterval> date,
                              std::optional<int> zones = std::nullopt) {
    geo::EventRecord e;
    e.region = region;
    e.kind = kind;
    e.date = date;
    e.zones = zones;
    return e;
}

inline geo::Catalog catalog_of(std::vector<geo::Region> regions,
                               std::vector<geo::EventRecord> events = {}) {
    return geo::Catalog({provider("acme"), provider("rival")}, std::move(regions),
                        std::move(events), Date::from_ymd(2026, 6, 30));
}

// Any dates, any kinds, contradictions included.
class RandomRows {
  public:
    explicit RandomRows(unsigned seed) : random_(seed) {}

    int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }

    DateInterval interval() {
        const int year = 2006 + below(24);
        const int month = 1 + below(12);
        const Date begin = Date::from_ymd(year, month, 1 + below(28));
        switch (below(4)) {
            case 0:
                return {begin, begin.plus_days(1), DatePrecision::day};
            case 1:
                return on(begin.year_month());
            case 2:
                return on(begin.year_month().substr(0, 4));
            default:
                return {begin, begin.plus_days(1 + below(2000)), DatePrecision::none};
        }
    }

    geo::Region row(int number) {
        std::optional<DateInterval> opened;
        if (below(5) != 0) {
            opened = interval();
        }
        auto r = region("r" + std::to_string(number), opened);
        r.provider = static_cast<geo::ProviderIndex>(below(2));
        if (below(3) != 0) {
            r.zones = below(5);
        }
        r.as_of = interval();
        r.status = static_cast<geo::RegionStatus>(below(3));
        if (below(2) == 0) {
            r.target = interval();
        }
        r.country = std::string(1, static_cast<char>('A' + below(9))) + "X";
        return r;
    }

    geo::EventRecord record(int regions) {
        std::optional<DateInterval> date;
        if (below(8) != 0) {
            date = interval();
        }
        auto e = event(static_cast<geo::RegionIndex>(below(regions)),
                       static_cast<geo::EventKind>(below(6)), date);
        if (e.kind == geo::EventKind::zones) {
            e.zones = below(6);
        }
        return e;
    }

    geo::Catalog catalog(int regions, int events) {
        std::vector<geo::Region> rows;
        for (int i = 0; i < regions; ++i) {
            rows.push_back(row(i));
        }
        std::vector<geo::EventRecord> records;
        for (int i = 0; i < events; ++i) {
            records.push_back(record(regions));
        }
        return catalog_of(std::move(rows), std::move(records));
    }

    std::mt19937& bits() { return random_; }

  private:
    std::mt19937 random_;
};

}  // namespace footprint::test
