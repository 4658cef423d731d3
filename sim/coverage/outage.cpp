#include "sim/coverage/outage.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "base/error.h"

namespace footprint::sim {

namespace {

// A place's people before and after.
struct Step {
    double weight = 0;
    geo::CountryIndex country = geo::kNoCountry;
    float before_ms = 0;
    float after_ms = 0;
    bool moved = false;

    bool is_affected() const { return moved || before_ms != after_ms; }
    bool had_path() const { return std::isfinite(before_ms); }
    bool has_path() const { return std::isfinite(after_ms); }
    double change_ms() const {
        return had_path() && has_path() ? double{after_ms} - double{before_ms} : 0;
    }
};

double share_within(const People& people, geo::CountryIndex country, float rtt_ms,
                    double threshold_ms) {
    if (people.clients == nullptr) {
        return double{rtt_ms} <= threshold_ms ? 1 : 0;
    }
    return people.clients->share_within(country, double{rtt_ms}, threshold_ms);
}

class ShiftSum {
  public:
    void add(const People& people, const Step& step, std::span<const double> thresholds_ms) {
        if (!step.is_affected()) {
            return;
        }
        affected_.add(step.weight);
        moved_.add(step.moved ? step.weight : 0);
        unserved_.add(step.had_path() && !step.has_path() ? step.weight : 0);
        newly_.add(!step.had_path() && step.has_path() ? step.weight : 0);
        const double change_ms = step.change_ms();
        person_ms_.add(step.weight * change_ms);
        most_ms_ = std::abs(change_ms) > std::abs(most_ms_) ? change_ms : most_ms_;
        within_.resize(thresholds_ms.size());
        for (std::size_t t = 0; t < thresholds_ms.size(); ++t) {
            const double before =
                share_within(people, step.country, step.before_ms, thresholds_ms[t]);
            const double after =
                share_within(people, step.country, step.after_ms, thresholds_ms[t]);
            within_[t].add(step.weight * (after - before));
        }
    }

    Shift take(std::size_t thresholds) const {
        Shift shift{affected_.value(), moved_.value(),     unserved_.value(),
                    newly_.value(),    person_ms_.value(), most_ms_};
        shift.within.resize(thresholds);
        for (std::size_t t = 0; t < within_.size(); ++t) {
            shift.within[t] = within_[t].value();
        }
        return shift;
    }

