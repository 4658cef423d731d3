// Which nodes may be best somewhere in a cap of places. Internal to sim/coverage.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

#include "geo/sphere/geodesic.h"
#include "sim/coverage/latency_field.h"

namespace footprint::sim {

// Bounds on distances are loosened by this much, far above the second-order formula's error (0.3 m
// at 15,000 km) and every rounding, so that pruning never drops a node that could win.
inline constexpr double kDistanceSlack_m = 2.0;

// The two least RTTs of different regions.
struct LeastTwo {
    static constexpr double kNone = std::numeric_limits<double>::infinity();
    std::array<double, 2> ms{kNone, kNone};
    std::array<geo::RegionIndex, 2> region{};

    void add(double value, geo::RegionIndex of) {
        if (ms[0] < kNone && of == region[0]) {
            ms[0] = std::min(ms[0], value);
        } else if (value < ms[0]) {
            ms = {value, ms[0]};
            region = {of, region[0]};
        } else if (value < ms[1]) {
            ms[1] = value;
            region[1] = of;
        }
    }
    void add(const LeastTwo& other) {
        for (std::size_t i = 0; i < 2; ++i) {
            if (other.ms[i] < kNone) {
                add(other.ms[i], other.region[i]);
            }
        }
    }
};

// Keeps scratch memory; one for each thread.
class NodePrune {
  public:
    using Nodes = std::vector<LatencyField::Prepared>;

    explicit NodePrune(const PlaceSet& places) : places_(places) {}

    // Whose audiences nodes name; what is said of them is for the caps looked at after.
    void set_audiences(const Audiences& audiences) {
        audiences_ = &audiences;
        served_.assign(audiences.size(), Served::everyone);
    }

    // `into` gets the nodes that may be best (or, if asked for two, second best) somewhere in the
    // cap: those that somebody there sees and that may serve somebody there, whose lowest RTT is
    // neither above the limit of who sees them (by area of the cap; one where places have no areas)
    // nor above the least of the RTTs that nodes for all of the cap surely reach in their area.
    // angle_of(node) is the angle to the cap's centre on the reduced-latitude sphere. O(from +
    // audiences).
    template <typename Angle>
    void operator()(const PlaceSet::Cap& cap, const Angle& angle_of,
                    std::span<const LatencyField::Prepared> from, std::span<const double> limit_ms,
                    bool two, Nodes& into) {
        look_at_audiences(cap);
        look(cap, angle_of, from, limit_ms);
        keep(from, two ? 1 : 0, into);
    }

    // The lowest RTTs in the cap of what was kept last, in its order.
    std::span<const double> lower_ms() const { return lower_of_kept_; }

    // In the cap that was looked at last.
    bool serves_everyone(const LatencyField::Prepared& n) const {
        return served_[n.audience] == Served::everyone;
    }

  private:
    enum class Served : std::uint8_t { nobody, some, everyone };

    // Most caps lie in one country, so that most nodes for few countries are for nobody there.
    void look_at_audiences(const PlaceSet::Cap& cap) {
        if (places_.countries_.empty()) {
            return;
        }
        const auto countries = places_.countries_in(cap);
        for (std::size_t audience = 1; audience < served_.size(); ++audience) {
            const auto served = std::ranges::count_if(countries, [&](geo::CountryIndex country) {
                return audiences_->serves(static_cast<AudienceIndex>(audience), country);
            });
            served_[audience] = served == 0 ? Served::nobody
                                : static_cast<std::size_t>(served) == countries.size()
                                    ? Served::everyone
                                    : Served::some;
        }
    }

    static constexpr std::size_t kUnseen = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t kSeenByAll = kUnseen - 1;

    // Which of the cap's areas see a node.
    std::size_t slot_of(const LatencyField::Prepared& n,
                        std::span<const geo::AccessAreaIndex> areas) const {
        if (n.area == geo::kAnyArea || places_.areas_.empty()) {
            return kSeenByAll;
        }
        const auto found = std::lower_bound(areas.begin(), areas.end(), n.area);
        return found != areas.end() && *found == n.area
                   ? static_cast<std::size_t>(found - areas.begin())
                   : kUnseen;
    }

    template <typename Angle>
    void look(const PlaceSet::Cap& cap, const Angle& angle_of,
              std::span<const LatencyField::Prepared> from, std::span<const double> limit_ms) {
        const auto areas = places_.areas_in(cap);
        const double highest_ms = *std::max_element(limit_ms.begin(), limit_ms.end());
        everywhere_ = {};
        reached_.assign(areas.size(), {});
        likely_.clear();
        for (std::size_t i = 0; i < from.size(); ++i) {
            const auto& n = from[i];
            const bool is_node = n.index != kNoNode && served_[n.audience] != Served::nobody;
            if (!is_node || n.offset_ms - n.ms_per_m * kDistanceSlack_m > highest_ms) {
                continue;
            }
            const std::size_t slot = slot_of(n, areas);
            if (slot == kUnseen) {
                continue;
            }
            const double limit = slot == kSeenByAll ? highest_ms : limit_ms[slot];
            const double angle = angle_of(n);
            const double nearest = std::max(0.0, angle - cap.radius_rad);
            const double lower_ms =
                n.offset_ms + n.ms_per_m * (geo::kPolarRadius_m * nearest - kDistanceSlack_m);
            if (lower_ms > limit) {
                continue;
            }
            likely_.push_back({i, slot, lower_ms});
            if (serves_everyone(n)) {
                const double farthest = std::min(std::numbers::pi, angle + cap.radius_rad);
                const double upper_ms =
                    n.offset_ms +
                    n.ms_per_m * (geo::kEquatorialRadius_m * farthest + kDistanceSlack_m);
                (slot == kSeenByAll ? everywhere_ : reached_[slot]).add(upper_ms, n.region);
            }
        }
    }

    void keep(std::span<const LatencyField::Prepared> from, std::size_t rank, Nodes& into) {
        double worst = reached_.empty() ? everywhere_.ms[rank] : 0;
        for (auto& reached : reached_) {
            reached.add(everywhere_);
            worst = std::max(worst, reached.ms[rank]);
        }
        into.clear();
        lower_of_kept_.clear();
        for (const auto& likely : likely_) {
            const double reached =
                likely.slot == kSeenByAll ? worst : reached_[likely.slot].ms[rank];
            if (likely.lower_ms <= reached) {
                into.push_back(from[likely.node]);
                lower_of_kept_.push_back(likely.lower_ms);
            }
        }
    }

    struct Likely {
        std::size_t node;
        std::size_t slot;  // of the area that sees it
        double lower_ms;
    };

    const PlaceSet& places_;
    const Audiences* audiences_ = nullptr;
    std::vector<Served> served_;  // by audience, in the cap
    LeastTwo everywhere_;
    std::vector<LeastTwo> reached_;  // by area of the cap
    std::vector<Likely> likely_;
    std::vector<double> lower_of_kept_;
};

}  // namespace footprint::sim
