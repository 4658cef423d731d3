// Who serves whose work: a multinomial logit over providers at each place (McFadden 1974,
// "Conditional logit analysis of qualitative choice behavior"), regions with limited capacity,
// overflow to the next best.
//
// The utility of a provider at a place is its constant, plus what its presence in the country and a
// shared home bloc are worth, less what the round-trip time to its best region and its price cost.
// Constants are found so that the shares of the start are the published ones (Berry 1994,
// "Estimating discrete-choice models of product differentiation"). Part of a country's work, where
// a residency or sovereignty rule is in force, stays with regions inside of it. Other providers
// than those simulated keep the reach and the appeal that all have together at the start.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "sim/expansion/demand.h"

namespace footprint::sim {

using AssetIndex = std::uint32_t;
inline constexpr AssetIndex kNoAsset = std::numeric_limits<AssetIndex>::max();

struct MarketAsset {
    std::size_t provider = 0;
    geo::CountryIndex country = geo::kNoCountry;
    bool serves_china_alone = false;
    std::span<const float> rtt_ms;  // by place; must outlive the market
};

// Published shares, as shares of all spending; negative: none published.
struct ShareTargets {
    std::vector<double> world;  // by provider
    std::vector<double> china;
};

struct ShareResidual {
    std::size_t provider = 0;
    bool in_china = false;
    double published = 0;
    double modelled = 0;
};

// USD M a year.
struct MarketResult {
    std::vector<double> served_by_asset;
    std::vector<double> served_by_provider;
    std::vector<double> served_in_china;  // by provider
    std::array<double, kWorks> unserved{};
    double by_others = 0;
    double demand = 0;
    double unserved_sum() const;
};

class Market {
  public:
    // `blocs` is by provider and by country (empty: none). Everything must outlive the market.
    Market(const Scenario& scenario, const geo::DemandPoints& places, geo::CountryIndex china,
           std::vector<std::string> provider_blocs, std::vector<std::string> country_blocs);

    AssetIndex add(const MarketAsset& asset);  // not serving yet
    void serve(AssetIndex asset, bool serves);
    bool serves(AssetIndex asset) const { return serving_[asset]; }
    // Other round-trip times, for any number of assets; measure_again() then orders the regions of
    // every place anew. `others` is the best reach that other providers have, by place.
    void set_rtt(AssetIndex asset, std::span<const float> rtt_ms);
    void measure_again(std::span<const float> others);
    void set_capacity(AssetIndex asset, double usd_m_per_year);
    double capacity(AssetIndex asset) const { return capacity_[asset]; }
    void set_price(std::size_t provider, double price);  // 1: as at the start
    // Share of the country's work that must stay inside, and who may not have that part at all.
    void set_residency(geo::CountryIndex country, double share);
    void bar(geo::CountryIndex country, std::size_t provider, double share);

    // Freezes what others offer, then fits the constants to the targets. Returns what is left
    // between published and modelled shares. Providers without a serving asset have no target.
    std::vector<ShareResidual> calibrate(std::span<const double> spending,
                                         const std::array<double, kWorks>& works,
                                         const ShareTargets& targets);

    // Splits the spending. O(places × providers); shares are found anew only where regions, prices
    // or rules have changed since the last time.
    MarketResult clear(std::span<const double> spending, const std::array<double, kWorks>& works);

    // What is asked of each provider where `inside` says so, whatever its capacity: parts of the
    // spending there. O(places × providers).
    std::vector<double> shares_in(std::span<const double> spending,
                                  const std::array<double, kWorks>& works,
                                  const std::vector<bool>& inside) const;

    // The best round-trip time of a provider by place; infinite where it serves nobody.
    float best_rtt_ms(std::size_t place, std::size_t provider) const;
    AssetIndex best_asset(std::size_t place, std::size_t provider) const;
    std::size_t providers() const { return providers_; }
    bool present(geo::CountryIndex country, std::size_t provider) const;

    // What a provider would gain, USD M a year, if it had one more asset, all others unchanged and
    // with capacity for it. O(places).
    double gain(const MarketAsset& asset, std::span<const double> spending,
                const std::array<double, kWorks>& works) const;

