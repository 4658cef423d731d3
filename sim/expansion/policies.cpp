#include "sim/expansion/policies.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace footprint::sim {
namespace {

using P = Parameter;

constexpr double kNear_m = 100'000;   // rivals this near share a metro
constexpr std::size_t kExactly = 24;  // candidates for which margins are worked out
constexpr double kHopeless = -1e300;

struct Ranked {
    double score = 0;
    std::size_t site = 0;
    geo::CountryIndex country = 0;
};

const geo::Provider& row_of(const View& view, std::size_t provider) {
    return view.world->known.catalog.provider(static_cast<ProviderIndex>(provider));
}

std::string usd(double usd_m) {
    return usd_m >= 1000 ? fmt::format("{:.1f} bn USD", usd_m / 1000)
                         : fmt::format("{:.0f} M USD", usd_m);
}

// Rivals with something in the country; the second counts those of the provider's own bloc.
std::pair<int, int> rivals(const View& view, std::size_t provider, geo::CountryIndex country) {
    int all = 0;
    int same = 0;
    for (std::size_t i = 0; i < view.presence->providers; ++i) {
        if (i != provider && view.presence->of(country, i) > 0) {
            ++all;
            same += row_of(view, i).bloc == row_of(view, provider).bloc ? 1 : 0;
        }
    }
    return {all, same};
}

// The logit of countries, with the weights fitted to openings of 2014 to 2018.
double country_score(const View& view, std::size_t provider, geo::CountryIndex country) {
    const auto& p = view.world->scenario.parameters;
    const double spending = view.by_country[country];
    if (spending <= 0) {
        return kHopeless;
    }
    const auto& row = row_of(view, provider);
    const auto& iso2 = view.world->atlas->countries()[country].iso2;
    const auto [all, same] = rivals(view, provider, country);
    const int own = view.presence->of(country, provider);
    double score = p[P::score_spending] * std::log(spending) +
                   p[P::score_rivals] * std::log1p(all) + p[P::score_same_bloc] * std::log1p(same) -
                   p[P::score_own] * std::log1p(own) - (own > 0 ? p[P::score_present] : 0);
    if (iso2 == row.home_country) {
        score += p[P::score_home];
    }
    if (iso2 == "CN" && row.home_country != "CN") {
        score -= p[P::score_wall];
    }
    if (iso2 == "US" && row.bloc == "china") {
        score -= p[P::score_wall] / 2;
    }
    return score;
}

// Countries by score, best first; ties by index.
std::vector<Ranked> ranked_countries(const View& view, std::size_t provider, RandomStream* random) {
    const double noise = view.world->scenario.parameters[P::score_noise];
    std::vector<Ranked> ranked;
    for (std::size_t c = 0; c < view.world->sites_of.size(); ++c) {
        const auto country = static_cast<geo::CountryIndex>(c);
        if (view.world->sites_of[c].empty()) {
            continue;
        }
        double score = country_score(view, provider, country);
        // One draw for each country, whatever it scores: what is drawn depends on nothing else.
        score += random != nullptr ? noise * random->gumbel() : 0;
        if (score > kHopeless / 2) {
            ranked.push_back({score, 0, country});
        }
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const Ranked& a, const Ranked& b) { return a.score > b.score; });
    return ranked;
}

std::optional<Ranked> first_with_site(const View& view, std::size_t provider,
                                      std::vector<Ranked>& ranked) {
    for (auto& candidate : ranked) {
        if (const auto site = best_site(view, provider, candidate.country)) {
            candidate.site = *site;
            return candidate;
        }
    }
    return std::nullopt;
}

class FollowTheRival final : public Policy {
  public:
    std::optional<Choice> choose(const View& view, std::size_t provider, BuildKind /*kind*/,
                                 RandomStream& random) const override {
        auto ranked = ranked_countries(view, provider, &random);
        const auto best = first_with_site(view, provider, ranked);
        if (!best) {
            return std::nullopt;
        }
        const auto [all, same] = rivals(view, provider, best->country);
        return Choice{
            best->site,
            fmt::format("{} a year spent in {}, {} rivals there ({} of the same bloc), {} "
                        "own; best of {} countries",
                        usd(view.by_country[best->country]),
                        view.world->atlas->countries()[best->country].name, all, same,
                        view.presence->of(best->country, provider), ranked.size())};
    }
};

