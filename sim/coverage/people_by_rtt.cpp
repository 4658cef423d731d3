#include "sim/coverage/people_by_rtt.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/parallel.h"
#include "sim/coverage/client_shares.h"

namespace footprint::sim {

namespace {

// People by RTT of the median client, those of one access line together.
class Histogram {
  public:
    Histogram(const ClientAccess& clients, geo::CountryIndex represent, std::size_t steps)
        : clients_(&clients), represent_(represent), people_(steps, 0) {}

    void add(std::size_t step, double people) {
        people_[step] += people;
        end_ = std::max(end_, step + 1);
    }

    double within(double limit_ms) const {
        return clients_->people_within(represent_, std::span(people_).first(end_), 0, limit_ms);
    }

  private:
    const ClientAccess* clients_;
    geo::CountryIndex represent_;
    std::vector<double> people_;
    std::size_t end_ = 0;
};

}  // namespace

class PeopleByRtt::Shares {
  public:
    Shares(std::vector<Histogram> histograms, double people)
        : histograms_(std::move(histograms)), people_(people) {}

    double people() const { return people_; }

    double within(double limit_ms) const {
        double sum = 0;
        for (const auto& histogram : histograms_) {
            sum += histogram.within(limit_ms);
        }
        return std::min(sum, people_);
    }

    std::optional<double> quantile(double share) const {
        return least_rtt_ms(share * people_, people_, [this](double ms) { return within(ms); });
    }

