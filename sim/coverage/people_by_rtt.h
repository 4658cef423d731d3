// People within RTTs over many dates: places are counted into their countries' bins once, and moved
// when their RTT changes; a date then costs its countries, not its places.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/coverage/country_people.h"
#include "sim/coverage/rtt_steps.h"

namespace footprint::sim {

// The people of one footprint by country and RTT: as ClientShares has them where access is a
// distribution, else in steps of RTT that end at the thresholds.
class PeopleByRtt {
  public:
    // Both must outlive it.
    PeopleByRtt(const CountryPeople& people, const RttSteps& steps);

    // RTTs by demand point, +infinity for no path. Only places whose RTT is another than at the
    // last call are counted anew. The result does not depend on the calls before.
    void update(std::span<const float> rtt_ms);
    // The same of a field, always of the same one: looks only where it has changed since. Several
    // at once, on all threads.
    struct Recount {
        PeopleByRtt* people;
        const LatencyField* field;
    };
    static void update(std::span<const Recount> recounts);

    // As summarize() says for the area's places, at the steps' thresholds; with clients median and
    // 90th percentile to 0.01 ms. Areas are whole countries. O(countries × steps in use), and
    // without clients O(places / 64) for each percentile.
    AreaCoverage coverage(const geo::Atlas::Area& area,
                          std::span<const CountryPeople::Factor> factors) const;

    // Of all places where access is a distribution: what coverage() says of the world at one
    // threshold of any length. O(countries × steps in use).
    struct Reached {
        double within = 0;
        double people = 0;
    };
    Reached reached(double limit_ms, std::span<const CountryPeople::Factor> factors) const;

  private:
    static constexpr std::uint16_t kNoStep = 0xFFFF;
    // Places are counted by so many threads at once, each into bins of its own; counts are whole
    // units, so their sum is the same however they are parted.
    static constexpr std::size_t kParts = 4;
    struct Bins {
        std::vector<PeopleCount> count;  // by step
        std::size_t first = 0, end = 0;
        bool has_changed = false;  // since used_ was made
    };
    struct Used {  // a step with people, in units
        std::uint32_t step;
        double urban, rural;
    };
    // Slots of an area, ascending.
    std::vector<std::size_t> slots_of(const geo::Atlas::Area& area) const;
    std::vector<std::size_t> all_slots() const;
    double people_of(std::span<const std::size_t> slots,
                     std::span<const CountryPeople::Factor> factors) const;
    void update_part(const LatencyField& field, std::size_t part);
    void update_point(std::size_t part, std::uint32_t point, float rtt_ms);
    void list_changed();
    void move(std::size_t part, std::uint32_t point, float rtt_ms, std::int64_t sign);
    void move_client(Bins& bins, std::uint32_t point, float rtt_ms, std::int64_t sign);
    // The counts of steps that are about to change.
    static PeopleCount* steps_from(Bins& bins, std::size_t first, std::size_t end);
    void list_used(std::size_t slot);
    Bins& bins(std::size_t part, std::size_t slot) { return bins_[part * people_->slots() + slot]; }
    class Shares;  // of people where access is a distribution
    Shares shares(std::span<const std::size_t> slots,
                  std::span<const CountryPeople::Factor> factors) const;
    AreaCoverage of_places(const std::string& area, std::span<const std::size_t> slots,
                           std::span<const CountryPeople::Factor> factors) const;
    double end_of(double wanted, std::size_t step, std::span<const std::size_t> slots,
                  std::span<const CountryPeople::Factor> factors) const;
    std::vector<std::uint32_t> points_in(std::size_t step,
                                         std::span<const std::size_t> slots) const;

    const CountryPeople* people_;
    const RttSteps* steps_;
    std::vector<float> rtt_ms_;            // as counted; +infinity: not in the bins
    std::uint64_t field_step_ = 0;         // of the field, as counted
    std::vector<std::uint16_t> step_;      // of each point, without clients
    std::vector<Bins> bins_;               // by part, then slot
    std::vector<std::vector<Used>> used_;  // by slot
};

}  // namespace footprint::sim
