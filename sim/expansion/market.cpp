#include "sim/expansion/market.h"

#include <algorithm>
#include <cmath>

#include "sim/coverage/coverage.h"

namespace footprint::sim {
namespace {

constexpr float kNever = std::numeric_limits<float>::infinity();

}  // namespace

double MarketResult::unserved_sum() const {
    double sum = 0;
    for (const double part : unserved) {
        sum += part;
    }
    return sum;
}

Market::Market(const Scenario& scenario, const geo::DemandPoints& places, geo::CountryIndex china,
               std::vector<std::string> provider_blocs, std::vector<std::string> country_blocs)
    : scenario_(&scenario),
      places_(&places),
      china_(china),
      providers_(provider_blocs.size()),
      provider_blocs_(std::move(provider_blocs)),
      country_blocs_(std::move(country_blocs)) {
    const std::size_t countries = country_blocs_.size();
    price_.assign(providers_, 1);
    constant_.assign(providers_, 0);
    constant_china_.assign(providers_, 0);
    residency_.assign(countries, 0);
    barred_.assign(countries * providers_, 0);
    present_.assign(countries * providers_, 0);
    weight_.assign(countries * providers_, 0);
    choices_.assign(places.size() * providers_, {});
    best_ms_.assign(places.size() * providers_, kNever);
    delay_.assign(places.size() * providers_ * 3, 0);
    delay_inside_.assign(places.size() * providers_ * 3, 0);
    nearest_inside_.assign(places.size() * providers_, kNoAsset);
    delay_others_.assign(places.size(), {0, 0, 0});
    others_inside_.assign(countries, false);
    shares_.assign(places.size() * kSegments * 3 * providers_, 0);
    others_share_.assign(places.size() * kSegments * 3, -1);
    keeps_shares_.assign(places.size(), {});
}

AssetIndex Market::add(const MarketAsset& asset) {
    assets_.push_back(asset);
    serving_.push_back(false);
    capacity_.push_back(0);
    return static_cast<AssetIndex>(assets_.size() - 1);
}

bool Market::allowed(AssetIndex asset, std::size_t place) const {
    const auto& a = assets_[asset];
    return !a.serves_china_alone || places_->country[place] == china_;
}

double Market::delay_weight(std::size_t work, float rtt_ms) const {
    const auto& p = scenario_->parameters;
    const auto rtt = static_cast<double>(rtt_ms);
    if (!std::isfinite(rtt)) {
        return 0;
    }
    if (work == 0) {
        return rtt <= p[Parameter::hot_limit_ms] ? std::exp(-p[Parameter::rtt_weight_hot] * rtt)
                                                 : 0;
    }
    if (work == 1) {
        return rtt <= p[Parameter::warm_limit_ms] ? std::exp(-p[Parameter::rtt_weight_warm] * rtt)
                                                  : 0;
    }
    return std::exp(-p[Parameter::rtt_weight_cold] * rtt);
}

// Keeps the nearest assets in order of RTT, ties by index.
void Market::insert(Choice& choice, AssetIndex asset, std::size_t place) const {
    const float rtt = assets_[asset].rtt_ms[place];
    if (!std::isfinite(rtt)) {
        return;
    }
    for (std::size_t k = 0; k < kChoices; ++k) {
        const AssetIndex other = choice.asset[k];
        const bool before = other == kNoAsset || rtt < assets_[other].rtt_ms[place] ||
                            (rtt == assets_[other].rtt_ms[place] && asset < other);
        if (before) {
            for (std::size_t j = kChoices - 1; j > k; --j) {
                choice.asset[j] = choice.asset[j - 1];
            }
            choice.asset[k] = asset;
            return;
        }
    }
}

void Market::recount(std::size_t place, std::size_t provider) {
    Choice choice;
    for (AssetIndex a = 0; a < assets_.size(); ++a) {
        if (serving_[a] && assets_[a].provider == provider && allowed(a, place)) {
            insert(choice, a, place);
        }
    }
    choices_[at(place, provider)] = choice;
}

void Market::refresh(std::size_t place, std::size_t provider) {
    const auto fill = [&](std::vector<float>& delay, AssetIndex asset) {
        const float rtt = asset == kNoAsset ? kNever : assets_[asset].rtt_ms[place];
        for (std::size_t work = 0; work < 3; ++work) {
            delay[delays_at(place, work) + provider] = static_cast<float>(delay_weight(work, rtt));
        }
    };
    const AssetIndex best = choice_of(place, provider, 0, 0);
    const AssetIndex inside = choice_of(place, provider, 1, 0);
    best_ms_[at(place, provider)] = best == kNoAsset ? kNever : assets_[best].rtt_ms[place];
    nearest_inside_[at(place, provider)] = inside;
    keeps_shares_[place] = {};
    fill(delay_, best);
    fill(delay_inside_, inside);
}

void Market::serve(AssetIndex asset, bool serves) {
    if (serving_[asset] == serves) {
        return;
    }
    serving_[asset] = serves;
    weights_stale_ = true;
    const auto& a = assets_[asset];
    if (a.country != geo::kNoCountry) {
        auto& count = present_[a.country * providers_ + a.provider];
        count = static_cast<std::uint16_t>(serves ? count + 1 : count - 1);
    }
    for (std::size_t place = 0; place < places_->size(); ++place) {
        if (!allowed(asset, place)) {
            continue;
        }
        auto& choice = choices_[at(place, a.provider)];
        if (serves) {
            const Choice before = choice;
            insert(choice, asset, place);
            if (choice.asset == before.asset) {
                continue;
            }
        } else if (std::find(choice.asset.begin(), choice.asset.end(), asset) !=
                   choice.asset.end()) {
            recount(place, a.provider);
        } else {
            continue;
        }
        refresh(place, a.provider);
    }
}

void Market::set_rtt(AssetIndex asset, std::span<const float> rtt_ms) {
    assets_[asset].rtt_ms = rtt_ms;
}

void Market::measure_again(std::span<const float> others) {
    for (std::size_t place = 0; place < places_->size(); ++place) {
        for (std::size_t i = 0; i < providers_; ++i) {
            choices_[at(place, i)] = {};
        }
        for (AssetIndex a = 0; a < assets_.size(); ++a) {
            if (serving_[a] && allowed(a, place)) {
                insert(choices_[at(place, assets_[a].provider)], a, place);
            }
        }
        for (std::size_t i = 0; i < providers_; ++i) {
            refresh(place, i);
        }
        set_others(place, others[place]);
    }
}

void Market::set_others(std::size_t place, float rtt_ms) {
    for (std::size_t work = 0; work < 3; ++work) {
        delay_others_[place][work] = static_cast<float>(delay_weight(work, rtt_ms));
    }
    keeps_shares_[place] = {};
}

void Market::set_capacity(AssetIndex asset, double usd_m_per_year) {
    capacity_[asset] = usd_m_per_year;
}

void Market::set_price(std::size_t provider, double price) {
    weights_stale_ = weights_stale_ || price_[provider] != price;
    price_[provider] = price;
}

void Market::set_residency(geo::CountryIndex country, double share) {
    residency_[country] = share;
}

void Market::bar(geo::CountryIndex country, std::size_t provider, double share) {
    auto& barred = barred_[country * providers_ + provider];
    weights_stale_ = weights_stale_ || barred != share;
    barred = share;
}

bool Market::present(geo::CountryIndex country, std::size_t provider) const {
    return present_[country * providers_ + provider] > 0;
}

void Market::refresh_weights() {
    if (!weights_stale_) {
        return;
    }
    weights_stale_ = false;
    const auto& p = scenario_->parameters;
    std::vector<bool> changed(country_blocs_.size(), false);
    for (std::size_t c = 0; c < country_blocs_.size(); ++c) {
        for (std::size_t i = 0; i < providers_; ++i) {
            const bool home = !country_blocs_[c].empty() && country_blocs_[c] == provider_blocs_[i];
            const double constant = c == china_ ? constant_china_[i] : constant_[i];
            const double utility =
                constant + (present_[c * providers_ + i] > 0 ? p[Parameter::presence_utility] : 0) +
                (home ? p[Parameter::bloc_utility] : 0) -
                p[Parameter::price_elasticity] * std::log(price_[i]);
            const double weight = std::exp(utility) * (1 - barred_[c * providers_ + i]);
            changed[c] = changed[c] || weight_[c * providers_ + i] != weight;
            weight_[c * providers_ + i] = weight;
        }
    }
    forget_shares(changed);
}

void Market::forget_shares(const std::vector<bool>& countries) {
    for (std::size_t place = 0; place < places_->size(); ++place) {
        const auto country = places_->country[place];
        if (countries[country == geo::kNoCountry ? 0 : country]) {
            keeps_shares_[place] = {};
        }
    }
}

void Market::keep_shares(std::size_t place, std::size_t segment) {
    if (keeps_shares_[place][segment]) {
        return;
    }
    keeps_shares_[place][segment] = true;
    for (std::size_t work = 0; work < 3; ++work) {
        const std::size_t kept = kept_at(place, segment, work);
        double others = 0;
        const bool some =
            shares(place, segment, work, {shares_.data() + kept * providers_, providers_}, others);
        others_share_[kept] = some ? others : -1;
    }
}

// Rank 0 is the best that may serve the segment.
AssetIndex Market::choice_of(std::size_t place, std::size_t provider, std::size_t segment,
                             std::size_t rank) const {
    const auto& choice = choices_[at(place, provider)];
    if (segment == 0) {
        return choice.asset[rank];
    }
    for (std::size_t k = 0; k < kChoices; ++k) {
        const AssetIndex asset = choice.asset[k];
        if (asset == kNoAsset) {
            return kNoAsset;
        }
        if (assets_[asset].country == places_->country[place]) {
            if (rank == 0) {
                return asset;
            }
            --rank;
        }
    }
    return kNoAsset;
}

double Market::outside_weight(std::size_t place, std::size_t segment, std::size_t work) const {
    const auto country = places_->country[place];
    const bool closed = segment == 1 && (country == geo::kNoCountry || !others_inside_[country]);
    return closed ? 0 : static_cast<double>(delay_others_[place][work]);
}

bool Market::shares(std::size_t place, std::size_t segment, std::size_t work,
                    std::span<double> weights, double& others) const {
    const auto country = places_->country[place];
    const std::size_t row = country == geo::kNoCountry ? 0 : country * providers_;
    const auto& delay = segment == 0 ? delay_ : delay_inside_;
    others = outside_weight(place, segment, work);
    double sum = others;
    const float* const delays = delay.data() + delays_at(place, work);
    for (std::size_t i = 0; i < providers_; ++i) {
        weights[i] = weight_[row + i] * static_cast<double>(delays[i]);
        sum += weights[i];
    }
    if (sum <= 0) {
        return false;
    }
    const double scale = 1 / sum;
    others *= scale;
    for (double& weight : weights) {
        weight *= scale;
    }
    return true;
}

std::array<double, Market::kSegments> Market::segments(std::size_t place) const {
    const auto country = places_->country[place];
    const double inside = country == geo::kNoCountry ? 0 : residency_[country];
    return {1 - inside, inside};
}

float Market::best_rtt_ms(std::size_t place, std::size_t provider) const {
    return best_ms_[at(place, provider)];
}

AssetIndex Market::best_asset(std::size_t place, std::size_t provider) const {
    return choices_[at(place, provider)].asset[0];
}

// Two passes: what everybody asks of the best region of each provider, and, where a region has no
// room for it all, what is left there by place.
MarketResult Market::clear(std::span<const double> spending,
                           const std::array<double, kWorks>& works) {
    refresh_weights();
    MarketResult result;
    result.served_by_asset.assign(assets_.size(), 0);
    result.served_by_provider.assign(providers_, 0);
    result.served_in_china.assign(providers_, 0);
    std::vector<double> load(assets_.size(), 0);
    std::vector<double> load_in_china(assets_.size(), 0);
    const std::array<double, 3> parts_of_work{works[0], works[1], works[2] + works[3]};
    const double training = parts_of_work[2] > 0 ? works[3] / parts_of_work[2] : 0;
    const auto leave = [&](std::size_t work, double usd) {
        result.unserved[work] += work == 2 ? usd * (1 - training) : usd;
        result.unserved[3] += work == 2 ? usd * training : 0;
    };
    std::vector<double> asked(providers_);  // of a provider's nearest region, all kinds of work
    CompensatedSum demand;
    CompensatedSum others_sum;
    for (std::size_t place = 0; place < places_->size(); ++place) {
        demand.add(spending[place]);
        const auto parts = segments(place);
        const bool in_china = places_->country[place] == china_;
        for (std::size_t segment = 0; segment < kSegments; ++segment) {
            if (parts[segment] <= 0) {
                continue;
            }
            keep_shares(place, segment);
            std::fill(asked.begin(), asked.end(), 0.0);
            for (std::size_t work = 0; work < 3; ++work) {
                const double usd = spending[place] * parts[segment] * parts_of_work[work];
                if (usd <= 0) {
                    continue;
                }
                const std::size_t kept = kept_at(place, segment, work);
                if (others_share_[kept] < 0) {
                    leave(work, usd);
                    continue;
                }
                others_sum.add(usd * others_share_[kept]);
                const auto weights = kept_shares(kept);
                for (std::size_t i = 0; i < providers_; ++i) {
                    asked[i] += usd * weights[i];
                }
            }
            for (std::size_t i = 0; i < providers_; ++i) {
                if (asked[i] > 0) {
                    const AssetIndex asset = first_choice(place, i, segment);
                    load[asset] += asked[i];
                    load_in_china[asset] += in_china ? asked[i] : 0;
                }
            }
        }
    }
    result.demand = demand.value();
    result.by_others = others_sum.value();

    std::vector<double> share(assets_.size(), 0);
    std::vector<bool> full(assets_.size(), false);
    bool any_full = false;
    for (std::size_t a = 0; a < assets_.size(); ++a) {
        share[a] = load[a] > 0 ? std::min(1.0, capacity_[a] / load[a]) : 0;
        full[a] = load[a] > 0 && share[a] < 1;
        any_full = any_full || full[a];
        result.served_by_asset[a] = load[a] * share[a];
        result.served_by_provider[assets_[a].provider] += load[a] * share[a];
        result.served_in_china[assets_[a].provider] += load_in_china[a] * share[a];
    }
    if (any_full) {
        overflow(spending, parts_of_work, share, full, result, leave);
    }
    return result;
}

template <class Leave>
void Market::overflow(std::span<const double> spending, const std::array<double, 3>& parts_of_work,
                      std::vector<double>& share, const std::vector<bool>& full,
                      MarketResult& result, const Leave& leave) const {
    // What is asked for and not yet placed, USD M a year.
    struct Ask {
        std::uint32_t place;
        std::uint16_t provider;
        std::uint8_t segment;
        std::uint8_t work;
        double usd;
    };
    std::vector<Ask> asks;
    for (std::size_t place = 0; place < places_->size(); ++place) {
        const auto parts = segments(place);
        for (std::size_t segment = 0; segment < kSegments; ++segment) {
            bool some = false;
            for (std::size_t i = 0; i < providers_ && !some && parts[segment] > 0; ++i) {
                const AssetIndex asset = first_choice(place, i, segment);
                some = asset != kNoAsset && full[asset];
            }
            for (std::size_t work = 0; work < 3 && some; ++work) {
                const double usd = spending[place] * parts[segment] * parts_of_work[work];
                const std::size_t kept = kept_at(place, segment, work);
                if (usd <= 0 || others_share_[kept] < 0) {
                    continue;
                }
                const auto weights = kept_shares(kept);
                for (std::size_t i = 0; i < providers_; ++i) {
                    const AssetIndex asset =
                        weights[i] > 0 ? first_choice(place, i, segment) : kNoAsset;
                    if (asset != kNoAsset && full[asset]) {
                        asks.push_back(
                            {static_cast<std::uint32_t>(place), static_cast<std::uint16_t>(i),
                             static_cast<std::uint8_t>(segment), static_cast<std::uint8_t>(work),
                             usd * weights[i] * (1 - share[asset])});
                    }
                }
            }
        }
    }
    std::vector<double> load(assets_.size());
    // Serves what there is room for at the assets that `asset_of` names; keeps what is left.
    const auto serve_round = [&](std::vector<Ask>& wanted, auto asset_of) {
        std::fill(load.begin(), load.end(), 0.0);
        for (const auto& ask : wanted) {
            if (const AssetIndex asset = asset_of(ask); asset != kNoAsset) {
                load[asset] += ask.usd;
            }
        }
        for (std::size_t a = 0; a < assets_.size(); ++a) {
            const double room = std::max(0.0, capacity_[a] - result.served_by_asset[a]);
            share[a] = load[a] > 0 ? std::min(1.0, room / load[a]) : 0;
            result.served_by_asset[a] += load[a] * share[a];
        }
        std::size_t kept = 0;
        for (const auto& ask : wanted) {
            const AssetIndex asset = asset_of(ask);
            const double served = asset == kNoAsset ? 0 : ask.usd * share[asset];
            result.served_by_provider[ask.provider] += served;
            result.served_in_china[ask.provider] +=
                places_->country[ask.place] == china_ ? served : 0;
            if (served < ask.usd) {
                wanted[kept] = ask;
                wanted[kept++].usd -= served;
            }
        }
        wanted.resize(kept);
    };
    const std::array<float, 3> limits{
        static_cast<float>(scenario_->parameters[Parameter::hot_limit_ms]),
        static_cast<float>(scenario_->parameters[Parameter::warm_limit_ms]), kNever};
    for (std::size_t rank = 1; rank < kChoices && !asks.empty(); ++rank) {
        serve_round(asks, [&](const Ask& ask) {
            const AssetIndex asset = choice_of(ask.place, ask.provider, ask.segment, rank);
            const bool near =
                asset != kNoAsset && assets_[asset].rtt_ms[ask.place] <= limits[ask.work];
            return near ? asset : kNoAsset;
        });
    }
    // What providers have no room for goes to others' best regions once, then stays unserved. A
    // provider whose own best region is full has no room there, so that the asks of one place and
    // work, which stand side by side, move together.
    std::vector<Ask> moved;
    std::vector<double> weights(providers_);
    for (std::size_t begin = 0; begin < asks.size();) {
        const Ask& ask = asks[begin];
        double usd = 0;
        std::size_t end = begin;
        for (; end < asks.size() && asks[end].place == ask.place &&
               asks[end].segment == ask.segment && asks[end].work == ask.work;
             ++end) {
            usd += asks[end].usd;
        }
        begin = end;
        const auto shares = kept_shares(kept_at(ask.place, ask.segment, ask.work));
        std::copy(shares.begin(), shares.end(), weights.begin());
        double open = 0;
        for (std::size_t i = 0; i < providers_; ++i) {
            const AssetIndex asset =
                weights[i] > 0 ? first_choice(ask.place, i, ask.segment) : kNoAsset;
            const bool room =
                asset != kNoAsset && capacity_[asset] - result.served_by_asset[asset] > 1e-9;
            weights[i] = room ? weights[i] : 0;
            open += weights[i];
        }
        if (open <= 0) {
            leave(ask.work, usd);
            continue;
        }
        for (std::size_t i = 0; i < providers_; ++i) {
            if (weights[i] > 0) {
                moved.push_back(ask);
                moved.back().provider = static_cast<std::uint16_t>(i);
                moved.back().usd = usd * weights[i] / open;
            }
        }
    }
    serve_round(moved,
                [&](const Ask& ask) { return first_choice(ask.place, ask.provider, ask.segment); });
    for (const auto& ask : moved) {
        leave(ask.work, ask.usd);
    }
}

double Market::gain(const MarketAsset& asset, std::span<const double> spending,
                    const std::array<double, kWorks>& works) const {
    const auto& p = scenario_->parameters;
    std::vector<double> weights(providers_);
    double gained = 0;
    for (std::size_t place = 0; place < places_->size(); ++place) {
        const auto country = places_->country[place];
        if ((asset.serves_china_alone && country != china_) || country == geo::kNoCountry) {
            continue;
        }
        const float rtt = asset.rtt_ms[place];
        const bool inside = country == asset.country;
        const bool nearer = rtt < best_rtt_ms(place, asset.provider);
        if (!inside && (!nearer || static_cast<double>(rtt) > p[Parameter::warm_limit_ms])) {
            continue;
        }
        const std::size_t row = country * providers_;
        const bool enters = inside && !present(country, asset.provider);
        const double boost = enters ? std::exp(p[Parameter::presence_utility]) : 1;
        const auto parts = segments(place);
        for (std::size_t segment = 0; segment < kSegments; ++segment) {
            if (segment == 1 && !inside) {
                continue;
            }
            const auto& delay = segment == 0 ? delay_ : delay_inside_;
            for (std::size_t work = 0; work < 3; ++work) {
                const double usd =
                    spending[place] * parts[segment] * (works[work] + (work == 2 ? works[3] : 0));
                if (usd <= 0) {
                    continue;
                }
                double rest = outside_weight(place, segment, work);
                for (std::size_t i = 0; i < providers_; ++i) {
                    weights[i] =
                        weight_[row + i] * static_cast<double>(delay[delays_at(place, work) + i]);
                    rest += i == asset.provider ? 0 : weights[i];
                }
                const double had = weights[asset.provider];
                const double has =
                    boost * std::max(had, weight_[row + asset.provider] * delay_weight(work, rtt));
                gained += usd * (has > 0 ? has / (rest + has) : 0);
                gained -= usd * (had > 0 ? had / (rest + had) : 0);
            }
        }
    }
    return gained;
}

}  // namespace footprint::sim