  private:
    static constexpr std::size_t kChoices = 3;
    static constexpr std::size_t kSegments = 2;  // free, and kept inside the country
    struct Choice {
        std::array<AssetIndex, kChoices> asset{kNoAsset, kNoAsset, kNoAsset};
    };
    std::size_t at(std::size_t place, std::size_t provider) const {
        return place * providers_ + provider;
    }
    // Where the delays of all providers stand for a kind of work at a place.
    std::size_t delays_at(std::size_t place, std::size_t work) const {
        return (place * 3 + work) * providers_;
    }
    bool allowed(AssetIndex asset, std::size_t place) const;
    void insert(Choice& choice, AssetIndex asset, std::size_t place) const;
    void recount(std::size_t place, std::size_t provider);
    void refresh(std::size_t place, std::size_t provider);
    void refresh_weights();
    void set_others(std::size_t place, float rtt_ms);
    std::vector<bool> freeze_others();
    // Adds what is asked of each provider at a place, whatever its capacity.
    void add_asked(std::size_t place, double spending, const std::array<double, kWorks>& works,
                   std::vector<double>& asked) const;
    double delay_weight(std::size_t work, float rtt_ms) const;
    AssetIndex choice_of(std::size_t place, std::size_t provider, std::size_t segment,
                         std::size_t rank) const;
    // Shares of providers and others in one part of a place's work; false when nobody can serve it.
    // Training waits as cold work does, so that there are three kinds of delay.
    bool shares(std::size_t place, std::size_t segment, std::size_t work, std::span<double> weights,
                double& others) const;
    // The same, kept until something changes; clear() has found those of all parts that have work.
    std::size_t kept_at(std::size_t place, std::size_t segment, std::size_t work) const {
        return (place * kSegments + segment) * 3 + work;
    }
    std::span<const double> kept_shares(std::size_t kept) const {
        return {shares_.data() + kept * providers_, providers_};
    }
    void keep_shares(std::size_t place, std::size_t segment);
    void forget_shares(const std::vector<bool>& countries);
    // The region that a provider would serve from, if it had room for all.
    AssetIndex first_choice(std::size_t place, std::size_t provider, std::size_t segment) const {
        return segment == 0 ? choices_[at(place, provider)].asset[0]
                            : nearest_inside_[at(place, provider)];
    }
    template <class Leave>
    void overflow(std::span<const double> spending, const std::array<double, 3>& parts_of_work,
                  std::vector<double>& share, const std::vector<bool>& full, MarketResult& result,
                  const Leave& leave) const;
    double outside_weight(std::size_t place, std::size_t segment, std::size_t work) const;
    std::array<double, kSegments> segments(std::size_t place) const;

    const Scenario* scenario_;
    const geo::DemandPoints* places_;
    geo::CountryIndex china_;
    std::size_t providers_;
    std::vector<std::string> provider_blocs_;
    std::vector<std::string> country_blocs_;
    std::vector<MarketAsset> assets_;
    std::vector<bool> serving_;
    std::vector<double> capacity_;
    std::vector<double> price_;               // by provider
    std::vector<double> constant_;            // by provider: outside of China
    std::vector<double> constant_china_;      // by provider
    std::vector<double> residency_;           // by country
    std::vector<double> barred_;              // by country × provider
    std::vector<std::uint16_t> present_;      // assets by country × provider
    std::vector<double> weight_;              // exp(utility without delay), country × provider
    std::vector<Choice> choices_;             // place × provider
    std::vector<float> best_ms_;              // place × provider, to the first choice
    std::vector<float> delay_;                // place × (hot, warm, cold) × provider
    std::vector<float> delay_inside_;         // the same for assets inside the country
    std::vector<AssetIndex> nearest_inside_;  // place × provider, inside the country
    std::vector<std::array<float, 3>> delay_others_;  // by place
    std::vector<bool> others_inside_;                 // by country
    std::vector<double> shares_;                      // place × segment × work, by provider
    std::vector<double> others_share_;  // place × segment × work; negative: nobody can serve
    std::vector<std::array<bool, kSegments>> keeps_shares_;  // by place
    bool weights_stale_ = true;
};

}  // namespace footprint::sim
