#include "sim/coverage/comparison.h"

#include <algorithm>
#include <array>

namespace footprint::sim {

namespace {

std::vector<RegionIndex> regions_in(const CoverageEngine& engine, ProviderIndex provider,
                                    const geo::Atlas::Area& area) {
    const auto& catalog = engine.timeline().catalog();
    std::vector<RegionIndex> regions;
    for (const auto region : catalog.regions_of(provider)) {
        const auto country = engine.atlas().find_country(catalog.region(region).country);
        const bool inside =
            country && std::binary_search(area.countries.begin(), area.countries.end(), *country);
        if (area.is_world || inside) {
            regions.push_back(region);
        }
    }
    return regions;
}

std::string iso3_of(const geo::Atlas& atlas, const geo::Atlas::Area& area) {
    return area.countries.size() == 1 ? atlas.countries()[area.countries[0]].iso3 : std::string();
}

}  // namespace

std::vector<DateComparison> compare(CoverageEngine& engine, const ComparisonQuestion& question) {
    std::vector<std::vector<std::vector<RegionIndex>>> regions;  // by provider, then area
    for (const auto provider : question.providers) {
        auto& of_provider = regions.emplace_back();
        for (const auto& area : question.areas) {
            of_provider.push_back(regions_in(engine, provider, area));
        }
    }
    std::vector<DateComparison> result;
    for (const Date date : question.dates) {
        DateComparison at{date, std::vector<AreaComparison>(question.areas.size())};
        auto each = engine.coverage_of_each(question.areas, question.providers, date);
        for (std::size_t p = 0; p < question.providers.size(); ++p) {
            auto& coverage = each[p];
            for (std::size_t a = 0; a < at.areas.size(); ++a) {
                at.areas[a].area = question.areas[a].name;
                at.areas[a].iso3 = iso3_of(engine.atlas(), question.areas[a]);
                at.areas[a].providers.push_back(
                    {question.providers[p],
                     engine.timeline().totals(date, regions[p][a], engine.options().scope),
                     std::move(coverage[a])});
            }
        }
        if (question.providers.size() == 2) {
            const std::array a{question.providers[0]};
            const std::array b{question.providers[1]};
            for (const double threshold_ms : engine.options().thresholds_ms) {
                const auto gaps = engine.gaps(question.areas, a, b, date, threshold_ms);
                for (std::size_t i = 0; i < gaps.size(); ++i) {
                    at.areas[i].gaps.push_back(gaps[i]);
                }
            }
        }
        result.push_back(std::move(at));
    }
    return result;
}

}  // namespace footprint::sim