  private:
    CompensatedSum affected_, moved_, unserved_, newly_, person_ms_;
    double most_ms_ = 0;
    std::vector<CompensatedSum> within_;
};

RegionIndex region_of(const LatencyField& field, std::uint32_t node) {
    return node == kNoNode ? kNoRegion : field.nodes()[node].node.region;
}

struct MoveSum {
    CompensatedSum people, person_ms;
};

struct CountrySum {
    CompensatedSum people;
    ShiftSum shift;
};

std::vector<RegionMove> sorted_moves(
    const std::map<std::pair<RegionIndex, RegionIndex>, MoveSum>& sums) {
    std::vector<RegionMove> moves;
    for (const auto& [pair, sum] : sums) {
        moves.push_back({pair.first, pair.second, sum.people.value(), sum.person_ms.value()});
    }
    std::stable_sort(moves.begin(), moves.end(),
                     [](const auto& a, const auto& b) { return a.people > b.people; });
    return moves;
}

std::vector<CountryShift> sorted_countries(const std::map<geo::CountryIndex, CountrySum>& sums,
                                           std::size_t thresholds) {
    std::vector<CountryShift> countries;
    for (const auto& [country, sum] : sums) {
        CountryShift here{country, sum.people.value(), sum.shift.take(thresholds)};
        if (here.shift.affected > 0) {
            countries.push_back(std::move(here));
        }
    }
    std::stable_sort(countries.begin(), countries.end(), [](const auto& a, const auto& b) {
        return a.shift.affected > b.shift.affected;
    });
    return countries;
}

}  // namespace

std::vector<RegionIndex> best_regions(const LatencyField& field) {
    std::vector<RegionIndex> regions;
    regions.reserve(field.rtt_ms().size());
    for (std::size_t p = 0; p < field.rtt_ms().size(); ++p) {
        regions.push_back(region_of(field, field.node(p)));
    }
    return regions;
}

Outage outage(std::span<const std::uint32_t> points, const People& people,
              const LatencyField& before, const LatencyField& after,
              std::span<const double> thresholds_ms) {
    const auto from = best_regions(before);
    const auto to = best_regions(after);
    CompensatedSum all;
    ShiftSum shift;
    std::vector<CompensatedSum> within(thresholds_ms.size());
    std::map<std::pair<RegionIndex, RegionIndex>, MoveSum> moves;
    std::map<geo::CountryIndex, CountrySum> countries;
    for (const auto p : points) {
        const Step step{people.weights[p], people.countries[p], before.rtt_ms()[p],
                        after.rtt_ms()[p], from[p] != to[p]};
        all.add(step.weight);
        for (std::size_t t = 0; t < thresholds_ms.size(); ++t) {
            within[t].add(step.weight *
                          share_within(people, step.country, step.before_ms, thresholds_ms[t]));
        }
        shift.add(people, step, thresholds_ms);
        auto& country = countries[step.country];
        country.people.add(step.weight);
        country.shift.add(people, step, thresholds_ms);
        if (step.is_affected() && step.weight > 0) {
            auto& move = moves[{from[p], to[p]}];
            move.people.add(step.weight);
            move.person_ms.add(step.weight * step.change_ms());
        }
    }
    Outage result;
    result.people = all.value();
    for (const auto& sum : within) {
        result.within_before.push_back(sum.value());
    }
    result.shift = shift.take(thresholds_ms.size());
    result.moves = sorted_moves(moves);
    result.countries = sorted_countries(countries, thresholds_ms.size());
    return result;
}

std::vector<RegionLoss> loss_of_each_region(std::span<const std::uint32_t> points,
                                            const People& people, const LatencyField& best_two,
                                            std::span<const double> thresholds_ms) {
    if (best_two.second_rtt_ms().empty() && !best_two.rtt_ms().empty()) {
        throw Error(ExitCode::failed, "the loss of each region needs a field of the best two");
    }
    struct Sum {
        CompensatedSum served;
        ShiftSum shift;
        std::map<RegionIndex, CompensatedSum> heirs;
    };
    std::map<RegionIndex, std::size_t> slot;
    for (const auto& node : best_two.nodes()) {
        slot.emplace(node.node.region, 0);
    }
    std::vector<Sum> sums;
    for (auto& [region, index] : slot) {
        index = sums.size();
        sums.emplace_back();
    }
    std::vector<std::size_t> slot_of_node;
    for (const auto& node : best_two.nodes()) {
        slot_of_node.push_back(slot[node.node.region]);
    }
    for (const auto p : points) {
        const auto node = best_two.node(p);
        if (node == kNoNode) {
            continue;
        }
        Sum& sum = sums[slot_of_node[node]];
        const Step step{people.weights[p], people.countries[p], best_two.rtt_ms()[p],
                        best_two.second_rtt_ms()[p], true};
        sum.served.add(step.weight);
        sum.shift.add(people, step, thresholds_ms);
        if (const auto second = best_two.second_node(p); second != kNoNode) {
            sum.heirs[region_of(best_two, second)].add(step.weight);
        }
    }
    std::vector<RegionLoss> losses;
    for (const auto& [region, index] : slot) {
        const Sum& sum = sums[index];
        RegionLoss loss{region, sum.served.value(), sum.shift.take(thresholds_ms.size())};
        for (const auto& [heir, heirs_people] : sum.heirs) {
            if (heirs_people.value() > loss.heir_people) {
                loss.heir = heir;
                loss.heir_people = heirs_people.value();
            }
        }
        losses.push_back(std::move(loss));
    }
    return losses;
}

}  // namespace footprint::sim
