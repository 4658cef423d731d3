#include "sim/timeline/totals_text.h"

#include <fmt/format.h>

#include "base/text.h"

namespace footprint::sim {
namespace {

std::string marked(const ZoneTotal& total, std::string number) {
    if (total.none_known()) {
        return "–";
    }
    return total.unknown > 0 ? number + "+" : number;
}

}  // namespace

std::string count_text(const CountRange& range) {
    return range.low == range.high ? fmt::format("{}", range.mid)
                                   : fmt::format("{}–{}", range.low, range.high);
}

ZoneTotal& ZoneTotal::operator+=(const ZoneTotal& other) {
    zones.low += other.zones.low;
    zones.mid += other.zones.mid;
    zones.high += other.zones.high;
    regions += other.regions;
    unknown += other.unknown;
    return *this;
}

std::string zones_text(const ZoneTotal& total) {
    return marked(total, count_text(total.zones));
}

std::string zones_short_text(const ZoneTotal& total) {
    return marked(total, with_thousands(total.zones.mid));
}

}  // namespace footprint::sim
