// Where next? Small rules that see what anyone can see: open regions and announcements of all,
// spending, rules, costs; of rivals neither money nor plans. docs/scenarios/policies.md has a page
// for each.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/expansion/random.h"
#include "sim/expansion/world.h"

namespace footprint::sim {

// What stands, is being built, or is announced.
struct Presence {
    std::vector<std::uint16_t> regions;               // by country × provider
    std::vector<std::vector<geo::LonLat>> positions;  // by country: of all providers
    std::vector<std::vector<std::size_t>> owners;     // the same, providers
    std::size_t providers = 0;
    int of(geo::CountryIndex country, std::size_t provider) const {
        return regions[country * providers + provider];
    }
    void add(geo::CountryIndex country, std::size_t provider, geo::LonLat position);
    void remove(geo::CountryIndex country, std::size_t provider, geo::LonLat position);
};

struct View {
    const World* world = nullptr;
    const Market* market = nullptr;
    const Presence* presence = nullptr;
    Date date;
    std::span<const double> spending;  // by place
    std::span<const double> by_country;
    std::array<double, kWorks> works{};
    std::span<const double> users;    // internet users by place
    std::span<const float> reach_ms;  // by place × provider, with what is being built
    std::size_t ways = 0;             // that hold now, of World::rtt_ms
};

struct Choice {
    std::size_t site = 0;
    std::string reason;
};

class Policy {
  public:
    virtual ~Policy() = default;
    // The next site for a first phase of a kind, among sites where the provider may build and not
    // nearer to its own than the spacing; nothing when none is worth it.
    virtual std::optional<Choice> choose(const View& view, std::size_t provider, BuildKind kind,
                                         RandomStream& random) const = 0;
};

// Null for announced-only and plan-file, which choose nothing.
std::unique_ptr<Policy> make_policy(PolicyKind kind);

// The provider's best site in a country, by people and by the rivals near it; nothing when the
// rules or the spacing leave none.
std::optional<std::size_t> best_site(const View& view, std::size_t provider,
                                     geo::CountryIndex country);

}  // namespace footprint::sim
