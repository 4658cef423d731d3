#include <algorithm>

#include "base/error.h"
#include "sim/coverage/latency_field.h"

namespace footprint::sim {

Audiences::Audiences(std::size_t countries)
    : countries_(countries), sets_{std::vector<bool>(countries, true)} {}

AudienceIndex Audiences::only(std::span<const geo::CountryIndex> countries) {
    std::vector<bool> set(countries_, false);
    for (const auto country : countries) {
        if (country < countries_) {
            set[country] = true;
        }
    }
    // Index 0 also serves places without a country, so an equal set must not fall together with it.
    const auto same = std::find(sets_.begin() + 1, sets_.end(), set);
    if (same == sets_.end() && sets_.size() > std::numeric_limits<AudienceIndex>::max()) {
        throw Error(ExitCode::failed, "more than 65,536 different audiences for regions");
    }
    const auto index = static_cast<AudienceIndex>(same - sets_.begin());
    if (same == sets_.end()) {
        sets_.push_back(std::move(set));
    }
    return index;
}

bool Audiences::serves(AudienceIndex audience, geo::CountryIndex country) const {
    return audience == 0 || (country < countries_ && sets_[audience][country]);
}

std::size_t Audiences::size() const {
    return sets_.size();
}

}  // namespace footprint::sim