  private:
    std::vector<Histogram> histograms_;
    double people_;
};

PeopleByRtt::PeopleByRtt(const CountryPeople& people, const RttSteps& steps)
    : people_(&people),
      steps_(&steps),
      rtt_ms_(people.points().size(), std::numeric_limits<float>::infinity()),
      step_(people.clients() == nullptr ? people.points().size() : 0, kNoStep),
      bins_(kParts * people.slots()),
      used_(people.slots()) {}

PeopleCount* PeopleByRtt::steps_from(Bins& bins, std::size_t first, std::size_t end) {
    if (bins.count.size() < end) {
        bins.count.resize(std::max(end, bins.count.size() + 256));
    }
    bins.first = bins.end == 0 ? first : std::min(bins.first, first);
    bins.end = std::max(bins.end, end);
    bins.has_changed = true;
    return bins.count.data() + first;
}

void PeopleByRtt::list_used(std::size_t slot) {
    std::size_t first = std::numeric_limits<std::size_t>::max();
    std::size_t end = 0;
    for (std::size_t part = 0; part < kParts; ++part) {
        const Bins& here = bins(part, slot);
        first = here.end > 0 ? std::min(first, here.first) : first;
        end = std::max(end, here.end);
    }
    auto& used = used_[slot];
    used.clear();
    for (std::size_t step = first; step < end; ++step) {
        PeopleCount count;
        for (std::size_t part = 0; part < kParts; ++part) {
            const Bins& here = bins(part, slot);
            if (step < here.end) {
                count.urban += here.count[step].urban;
                count.rural += here.count[step].rural;
            }
        }
        if (count.urban != 0 || count.rural != 0) {
            used.push_back({static_cast<std::uint32_t>(step), static_cast<double>(count.urban),
                            static_cast<double>(count.rural)});
        }
    }
}

// Shared between the two steps about the RTT; the two parts are exactly the whole.
void PeopleByRtt::move_client(Bins& bins, std::uint32_t point, float rtt_ms, std::int64_t sign) {
    const double at = std::min(double{rtt_ms}, kLongest_ms) / ClientAccess::kStep_ms;
    const auto below = static_cast<std::size_t>(at);
    const double share = at - static_cast<double>(below);
    const PeopleCount& whole = people_->of_point(point);
    const auto part = [share](std::int64_t units) {
        return static_cast<std::int64_t>(static_cast<double>(units) * share + 0.5);
    };
    const PeopleCount upper{part(whole.urban), part(whole.rural)};
    PeopleCount* const count = steps_from(bins, below, below + 2);
    count[0].urban += sign * (whole.urban - upper.urban);
    count[0].rural += sign * (whole.rural - upper.rural);
    count[1].urban += sign * upper.urban;
    count[1].rural += sign * upper.rural;
}

void PeopleByRtt::move(std::size_t part, std::uint32_t point, float rtt_ms, std::int64_t sign) {
    if (!std::isfinite(rtt_ms)) {
        return;
    }
    auto& here = bins(part, people_->slot_of(point));
    if (people_->clients() != nullptr) {
        move_client(here, point, rtt_ms, sign);
    } else {
        const std::size_t step = steps_->of(rtt_ms);
        const PeopleCount& people = people_->of_point(point);
        PeopleCount* const count = steps_from(here, step, step + 1);
        count->urban += sign * people.urban;
        count->rural += sign * people.rural;
    }
}

void PeopleByRtt::update_point(std::size_t part, std::uint32_t point, float rtt_ms) {
    if (rtt_ms == rtt_ms_[point]) {
        return;
    }
    move(part, point, rtt_ms_[point], -1);
    move(part, point, rtt_ms, 1);
    rtt_ms_[point] = rtt_ms;
    if (!step_.empty()) {
        step_[point] =
            std::isfinite(rtt_ms) ? static_cast<std::uint16_t>(steps_->of(rtt_ms)) : kNoStep;
    }
}

void PeopleByRtt::list_changed() {
    for (std::size_t slot = 0; slot < people_->slots(); ++slot) {
        bool has_changed = false;
        for (std::size_t part = 0; part < kParts; ++part) {
            has_changed |= std::exchange(bins(part, slot).has_changed, false);
        }
        if (has_changed) {
            list_used(slot);
        }
    }
}

void PeopleByRtt::update(std::span<const float> rtt_ms) {
    for (std::uint32_t p = 0; p < rtt_ms.size(); ++p) {
        update_point(0, p, rtt_ms[p]);
    }
    list_changed();
}

void PeopleByRtt::update_part(const LatencyField& field, std::size_t part) {
    field.visit_changed_since(field_step_, part, kParts,
                              [&](std::uint32_t p) { update_point(part, p, field.rtt_ms()[p]); });
}

void PeopleByRtt::update(std::span<const Recount> recounts) {
    parallel_blocks(recounts.size() * kParts, 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const auto& [people, field] = recounts[i / kParts];
            people->update_part(*field, i % kParts);
        }
    });
    parallel_blocks(recounts.size(), 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const auto& [people, field] = recounts[i];
            people->field_step_ = field->step();
            people->list_changed();
        }
    });
}

std::vector<std::size_t> PeopleByRtt::slots_of(const geo::Atlas::Area& area) const {
    return area.is_world ? all_slots()
                         : std::vector<std::size_t>(area.countries.begin(), area.countries.end());
}

std::vector<std::size_t> PeopleByRtt::all_slots() const {
    std::vector<std::size_t> slots(people_->slots());
    std::iota(slots.begin(), slots.end(), std::size_t{0});
    return slots;
}

double PeopleByRtt::people_of(std::span<const std::size_t> slots,
                              std::span<const CountryPeople::Factor> factors) const {
    CompensatedSum people;
    for (const auto slot : slots) {
        people.add(factors[slot].people(people_->of_slot(slot)));
    }
    return people.value();
}

AreaCoverage PeopleByRtt::coverage(const geo::Atlas::Area& area,
                                   std::span<const CountryPeople::Factor> factors) const {
    const auto slots = slots_of(area);
    return people_->clients() != nullptr
               ? summary_of(area.name, shares(slots, factors), steps_->thresholds_ms())
               : of_places(area.name, slots, factors);
}

PeopleByRtt::Reached PeopleByRtt::reached(double limit_ms,
                                          std::span<const CountryPeople::Factor> factors) const {
    const Shares all = shares(all_slots(), factors);
    return {all.within(limit_ms), all.people()};
}

