// What may be added where and when: caps on chips and power of the scenario, and what makers of
// equipment deliver to all providers together.
#pragma once

#include <map>
#include <optional>

#include "sim/expansion/world.h"

namespace footprint::sim {

// Something that a provider would build.
struct Build {
    std::size_t provider = 0;
    geo::CountryIndex country = geo::kNoCountry;
    geo::LonLat position;
    Date date;
};

class BuildLimits {
  public:
    explicit BuildLimits(const World& world) : world_(world) {}  // must outlive it

    // Equipment for the time until `next`, by the capacity that is open; what nobody takes keeps
    // for a year.
    void deliver(double open_mw, Date date, Date next);
    // Megawatts that may be added now.
    double room_mw(const Build& build);
    void use(const Build& build, double mw);

  private:
    struct Use {
        int window = 0;
        double mw = 0;
    };
    std::optional<int> window_of(std::size_t index, const Build& build) const;
    Use& use_in(std::size_t shock, int window);

    const World& world_;
    std::map<std::size_t, Use> uses_;  // by shock
    double equipment_mw_ = 0;          // that may be ordered now
};

}  // namespace footprint::sim
