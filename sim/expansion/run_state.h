// What a run has at hand while it goes on, as those see it who keep its books and write its
// figures.
#pragma once

#include <span>
#include <string>

#include "sim/expansion/simulation.h"

namespace footprint::sim {

// One region of the run that serves or will.
struct RunAsset {
    AssetIndex market = kNoAsset;
    std::size_t location = 0;
    RegionIndex region = 0;
    std::size_t provider = 0;
    geo::CountryIndex country = geo::kNoCountry;
    BuildKind kind = BuildKind::campus;
    double mw = 0;
    double first_mw = 0;
    int first_zones = 1;
    int zones = 1;
    double coming_mw = 0;  // ordered, not yet there
    bool open = false;
    bool lost = false;
};

// Of a provider, USD M.
struct Wallet {
    double for_growth = 0;
    double for_regions = 0;
    double money_in = 0;
    double spent = 0;
    double refunded = 0;
    double returned = 0;  // to the company
    double cash() const { return for_growth + for_regions; }
};

// One step of a run. Everything must outlive it.
struct RunStep {
    const World* world = nullptr;
    const Market* market = nullptr;
    Date date;
    Date next;
    std::span<const RunAsset> assets;
    std::span<const Wallet> wallets;  // by provider
    std::span<const Order> orders;

    const geo::Provider& provider(std::size_t i) const {
        return world->known.catalog.provider(static_cast<ProviderIndex>(i));
    }
};

}  // namespace footprint::sim
