#include "sim/expansion/demand_check.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace footprint::sim {
namespace {

constexpr double kAbout_m = 100'000;
constexpr double kAbout_deg = 1;  // of latitude: more than that

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
            if (std::abs(world.places.position[place].lat - metro.position.lat) > kAbout_deg) {
                continue;
            }
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

MarketCheck check_market(const World& world) {
    MarketCheck check;
    const ShareRow* last = nullptr;
    for (const auto& row : world.known.facts.shares_apart) {
        last = last == nullptr || row.known_from > last->known_from ? &row : last;
    }
    const auto europe = world.atlas->find_area("europe");
    if (last == nullptr || !europe) {
        return check;
    }
    check.known = true;
    check.period = last->known_from.year_month();
    check.published = last->share;
    std::vector<bool> inside;
    for (const auto country : world.places.country) {
        inside.push_back(
            std::binary_search(europe->countries.begin(), europe->countries.end(), country));
    }
    const Date start = world.scenario.start;
    const auto shares =
        world.market->shares_in(world.demand->spending(start), world.demand->works(start), inside);
    for (const char* id : {"aws", "azure", "google"}) {
        if (const auto provider = world.known.catalog.find_provider(id)) {
            check.modelled += shares[*provider];
        }
    }
    return check;
}

}  // namespace footprint::sim