class CoverageGreedy final : public Policy {
  public:
    std::optional<Choice> choose(const View& view, std::size_t provider, BuildKind kind,
                                 RandomStream& /*random*/) const override {
        const auto& world = *view.world;
        const auto& p = world.scenario.parameters;
        const auto limit = static_cast<float>(p[P::greedy_threshold_ms]);
        const int zones = static_cast<int>(p[P::region_zones]);
        const auto& row = row_of(view, provider);
        double best = 0;
        double best_users = 0;
        std::optional<std::size_t> chosen;
        std::size_t counted = 0;
        for (std::size_t site = 0; site < world.sites.size(); ++site) {
            const auto country = world.sites[site].country_index;
            double users = 0;
            for (const auto place : world.near_places[site]) {
                users += view.reach_ms[place * view.presence->providers + provider] > limit
                             ? view.users[place]
                             : 0;
            }
            const double per_usd = users / world.first_phase_usd_m(country, kind, zones);
            counted += users > 0 ? 1 : 0;
            const bool better = per_usd > best;
            if (better && world.rules.forbids(*world.atlas, country, row, view.date) == nullptr) {
                best = per_usd;
                best_users = users;
                chosen = site;
            }
        }
        if (!chosen) {
            return std::nullopt;
        }
        return Choice{*chosen,
                      fmt::format("+{} internet users within {:.0f} ms, most for the money "
                                  "of {} sites",
                                  human_count(best_users), p[P::greedy_threshold_ms], counted)};
    }
};

class Profit final : public Policy {
  public:
    std::optional<Choice> choose(const View& view, std::size_t provider, BuildKind kind,
                                 RandomStream& random) const override {
        const auto& world = *view.world;
        const auto& p = world.scenario.parameters;
        const int zones = static_cast<int>(p[P::region_zones]);
        auto ranked = ranked_countries(view, provider, &random);
        double best = 0;
        double best_gain = 0;
        std::optional<std::size_t> chosen;
        std::size_t counted = 0;
        for (const auto& candidate : ranked) {
            if (counted >= kExactly) {
                break;
            }
            const auto site = best_site(view, provider, candidate.country);
            if (!site) {
                continue;
            }
            ++counted;
            // A region grows with its work: the work is paid for by as much capacity as it needs,
            // at least the first phase.
            const double gain = view.market->gain(
                {provider, candidate.country, false, world.rtt_ms(*site, view.ways)}, view.spending,
                view.works);
            const double cost =
                std::max(world.first_phase_usd_m(candidate.country, kind, zones),
                         gain / p[P::revenue_per_mw] * world.usd_m_per_mw(candidate.country, kind));
            const double worth = gain * p[P::margin_share] * annuity(p, world, kind) - cost;
            if (worth > best) {
                best = worth;
                best_gain = gain;
                chosen = site;
            }
        }
        if (!chosen) {
            return std::nullopt;
        }
        return Choice{*chosen,
                      fmt::format("{} a year more work, worth {} over its cost; best of {} sites",
                                  usd(best_gain), usd(best), counted)};
    }

  private:
    // Present worth of one a year over the years of margin, begun when the region opens.
    static double annuity(const Parameters& p, const World& world, BuildKind kind) {
        const double wait = world.leads.median_months(kind, false) / 12;
        const double rate = std::log1p(p[P::discount_rate]);
        const double years = p[P::margin_years];
        return rate > 0 ? std::exp(-rate * wait) * (1 - std::exp(-rate * years)) / rate : years;
    }
};

class SovereignFirst final : public Policy {
  public:
    std::optional<Choice> choose(const View& view, std::size_t provider, BuildKind kind,
                                 RandomStream& random) const override {
        const auto& world = *view.world;
        double best = 0;
        std::optional<std::size_t> chosen;
        double kept_best = 0;
        for (std::size_t c = 0; c < world.sites_of.size(); ++c) {
            const auto country = static_cast<geo::CountryIndex>(c);
            if (world.sites_of[c].empty() || view.presence->of(country, provider) > 0) {
                continue;
            }
            const double kept =
                world.rules.kept_inside(country, view.date, world.scenario.parameters);
            const double work = kept * view.by_country[c];
            if (work <= best) {
                continue;
            }
            if (const auto site = best_site(view, provider, country)) {
                best = work;
                kept_best = kept;
                chosen = site;
            }
        }
        if (!chosen) {
            return fallback_.choose(view, provider, kind, random);
        }
        return Choice{
            *chosen,
            fmt::format("{} a year ({:.0f} % of {}) must stay inside and no own "
                        "region is there",
                        usd(best), 100 * kept_best,
                        world.atlas->countries()[world.sites[*chosen].country_index].name)};
    }