PeopleByRtt::Shares PeopleByRtt::shares(std::span<const std::size_t> slots,
                                        std::span<const CountryPeople::Factor> factors) const {
    std::vector<Histogram> histograms;
    std::size_t steps = 0;
    for (const auto slot : slots) {
        steps =
            used_[slot].empty() ? steps : std::max(steps, used_[slot].back().step + std::size_t{1});
    }
    for (const auto country : people_->represent()) {
        histograms.emplace_back(*people_->clients(), country, steps);
    }
    for (const auto slot : slots) {
        auto& histogram = histograms[people_->access(slot)];
        for (const auto& [step, urban, rural] : used_[slot]) {
            histogram.add(step, factors[slot].people(urban, rural));
        }
    }
    return {std::move(histograms), people_of(slots, factors)};
}

AreaCoverage PeopleByRtt::of_places(const std::string& area, std::span<const std::size_t> slots,
                                    std::span<const CountryPeople::Factor> factors) const {
    std::vector<double> in_step(steps_->count(), 0);
    for (const auto slot : slots) {
        for (const auto& [step, urban, rural] : used_[slot]) {
            in_step[step] += factors[slot].people(urban, rural);
        }
    }
    std::vector<double> below{0};  // people of all lower steps, by step; then all who are reached
    CompensatedSum sum;
    for (const double count : in_step) {
        sum.add(count);
        below.push_back(sum.value());
    }
    AreaCoverage result;
    result.area = area;
    result.people = people_of(slots, factors);
    for (std::size_t i = 0; i < steps_->thresholds_ms().size(); ++i) {
        result.people_within.push_back(below[steps_->end_of_threshold(i)]);
    }
    const auto quantile = [&](double share) -> std::optional<double> {
        const double wanted = share * result.people;
        if (!(wanted > 0) || below.back() < wanted) {
            return std::nullopt;
        }
        const auto end = std::lower_bound(below.begin() + 1, below.end(), wanted);
        const auto step = static_cast<std::size_t>(end - below.begin()) - 1;
        return end_of(wanted - below[step], step, slots, factors);
    };
    result.median_rtt_ms = quantile(0.5);
    result.p90_rtt_ms = quantile(0.9);
    return result;
}

// The least RTT within which so many people of a step are.
double PeopleByRtt::end_of(double wanted, std::size_t step, std::span<const std::size_t> slots,
                           std::span<const CountryPeople::Factor> factors) const {
    auto points = points_in(step, slots);
    std::ranges::sort(points, [this](std::uint32_t a, std::uint32_t b) {
        return rtt_ms_[a] != rtt_ms_[b] ? rtt_ms_[a] < rtt_ms_[b] : a < b;
    });
    double sum = 0;
    double answer = 0;
    // If rounding leaves all of them a hair below what is wanted, the last one ends it.
    for (const auto p : points) {
        sum += factors[people_->slot_of(p)].people(people_->of_point(p));
        answer = double{rtt_ms_[p]};
        if (sum >= wanted) {
            break;
        }
    }
    return answer;
}

std::vector<std::uint32_t> PeopleByRtt::points_in(std::size_t step,
                                                  std::span<const std::size_t> slots) const {
    std::vector<bool> is_inside(people_->slots(), false);
    for (const auto slot : slots) {
        is_inside[slot] = true;
    }
    constexpr std::size_t kBlock = 64;  // looked through at once: few have any
    std::vector<std::uint32_t> points;
    for (std::size_t begin = 0; begin < step_.size(); begin += kBlock) {
        const std::size_t end = std::min(step_.size(), begin + kBlock);
        bool any = false;
        for (std::size_t p = begin; p < end; ++p) {
            any |= step_[p] == step;
        }
        for (std::size_t p = begin; any && p < end; ++p) {
            const auto point = static_cast<std::uint32_t>(p);
            if (step_[p] == step && is_inside[people_->slot_of(point)]) {
                points.push_back(point);
            }
        }
    }
    return points;
}

}  // namespace footprint::sim
