// How the market is fitted to published shares, and what it says is asked of each provider.
#include <algorithm>
#include <cmath>

#include "sim/expansion/market.h"

namespace footprint::sim {
namespace {

constexpr int kRounds = 60;
constexpr double kStill = 1e-9;  // in logarithms; constants that move less are found

double sum_where(std::span<const double> spending, const std::vector<bool>& inside) {
    double sum = 0;
    for (std::size_t place = 0; place < spending.size(); ++place) {
        sum += inside[place] ? spending[place] : 0;
    }
    return sum;
}

// Moves constants to the logarithm of what is missing; the most that one moved.
double move(const std::vector<double>& target, const std::vector<double>& got,
            std::vector<double>& constant) {
    double most = 0;
    for (std::size_t i = 0; i < target.size(); ++i) {
        if (target[i] > 0 && got[i] > 0) {
            const double by = std::log(target[i] / got[i]);
            constant[i] += by;
            most = std::max(most, std::abs(by));
        }
    }
    return most;
}

}  // namespace

std::vector<ShareResidual> Market::calibrate(std::span<const double> spending,
                                             const std::array<double, kWorks>& works,
                                             const ShareTargets& targets) {
    const auto active = freeze_others();
    std::vector<bool> in_china(places_->size());
    for (std::size_t place = 0; place < in_china.size(); ++place) {
        in_china[place] = places_->country[place] == china_;
    }
    const double world = sum_where(spending, std::vector<bool>(in_china.size(), true));
    const double china = sum_where(spending, in_china);
    const double unlisted = scenario_->parameters[Parameter::unlisted_share];
    // USD M a year, in China and outside.
    std::vector<double> target_china(providers_, 0);
    std::vector<double> target_rest(providers_, 0);
    for (std::size_t i = 0; i < providers_; ++i) {
        if (!active[i]) {
            continue;
        }
        target_china[i] = china * (targets.china[i] >= 0 ? targets.china[i] : unlisted);
        const double of_world = targets.world[i] >= 0 ? targets.world[i] * world : 0;
        target_rest[i] = std::max(of_world - target_china[i], unlisted * (world - china));
    }
    std::vector<double> got_china;
    std::vector<double> got_rest;
    for (int round = 0; round <= kRounds; ++round) {
        weights_stale_ = true;
        refresh_weights();
        got_china.assign(providers_, 0);
        got_rest.assign(providers_, 0);
        for (std::size_t place = 0; place < places_->size(); ++place) {
            add_asked(place, spending[place], works, in_china[place] ? got_china : got_rest);
        }
        if (round == kRounds) {
            break;
        }
        const double moved = std::max(move(target_china, got_china, constant_china_),
                                      move(target_rest, got_rest, constant_));
        if (moved < kStill) {
            round = kRounds - 1;
        }
    }
    forget_shares(std::vector<bool>(country_blocs_.size(), true));
    std::vector<ShareResidual> residuals;
    for (std::size_t i = 0; i < providers_; ++i) {
        if (active[i] && targets.world[i] >= 0) {
            residuals.push_back(
                {i, false, targets.world[i], world > 0 ? (got_china[i] + got_rest[i]) / world : 0});
        }
        if (active[i] && targets.china[i] >= 0) {
            residuals.push_back({i, true, targets.china[i], china > 0 ? got_china[i] / china : 0});
        }
    }
    return residuals;
}

// Other providers are where somebody is at the start. Returns who serves anybody.
std::vector<bool> Market::freeze_others() {
    std::vector<bool> active(providers_, false);
    for (AssetIndex a = 0; a < assets_.size(); ++a) {
        if (!serving_[a]) {
            continue;
        }
        active[assets_[a].provider] = true;
        if (assets_[a].country != geo::kNoCountry) {
            others_inside_[assets_[a].country] = true;
        }
    }
    for (std::size_t place = 0; place < places_->size(); ++place) {
        float best = std::numeric_limits<float>::infinity();
        for (std::size_t i = 0; i < providers_; ++i) {
            best = std::min(best, best_rtt_ms(place, i));
        }
        set_others(place, best);
    }
    return active;
}

void Market::add_asked(std::size_t place, double spending, const std::array<double, kWorks>& works,
                       std::vector<double>& asked) const {
    std::vector<double> weights(providers_);
    const auto parts = segments(place);
    for (std::size_t segment = 0; segment < kSegments; ++segment) {
        // Cold work and training are split alike.
        for (std::size_t work = 0; work < 3; ++work) {
            const double part = works[work] + (work == 2 ? works[3] : 0);
            const double usd = spending * parts[segment] * part;
            double others = 0;
            if (usd > 0 && shares(place, segment, work, weights, others)) {
                for (std::size_t i = 0; i < providers_; ++i) {
                    asked[i] += usd * weights[i];
                }
            }
        }
    }
}

std::vector<double> Market::shares_in(std::span<const double> spending,
                                      const std::array<double, kWorks>& works,
                                      const std::vector<bool>& inside) const {
    std::vector<double> asked(providers_, 0);
    for (std::size_t place = 0; place < places_->size(); ++place) {
        if (inside[place]) {
            add_asked(place, spending[place], works, asked);
        }
    }
    const double all = sum_where(spending, inside);
    for (double& share : asked) {
        share = all > 0 ? share / all : 0;
    }
    return asked;
}

}  // namespace footprint::sim