  private:
    FollowTheRival fallback_;
};

// Western hubs for what can wait, eastern hubs for what cannot, in the shares of the work.
class EastWest final : public Policy {
  public:
    std::optional<Choice> choose(const View& view, std::size_t provider, BuildKind /*kind*/,
                                 RandomStream& /*random*/) const override {
        const auto& world = *view.world;
        const double movable = view.works[2] + view.works[3];
        double west = 0;
        double east = 0;
        std::vector<int> own(world.sites.size(), 0);
        const auto china = world.demand->china();
        for (const auto site : world.sites_of[china]) {
            if (!world.sites[site].is_hub) {
                continue;
            }
            const auto& positions = view.presence->positions[china];
            for (std::size_t k = 0; k < positions.size(); ++k) {
                const bool here =
                    view.presence->owners[china][k] == provider &&
                    rough_distance_m(positions[k], world.sites[site].position) < kHubReach_m;
                own[site] += here ? 1 : 0;
            }
            (world.sites[site].supplies ? west : east) += own[site];
        }
        const bool build_west = west <= movable * (west + east);
        std::optional<std::size_t> chosen;
        for (const auto site : world.sites_of[china]) {
            const auto& row = world.sites[site];
            if (row.is_hub && row.supplies == build_west && (!chosen || own[site] < own[*chosen])) {
                chosen = site;
            }
        }
        if (!chosen) {
            return std::nullopt;
        }
        return Choice{
            *chosen, fmt::format("{} hub with the fewest own halls; {:.0f} % of the work can wait, "
                                 "{:.0f} % of own hub halls are in the west",
                                 build_west ? "western" : "eastern", 100 * movable,
                                 west + east > 0 ? 100 * west / (west + east) : 0)};
    }
};

}  // namespace

void Presence::add(geo::CountryIndex country, std::size_t provider, geo::LonLat position) {
    if (country == geo::kNoCountry) {
        return;
    }
    ++regions[country * providers + provider];
    positions[country].push_back(position);
    owners[country].push_back(provider);
}

void Presence::remove(geo::CountryIndex country, std::size_t provider, geo::LonLat position) {
    if (country == geo::kNoCountry) {
        return;
    }
    auto& at = positions[country];
    auto& who = owners[country];
    for (std::size_t k = 0; k < at.size(); ++k) {
        if (who[k] == provider && at[k] == position) {
            at.erase(at.begin() + static_cast<std::ptrdiff_t>(k));
            who.erase(who.begin() + static_cast<std::ptrdiff_t>(k));
            --regions[country * providers + provider];
            return;
        }
    }
}

std::optional<std::size_t> best_site(const View& view, std::size_t provider,
                                     geo::CountryIndex country) {
    const auto& world = *view.world;
    if (world.rules.forbids(*world.atlas, country, row_of(view, provider), view.date) != nullptr) {
        return std::nullopt;
    }
    const double spacing_m = 1000 * world.scenario.parameters[P::spacing_km];
    const auto& positions = view.presence->positions[country];
    const auto& owners = view.presence->owners[country];
    std::optional<std::size_t> best;
    double best_score = kHopeless;
    for (const auto site : world.sites_of[country]) {
        const auto& row = world.sites[site];
        int near = 0;
        bool too_near = false;
        for (std::size_t k = 0; k < positions.size() && !too_near; ++k) {
            if (std::abs(positions[k].lat - row.position.lat) * 110'000 >
                std::max(spacing_m, kNear_m)) {
                continue;
            }
            const double distance = rough_distance_m(positions[k], row.position);
            too_near = owners[k] == provider && distance < spacing_m;
            near += distance < kNear_m ? 1 : 0;
        }
        if (too_near) {
            continue;
        }
        const double score = std::log(row.people + 1e5) + std::log1p(near);
        if (score > best_score) {
            best_score = score;
            best = site;
        }
    }
    return best;
}

std::unique_ptr<Policy> make_policy(PolicyKind kind) {
    switch (kind) {
        case PolicyKind::coverage_greedy:
            return std::make_unique<CoverageGreedy>();
        case PolicyKind::profit:
            return std::make_unique<Profit>();
        case PolicyKind::follow_the_rival:
            return std::make_unique<FollowTheRival>();
        case PolicyKind::sovereign_first:
            return std::make_unique<SovereignFirst>();
        case PolicyKind::east_west:
            return std::make_unique<EastWest>();
        case PolicyKind::announced_only:
        case PolicyKind::plan_file:
            return nullptr;
    }
    return nullptr;
}

}  // namespace footprint::sim
