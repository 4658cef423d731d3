#include "sim/expansion/demand_check.h"

#include <utility>
#include <vector>

namespace footprint::sim {
namespace {

constexpr double kAbout_m = 100'000;

using Rated = std::vector<std::pair<double, bool>>;  // value, has an edge

double chance_above(const Rated& rated) {
    double wins = 0;
    double pairs = 0;
    for (const auto& [value, has_edge] : rated) {
        for (const auto& [other, other_has] : rated) {
            if (has_edge && !other_has) {
                pairs += 1;
                wins += value > other ? 1 : value == other ? 0.5 : 0;
            }
        }
    }
    return pairs > 0 ? wins / pairs : 0.5;
}

}  // namespace

DemandCheck check_demand(const World& world) {
    const auto spending = world.demand->spending(world.scenario.start);
    DemandCheck check;
    Rated by_spending;
    Rated by_people;
    for (const auto& metro : world.known.facts.metros) {
        if (metro.people <= 0) {
            continue;
        }
        double about = 0;
        for (std::size_t place = 0; place < spending.size(); ++place) {
            about += rough_distance_m(metro.position, world.places.position[place]) < kAbout_m
                         ? spending[place]
                         : 0;
        }
        by_spending.emplace_back(about, metro.has_edge);
        by_people.emplace_back(metro.people, metro.has_edge);
        check.edges += metro.has_edge ? 1 : 0;
    }
    check.metros = by_people.size();
    check.by_spending = chance_above(by_spending);
    check.by_people = chance_above(by_people);
    return check;
}

}  // namespace footprint::sim
