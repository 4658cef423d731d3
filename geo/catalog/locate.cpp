#include "geo/catalog/locate.h"

#include <algorithm>
#include <limits>

namespace footprint::geo {
namespace {

constexpr double kOffshore_m = 25'000;

CountryIndex nearest_country(const Atlas& atlas, LonLat position) {
    CountryIndex nearest = kNoCountry;
    double least_m = kOffshore_m;
    for (std::size_t i = 0; i < atlas.countries().size(); ++i) {
        const auto country = static_cast<CountryIndex>(i);
        const double distance_m = atlas.distance_to_country_m(position, country)
                                      .value_or(std::numeric_limits<double>::infinity());
        if (distance_m < least_m) {
            least_m = distance_m;
            nearest = country;
        }
    }
    return nearest;
}

}  // namespace

bool lacks_countries(const Catalog& catalog) {
    const auto regions = catalog.regions();
    return std::any_of(regions.begin(), regions.end(),
                       [](const Region& region) { return region.country.empty(); });
}

Catalog with_countries(const Catalog& catalog, const Atlas& atlas) {
    std::vector<Region> regions(catalog.regions().begin(), catalog.regions().end());
    for (auto& region : regions) {
        if (!region.country.empty()) {
            continue;
        }
        CountryIndex country = atlas.country_at(region.position);
        if (country == kNoCountry) {
            country = nearest_country(atlas, region.position);
        }
        if (country != kNoCountry) {
            region.country = atlas.countries()[country].iso2;
        }
    }
    return {{catalog.providers().begin(), catalog.providers().end()},
            std::move(regions),
            {catalog.events().begin(), catalog.events().end()},
            catalog.as_of()};
}

}  // namespace footprint::geo
