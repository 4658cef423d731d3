// What lies between a client and the backbone: a distribution, not a number.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "geo/atlas/atlas.h"

namespace footprint::sim {

enum class ClientKind : std::uint8_t { fixed, wireless };
std::string_view to_string(ClientKind kind);  // "fixed", "wireless"

// RTT of a client = detour × path + A. The path is the backbone's; A is drawn anew for each client:
// with 1 − slow_share log-normal about median_ms, else log-normal about slow_ms, both with standard
// deviation `spread` of the logarithm. All two-way milliseconds.
struct ClientLine {
    double detour = 1;      // public routes over the modelled path
    double median_ms = 8;   // of the ordinary clients
    double spread = 0.5;    // of ln A
    double slow_share = 0;  // of clients behind a slow or far detoured line
    double slow_ms = 200;
    double detour_spread = 0;  // of ln detour about its own, from client to client
    bool operator==(const ClientLine&) const = default;

    // P(A <= ms).
    double share_within(double ms) const;
};

// A normal distribution as equally likely values, ascending; what is averaged over detours is
// averaged over exp(detour_spread × these).
inline constexpr std::size_t kNormalSteps = 32;
std::span<const double> normal_steps();

// The lines of all countries, tabulated so that a share costs a look-up.
class ClientAccess {
  public:
    static constexpr double kStep_ms = 0.25;

    // lines[c] is country c's; `other` that of places without one. Throws Error (invalid) for
    // numbers that no line can have: a detour below 0.1, a median or spread of 0 or less, a share
    // outside of [0, 1].
    ClientAccess(ClientKind kind, std::vector<ClientLine> lines, const ClientLine& other);

    // Reads clients.csv: kind, country (ISO alpha-2; empty: all others), detour, detour_spread,
    // median_ms, spread, slow_share, slow_ms. Detours above `most_detour` count as that. Throws
    // Error (invalid) with file and line.
    static ClientAccess load(const std::filesystem::path& file, const geo::Atlas& atlas,
                             ClientKind kind, double most_detour = kAnyDetour);
    static constexpr double kAnyDetour = 10;
    // Detours were measured towards regions of the client's own continent; the longest ones arise
    // where such traffic is exchanged on another continent, whose regions are then no detour away.
    // So where any region may serve, they count up to this.
    static constexpr double kMostDetourAnywhere = 1.5;

    ClientKind kind() const { return kind_; }
    const ClientLine& line(geo::CountryIndex country) const;

    // The RTT of the median client at the end of a path: what fields, maps and films show.
    double typical_ms(geo::CountryIndex country, double path_ms) const {
        const Typical& typical = typical_[slot(country)];
        return typical.detour * path_ms + typical.median_ms;
    }
    // What 90 % of the clients at the end of a path have, 5 % less and 5 % more, as far as the
    // model knows them: their lines differ, and so do their detours. 5 µs.
    struct Interval {
        double low_ms = 0;
        double high_ms = 0;
    };
    Interval interval(geo::CountryIndex country, double path_ms) const {
        return interval(country, path_ms, std::nullopt);
    }
    // The same digits, the sooner the nearer the guess.
    Interval interval(geo::CountryIndex country, double path_ms,
                      std::optional<Interval> guess) const;
    // Lines that differ from country to country, and which one a country has.
    std::size_t slots() const { return lines_.size(); }
    std::size_t slot(geo::CountryIndex country) const {
        return country < lines_.size() - 1 ? country : lines_.size() - 1;
    }
    double detour(geo::CountryIndex country) const { return typical_[slot(country)].detour; }

    // Of the clients at a place whose median client has an RTT of `typical_ms`, the share within
    // `limit_ms`; inclusive, and linear between steps of kStep_ms.
    double share_within(geo::CountryIndex country, double typical_ms, double limit_ms) const {
        return look_up(*tables_[slot(country)], limit_ms - typical_ms);
    }
    // Σ people[s] × share_within(country, (first + s) × kStep_ms, limit_ms). O(people).
    double people_within(geo::CountryIndex country, std::span<const double> people,
                         std::size_t first, double limit_ms) const;

    // Tables end here, above a line's least RTT: who isn't within it is never within.
    static constexpr double kLongest_ms = 1024;

  private:
    static constexpr std::size_t kSteps = static_cast<std::size_t>(kLongest_ms / kStep_ms);
    // Shares by margin, from first_ms on in steps of kStep_ms; kSteps + 1 of them.
    struct Table {
        double first_ms = 0;
        std::vector<double> share;
    };
    // P(A − median of A <= margin_ms).
    static double look_up(const Table& table, double margin_ms) {
        const double at = (margin_ms - table.first_ms) / kStep_ms;
        if (!(at >= 0)) {
            return 0;
        }
        const std::size_t below =
            at < static_cast<double>(kSteps) ? static_cast<std::size_t>(at) : kSteps;
        if (below == kSteps) {
            return table.share[kSteps];
        }
        const double share = table.share[below];
        return share + (at - static_cast<double>(below)) * (table.share[below + 1] - share);
    }

    struct Typical {
        double detour = 1;
        double median_ms = 0;
    };
    void tabulate(std::size_t slot);

    ClientKind kind_;
    std::vector<ClientLine> lines_;  // the last one is `other`
    std::vector<Typical> typical_;
    using Steps = std::array<double, kNormalSteps>;
    std::vector<Steps> detour_spread_;  // as factors of a detour, equally likely, ascending
    std::vector<std::shared_ptr<const Table>> tables_;  // equal lines share one
};

}  // namespace footprint::sim
