// Intervals of clients for many pairs. Of this room.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "sim/latency/client_access.h"

namespace footprint::sim {

// ClientAccess::interval, three times as fast: intervals of each country at a few lengths of the
// path, worked out when the country is first asked for, tell where to look.
class ClientIntervals {
  public:
    // `clients` must outlive it.
    explicit ClientIntervals(const ClientAccess& clients);
    // The same digits as ClientAccess::interval. Thread-safe.
    ClientAccess::Interval at(geo::CountryIndex country, double path_ms) const;

  private:
    struct Known {
        std::once_flag once;
        std::vector<ClientAccess::Interval> at;  // multiples of kStep_ms
    };
    const ClientAccess* clients_;
    std::unique_ptr<Known[]> known_;  // by ClientAccess::slot
};

}  // namespace footprint::sim
